"""From the text of a query to SQL: parsed, looked up, typed, written; kept, so that it costs nothing the next time."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from adql.checked.catalogue import Catalogue
from adql.checked.scope import Scope, ScopeColumn
from adql.compiled import CompiledQuery, Result
from adql.conditions import condition
from adql.context import Compiler, ResolveContext
from adql.errors import AdqlError
from adql.parse import parse
from adql.queries import query, whole
from adql.template import text as sql_text
from adql.tree import Query
from adql.values import value
from planning.sql import HUB
from schema.space import SpatialBackend
from schema.table import Column, Table
from schema.types import ASCII

NOWHERE = Scope((), ())
KEPT = 8000
"""Characters of the longest query that is kept: of longer ones, a few would fill the memory."""


def compile_query(text: str, catalogue: Catalogue, bodies: Mapping[str, SpatialBackend] | None = None) -> CompiledQuery:
    """A query in SQL: for the source that all its tables live at, where that is one of `bodies`, else for the hub.

    Raises
    ------
    AdqlError
        It is not ADQL, names what is not there, or sets against each other what cannot be compared.
    """
    make = _compiled if len(text) <= KEPT else _compiled.__wrapped__
    return make(text, catalogue, tuple(sorted((bodies or {}).items(), key=lambda entry: entry[0])))


@lru_cache(maxsize=1024)
def _compiled(text: str, catalogue: Catalogue, bodies: tuple[tuple[str, SpatialBackend], ...]) -> CompiledQuery:
    tree = parse(text)
    through = _made(tree, catalogue, None)
    body = dict(bodies).get(through.sources[0]) if len(through.sources) == 1 else None
    if body is None:
        return through
    straight = _made(tree, catalogue, body)
    return through if HUB in straight.text else replace(straight, through=through)


def _made(tree: Query, catalogue: Catalogue, body: SpatialBackend | None) -> CompiledQuery:
    making = Compiler(catalogue, body, value, condition, query)
    try:
        made = whole(tree, ResolveContext(making, NOWHERE, ""))
        text, wanted = sql_text(made.sql)
    except RecursionError:
        raise AdqlError("the query is too deep", tree.at) from None
    results = tuple(_result(field) for field in made.fields)
    strings = list(making.values)
    values = tuple(strings[number] for number in wanted)
    sources = _sources(making.tables)
    return CompiledQuery(text, made.limit, values, results, sources, body is not None, making.varies)


def _sources(tables: Mapping[Table, None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(database for table in tables for database in table.databases))


def _result(field: ScopeColumn) -> Result:
    """What is told of a column: all that its table has, where it is one unchanged."""
    if field.origin and field.origin.column.name == field.name:
        return Result(field.origin.column, field.origin.table)
    if field.origin:
        renamed = replace(field.origin.column, name=field.name, remote="", field="", former="", key=False)
        return Result(renamed, field.origin.table)
    meaning = field.meaning
    column = Column(
        field.name, field.type or ASCII, meaning.description, meaning.unit, meaning.ucd, meaning.utype,
        enumeration=meaning.enumeration,
    )  # fmt: skip
    return Result(column, None)
