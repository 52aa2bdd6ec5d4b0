"""From a field's arguments to conditions, order and page: checked, and turned into parts of a plan.

Arguments are as graphql-core has coerced them, under their GraphQL names.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from planning import cursor, filters, regions
from planning.cones import in_cone
from planning.errors import BadInput, TooMuch
from planning.instants import read_instant
from planning.operands import BITS, operand
from planning.plan import AfterCursor, Centred, Compared, Order, Page, Related, RelatedCount, Selected
from schema.column import Column
from schema.numerals import key_number
from schema.operators import Op
from schema.relations import RelatedNumber, numbers_of, ordered_by, related_column, related_number, within_source
from schema.separation import SEPARATION, separation_of
from schema.table import Link, Table
from schema.types import INSTANT

DEFAULT_PAGE = 100
FARTHEST = 3
"""Links that a term of an order follows at most."""
Arguments = Mapping[str, Any]


def selected(table: Table, arguments: Arguments, columns: Collection[Column] = ()) -> Selected:
    """Conditions of `where`, `cone` and `region`; none where all are missing.

    A name in the cone has been resolved to a place before. `columns` are those of the rows and of their order: where
    the separation is one, its centre is among the values. Raises `BadInput` for a condition, a position or a radius
    that cannot be, `TooMuch` for more conditions than `planning.filters` takes.
    """
    where, cone, region = (arguments.get(name) for name in ("where", "cone", "region"))
    chosen = in_cone(table, cone) if cone is not None else Selected()
    if cone is not None and SEPARATION in columns:
        chosen += Selected((Centred(),), (cone["ra"], cone["dec"]))
    if region is not None:
        chosen += regions.selected(table, region)
    return chosen + filters.selected(table, where) if where else chosen


def key(table: Table, value: Any) -> Selected:
    """The condition that a row has this key, given as a GraphQL ID; raises `BadInput` for one of another type."""
    return Selected((Compared(table.key, Op.EQ),), (_key_value(table.key, value),))


def page(table: Table, arguments: Arguments, largest: int, *, around: bool = False) -> Page:
    """The page of `first`/`after` or `last`/`before`, in the order of `orderBy`.

    The key comes last in the order, which it makes total. `around` says that the rows are those around another row,
    from which separations are then measured where no cone is given. Raises `BadInput` for arguments that do not go
    together, a negative number of rows, or a cursor of another order, `TooMuch` for more rows than `largest`.
    """
    order = _order(table, _terms(arguments))
    _countable(table, order, arguments.get("where"))
    backwards = arguments.get("last") is not None or (
        arguments.get("before") is not None and arguments.get("first") is None
    )
    count, mark = ("last", "before") if backwards else ("first", "after")
    for other in ("first", "after") if backwards else ("before",):
        if arguments.get(other) is not None:
            message = f"{other} does not go with {count}: use first with after, or last with before"
            raise BadInput(message)
    limit = _limit(arguments.get(count), count, largest)
    plain = Page(limit, order, backwards=backwards, centre=_centre(table, arguments, around=around))
    text = arguments.get(mark)
    if text is None:
        return plain
    return replace(plain, beyond=_beyond(cursor.decode(text, table, order, plain.centre), plain.sql_order))


def _terms(arguments: Arguments) -> Sequence[Mapping[str, Any]]:
    return arguments.get("orderBy") or ()


def _by_separation(table: Table, arguments: Arguments) -> bool:
    """Whether the separation is in the order; a column of a table's own that is called so is not."""
    return separation_of(table) is not None and any(SEPARATION.graphql in term for term in _terms(arguments))


def _centre(table: Table, arguments: Arguments, *, around: bool) -> tuple[Any, ...]:
    """The place that an order by separation is measured from; what a cone lacks is refused with its conditions."""
    if not _by_separation(table, arguments):
        return ()
    cone = arguments.get("cone")
    if cone is None:
        if around:
            return ()
        message = "orderBy.separation wants a cone, from whose centre it is measured"
        raise BadInput(message)
    return cone.get("ra"), cone.get("dec")


