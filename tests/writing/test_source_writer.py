"""Writing to a source: one row, one winner; whose row it is; what is recorded; what a lost connection leaves."""

import asyncio
import json
from collections import defaultdict
from typing import Any

import asyncpg
import pytest
from writers import LET, OTHER, PI, READER, SERVICE, STRANGER

from bench.mutations import EACH, SHARED, Mutators, shared_entries
from bench.replay import LATEST, replayed, rows_now
from hub.rows import Connection, connect
from hub.source_writer import SourceWriter
from planning.asker import NOBODY, Asker
from planning.changes import Change
from planning.errors import GatewayError
from planning.refused_changes import ChangeRefused
from sample.federation import Federation
from schema.change_fault import ChangeFault
from schema.column import Column
from schema.spica import FOLLOWUP, PINAME, PROGNAME, SPICADB_ID, TARGET, TARGET_PROGRAM
from schema.table import Table

OWN = (
    "SELECT spicadb_id FROM public.spica_target_program WHERE piname = 'PI S05' AND program_rank = 1 ORDER BY 1 LIMIT 1"
)
CHANGES = "SELECT count(*) FROM gw.history"
REPLAYED = {
    "spica.target": ("public.spica", "spicadb_id"),
    "spica.target_program": ("public.spica_target_program", "target_program_id"),
}


def column(table: Table, name: str) -> Column:
    return next(one for one in table.columns if one.name == name)


VMAG, SPT, RATE = (column(TARGET, name) for name in ("vmag", "spt", "completion_rate"))


async def own_target(owner: Connection) -> int:
    return int(await owner.fetchval(OWN))


async def write(writer: SourceWriter, who: Asker, change: Change) -> Any:
    async with writer.transaction(who, "test") as transaction:
        return await transaction.apply(change)


async def refused(writer: SourceWriter, who: Asker, change: Change) -> ChangeFault:
    with pytest.raises(ChangeRefused) as refusal:
        await write(writer, who, change)
    return refusal.value.errors[0].fault


async def test_of_two_writers_of_one_row_one_wins_and_the_other_is_told_both_states(
    writer: SourceWriter, owner: Connection
) -> None:
    number = await own_target(owner)
    version = await owner.fetchval("SELECT version FROM public.spica WHERE spicadb_id = $1", number)
    before = await owner.fetchval(CHANGES)
    changes = {
        who: Change(TARGET, {SPICADB_ID: number}, {VMAG: value}, version) for who, value in ((PI, 3.5), (LET, 4.5))
    }
    results = await asyncio.gather(*(write(writer, *one) for one in changes.items()), return_exceptions=True)
    (lost,) = (one for one in results if isinstance(one, ChangeRefused))
    assert [one for one in results if one is not lost] == [number]
    (error,) = lost.errors
    assert error.fault is ChangeFault.CONFLICT
    assert error.current
    assert error.wanted
    row = await owner.fetchrow("SELECT vmag, version FROM public.spica WHERE spicadb_id = $1", number)
    assert (error.current["vmag"], error.current["version"]) == (row["vmag"], version + 1) == (row[0], row[1])
    assert {error.wanted["vmag"], error.current["vmag"]} == {3.5, 4.5}
    assert await owner.fetchval(CHANGES) == before + 1


@pytest.mark.parametrize("who", [OTHER, STRANGER])
async def test_a_strangers_write_changes_no_row_and_leaves_no_history(
    writer: SourceWriter, owner: Connection, who: Asker
) -> None:
    number = await own_target(owner)
    before = await owner.fetch("SELECT * FROM public.spica ORDER BY 1"), await owner.fetchval(CHANGES)
    assert await refused(writer, who, Change(TARGET, {SPICADB_ID: number}, {VMAG: 1})) is ChangeFault.FORBIDDEN
    programme = Change(TARGET_PROGRAM, {SPICADB_ID: number, PROGNAME: "S05"}, {PINAME: "PI S01"}, creates=True)
    assert await refused(writer, who, programme) is ChangeFault.FORBIDDEN
    assert (await owner.fetch("SELECT * FROM public.spica ORDER BY 1"), await owner.fetchval(CHANGES)) == before


