"""From the text of an ADQL query to SQL: parsed, names looked up, typed, written; kept for the next request."""

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
from schema.column import Column
from schema.space import SpatialBackend
from schema.types import ASCII

NOWHERE = Scope((), ())
KEPT = 8000
"""Characters of the longest query that is kept: of longer ones, a few would fill the memory."""


def compile_query(
    text: str, catalogue: Catalogue, backends: Mapping[str, SpatialBackend] | None = None
) -> CompiledQuery:
    """Compile a query: for the source that all its tables live at, where that is one of `backends`, else for the hub.

    Parameters
    ----------
    text
        ADQL 2.1 or 2.0.
    catalogue
        The tables that it may name. What is compiled is kept by text and catalogue.
    backends
        Sources that can be asked directly, each with its spatial extension; None for none.

    Raises
    ------
    AdqlError
        It is not ADQL, names what is not there, or sets against each other what cannot be compared.
    """
    make = _compiled if len(text) <= KEPT else _compiled.__wrapped__
    return make(text, catalogue, tuple(sorted((backends or {}).items(), key=lambda entry: entry[0])))


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
        compiler.backend is not None,
        compiler.varies,
    )


def _result(field: ScopeColumn) -> Result:
    """A column of the result, with all that its table declares where it is one of a table, unchanged."""
    if field.origin and field.origin.column.name == field.name:
        return Result(field.origin.column, field.origin.table)
    if field.origin:
        renamed = replace(field.origin.column, name=field.name, remote="", field="", former="", key=False)
        return Result(renamed, field.origin.table)
    metadata = field.metadata
    column = Column(
        field.name, field.type or ASCII, metadata.description, metadata.unit, metadata.ucd, metadata.utype,
        enumeration=metadata.enumeration,
    )  # fmt: skip
    return Result(column, None)
