"""From values as they are written to SQL, with its type, unit, UCD and description."""

from collections.abc import Callable
from math import isfinite
from typing import Any

from adql.calls import call
from adql.checked.comparing import alike, common_type, moment
from adql.checked.literals import as_number, double
from adql.checked.typed import (
    INTEGERS,
    NUMBERS,
    TEXTS,
    TIMES,
    ColumnMetadata,
    GeometryForm,
    TypedExpression,
    coerced,
    kind,
    number,
    shared_metadata,
)
from adql.conditions import condition
from adql.context import ResolveContext
from adql.errors import AdqlError
from adql.regions import region
from adql.shapes import of_region
from adql.template import Node, cast, fragment
from adql.tree import (
    BooleanLiteral,
    Call,
    Case,
    Cast,
    Comparison,
    Name,
    Null,
    Number,
    Operation,
    ScalarSubquery,
    Signed,
    StringLiteral,
    TextPosition,
    Value,
)
from schema import types

CONVERSIONS = {15, 24, 60, 365.25, 1000, 3600, 86_400, 1e6, 1e9}
"""Who multiplies by one of these, or divides, has another unit in mind."""
MOST_DIGITS = 200
"""Of a number: as an integer of any base, it is still one that a double can be near to."""
LARGEST = {types.INT: 2**31 - 1, types.LONG: 2**63 - 1}


def value(node: Value, context: ResolveContext) -> TypedExpression:
    """A value as SQL, typed.

    Raises
    ------
    AdqlError
        A name in it stands for nothing, or an operator does not take its operands.
    """
    grouping = context.scope.grouping
    mark = len(grouping.loose) if grouping else 0
    typed_value: TypedExpression = _MAKERS[type(node)](node, context)
    if typed_value.type is None:  # whatever it is made of, it is NULL: of any type only as a word
        return TypedExpression(fragment("NULL"), None)
    context.compiler.size.check(typed_value.sql, node.at)
    if grouping and len(grouping.loose) > mark and typed_value.sql in grouping.keys:
        del grouping.loose[mark:]  # what it is made of is not told, only what rows are grouped by
    return typed_value


def _name(node: Name, context: ResolveContext) -> TypedExpression:
    match = context.scope.find(node)
    if match is None:
        raise context.scope.unknown(node)
    (relation, field), scope = match
    context.compiler.lookups.append(scope)
    typed = field.value(relation.alias)
    if scope.grouping and typed.type is not None and typed.sql not in scope.grouping.keys:
        scope.grouping.loose.append(node)
    return typed


def _number(node: Number, _context: ResolveContext) -> TypedExpression:
    if len(node.text) > MOST_DIGITS:
        raise AdqlError(f"{node.text[:40]}… is too long for a number", node.at)
    whole = int(node.text, 0) if node.text[:2].lower() == "0x" else int(node.text) if node.text.isdigit() else None
    for scalar, largest in LARGEST.items():
        if whole is not None and whole <= largest:
            return TypedExpression(fragment(str(whole)), scalar, number=float(whole))
    read = float(node.text if whole is None else whole)
    if not isfinite(read):
        raise AdqlError(f"{node.text[:40]} is too large for a number", node.at)
    return double(read)


def _text(node: StringLiteral, context: ResolveContext) -> TypedExpression:
    scalar = types.ASCII if node.value.isascii() else types.TEXT
    return TypedExpression(context.compiler.bind(node.value, node.at), scalar, string=node.value)


def _truth(node: BooleanLiteral, _context: ResolveContext) -> TypedExpression:
    # Not the bare word, of which PostgreSQL makes no group and no order.
    return TypedExpression(cast(fragment("true" if node.value else "false"), "boolean"), types.BOOLEAN)


def _null(_node: Null, _context: ResolveContext) -> TypedExpression:
    return TypedExpression(fragment("NULL"), None)


