"""What `@defer` defers comes later, in both forms of answers in parts; what it may not cost is that of nobody else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import orjson
import pytest
from merging import merged, parts_of
from waiting import within

from gateway.incremental import V02, V2022, payloads
from gateway.payloads import json_payload
from hub.rows import connect
from resolvers import incremental
from resolvers.completion import Unexpected
from resolvers.execution import OperationRun
from resolvers.operation import FirstDelivery, OperationPlan, Operations
from resolvers.request import OperationResult, Request
from sample.federation import Federation

FORMS = pytest.mark.parametrize("form", [V2022, V02], ids=["2022", "v0.2"])
PAGE = """query Page($late: Boolean! = true) {
  star(name: "HD 48329") { name ldd { unit } ...Observed @defer(label: "observed", if: $late) }
}
fragment Observed on Star {
  ldd { unit value }
  exposures(first: 1) { totalCount nodes { expId ... @defer { observation { obsId } } } }
}"""
STAR_FIRST = {"name": "HD 48329", "ldd": {"unit": "mas"}}
BUSY_AT_SOURCE = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
AND query LIKE '%target_id = ANY%'"""
"""What waits for the exposures of a star; what the hub reads of itself, their number and extents, waits beside it."""


async def planned(operations: Operations, query: str, **variables: Any) -> OperationPlan:
    plan = await operations.planned(Request(query, None, variables))
    assert isinstance(plan, OperationPlan), plan
    return plan


async def plain(operations: Operations, query: str) -> dict[str, Any]:
    """The whole answer, as whoever reads no parts gets it."""
    payload = (await operations.answer(Request(query))).payload
    return dict(orjson.loads(json_payload(payload)))


@asynccontextmanager
async def locked(federation: Federation, source: str, table: str) -> AsyncIterator[Any]:
    """While inside, whoever reads a table waits; the connection that is yielded sees how many do."""
    locking, looking = await connect(federation.sources[source]), await connect(federation.sources[source])
    try:
        async with locking.transaction():
            await locking.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            yield looking
    finally:
        await locking.close()
        await looking.close()


async def test_the_newer_form_sends_nothing_twice(operations: Operations) -> None:
    first, *others = await parts_of(operations, Request(PAGE), V02)
    assert first["data"] == {"star": STAR_FIRST}
    assert first["pending"] == [{"id": "1", "path": ["star"], "label": "observed"}]
    assert first["extensions"]["cost"]["requested"] > 0
    outer, inner = others
    exposures, ldd = outer["incremental"]
    assert exposures == {"id": "1", "data": {"exposures": exposures["data"]["exposures"]}}
    assert list(exposures["data"]["exposures"]["nodes"][0]) == ["expId"]
    assert (ldd["id"], ldd["subPath"], list(ldd["data"])) == ("1", ["ldd"], ["value"])
    assert outer["completed"] == [{"id": "1"}]
    assert outer["pending"] == [{"id": "2", "path": ["star", "exposures", "nodes", 0]}]
    assert inner["incremental"][0]["id"] == "2"
    assert [part["hasNext"] for part in (first, outer, inner)] == [True, True, False]


async def test_the_older_form_has_each_fragment_whole(operations: Operations) -> None:
    first, outer, inner = await parts_of(operations, Request(PAGE), V2022)
    assert (first["data"], first["hasNext"]) == ({"star": STAR_FIRST}, True)
    (observed,) = outer["incremental"]
    assert (observed["path"], observed["label"]) == (["star"], "observed")
    assert observed["data"].keys() == {"ldd", "exposures"}
    assert observed["data"]["ldd"].keys() == {"unit", "value"}
    (observation,) = inner["incremental"]
    assert observation["path"] == ["star", "exposures", "nodes", 0]
    assert "label" not in observation
    assert observation["data"].keys() == {"observation"}
    assert (outer["hasNext"], inner["hasNext"]) == (True, False)