async def test_nobody_and_who_may_only_read_are_refused_before_a_connection_is_taken(writer: SourceWriter) -> None:
    change = Change(TARGET, {SPICADB_ID: 1}, {VMAG: 1})
    assert await refused(writer, NOBODY, change) is ChangeFault.UNAUTHENTICATED
    assert await refused(writer, READER, change) is ChangeFault.FORBIDDEN


async def test_delegates_and_administrators_write_too(writer: SourceWriter, owner: Connection) -> None:
    number = await own_target(owner)
    for who in (LET, SERVICE):
        assert await write(writer, who, Change(TARGET, {SPICADB_ID: number}, {SPT: f"of {who.login}"})) == number
    rows = await owner.fetch(
        "SELECT asker, changed_by, door, new_value FROM gw.history ORDER BY history_id DESC LIMIT 2"
    )
    assert [tuple(row) for row in rows] == [
        (SERVICE.login, "administrator", "test", f'"of {SERVICE.login}"'),
        (LET.login, "COI S05", "test", f'"of {LET.login}"'),
    ]


async def test_a_column_of_services_is_written_by_administrators_alone(writer: SourceWriter, owner: Connection) -> None:
    number = await own_target(owner)
    change = Change(TARGET, {SPICADB_ID: number}, {RATE: 0.25})
    assert await refused(writer, PI, change) is ChangeFault.FORBIDDEN
    assert await write(writer, SERVICE, change) == number


async def test_a_row_is_not_handed_to_another(writer: SourceWriter, owner: Connection) -> None:
    number = await own_target(owner)
    change = Change(TARGET_PROGRAM, {SPICADB_ID: number, PROGNAME: "S05"}, {PINAME: "PI S01"})
    assert await refused(writer, PI, change) is ChangeFault.FORBIDDEN


BAD = {
    "not a number": (TARGET, {VMAG: "bright"}, ChangeFault.BAD_INPUT),
    "too large": (TARGET, {VMAG: "1e99"}, ChangeFault.BAD_INPUT),
    "a state that there is none of": (TARGET, {column(TARGET, "row_state"): "gone"}, ChangeFault.BAD_INPUT),
    "nothing": (TARGET, {}, ChangeFault.BAD_INPUT),
    "written by nobody": (TARGET, {column(TARGET, "version"): 7}, ChangeFault.FORBIDDEN),
}


@pytest.mark.parametrize("case", BAD)
async def test_bad_values_are_refused(writer: SourceWriter, owner: Connection, case: str) -> None:
    table, values, fault = BAD[case]
    assert await refused(writer, PI, Change(table, {SPICADB_ID: await own_target(owner)}, values)) is fault


async def test_what_identifies_a_row_stays(writer: SourceWriter, owner: Connection) -> None:
    start = await owner.fetchval("SELECT tpl_start FROM public.spica_followup WHERE piname = 'PI S05' LIMIT 1")
    comment = {column(FOLLOWUP, "ob_ref"): "OB", PROGNAME: "S09"}
    assert await refused(writer, PI, Change(FOLLOWUP, {FOLLOWUP.key: start}, comment)) is ChangeFault.BAD_INPUT


@pytest.mark.parametrize("asker", ["nothing", ""])
async def test_a_write_without_asker_is_refused(written: Federation, owner: Connection, asker: str) -> None:
    number = await own_target(owner)
    connection = await asyncpg.connect(written.source_writers["spica"])
    try:
        async with connection.transaction():
            await connection.execute("SELECT set_config('gw.rights', '{\"every\": [\"spica\"]}', true)")
            if not asker:
                await connection.execute("SELECT set_config('gw.asker', '', true)")
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="nobody is said to ask"):
                await connection.execute("UPDATE public.spica SET spt = 'x' WHERE spicadb_id = $1", number)
    finally:
        await connection.close()


FORBIDDEN = (
    "SELECT * FROM gw.history", "INSERT INTO gw.history (asker) VALUES ('x')", "UPDATE gw.history SET asker = 'x'",
    "DELETE FROM gw.history", "TRUNCATE gw.history", "DELETE FROM public.spica", "TRUNCATE public.spica_followup",
    "UPDATE public.spica SET version = 7", "UPDATE public.spica SET spicadb_id = 7", "DELETE FROM gw.idempotency",
    "UPDATE public.spica_program SET piname = 'x'", "UPDATE public.account SET login = 'x'", "DROP TRIGGER gw_history ON public.spica",
    "ALTER TABLE public.spica DISABLE ROW LEVEL SECURITY", "CREATE TABLE public.mine ()",
)  # fmt: skip


