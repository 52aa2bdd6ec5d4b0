"""Filters by related rows find what they say: against a judge that looks at every row, over random small databases.

Tables are the hub's, and local: what is asked of sources and what of the hub is the same SQL. Keys repeat, dangle and
are NULL, names are such that the two rules from an exposure to its granules meet.
"""

import random
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio
from judging import judged, related
from writing import Rows

from hub.rows import Connection, connect
from localpg.cluster import Cluster
from planning import arguments, cursor, sql
from planning.calibrators import fit
from planning.errors import BadInput, TooMuch
from planning.plan import Cell, Plan, StatementShape
from sample.federation import dsn
from schema import crossid, jsdc, obsportal, oidb, spica
from schema.catalog import DECLARED
from schema.column import Column
from schema.relations import counts_of, numbers_of, ordered_by, relations_of, within_source
from schema.table import Neighbourhood, Table
from schema.types import DOUBLE, FLOAT, INT, LONG, SHORT

DATABASES, FILTERS = 4, 30
SIZES = {
    jsdc.STAR: 7, jsdc.IDENTIFIER: 8, obsportal.TARGET: 6, obsportal.OBSERVATION: 6, obsportal.EXPOSURE: 9,
    oidb.GRANULE: 9, spica.TARGET: 5, crossid.TARGET: 6, crossid.GRANULE: 9, crossid.SPICA: 5,
}  # fmt: skip
TEXTS = ("A", "B", "A_1", "A_2", "B_1", "1", "2", "03", "-1", "x")
Where = dict[str, Any]
CALIBRATORS = next(link.bridge for link in DECLARED.links if isinstance(link.bridge, Neighbourhood))


def value(column: Column, chance: random.Random) -> Any:
    """One of few values; or NULL, if it may be."""
    if not column.never_null and chance.random() < 0.2:
        return None
    if column.type in (FLOAT, DOUBLE):
        return chance.choice((0.0, 1.5, 2.5))
    return chance.randrange(5) if column.type in (SHORT, INT, LONG) else chance.choice(TEXTS)


