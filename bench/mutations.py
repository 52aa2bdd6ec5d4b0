"""Clients that ask for mutations until each is answered, again with its key where it was not, and what they give."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import httpx

from bench.replay import Rows

EACH = 5
"""Rows of a mutation that makes some."""
SHARED = 4
"""Entries of programmes that one mutation adds a line to, all together."""
PAUSE = 0.05
"""Seconds before a request is made again."""
AGAIN = {"BUSY", "TIMED_OUT", "SOURCE_UNAVAILABLE", "HUB_UNAVAILABLE"}
"""Refusals after which a client asks again."""
DONE = "alreadyDone userErrors { code message }"
MAKE = f"""mutation M($input: [UpsertSpicaTargetInput!]!, $key: String) {{
  changed: upsertSpicaTargets(input: $input, idempotencyKey: $key) {{ {DONE} }} }}"""
SAY = f"""mutation M($input: [AddCommentInput!]!, $key: String) {{
  changed: addComments(input: $input, idempotencyKey: $key) {{ {DONE} }} }}"""
ENTRIES = "SELECT spicadb_id, progname FROM public.spica_target_program ORDER BY 1, 2 LIMIT $1"
WRITER = "spica-qcs"
"""Login of who asks: an administrator of all that is written."""
Entry = tuple[int, str]
"""A target, and a programme that wants it."""
KEYS = "SELECT idempotency_key FROM gw.idempotency WHERE idempotency_key LIKE 'kill-%' AND result IS NOT NULL"


async def shared_entries(owner: asyncpg.Connection, most: int) -> list[Entry]:
    """Entries of programmes that many write, at most so many: a multiple of `SHARED`."""
    found = [(row[0], row[1]) for row in await owner.fetch(ENTRIES, most)]
    return found[: len(found) // SHARED * SHARED]


@dataclass
class Mutators:
    """Some who ask for mutations as `WRITER`, each by a key of its own, until all are answered.

    Every second one makes `EACH` targets; the others add a line each to `SHARED` entries, which many want at once.
    """

    url: str
    token: str
    entries: Sequence[Entry]
    number: int
    at_once: int
    patience: float = 30.0
    left: list[int] = field(default_factory=list)
    answered: Counter[bool] = field(default_factory=Counter)
    """By whether it had been done already when it was asked for the last time."""
    unanswered: int = 0
    """Requests that got no answer, or one that says to ask again."""
    refused: list[str] = field(default_factory=list)
    """Answers that no client should get."""

    async def ask_all(self) -> None:
        """Ask until each is answered."""
        self.left = list(range(self.number))
        headers = {"Authorization": f"Bearer {self.token}"}
        limits = httpx.Limits(max_connections=self.at_once)
        async with (
            httpx.AsyncClient(headers=headers, timeout=self.patience, limits=limits) as client,
            asyncio.TaskGroup() as group,
        ):
            for _ in range(self.at_once):
                group.create_task(self._ask_some(client))

    async def _ask_some(self, client: httpx.AsyncClient) -> None:
        while self.left:
            number = self.left.pop()
            query, variables = self._mutation(number)
            while not await self._asked(client, query, variables):
                self.unanswered += 1
                await asyncio.sleep(PAUSE)

    def _mutation(self, number: int) -> tuple[str, dict[str, Any]]:
        key = f"kill-{number};"
        if number % 2 == 0:
            return MAKE, {"key": key, "input": [{"spt": key, "vmag": row} for row in range(EACH)]}
        rows = [{"spicadbId": target, "progname": name, "comments": key} for target, name in self.group(number)]
        return SAY, {"key": key, "input": rows}

    def group(self, number: int) -> Sequence[Entry]:
        """The entries that a mutation adds a line to: groups do not overlap, so that none waits in a circle."""
        start = number // 2 * SHARED % len(self.entries)
        return self.entries[start : start + SHARED]

    async def _asked(self, client: httpx.AsyncClient, query: str, variables: dict[str, Any]) -> bool:
        try:
            answer = await client.post(f"{self.url}/graphql", json={"query": query, "variables": variables})
        except httpx.TransportError:
            return False
        told = answer.json()
        codes = {error["extensions"]["code"] for error in told.get("errors", ())}
        if codes and codes <= AGAIN:
            return False
        changed = (told.get("data") or {}).get("changed")
        if codes or not changed or changed["userErrors"]:
            self.refused.append(answer.text[:200])
        self.answered[bool(changed and changed["alreadyDone"])] += 1
        return True

    async def wrong(self, owner: asyncpg.Connection, after: Rows) -> list[str]:
        """What is not there once of what was asked for: keys, rows that were made, lines that were added."""
        wanted = Counter(f"kill-{number};" for number in range(self.number))
        keys = Counter(row[0] for row in await owner.fetch(KEYS))
        made = Counter(row["spt"] for row in after.values() if str(row.get("spt")).startswith("kill-"))
        rows = Counter({f"kill-{number};": EACH for number in range(0, self.number, 2)})
        return [
            *_differing("keys", keys, wanted),
            *_differing("rows", made, rows),
            *_differing("lines", self._said(after), self._lines()),
        ]

    def _said(self, after: Rows) -> Counter[str]:
        said = [row for row in after.values() if row.get("comments")]
        return Counter(
            f"{row['spicadb_id']} {row['progname']} {line}"
            for row in said
            for line in row["comments"].splitlines()
            if line.startswith("kill-")
        )

    def _lines(self) -> Counter[str]:
        numbers = range(1, self.number, 2)
        return Counter(f"{target} {name} kill-{n};" for n in numbers for target, name in self.group(n))


def _differing(what: str, there: Counter[str], wanted: Counter[str]) -> list[str]:
    return [
        f"{what} of {name}: {there[name]}, not {wanted[name]}"
        for name in sorted(there.keys() | wanted.keys())
        if there[name] != wanted[name]
    ]
