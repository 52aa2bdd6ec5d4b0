"""Frames are counted as Chromium's trace tells them."""

import pytest

from bench.frames import DRAWN, DROPPED, frames, p95


def told(name: str, number: int, moment: int, tree: int = 1) -> dict[str, object]:
    return {"name": name, "ts": moment, "args": {"layerTreeId": tree, "frameSeqId": number}}


def test_frames_of_a_trace() -> None:
    events = [
        {"name": "BeginFrame", "ts": 5, "args": {}},
        told(DRAWN, 1, 20_000),
        told(DROPPED, 2, 36_000),
        told(DROPPED, 3, 50_000),
        told(DRAWN, 4, 70_000),
        told(DRAWN, 3, 53_000),
    ]
    found = frames(events, [0, 16, 50])
    assert found.presented == [33, 17]
    assert found.dropped == 1 / 4, "one that came late was not dropped"
    assert found.scripted == [16, 34]


def test_95_of_100() -> None:
    assert p95([*range(1, 101)]) == pytest.approx(95, abs=1)
