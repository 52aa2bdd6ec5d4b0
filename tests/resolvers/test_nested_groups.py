"""Groups below rows are those that Python makes of the rows that each leads to, in one statement a level."""

import math
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest
import pytest_asyncio
from judging import judged, related
from serving import watch
from test_aggregate import assert_same, naively
from test_related import SIZES, fill, used, where
from test_shipping import Recorder
from writing import Rows

from hub.limits import Limits
from hub.rows import Connection, Hub, Record, connect, open_hub
from localpg.cluster import Cluster
from planning.errors import SourceUnavailable
from planning.plan import Function
from planning.sql import Statement
from resolvers.operation import Operations
from resolvers.request import Request
from sample.federation import Federation, dsn
from schema.aggregate_types import measured
from schema.catalog import DECLARED
from schema.column import Column
from schema.foreign import ROLE
from schema.input_types import enum_name
from schema.relations import RelatedColumn, ordered_by, related_column
from schema.table import Link, Neighbourhood
from schema.types import DOUBLE, FLOAT

DATABASES, QUESTIONS = 3, 40
LINKS = [
    link for link in DECLARED.links
    if link.many and {link.origin, link.target, *link.between} <= SIZES.keys() and not isinstance(link.bridge, Neighbourhood)
]  # fmt: skip
UNLIKELY = (math.nan, math.inf, -math.inf)


@pytest_asyncio.fixture(scope="module")
async def owner(cluster: Cluster, federation: Federation) -> AsyncIterator[Connection]:  # noqa: ARG001 - its roles
    maintenance = await connect(dsn(cluster, "postgres", cluster.superuser))
    await maintenance.execute("DROP DATABASE IF EXISTS nested")
    await maintenance.execute("CREATE DATABASE nested")
    made = await connect(dsn(cluster, "nested", cluster.superuser))
    for table in SIZES:
        columns = ", ".join(f'"{column.sql}" {column.type.sql}' for column in table.stored)
        await made.execute(
            f"CREATE SCHEMA IF NOT EXISTS {table.source}; CREATE TABLE {table.qualified} ({columns});"
            f"GRANT USAGE ON SCHEMA {table.source} TO {ROLE}; GRANT SELECT ON {table.qualified} TO {ROLE}"
        )
    yield made
    await made.close()
    await maintenance.execute("DROP DATABASE nested WITH (FORCE)")
    await maintenance.close()


@pytest_asyncio.fixture(scope="module")
async def local(owner: Connection, cluster: Cluster, operations: Operations) -> AsyncIterator[Operations]:  # noqa: ARG001
    """Operations over a hub whose tables are its own."""
    hub = await open_hub(dsn(cluster, "nested", ROLE), Limits(), watch())
    yield Operations(operations.schema, hub, replace(operations.limits, cost=10**9), operations.largest_page)
    await hub.close()


@dataclass(frozen=True)
class Question:
    """What is asked of the rows that a link leads to."""

    link: Link
    by: tuple[Column, ...]
    measures: tuple[tuple[Function, Column], ...]
    where: Mapping[str, Any]
    order: str
    least: int
    first: int
    offset: int

    @property
    def own(self) -> list[Column]:
        return [column for column in self.by if not isinstance(column, RelatedColumn)]

    @property
    def others(self) -> list[RelatedColumn]:
        """Columns of related rows; they come after the others."""
        return [column for column in self.by if isinstance(column, RelatedColumn)]

    def text(self) -> str:
        """The document, whose variable is the filter."""
        target, origin = self.link.target, self.link.origin
        told = [f"where: $where, orderBy: {self.order}, first: {self.first}, offset: {self.offset}"]
        told += [f"groupBy: [{', '.join(enum_name(column.graphql) for column in self.own)}]"] if self.own else []
        keys = [f"{{{column.path[0].field}: {enum_name(column.of.graphql)}}}" for column in self.others]
        told += [f"groupByRelated: [{', '.join(keys)}]"] if keys else []
        told += [f"having: [{{measure: COUNT, value: {{ge: {self.least}}}}}]"] if self.least else []
        key = f"key {{ {' '.join(column.graphql for column in self.own)} }}" if self.own else ""
        others = " ".join(f"{column.path[0].field} {{ {column.of.graphql} }}" for column in self.others)
        key += f" related {{ {others} }}" if others else ""
        measures = " ".join(
            f"m{at}: {function.value} {{ {column.graphql} }}" for at, (function, column) in enumerate(self.measures)
        )
        groups = f"{self.link.field}Aggregate({', '.join(told)}) {{ {key} count hasNext {measures} }}"
        page = f"{origin.plural}(first: 100) {{ nodes {{ {origin.key.graphql} {groups} }} }}"
        return f"query($where: {target.type_name}Filter) {{ {page} }}"

    def found(self, group: Mapping[str, Any]) -> tuple[Any, ...]:
        """A group of an answer as the judge has it."""
        key = [group["key"][column.graphql] for column in self.own]
        key += [group["related"][column.path[0].field][column.of.graphql] for column in self.others]
        measures = (group[f"m{at}"][column.graphql] for at, (_, column) in enumerate(self.measures))
        return (*key, group["count"], *measures)

    def wanted(self, row: Mapping[str, Any], rows: Rows) -> list[tuple[Any, ...]]:
        """All groups of a row, by looking at every other one."""
        target = self.link.target
        others = [other for other in related(self.link, row, rows) if judged(target, other, self.where, rows) is True]
        for column in self.others:
            others = [{**other, column.sql: led_to(column, other, rows)} for other in others]
        groups = naively(others, self.by, self.measures, self.order)
        return [group for group in groups if group[len(self.by)] >= self.least]


