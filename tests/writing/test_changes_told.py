"""Each change of the history is told once, with the row as it is now, and who was away resumes without loss."""

from datetime import datetime
from typing import Any

import pytest
from asking import GraphQL
from listening import Event, listening
from serving import Server, patient

from hub.rows import Connection, connect
from sample.federation import Federation

pytestmark = pytest.mark.timed

RUNS = """subscription Runs($after: String, $where: SpicaChangeFilter) { spicaRunChanged(after: $after, where: $where) {
  changeId columnName oldValue newValue changedBy door run { tplStart obRef } target { spicadbId } } }"""
TARGETS = """subscription { spicaTargetChanged {
  changeId tableName columnName newValue changedBy door target { spicadbId vmag version } entry { comments } } }"""
UPSERT = """mutation M($input: UpsertSpicaTargetInput!) {
  upsertSpicaTarget(input: $input) { spicaTarget { version } userErrors { code } } }"""
REFER = "UPDATE public.spica_followup SET ob_ref = $2 WHERE tpl_start = $1"
LATEST = "SELECT max(history_id) FROM gw.history"


@pytest.fixture
async def runs(owner: Connection) -> list[datetime]:
    return [row[0] for row in await owner.fetch("SELECT tpl_start FROM public.spica_followup ORDER BY 1 LIMIT 3")]


def said(events: list[Event]) -> list[Any]:
    return [event.told["newValue"] for event in events]


async def test_a_change_is_told_with_what_changed_and_its_row(
    written: Federation, owner: Connection, graphql: GraphQL, runs: list[datetime]
) -> None:
    mine = "SELECT spicadb_id FROM public.spica_target_program WHERE piname = 'PI S05' ORDER BY 1 LIMIT 1"
    number = await owner.fetchval(mine)
    with Server(patient(written)) as url:
        async with listening(url, TARGETS) as targets, listening(url, RUNS) as of_runs:
            await owner.execute(REFER, runs[0], "told")
            [run] = await of_runs.heard(1)
            assert run.told["changeId"] == await owner.fetchval(LATEST)
            assert (run.told["columnName"], run.told["newValue"], run.told["door"]) == ("ob_ref", "told", "database")
            assert run.told["run"]["obRef"] == "told"
            assert datetime.fromisoformat(run.told["run"]["tplStart"]) == runs[0]
            answer = await graphql("pi", UPSERT, input={"spicadbId": number, "vmag": 5.75, "spt": "told"})
            version = answer["upsertSpicaTarget"]["spicaTarget"]["version"]
            changed = [event.told for event in await targets.heard(2)]
            row = {"spicadbId": number, "vmag": 5.75, "version": version}
            asked = {
                "tableName": "spica.target",
                "changedBy": "PI S05",
                "door": "graphql",
                "target": row,
                "entry": None,
            }
            assert [told.pop("changeId") for told in changed] == [run.told["changeId"] + 1, run.told["changeId"] + 2]
            assert changed == [
                asked | {"columnName": "spt", "newValue": "told"},
                asked | {"columnName": "vmag", "newValue": 5.75},
            ]
            await owner.execute("UPDATE public.spica_target_program SET comments = 'x' WHERE spicadb_id = $1", number)
            [entry, *_] = await targets.heard(1)
            assert (entry.told["tableName"], entry.told["entry"]) == ("spica.target_program", {"comments": "x"})
            await of_runs.silent()


@pytest.mark.parametrize("kept", [False, True])
async def test_a_late_commit_is_told_though_a_later_change_was(
    written: Federation, owner: Connection, runs: list[datetime], kept: bool
) -> None:
    late = await connect(written.sources["spica"])
    with Server(patient(written, hub_writer=written.writer if kept else "")) as url:
        async with listening(url, RUNS) as listener:
            transaction = late.transaction()
            await transaction.start()
            await late.execute(REFER, runs[0], f"early {kept}")
            await owner.execute(REFER, runs[1], f"late {kept}")
            [later] = await listener.heard(1)
            await transaction.commit()
            await late.close()
            [earlier] = await listener.heard(1)
            assert said([later, earlier]) == [f"late {kept}", f"early {kept}"]
            assert later.told["changeId"] > earlier.told["changeId"]
            await listener.silent()
        async with listening(url, RUNS, later.id) as again:
            assert await again.heard(1) == [earlier]


@pytest.mark.parametrize("kept", [False, True])
async def test_who_was_away_resumes(written: Federation, owner: Connection, runs: list[datetime], kept: bool) -> None:
    settings = patient(written, hub_writer=written.writer if kept else "")
    where = {"columnName": {"eq": "ob_ref"}}
    with Server(settings) as url:
        async with listening(url, RUNS, where=where) as listener:
            await owner.execute(REFER, runs[0], f"first {kept}")
            [first] = await listener.heard(1)
        for number in range(150):
            await owner.execute(REFER, runs[number % 3], f"{kept} {number}")
        async with listening(url, RUNS, first.id, where=where) as again:
            told = await again.heard(150)
            assert said(told) == [f"{kept} {number}" for number in range(150)]
        async with listening(url, RUNS, after=told[147].id, where=where) as again:
            assert await again.heard(2) == told[148:]
    if kept:
        await owner.execute(REFER, runs[0], "nobody served")
        with Server(settings) as url:
            async with listening(url, RUNS, told[149].id, where=where) as later:
                assert said(await later.heard(1)) == ["nobody served"]
