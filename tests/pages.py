"""The README and the pages of docs/: their blocks of code, and how a test runs them."""

import argparse
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import httpx

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
HOST = "http://127.0.0.1:8000"
GATEWAY = "jmmc-gateway"
FENCE = re.compile(r"^```(\S*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)

CURL = argparse.ArgumentParser(exit_on_error=False)
CURL.add_argument("url")
for flag in ("-s", "-G", "-L", "-N", "--compressed"):  # httpx asks for the last by itself
    CURL.add_argument(flag, action="store_true")
CURL.add_argument("-o")
CURL.add_argument("-m", type=float)
for option in ("-H", "-d", "-F", "--data-urlencode"):
    CURL.add_argument(option, action="append", default=[])


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code: `sh` and `python` are run as they stand, `console` is what no test can run as it stands."""

    page: Path
    number: int
    language: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.number}:{self.language}"


def blocks(*languages: str) -> list[Block]:
    return [block for page in PAGES for block in blocks_of(page) if not languages or block.language in languages]


def blocks_of(page: Path) -> Iterator[Block]:
    for number, match in enumerate(FENCE.finditer(page.read_text()), 1):
        yield Block(page, number, match[1], match[2])


def prose(page: Path) -> str:
    """A page without its blocks."""
    return FENCE.sub("", page.read_text())


def run(block: Block, server: str, folder: Path, environment: Mapping[str, str]) -> None:
    """Run the lines of a block in a folder; what one writes, the next ones read."""
    for line in block.text.splitlines():
        if line.startswith("curl "):
            request(line, server, folder)
        else:
            command = line.replace(GATEWAY, f"{shlex.quote(sys.executable)} -m gateway").replace(HOST, server)
            done = subprocess.run(
                ["sh", "-c", command],
                cwd=folder,
                env=dict(environment),
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )
            assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"


def request(line: str, server: str, folder: Path) -> None:
    """Ask what a curl command asks, and look at the answer."""
    options = CURL.parse_args(shlex.split(line.replace(HOST, server))[1:])
    if options.N:
        listen(options)
        return
    response = answered(options, folder).raise_for_status()
    if options.o:
        (folder / options.o).write_bytes(response.content)
    assert_sound(response)


def answered(options: argparse.Namespace, folder: Path) -> httpx.Response:
    headers, url = dict(header.split(": ", 1) for header in options.H), address(options)
    with httpx.Client(timeout=60, follow_redirects=options.L) as client:
        if options.F:
            return client.post(url, headers=headers, files=[form_field(field, folder) for field in options.F])
        if options.d and not options.G:
            form = {"Content-Type": "application/x-www-form-urlencoded"} | headers
            return client.post(url, headers=form, content="&".join(options.d))
        return client.get(url, headers=headers)


def address(options: argparse.Namespace) -> str:
    escaped = urlencode([tuple(pair.split("=", 1)) for pair in options.data_urlencode])
    query = "&".join(filter(None, (*(options.d if options.G else ()), escaped)))
    return f"{options.url}?{query}" if query else options.url


def form_field(field: str, folder: Path) -> tuple[str, tuple[str | None, str | bytes]]:
    """A field of a form in parts; `@` before the name of a file."""
    name, value = field.split("=", 1)
    file = value.removeprefix("@")
    return name, (None, value) if file == value else (file, (folder / file).read_bytes())


def listen(options: argparse.Namespace) -> None:
    """Open a stream of events: that it begins is all that can be waited for."""
    headers = dict(header.split(": ", 1) for header in options.H)
    with httpx.stream("GET", address(options), headers=headers, timeout=30) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")


def assert_sound(response: httpx.Response) -> None:
    """That an answer is one: no errors in it, and rows where it is a table."""
    kind, text = response.headers["content-type"], response.text
    if kind.startswith("application/json"):
        content = json.loads(text)
        assert not isinstance(content, dict) or "errors" not in content
    elif "<VOTABLE" in text:
        assert "<TR>" in text
        assert 'value="ERROR"' not in text
    elif "xml" in kind:
        assert "<error" not in text
    else:
        assert text.strip()
