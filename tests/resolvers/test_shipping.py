"""Conditions, orders and limits are shipped to the sources: EXPLAIN (VERBOSE) of what requests send, as golden files.

Each file holds the request, and for each statement its SQL, what is bound and the plan; there is one for each spatial body. Both the plan
for known values and the generic one, which PostgreSQL takes for a statement it has run five times, must be shipped.
"""

import asyncio
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest
from filled import LINGUISTIC

from adapters.votable.formats import TABLEDATA
from hub.kept_rows import KeptRows
from hub.rows import Connection, Hub, Record, connect
from localpg.cluster import Cluster
from planning import sql
from planning.routing import HUB, Databases
from planning.sql import Statement
from resolvers import tabular
from resolvers.operation import Operations
from resolvers.request import Request
from sample.federation import Federation
from schema.catalog import SOURCES

pytestmark = [pytest.mark.spatial, pytest.mark.usefixtures("same_moment")]

GOLDEN = Path(__file__).parent.parent / "golden" / "shipping"
CASES = {
    "cone": "{ stars(cone: {ra: 344.4127, dec: -29.6222, radius: 1}, first: 10) { nodes { name vmag { value } } } }",
    "cone_by_name": '{ targets(cone: {name: "Fomalhaut", radius: 0.1}) { nodes { targetName } } }',
    "cone_wider_than_a_hemisphere": "{ granules(cone: {ra: 10, dec: 20, radius: 120}, first: 10) { nodes { granuleId } } }",
    "cone_on_a_view": "{ exposures(cone: {ra: 344.4127, dec: -29.6222, radius: 1}, first: 10) { nodes { expId targetName } } }",
    "filter_with_limit": '{ exposures(where: {instrumentName: {eq: "GRAVITY"}, expMjdStart: {gt: 57000}}, first: 5) { nodes { expId } } }',
    "every_operator": (
        '{ stars(where: {or: [{name: {like: "HD 48%"}}, {name: {ilike: "hd 21_"}}, {jsdcId: {in: [1, 2, 3]}}, {vmag: {between: [1, 2]}}],'
        " not: {spTypeSimbad: {isNull: true}}, lddChi2: {le: 3}, fVmag: {in: [HIP, HIP2]}}, first: 5) { nodes { name } } }"
    ),
    "what_is_under_embargo": '{ granules(where: {accessUrl: {like: "https%"}}, first: 5) { nodes { granuleId accessUrl } } }',
    "ordered_page": (
        '{ stars(first: 5, orderBy: [{vmag: DESC_NULLS_LAST}, {name: ASC}], after: "CURSOR") { nodes { name } pageInfo { endCursor } } }'
    ),
    "few_in_the_order_of_an_index": "{ stars(first: 5, orderBy: [{kmag: ASC}], where: {vmag: {lt: 0}}) { nodes { name } } }",
    "page_from_the_end": "{ stars(last: 5) { nodes { name } } }",
    "by_name": '{ star(name: "* eps Gem") { name identifiers(first: 3) { nodes { identifier } } } }',
    "links_to_one": "{ exposures(first: 3) { nodes { expId observation { obsType target { targetName } program { obsProgram } } } } }",
    "links_to_many": "{ targets(first: 3) { nodes { targetId exposures(first: 2) { totalCount nodes { expId } } } } }",
    "links_to_very_many": "{ collections(first: 3) { nodes { collectionId granules(first: 2) { nodes { granuleId } } } } }",
    "groups": (
        '{ exposuresAggregate(groupBy: [INSTRUMENT_NAME, EXP_TAU0], where: {obsType: {eq: "science"}}, orderBy: COUNT, first: 5)'
        " { key { instrumentName expTau0 } count min { expMjdStart expSeeing } max { expDateUpdated } avg { obsId expSeeing } } }"
    ),
    "groups_in_bins": (
        "{ exposuresAggregate(by: [{column: EXP_SEEING, width: 0.5}, {column: EXP_MJD_START, unit: NIGHT}], first: 5,"
        " having: [{measure: COUNT, value: {ge: 2}}], sort: [{measure: MEDIAN, column: EXP_SEEING, direction: DESC}])"
        " { bins { label } count sum { expSeeing } stddev { expSeeing } median { expSeeing } countDistinct { targetName } } }"
    ),
    "groups_below_rows": (
        "{ targets(first: 3) { nodes { targetId exposuresAggregate(groupBy: [INSTRUMENT_NAME], by: [{column: EXP_SEEING, width: 0.5}], first: 2,"
        ' where: {obsType: {eq: "science"}}, having: [{measure: COUNT, value: {ge: 2}}], orderBy: COUNT)'
        " { key { instrumentName } count median { expSeeing } } } } }"
    ),
    "groups_by_a_related_row": (
        "{ granulesAggregate(groupByRelated: [{collection: TITLE}], groupBy: [CALIB_LEVEL], orderBy: COUNT, first: 5)"
        " { key { calibLevel } related { collection { title } } count } }"
    ),
    "related_groups_of_another_database": (
        "{ exposuresAggregate(groupByRelated: [{star: SP_TYPE_SIMBAD}], orderBy: COUNT, first: 5) { related { star { spTypeSimbad } } count } }"
    ),
    "groups_in_cells": "{ starsAggregate(by: [{healpix: {order: 3}}], first: 5) { bins { label } count } }",
    "one_group_below_each_row": "{ collections(first: 3) { nodes { collectionId granulesAggregate { count max { tMax } } } } }",
    "counted_through_identity": '{ star(name: "* eps Gem") { granulesAggregate(groupBy: [INSTRUMENT_NAME]) { key { instrumentName } count } } }',
    "one_group_of_all": "{ starsAggregate { count min { vmag calFlag } avg { vmag } } }",
    "links_through_identity": (
        '{ star(name: "* eps Gem") { granules(first: 3) { totalCount nodes { granuleId } } exposures(first: 3) { nodes { expId star { name } } } } }'
    ),
    "from_exposure_to_data": "{ exposures(first: 3) { nodes { expId granules(first: 5) { nodes { granuleId calibLevel } } } } }",
    "survey_target_of_data": "{ granules(where: {proposalSubid: {isNull: false}}, first: 3) { nodes { granuleId spicaTarget { targetMainId } } } }",
    "data_of_runs": "{ spicaRuns(first: 3) { nodes { exposures(first: 2) { nodes { expId } } granules(first: 2) { nodes { granuleId } } } } }",
    "calibrators": (
        '{ star(name: "* eps Gem") { calibrators(radius: 8, alike: {band: K, within: 2}, first: 5, orderBy: [{vmag: ASC}]) { nodes { name } } } }'
    ),
    "union_page": (
        '{ obscore(first: 5, where: {proposalId: {ne: "S01"}, targetName: {like: "H%"}, sRa: {gt: 5}})'
        " { nodes { obsPublisherDid targetName tMin accessUrl } } }"
    ),
    "union_in_order": "{ obscore(first: 5, orderBy: [{targetName: DESC_NULLS_LAST}]) { nodes { obsPublisherDid targetName sRegion } } }",
    "union_cone": "{ obscore(cone: {ra: 344.4127, dec: -29.6222, radius: 1}, first: 10) { nodes { obsId tMin } } }",
    "in_order_of_a_related_row": (
        "{ exposures(orderBy: [{observation: {obsId: DESC}}], first: 5) { nodes { expId } pageInfo { endCursor } } }"
    ),
    "region_of_cells": '{ stars(region: {moc: "5/1234 6/5000-5003"}, first: 10) { nodes { name } } }',
    "region_box": "{ granules(region: {box: {ra: 344, dec: -29, width: 2, height: 1}}, first: 10) { nodes { granuleId } } }",
    "nearest_first": (
        "{ stars(cone: {ra: 344.4127, dec: -29.6222, radius: 1}, orderBy: [{separation: ASC}], first: 10) { nodes { name separation } } }"
    ),
    "related_star": "{ exposures(where: {star: {vmag: {lt: 5}}}, first: 5) { totalCount nodes { expId } } }",
    "related_to_a_star": (
        '{ stars(where: {exposures: {some: {instrumentName: {eq: "GRAVITY"}}}, spicaTargets: {none: {}}}, first: 5) { nodes { name } } }'
    ),
    "related_in_three_databases": (
        "{ spicaTargets(where: {star: {granules: {some: {calibLevel: {ge: 2}, collection: {title: {isNull: false}}}}}}, first: 5)"
        " { nodes { targetMainId } } }"
    ),
    "related_by_name_and_programme": "{ exposures(where: {granules: {some: {calibLevel: {ge: 2}}}}, first: 5) { nodes { expId } } }",
    "related_by_number_as_text": "{ spicaTargets(where: {granules: {some: {calibLevel: {ge: 2}}}}, first: 5) { nodes { targetMainId } } }",
    "related_rows_counted": "{ stars(where: {exposuresCount: {ge: 2}}, first: 5) { nodes { name } } }",
    "in_order_of_a_number_of_rows": (
        "{ targets(orderBy: [{exposuresCount: DESC}], first: 5) { nodes { targetName } pageInfo { endCursor } } }"
    ),
    "related_numbers_in_order": (
        "{ stars(where: {exposuresCount: {ge: 2}}, orderBy: [{exposuresCount: DESC}], first: 5) { nodes { name } pageInfo { endCursor } } }"
    ),
    "count": '{ exposures(where: {obsType: {eq: "science"}}) { totalCount } }',
}
STREAMED = {
    "same_database_join": (
        '{ exposures(where: {instrumentName: {eq: "GRAVITY"}}, first: 100) { nodes { expId observation { obsType target { targetName } } } } }'
    ),
    "cone_streamed": "{ stars(cone: {ra: 344.4127, dec: -29.6222, radius: 1}, first: 1000) { nodes { name ra dec ldd { value error } } } }",
}
FEW = {
    "what_is_under_embargo",
    "union_cone",
    "union_page",
    "links_through_identity",
    "calibrators",
    "survey_target_of_data",
    "data_of_runs",
    "from_exposure_to_data",
    "cone",
    "cone_by_name",
    "cone_on_a_view",
    "cone_streamed",
    "by_name",
    "same_database_join",
    "region_of_cells",
    "region_box",
    "nearest_first",
}
"""Where PostgreSQL expects fewer rows than the limit: it then keeps the limit, and the order, to itself, at no cost."""

