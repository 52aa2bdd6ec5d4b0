"""Functions: which one is called, with what, and what is known of the result."""

from collections.abc import Callable
from dataclasses import replace

from sqlglot import exp

from adql import aggregates, histogram, sky, spectral
from adql.checked.comparing import brought_together, moment
from adql.checked.functions import FUNCTIONS, Function, Kind
from adql.checked.scope import Field
from adql.checked.typed import INTEGERS, NUMBERS, TEXTS, TIMES, Form, Meaning, Typed, brought, instant, kind, shared
from adql.checked.units import factor
from adql.errors import AdqlError
from adql.making import Here
from adql.tree import Call, Place, Star, Text, Value
from adql.written import Node, cast, made, real
from schema.catalog import suggestion
from schema.types import ASCII, DOUBLE, INSTANT, LONG, TEXT

ACCEPTED = {
    Kind.NUMBER: NUMBERS, Kind.NUMERIC: NUMBERS, Kind.INTEGER: INTEGERS, Kind.LONG: INTEGERS, Kind.TEXT: TEXTS,
    Kind.TIME: TIMES,
}  # fmt: skip
NULLS = {Kind.TEXT: "text", Kind.TIME: "timestamp with time zone", Kind.INTEGER: "integer", Kind.LONG: "bigint"}
BROUGHT = {Kind.NUMBER: (DOUBLE, "double precision"), Kind.INTEGER: (None, "integer"), Kind.LONG: (LONG, "bigint")}


def call(node: Call, here: Here) -> Typed:
    """A call in SQL; raises `AdqlError`."""
    if node.function in aggregates.AGGREGATES:
        return aggregates.aggregate(node, here)
    if node.distinct or any(isinstance(each, Star) for each in node.arguments):
        raise AdqlError(f"{node.function} takes neither DISTINCT nor *", node.at)
    if node.function in sky.FUNCTIONS:
        return sky.FUNCTIONS[node.function](node, [_argument(each, here) for each in node.arguments], here)
    match node.function:
        case "COALESCE":
            return _coalesce(node, here)
        case "IN_UNIT":
            return _in_unit(node, here)
        case _:
            return _declared(node, here)


def _argument(argument: Value | Star, here: Here) -> Typed:
    assert not isinstance(argument, Star)  # noqa: S101 - told to mypy
    return here.making.value(argument, here)


def _coalesce(node: Call, here: Here) -> Typed:
    told = [_argument(each, here) for each in node.arguments]
    if not told:
        raise AdqlError("COALESCE wants a value", node.at)
    scalar = brought_together(told, node.at)
    sql = _first([brought(each, scalar) for each in told])
    known = [each.meaning for each in told if each.type is not None and each.number is None and each.string is None]
    return Typed(sql, scalar, shared(known) if known else Meaning())


def _first(nodes: list[Node]) -> Node:
    """The first that is not NULL: of columns as CASE, which postgres_fdw ships, as it does not COALESCE."""
    if all(isinstance(node, exp.Column) for node in nodes[:-1]):
        whens = " ".join(f"WHEN {{{at}}} IS NOT NULL THEN {{{at}}}" for at in range(len(nodes) - 1))
        return made(f"(CASE {whens} ELSE {{{len(nodes) - 1}}} END)" if whens else "{0}", *nodes)
    return made(f"COALESCE({', '.join(f'{{{at}}}' for at in range(len(nodes)))})", *nodes)


def _in_unit(node: Call, here: Here) -> Typed:
    if len(node.arguments) != 2 or not isinstance(node.arguments[1], Text):
        raise AdqlError("IN_UNIT wants a value and a unit in quotes", node.at)
    told, wanted = _argument(node.arguments[0], here), node.arguments[1]
    if told.type not in NUMBERS:
        raise AdqlError(f"IN_UNIT wants a number, not {kind(told.type)}", node.at)
    if not told.meaning.unit:
        raise AdqlError("IN_UNIT wants a value whose unit is known", node.at)
    try:
        times = factor(told.meaning.unit, wanted.value)
    except ValueError as error:
        raise AdqlError(str(error), wanted.at) from None
    sql = cast(told.sql, "double precision") if times == 1 else made("({0} * {1})", told.sql, real(times))
    return Typed(sql, DOUBLE, Meaning(told.meaning.description, wanted.value, told.meaning.ucd, told.meaning.utype))


