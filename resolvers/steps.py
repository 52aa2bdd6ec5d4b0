"""Steps of an operation: one statement a table and level of nesting, and how its records become objects of the answer.

Worked example: `stars(first: 50) { totalCount nodes { name exposures(first: 20) { nodes { expId } } } }` is a step over
jsdc.star (columns name, jsdc_id; counted) whose one selection has one step below it, over obsportal.exposure (offset 1:
records begin with the parent's key). Two statements answer it, however many stars there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.row_counts import Total
from planning import cursor
from planning.plan import Cell, Page
from resolvers.completion import Completion, Lookups, completion, needed
from resolvers.selection import (
    ConnectionSelection,
    Constant,
    Edges,
    Groups,
    LinkEntry,
    NameMatchSelection,
    PageInfoSelection,
    Row,
    ToMany,
    ToOne,
)
from schema.column import Column
from schema.name_match import NameMatch
from schema.name_match_types import name_match_values
from schema.table import Table

Record = Sequence[Any]
ConnectionEntry = Row | Edges | PageInfoSelection | NameMatchSelection | Constant | str


@dataclass(frozen=True, eq=False, slots=True)
class StepSelection:
    """One selection of rows, as `nodes` or an edge's `node`: how to complete it, and a step below each of its links."""

    completion: Completion
    below: "tuple[QueryStep | None, ...]"
    """None for groups, whose columns are known when their arguments are."""


@dataclass(frozen=True, eq=False, slots=True)
class QueryStep:
    """What one statement fetches, and what the answer makes of it."""

    table: Table
    columns: tuple[Column, ...]
    selected: tuple[Cell, ...]
    """The cells of these columns."""
    offset: int
    """Cells before the columns in a record: 1 where the parent's key comes first, else 0."""
    selections: dict[Row, StepSelection]
    selection: Row | ConnectionSelection
    cursors: bool
    """Whether cursors are selected, so that the columns of the order must be fetched."""
    counted: bool
    """Whether `totalCount` is selected."""
    listed: bool
    """Whether rows are selected at all, or only their number."""

    def cells(self, page: Page | None) -> tuple[Cell, ...]:
        """Cells to fetch: the selected columns and, where cursors are selected, those of the page's order."""
        if page is None or not self.cursors:
            return self.selected
        return _cells(dict.fromkeys((*self.columns, *(term.column for term in page.order))))


def compile_step(selection: Row | ConnectionSelection, offset: int) -> QueryStep:
    """Compile a selection and, recursively, everything below its links."""
    entries = selection.entries if isinstance(selection, ConnectionSelection) else ()
    rows = [selection] if isinstance(selection, Row) else list(_rows(selection))
    columns = tuple(dict.fromkeys(column for row in rows for column in needed(row)))
    cursors = any("ursor" in name for _, entry in entries for name in _names(entry))
    place = {column: index + offset for index, column in enumerate(columns)}
    width = None if cursors or not columns else len(columns) + offset
    selections = {row: _step_selection(row, place, width) for row in rows}
    listed = any(not isinstance(entry, (str, Constant, NameMatchSelection)) for _, entry in entries) or isinstance(
        selection, Row
    )
    counted = any(entry in ("totalCount", "totalCountIsExact") for _, entry in entries)
    cells = _cells(columns)
    return QueryStep(selection.table, columns, cells, offset, selections, selection, cursors, counted, listed)


def _cells(columns: Iterable[Column]) -> tuple[Cell, ...]:
    return tuple(Cell(column, column.sql) for column in columns)


def _step_selection(row: Row, place: dict[Column, int], width: int | None) -> StepSelection:
    completed = completion(row, place, width)
    return StepSelection(completed, tuple(_below(entry) for entry, _ in completed.links))


def _below(entry: LinkEntry) -> QueryStep | None:
    match entry:
        case ToOne(_, _, selection) | ToMany(_, _, selection):
            return compile_step(selection, offset=1)
        case _:
            return None


def _rows(listing: ConnectionSelection) -> Iterable[Row]:
    for _, entry in listing.entries:
        if isinstance(entry, Row):
            yield entry
        elif isinstance(entry, Edges):
            yield from (node for _, node in entry.entries if isinstance(node, Row))


def _names(entry: ConnectionEntry) -> Iterable[str]:
    if isinstance(entry, (Edges, PageInfoSelection)):
        yield from (name for _, name in entry.entries if isinstance(name, str))


@dataclass(frozen=True, slots=True)
class PageSlice:
    """Records of one page in forward order, and whether there are more before and after it."""

    rows: Sequence[Record]
    more_before: bool
    more_after: bool


