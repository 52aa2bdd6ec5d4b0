"""Random questions with values that the rows have: pages, filters, orders, links, cones and ADQL, from one seed."""

import random
from collections.abc import Mapping, Sequence

import asyncpg
import orjson

from bench.full.pages import TABLES
from bench.full.question import Question, adql, graphql, orderable, shown
from schema.catalog import DECLARED
from schema.column import Column
from schema.table import Table

SEED = 12
READ = 200
"""Rows of each table whose values filters compare with."""
OPERATORS = ("eq", "ne", "lt", "le", "gt", "ge")
SIGNS = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
WAYS = ("ASC", "DESC", "ASC_NULLS_FIRST", "DESC_NULLS_LAST")
COMPARED = frozenset({"Int", "Long", "Float", "String"})
"""Types in GraphQL whose values are written into the questions."""
Values = Mapping[Table, Mapping[Column, Sequence[object]]]


async def chosen(hub: str, number: int, seed: int = SEED) -> list[Question]:
    """So many random questions, always the same for a seed and a federation; `hub` is its DSN as owner."""
    values = await _values(hub)
    chance = random.Random(seed)  # noqa: S311 - a fixed order, not a secret
    tables = [table for table in TABLES if values[table]]
    questions: dict[str, Question] = {}
    while len(questions) < number:
        question = made(chance, chance.choice(tables), values)
        questions[question.name] = question
    return list(questions.values())


def made(chance: random.Random, table: Table, values: Values) -> Question:
    """A random question about a table."""
    return chance.choice((_page, _page, _page, _linked, _cone, _selected))(chance, table, values)


async def _values(hub: str) -> Values:
    connection = await asyncpg.connect(hub)
    try:
        return {table: await _read(connection, table) for table in TABLES}
    finally:
        await connection.close()


async def _read(connection: asyncpg.Connection, table: Table) -> Mapping[Column, Sequence[object]]:
    columns = [column for column in orderable(table) if column.type.graphql in COMPARED and not column.computed]
    listed = ", ".join(f'"{column.sql}"' for column in columns)
    key = table.key.sql
    query = f'SELECT {listed} FROM {table.relation.qualified} ORDER BY "{key}" LIMIT {READ}'
    rows = await connection.fetch(query)
    found = {column: [row[place] for row in rows if row[place] is not None] for place, column in enumerate(columns)}
    return {column: kept for column, kept in found.items() if kept and not column.enumeration}


def _page(chance: random.Random, table: Table, values: Values) -> Question:
    arguments = [f"{chance.choice(('first', 'last'))}: {chance.choice((1, 10, 100))}"]
    arguments += _where(chance, values[table]) + _order(chance, table)
    fields = shown(table)
    counted = chance.choice(("", "", "totalCount"))
    document = f"{{ {table.plural}({', '.join(arguments)}) {{ {counted} nodes {{ {fields} }} }} }}"
    return graphql("random", document)


def _linked(chance: random.Random, table: Table, values: Values) -> Question:
    links = list(DECLARED.links_of(table).values())
    if not links:
        return _page(chance, table, values)
    link = chance.choice(links)
    arguments = [f"first: {chance.choice((1, 5, 20))}", *_where(chance, values[table])]
    below = f"{{ {link.target.key.graphql} }}"
    below = f"(first: 5) {{ nodes {below} }}" if link.many else f" {below}"
    fields = f"{table.key.graphql} {link.field}{below}"
    return graphql("random", f"{{ {table.plural}({', '.join(arguments)}) {{ nodes {{ {fields} }} }} }}")


def _cone(chance: random.Random, table: Table, values: Values) -> Question:
    if table.position is None or any(column not in values[table] for column in table.position):
        return _page(chance, table, values)
    ra, dec = (chance.choice(values[table][column]) for column in table.position)
    cone = f"cone: {{ ra: {ra}, dec: {dec}, radius: {chance.choice((0.01, 0.5, 3))} }}"
    arguments = ", ".join([cone, "first: 100", *_order(chance, table)])
    return graphql("random", f"{{ {table.plural}({arguments}) {{ totalCount nodes {{ {table.key.graphql} }} }} }}")


def _selected(chance: random.Random, table: Table, values: Values) -> Question:
    columns = chance.sample(list(values[table]), min(3, len(values[table])))
    listed = ", ".join(dict.fromkeys([table.key.sql, *(column.sql for column in columns)]))
    column = chance.choice(columns)
    operator, value = chance.choice(OPERATORS), _sql(chance.choice(values[table][column]))
    where = f"{column.sql} {SIGNS[operator]} {value}"
    if table.key in values[table] and chance.random() < 0.5:
        where += f" AND {table.key.sql} {chance.choice('<>')} {_sql(chance.choice(values[table][table.key]))}"
    if chance.random() < 0.5:
        query = f"SELECT COUNT(*) AS n, MIN({table.key.sql}) AS least FROM {table.qualified} WHERE {where}"
    else:
        query = f"SELECT TOP 100 {listed} FROM {table.qualified} WHERE {where} ORDER BY {table.key.sql}"
    return adql("random", query)


def _where(chance: random.Random, values: Mapping[Column, Sequence[object]]) -> list[str]:
    terms = {}
    for column in chance.sample(list(values), min(len(values), chance.choice((0, 1, 1, 2)))):
        value = orjson.dumps(chance.choice(values[column])).decode()
        terms[column.graphql] = f"{column.graphql}: {{ {chance.choice(OPERATORS)}: {value} }}"
    return [f"where: {{ {', '.join(terms.values())} }}"] if terms else []


def _order(chance: random.Random, table: Table) -> list[str]:
    columns = chance.sample(list(orderable(table)), chance.choice((0, 1, 1, 2)))
    terms = [f"{{ {column.graphql}: {chance.choice(WAYS)} }}" for column in columns]
    return [f"orderBy: [{', '.join(terms)}]"] if terms else []


def _sql(value: object) -> str:
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)