@FORMS
@pytest.mark.parametrize(
    "query",
    [
        '{ star(name: "HD 48329") { name ... @defer(if: false) { exposures { totalCount } } } }',
        '{ star(name: "nobody\'s star") { name ... @defer { exposures { totalCount } } } }',
        '{ star(name: "HD 48329") { name ... @defer @skip(if: true) { exposures { totalCount } } } }',
    ],
)
async def test_where_nothing_is_deferred_there_are_no_parts(operations: Operations, form: Any, query: str) -> None:
    (whole,) = await parts_of(operations, Request(query), form)
    assert whole.keys() == {"data"}


async def test_a_variable_says_whether_it_is_deferred(operations: Operations) -> None:
    whole = await parts_of(operations, Request(PAGE, None, {"late": False}), V02)
    late = await parts_of(operations, Request(PAGE, None, {"late": True}), V02)
    assert len(whole[0]["data"]["star"]) == 3
    assert merged(late)["data"] == merged(whole)["data"]


@FORMS
async def test_rows_by_their_ids_have_the_fragments_of_their_types(operations: Operations, form: Any) -> None:
    known = await plain(operations, "{ stars(first: 1) { nodes { id } } exposures(first: 1) { nodes { id } } }")
    star, exposure = (known["data"][name]["nodes"][0]["id"] for name in ("stars", "exposures"))
    query = f"""{{ nodes(ids: ["{exposure}", "{star}", "?"]) {{ id
      ... on Star @defer(label: "star") {{ name exposures(first: 1) {{ totalCount }} }}
      ... on Exposure @defer(label: "exposure") {{ expId observation {{ obsId }} }} }} }}"""
    parts = await parts_of(operations, Request(query), form)
    assert [node and list(node) for node in parts[0]["data"]["nodes"]] == [["id"], ["id"], None]
    assert merged(parts) == await plain(operations, query)
    if form is V02:
        assert [(one["label"], one["path"]) for one in parts[0]["pending"]] == [
            ("exposure", ["nodes", 0]),
            ("star", ["nodes", 1]),
        ]


@FORMS
@pytest.mark.timed
async def test_the_first_part_waits_for_no_other_database(
    operations: Operations, federation: Federation, form: Any
) -> None:
    delivery = await _begun(operations, federation, form)
    assert merged(delivery) == await plain(operations, PAGE)


async def _begun(operations: Operations, federation: Federation, form: Any) -> list[dict[str, Any]]:
    """The parts of the page of a star, whose first is there while the Obs Portal is locked."""
    async with locked(federation, "obsportal", "portal.exposure"):
        delivery = await asyncio.wait_for(operations.deliver(await planned(operations, PAGE)), 5)
        assert isinstance(delivery, FirstDelivery)
        coming = payloads(delivery, form, 0)
        parts = [await anext(coming)]
        assert parts[0]["data"] == {"star": STAR_FIRST}
        second = asyncio.ensure_future(anext(coming))
        await asyncio.sleep(0.3)
        assert not second.done()
    return [*parts, await second, *[part async for part in coming]]


@pytest.mark.timed
async def test_what_nobody_waits_for_is_cancelled(operations: Operations, federation: Federation) -> None:
    async with locked(federation, "obsportal", "portal.exposure") as looking:

        async def waiting() -> bool:
            return bool(await looking.fetchval(BUSY_AT_SOURCE))

        async def gone() -> bool:
            return not await waiting()

        delivery = await operations.deliver(await planned(operations, PAGE))
        assert isinstance(delivery, FirstDelivery)
        await within(waiting, 5)
        await delivery.deliveries.close()
        await within(gone, 5)


@FORMS
async def test_an_error_is_in_the_part_that_it_is_of(operations: Operations, form: Any) -> None:
    query = """{ star(name: "HD 48329") { name
      ... @defer(label: "bad") { granules(first: -1) { totalCount } } ... @defer(label: "good") { targets { totalCount } } } }"""
    parts = await parts_of(operations, Request(query), form)
    entries = [entry for part in parts[1:] for entry in part["incremental"]]
    assert "errors" not in parts[0]
    (bad,) = (entry for entry in entries if "granules" in entry["data"])
    (error,) = bad["errors"]
    assert (bad["data"], error["path"]) == ({"granules": None}, ["star", "granules"])
    assert all("errors" not in entry for entry in entries if entry is not bad)