IN_HUB = {"in_order_of_a_number_of_rows", "related_groups_of_another_database"}
"""Where the hub joins, sorts or puts together what its sources send: straight, a statement is the source's alone."""


@dataclass
class Recorder:
    """A hub that keeps what it is asked."""

    hub: Hub
    statements: list[Statement] = field(default_factory=list)

    @property
    def health(self) -> Any:
        return self.hub.health

    @property
    def databases(self) -> Databases:
        """As where a server has linguistic collations, whether this one has or not: what is sent is then right too."""
        return replace(self.hub.databases, bytewise=frozenset({HUB, *SOURCES}) - set(LINGUISTIC))

    async def fetch(self, statement: Statement, seconds: float | None = None) -> list[Record]:
        self.statements.append(statement)
        return await self.hub.fetch(statement, seconds)

    @property
    def kept(self) -> KeptRows:
        """None yet, whenever it is asked."""
        return KeptRows(self.hub.health, self.fetch, self.hub._record)  # noqa: SLF001

    @property
    def row_counts(self) -> Any:
        return self.hub.row_counts

    @property
    def limits(self) -> Any:
        return self.hub.limits


async def known(hub: Hub) -> None:
    """Wait for the figures that are kept: what is not known yet is asked."""
    await asyncio.gather(*map(hub.row_counts.of, SOURCES))


