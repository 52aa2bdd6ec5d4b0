"""What an owner of a row may not make of it, though the column is theirs: validations, and another's rank."""

import asyncio
from typing import Any

import asyncpg
import httpx
import pytest
from asking import GraphQL
from writers import OTHER, PI, SERVICE

from hub.rows import Connection
from planning.asker import Asker
from planning.write_rights import row_rights
from sample.federation import Federation
from schema.spica import SOURCE

START = "2031-05-01T05:00:00Z"


async def errors(graphql: GraphQL, who: str, field: str) -> list[str]:
    told: Any = await graphql(who, f"mutation {{ done: {field} {{ userErrors {{ code }} }} }}")
    return [error["code"] for error in told["done"]["userErrors"]]


@pytest.fixture
async def own(owner: Connection) -> int:
    text = "SELECT max(spicadb_id) FROM public.spica_target_program WHERE piname = 'PI S05' AND program_rank = 1"
    return int(await owner.fetchval(text))


async def test_nobody_but_administrators_makes_a_run_validated_or_undoes_it(
    graphql: GraphQL, door: httpx.AsyncClient, own: int
) -> None:
    run = f'tplStart: "{START}", spicadbId: {own}, progname: "S05", piname: "PI S05"'
    validated = f'setRunStatus(input: {{tplStart: "{START}", runStatus: "validated"}})'
    reduced = f'setRunStatus(input: {{tplStart: "{START}", runStatus: "reduced"}})'
    assert await errors(graphql, "pi", f'recordSpicaRun(input: {{{run}, runStatus: "validated"}})') == ["FORBIDDEN"]
    assert await errors(graphql, "pi", f'recordSpicaRun(input: {{{run}, runStatus: "observed"}})') == []
    assert await errors(graphql, "pi", reduced) == []
    assert await errors(graphql, "pi", validated) == ["FORBIDDEN"]
    legacy, told = f"/restxq/catalogs/spica_followup/{START}", {"x-asker": "pi"}
    assert (await door.put(legacy, json={"run_status": "validated"}, headers=told)).status_code == 401
    assert await errors(graphql, "service", validated) == []
    for again in (reduced, f'recordSpicaRun(input: {{{run}, runStatus: "observed"}})'):
        assert await errors(graphql, "pi", again) == ["FORBIDDEN"]
    assert (await door.put(legacy, json={"run_status": "reduced"}, headers=told)).status_code == 401
    assert await errors(graphql, "pi", validated) == [], "which is what it is"
    assert await errors(graphql, "service", reduced) == []


async def test_no_programme_takes_another_s_rank(graphql: GraphQL, owner: Connection, own: int) -> None:
    for rank, code in ((1, "CONFLICT"), (0, "BAD_INPUT"), (-5, "BAD_INPUT"), (3, "BAD_INPUT")):
        entry = f'spicadbId: {own}, progname: "S01", piname: "PI S01", programRank: {rank}'
        assert await errors(graphql, "other", f"setSpicaTargetProgram(input: {{{entry}}})") == [code]
    entry = f'spicadbId: {own}, progname: "S05", programRank: 1'
    assert await errors(graphql, "pi", f"setSpicaTargetProgram(input: {{{entry}}})") == []
    ranks = "SELECT count(*) FROM public.spica_target_program WHERE spicadb_id = $1 AND program_rank = 1"
    assert await owner.fetchval(ranks, own) == 1


async def test_a_programme_gets_the_first_rank_that_is_free(graphql: GraphQL, owner: Connection) -> None:
    made = "INSERT INTO public.spica (target_main_id, ra, dec) VALUES ('* new', 10, 20) RETURNING spicadb_id"
    target = await owner.fetchval(made)
    for who, name, code in (
        ("pi", "S05", []),
        ("other", "S01", ["FORBIDDEN"]),
        ("pi", "S01", []),
        ("admin", "S06", ["CONFLICT"]),
        ("other", "S01", []),
    ):
        entry = f'spicadbId: {target}, progname: "{name}", piname: "PI {name}", priorityPi: 1'
        assert await errors(graphql, who, f"setSpicaTargetProgram(input: {{{entry}}})") == code
    ranks = "SELECT progname, program_rank FROM public.spica_target_program WHERE spicadb_id = $1 ORDER BY 2"
    assert [tuple(row) for row in await owner.fetch(ranks, target)] == [("S05", 1), ("S01", 2)]
    await owner.execute("DELETE FROM public.spica_target_program WHERE spicadb_id = $1", target)
    await owner.execute("DELETE FROM public.spica WHERE spicadb_id = $1", target)