@FORMS
async def test_a_row_that_is_not_as_declared_costs_its_fragment(
    operations: Operations, monkeypatch: pytest.MonkeyPatch, form: Any
) -> None:
    async def broken(*_: object) -> None:
        raise Unexpected

    monkeypatch.setattr(OperationRun, "_to_many", broken)
    query = '{ star(name: "HD 48329") { name ... @defer(label: "d") { exposures { totalCount } } } }'
    first, last = await parts_of(operations, Request(query), form)
    assert first["data"] == {"star": {"name": "HD 48329"}}
    failed = last["completed"][0] if form is V02 else last["incremental"][0]
    assert failed["errors"][0]["path"] == ["star"]
    assert failed["errors"][0]["message"].endswith("ask without @defer, and its field is told")
    assert failed.get("data") is None
    assert last["hasNext"] is False


@FORMS
@pytest.mark.parametrize("most", [0, 2, 5])
async def test_of_too_many_parts_the_others_are_not_deferred(
    operations: Operations, monkeypatch: pytest.MonkeyPatch, form: Any, most: int
) -> None:
    monkeypatch.setattr(incremental, "MOST_PARTS", most)
    query = """{ stars(first: 3, orderBy: [{jsdcId: ASC}]) { nodes { name
      ... @defer { vmag { value } identifiers(first: 2) { nodes { identifierName: __typename ... @defer { star { name vmag { unit } } } } } } } } }"""
    parts = await parts_of(operations, Request(query), form)
    assert (len(parts) == 1) == (most < 3)
    assert merged(parts) == await plain(operations, query)
    if most == 5 and form is V02:
        assert sum(len(part.get("pending", ())) for part in parts) <= 5


async def test_parts_are_bounded_in_the_document(operations: Operations) -> None:
    limits = replace(operations.limits, deferred=2)
    bounded = Operations(operations.schema, operations.hub, limits, 1000)
    fragment = "fragment F on Star { ... @defer { name } }"
    for query, right in (
        ('{ a: star(id: "1") { ...F } b: star(id: "2") { ...F } } ', True),
        ('{ a: star(id: "1") { ...F } b: star(id: "2") { ...F ... @defer { ra } } } ', False),
    ):
        plan = await bounded.planned(Request(query + fragment))
        assert isinstance(plan, OperationPlan) == right
        if not right:
            assert isinstance(plan, OperationResult)
            assert plan.payload["errors"][0]["message"].startswith("The document has 3 deferred fragments where 2")


async def test_the_cost_is_that_of_the_whole(operations: Operations) -> None:
    later = await planned(operations, PAGE)
    whole = await planned(operations, PAGE, late=False)
    assert later.cost == whole.cost > 1000


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ('{ star(id: "1") { ... @defer(label: "a") { name } ... @defer(label: "a") { ra } } }', "must be unique"),
        ('query($l: String) { star(id: "1") { ... @defer(label: $l) { name } } }', "must be a static string"),
        ('{ star(id: "1") { name @defer } }', "Directive '@defer' may not be used on field."),
        ('{ star(id: "1") { ... @stream { name } } }', "Unknown directive '@stream'."),
        ("mutation { ... @defer { __typename } }", "cannot be used on root mutation"),
        ("subscription { sourceVersionChanged { ... @defer { source } } }", "not supported on subscription"),
    ],
)
async def test_errors_of_validation_are_graphql_s(operations: Operations, query: str, message: str) -> None:
    plan = await operations.planned(Request(query))
    assert isinstance(plan, OperationResult)
    assert message in plan.payload["errors"][0]["message"]


async def test_whoever_reads_no_parts_gets_all_at_once(operations: Operations) -> None:
    late, whole = [await operations.answer(Request(PAGE, None, {"late": late})) for late in (True, False)]
    assert late.payload == whole.payload
    assert len(whole.payload["data"]["star"]) == 3
