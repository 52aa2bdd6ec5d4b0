"""From the argument `where` to conditions: columns compared, groups of conditions, and what related rows must meet.

Worked example, of stars: `{vmag: {lt: 5}, granules: {none: {calibLevel: {ge: 2}}}, exposuresCount: {ge: 3}}` becomes
`vmag < 5`, no granule of which `calib_level >= 2` is true, and a number of exposures of which `>= 3` is.
"""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from operator import add
from typing import Any

from planning.errors import BadInput, TooMuch
from planning.mjd import in_night, instant_compared
from planning.operands import operand
from planning.plan import AllOf, AnyOf, Compared, Condition, Negated, Related, RelatedCount, Selected, Untrue
from planning.terms import term_compared
from schema.catalog import suggestion
from schema.column import Column
from schema.derived import COVERAGE, NIGHT, DerivedField, Form, compared_fields, night_column
from schema.operators import BY_NAME, LONGEST_PATTERN, Arity, Op
from schema.relations import COUNT, counts_of, relations_of
from schema.table import Link, Table
from schema.uv_types import uv_columns

LARGEST_WHERE = 500
"""Conditions in one `where`, groups included: the SQL text of each shape of them is kept."""
MOST_RELATIONS = 20
"""Of these, conditions on related rows, each of which is a query within the statement."""
DEEPEST_RELATION = 8
"""Related rows of related rows and so on, of which SQLAlchemy writes each within the one before."""
EVERY, NONE, SOME = "every", "none", "some"
OF_NOTHING: Mapping[Op, Callable[..., bool]] = {
    Op.EQ: operator.eq, Op.NE: operator.ne, Op.LT: operator.lt, Op.LE: operator.le, Op.GT: operator.gt,
    Op.GE: operator.ge, Op.IN: lambda zero, values: zero in values,
    Op.BETWEEN: lambda zero, low, high: low <= zero <= high,
}  # fmt: skip
"""Whether the number of no rows, zero, compares so."""
Where = Mapping[str, Any]


def selected(table: Table, where: Where) -> Selected:
    """The conditions of a `where`.

    Raises `BadInput` for one that cannot be, `TooMuch` for more than LARGEST_WHERE, or MOST_RELATIONS of related rows,
    or DEEPEST_RELATION of these in each other.
    """
    chosen = _joined(_conditions(table, where, "where"))
    _bounded(list(_every(chosen.conditions)))
    if (depth := max(map(_depth, chosen.conditions), default=0)) > DEEPEST_RELATION:
        message = f"where asks about related rows in {depth} levels: at most {DEEPEST_RELATION} are allowed"
        raise TooMuch(message)
    return chosen


def _bounded(conditions: Sequence[Condition]) -> None:
    size = len(conditions)
    if size > LARGEST_WHERE:
        message = f"where has {size} conditions: at most {LARGEST_WHERE} are allowed; in takes a list of any length"
        raise TooMuch(message)
    related = sum(isinstance(condition, (Related, RelatedCount)) for condition in conditions)
    if related > MOST_RELATIONS:
        message = f"where asks about related rows {related} times: at most {MOST_RELATIONS} are allowed"
        raise TooMuch(message)


def _every(conditions: Sequence[Condition]) -> Iterator[Condition]:
    """Conditions, groups included, with those within them."""
    for condition in conditions:
        yield condition
        match condition:
            case AllOf(parts) | AnyOf(parts):
                yield from _every(parts)
            case Negated(part) | Untrue(part) | Related(_, part):
                yield from _every((part,))
            case _:
                pass


