"""From the text of an ADQL query to SQL: parsed, names looked up, typed, written; kept for the next request."""

from dataclasses import replace
from functools import lru_cache

from adql.checked.catalogue import Catalogue
from adql.checked.scope import Scope, ScopeColumn
from adql.compiled import CompiledQuery, Result
from adql.conditions import condition
from adql.context import Compiler, Places, ResolveContext
from adql.errors import AdqlError
from adql.joins.first import MOST_FIRST
from adql.parse import parse
from adql.queries import query, whole
from adql.template import HubCall, dismantle
from adql.template import text as sql_text
from adql.tree import Query, SetOperation
from adql.values import value
from adql.walk import nodes
from planning.routing import UNKNOWN, Databases, Destination, databases
from schema.column import Column
from schema.types import ASCII

NOWHERE = Scope((), ())
KEPT = 8000
"""Characters of the longest query that is kept: of longer ones, a few would fill the memory."""


def compile_query(
    text: str, catalogue: Catalogue, known: Databases | None = None, most: int | None = None, places: Places = ()
) -> CompiledQuery:
    """Compile a query: for the source that all its tables live at, where that can be asked directly, else for the hub.

    Parameters
    ----------
    text
        ADQL 2.1 or 2.0.
    catalogue
        The tables that it may name. What is compiled is kept by text and catalogue.
    known
        What is known of the databases; None for nothing.
    most
        Rows that will be asked for (MAXREC); None for all. The statement is written for these, not limited to them.
    places
        Where the stars are that the query names (`adql.named.names_in`).

    Raises
    ------
    AdqlError
        It is not ADQL, names what is not there, or sets against each other what cannot be compared.
    """
    kept = _place(text, catalogue, known, most, places) if len(text) <= KEPT else []
    if not kept:
        kept.append(_compiled(text, catalogue, known or UNKNOWN, most, places))
    return kept[0]


def kept_query(
    text: str, catalogue: Catalogue, known: Databases | None = None, most: int | None = None, places: Places = ()
) -> CompiledQuery | None:
    """The query as `compile_query` has it, if it is kept, which takes no time; None where it must be compiled."""
    kept = _place(text, catalogue, known, most, places) if len(text) <= KEPT else ()
    return kept[0] if kept else None


def _place(
    text: str, catalogue: Catalogue, known: Databases | None, most: int | None, places: Places
) -> list[CompiledQuery]:
    return _kept(text, catalogue, known or UNKNOWN, None if most is None or most > MOST_FIRST else most, places)


@lru_cache(maxsize=1024)
def _kept(
    _text: str, _catalogue: Catalogue, _known: Databases, _most: int | None, _places: Places
) -> list[CompiledQuery]:
    """Where a query is kept: empty until it is compiled."""
    return []


def _compiled(text: str, catalogue: Catalogue, known: Databases, most: int | None, places: Places) -> CompiledQuery:
    tree = parse(text)
    through_hub = _through_hub(tree, catalogue, known, most, places)
    to = known.destination(through_hub.sources)
    if not to.direct:
        return through_hub
    compiler = Compiler(catalogue, to, value, condition, query, places=places)
    direct = _written(tree, compiler)
    return through_hub if compiler.hub_only else replace(direct, through=through_hub)


def _through_hub(
    tree: Query, catalogue: Catalogue, known: Databases, most: int | None, places: Places
) -> CompiledQuery:
    """The query for the hub: once more where that must be told how to sort text, as its tables have shown by then."""
    plain = _written(tree, Compiler(catalogue, Destination(), value, condition, query, tree.body, most, places))
    united = any(isinstance(node, SetOperation) for node in nodes(tree))
    to = known.through_hub(plain.sources, united=united)
    if to == Destination():
        return plain
    return _written(tree, Compiler(catalogue, to, value, condition, query, tree.body, most, places))


def _written(tree: Query, compiler: Compiler) -> CompiledQuery:
    try:
        select = whole(tree, ResolveContext(compiler, NOWHERE, ""))
        text, places = sql_text(select.sql)
        compiler.hub_only = select.sql.find(HubCall) is not None
        dismantle(select.sql)
    except RecursionError:
        raise AdqlError("the query is too deep", tree.at) from None
    return CompiledQuery(
        text,
        select.limit,
        tuple(compiler.values),
        places,
        tuple(_result(field) for field in select.fields),
        databases(compiler.tables),
        compiler.to.direct,
        compiler.varies,
        tuple(compiler.settings.items()),
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
