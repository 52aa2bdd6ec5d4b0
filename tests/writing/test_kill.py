"""A gateway that is killed amid mutations leaves no half of one, and none is done twice when it is asked again."""

import asyncio
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx
import pytest
from people import bearer, knowing, served, verified_by
from serving import PATIENT, Server
from waiting import BUSY, within

from gateway.commands.provider import Provider
from hub.rows import Connection
from localpg.options import free_port
from sample.federation import Federation

pytestmark = pytest.mark.timed

REQUESTS, WRITERS, EACH = 240, 24, 5
"""Mutations, how many are under way at once, and rows of one that makes some."""
AGAIN = {"BUSY", "TIMED_OUT", "SOURCE_UNAVAILABLE", "HUB_UNAVAILABLE"}
"""What is asked again when it is refused, as a client would: after a kill everything is slow for a moment."""
MAKE = """mutation M($input: [UpsertSpicaTargetInput!]!, $key: String) {
  changed: upsertSpicaTargets(input: $input, idempotencyKey: $key) { alreadyDone userErrors { code message } } }"""
SAY = """mutation M($input: [AddCommentInput!]!, $key: String) {
  changed: addComments(input: $input, idempotencyKey: $key) { alreadyDone userErrors { code message } } }"""
ENTRIES = (
    "SELECT spicadb_id FROM public.spica_target_program WHERE piname = 'PI S01' AND progname = 'S01' ORDER BY 1 LIMIT 4"
)
HISTORY = """SELECT table_name, row_key, column_name, old_value, new_value, row_version FROM gw.history
WHERE history_id > $1 ORDER BY history_id"""
LATEST = "SELECT max(history_id) FROM gw.history"
KEYS = "SELECT idempotency_key FROM gw.idempotency WHERE idempotency_key LIKE 'kill-%' AND result IS NOT NULL"
TABLES = {
    "spica.target": ("public.spica", "spicadb_id"),
    "spica.target_program": ("public.spica_target_program", "target_program_id"),
}
Rows = dict[tuple[str, str], dict[str, Any]]


@dataclass
class Clients:
    """Some who ask for mutations until each is answered, whichever gateway still stands."""

    urls: list[str]
    token: str
    entries: list[int]
    left: list[int] = field(default_factory=lambda: list(range(REQUESTS)))
    answered: Counter[bool] = field(default_factory=Counter)
    """By whether it had been done already."""
    broken: int = 0
    """Requests that got no answer."""

    async def ask_all(self) -> None:
        async with (
            httpx.AsyncClient(headers=bearer(self.token), timeout=10 * BUSY) as client,
            asyncio.TaskGroup() as writers,
        ):
            for _ in range(WRITERS):
                writers.create_task(self._ask_some(client))

    async def came_past(self, number: int) -> bool:
        return self.answered.total() > number

    async def broke_since(self, broken: int) -> bool:
        return self.broken > broken

    async def _ask_some(self, client: httpx.AsyncClient) -> None:
        while self.left:
            number = self.left.pop()
            if not await self._asked(client, *self._mutation(f"kill-{number};", makes=number % 2 == 0)):
                self.left.append(number)

    def _mutation(self, key: str, *, makes: bool) -> tuple[str, dict[str, Any]]:
        if makes:
            return MAKE, {"key": key, "input": [{"spt": key, "vmag": row} for row in range(EACH)]}
        return SAY, {"key": key, "input": [{"spicadbId": n, "progname": "S01", "comments": key} for n in self.entries]}

    async def _asked(self, client: httpx.AsyncClient, query: str, variables: dict[str, Any]) -> bool:
        url = self.urls[0]
        try:
            answer = await client.post(f"{url}/graphql", json={"query": query, "variables": variables})
        except httpx.TransportError:
            self.broken += 1
            if self.urls[0] == url and len(self.urls) > 1:
                del self.urls[0]
            return False
        if "errors" in (told := answer.json()):
            assert {error["extensions"]["code"] for error in told["errors"]} <= AGAIN, told
            return False
        assert told["data"]["changed"]["userErrors"] == []
        self.answered[told["data"]["changed"]["alreadyDone"]] += 1
        return True