def _signed(node: Signed, context: ResolveContext) -> TypedExpression:
    operand = as_number(value(node.operand, context), node.at)
    if operand.type is None:
        return operand
    if node.sign == "~":
        _must(operand, INTEGERS, "whole numbers", node.at, "~")
        return TypedExpression(fragment("(~ {0})", operand.sql), operand.type)
    _must(operand, NUMBERS, "numbers", node.at, node.sign)
    if node.sign == "+":
        return operand.computed()
    negated = None if operand.number is None else -operand.number
    return TypedExpression(
        fragment("(- {0})", operand.sql), operand.type, ColumnMetadata(unit=operand.metadata.unit), number=negated
    )


def _operation(node: Operation, context: ResolveContext) -> TypedExpression:
    left, right = value(node.left, context), value(node.right, context)
    pair = (left, right)
    if left.type is None or right.type is None:
        return TypedExpression(fragment("NULL"), None)
    if node.operator == "||":
        for operand in pair:
            _must(operand, TEXTS, "character strings", node.at, "||")
        return TypedExpression(fragment("({0} || {1})", left.text, right.text), _widest(pair))
    left, right = pair = as_number(left, node.at), as_number(right, node.at)
    whole = node.operator in BITWISE
    for operand in pair:
        _must(operand, INTEGERS if whole else NUMBERS, "whole numbers" if whole else "numbers", node.at, node.operator)
    kinds = [operand.type for operand in pair if operand.type]
    sql = fragment(f"({{0}} {BITWISE.get(node.operator, node.operator)} {{1}})", left.sql, right.sql)
    return TypedExpression(
        sql, number(kinds), ColumnMetadata(unit=_unit(node.operator, left, right)), number=_folded(node.operator, pair)
    )


BITWISE = {"&": "&", "|": "|", "^": "#"}
FOLDED: dict[str, Callable[[float, float], float]] = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "/": lambda x, y: x / y,
}


def _widest(pair: tuple[TypedExpression, TypedExpression]) -> types.Scalar:
    return types.ASCII if all(operand.type is types.ASCII for operand in pair) else types.TEXT


def _folded(operator: str, pair: tuple[TypedExpression, TypedExpression]) -> float | None:
    left, right = (operand.number for operand in pair)
    if left is None or right is None:
        return None
    if operator not in FOLDED or (operator == "/" and right == 0):
        return None
    folded = FOLDED[operator](left, right)
    if not isfinite(folded):
        return None
    return float(int(folded)) if operator == "/" and all(operand.type in INTEGERS for operand in pair) else folded


def _unit(operator: str, left: TypedExpression, right: TypedExpression) -> str:
    units = left.metadata.unit, right.metadata.unit
    if operator in "+-":
        return units[0] if units[0] == units[1] else ""
    for one, other, may in ((left, right, "*/"), (right, left, "*")):
        if operator in may and other.number is not None and abs(other.number) not in CONVERSIONS:
            return one.metadata.unit
    return ""


def _must(
    operand: TypedExpression, allowed: tuple[types.Scalar, ...], what: str, at: TextPosition, operator: str
) -> None:
    if operand.type is not None and operand.type not in allowed:
        hint = "CAST makes one of the other" if operand.type in TEXTS or operand.type in NUMBERS else ""
        raise AdqlError(f"{operator} wants {what}, not {kind(operand.type)}", at, hint)


CASTS: dict[str, types.Scalar] = {
    "SMALLINT": types.SHORT, "INTEGER": types.INT, "BIGINT": types.LONG, "REAL": types.FLOAT,
    "DOUBLE PRECISION": types.DOUBLE, "CHAR": types.TEXT, "VARCHAR": types.TEXT, "TIMESTAMP": types.DATETIME,
}  # fmt: skip
LONGEST = 10_485_760
"""Characters of a PostgreSQL varchar."""
SHAPES = {"POINT": GeometryForm.POINT, "CIRCLE": GeometryForm.CIRCLE, "POLYGON": GeometryForm.POLYGON}


def _shape(node: Cast, context: ResolveContext) -> TypedExpression:
    """A geometry that is written out as DALI 1.1 (section 3.3) writes it, or that is one of the kind already."""
    words = node.operand
    typed_value = (
        of_region(region(words.value, words.at), words.at)
        if isinstance(words, StringLiteral)
        else value(words, context)
    )
    if typed_value.form is not SHAPES[node.type]:
        hint = "a geometry is written out as its numbers, '12.3 45.6'"
        raise AdqlError(f"this is no {node.type} to be CAST", node.at, hint)
    return typed_value