def led_to(column: RelatedColumn, row: Mapping[str, Any], rows: Rows) -> Any:
    return next((other[column.of.sql] for other in related(column.path[0], row, rows)), None)


def keys(link: Link, columns: Sequence[Column], chance: random.Random) -> tuple[Column, ...]:
    """Columns to group by, and perhaps one of a row that a link to one leads to."""
    own = chance.sample(columns, chance.choice((0, 1, 1, 2)))
    steps = [
        step for step in ordered_by(link.target).values() if {step.target, *step.between} <= SIZES.keys()
    ]  # fmt: skip
    if not steps or chance.random() < 0.6:
        return tuple(own)
    step = chance.choice(steps)
    return (*own, related_column((step,), chance.choice([one for one in used(step.target) if one.enumeration is None])))


def question(chance: random.Random) -> Question:
    link = chance.choice(LINKS)
    columns = [column for column in used(link.target) if column.enumeration is None]
    numbers = [column for column in columns if column in measured(link.target)]
    measures = [
        (function, column) for column in columns for function in (Function.MIN, Function.MAX, Function.COUNT_DISTINCT)
    ]
    sums = [(function, column) for column in numbers for function in Function]
    chosen = dict.fromkeys(chance.sample(measures, 2) + (chance.sample(sums, min(3, len(sums)))))
    return Question(
        link,
        keys(link, columns, chance),
        tuple(chosen),
        where(link.target, chance) if chance.random() < 0.5 else {},
        chance.choice(("KEY", "COUNT")),
        chance.choice((0, 0, 0, 1, 2)),
        chance.choice((1, 2, 100)),
        chance.choice((0, 0, 1)),
    )


async def spoil(owner: Connection, rows: Rows, chance: random.Random) -> None:
    """Make some numbers none that JSON has."""
    for table, some in rows.items():
        for row in some:
            for column in used(table):
                if column.type in (FLOAT, DOUBLE) and chance.random() < 0.2:
                    cast("dict[str, Any]", row)[column.sql] = chance.choice(UNLIKELY)
                    statement = f'UPDATE {table.qualified} SET "{column.sql}" = $1 WHERE "{table.key.sql}" = $2'
                    await owner.execute(statement, row[column.sql], row[table.key.sql])


