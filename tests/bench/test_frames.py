"""Frames are counted as Chromium's trace tells them."""

import pytest

from bench.frames import REPORTER, frames, p95


def told(number: int, state: str, begin: int, end: int) -> list[dict[str, object]]:
    one = {"name": REPORTER, "pid": 1, "id2": {"local": number}}
    return [
        one | {"ph": "e", "ts": end, "args": {}},
        one | {"ph": "b", "ts": begin, "args": {"frame_reporter": {"state": state}}},
    ]


def test_frames_of_a_trace() -> None:
    events = [
        {"name": "DrawFrame", "ph": "I", "ts": 5, "pid": 1},
        *told(1, "STATE_PRESENTED_ALL", 0, 20_000),
        *told(2, "STATE_DROPPED", 16_000, 30_000),
        *told(3, "STATE_NO_UPDATE_DESIRED", 16_000, 30_000),
        *told(4, "STATE_PRESENTED_PARTIAL", 32_000, 53_000),
        *told(5, "STATE_PRESENTED_ALL", 48_000, 70_000),
    ]
    found = frames(events, [0, 16, 50])
    assert found.presented == [33, 17]
    assert found.dropped == 1 / 4
    assert found.scripted == [16, 34]


def test_95_of_100() -> None:
    assert p95([*range(1, 101)]) == pytest.approx(95, abs=1)
