"""The keys that a table had, and which of those it has now are new: compared as 64-bit hashes, all of them at once.

No date of a row says when it was added, nor does a number: it may lie ahead, be missing, or belong to a transaction
that took long. A number is its own hash.
340 000 keys are 3 MB here. Two of as many keys have one hash with a probability of 3e-9; the second would not be told.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from planning.sql import Statement
from schema.named_queries import named_query
from schema.table import Table
from schema.types import LONG

AT_ONCE = 5000
"""Keys read by one statement."""
RECENT = 10_000
"""Keys of a table that grows among which one may come late: those of transactions that overlapped with it."""
WHOLE = 60.0
"""Seconds after which all keys are looked at, for one that comes later still."""
Hashes = NDArray[np.int64]
NONE: Hashes = np.empty(0, np.int64)


class ReadingHub(Protocol):
    """What is needed of the hub."""

    async def slowly(self, statement: Statement) -> Sequence[Sequence[Any]]: ...  # noqa: D102


class KnownKeys:
    """The keys that a table had when it was last compared with them."""

    def __init__(self, hub: ReadingHub, table: Table) -> None:
        self._hub = hub
        self._source = (table.source,)
        names = names_in(table)
        self._hashes = named_query("hub/additions", "hashes").format_map(names)
        self._later = named_query("hub/additions", "later_hashes").format_map(names)
        self._grows = table.grows
        self._whole = -WHOLE
        """When all of the table was last compared (monotonic clock)."""
        self._keys = named_query("hub/additions", "keys").format_map(names)
        self._known = NONE

    async def learn(self, packed: bytes | None) -> None:
        """Take these for known, eight bytes each."""
        self._known = await asyncio.to_thread(_union, self._known, packed or b"")

    async def compare(self) -> tuple[Hashes, Hashes]:
        """Read the table: which hashes are there that are not known, and which known ones are gone, and so forgotten.

        Of a table that grows, the newest alone, and all of them once in `WHOLE`: what is looked at each time does not
        grow with it. Raises `GatewayError`.
        """
        began, earlier = time.monotonic(), self._earlier()
        text, values = (self._later, (int(earlier[-1]),)) if len(earlier) else (self._hashes, ())
        [(packed,)] = await self._hub.slowly(Statement(text, values, self._source))
        recent = self._known[len(earlier) :]
        new, gone, left = await asyncio.to_thread(_compared, packed or b"", recent)
        self._known = np.concatenate([earlier, left]) if len(earlier) else left
        self._whole = self._whole if len(earlier) else began
        return new, gone

    def _earlier(self) -> Hashes:
        """The known ones that are not looked at this time: a number is its own hash, so that they are sorted by age."""
        whole = not self._grows or time.monotonic() - self._whole >= WHOLE
        return NONE if whole else self._known[: max(0, len(self._known) - RECENT)]

    async def read(self, new: Hashes) -> AsyncIterator[list[tuple[str, int]]]:
        """Yield the keys that have these hashes, with them, some at a time; raises `GatewayError`.

        They are known once the caller has asked for those after them; one that is gone meanwhile is not.
        """
        for start in range(0, len(new), AT_ONCE):
            some = new[start : start + AT_ONCE].tolist()
            rows = await self._hub.slowly(Statement(self._keys, (some,), self._source))
            if rows:
                yield [(str(key), hashed) for key, hashed in sorted((row[0], row[1]) for row in rows)]
                await self.learn(np.array([row[1] for row in rows], ">i8").tobytes())


def names_in(table: Table) -> dict[str, str]:
    """What `sql/queries/hub/additions.sql` calls a table, its key and the hash of that.

    The hash of a text is one on which PostgreSQL's own partitions rely, so that every server of every release makes the
    same.
    """
    key = f'"{table.key.sql}"'
    return {
        "table": table.qualified,
        "key": key,
        "hash": key if table.key.type is LONG else f"hashtextextended({key}, 0)",
    }


def _numbers(packed: bytes) -> Hashes:
    return np.sort(np.frombuffer(packed, ">i8").astype(np.int64))


def _union(known: Hashes, packed: bytes) -> Hashes:
    return np.union1d(known, _numbers(packed))


def _compared(packed: bytes, known: Hashes) -> tuple[Hashes, Hashes, Hashes]:
    """What is new, what is gone, and what is neither; as sorted as they are, they are compared in one pass."""
    there = _numbers(packed)
    if np.array_equal(there, known):
        return NONE, NONE, known
    was = _among(there, known)
    return there[~was], known[~_among(known, there)], there[was]


def _among(some: Hashes, others: Hashes) -> NDArray[np.bool_]:
    places = np.searchsorted(others, some)
    found = places < len(others)
    found[found] = others[places[found]] == some[found]
    return found