def _depth(condition: Condition) -> int:
    """How many conditions on related rows are within each other."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return max(map(_depth, parts), default=0)
        case Negated(part) | Untrue(part):
            return _depth(part)
        case Related(_, part):
            return 1 + _depth(part)
        case _:
            return 0


def _conditions(table: Table, where: Where, path: str) -> Iterator[Selected]:
    for field, given in where.items():
        at = f"{path}.{field}"
        if given is None:
            raise _null(at)
        match field:
            case "and":
                yield _grouped(AllOf, [_joined(_conditions(table, group, path)) for group in given])
            case "or":
                yield _grouped(AnyOf, [_joined(_conditions(table, group, path)) for group in given])
            case "not":
                yield _wrapped(Negated, _all(table, given, path))
            case _ if field == NIGHT and (column := night_column(table)):
                yield in_night(column, getattr(given["site"], "value", given["site"]), given["date"])
            case _ if field in compared_fields(table):
                yield _joined(_derived_comparisons(compared_fields(table)[field], given, at))
            case _ if field in relations_of(table):
                yield _joined(_related(relations_of(table)[field], given, at))
            case _ if field in counts_of(table):
                yield _joined(_counted(counts_of(table)[field], given, at))
            case _:
                yield _joined(_comparisons(table, field, given, at))


def _all(table: Table, where: Where, path: str) -> Selected:
    """All conditions of a `where` as one."""
    inner = _joined(_conditions(table, where, path))
    return Selected((AllOf(inner.conditions),), inner.values)


def _wrapped(kind: Callable[[Condition], Condition], inner: Selected) -> Selected:
    """One condition within another."""
    return Selected((kind(inner.conditions[0]),), inner.values)


def _grouped(kind: type[AllOf | AnyOf], groups: list[Selected]) -> Selected:
    conditions: tuple[Condition, ...] = tuple(AllOf(group.conditions) for group in groups)
    return Selected((kind(conditions),), tuple(value for group in groups for value in group.values))


def _related(link: Link, given: Where, path: str) -> Iterator[Selected]:
    """What the row that a link leads to must meet; or one of the rows, all of them, or none."""
    if link.many and not given:
        message = f"{path} is empty: say some, every or none"
        raise BadInput(message)
    for quantifier, where in (given if link.many else {SOME: given}).items():
        at = f"{path}.{quantifier}" if link.many else path
        if where is None:
            message = f"{at} is null: leave it out; {{}} is what every row meets"
            raise BadInput(message)
        yield _quantified(link, quantifier, _all(link.target, where, at))


def _quantified(link: Link, quantifier: str, inner: Selected) -> Selected:
    within = _wrapped(Untrue, inner) if quantifier == EVERY else inner
    found = _wrapped(lambda part: Related(link, part), within)
    return found if quantifier == SOME else _wrapped(Negated, found)


def _counted(link: Link, operands: Where, path: str) -> Iterator[Selected]:
    """A number of related rows compared: as what is false of zero, or the opposite of what is."""
    for chosen in _comparison_of(COUNT, operands, path):
        [compared] = chosen.conditions
        assert isinstance(compared, Compared)  # noqa: S101 - for mypy
        if compared.op.arity is Arity.NONE:
            yield Selected((AnyOf(()) if compared.op is Op.NULL else AllOf(()),))
        elif OF_NOTHING[compared.op](0, *chosen.values):
            yield Selected((Negated(RelatedCount(link, compared, opposite=True)),), chosen.values)
        else:
            yield Selected((RelatedCount(link, compared),), chosen.values)


def _comparisons(table: Table, field: str, operands: Where, path: str) -> Iterator[Selected]:
    """Columns compared: one, the parts of a quantity, or those of what is covered of the uv plane."""
    if field == COVERAGE and (parts := uv_columns(table)):
        for name, compared in operands.items():
            if compared is None:
                raise _null(f"{path}.{name}")
            yield from _comparison_of(parts[name], compared, f"{path}.{name}")
        return
    if field not in table.by_field:
        message = f"{table.plural} have no {field}{suggestion(field, list(table.by_field))}"
        raise BadInput(message)
    for part, column, given in compared_columns(table, field, operands):
        at = f"{path}.{part}" if part else path
        if column is None:
            message = f"{at} is in no condition: {table.plural} have no such column (their field tables has all)"
            raise BadInput(message)
        if given is None:
            raise _null(at)
        yield from _comparison_of(column, given, at)


def compared_columns(
    table: Table, field: str, operands: Where
) -> Iterator[tuple[str, Column | None, Mapping[str, Any] | None]]:
    """The columns that a field of a filter compares: one, but for a quantity, whose parts are compared each.

    Yields
    ------
    part, column, operands
        The part, as `error`, empty for the field's own; the column, None for a part that the quantity lacks; the
        operators and what they compare it with, None for null.
    """
    quantity = table.quantities.get(field)
    parts = quantity.parts if quantity else {}
    own = {name: operand for name, operand in operands.items() if name not in parts}
    if own:
        yield "", table.by_field[field], own
    yield from ((name, parts[name], operands[name]) for name in operands if name in parts)


def _derived_comparisons(field: DerivedField, operands: Where, path: str) -> Iterator[Selected]:
    compare = instant_compared if field.form is Form.INSTANT else term_compared
    for name, given in operands.items():
        if given is None:
            raise _null(f"{path}.{name}")
        op = BY_NAME[name]
        if op.arity is Arity.TWO and len(given) != 2:
            raise _not_two(f"{path}.{name}", given)
        yield compare(field.columns[0], op if given or op.arity is not Arity.NONE else op.opposite, given)


def _comparison_of(column: Column, operands: Where, path: str) -> Iterator[Selected]:
    for op, compared in operands.items():
        if compared is None:
            raise _null(f"{path}.{op}")
        yield _comparison(column, f"{path}.{op}", BY_NAME[op], compared)


def _null(path: str) -> BadInput:
    return BadInput(f"{path} is null: leave it out, ask isNull, or say ignoreNull: true, and it is no condition")


def _not_two(path: str, values: Sequence[Any]) -> BadInput:
    return BadInput(f"{path} has {len(values)} values: two are wanted")


def _comparison(column: Column, path: str, op: Op, compared: Any) -> Selected:
    match op.arity:
        case Arity.NONE:
            return Selected((Compared(column, op if compared else op.opposite),))
        case Arity.LIST:
            return Selected((Compared(column, op),), ([operand(column, item) for item in compared],))
        case Arity.TWO if len(compared) != 2:
            raise _not_two(path, compared)
        case Arity.TWO:
            return Selected((Compared(column, op),), tuple(operand(column, item) for item in compared))
        case Arity.ONE if op.value.pattern and len(compared) > LONGEST_PATTERN:
            message = f"{path} has {len(compared)} characters: {LONGEST_PATTERN} are the most"
            raise TooMuch(message)
        case Arity.ONE if op.value.pattern and (len(compared) - len(compared.rstrip("\\"))) % 2:
            message = f"{path} ends in a backslash that escapes nothing: write two for one"
            raise BadInput(message)
        case Arity.ONE:
            return Selected((Compared(column, op),), (operand(column, compared),))


def _joined(chosen: Iterator[Selected]) -> Selected:
    return reduce(add, chosen, Selected())