@pytest.mark.parametrize("text", FORBIDDEN)
async def test_the_role_that_writes_may_do_nothing_else(written: Federation, text: str) -> None:
    connection = await asyncpg.connect(written.source_writers["spica"])
    try:
        async with connection.transaction():
            await connection.execute(
                "SELECT set_config('gw.asker', 'x', true), set_config('gw.rights', '{\"every\": [\"spica\"]}', true)"
            )
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(text)
    finally:
        await connection.close()


@pytest.mark.parametrize("text", ["UPDATE gw.history SET asker = 'x'", "DELETE FROM gw.history", "TRUNCATE gw.history"])
async def test_even_the_owner_only_adds_to_the_history(owner: Connection, text: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="only grows"):
        await owner.execute(text)


async def test_what_the_owner_writes_is_recorded_by_its_own_name(owner: Connection) -> None:
    number = await own_target(owner)
    await owner.execute("UPDATE public.spica SET hd = 'by hand' WHERE spicadb_id = $1", number)
    row = await owner.fetchrow("SELECT asker, door, column_name FROM gw.history ORDER BY history_id DESC LIMIT 1")
    assert tuple(row) == (await owner.fetchval("SELECT session_user"), "database", "hd")


async def test_a_connection_that_is_lost_before_the_commit_leaves_nothing(
    writer: SourceWriter, owner: Connection
) -> None:
    number = await own_target(owner)
    before = await owner.fetchrow("SELECT * FROM public.spica WHERE spicadb_id = $1", number)
    count = await owner.fetchval(CHANGES)
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'gateway_spica_writer' AND state = 'idle in transaction'"

    async def lost() -> None:
        async with writer.transaction(PI, "test") as transaction:
            await transaction.apply(Change(TARGET, {SPICADB_ID: number}, {SPT: "half"}))
            assert [row[0] for row in await owner.fetch(ended)] == [True]

    with pytest.raises(GatewayError) as refusal:
        await lost()
    assert refusal.value.code == "SOURCE_UNAVAILABLE"
    assert await owner.fetchrow("SELECT * FROM public.spica WHERE spicadb_id = $1", number) == before
    assert await owner.fetchval(CHANGES) == count
    assert await write(writer, PI, Change(TARGET, {SPICADB_ID: number}, {SPT: "whole"})) == number


