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
from adql.template import HubCall
from adql.template import text as sql_text
from adql.tree import Query
from adql.values import value
from planning.routing import databases, direct_backend
from schema.space import SpatialBackend
from schema.table import Column
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
def _compiled(text: str, catalogue: Catalogue, backends: tuple[tuple[str, SpatialBackend], ...]) -> CompiledQuery:
    tree = parse(text)
    through_hub = _written(tree, Compiler(catalogue, None, value, condition, query))
    backend = direct_backend(through_hub.sources, dict(backends))
    if backend is None:
        return through_hub
    compiler = Compiler(catalogue, backend, value, condition, query)
    direct = _written(tree, compiler)
    return through_hub if compiler.hub_only else replace(direct, through=through_hub)


def _written(tree: Query, compiler: Compiler) -> CompiledQuery:
    try:
        select = whole(tree, ResolveContext(compiler, NOWHERE, ""))
        text, places = sql_text(select.sql)
        compiler.hub_only = select.sql.find(HubCall) is not None
    except RecursionError:
        raise AdqlError("the query is too deep", tree.at) from None
    strings = list(compiler.values)
    return CompiledQuery(
        text,
        select.limit,
        tuple(strings[number] for number in places),
        tuple(_result(field) for field in select.fields),
        databases(compiler.tables),
        compiler.body is not None,
        compiler.varies,
    )


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