async def test_nobody_records_runs_of_another_s_programme(graphql: GraphQL, owner: Connection, own: int) -> None:
    before = await owner.fetchval("SELECT count(*) FROM public.spica_followup")
    for who, name in (("other", "PI S01"), ("other", "PI S05/PI S01")):
        for programme in ('progname: "S05", ', ""):
            run = (
                f'tplStart: "2031-06-01T05:00:00Z", spicadbId: {own}, {programme}piname: "{name}", runStatus: "planned"'
            )
            assert await errors(graphql, who, f"recordSpicaRun(input: {{{run}}})") == ["FORBIDDEN"]
    assert await owner.fetchval("SELECT count(*) FROM public.spica_followup") == before
    run = f'tplStart: "2031-06-01T05:00:00Z", spicadbId: {own}, progname: "S05", piname: "PI S05", runStatus: "planned"'
    assert await errors(graphql, "let", f"recordSpicaRun(input: {{{run}}})") == []


RUN = "INSERT INTO public.spica_followup (tpl_start, spicadb_id, progname, piname, run_status) VALUES"
ENTRY = "INSERT INTO public.spica_target_program (spicadb_id, progname, piname, program_rank) VALUES"
VALIDATED = (
    "UPDATE public.spica_followup SET run_status = 'reduced' WHERE piname = 'PI S05' AND run_status = 'validated'"
)
REFUSED: dict[str, tuple[Asker, str, type[asyncpg.PostgresError]]] = {
    "a run of another's programme": (
        OTHER,
        f"{RUN} ('2034-01-01', {{own}}, 'S05', 'PI S01', 'planned')",
        asyncpg.InsufficientPrivilegeError,
    ),
    "a run that is validated at once": (
        PI,
        f"{RUN} ('2034-01-01', {{own}}, 'S05', 'PI S05', 'validated')",
        asyncpg.InsufficientPrivilegeError,
    ),
    "a run that is validated no longer": (PI, VALIDATED, asyncpg.InsufficientPrivilegeError),
    "what the quality control says of a run": (
        PI,
        "UPDATE public.spica_followup SET quality_level = 5 WHERE piname = 'PI S05'",
        asyncpg.InsufficientPrivilegeError,
    ),
    "how far a target is": (
        PI,
        "UPDATE public.spica SET completion_rate = 0.875 WHERE spicadb_id = {own}",
        asyncpg.InsufficientPrivilegeError,
    ),
    "another's rank": (PI, f"{ENTRY} ({{own}}, 'S01', 'PI S01', 1)", asyncpg.UniqueViolationError),
    "a rank below 1": (PI, f"{ENTRY} ({{own}}, 'S01', 'PI S01', 0)", asyncpg.CheckViolationError),
    "another's target": (OTHER, f"{ENTRY} ({{own}}, 'S01', 'PI S01', 2)", asyncpg.InsufficientPrivilegeError),
    "another's target, in both names": (
        OTHER,
        f"{ENTRY} ({{own}}, 'S01', 'PI S05/PI S01', 2)",
        asyncpg.InsufficientPrivilegeError,
    ),
    "another's programme, in one's own name": (
        PI,
        f"{ENTRY} ({{own}}, 'S01', 'PI S05', 2)",
        asyncpg.InsufficientPrivilegeError,
    ),
}
"""What the role that writes is refused by PostgreSQL itself, whoever has forgotten to ask."""
TAKEN = {
    "a run of one's own": (PI, f"{RUN} ('2034-01-01', {{own}}, 'S05', 'PI S05', 'planned')"),
    "a run of one's own target, of no programme": (PI, f"{RUN} ('2034-01-01', {{own}}, NULL, 'PI S05', 'planned')"),
    "a run of nobody's target": (SERVICE, f"{RUN} ('2034-01-01', NULL, NULL, NULL, 'validated')"),
    "a validation undone": (SERVICE, VALIDATED),
    "a programme that is let in": (PI, f"{ENTRY} ({{own}}, 'S01', 'PI S01', 2)"),
    "a rank that is free": (PI, f"{ENTRY} ({{own}}, 'S01', 'PI S01', 7)"),
}