async def asked(operations: Operations, question: str) -> list[Statement]:
    """The statements that a question sends."""
    await known(operations.hub)
    recorder = Recorder(operations.hub)
    told = Operations(operations.schema, cast("Hub", recorder), operations.limits, operations.largest_page)
    answer = await told.answer(Request(question))
    assert "errors" not in answer.payload, answer.payload["errors"]
    return recorder.statements


async def cursor(operations: Operations) -> str:
    question = CASES["ordered_page"].replace(', after: "CURSOR"', "")
    answer = await operations.answer(Request(question))
    return str(answer.payload["data"]["stars"]["pageInfo"]["endCursor"])


def literal(value: Any) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, datetime):
        return f"timestamptz '{value.isoformat()}'" if value.tzinfo else f"'{value.isoformat()}'"
    empty = "" if value else "::text[]"
    return f"ARRAY[{', '.join(map(literal, value))}]{empty}" if isinstance(value, list) else repr(value)


async def plan(connection: Connection, statement: Statement, mode: str) -> str:
    """EXPLAIN of a statement, prepared as the gateway prepares it."""
    settings = "".join(f"SET {name} = {value};" for name, value in statement.settings)
    await connection.execute(f"{settings} SET plan_cache_mode = force_{mode}_plan; PREPARE asked AS {statement.text}")
    try:
        bound = f"({', '.join(map(literal, statement.values))})" if statement.values else ""
        rows: Sequence[Record] = await connection.fetch(f"EXPLAIN (VERBOSE, COSTS OFF) EXECUTE asked{bound}")
    finally:
        await connection.execute("DEALLOCATE asked; RESET ALL")
    return "\n".join(str(row[0]) for row in rows)


