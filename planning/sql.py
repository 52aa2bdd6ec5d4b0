"""From plan to SQL: pure functions, no connection. A text is made once a shape and kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import asyncpg

from planning import pages
from planning.clauses import labelled, order_by, reordered, restricted, terms
from planning.columns import related_columns
from planning.errors import TooMuch
from planning.group_statements import groups, groups_of_parents
from planning.keys import RangesOf, ranges_named
from planning.neighbours import neighbours
from planning.plan import Cell, CellBin, Grouping, Plan, StatementShape, related_tables
from planning.rights import value
from planning.routing import UNKNOWN, Databases, Destination, HubSql, databases
from planning.scope import Query, StatementScope
from schema.table import Link, Neighbourhood

Result = TypeVar("Result")
Row = Callable[[Sequence[tuple[Cell, str]]], str]
"""How a streamed row is written: cells with their SQL expressions → SELECT list, a `HubSql` where no source can."""
FIGURES = b"\0"
"""What a block of figures begins with, comma-separated: no text of PostgreSQL has it, and so no row as text."""
DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]
Place = int | RangesOf | tuple[str, str]
"""What is bound somewhere: the number of a value, ranges of keys, or what `planning.rights.value` is asked for."""
Places = tuple[Place, ...]
Settings = tuple[tuple[str, str], ...]
"""Settings of PostgreSQL, by name."""
HASHED: Settings = (("enable_nestloop", "off"),)
"""Where an estimate is wrong by a thousand, hashing both sides costs seconds, and each row beside each many minutes."""

COMPUTED: Settings = (("cpu_operator_cost", "0"),)
"""Of cells PostgreSQL expects as many as rows, and takes them for too dear to be made at their source."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A text with `$1…` placeholders, and what is bound to them."""

    text: str
    values: tuple[Any, ...]
    sources: tuple[str, ...]
    """The databases it touches, that of its table first."""
    direct: bool = False
    """Whether it goes straight to its source instead of the hub."""
    varies: bool = False
    """Whether it gives other rows each time, though none has changed, as one that draws by lot does."""
    dated: bool = False
    """Whether its rows depend on the time and on who asks, by a right (`planning.rights`)."""
    settings: Settings = ()
    """PostgreSQL's settings that it alone is planned and run with, beside those of its session."""
    measure: str = ""
    """The text of one row, of one array of numbers, that a document needs before the rows; "" for none.

    It has the same values. The blocks of the rows may then begin with one of `FIGURES` and these (`Hub.blocks`).
    """


def statement(plan: Plan, known: Databases | None = None) -> Statement:
    """The statement that fetches a plan's rows: parent (if any), then the cells in order.

    One whose tables all live at a source that can be asked directly is written for that; every other one for the hub.
    `known` is None where nothing is known of the databases.
    """
    made: Written = _shallow(_prepared, plan.shape, known or UNKNOWN)
    values = bound(plan.values, made.order)
    return Statement(made.text, values, made.touched, made.direct, dated=made.dated, settings=made.settings)


@dataclass(frozen=True, slots=True)
class Written:
    """A statement without its values."""

    text: str
    order: Places
    touched: tuple[str, ...]
    direct: bool
    dated: bool
    settings: Settings


@lru_cache(maxsize=1024)
def _prepared(shape: StatementShape, known: Databases) -> Written:
    touched = sources(shape)
    to = known.destination(touched)
    text, order = _text(shape, to)
    return Written(text, order, touched, to.direct, dated(order), _settings(shape, to))