async def test_a_connection_that_is_lost_after_the_commit_loses_no_answer(
    writer: SourceWriter, owner: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by a server that is killed between a commit and asyncpg's own reset of the session."""
    number, release = await own_target(owner), asyncpg.Pool.release

    async def lost(pool: asyncpg.Pool, connection: Any, **told: Any) -> None:
        await release(pool, connection, **told)
        raise asyncpg.ConnectionDoesNotExistError

    monkeypatch.setattr(asyncpg.Pool, "release", lost)
    assert await write(writer, PI, Change(TARGET, {SPICADB_ID: number}, {SPT: "kept"})) == number
    assert await owner.fetchval("SELECT spt FROM public.spica WHERE spicadb_id = $1", number) == "kept"


async def test_one_persons_settings_do_not_reach_the_next(writer: SourceWriter) -> None:
    for who in (PI, SERVICE, OTHER) * 3:
        async with writer.transaction(who, "test", dry=True) as transaction:
            said = await transaction._connection.fetchrow(  # noqa: SLF001
                "SELECT current_setting('gw.asker'), current_setting('gw.rights')"
            )
            assert said[0] == who.login
            assert json.loads(said[1])["every"] == (["spica", "spica_followup"] if who is SERVICE else [])
    async with writer._pool.acquire() as connection:  # noqa: SLF001
        assert await connection.fetchval("SELECT current_setting('gw.asker', true)") in (None, "")


async def test_the_history_replays_to_the_table(writer: SourceWriter, owner: Connection) -> None:
    """Of rows made and changed here, many at once: every value, and as many versions as there were changes."""

    async def life(spt: int) -> tuple[int, int]:
        key = await write(writer, PI, Change(TARGET, {}, {SPT: f"K{spt}", VMAG: spt}, creates=True))
        match = {SPICADB_ID: key, PROGNAME: "S05"}
        entry = await write(writer, SERVICE, Change(TARGET_PROGRAM, match, {PINAME: "PI S05"}, creates=True))
        for value in (0.5, None, 7, 7):
            await write(writer, PI, Change(TARGET, {SPICADB_ID: key}, {VMAG: value}))
        await write(writer, PI, Change(TARGET_PROGRAM, match, {column(TARGET_PROGRAM, "comments"): "'\"\\é"}))

        return key, entry

    made = await asyncio.gather(*(life(number) for number in range(10)))
    for keys, (name, (relation, key)) in zip(map(list, zip(*made, strict=True)), REPLAYED.items(), strict=True):
        steps = "SELECT row_key, column_name, old_value, new_value, row_version FROM gw.history WHERE table_name = $1 AND row_key::bigint = ANY($2) ORDER BY history_id"
        replayed: dict[str, dict[str, Any]] = defaultdict(dict)
        versions: dict[str, set[int]] = defaultdict(set)
        for row, column_name, old, new, version in await owner.fetch(steps, name, keys):
            assert replayed[row].get(column_name) == (old and json.loads(old))
            replayed[row][column_name] = new and json.loads(new)
            versions[row].add(version)
        now = (
            f"SELECT (to_jsonb(t) - 'lastmods' - 'version')::text, t.version FROM {relation} AS t WHERE {key} = ANY($1)"
        )
        for text, version in await owner.fetch(now, keys):
            state = {column_name: value for column_name, value in json.loads(text).items() if value is not None}
            row = str(state[key])
            assert {k: v for k, v in replayed[row].items() if v is not None} == state
            assert versions[row] == set(range(1, version + 1))


async def test_the_judge_of_kills_finds_what_the_history_does_not_know_and_what_is_not_there_once(
    owner: Connection,
) -> None:
    before, since = await rows_now(owner), await owner.fetchval(LATEST)
    number = await owner.fetchval("INSERT INTO public.spica (spt, vmag) VALUES ('kill-0;', 1) RETURNING spicadb_id")
    await owner.execute("UPDATE public.spica SET vmag = 2 WHERE spicadb_id = $1", number)
    assert await replayed(owner, before, since) == (await rows_now(owner), [])
    await owner.execute("ALTER TABLE public.spica DISABLE TRIGGER gw_history")
    await owner.execute("UPDATE public.spica SET vmag = 3 WHERE spicadb_id = $1", number)
    await owner.execute("ALTER TABLE public.spica ENABLE TRIGGER gw_history")
    led, wrong = await replayed(owner, before, since)
    assert (led == await rows_now(owner), wrong) == (False, [])
    await owner.execute("UPDATE public.spica SET vmag = 4 WHERE spicadb_id = $1", number)
    led, wrong = await replayed(owner, before, since)
    assert led["spica.target", str(number)]["vmag"] == 4
    assert [line.partition(":")[0] for line in wrong] == [f"spica.target {number}"] * 2
    mutators = Mutators("", "", await shared_entries(owner, SHARED), 2, 1)
    entries = [f"lines of {target} {name} kill-1;: 0, not 1" for target, name in mutators.entries]
    missing = ["keys of kill-0;: 0, not 1", "keys of kill-1;: 0, not 1", f"rows of kill-0;: 1, not {EACH}"]
    assert sorted(await mutators.wrong(owner, await rows_now(owner))) == sorted([*missing, *entries])
    await owner.execute("DELETE FROM public.spica WHERE spicadb_id = $1", number)


async def test_reading_is_as_it_was_without_row_level_security(written: Federation, owner: Connection) -> None:
    """The reader's cone goes to the index: a policy that is always true is no barrier before a function that may leak."""
    reader = await connect(written.readers["spica"])
    try:
        await reader.execute("SET enable_seqscan = off")
        indexes = await owner.fetch(
            "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'public.spica'::regclass AND NOT indisprimary"
        )
        assert indexes
        if written.body == "pg_sphere":
            cone = "public.spoint(radians(ra), radians(dec)) OPERATOR(public.<@) public.scircle(public.spoint(1, 0.5), 0.01)"
        else:
            cone = "target_main_id LIKE 'HD 1%' AND target_main_id = 'HD 17'"
        plan = "\n".join(
            row[0] for row in await reader.fetch(f"EXPLAIN SELECT spicadb_id FROM public.spica WHERE {cone}")
        )
        assert "Index" in plan, plan
        assert "Seq Scan" not in plan
    finally:
        await reader.close()