def rows_of(table: Table, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Random rows whose keys differ."""
    keys = list(range(SIZES[table])) if table.key.type in (SHORT, INT, LONG) else list(TEXTS)
    chance.shuffle(keys)
    for key in keys[: SIZES[table]]:
        yield {column.sql: value(column, chance) for column in used(table)} | {table.key.sql: key}


def used(table: Table) -> tuple[Column, ...]:
    """Columns of which filters are made: numbers and texts, not all of them."""
    links = [column for link in relations_of(table).values() for column in (link.from_column,)]
    ends = [link.to_column for origin in SIZES for link in relations_of(origin).values() if link.target is table]
    ruling = [
        table.by_field[name] for name in ("calibLevel", "progid", "obsProgram", "starId") if name in table.by_field
    ]
    plain = [column for column in table.stored if column.type in (SHORT, INT, FLOAT, DOUBLE)][:2]
    return tuple(dict.fromkeys((table.key, *links, *ends, *ruling, *plain)))


def where(table: Table, chance: random.Random, depth: int = 0) -> Where:
    """A filter of up to three levels of relations."""
    made: Where = {}
    if chance.random() < 0.7:
        column = chance.choice([column for column in used(table) if not column.enumeration])
        told = value(column, chance)
        ops = ("eq", "ne", "lt", "ge") if column.type in (SHORT, INT, LONG, FLOAT, DOUBLE) else ("eq", "ne")
        made[column.graphql] = {"isNull": chance.random() < 0.5} if told is None else {chance.choice(ops): told}
    links = [link for link in relations_of(table).values() if link.target in SIZES]
    if links and depth < 3 and chance.random() < (1.0, 0.6, 0.5)[depth]:
        link = chance.choice(links)
        kinds = chance.sample(("some", "every", "none"), chance.choice((1, 1, 2)))
        inner = {kind: where(link.target, chance, depth + 1) for kind in kinds}
        made[link.field] = inner if link.many else next(iter(inner.values()))
        if f"{link.field}Count" in counts_of(table) and chance.random() < 0.4:
            compared = {chance.choice(("eq", "ne", "lt", "le", "gt", "ge")): chance.randrange(3)}
            made[f"{link.field}Count"] = chance.choice(
                (compared, {"in": [0, 2]}, {"between": [1, 2]}, {"isNull": False})
            )
    if depth < 2 and chance.random() < 0.3:
        group = chance.choice(("and", "or", "not"))
        made[group] = (
            where(table, chance, depth + 1) if group == "not" else [where(table, chance, depth + 1) for _ in "ab"]
        )
    return made


@pytest_asyncio.fixture(scope="module")
async def owner(cluster: Cluster) -> AsyncIterator[Connection]:
    maintenance = await connect(dsn(cluster, "postgres", cluster.superuser))
    await maintenance.execute("DROP DATABASE IF EXISTS related")
    await maintenance.execute("CREATE DATABASE related")
    made = await connect(dsn(cluster, "related", cluster.superuser))
    for table in SIZES:
        columns = ", ".join(f'"{column.sql}" {column.type.sql}' for column in table.stored)
        await made.execute(f"CREATE SCHEMA IF NOT EXISTS {table.source}; CREATE TABLE {table.qualified} ({columns})")
    yield made
    await made.close()
    await maintenance.execute("DROP DATABASE related WITH (FORCE)")
    await maintenance.close()


async def fill(owner: Connection, chance: random.Random) -> Rows:
    filled = {table: list(rows_of(table, chance)) for table in SIZES}
    for table, rows in filled.items():
        names, places = list(rows[0]), ", ".join(f"${at}" for at in range(1, len(rows[0]) + 1))
        quoted = ", ".join(f'"{name}"' for name in names)
        await owner.execute(f"TRUNCATE {table.qualified}")
        insert = f"INSERT INTO {table.qualified} ({quoted}) VALUES ({places})"
        await owner.executemany(insert, [tuple(row.values()) for row in rows])
    return filled


@pytest.mark.parametrize("seed", range(DATABASES))
async def test_related_rows_are_asked_as_the_judge_does(owner: Connection, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    rows, telling = await fill(owner, chance), 0
    for _ in range(FILTERS):
        table = chance.choice([table for table in SIZES if table.source != crossid.NAME])
        told = where(table, chance)
        chosen = arguments.selected(table, {"where": told})
        statement = sql.statement(
            Plan(StatementShape(table, (Cell(table.key, "key"),), chosen.conditions), chosen.values)
        )
        found = {row[0] for row in await owner.fetch(statement.text, *statement.values)}
        assert found == {row[table.key.sql] for row in rows[table] if judged(table, row, told, rows) is True}, told
        telling += 0 < len(found) < len(rows[table])
    assert telling > FILTERS / 5


async def pages(owner: Connection, table: Table, told: Where, mark: str) -> list[list[Any]]:
    """Keys of the pages of two rows, forwards with `after` or backwards with `before`."""
    found: list[list[Any]] = []
    given: Where = {}
    while not found or found[-1]:
        page = arguments.page(table, {**told, {"after": "first", "before": "last"}[mark]: 2, **given}, 10)
        cells = tuple(Cell(term.column, term.column.sql) for term in page.order)
        chosen = arguments.selected(table, told) + page.beyond
        shape = StatementShape(table, cells, chosen.conditions, page.sql_order, page.limit)
        statement = sql.statement(Plan(shape, chosen.values))
        rows = [tuple(row) for row in await owner.fetch(statement.text, *statement.values)]
        found.append([row[-1] for row in rows])
        given = {mark: cursor.encode(cursor.signature(table, page.order), rows[-1])} if rows else {}
    return found


@pytest.mark.parametrize("direction", ["ASC", "DESC_NULLS_LAST"])
async def test_pages_in_the_order_of_a_related_column_have_each_row_once(owner: Connection, direction: str) -> None:
    chance = random.Random(9)  # noqa: S311 - nothing secret
    rows = await fill(owner, chance)
    for table in SIZES:
        for field, link in ordered_by(table).items():
            if link.target not in SIZES:
                continue
            column = next(
                one
                for one in used(link.target)
                if one is not link.target.key and one.type in (INT, FLOAT, DOUBLE, SHORT, LONG)
            )
            told = {"orderBy": [{field: {column.graphql: direction}}]}

            def place(row: Any) -> tuple[Any, ...]:
                value = next((other[column.sql] for other in related(link, row, rows)), None)  # noqa: B023
                turned = value if value is None or direction == "ASC" else -value
                return (value is None, turned or 0, row[table.key.sql])  # noqa: B023

            wanted = [row[table.key.sql] for row in sorted(rows[table], key=place)]
            forwards = await pages(owner, table, told, "after")
            backwards = await pages(owner, table, told, "before")
            assert [key for page in forwards for key in page] == wanted, (table.name, field)
            assert [key for page in backwards for key in page] == wanted[::-1], (table.name, field)


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
async def test_pages_in_the_order_of_a_number_of_related_rows_have_each_row_once(
    owner: Connection, direction: str
) -> None:
    chance = random.Random(10)  # noqa: S311 - nothing secret
    rows, different = await fill(owner, chance), 0
    for table in SIZES:
        for field, link in numbers_of(table).items():
            if not {link.target, *link.between} <= SIZES.keys():
                continue
            counts = {row[table.key.sql]: len(list(related(link, row, rows))) for row in rows[table]}
            least = 0 if within_source(link) else 1
            turned = -1 if direction == "DESC" else 1
            kept = [key for key, count in counts.items() if count >= least]
            wanted = sorted(kept, key=lambda key: (turned * counts[key], key))
            told = {"orderBy": [{field: direction}], "where": {field: {"ge": least}}}
            forwards = await pages(owner, table, told, "after")
            backwards = await pages(owner, table, told, "before")
            assert [key for page in forwards for key in page] == wanted, (table.name, field)
            assert [key for page in backwards for key in page] == wanted[::-1], (table.name, field)
            different += len(set(counts.values())) > 2
    assert different > 4


@pytest.mark.parametrize(("told", "refusal"), [
    ({"star": {"separation": "ASC"}}, "orderBy.star ends in separation"),
    ({"exposure": {"observation": {"target": {"star": {"vmag": "ASC"}}}}}, "orderBy follows 4 links, exposure.observation"),
    ({"collection": {"granulesCount": "ASC"}}, "orderBy.collection ends in granulesCount"),
])  # fmt: skip
def test_an_order_that_cannot_be_is_refused(told: Where, refusal: str) -> None:
    with pytest.raises((BadInput, TooMuch), match=refusal):
        arguments.page(oidb.GRANULE, {"orderBy": [told], "cone": {"ra": 1.0, "dec": 1.0, "radius": 1.0}}, 10)


def test_rows_of_another_database_are_not_counted_for_all_rows() -> None:
    told: Where = {"orderBy": [{"exposuresCount": "DESC"}], "where": {"targetsCount": {"ge": 1}}}
    with pytest.raises(BadInput, match=r"ask where: {exposuresCount: {ge: 1}} too, or group exposures there"):
        arguments.page(jsdc.STAR, told, 10)
    for where_ in ({"exposuresCount": {"gt": 0}}, {"exposures": {"some": {}}}):
        assert arguments.page(jsdc.STAR, {**told, "where": where_}, 10).order[0].descending
    with pytest.raises(BadInput, match="neighbours are sorted by their columns"):
        fit(CALIBRATORS, {"orderBy": [{"identifiersCount": "ASC"}]})


def test_the_judge_knows_the_two_rules_from_exposures_to_granules() -> None:
    exposure = {"exp_id": "H_1", "obs_program": "P"}
    granules = [
        {"obs_id": "H_1", "calib_level": 0, "progid": None}, {"obs_id": "H", "calib_level": 2, "progid": "P"},
        {"obs_id": "H", "calib_level": 0, "progid": "P"}, {"obs_id": "H", "calib_level": 2, "progid": "Q"},
        {"obs_id": "H_1", "calib_level": 2, "progid": "P"},
    ]  # fmt: skip
    link = relations_of(obsportal.EXPOSURE)["granules"]
    assert list(related(link, exposure, {oidb.GRANULE: granules})) == granules[:2]


@pytest.mark.parametrize(("told", "refusal"), [
    ({"granules": {}}, "where.granules is empty: say some, every or none"),
    ({"granules": {"some": None}}, "where.granules.some is null"),
    ({"granules": {"some": {"exposure": None}}}, "where.granules.some.exposure is null"),
    ({"granules": {"some": {"star": {"vmag": {"lt": None}}}}}, "where.granules.some.star.vmag.lt is null"),
    ({"granulesCount": {"between": [1]}}, "where.granulesCount.between has 1 values: two are wanted"),
])  # fmt: skip
def test_what_cannot_be_asked_of_related_rows_is_named(told: Where, refusal: str) -> None:
    with pytest.raises(BadInput, match=refusal):
        arguments.selected(jsdc.STAR, {"where": told})


def test_related_rows_are_not_asked_about_without_end() -> None:
    told: Where = {"vmag": {"lt": 5.0}}
    for _ in range(11):
        told = {"granules": {"some": {"star": told}}}
    with pytest.raises(TooMuch, match="where asks about related rows 22 times: at most 20 are allowed"):
        arguments.selected(jsdc.STAR, {"where": told})


def test_related_rows_of_related_rows_are_written_to_a_depth() -> None:
    told: Where = {"vmag": {"lt": 5.0}}
    for _ in range(4):
        told = {"not": {"or": [{"granules": {"every": {"not": {"and": [{"star": told}]}}}}]}}
    chosen = arguments.selected(jsdc.STAR, {"where": told})
    text = sql.statement(
        Plan(StatementShape(jsdc.STAR, (), conditions=chosen.conditions, count=True), chosen.values)
    ).text
    assert text.count("(SELECT") >= 8
    with pytest.raises(TooMuch, match="where asks about related rows in 9 levels: at most 8 are allowed"):
        arguments.selected(oidb.GRANULE, {"where": {"star": told}})


def test_groups_in_each_other_are_written_to_a_depth() -> None:
    told: Where = {"vmag": {"lt": 5.0}}
    for level in range(8 * 7):
        told = {"not": {"or": [told, {"not": {}}]}}
        if level % 7 == 0:
            told = {"granules": {"some": told}} if level % 2 else {"star": told}
    chosen = arguments.selected(jsdc.STAR, {"where": told})
    with pytest.raises(TooMuch, match="where has too many groups in each other"):
        sql.statement(Plan(StatementShape(jsdc.STAR, (), conditions=chosen.conditions, count=True), chosen.values))
