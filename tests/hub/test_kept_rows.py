"""Rows found by a key are asked for once, as long as their source has the version that they were read under."""

from collections.abc import Sequence
from typing import Any

import pytest

from hub import kept_rows
from hub.kept_rows import KeptRows
from planning.sql import Statement

TEXT = "SELECT key, name FROM jsdc.star WHERE key = ANY ($1)"


class Source:
    """A table of rows by key, its version, and what was asked of it."""

    def __init__(self) -> None:
        self.names: dict[int, str] = {1: "Sirius", 2: "Vega"}
        self.known: str | None = "first"
        self.asked: list[list[int]] = []
        self.recorded = 0
        self.moves = False

    def version(self, _source: str) -> str | None:
        return self.known

    async def fetch(self, statement: Statement) -> list[Sequence[Any]]:
        (keys,) = statement.values
        self.asked.append(list(keys))
        if self.moves:
            self.known = "moved"
        return [(key, self.names[key]) for key in keys if key in self.names]

    def record(self, _statement: Statement) -> None:
        self.recorded += 1


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def kept(source: Source) -> KeptRows:
    return KeptRows(source, source.fetch, source.record)  # type: ignore[arg-type]


async def rows(kept: KeptRows, *keys: int, **others: bool) -> list[Sequence[Any]]:
    return sorted(await kept.fetch(Statement(TEXT, (list(keys),), ("jsdc",), **others), keys))


async def test_only_what_is_new_is_asked_for(kept: KeptRows, source: Source) -> None:
    assert await rows(kept, 1, 3) == [(1, "Sirius")]
    assert await rows(kept, 1, 2, 3) == [(1, "Sirius"), (2, "Vega")]
    assert source.asked == [[1, 3], [2]]
    assert await rows(kept, 3, 2, 1) == [(1, "Sirius"), (2, "Vega")]
    assert source.asked == [[1, 3], [2]]
    assert source.recorded == 1  # of what was answered without a statement


async def test_another_version_is_asked_for_anew(kept: KeptRows, source: Source) -> None:
    assert await rows(kept, 1) == [(1, "Sirius")]
    source.names[1], source.known = "Dog Star", "second"
    assert await rows(kept, 1) == [(1, "Dog Star")]
    assert source.asked == [[1], [1]]


async def test_what_was_written_while_it_was_read_is_not_kept(kept: KeptRows, source: Source) -> None:
    source.moves = True
    assert await rows(kept, 1) == [(1, "Sirius")]
    source.moves = False
    assert await rows(kept, 1) == [(1, "Sirius")]
    assert source.asked == [[1], [1]]


@pytest.mark.parametrize("others", [{"dated": True}, {"varies": True}])
async def test_what_depends_on_more_than_its_source_is_never_kept(
    kept: KeptRows, source: Source, others: dict[str, bool]
) -> None:
    for _ in range(2):
        assert await rows(kept, 1, **others) == [(1, "Sirius")]
    assert source.asked == [[1], [1]]


async def test_without_a_version_nothing_is_kept(kept: KeptRows, source: Source) -> None:
    source.known = None
    for _ in range(2):
        assert await rows(kept, 1) == [(1, "Sirius")]
    assert source.asked == [[1], [1]]


async def test_very_many_keys_are_asked_for_at_once(
    kept: KeptRows, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_rows, "MOST", 2)
    for _ in range(2):
        assert await rows(kept, 1, 2, 3) == [(1, "Sirius"), (2, "Vega")]
    assert source.asked == [[1, 2, 3], [1, 2, 3]]


async def test_memory_is_bounded(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_rows, "ROOM", 5_000)
    kept = KeptRows(source, source.fetch, source.record)  # type: ignore[arg-type]
    source.names = dict.fromkeys(range(100), "a star")
    for key in range(100):
        await rows(kept, key)
    source.asked.clear()
    assert await rows(kept, 99) == [(99, "a star")]
    assert source.asked == []
    assert await rows(kept, 0) == [(0, "a star")]
    assert source.asked == [[0]]
