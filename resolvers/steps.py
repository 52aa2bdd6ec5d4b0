"""A level of an operation: one table asked once, whatever the nesting, and how its rows become the answer's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from hub.row_counts import Total
from planning import cursor
from planning.plan import Cell, Page
from resolvers.completion import Completion, Lookups, completion, needed
from resolvers.selection import ConnectionSelection, Constant, Edges, PageInfoSelection, Row, ToMany, ToOne
from schema.table import Column, Table

Record = Sequence[Any]


@dataclass(frozen=True, eq=False, slots=True)
class StepSelection:
    """One selection of rows at a level, as `nodes` or an edge's `node`: how to complete it, and the levels below it."""

    completion: Completion
    below: "tuple[QueryStep, ...]"


@dataclass(frozen=True, eq=False, slots=True)
class QueryStep:
    """What one statement fetches and what is made of it."""

    table: Table
    columns: tuple[Column, ...]
    offset: int
    """1 where the parent's key comes before the columns."""
    parts: dict[Row, StepSelection]
    wanted: Row | ConnectionSelection
    cursors: bool
    """Whether cursors are wanted, and so the order's columns."""
    counted: bool
    listed: bool
    """Whether rows are wanted at all, or just their number."""

    def cells(self, page: Page | None) -> tuple[Cell, ...]:
        """The columns to fetch for a page."""
        extra = (term.column for term in page.order) if page and self.cursors else ()
        return tuple(Cell(column, column.sql) for column in dict.fromkeys((*self.columns, *extra)))


def level(wanted: Row | ConnectionSelection, offset: int) -> QueryStep:
    """Compile a selection and all below it."""
    entries = wanted.entries if isinstance(wanted, ConnectionSelection) else ()
    rows = [wanted] if isinstance(wanted, Row) else list(_rows(wanted))
    columns = tuple(dict.fromkeys(column for row in rows for column in needed(row)))
    cursors = any("ursor" in name for _, entry in entries for name in _names(entry))
    place = {column: index + offset for index, column in enumerate(columns)}
    width = None if cursors or not columns else len(columns) + offset
    parts = {row: _part(row, place, width) for row in rows}
    listed = any(not isinstance(entry, (str, Constant)) for _, entry in entries) or isinstance(wanted, Row)
    counted = any(entry in ("totalCount", "totalCountIsExact") for _, entry in entries)
    return QueryStep(wanted.table, columns, offset, parts, wanted, cursors, counted, listed)


def _part(row: Row, place: dict[Column, int], width: int | None) -> StepSelection:
    made = completion(row, place, width)
    return StepSelection(made, tuple(_below(entry) for entry, _ in made.links))


def _below(entry: ToOne | ToMany) -> QueryStep:
    return level(entry.row if isinstance(entry, ToOne) else entry.listing, offset=1)


def _rows(listing: ConnectionSelection) -> Iterable[Row]:
    for _, entry in listing.entries:
        if isinstance(entry, Row):
            yield entry
        elif isinstance(entry, Edges):
            yield from (part for _, part in entry.entries if isinstance(part, Row))


def _names(entry: Row | Edges | PageInfoSelection | Constant | str) -> Iterable[str]:
    if isinstance(entry, (Edges, PageInfoSelection)):
        yield from (name for _, name in entry.entries if isinstance(name, str))


@dataclass(frozen=True, slots=True)
class PageSlice:
    """The rows of one page in their order, and whether there are more on either side."""

    rows: Sequence[Record]
    more_before: bool
    more_after: bool


def cut(rows: Sequence[Record], page: Page) -> PageSlice:
    """Take a page out of rows that were asked for with one more than its limit."""
    more, beyond = len(rows) > page.limit, bool(page.beyond.conditions)
    kept = rows[: page.limit]
    return PageSlice(kept[::-1], more, beyond) if page.backwards else PageSlice(kept, beyond, more)


def connections(
    level: QueryStep, page: Page, cuts: Sequence[PageSlice], lookups: dict[Row, Lookups], totals: Sequence[Total]
) -> list[dict[str, Any]]:
    """Make the answers of a connection, one for each page of rows; raises `Unexpected`.

    The rows of all pages are completed in one go and then cut apart: what is done a page costs nearly nothing.
    """
    assert isinstance(level.wanted, ConnectionSelection)  # noqa: S101 - told to mypy
    rows = cuts[0].rows if len(cuts) == 1 else [row for cut in cuts for row in cut.rows]
    cursors = _cursors(level, page, rows) if level.cursors else []
    whole = [(key, entry, _whole(level, entry, rows, cursors, lookups)) for key, entry in level.wanted.entries]
    made, start = [], 0
    for cut, total in zip(cuts, totals, strict=True):
        end = start + len(cut.rows)
        made.append({key: _part_of(entry, every, slice(start, end), cut, total) for key, entry, every in whole})
        start = end
    return made


def _whole(
    level: QueryStep,
    entry: Row | Edges | PageInfoSelection | Constant | str,
    rows: Sequence[Record],
    cursors: list[str],
    lookups: dict[Row, Lookups],
) -> list[Any]:
    """What an entry is made of, for the rows of all pages."""
    match entry:
        case Row():
            return level.parts[entry].completion(rows, lookups[entry])
        case Edges(entries):
            return _edges(level, entries, rows, cursors, lookups)
        case _:
            return cursors


def _part_of(
    entry: Row | Edges | PageInfoSelection | Constant | str, whole: list[Any], page: slice, cut: PageSlice, total: Total
) -> Any:
    match entry:
        case Row() | Edges():
            return whole[page]
        case PageInfoSelection(entries):
            return _page_info(entries, cut, whole[page])
        case Constant(value):
            return value
        case "totalCount":
            return total.count
        case _:
            return total.exact


def _cursors(level: QueryStep, page: Page, rows: Sequence[Record]) -> list[str]:
    place = [cell.column for cell in level.cells(page)]
    indexes = [place.index(term.column) + level.offset for term in page.order]
    signed = cursor.signature(level.table, page.order)
    return [cursor.encode(signed, [row[index] for index in indexes]) for row in rows]


def _edges(
    level: QueryStep,
    entries: Sequence[tuple[str, Row | Constant | str]],
    rows: Sequence[Record],
    cursors: list[str],
    lookups: dict[Row, Lookups],
) -> list[dict[str, Any]]:
    columns: list[Sequence[Any]] = []
    for _, entry in entries:
        match entry:
            case Row():
                columns.append(level.parts[entry].completion(rows, lookups[entry]))
            case Constant(value):
                columns.append([value] * len(rows))
            case _:
                columns.append(cursors)
    names = [key for key, _ in entries]
    values = zip(*columns, strict=True) if columns else [()] * len(rows)  # @skip may have left nothing of an edge
    return [dict(zip(names, edge, strict=True)) for edge in values]


def _page_info(entries: Sequence[tuple[str, Constant | str]], cut: PageSlice, cursors: list[str]) -> dict[str, Any]:
    known = {
        "hasNextPage": cut.more_after,
        "hasPreviousPage": cut.more_before,
        "startCursor": cursors[0] if cursors else None,
        "endCursor": cursors[-1] if cursors else None,
    }
    return {key: entry.value if isinstance(entry, Constant) else known[entry] for key, entry in entries}