def _declared(node: Call, here: Here) -> Typed:
    overloads = FUNCTIONS.get(node.function)
    if not overloads:
        known = [*FUNCTIONS, *aggregates.AGGREGATES, *sky.FUNCTIONS, "COALESCE", "IN_UNIT"]
        hint = suggestion(node.function, known).partition("; known")[0].removeprefix("; ")
        raise AdqlError(f"there is no function {node.function}", node.at, hint)
    inside = aggregates.inside(node, here) if overloads[0].aggregate else here
    told = [_argument(each, inside) for each in node.arguments]
    for function in overloads:
        if _fits(function, told):
            here.making.varies |= function.varies
            maker = MADE.get(function.name)
            return maker(node, *_all_brought(function, told, node.at)) if maker else _made(function, told, node.at)
    forms = " or ".join(function.form.partition(" ->")[0] for function in overloads)
    given = ", ".join(kind(each.type) for each in told)
    raise AdqlError(f"{node.function} does not take ({given})", node.at, f"it is {forms}")


def _fits(function: Function, told: list[Typed]) -> bool:
    return len(told) == len(function.arguments) and all(
        each.form is Form.POINT if wanted is Kind.POINT else _accepted(each, wanted)
        for each, (_, wanted) in zip(told, function.arguments, strict=True)
    )


def _accepted(value: Typed, wanted: Kind) -> bool:
    read = wanted is Kind.TIME and value.string is not None
    return read or value.type is None or value.type in ACCEPTED[wanted]


MADE: dict[str, Callable[..., Typed]] = {
    f"{owner}_{name}": maker
    for owner in ("IVO", "GAVO")
    for name, maker in (("SPECCONV", spectral.converted), ("HISTOGRAM", histogram.counted))
}
"""Functions whose SQL depends on more than that of their arguments."""


def _made(function: Function, told: list[Typed], at: Place) -> Typed:
    nodes = [
        node
        for each, (_, wanted) in zip(told, function.arguments, strict=True)
        for node in ([part.sql for part in each.parts] if wanted is Kind.POINT else [_brought(each, wanted, at)])
    ]
    sql: Node = made(function.sql, *nodes)
    unit = told[0].meaning.unit if function.keeps_unit else function.unit
    meaning = Meaning(unit=unit)
    scalar = told[0].type if function.result is None else function.result
    if scalar is TEXT and all(each.type is ASCII for each in told):
        scalar = ASCII
    if function.answers:
        return Typed(cast(sql, "integer"), scalar, meaning, truth=sql)
    made_of = Field("", "", scalar, meaning, merged=sql).value("")
    return made_of if made_of.form else Typed(sql, scalar, meaning)


def _all_brought(function: Function, told: list[Typed], at: Place) -> list[Typed]:
    wanted = (kind for _, kind in function.arguments)
    return [replace(each, sql=_brought(each, kind, at)) for each, kind in zip(told, wanted, strict=True)]


def _brought(value: Typed, wanted: Kind, at: Place) -> Node:
    if wanted is Kind.TIME and value.string is not None:
        return moment(value.string, INSTANT, at)
    if wanted is Kind.TIME and value.type is not None:
        return instant(value)
    if wanted is Kind.TEXT and value.type is not None:
        return value.text
    if value.type is None:
        return cast(value.sql, NULLS.get(wanted, "double precision"))
    scalar, sql = BROUGHT.get(wanted, (value.type, ""))
    return value.sql if value.type is scalar else cast(value.sql, sql)