def stream(plan: Plan, row: Row, known: Databases | None = None, measure: Row | None = None) -> Statement:
    """The statement whose rows `row` writes, for COPY; cells may come through links to one.

    `measure` writes the figures of all rows, whatever the plan's limit; None for none.
    """
    touched = sources(plan.shape)
    to = (known or UNKNOWN).destination(touched)
    text, order = _shallow(_streamed, plan.shape, row, to)
    if to.direct and isinstance(text, HubSql):  # so rows are written
        to = (known or UNKNOWN).through_hub(touched)
        text, order = _shallow(_streamed, plan.shape, row, to)
    values, figures = bound(plan.values, order), ""
    if measure:
        figures, places = _figures(plan.shape, measure, to)
        figures = figures if places == order else ""
    settings = _settings(plan.shape, to)
    return Statement(text, values, touched, to.direct, dated=dated(order), settings=settings, measure=figures)


def _shallow(write: Callable[..., Result], *told: Any) -> Result:
    """What `write` makes of this; raises `TooMuch` for conditions that SQLAlchemy cannot write, level within level."""
    try:
        return write(*told)
    except RecursionError as error:
        message = "where has too many groups in each other: say the same with fewer"
        raise TooMuch(message) from error


def _settings(shape: StatementShape, to: Destination) -> Settings:
    """What the hub must be told, where it cannot know how many keys related rows have, or how many cells there are."""
    if to.direct:
        return ()
    bins = shape.grouping.bins if shape.grouping else ()
    cells = COMPUTED if any(isinstance(bin_, CellBin) for bin_ in bins) else ()
    return (HASHED if any(related_columns(shape)) else ()) + cells


@lru_cache(maxsize=1024)
def sources(shape: StatementShape) -> tuple[str, ...]:
    """The databases that a shape's tables live at, its own first."""
    tables = [shape.table]
    for link in (*(step for cell in shape.cells for step in cell.path), *([shape.link] if shape.link else [])):
        tables += [link.target, *link.between]
    tables += [table for column in related_columns(shape) for table in column.tables]
    return databases((*tables, *related_tables(shape.conditions)))


def _text(shape: StatementShape, to: Destination) -> tuple[str, Places]:
    if shape.count:
        return _compiled(_counted(shape, to))
    if shape.grouping:
        return _compiled(_grouped(shape, shape.grouping, to))
    return _compiled(pages.listed(shape, to) if shape.link is None else _linked(shape, shape.link, to))


@lru_cache(maxsize=1024)
def _streamed(shape: StatementShape, row: Row, to: Destination) -> tuple[str, Places]:
    text, order = _compiled(pages.listed(shape, to))
    return _written(shape.cells, row, text), order


def _figures(shape: StatementShape, measure: Row, to: Destination) -> tuple[str, Places]:
    """The statement of the figures of all rows; its text differs with what is known of them, and is not kept."""
    text, order = _listed(replace(shape, limit=None, order=()), to)
    cells = [replace(cell, table=cell.path[-1].target if cell.path else shape.table) for cell in shape.cells]
    return _written(cells, measure, text), order


@lru_cache(maxsize=128)
def _listed(shape: StatementShape, to: Destination) -> tuple[str, Places]:
    return _compiled(pages.listed(shape, to))


def _written(cells: Sequence[Cell], row: Row, text: str) -> str:
    """Rows of a query as `row` writes them; nothing where it does not."""
    # The row is written over named columns of a subquery, so that what is shipped stays a plain column list.
    names = [f"c{index}" for index in range(len(cells))]
    listed = row(list(zip(cells, names, strict=True)))
    if not listed:
        return ""
    written = f"SELECT {listed} FROM ({text}) AS s({', '.join(names)})"  # noqa: S608 - of declarations
    return HubSql(written) if isinstance(listed, HubSql) else written


def _counted(shape: StatementShape, to: Destination) -> Query:
    scope, bare = StatementScope(shape, to), replace(shape, order=())
    if shape.link is None:
        return restricted(sa.select(sa.func.count()).select_from(scope.source), bare, scope)
    if isinstance(shape.link.bridge, Neighbourhood):
        return neighbours(bare, shape.link, to)
    parent = scope.follow(shape.link)
    query = sa.select(parent, sa.func.count()).select_from(scope.source).where(*scope.restrictions)
    return restricted(query, bare, scope).group_by(parent)