@pytest.mark.parametrize("seed", range(DATABASES))
async def test_groups_below_rows_are_those_of_the_judge(owner: Connection, local: Operations, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    rows = await fill(owner, chance)
    await spoil(owner, rows, chance)
    several = empty = 0
    for _ in range(QUESTIONS):
        asked = question(chance)
        answer = await local.answer(Request(asked.text(), None, {"where": dict(asked.where)}))
        assert "errors" not in answer.payload, (asked.text(), answer.payload["errors"])
        origin, field = asked.link.origin, f"{asked.link.field}Aggregate"
        told = {node[origin.key.graphql]: node[field] for node in answer.payload["data"][origin.plural]["nodes"]}
        assert len(told) == len(rows[origin])
        for row in rows[origin]:
            every, groups = asked.wanted(row, rows), told[row[origin.key.sql]]
            wanted = every[asked.offset : asked.offset + asked.first] if asked.by else every
            assert_same([asked.found(group) for group in groups], wanted)
            follows = [number < len(every) for number in range(asked.offset + 1, asked.offset + len(wanted) + 1)]
            assert [group["hasNext"] for group in groups] == (follows if asked.by else [False] * len(wanted))
            several += len(groups) > 1
            empty += not asked.by and any(group["count"] == 0 for group in groups)
    assert several > QUESTIONS / 8
    assert empty > 3


async def test_groups_of_the_sample_are_those_of_its_rows(operations: Operations) -> None:
    text = """{ targets(first: 60, where: {exposuresCount: {ge: 1}}) { nodes { targetId
        exposures(first: 1000) { nodes { instrumentName expMjdStart } }
        exposuresAggregate(groupBy: [INSTRUMENT_NAME]) { key { instrumentName } count min { expMjdStart } } } } }"""
    answer = await operations.answer(Request(text))
    nodes = answer.payload["data"]["targets"]["nodes"]
    assert len(nodes) == 60
    for node in nodes:
        times: dict[str, list[float]] = {}
        for exposure in node["exposures"]["nodes"]:
            times.setdefault(exposure["instrumentName"], []).append(exposure["expMjdStart"])
        groups = {
            group["key"]["instrumentName"]: (group["count"], group["min"]["expMjdStart"])
            for group in node["exposuresAggregate"]
        }
        assert groups == {name: (len(values), min(values)) for name, values in times.items()}


async def test_calibrators_are_put_into_groups_too(operations: Operations) -> None:
    text = """{ star(name: "HD 48329") {
        calibrators(radius: 28, first: 1000) { totalCount nodes { calFlag vmag { value } } }
        all: calibratorsAggregate(radius: 28) { count min { vmag } }
        calibratorsAggregate(radius: 28, groupBy: [CAL_FLAG], by: [{column: VMAG, width: 2}], having: [{measure: COUNT, value: {ge: 2}}])
            { bins { low high } count min { vmag } max { vmag } } } }"""
    answer = await operations.answer(Request(text))
    assert "errors" not in answer.payload, answer.payload["errors"]
    star = answer.payload["data"]["star"]
    magnitudes = [node["vmag"]["value"] for node in star["calibrators"]["nodes"]]
    assert star["all"] == [{"count": len(magnitudes), "min": {"vmag": min(magnitudes)}}]
    assert star["calibrators"]["totalCount"] == len(magnitudes)
    wanted: dict[float, int] = {}
    for magnitude in magnitudes:
        wanted[magnitude // 2 * 2] = wanted.get(magnitude // 2 * 2, 0) + 1
    found = {group["bins"][0]["low"]: group["count"] for group in star["calibratorsAggregate"]}
    assert found == {low: count for low, count in wanted.items() if count >= 2}
    assert len(found) > 1


async def test_a_level_is_one_statement(operations: Operations) -> None:
    recorder = Recorder(operations.hub)
    told = Operations(operations.schema, cast("Hub", recorder), operations.limits, operations.largest_page)
    text = """{ programs(first: 5) { nodes { observations(first: 4) { nodes {
        exposuresAggregate(groupBy: [OBS_TYPE], first: 2, offset: 1) { count }
        all: exposuresAggregate { count granules: countDistinct { expId } } } } } } }"""
    answer = await told.answer(Request(text))
    assert "errors" not in answer.payload, answer.payload["errors"]
    assert len(recorder.statements) == 4


class Without(Recorder):
    """A hub one of whose sources does not answer."""

    async def fetch(self, statement: Statement, seconds: float | None = None) -> list[Record]:
        if "oidb" in statement.sources:
            raise SourceUnavailable("OiDB does not answer", "oidb")
        return await super().fetch(statement, seconds)


async def test_a_source_that_does_not_answer_costs_its_groups(operations: Operations) -> None:
    hub = cast("Hub", Without(operations.hub))
    told = Operations(operations.schema, hub, operations.limits, operations.largest_page)
    text = """{ exposures(first: 2) { nodes { expId granulesAggregate { count } target { exposuresAggregate { count } } } } }"""
    answer = await told.answer(Request(text))
    nodes = answer.payload["data"]["exposures"]["nodes"]
    assert [node["granulesAggregate"] for node in nodes] == [None, None]
    assert all(node["target"]["exposuresAggregate"][0]["count"] > 0 for node in nodes)
    assert [error["path"] for error in answer.payload["errors"]] == [
        ["exposures", "nodes", at, "granulesAggregate"] for at in (0, 1)
    ]
    assert answer.payload["errors"][0]["extensions"]["source"] == "oidb"


@pytest.mark.parametrize(("told", "code", "word"), [
    ("by: [{column: EXP_SEEING, n: 3}]", "BAD_INPUT", "below a row, use width or edges"),
    ("groupBy: [OBS_TYPE], first: -1", "BAD_INPUT", "from 0"),
    ("groupBy: [OBS_TYPE], first: 1001", "LIMIT_EXCEEDED", "1000"),
    ("where: {expSeeing: {lt: null}}", "BAD_INPUT", "null"),
])  # fmt: skip
async def test_what_makes_no_groups_is_said_of_each_row(
    operations: Operations, told: str, code: str, word: str
) -> None:
    text = f"{{ targets(first: 2) {{ nodes {{ targetId exposuresAggregate({told}) {{ count }} }} }} }}"
    answer = await operations.answer(Request(text))
    assert [node["exposuresAggregate"] for node in answer.payload["data"]["targets"]["nodes"]] == [None, None]
    for error in answer.payload["errors"]:
        assert error["extensions"]["code"] == code
        assert word in error["message"]
