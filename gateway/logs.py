"""The log: a line an event, for people or as JSON, each with the id of the request that it belongs to.

A line is made where the event is and written by a thread: whoever reads standard error, as a container's log driver
does, may be slow, and the event loop waits for nobody.
"""

import logging
import sys
import time
from datetime import UTC, datetime
from threading import Condition, Event, Thread

import orjson

from gateway.middleware.access import REQUEST_ID

TOGETHER = 0.05
"""Seconds for which lines are collected, to be written at once: each writing takes the processor from a request."""
WAITING = 10_000
"""Lines that wait to be written, at most."""
PATIENCE = 2.0
"""Seconds that the end of the process waits for them."""


class TextFormatter(logging.Formatter):
    """For people."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._second, self._written = 0, ""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - logging's name
        """The time, whose date and second are those of many lines."""
        second = int(record.created)
        if second != self._second:
            self._second, self._written = (
                second,
                time.strftime(datefmt or self.default_time_format, time.localtime(second)),
            )
        return f"{self._written},{int(record.msecs):03d}"

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """A line, with the fields of the request at its end."""
        fields = dict(getattr(record, "access", {})) | ({"request": REQUEST_ID.get()} if REQUEST_ID.get() else {})
        shown = (f"{key}={value}" for key, value in fields.items() if key not in ("method", "path", "status"))
        return " ".join((super().formatMessage(record), *shown))


class JsonFormatter(logging.Formatter):
    """For machines: one object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        fields: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if REQUEST_ID.get():
            fields["request"] = REQUEST_ID.get()
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(fields | getattr(record, "access", {}), default=str).decode()


class LineWriter(logging.Handler):
    """Writes to standard error, all lines that wait at once; those that find `WAITING` before them are left out."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[str] = []
        self._left_out = 0
        self._changed = Condition()
        self._writing = False
        self._at_once = Event()
        Thread(target=self._write_on, name="log", daemon=True).start()

    def emit(self, record: logging.LogRecord) -> None:
        """Have a line written."""
        try:
            line = self.format(record)
        except Exception:  # noqa: BLE001 - as every handler of the library's
            self.handleError(record)
            return
        with self._changed:
            if len(self._lines) >= WAITING:
                self._left_out += 1
                return
            self._lines.append(line + "\n")
            if len(self._lines) == 1:
                self._changed.notify_all()

    def flush(self) -> None:
        """Wait until all lines are written, if that takes no longer than `PATIENCE`."""
        with self._changed:
            self._at_once.set()
            self._changed.wait_for(lambda: not (self._lines or self._writing), PATIENCE)
            self._at_once.clear()

    def _write_on(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._lines)
            self._at_once.wait(TOGETHER)
            with self._changed:
                text, self._writing = "".join(self._lines), True
                if self._left_out:
                    text += f"{self._left_out} lines of the log are left out here: it is read too slowly\n"
                self._lines, self._left_out = [], 0
            try:
                sys.stderr.write(text)
                sys.stderr.flush()
            except (OSError, ValueError):  # it is closed, and there is nowhere to say so
                pass
            with self._changed:
                self._writing = False
                self._changed.notify_all()


def flush() -> None:
    """Wait until what was logged is written: before a signal ends the process, at which nothing else is done."""
    for handler in logging.getLogger().handlers:
        handler.flush()


def configure(kind: str) -> None:
    """Log to standard error from now on."""
    handler = LineWriter()
    handler.setFormatter(JsonFormatter() if kind == "json" else TextFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    # What no line has is not looked up for each (logging HOWTO, "Optimization"): where it was logged, by what process.
    logging._srcfile = None  # noqa: SLF001 - as that page says
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging.getLogger("procrastinate").setLevel(logging.WARNING)  # it logs five lines for every job