def _cast(node: Cast, context: ResolveContext) -> TypedExpression:
    if node.type in SHAPES:
        return _shape(node, context)
    operand, target = value(node.operand, context), CASTS[node.type]
    if operand.form:
        raise AdqlError(f"{kind(operand.type)} cannot be CAST to {node.type}", node.at)
    if node.length is not None and not 1 <= node.length <= LONGEST:
        raise AdqlError(f"a character string has from 1 to {LONGEST} characters, not {node.length}", node.at)
    if target is types.TEXT:
        text = fragment(operand.type.text, operand.sql) if operand.type in (*TIMES, types.BOOLEAN) else operand.sql
        length = f"({node.length})" if node.length is not None else ""
        return TypedExpression(cast(text, f"{'varchar' if length else 'text'}{length}"), types.TEXT)
    if target is types.DATETIME:
        return TypedExpression(_time(operand, node), target, ColumnMetadata(ucd=operand.metadata.ucd))
    _must(operand, (*TEXTS, types.BOOLEAN, *NUMBERS), f"CAST AS {node.type} something of its kind", node.at, "CAST")
    return TypedExpression(
        _read(operand, target), target, ColumnMetadata(unit=operand.metadata.unit, ucd=operand.metadata.ucd)
    )


def _read(operand: TypedExpression, target: types.Scalar) -> Node:
    if operand.type is types.BOOLEAN and target is not types.INT:
        return cast(cast(operand.sql, "integer"), target.sql)
    return cast(operand.text, target.sql)


def _time(operand: TypedExpression, node: Cast) -> Node:
    if operand.string is not None:
        return moment(operand.string, types.DATETIME, node.at)
    if operand.type is types.INSTANT:
        return fragment("({0} AT TIME ZONE 'UTC')", operand.sql)
    _must(operand, (*TIMES, *TEXTS), "a time or a character string", node.at, "CAST")
    return cast(operand.text, types.DATETIME.sql)


def _case(node: Case, context: ResolveContext) -> TypedExpression:
    results = [value(result, context) for _, result in node.branches]
    otherwise = [value(node.otherwise, context)] if node.otherwise is not None else []
    values = alike([*results, *otherwise], node.at)
    results, otherwise = values[: len(results)], values[len(results) :]
    scalar = common_type(values, node.at)
    parts: list[Node] = []
    for (when, _), result in zip(node.branches, results, strict=True):
        parts += [condition(_when(node, when), context), coerced(result, scalar)]
    parts += [coerced(operand, scalar) for operand in otherwise]
    whens = "".join(f" WHEN {{{2 * at}}} THEN {{{2 * at + 1}}}" for at in range(len(results)))
    last = f" ELSE {{{2 * len(results)}}}" if otherwise else ""
    known = [operand.metadata for operand in (*results, *otherwise) if operand.type is not None]
    return TypedExpression(
        fragment(f"CASE{whens}{last} END", *parts), scalar, shared_metadata(known) if known else ColumnMetadata()
    )


def _when(node: Case, when: Any) -> Any:
    return when if node.operand is None else Comparison("=", node.operand, when, node.at)


def _scalar(node: ScalarSubquery, context: ResolveContext) -> TypedExpression:
    query = context.compiler.query(node.query, context)
    if len(query.fields) != 1:
        raise AdqlError(f"a query that is a value has one column, not {len(query.fields)}", node.at)
    field = query.fields[0]
    return TypedExpression(fragment("({0})", query.sql), field.type, field.metadata)


_MAKERS: dict[type, Callable[[Any, ResolveContext], TypedExpression]] = {
    Name: _name,
    Number: _number,
    StringLiteral: _text,
    BooleanLiteral: _truth,
    Null: _null,
    Signed: _signed,
    Operation: _operation,
    Cast: _cast,
    Case: _case,
    ScalarSubquery: _scalar,
    Call: call,
}
