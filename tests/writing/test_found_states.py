"""What an owner of a row may not make of it, though the column is theirs: validations, and another's rank."""

from typing import Any

import httpx
import pytest
from asking import GraphQL

from hub.rows import Connection

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
    for rank, code in ((1, "CONFLICT"), (0, "BAD_INPUT"), (-5, "BAD_INPUT")):
        entry = f'spicadbId: {own}, progname: "S01", piname: "PI S01", programRank: {rank}'
        assert await errors(graphql, "other", f"setSpicaTargetProgram(input: {{{entry}}})") == [code]
    entry = f'spicadbId: {own}, progname: "S05", programRank: 1'
    assert await errors(graphql, "pi", f"setSpicaTargetProgram(input: {{{entry}}})") == []
    ranks = "SELECT count(*) FROM public.spica_target_program WHERE spicadb_id = $1 AND program_rank = 1"
    assert await owner.fetchval(ranks, own) == 1


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
