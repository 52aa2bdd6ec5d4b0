"""A source's version changes within two seconds of whatever is committed there, and only then."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from waiting import BUSY

from hub import versions
from hub.rows import Connection, Hub, connect
from hub.version_reader import STANDBY, UNDATED, UNDECIDED, undecided
from sample.federation import Federation
from schema.catalog import ALL, SOURCES
from schema.table import Source

pytestmark = pytest.mark.timed

WRITES = {
    "obsportal": (
        "INSERT INTO portal.program (obs_program) VALUES ('versions')",
        "UPDATE portal.program SET obs_program_title = 'again' WHERE obs_program = 'versions'",
        "UPDATE portal.tag SET tag_value = tag_value WHERE tag_name = 'synchronize_end'",
        "DELETE FROM portal.program WHERE obs_program = 'versions'",
        "CREATE TABLE portal.passing (id integer)",
        "TRUNCATE portal.passing",
        "DROP TABLE portal.passing",
        "CREATE VIEW portal.seen AS SELECT 1 AS one",
        "CREATE OR REPLACE VIEW portal.seen AS SELECT 2 AS one",
        "DROP VIEW portal.seen",
    ),
    "oidb": (
        "INSERT INTO public.collection (id) VALUES ('versions')",
        "DELETE FROM public.collection WHERE id = 'versions'",
    ),
    "jsdc": (
        "UPDATE public.badcal SET comment = comment WHERE badcal_id = (SELECT min(badcal_id) FROM public.badcal)",
    ),
    "spica": (
        "INSERT INTO public.spica_followup (tpl_start, run_status, run_origin) VALUES ('2099-01-01', 'planned', 'test')",
        "DELETE FROM public.spica_followup WHERE tpl_start = '2099-01-01'",
    ),
}
"""What is written to each source; all is undone at the end."""


async def settled(hub: Hub, source: str) -> str:
    """The version, once it has one that stays."""
    found = None
    while found is None or found != hub.health.version(source):
        found = hub.health.version(source)
        await asyncio.sleep(1.1)
    return found


async def changed(hub: Hub, source: str, before: str) -> float:
    """How long it takes until the version is another one."""
    start = time.monotonic()
    while hub.health.version(source) in (None, before):
        assert time.monotonic() - start < BUSY * 5
        await asyncio.sleep(0.02)
    return time.monotonic() - start


async def write(hub: Hub, federation: Federation, source: str) -> None:
    for statement in WRITES[source]:
        before = await settled(hub, source)
        connection = await connect(federation.sources[source])
        await connection.execute(statement)
        await connection.close()
        assert await changed(hub, source, before) < BUSY * 2.5, statement


async def test_whatever_is_written_changes_the_version(hub: Hub, federation: Federation) -> None:
    await asyncio.gather(*(write(hub, federation, source) for source in WRITES))


async def test_what_a_session_writes_twice_in_a_second_is_seen_where_a_column_tells(
    hub: Hub, federation: Federation
) -> None:
    before = await settled(hub, "oidb")
    connection = await connect(federation.sources["oidb"])
    try:
        for title in ("once", "twice", "thrice"):  # PostgreSQL reports the last two ten seconds later
            await connection.execute(
                "INSERT INTO public.collection (id, title) VALUES ('versions', $1) "
                "ON CONFLICT (id) DO UPDATE SET title = EXCLUDED.title",
                title,
            )
            assert await changed(hub, "oidb", before) < BUSY * 2.5
            before = hub.health.version("oidb")
    finally:
        await connection.execute("DELETE FROM public.collection WHERE id = 'versions'")
        await connection.close()


async def test_what_the_hub_holds_has_a_version_too(hub: Hub, federation: Federation) -> None:
    before = await settled(hub, "crossid")
    connection = await connect(federation.owner)
    await connection.execute("UPDATE crossid.target SET designation = designation")
    await connection.close()
    assert await changed(hub, "crossid", before) < BUSY * 2.5


async def test_changes_are_told_once_to_whoever_asked(hub: Hub, federation: Federation) -> None:
    await asyncio.gather(*(settled(hub, name) for name in (*SOURCES, "crossid")))
    changes = hub.health.changes()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(changes), 2.5)
    connection = await connect(federation.sources["jsdc"])
    await connection.execute(*WRITES["jsdc"])
    await connection.close()
    assert await asyncio.wait_for(anext(changes), BUSY * 2.5) == "jsdc"
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(changes), 2.5)


@pytest.fixture
async def serving(federation: Federation) -> AsyncIterator[Connection]:
    connection = await connect(federation.hub)
    yield connection
    await connection.close()


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
async def test_a_version_is_cheap(serving: Connection, source: Source) -> None:
    """The largest value of an index is one row; what the catalogue counts is selected over there."""
    for part in source.version:
        plan = [row[0] for row in await serving.fetch(f"EXPLAIN (VERBOSE) {versions.mark(part)}")]
        [remote] = [line for line in plan if "Remote SQL" in line]
        assert part.latest is None or remote.endswith("LIMIT 1::bigint")
    query = versions.Way(source).query
    for text, values, conditions in (
        (versions.COUNTERS, (), ["schemaname <> ALL ("]),
        (
            versions.WHOLE,
            (["star"], [1, 2]),
            ["oid = ANY (", "attrelid = ANY (", "in_hot_standby", "stats_reset IS NOT NULL"],
        ),
    ):
        plan = [row[0] for row in await serving.fetch(f"EXPLAIN (VERBOSE) {query(text)}", *values)]
        remote = [line for line in plan if "Remote SQL" in line]
        assert all(any(condition in line for line in remote) for condition in conditions), remote


def test_a_declared_column_of_a_version_is_indexed_or_the_table_is_small() -> None:
    for source in ALL:
        for part in source.version:
            assert part.latest is None or part.latest.indexed or part.latest is part.table.key


ON, OFF = {"in_hot_standby": "on"}, {"in_hot_standby": "off"}
STARTED = ["2026-11-30 08:00:00+00"]
PRIMARY = [("2026-11-30 08:00:00+00", False)]
REPLAYING = [("2026-11-30 08:00:00+00", True)]


@pytest.mark.parametrize(
    ("resets", "start", "position", "lacking"),
    [
        (OFF, STARTED, [], ""),
        (OFF, [], [], UNDATED),
        (OFF, [], PRIMARY, ""),
        (ON, STARTED, [], STANDBY),
        (ON, STARTED, REPLAYING, ""),
        ({}, STARTED, [], UNDECIDED),
        ({}, [], PRIMARY, ""),
        ({}, [], REPLAYING, ""),
    ],
)
def test_what_is_not_decided_is_no_version(
    resets: dict[str, str], start: list[Any], position: list[Any], lacking: str
) -> None:
    """PostgreSQL tells whether it is a standby since 14, when it started since 15; the view tells both anywhere."""
    assert undecided(resets, start, position) == lacking


async def test_what_no_counter_counts_changes_the_version(hub: Hub, federation: Federation) -> None:
    seen = [await settled(hub, "spica")]
    connection = await connect(federation.sources["spica"])
    try:
        for statement in UNCOUNTED:
            await connection.execute(statement)
            assert await changed(hub, "spica", seen[-1]) < BUSY * 2.5, statement
            seen.append(await settled(hub, "spica"))
    finally:
        await connection.close()
    assert len(set(seen)) == len(UNCOUNTED) + 1


UNCOUNTED = (
    "ALTER TABLE public.spica_followup RENAME TO passing; ALTER TABLE public.passing RENAME TO spica_followup",
    (
        "ALTER TABLE public.spica_followup RENAME run_status TO passing; "
        "ALTER TABLE public.spica_followup RENAME passing TO run_status"
    ),
    "SELECT pg_stat_reset()",
    "SELECT pg_stat_reset()",
    "SELECT pg_stat_reset_single_table_counters('public.spica_followup'::regclass)",
)
"""Each leaves the rows as they are, and would leave counters as they were before."""
