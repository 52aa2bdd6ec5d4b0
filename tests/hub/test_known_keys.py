"""Keys are compared by the sorted hashes of all of them: what is new, what is gone, what stays."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub import known_keys
from hub.known_keys import KnownKeys, _compared
from planning.sql import Statement
from schema.obsportal import EXPOSURE
from schema.spica_changes import CHANGE
from schema.table import Table

NUMBERS = st.sets(st.integers(-20, 20) | st.integers(-(2**63), 2**63 - 1))


@given(NUMBERS, NUMBERS)
def test_sets_are_compared(known: set[int], there: set[int]) -> None:
    packed = np.array(list(there), ">i8").tobytes()
    found = _compared(packed, np.array(sorted(known), np.int64))
    assert [part.tolist() for part in found] == [sorted(part) for part in (there - known, known - there, known & there)]


class Keys:
    """A table of keys, which counts those that are read of it."""

    def __init__(self) -> None:
        self.there: set[int] = set()
        self.read = 0

    async def slowly(self, statement: Statement) -> Sequence[Sequence[Any]]:
        found = sorted(key for key in self.there if not statement.values or key > statement.values[0])
        self.read += len(found)
        return [(np.array(found, ">i8").tobytes(),)]


async def looked(keys: Keys, known: KnownKeys) -> tuple[list[int], int]:
    """What a look finds new, and how many keys it has read."""
    read = keys.read
    new, _ = await known.compare()
    await known.learn(new.astype(">i8").tobytes())
    return new.tolist(), keys.read - read


@pytest.mark.parametrize(("table", "most"), [(CHANGE, 12), (EXPOSURE, 1012)])
async def test_of_a_table_that_grows_the_newest_are_looked_at_and_all_once_in_a_while(
    monkeypatch: pytest.MonkeyPatch, table: Table, most: int
) -> None:
    monkeypatch.setattr(known_keys, "RECENT", 10)
    keys = Keys()
    keys.there = set(range(1000)) - {500, 995}
    known = KnownKeys(keys, table)
    assert await looked(keys, known) == (sorted(keys.there), 998)
    keys.there |= {995, 1000, 1001}
    assert await looked(keys, known) == ([995, 1000, 1001], min(most + 1, 1001)), "one of them had taken longer"
    keys.there |= {500}
    new, read = await looked(keys, known)
    assert (new, read <= most) == ([] if table.grows else [500], True), "it had taken very long"
    monkeypatch.setattr(known_keys, "WHOLE", 0.0)
    assert 500 in (await looked(keys, known))[0] or not table.grows
    assert await looked(keys, known) == ([], 1002)
