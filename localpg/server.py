"""One server process, which ends with the process that launched it."""

import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from localpg import postmaster
from localpg.account import Account, environment
from localpg.datadir import DataDirectory
from localpg.errors import StartError

# A shell that leaves a watcher behind and becomes the server. The watcher reads from a pipe we hold: its end, which
# comes with our own however we die, stops the server; a line sends the watcher away. PR_SET_PDEATHSIG would do the
# same on Linux alone, and for the death of the thread that launched, not of the process.
_WATCHED = "exec 3<&0 </dev/null; { trap '' TERM; read -r line <&3 || kill -QUIT $$; } & exec \"$@\" 3<&-"

_START_SECONDS = 60  # recovery after a crash is part of the start
_STOP_SECONDS = 10
_POLL_SECONDS = 0.01
_LAST_LINES = 12


@dataclass(frozen=True)
class Server:
    """A launched server and the files it serves."""

    process: subprocess.Popen[bytes]
    data: DataDirectory

    def is_alive(self) -> bool:
        """Whether the process has not ended yet."""
        return self.process.poll() is None

    def wait_ready(self) -> None:
        """Return when it accepts connections.

        Raises
        ------
        StartError
            It ended before, or is not ready after a minute; the message has the end of its log.
        """
        deadline = time.monotonic() + _START_SECONDS
        while not postmaster.is_ready(self.data.cluster, self.process.pid):
            if not self.is_alive() or time.monotonic() > deadline:
                raise StartError(f"PostgreSQL did not start; the end of {self.data.log}:\n{self._last_words()}")
            time.sleep(_POLL_SECONDS)

    def stop(self) -> None:
        """Close all sessions and shut down (SIGINT, "fast"); after ten seconds, at once (SIGQUIT, then SIGKILL)."""
        self._dismiss_watcher()
        self._end_by(signal.SIGINT)

    def crash(self) -> None:
        """End at once (SIGQUIT), as in an accident: the next start recovers from the log."""
        self._dismiss_watcher()
        self._end_by(signal.SIGQUIT)

    def _dismiss_watcher(self) -> None:
        """Send the watcher away before the server ends, which reaps it: in a container nobody else may."""
        pipe = self.process.stdin
        if pipe and not pipe.closed:
            with suppress(BrokenPipeError):
                pipe.write(b"\n")
            pipe.close()

    def _end_by(self, first: signal.Signals) -> None:
        for number in (first, signal.SIGQUIT, signal.SIGKILL):
            self.process.send_signal(number)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(_STOP_SECONDS)
                return

    def _last_words(self) -> str:
        return "\n".join(self.data.log.read_text(errors="replace").splitlines()[-_LAST_LINES:])


def launch_server(postgres: Path, data: DataDirectory, options: list[str], account: Account) -> Server:
    """Start the program `postgres` in a session of its own, so that Ctrl-C reaches us first and we stop it.

    The caller stops it; if this process dies first, a watcher does. Does not wait until it accepts connections.
    """
    command = ["/bin/sh", "-c", _WATCHED, "sh", str(postgres), "-D", str(data.cluster), *options]
    with data.log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own command; the shell's text is constant
            command,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            cwd="/",
            env=environment(),
            start_new_session=True,
            user=account.user,
            group=account.group,
            extra_groups=account.groups,
        )
    return Server(process, data)
