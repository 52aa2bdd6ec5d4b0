"""The log waits for whoever reads it, and the event loop does not."""

import logging
import sys
import threading

import pytest

from gateway import logs
from gateway.logs import LineWriter


class Reader:
    """Standard error, read by nobody until it is let go."""

    def __init__(self) -> None:
        self.read = threading.Event()
        self.held = threading.Event()
        self.text = ""

    def write(self, text: str) -> None:
        self.held.set()
        assert self.read.wait(10)
        self.text += text

    def flush(self) -> None:
        pass


def test_lines_wait_for_a_slow_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader()
    monkeypatch.setattr(sys, "stderr", reader)
    monkeypatch.setattr(logs, "WAITING", 3)
    monkeypatch.setattr(logs, "PATIENCE", 5)
    writer = LineWriter()

    def log(*lines: str) -> None:
        for line in lines:
            writer.handle(logging.makeLogRecord({"msg": line}))

    log("first")
    assert reader.held.wait(5), "the thread is writing"
    log("a", "b", "c", "d", "e")
    reader.read.set()
    writer.flush()
    assert reader.text == "first\na\nb\nc\n2 lines of the log are left out here: it is read too slowly\n"
    log("last")
    writer.flush()
    assert reader.text.endswith("slowly\nlast\n")


def test_the_end_waits_no_longer_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader()
    monkeypatch.setattr(sys, "stderr", reader)
    monkeypatch.setattr(logs, "PATIENCE", 0.1)
    writer = LineWriter()
    writer.handle(logging.makeLogRecord({"msg": "never read"}))
    writer.flush()
    assert not reader.text
    reader.read.set()


def test_a_standard_error_that_is_closed_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    written = threading.Event()

    class Closed(Reader):
        def write(self, _text: str) -> None:
            written.set()
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Closed())
    writer = LineWriter()
    writer.handle(logging.makeLogRecord({"msg": "lost"}))
    writer.flush()
    assert written.is_set()
    open_again = Reader()
    open_again.read.set()
    monkeypatch.setattr(sys, "stderr", open_again)
    writer.handle(logging.makeLogRecord({"msg": "written"}))
    writer.flush()
    assert open_again.text == "written\n"
