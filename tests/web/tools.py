"""TOPCAT on a screen that nobody sees, and a hub of SAMP that lets every page connect: both are Debian's."""

import os
import signal
import struct
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyvo.samp import SAMPIntegratedClient

from tests.waiting import until

JSAMP = Path("/usr/share/java/jsamp.jar")
QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""What runs for seconds is not worth being compiled well."""
LOAD, HIGHLIGHT = "table.load.votable", "table.highlight.row"
PATIENCE = 60
"""Seconds in which TOPCAT is up, on a busy machine."""
BROADCAST, TABLE_BROWSER, ACTIVATION_ACTIONS = (116, 40), (161, 40), (342, 40)
"""Where the buttons of TOPCAT's main window are on the screen, in whose corner it is."""
FIRST_ROW, SECOND_ROW, SEND_ROW_INDEX = (390, 110), (390, 130), (40, 324)
"""Places in its windows: a row that is clicked there is told to others where the last is ticked."""


@contextmanager
def _running(*command: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A program and those that it starts, which end with it."""
    started = subprocess.Popen(
        command, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        yield started
    finally:
        os.killpg(started.pid, signal.SIGKILL)
        started.communicate()


@dataclass
class Reader:
    """A client of the hub that hears what the others send."""

    client: SAMPIntegratedClient
    heard: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def called(self, _key: str, _sender: str, number: str, mtype: str, params: dict[str, str], _extra: Any) -> None:
        self.heard.append((mtype, params))
        self.client.reply(number, {"samp.status": "samp.ok", "samp.result": {}})

    def notified(self, _key: str, _sender: str, mtype: str, params: dict[str, str], _extra: Any) -> None:
        self.heard.append((mtype, params))

    def of(self, mtype: str) -> list[dict[str, str]]:
        """The parameters of the messages of a type."""
        return [params for each, params in self.heard if each == mtype]

    def names(self) -> Sequence[str]:
        """Who loads tables."""
        return [self.client.get_metadata(one)["samp.name"] for one in self.client.get_subscribed_clients(LOAD)]


@dataclass
class Topcat:
    """TOPCAT's windows, and who listens beside it."""

    display: str
    reader: Reader
    home: Path
    """With the memory of the screen, as X dumps windows (XWD)."""

    def click(self, x: int, y: int) -> None:
        self._xdotool("mousemove", str(x), str(y), "click", "1")

    def open(self, x: int, y: int, title: str) -> None:
        """Click on a button until the window that it opens is there: it is dead while a table is being taken."""
        until(lambda: self.click(x, y) or self._is_there(title), PATIENCE)

    def _is_there(self, title: str) -> bool:
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", title], capture_output=True,
                               env=os.environ | {"DISPLAY": self.display}, timeout=PATIENCE, check=False)  # fmt: skip
        return bool(found.stdout)

    def click_in(self, title: str, x: int, y: int) -> None:
        """Click in the window that has a title, once it is there."""
        self._xdotool("search", "--sync", "--onlyvisible", "--name", title)
        self._xdotool("search", "--name", title, "mousemove", "--window", "%1", str(x), str(y), "click", "1")

    def type(self, text: str) -> None:
        """Write where the cursor is."""
        self._xdotool("type", "--delay", "20", text)

    def wait(self, title: str) -> None:
        """Until a window with the title is there."""
        until(lambda: self._is_there(title), PATIENCE)

    def seen(self, x: int, y: int, width: int, height: int) -> NDArray[np.uint8]:
        """Red, green and blue of a part of the screen, of the shape (height, width, 3)."""
        memory = (self.home / "Xvfb_screen0").read_bytes()
        header = struct.unpack(">25I", memory[:100])
        size, line, colours = header[0], header[12], header[19]
        pixels = np.frombuffer(memory, np.uint8, offset=size + 12 * colours).reshape(-1, line)
        return pixels[y : y + height, 4 * x : 4 * (x + width)].reshape(height, width, 4)[..., 2::-1]

    def scroll(self, steps: int) -> None:
        """Turn the wheel down where the mouse is."""
        self._xdotool("click", "--repeat", str(steps), "--delay", "2", "5")

    def _xdotool(self, *asked: str) -> None:
        subprocess.run(["xdotool", *asked], env=os.environ | {"DISPLAY": self.display}, timeout=PATIENCE, check=True,
                       capture_output=True)  # fmt: skip


@contextmanager
def topcat(home: Path) -> Iterator[Topcat]:
    """A hub and TOPCAT, connected to it; `home` has the hub's lock file."""
    java = (*QUICK, f"-Duser.home={home}")
    hub = ("-Djava.awt.headless=true", "-cp", str(JSAMP), "org.astrogrid.samp.JSamp", "hub", "-mode", "no-gui")
    lock = home / ".samp"
    with (
        _running("java", *java, *hub, "-profiles", "std,web", "-web:auth", "true"),
        _running("Xvfb", "-displayfd", "1", "-fbdir", str(home), "-screen", "0", "1280x900x24") as screen,
    ):
        assert screen.stdout
        display = f":{screen.stdout.readline().strip()}"
        until(lambda: lock.exists() and lock.stat().st_size, PATIENCE)
        with _running("topcat", *java, "-Xmx512M", "-samp", "-nohub", DISPLAY=display), _reader() as reader:
            until(lambda: "topcat" in reader.names(), PATIENCE)
            yield Topcat(display, reader, home)


@contextmanager
def _reader() -> Iterator[Reader]:
    client = SAMPIntegratedClient(name="Reader")
    client.connect()
    made = Reader(client)
    for mtype in (LOAD, HIGHLIGHT):
        client.bind_receive_call(mtype, made.called)
        client.bind_receive_notification(mtype, made.notified)
    try:
        yield made
    finally:
        client.disconnect()