def page_slice(rows: Sequence[Record], page: Page) -> PageSlice:
    """Take a page out of records fetched with one more than its limit; a backward page is put in forward order."""
    more, has_cursor = len(rows) > page.limit, bool(page.beyond.conditions)
    page_rows = rows[: page.limit]
    return PageSlice(page_rows[::-1], more, has_cursor) if page.backwards else PageSlice(page_rows, has_cursor, more)


def connections(
    step: QueryStep, page: Page, slices: Sequence[PageSlice], lookups: dict[Row, Lookups], totals: Sequence[Total]
) -> list[dict[str, Any]]:
    """Build the connection objects of the answer, one for each page; raises `Unexpected`.

    The rows of all pages are completed in one call and then sliced, so that a page costs next to nothing.

    Parameters
    ----------
    slices, totals
        One each for every parent row.
    lookups
        For each selection of rows, the completed targets of its links.
    """
    assert isinstance(step.selection, ConnectionSelection)  # noqa: S101 - for mypy: the caller has one
    rows = slices[0].rows if len(slices) == 1 else [row for slice_ in slices for row in slice_.rows]
    cursors = _cursors(step, page, rows) if step.cursors else []
    whole = [(key, entry, _whole(step, entry, rows, cursors, lookups)) for key, entry in step.selection.entries]
    answers, start = [], 0
    for slice_, total in zip(slices, totals, strict=True):
        end = start + len(slice_.rows)
        answers.append(
            {
                key: _entry_of_page(entry, whole_entry, slice(start, end), slice_, total)
                for key, entry, whole_entry in whole
            }
        )
        start = end
    return answers


def _whole(
    step: QueryStep, entry: ConnectionEntry, rows: Sequence[Record], cursors: list[str], lookups: dict[Row, Lookups]
) -> list[Any]:
    """Values of one entry of the connection for the rows of all pages: completed rows, edges or cursors."""
    match entry:
        case Row():
            return step.selections[entry].completion(rows, lookups[entry])
        case Edges(entries):
            return _edges(step, entries, rows, cursors, lookups)
        case _:
            return cursors


def _entry_of_page(entry: ConnectionEntry, whole: list[Any], page: slice, page_slice: PageSlice, total: Total) -> Any:
    match entry:
        case Row() | Edges():
            return whole[page]
        case PageInfoSelection(entries):
            return _page_info(entries, page_slice, whole[page])
        case NameMatchSelection():
            return None
        case Constant(value):
            return value
        case "totalCount":
            return total.count
        case _:
            return total.exact


def with_name_match(
    selection: Row | ConnectionSelection | Groups, answer: dict[str, Any], match: NameMatch | None
) -> None:
    """Put how a name was found into an object of the answer, where it was selected; None leaves it null."""
    for key, entry in selection.entries:
        if isinstance(entry, NameMatchSelection):
            answer[key] = match and _selected_values(entry.entries, name_match_values(match))


def _cursors(step: QueryStep, page: Page, rows: Sequence[Record]) -> list[str]:
    place = [cell.column for cell in step.cells(page)]
    indexes = [place.index(term.column) + step.offset for term in page.order]
    signed = cursor.signature(step.table, page.order, page.centre)
    return [cursor.encode(signed, [row[index] for index in indexes]) for row in rows]


def _edges(
    step: QueryStep,
    entries: Sequence[tuple[str, Row | Constant | str]],
    rows: Sequence[Record],
    cursors: list[str],
    lookups: dict[Row, Lookups],
) -> list[dict[str, Any]]:
    columns: list[Sequence[Any]] = []
    for _, entry in entries:
        match entry:
            case Row():
                columns.append(step.selections[entry].completion(rows, lookups[entry]))
            case Constant(value):
                columns.append([value] * len(rows))
            case _:
                columns.append(cursors)
    names = [key for key, _ in entries]
    values = zip(*columns, strict=True) if columns else [()] * len(rows)  # @skip may have left nothing of an edge
    return [dict(zip(names, edge, strict=True)) for edge in values]


def _page_info(
    entries: Sequence[tuple[str, Constant | str]], page_slice: PageSlice, cursors: list[str]
) -> dict[str, Any]:
    info = {
        "hasNextPage": page_slice.more_after,
        "hasPreviousPage": page_slice.more_before,
        "startCursor": cursors[0] if cursors else None,
        "endCursor": cursors[-1] if cursors else None,
    }
    return _selected_values(entries, info)


def _selected_values(entries: Iterable[tuple[str, Constant | str]], values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: entry.value if isinstance(entry, Constant) else values[entry] for key, entry in entries}