async def stated(federation: Federation, who: Asker, text: str) -> str:
    """What a statement of the role that writes does, in somebody's name; undone at once."""
    connection = await asyncpg.connect(federation.source_writers["spica"])
    try:
        transaction = connection.transaction()
        await transaction.start()
        told = "SELECT set_config('gw.asker', $1, true), set_config('gw.rights', $2, true)"
        await connection.execute(told, who.login, row_rights(who, SOURCE))
        done: str = await connection.execute(text)
        await transaction.rollback()
        return done
    finally:
        await connection.close()


@pytest.mark.parametrize("case", REFUSED)
async def test_postgresql_itself_refuses(written: Federation, own: int, case: str) -> None:
    who, text, refusal = REFUSED[case]
    with pytest.raises(refusal):
        await stated(written, who, text.format(own=own))


@pytest.mark.parametrize("case", TAKEN)
async def test_postgresql_itself_takes(written: Federation, own: int, case: str) -> None:
    who, text = TAKEN[case]
    assert not (await stated(written, who, text.format(own=own))).endswith(" 0")


async def test_of_two_programmes_that_take_one_rank_at_once_one_has_it(graphql: GraphQL, owner: Connection) -> None:
    target = await owner.fetchval("INSERT INTO public.spica (spt) VALUES ('wanted') RETURNING spicadb_id")
    entries = {
        who: f'setSpicaTargetProgram(input: {{spicadbId: {target}, progname: "{name}", piname: "PI {name}", programRank: 1}})'
        for who, name in (("pi", "S05"), ("other", "S01"))
    }
    told = await asyncio.gather(*(errors(graphql, who, entry) for who, entry in entries.items()))
    assert sorted(told) in ([[], ["CONFLICT"]], [[], ["FORBIDDEN"]]), "at once, or once the first has it"
    ranks = "SELECT count(*) FROM public.spica_target_program WHERE spicadb_id = $1"
    assert await owner.fetchval(ranks, target) == 1


async def test_the_first_programme_of_a_target_has_the_first_rank(graphql: GraphQL, owner: Connection) -> None:
    target = await owner.fetchval("INSERT INTO public.spica (spt) VALUES ('nobody''s') RETURNING spicadb_id")
    entry = f'setSpicaTargetProgram(input: {{spicadbId: {target}, progname: "S01", piname: "PI S01", programRank: %d}})'
    assert await errors(graphql, "other", entry % 2) == ["BAD_INPUT"]
    assert await errors(graphql, "other", entry % 1) == []


async def test_whoever_has_a_target_in_their_programme_changes_what_it_is_and_not_how_the_first_wants_it(
    graphql: GraphQL, owner: Connection, own: int
) -> None:
    """As at the JMMC, where `piname2` owns the row as `piname` does (catalogs `modules/app.xql`, has-row-access)."""
    second = f'setSpicaTargetProgram(input: {{spicadbId: {own}, progname: "S01", piname: "PI S01", programRank: 2}})'
    assert await errors(graphql, "other", second) == ["FORBIDDEN"]
    assert await errors(graphql, "pi", second.replace('"PI S01"', '"PI S05"')) == ["BAD_INPUT"]
    assert await errors(graphql, "pi", second.replace('"S01"', '"S99"')) == ["BAD_INPUT"]
    assert await errors(graphql, "let", second) == []
    assert await errors(graphql, "other", f'upsertSpicaTarget(input: {{spicadbId: {own}, spt: "G2V"}})') == []
    newest = "SELECT changed_by FROM gw.history WHERE spicadb_id = $1 AND column_name = 'spt' ORDER BY history_id DESC"
    assert await owner.fetchval(newest, own) == "PI S01"
    first = f'setSpicaTargetProgram(input: {{spicadbId: {own}, progname: "S05", priorityPi: 1}})'
    assert await errors(graphql, "other", first) == ["FORBIDDEN"]
    await owner.execute("DELETE FROM public.spica_target_program WHERE spicadb_id = $1 AND progname = 'S01'", own)
