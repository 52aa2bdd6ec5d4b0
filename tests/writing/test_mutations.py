"""GraphQL's mutations, asked as people ask them, and what every other question says afterwards."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from asking import GraphQL
from writers import PI, as_

from hub.rows import Connection, Hub
from hub.source_writer import SourceWriter
from planning.plan import Plan
from resolvers import mutations
from resolvers.statements import fetch
from schema.mutations import MUTATIONS

ERRORS = "userErrors { field code message wanted current }"
UPSERT = (
    "mutation M($input: UpsertSpicaTargetInput!, $key: String) { upsertSpicaTarget(input: $input, idempotencyKey: $key) { spicaTarget { spicadbId spt vmag version obsPublisherDid lastmods } alreadyDone clientMutationId "
    + ERRORS
    + " } }"
)
TARGET = "query T($id: ID!, $then: DateTime!) { spicaTarget(id: $id) { spt vmag version was: asOf(time: $then) { spt vmag version } history(orderBy: [{ changeId: DESC }], first: 3) { totalCount nodes { changedBy door tableName columnName oldValue newValue rowVersion } } } }"
FIRST = "2001-01-01T00:00:00Z"


async def own_target(owner: Connection, mode: str = "") -> int:
    text = "SELECT p.spicadb_id FROM public.spica_target_program p JOIN public.spica USING (spicadb_id) WHERE p.piname = 'PI S05' AND program_rank = 1 AND spica_mode LIKE $1 || '%' ORDER BY completion_rate NULLS FIRST LIMIT 1"
    return int(await owner.fetchval(text, mode))


def codes(payload: dict[str, Any]) -> list[str]:
    return [error["code"] for error in payload["userErrors"]]


async def test_a_target_is_changed_and_the_next_answer_has_it(graphql: GraphQL, owner: Connection) -> None:
    number = await own_target(owner)
    before = (await graphql("", TARGET, id=str(number), then=FIRST))["spicaTarget"]
    then = datetime.now(UTC).isoformat()
    given = {"spicadbId": number, "spt": "B9V", "vmag": 4.25, "version": before["version"], "clientMutationId": "mine"}
    payload = (await graphql("pi", UPSERT, input=given))["upsertSpicaTarget"]
    assert (payload["userErrors"], payload["clientMutationId"], payload["alreadyDone"]) == ([], "mine", False)
    assert payload["spicaTarget"]["version"] == before["version"] + 1
    assert payload["spicaTarget"]["obsPublisherDid"].endswith(str(number))
    after = (await graphql("", TARGET, id=str(number), then=then))["spicaTarget"]
    assert (after["spt"], after["vmag"], after["version"]) == ("B9V", 4.25, before["version"] + 1)
    assert after["was"] == {name: before[name] for name in ("spt", "vmag", "version")}
    assert after["history"]["totalCount"] == before["history"]["totalCount"] + 2
    same = {"changedBy": "PI S05", "door": "graphql", "tableName": "spica.target", "rowVersion": after["version"]}
    assert after["history"]["nodes"][:2] == [
        same | {"columnName": "vmag", "oldValue": before["vmag"], "newValue": 4.25},
        same | {"columnName": "spt", "oldValue": before["spt"], "newValue": "B9V"},
    ]
    assert payload["spicaTarget"]["lastmods"].startswith('[{"history":"API"},{"utc":"')
    assert '"by":"PI S05", "vmag":"4.25", "spt":"B9V"}' in payload["spicaTarget"]["lastmods"] or (
        '"by":"PI S05", "spt":"B9V", "vmag":"4.25"}' in payload["spicaTarget"]["lastmods"]
    )


@pytest.mark.parametrize(
    ("shown", "parts"),
    [
        ("row: spicaTarget { spt }", ""),
        ("... { row: spicaTarget { spt } }", ""),
        ("...Of", "fragment Of on UpsertSpicaTargetPayload { ... on UpsertSpicaTargetPayload { row: spicaTarget { spt } } }"),
        ("userErrors { code }", ""),
    ],
)  # fmt: skip
async def test_a_row_is_read_back_where_it_is_asked_for_alone(
    graphql: GraphQL, owner: Connection, monkeypatch: pytest.MonkeyPatch, shown: str, parts: str
) -> None:
    number, read, asked = await own_target(owner), [], shown != "userErrors { code }"

    async def counted(hub: Hub, plan: Plan) -> Any:
        read.append(plan.table)
        return await fetch(hub, plan)

    monkeypatch.setattr(mutations, "fetch", counted)
    text = f'mutation {{ done: upsertSpicaTarget(input: {{ spicadbId: {number}, spt: "F7V" }}) {{ {shown} }} }} {parts}'
    done = (await graphql("pi", text))["done"]
    assert len(read) == asked
    assert done == ({"row": {"spt": "F7V"}} if asked else {"userErrors": []})
    assert await owner.fetchval("SELECT spt FROM public.spica WHERE spicadb_id = $1", number) == "F7V"


async def test_a_conflict_tells_both_states(graphql: GraphQL, owner: Connection) -> None:
    given = {"spicadbId": await own_target(owner), "vmag": 1.5, "version": 0}
    payload = (await graphql("pi", UPSERT, input=given))["upsertSpicaTarget"]
    (error,) = payload["userErrors"]
    assert (payload["spicaTarget"], error["code"], error["field"]) == (None, "CONFLICT", ["input"])
    assert error["wanted"] == {"vmag": 1.5}
    assert error["current"]["version"] > 0
    assert "somebody has changed it" in error["message"]


@pytest.mark.parametrize(
    ("who", "code"),
    [("", "UNAUTHENTICATED"), ("reader", "FORBIDDEN"), ("other", "FORBIDDEN"), ("stranger", "FORBIDDEN")],
)
async def test_who_may_not_is_told_so(graphql: GraphQL, owner: Connection, who: str, code: str) -> None:
    before = await owner.fetchval("SELECT count(*) FROM gw.history")
    payload = (await graphql(who, UPSERT, input={"spicadbId": await own_target(owner), "vmag": 1.5}))[
        "upsertSpicaTarget"
    ]
    assert codes(payload) == [code]
    assert await owner.fetchval("SELECT count(*) FROM gw.history") == before


async def test_an_idempotency_key_is_done_once_also_when_it_comes_ten_times_at_once(
    graphql: GraphQL, owner: Connection
) -> None:
    before = await owner.fetchval("SELECT count(*) FROM public.spica")
    given = {"spt": "new", "vmag": 7.5}
    made = await asyncio.gather(*(graphql("pi", UPSERT, input=given, key="once") for _ in range(10)))
    rows = [answer["upsertSpicaTarget"] for answer in made]
    assert len({row["spicaTarget"]["spicadbId"] for row in rows}) == 1
    assert sorted(row["alreadyDone"] for row in rows) == [False] + [True] * 9
    assert await owner.fetchval("SELECT count(*) FROM public.spica") == before + 1
    other = (await graphql("pi", UPSERT, input=given | {"vmag": 8}, key="once"))["upsertSpicaTarget"]
    assert codes(other) == ["KEY_REUSED"]
    elses = (await graphql("other", UPSERT, input=given, key="once"))["upsertSpicaTarget"]
    assert (elses["userErrors"], elses["alreadyDone"]) == ([], False)


async def test_many_are_changed_all_or_none_and_all_that_is_wrong_is_told(graphql: GraphQL, owner: Connection) -> None:
    number, foreign = (
        await own_target(owner),
        "SELECT spicadb_id FROM public.spica_target_program WHERE piname <> 'PI S05' AND spicadb_id NOT IN (SELECT spicadb_id FROM public.spica_target_program WHERE piname = 'PI S05') LIMIT 1",
    )
    query = (
        "mutation M($input: [UpsertSpicaTargetInput!]!) { upsertSpicaTargets(input: $input) { spicaTargets { spicadbId vmag } "
        + ERRORS
        + " } }"
    )
    rows = [
        {"spicadbId": number, "vmag": 9.5},
        {"spicadbId": await owner.fetchval(foreign), "vmag": 9.5},
        {"spicadbId": 99999, "vmag": 9.5},
    ]
    payload = (await graphql("pi", query, input=rows))["upsertSpicaTargets"]
    assert payload["spicaTargets"] == []
    assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [
        ("FORBIDDEN", ["input", "1"]),
        ("NOT_FOUND", ["input", "2"]),
    ]
    assert await owner.fetchval("SELECT count(*) FROM public.spica WHERE vmag = 9.5") == 0
    payload = (await graphql("pi", query, input=[*rows[:1], {"vmag": 9.75}]))["upsertSpicaTargets"]
    assert payload["userErrors"] == []
    assert [row["vmag"] for row in payload["spicaTargets"]] == [9.5, 9.75]
    bad = (await graphql("pi", query, input=[*rows[:1], {"vmag": 1e300}, {"vmag": 1}]))["upsertSpicaTargets"]
    assert [(error["code"], error["field"][:2]) for error in bad["userErrors"]] == [("BAD_INPUT", ["input", "1"])]
    many = (await graphql("pi", query, input=[{"vmag": 1}] * 1001))["upsertSpicaTargets"]
    assert codes(many) == ["BAD_INPUT"]


async def test_a_hundred_thousand_rows_are_refused_before_any_is_looked_at(
    door: httpx.AsyncClient, owner: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(SourceWriter, "transaction", never)
    before = await owner.fetchval("SELECT count(*) FROM gw.history")
    query = "mutation M($input: [UpsertSpicaTargetInput!]!, $key: String) { upsertSpicaTargets(input: $input, idempotencyKey: $key) { userErrors { code } } }"
    row = '{"vmag":1}'
    variables = f'{{"key": "many", "input": [{",".join([row] * 100_000)}]}}'
    literal = query.replace("$input: [UpsertSpicaTargetInput!]!, ", "").replace("$input", f"[{'{vmag:1}' * 100_000}]")
    for body in (
        f'{{"query": {json.dumps(query)}, "variables": {variables}}}',
        json.dumps({"query": literal, "variables": {"key": "many"}}),
    ):
        headers = {"x-asker": "pi", "content-type": "application/json"}
        answer = await door.post("/graphql", content=body, headers=headers)
        (error,) = answer.json()["errors"]
        assert error["extensions"]["code"] == "LIMIT_EXCEEDED", answer.text
    assert await owner.fetchval("SELECT count(*) FROM gw.history") == before
    assert not await owner.fetchval("SELECT count(*) FROM gw.idempotency WHERE idempotency_key = 'many'")


async def test_a_programme_takes_a_target_up_and_says_how_it_wants_it(graphql: GraphQL, owner: Connection) -> None:
    target = (await graphql("pi", UPSERT, input={"spt": "A0V"}))["upsertSpicaTarget"]["spicaTarget"]["spicadbId"]
    query = (
        "mutation M($input: SetSpicaTargetProgramInput!) { setSpicaTargetProgram(input: $input) { spicaTargetProgram { progname piname priorityPi comments version target { spt } } "
        + ERRORS
        + " } }"
    )
    given = {"spicadbId": target, "progname": "S05", "piname": "PI S05", "programRank": 1, "priorityPi": 0}
    payload = (await graphql("pi", query, input=given))["setSpicaTargetProgram"]
    assert payload["spicaTargetProgram"] == {
        "progname": "S05",
        "piname": "PI S05",
        "priorityPi": 0,
        "comments": None,
        "version": 1,
        "target": {"spt": "A0V"},
    }
    payload = (await graphql("pi", query, input=given | {"priorityPi": 1}))["setSpicaTargetProgram"]
    assert (payload["spicaTargetProgram"]["priorityPi"], payload["spicaTargetProgram"]["version"]) == (1, 2)
    comment = (
        'mutation M($text: String!, $id: Long!) { addComment(input: { spicadbId: $id, progname: "S05", comments: $text }) { spicaTargetProgram { comments } '
        + ERRORS
        + " } }"
    )
    for text in ("first", "then"):
        payload = (await graphql("pi", comment, text=text, id=target))["addComment"]
    assert payload["spicaTargetProgram"] == {"comments": "first\nthen"}
    assert codes((await graphql("other", comment, text="mine", id=target))["addComment"]) == ["FORBIDDEN"]
    lastmods = await owner.fetchval("SELECT lastmods FROM public.spica WHERE spicadb_id = $1", target)
    assert lastmods.count('"utc"') == 4
    assert lastmods.index("then") < lastmods.index("priority_pi")


STEPS = {"DIA": 0.5, "DLD": 0.25, "IMA": 0.1, "TMP": 0.1, "SPI": 0.2}


@pytest.mark.parametrize("mode", STEPS)
async def test_a_validated_run_completes_its_target_by_its_mode_never_past_one(
    graphql: GraphQL, owner: Connection, mode: str
) -> None:
    target = int(
        await owner.fetchval(
            "INSERT INTO public.spica (spt, completion_rate) VALUES ('run', NULL) RETURNING spicadb_id"
        )
    )
    await owner.execute(
        "INSERT INTO public.spica_target_program (spicadb_id, progname, piname, program_rank, spica_mode, priority_pi) VALUES ($1, 'S05', 'PI S05', 1, $2, 1)",
        target,
        mode,
    )
    record = (
        "mutation M($input: [RecordSpicaRunInput!]!) { recordSpicaRuns(input: $input) { spicaRuns { tplStart runStatus runOrigin version } "
        + ERRORS
        + " } }"
    )
    starts = [f"2031-0{1 + list(STEPS).index(mode)}-{day:02d}T05:00:00.000123Z" for day in range(1, 13)]
    runs = [
        {"tplStart": start, "spicadbId": target, "progname": "S05", "piname": "PI S05", "runStatus": "observed"}
        for start in starts
    ]
    payload = (await graphql("pi", record, input=runs))["recordSpicaRuns"]
    assert payload["userErrors"] == []
    assert payload["spicaRuns"][0] == {
        "tplStart": starts[0],
        "runStatus": "observed",
        "runOrigin": "gateway",
        "version": 1,
    }
    validate = (
        "mutation M($start: DateTime!) { validateObservation(input: { tplStart: $start, qualityLevel: 4 }) { spicaRun { runStatus qualityLevel target { completionRate obRefs qcsFlag priorityFinal } } "
        + ERRORS
        + " } }"
    )
    assert codes((await graphql("pi", validate, start=starts[0]))["validateObservation"])[0] == "FORBIDDEN"
    rates = []
    for start in starts:
        run = (await graphql("service", validate, start=start))["validateObservation"]["spicaRun"]
        assert (run["runStatus"], run["qualityLevel"], run["target"]["qcsFlag"]) == ("validated", 4, 0)
        rates.append((round(run["target"]["completionRate"], 4), run["target"]["obRefs"]))
    assert rates == [(min(1.0, round(STEPS[mode] * count, 4)), str(count)) for count in range(1, 13)]
    assert run["target"]["priorityFinal"] == (4 if mode == "SPI" else 1)
    assert codes((await graphql("service", validate, start=starts[0]))["validateObservation"]) == ["CONFLICT"]


async def test_statuses_and_qualities_of_runs(graphql: GraphQL, owner: Connection) -> None:
    start = (
        await owner.fetchval(
            "SELECT tpl_start FROM public.spica_followup WHERE piname = 'PI S05' AND run_status <> 'validated' LIMIT 1"
        )
    ).isoformat()
    status = (
        "mutation M($input: SetRunStatusInput!) { setRunStatus(input: $input) { spicaRun { runStatus } "
        + ERRORS
        + " } }"
    )
    assert (await graphql("pi", status, input={"tplStart": start, "runStatus": "rejected"}))["setRunStatus"][
        "spicaRun"
    ] == {"runStatus": "rejected"}
    payload = (await graphql("pi", status, input={"tplStart": start, "runStatus": "lost"}))["setRunStatus"]
    assert (codes(payload), payload["userErrors"][0]["field"]) == (["BAD_INPUT"], ["input", "runStatus"])
    quality = (
        "mutation M($input: SetQualityInput!) { setQuality(input: $input) { spicaRun { qualityLevel qcsFlag } "
        + ERRORS
        + " } }"
    )
    given = {"tplStart": start, "qualityLevel": 1, "qcsFlag": 0}
    assert codes((await graphql("pi", quality, input=given))["setQuality"]) == ["FORBIDDEN"] * 2
    assert (await graphql("service", quality, input=given))["setQuality"]["spicaRun"] == {
        "qualityLevel": 1,
        "qcsFlag": 0,
    }


async def test_runs_and_places_in_programmes_have_a_past_of_their_own(graphql: GraphQL, owner: Connection) -> None:
    row = await owner.fetchrow(
        "SELECT tpl_start, run_status FROM public.spica_followup WHERE piname = 'PI S05' AND run_status <> 'validated' ORDER BY 1 DESC LIMIT 1"
    )
    entry = await owner.fetchrow(
        "SELECT target_program_id, spicadb_id, nobs_required FROM public.spica_target_program WHERE piname = 'PI S05' ORDER BY 1 DESC LIMIT 1"
    )
    then = datetime.now(UTC).isoformat()
    write = 'mutation M($start: DateTime!, $id: Long!) { setRunStatus(input: { tplStart: $start, runStatus: "scheduled" }) { userErrors { code } } setSpicaTargetProgram(input: { spicadbId: $id, progname: "S05", nobsRequired: 77 }) { userErrors { code } } }'
    start, key = row["tpl_start"].isoformat(), str(entry["target_program_id"])
    answer = await graphql("pi", write, start=start, id=entry["spicadb_id"])
    assert [payload["userErrors"] for payload in answer.values()] == [[], []]
    read = "query R($start: ID!, $key: ID!, $then: DateTime!) { spicaRun(id: $start) { runStatus was: asOf(time: $then) { runStatus } history(last: 1) { nodes { columnName newValue } } } spicaTargetProgram(id: $key) { nobsRequired was: asOf(time: $then) { nobsRequired } history(last: 1) { nodes { columnName newValue } } } }"
    answer = await graphql("", read, start=start, key=key, then=then)
    assert answer["spicaRun"] == {
        "runStatus": "scheduled",
        "was": {"runStatus": row["run_status"]},
        "history": {"nodes": [{"columnName": "run_status", "newValue": "scheduled"}]},
    }
    assert answer["spicaTargetProgram"] == {
        "nobsRequired": 77,
        "was": {"nobsRequired": entry["nobs_required"]},
        "history": {"nodes": [{"columnName": "nobs_required", "newValue": 77}]},
    }


async def test_delegations_are_given_and_taken_and_nobody_else_is_told(graphql: GraphQL) -> None:
    query = (
        "mutation M($input: [DelegationInput!]!) { updateDelegations(input: $input) { delegations { pi coi catalogs } "
        + ERRORS
        + " } }"
    )
    given = {"coi": ["alice", "bob"], "catalogs": "spica"}
    payload = (await graphql("pi", query, input=[given]))["updateDelegations"]
    assert payload["delegations"] == [{"pi": "PI S05", "coi": name, "catalogs": "spica"} for name in ("alice", "bob")]
    payload = (await graphql("pi", query, input=[given | {"coi": ["ALICE"], "action": "REMOVE"}]))["updateDelegations"]
    assert [one["coi"] for one in payload["delegations"]] == ["bob"]
    payload = (await graphql("other", query, input=[given | {"pi": "PI S05", "coi": ["eve"]}]))["updateDelegations"]
    assert codes(payload) == ["FORBIDDEN"]
    assert codes(
        (await graphql("let", query, input=[given | {"pi": "PI S05", "coi": ["eve"]}]))["updateDelegations"]
    ) == ["FORBIDDEN"]
    changes = await graphql("", '{ spicaChanges(where: { tableName: { eq: "spica.delegation" } }) { totalCount } }')
    assert changes["spicaChanges"]["totalCount"] == 0


async def test_delegations_are_read_by_those_whom_they_concern(
    graphql: GraphQL, door: httpx.AsyncClient, owner: Connection
) -> None:
    let = 'mutation { updateDelegations(input: [{ coi: ["CoI S05"], action: %s }]) { userErrors { code } } }'
    await graphql("pi", let % "ADD")
    kept = await owner.fetch("SELECT piname, coi_alias, catalog FROM public.delegation WHERE row_state = 'active'")
    everything = {tuple(row) for row in kept}
    assert ("PI S01", "CoI S01", "spica") in everything
    query = "{ delegations { pi coi catalogs } }"

    async def told(who: str) -> set[tuple[str, ...]]:
        return {tuple(row.values()) for row in (await graphql(who, query))["delegations"]}

    assert await told("admin") == everything
    assert await told("other") == {row for row in everything if row[0] == "PI S01"}
    assert await told("reader") == await told("pi") == {row for row in everything if row[0] == "PI S05"}
    assert await told("let") == {("PI S05", "CoI S05", "spica")} < await told("pi") | {("", "", "")}
    assert await told("service") == await told("stranger") == set()
    for who in ("admin", ""):
        answer = await door.get("/graphql", params={"query": query}, headers={"x-asker": who})
        assert "etag" not in answer.headers
        assert "public" not in answer.headers.get("cache-control", "")
    await graphql("pi", let % "REMOVE")
    assert await told("let") == set()
    (error,) = answer.json()["errors"]
    assert (answer.json()["data"]["delegations"], error["extensions"]["code"]) == (None, "UNAUTHENTICATED")


async def test_what_was_written_is_in_the_next_answer_and_has_another_tag(
    graphql: GraphQL, door: httpx.AsyncClient, owner: Connection
) -> None:
    number = await own_target(owner)
    params = {"query": f'{{ spicaTarget(id: "{number}") {{ kmag }} spicaChanges {{ totalCount }} }}'}
    counts = set()
    for value in range(1, 6):
        await graphql("pi", UPSERT, input={"spicadbId": number, "spt": f"K{value}"})
        answer = await door.get("/graphql", params=params)
        counts.add(answer.json()["data"]["spicaChanges"]["totalCount"])
        held = answer.headers.get("etag")
        await graphql("pi", UPSERT, input={"spicadbId": number, "vmag": value / 10})
        again = await door.get("/graphql", params=params, headers={"if-none-match": held} if held else {})
        assert again.status_code == 200
        counts.add(again.json()["data"]["spicaChanges"]["totalCount"])
    assert len(counts) == 10
    assert max(counts) == min(counts) + 9


async def test_an_unknown_row_had_no_past_and_a_new_one_has_none_before_it_was_made(graphql: GraphQL) -> None:
    then = datetime.now(UTC).isoformat()
    number = (await graphql("pi", UPSERT, input={"spt": "F0V"}))["upsertSpicaTarget"]["spicaTarget"]["spicadbId"]
    found = (await graphql("", TARGET, id=str(number), then=then))["spicaTarget"]
    assert (found["spt"], found["was"]) == ("F0V", None)
    now = (await graphql("", TARGET, id=str(number), then=datetime.now(UTC).isoformat()))["spicaTarget"]
    assert now["was"] == {"spt": "F0V", "vmag": None, "version": 1}


async def test_a_mutation_is_posted(door: httpx.AsyncClient) -> None:
    answer = await door.get(
        "/graphql",
        params={
            "query": 'mutation { setRunStatus(input: { tplStart: "2020-01-01", runStatus: "x" }) { alreadyDone } }'
        },
    )
    assert answer.status_code == 405


async def test_a_gateway_that_only_reads_says_so(client: httpx.AsyncClient) -> None:
    body = {"query": UPSERT, "variables": {"input": {"spt": "x"}}}
    with as_(PI):
        answer = (await client.post("/graphql", json=body)).json()
    (error,) = answer["data"]["upsertSpicaTarget"]["userErrors"]
    assert error["code"] == "FORBIDDEN"
    assert "GATEWAY_SPICA_WRITER" in error["message"]


async def test_every_mutation_has_its_form_for_many(graphql: GraphQL) -> None:
    fields = (await graphql("", '{ __type(name: "Mutation") { fields { name } } }'))["__type"]["fields"]
    names = {field["name"] for field in fields}
    assert {name for mutation in MUTATIONS for name in (mutation.field, mutation.bulk)} | {"updateDelegations"} <= names