@contextmanager
def gateway(written: Federation, provider: Provider) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    told = {"spica_writer": written.source_writers["spica"], "hub": written.hub, "port": (port := free_port())}
    told |= verified_by(provider) | {"figures": False, "silence_seconds": PATIENT}
    environment = os.environ | {f"GATEWAY_{name.upper()}": str(value) for name, value in told.items()}
    with subprocess.Popen(
        [sys.executable, "-m", "gateway", "serve"], env=environment, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.kill()


async def ready(url: str) -> bool:
    async with httpx.AsyncClient() as client:
        try:
            return (await client.get(f"{url}/readyz")).is_success
        except httpx.TransportError:
            return False


async def state(owner: Connection) -> Rows:
    rows: Rows = {}
    for name, (relation, key) in TABLES.items():
        for (text,) in await owner.fetch(f"SELECT (to_jsonb(t) - 'lastmods')::text FROM {relation} AS t"):
            row = {column: value for column, value in json.loads(text).items() if value is not None}
            rows[name, str(row[key])] = row
    return rows


async def replayed(owner: Connection, rows: Rows, since: int) -> Rows:
    """Rows after what the history has since then: each step begins where the one before ended."""
    made: Rows = defaultdict(dict, {key: dict(row) for key, row in rows.items()})
    for table, key, column, old, new, version in await owner.fetch(HISTORY, since):
        row = made[table, key]
        assert row.pop(column, None) == (old and json.loads(old))
        assert version in (row.get("version", 0), row.get("version", 0) + 1)
        row |= {"version": version} | ({} if new is None else {column: json.loads(new)})
    return dict(made)


@pytest.fixture
async def clients(
    written: Federation, owner: Connection
) -> AsyncIterator[tuple[Clients, list["subprocess.Popen[bytes]"]]]:
    with ExitStack() as stack:
        provider = stack.enter_context(served())
        mortal = [stack.enter_context(gateway(written, provider)) for _ in range(2)]
        urls = [url for url, _ in mortal] + [stack.enter_context(Server(knowing(provider, written)))]
        for url in urls:
            await within(partial(ready, url), 20)
        entries = [row[0] for row in await owner.fetch(ENTRIES)]
        yield Clients(urls, provider.token("pi-s01"), entries), [process for _, process in mortal]


async def test_killed_twice_amid_mutations_nothing_is_half_done_or_done_twice(
    clients: tuple[Clients, list["subprocess.Popen[bytes]"]], owner: Connection
) -> None:
    asking, mortal = clients
    before, since = await state(owner), await owner.fetchval(LATEST)
    running = asyncio.create_task(asking.ask_all())
    for number, process in enumerate(mortal, 1):
        await within(partial(asking.came_past, number * REQUESTS // 3), 10)
        broken = asking.broken
        process.kill()
        process.wait()
        await within(partial(asking.broke_since, broken), 5)  # it was in the middle of some
    await running
    after = await state(owner)
    assert asking.answered.total() == REQUESTS
    assert await replayed(owner, before, since) == after
    keys = Counter(row[0] for row in await owner.fetch(KEYS))
    assert keys == Counter(f"kill-{number};" for number in range(REQUESTS))
    made = Counter(row["spt"] for (_, key), row in after.items() if str(row.get("spt")).startswith("kill-"))
    assert made == Counter({f"kill-{number};": EACH for number in range(0, REQUESTS, 2)})
    for spicadb_id in asking.entries:
        [said] = [
            row["comments"]
            for row in after.values()
            if row["spicadb_id"] == spicadb_id and row.get("progname") == "S01"
        ]
        assert Counter(line for line in said.splitlines() if line.startswith("kill-")) == Counter(
            f"kill-{number};" for number in range(1, REQUESTS, 2)
        )