def _limit(count: int | None, name: str, largest: int) -> int:
    limit = min(DEFAULT_PAGE, largest) if count is None else count
    if limit < 0:
        message = f"{name} is {limit}: a number of rows from 0 is wanted"
        raise BadInput(message)
    if limit > largest:
        more = "stream more as VOTable or CSV (Accept)"
        message = f"{name} is {limit}: at most {largest} rows may be asked at once as JSON; {more}"
        raise TooMuch(message)
    return limit


def _order(table: Table, terms: Sequence[Mapping[str, Any]]) -> tuple[Order, ...]:
    order = [_term(table, field, direction) for term in terms for field, direction in term.items()]
    seen: dict[Column, Order] = {}
    for term in (*order, Order(table.key)):
        seen.setdefault(term.column, term)
    total = tuple(seen.values())
    return total[: total.index(seen[table.key]) + 1]


def _term(table: Table, field: str, direction: Any, path: tuple[Link, ...] = ()) -> Order:
    if isinstance(direction, Mapping):
        [(inner, given)] = direction.items()
        link = ordered_by(table)[field]
        _near_enough((*path, link))
        return _term(link.target, inner, given, (*path, link))
    return Order(_orderable(table, field, path), *direction_of(direction))


def direction_of(direction: Any) -> tuple[bool, bool]:
    """Whether a direction is descending, and whether NULLs come first; if not said, they are larger than any value."""
    text = str(getattr(direction, "value", direction))
    descending = text.startswith("DESC")
    return descending, descending if text in ("ASC", "DESC") else text == "ASC_NULLS_FIRST"


def _near_enough(path: tuple[Link, ...]) -> None:
    if len(path) > FARTHEST:
        message = f"orderBy follows {len(path)} links, {'.'.join(link.field for link in path)}: at most {FARTHEST}"
        raise TooMuch(message)


def _countable(table: Table, order: Sequence[Order], where: Any) -> None:
    """Refuse an order by a number of rows of another database, where all rows would be brought together to sort them.

    Raises `BadInput` unless rows are asked that lead to some: they are found by what these have.
    """
    for term in order:
        if not isinstance(term.column, RelatedNumber) or within_source(term.column.link):
            continue
        link, chosen = term.column.link, filters.selected(table, where).conditions if where else ()
        if not any(isinstance(one, (Related, RelatedCount)) and one.link is link for one in chosen):
            field = term.column.graphql
            message = (
                f"orderBy.{field} counts rows of another database: ask where: {{{field}: {{ge: 1}}}} too, or group "
                f"{link.target.plural} there, {link.target.plural}Aggregate(orderBy: COUNT)"
            )
            raise BadInput(message)


def _orderable(table: Table, field: str, path: tuple[Link, ...]) -> Column:
    if field in numbers_of(table):
        if path:
            message = (
                f"orderBy.{path[0].field} ends in {field}: rows are sorted by their own numbers of related rows only"
            )
            raise BadInput(message)
        return related_number(numbers_of(table)[field])
    measured = separation_of(table)
    if not (measured and field == measured.graphql):
        return related_column(path, table.by_field[field]) if path else table.by_field[field]
    if path:
        message = f"orderBy.{path[0].field} ends in separation, which only rows of the cone itself have"
        raise BadInput(message)
    return measured


def _beyond(values: tuple[Any, ...], order: tuple[Order, ...]) -> Selected:
    nulls = tuple(value is None for value in values)
    return Selected((AfterCursor(order, nulls),), tuple(value for value in values if value is not None))


def _key_value(column: Column, value: Any) -> Any:
    text = str(value)
    try:
        if column.type in BITS:
            return key_number(text)
        if column.type is INSTANT:
            return read_instant(text, zoneless=False)
    except (ValueError, OverflowError) as error:
        message = f"{text[:60]!r} is no {column.name}: {_EXPECTED[column.type.graphql]} is wanted"
        raise BadInput(message) from error
    return operand(column, text)


_EXPECTED = {"Int": "a whole number", "Long": "a whole number", "DateTime": "an ISO 8601 time"}