def assert_shipped(name: str, statement: Statement, told: str) -> None:
    remote = re.findall(r"Remote SQL: (.*)", told)
    if not set(statement.sources) & set(SOURCES):
        assert not remote, f"the hub has it itself\n{told}"
        return
    assert remote, told
    if "crossid" in statement.sources or "unnest" in statement.text or name.startswith("related"):
        # The hub joins what it holds with what the sources have: each is asked only for what the others lead to.
        assert name in IN_HUB or all("WHERE" in text or "GROUP BY" in text for text in remote), told
        assert any("WHERE" in text or "GROUP BY" in text for text in remote), told
        return
    local = [
        line for line in re.findall(r"^\s*(?:Join |One-Time )?Filter: .*", told, re.MULTILINE) if "rank" not in line
    ]
    # A walk sends rows for the hub to pick from.
    assert not local or "WITH near" in statement.text, f"filtered in the hub: {local}\n{told}"
    if "WHERE" in statement.text:
        assert any("WHERE" in text or " ON (" in text for text in remote), told
    if "LIMIT" in statement.text and name not in FEW | IN_HUB:
        assert all("LIMIT" in text for text in remote), f"LIMIT is not shipped\n{told}"
        assert "Sort" not in told or "Append" in told, f"sorted in the hub, not for two pages to be made one\n{told}"
    if ("group" in name or name == "count") and "count(*)" in statement.text:
        assert "Relations: Aggregate" in told, f"counted in the hub\n{told}"
    if "in_cone" in statement.text:
        assert any("<@" in text for text in remote), told


def document(question: str, explained: Sequence[tuple[Statement, str]]) -> str:
    parts = [f"# {question}\n"]
    for statement, plan_text in explained:
        # How the hub reads what it holds itself depends on its statistics: what it asks of the sources does not.
        told = "\n".join(re.findall(r"Remote SQL: .*", plan_text)) if "crossid" in statement.sources else plan_text
        parts.append(
            f"\n## SQL\n{statement.text}\n\n## bound\n{json.dumps(statement.values, default=str)}\n\n## plan\n{told}\n"
        )
    return "\n".join(line.rstrip() for line in "".join(parts).splitlines()) + "\n"


@pytest.mark.parametrize("name", [*CASES, *STREAMED])
async def test_shipped(
    name: str, operations: Operations, federation: Federation, cluster: Cluster, update_golden: bool
) -> None:
    question = (CASES | STREAMED)[name].replace("CURSOR", await cursor(operations))
    if name in STREAMED:
        found = await tabular.plan_table(operations, Request(question), 10_000)
        statements = [sql.stream(found.plan, TABLEDATA.row)]
    else:
        statements = await asked(operations, question)
    connection = await connect(federation.hub)
    try:
        explained = [(statement, await plan(connection, statement, "custom")) for statement in statements]
        generic = [(statement, await plan(connection, statement, "generic")) for statement in statements]
    finally:
        await connection.close()
    for statement, told in (*explained, *generic):
        assert_shipped(name, statement, told)
    path = golden(name, f"{federation.body}{cluster.binaries.major}")
    text = document(question, explained)
    if update_golden:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    # Another PostgreSQL words its plans otherwise: there, what is asserted above must do.
    assert not path.exists() or path.read_text() == text


def golden(name: str, server: str) -> Path:
    return GOLDEN / f"{name}.{server}.txt"


def test_every_case_has_its_golden_files() -> None:
    wanted = {golden(name, server) for name in (*CASES, *STREAMED) for server in ("pg_sphere15", "cube18")}
    assert set(GOLDEN.iterdir()) == wanted