def _grouped(shape: StatementShape, grouping: Grouping, to: Destination) -> Query:
    link = shape.link
    if link is None:
        return groups(shape, grouping, to)
    if isinstance(link.bridge, Neighbourhood):
        return neighbours(shape, link, to)
    return groups_of_parents(shape, grouping, link, to)


def _linked(shape: StatementShape, link: Link, to: Destination) -> Query:
    if isinstance(link.bridge, Neighbourhood):
        return neighbours(shape, link, to)
    if shape.limit is None:
        return _batched(shape, link, StatementScope(shape, to))
    if (link.dense or (to.direct and _found_by_index(link))) and not any(related_columns(shape)):
        return _lateral(shape, link, StatementScope(shape, to, sorts=True))
    return _ranked(shape, link, StatementScope(shape, to))


def _found_by_index(link: Link) -> bool:
    """Whether the rows of one parent are found by an index, so that those of each are looked for by themselves."""
    far = link.to_column
    return link.bridge is None and not link.converts and (far.key or far.indexed)


def _batched(shape: StatementShape, link: Link, scope: StatementScope) -> Query:
    parent = scope.follow(link).label("parent")
    query = sa.select(parent, *labelled(shape, scope)).select_from(scope.source).where(*scope.restrictions)
    return restricted(query, shape, scope)


def _ranked(shape: StatementShape, link: Link, scope: StatementScope) -> Query:
    """A page of each parent: rows of all parents fetched in one statement, ranked and cut in the hub."""
    parent = scope.follow(link)
    rank = sa.func.row_number().over(partition_by=parent, order_by=order_by(shape.order, scope)).label("rank")
    columns = (parent.label("parent"), *labelled(shape, scope), rank, *terms(shape, scope))
    query = sa.select(*columns).select_from(scope.source)
    inner = replace(shape, limit=None, order=())
    ranked = restricted(query.where(*scope.restrictions), inner, scope).subquery("s")
    # By parent and order, as the ranking has left them: PostgreSQL sees that and sorts no more.
    page = sa.select(ranked.c.parent, *(ranked.c[f"c{index}"] for index in range(len(shape.cells))))
    page = page.where(ranked.c.rank <= sa.literal_column(str(shape.limit)))
    return page.order_by(ranked.c.parent, *reordered(ranked, shape, scope.to))


def _lateral(shape: StatementShape, link: Link, scope: StatementScope) -> Query:
    """A page of each parent, cut at the source: through the hub a remote statement each, for parents with many rows.

    Most parents have few all the same: in the order of an index, each of those would be looked for among all rows.
    """
    parents, parent, restriction = scope.each(link)
    columns = labelled(shape, scope)
    rows = restricted(sa.select(*columns).select_from(scope.source).where(*scope.restrictions), shape, scope)
    page = rows.offset(sa.literal_column("0")).correlate(parents).lateral("s")
    return sa.select(parent.label("parent"), *page.c).select_from(parents.join(page, sa.true())).where(restriction)


def _compiled(query: Query) -> tuple[str, Places]:
    compiled = query.compile(dialect=DIALECT)
    return str(compiled), tuple(map(_place, compiled.positiontup or ()))


def _place(name: str) -> Place:
    kind, _, catalogue = name.partition("_")
    return (kind, catalogue) if catalogue else ranges_named(name) or int(name[1:])


def bound(values: Sequence[Any], places: Sequence[Place]) -> tuple[Any, ...]:
    """What is bound to `$1`, `$2`…: values by their number, ranges of areas among them, and what rights ask for."""
    return tuple(_bound(values, place) for place in places)


def _bound(values: Sequence[Any], place: Place) -> Any:
    match place:
        case int():
            return values[place]
        case RangesOf():
            return place.among(values)
        case _:
            return value(*place)


def dated(places: Places) -> bool:
    """Whether rights ask for something."""
    return any(isinstance(place, tuple) for place in places)
