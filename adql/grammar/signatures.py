"""Functions that ADQL 2.1 itself names: what they take, and what may be known of a value before names are looked up."""

from collections.abc import Sequence
from dataclasses import replace

from adql.errors import AdqlError
from adql.grammar.numerals import is_number
from adql.grammar.words import words
from adql.regions import frame, region
from adql.tree import AllColumns, Call, Cast, Null, Number, Operation, Signed, StringLiteral, TextPosition, Value

# Forms of arguments, by letters: n number, s character string, g geometry, p point, v any value,
# l literal string, i literal integer.
_FORMS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(words("ABS CEILING DEGREES EXP FLOOR LOG LOG10 RADIANS SQRT"), ("n",)),
    **dict.fromkeys(words("ACOS ASIN ATAN COS COT SIN TAN"), ("n",)),
    **dict.fromkeys(words("ATAN2 MOD POWER"), ("nn",)),
    **dict.fromkeys(words("ROUND TRUNCATE"), ("n", "ni")),
    "PI": ("",),
    "RAND": ("", "i"),
    **dict.fromkeys(words("LOWER UPPER"), ("s",)),
    "IN_UNIT": ("nl",),
    "POINT": ("nn",),
    "CIRCLE": ("nnn", "pn"),
    "BOX": ("nnnn", "pnn"),
    "REGION": ("l",),
    **dict.fromkeys(words("CONTAINS INTERSECTS"), ("gg",)),
    **dict.fromkeys(words("AREA CENTROID COORDSYS"), ("g",)),
    **dict.fromkeys(words("COORD1 COORD2"), ("p",)),
    "DISTANCE": ("pp", "nnnn"),
    **dict.fromkeys(words("AVG COUNT MAX MEDIAN MIN STDDEV SUM"), ("v",)),
}
NAMED = frozenset((*_FORMS, "POLYGON", "COALESCE"))
"""All of them but CAST."""
AGGREGATES = words("AVG COUNT MAX MEDIAN MIN STDDEV SUM")
"""ADQL's own, and two that DaCHS and others have beside them."""
FRAMED = words("POINT CIRCLE BOX POLYGON")
"""Those that may begin with a coordinate system (deprecated since ADQL 2.1, section 4.2.6)."""

TAKES = {
    "POINT": "two numbers",
    "CIRCLE": "a centre and a radius",
    "BOX": "a centre, a width and a height",
    "POLYGON": "three points or more, or as many pairs of numbers",
    "REGION": "one character string, written out",
    "DISTANCE": "two points or four numbers",
    "IN_UNIT": "a value and a unit, written out as a character string",
    "COALESCE": "one value at least",
    "RAND": "nothing, or a whole number written out",
    "PI": "nothing",
    **dict.fromkeys(words("CONTAINS INTERSECTS"), "two geometries"),
    **dict.fromkeys(words("AREA CENTROID COORDSYS"), "one geometry"),
    **dict.fromkeys(words("COORD1 COORD2"), "one point"),
    **dict.fromkeys(words("LOWER UPPER"), "one character string"),
    **dict.fromkeys(words("ATAN2 MOD POWER"), "two numbers"),
    **dict.fromkeys(words("ROUND TRUNCATE"), "a number, and perhaps a whole number written out"),
    **dict.fromkeys(AGGREGATES, "one value"),
}
"""What a function takes, in words, where it is not one number."""

_KINDS = {
    **dict.fromkeys(NAMED, "n"),
    **dict.fromkeys(words("LOWER UPPER COORDSYS"), "s"),
    **dict.fromkeys(words("POINT CENTROID"), "p"),
    **dict.fromkeys(words("CIRCLE BOX POLYGON REGION"), "g"),
    **dict.fromkeys(words("MAX MIN"), "m"),
    "COALESCE": "",
}
_CASTS = {"POINT": "p", "CIRCLE": "g", "POLYGON": "g", "CHAR": "s", "VARCHAR": "s", "TIMESTAMP": "s"}
_ANSWERS = {"n": "nm", "s": "sm", "g": "gp", "p": "p"}
"""Kinds that are accepted where one is expected; m is what MIN and MAX give, a number or a character string."""


def checked(call: Call) -> Call:
    """A call of such a function, without NULL as its coordinate system; raises `AdqlError` for other arguments."""
    call = _without_null(call)
    if not _taken(call.function, _unframed(call)):
        takes = TAKES.get(call.function, "one number")
        framed = ", after a coordinate system if at all" if call.function in FRAMED else ""
        raise AdqlError(f"{call.function} takes {takes}{framed}", call.at)
    if call.function == "REGION" and isinstance(phrase := call.arguments[0], StringLiteral):
        region(phrase.value, phrase.at)
    return call


def _without_null(call: Call) -> Call:
    """NULL may stand for a coordinate system, but also for a number."""
    framed = call.function in FRAMED and isinstance(next(iter(call.arguments), None), Null)
    return replace(call, arguments=call.arguments[1:]) if framed and not _taken(call.function, call.arguments) else call


def _unframed(call: Call) -> tuple[Value | AllColumns, ...]:
    first = next(iter(call.arguments), None)
    if call.function not in FRAMED or not isinstance(first, StringLiteral):
        return call.arguments
    frame(first.value, first.at)
    return call.arguments[1:]


def _taken(function: str, arguments: tuple[Value | AllColumns, ...]) -> bool:
    return any(_fits(form, arguments) for form in _forms(function, len(arguments)))


def _forms(function: str, count: int) -> Sequence[str]:
    if function == "COALESCE":
        return ("v" * max(count, 1),)
    if function == "POLYGON":
        by_twos, points = count - count % 2, count
        return ("n" * max(by_twos, 6), "p" * max(points, 3))
    return _FORMS[function]


def _fits(form: str, arguments: Sequence[Value | AllColumns]) -> bool:
    return len(form) == len(arguments) and all(map(_will_do, form, arguments))


def _will_do(expected: str, argument: Value | AllColumns) -> bool:
    if expected == "v" or isinstance(argument, AllColumns):
        return True
    if expected == "l":
        return isinstance(argument, StringLiteral)
    if expected == "i":
        number = argument.operand if isinstance(argument, Signed) else argument
        return isinstance(number, Number) and number.text.isdigit()
    if expected == "n" and isinstance(argument, StringLiteral):
        return is_number(argument.value)
    kind = _kind(argument)
    return not kind or kind in _ANSWERS[expected]


def check_operand(operator: str, value: Value, at: TextPosition) -> None:
    """Refuse what no operator takes: geometries; for `||` also what a CAST made a number, and for others a string.

    A character string that is written out may stand for a number, as in `'30' * 2`.
    """
    kind = _kind(value)
    if kind in ("g", "p"):
        raise AdqlError(f"a geometry beside {operator}", at)
    if operator == "||" and isinstance(value, Cast) and kind == "n":
        raise AdqlError("a number beside ||", at, "perhaps you meant CAST(... AS VARCHAR)")
    if operator != "||" and kind == "s" and not isinstance(value, StringLiteral):
        raise AdqlError(f"a character string beside {operator}", at, "perhaps you meant CAST(... AS DOUBLE PRECISION)")


def _kind(value: Value) -> str:
    """What a value surely is, by the letters above; empty where only names and types will tell."""
    match value:
        case Number() | Signed():
            return "n"
        case StringLiteral():
            return "s"
        case Operation():
            return "s" if value.operator == "||" else "n"
        case Call():
            return _KINDS.get(value.function, "")
        case Cast():
            return _CASTS.get(value.type, "n")
        case _:
            return ""
