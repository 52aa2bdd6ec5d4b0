"""Queries grown from the grammar, as trees, by chance: hypothesis draws the seed, and how deep."""

from collections.abc import Callable
from random import Random
from typing import TypeVar

from hypothesis import strategies as st

from adql import tree
from adql.tree import TextPosition

AT = TextPosition(0, 0)
"""No part of what makes two nodes equal."""
T = TypeVar("T")

IDENTIFIERS = [tree.Identifier(text, False, AT) for text in ("a", "B1", "t", "vmag", "orders", "limit", "cot")] + [
    tree.Identifier(text, True, AT) for text in ("size", "Teff K", 'q"q', "é", "--", "'", "SELECT")
]
NUMBERS = ["0", "7", "3.5", ".5", "5.", "1e3", "1.5E-10", "0x1F", "00012", "9" * 40]
TEXTS = ["", "x", "it's", "%_", "--", "ICRS", '"', "; DROP TABLE t", "é\n"]
TYPES = [("INTEGER", None), ("DOUBLE PRECISION", None), ("VARCHAR", 5), ("CHAR", None), ("TIMESTAMP", None)]


def several(random: Random, of: Callable[[], T], least: int, most: int) -> tuple[T, ...]:
    return tuple(of() for _ in range(random.randint(least, most)))


def perhaps(random: Random, of: Callable[[], T]) -> T | None:
    return of() if random.random() < 0.4 else None


def often(random: Random) -> bool:
    return random.random() < 0.5


def leaf(random: Random) -> tree.Value:
    match random.randrange(7):
        case 0:
            return tree.Number(random.choice(NUMBERS), AT)
        case 1:
            return tree.StringLiteral(random.choice(TEXTS), AT)
        case 2:
            return tree.BooleanLiteral(often(random), AT)
        case 3:
            return tree.Null(AT)
        case _:
            return tree.Name(several(random, lambda: random.choice(IDENTIFIERS), 1, 4))


def value(random: Random, depth: int) -> tree.Value:
    if depth <= 0 or random.random() < 0.3:
        return leaf(random)
    return random.choice(VALUES)(random, depth - 1)


def _numeric(random: Random, depth: int) -> tree.Value:
    """A value that no function of numbers refuses before names are known."""
    found = value(random, depth)
    return found if isinstance(found, (tree.Name, tree.Number, tree.Null, tree.Signed)) else tree.Number("1", AT)


def _operand(random: Random, depth: int, operator: str) -> tree.Value:
    """A value that the operator takes before names are known."""
    match value(random, depth):
        case tree.Cast():
            return leaf(random)
        case tree.Operation(operator="||") if operator != "||":
            return leaf(random)
        case found:
            return found


def _signed(random: Random, depth: int) -> tree.Value:
    sign = random.choice("+-~")
    return tree.Signed(sign, _operand(random, depth, sign), AT)


def _operation(random: Random, depth: int) -> tree.Value:
    operator = random.choice(["+", "-", "*", "/", "||", "&", "|", "^"])
    return tree.Operation(operator, _operand(random, depth, operator), _operand(random, depth, operator), AT)


def _call(random: Random, depth: int) -> tree.Value:
    return tree.Call(random.choice(["ABS", "SQRT", "LOG", "SIN", "RADIANS"]), (_numeric(random, depth),), AT)


def _user_defined(random: Random, depth: int) -> tree.Value:
    name = random.choice(["IVO_HASWORD", "PG_SLEEP", "MINE"])
    return tree.Call(name, several(random, lambda: value(random, depth), 0, 3), AT)


def _aggregate(random: Random, depth: int) -> tree.Value:
    if often(random):
        return tree.Call("COUNT", (tree.AllColumns((), AT),), AT)
    return tree.Call(random.choice(["COUNT", "MAX", "SUM"]), (value(random, depth),), AT, often(random))


def _geometry(random: Random, depth: int) -> tree.Value:
    frame = random.choice([(), (tree.StringLiteral("ICRS", AT),), (tree.StringLiteral("", AT),)])
    shape, count = random.choice([("POINT", 2), ("CIRCLE", 3), ("BOX", 4), ("POLYGON", 6)])
    point = tree.Call("POINT", tuple(_numeric(random, depth) for _ in range(2)), AT)
    around = tree.Call(shape, (*frame, *(_numeric(random, depth) for _ in range(count))), AT)
    return tree.Call(random.choice(["INTERSECTS", "CONTAINS"]), (point, around), AT)


def _cast(random: Random, depth: int) -> tree.Value:
    kind, length = random.choice(TYPES)
    return tree.Cast(value(random, depth), kind, length, AT)


def _case(random: Random, depth: int) -> tree.Value:
    operand = perhaps(random, lambda: value(random, depth))
    when: Callable[[Random, int], tree.Value | tree.Condition] = value if operand else condition
    branches = several(random, lambda: (when(random, depth), value(random, depth)), 1, 2)
    return tree.Case(operand, branches, perhaps(random, lambda: value(random, depth)), AT)


def _scalar(random: Random, depth: int) -> tree.Value:
    return tree.ScalarSubquery(query(random, depth), AT)


VALUES = [_signed, _operation, _operation, _call, _user_defined, _aggregate, _geometry, _cast, _case, _scalar]


def condition(random: Random, depth: int) -> tree.Condition:
    if depth > 0 and often(random):
        return _compound(random, depth - 1)
    negated = often(random)

    def one() -> tree.Value:
        return value(random, depth - 1)

    match random.randrange(5):
        case 0:
            return tree.Between(one(), one(), one(), negated, AT)
        case 1:
            return tree.In(one(), several(random, lambda: leaf(random), 1, 4), negated, AT)
        case 2:
            return tree.Like(one(), one(), often(random), negated, AT)
        case 3:
            return tree.IsNull(one(), negated, AT)
        case _:
            return tree.Comparison(random.choice(["=", "<>", "<", "<=", ">", ">="]), one(), one(), AT)


def _compound(random: Random, depth: int) -> tree.Condition:
    match random.randrange(5):
        case 0:
            return tree.And(condition(random, depth), condition(random, depth))
        case 1:
            return tree.Or(condition(random, depth), condition(random, depth))
        case 2:
            return tree.Not(condition(random, depth), AT)
        case 3:
            return tree.Exists(query(random, depth), AT)
        case _:
            return tree.In(value(random, depth), query(random, depth), often(random), AT)


def relation(random: Random, depth: int) -> tree.Relation:
    name = random.choice(IDENTIFIERS)
    if depth > 0 and random.random() < 0.2:
        return tree.Derived(query(random, depth - 1), name, AT)
    if depth > 0 and random.random() < 0.3:
        return _join(random, depth - 1)
    parts = several(random, lambda: random.choice(IDENTIFIERS), 1, 3)
    sample = random.choice((0.5, 10.0)) if random.random() < 0.1 else None
    return tree.TableName(parts, perhaps(random, lambda: name), sample)


def _join(random: Random, depth: int) -> tree.Join:
    kind, how = random.choice(list(tree.JoinKind)), random.randrange(3)
    left, right = relation(random, depth), relation(random, depth)
    on = condition(random, depth) if how == 1 else None
    using = several(random, lambda: random.choice(IDENTIFIERS), 1, 2) if how == 2 else ()
    return tree.Join(kind, left, right, on, using, how == 0, AT)


def _output(random: Random, depth: int) -> tree.Output | tree.AllColumns:
    if random.random() < 0.2:
        return tree.AllColumns(several(random, lambda: random.choice(IDENTIFIERS), 0, 3), AT)
    return tree.Output(value(random, depth), perhaps(random, lambda: random.choice(IDENTIFIERS)))


def _counted(random: Random) -> tree.Value | int:
    """A number in GROUP BY and ORDER BY is that of an output."""
    by = leaf(random)
    return random.randint(1, 99) if isinstance(by, tree.Number) else by


def select(random: Random, depth: int) -> tree.Select:
    return tree.Select(
        often(random),
        perhaps(random, lambda: random.randint(0, 100)),
        several(random, lambda: _output(random, depth), 1, 3),
        several(random, lambda: relation(random, depth), 1, 2),
        perhaps(random, lambda: condition(random, depth)),
        several(random, lambda: _counted(random), 0, 1),
        perhaps(random, lambda: condition(random, depth)),
        AT,
    )


def query(random: Random, depth: int, least: int = 0) -> tree.Query:
    """A query with so many terms of order at least: one without order in parentheses is its rows."""
    terms = several(random, lambda: tree.Term(_counted(random), often(random), AT), least, least + 1)
    return tree.Query((), rows(random, depth), terms, perhaps(random, lambda: random.randint(0, 100)), AT)


def rows(random: Random, depth: int) -> tree.Select | tree.SetOperation | tree.Query:
    if depth <= 0 or random.random() < 0.7:
        return select(random, depth - 1)

    def part() -> tree.Select | tree.SetOperation | tree.Query:
        return rows(random, depth - 1) if often(random) else query(random, depth - 1, least=1)

    return tree.SetOperation(random.choice(["UNION", "EXCEPT", "INTERSECT"]), often(random), part(), part(), AT)


def whole(seed: int, depth: int) -> tree.Query:
    """A query that may begin with WITH."""
    random = Random(seed)  # noqa: S311
    found = query(random, depth)

    def common() -> tree.Common:
        columns = several(random, lambda: random.choice(IDENTIFIERS), 0, 2)
        return tree.Common(random.choice(IDENTIFIERS), columns, query(random, depth - 1))

    return tree.Query(several(random, common, 0, 2), found.body, found.order, found.offset, AT)


WHOLE = st.builds(whole, st.integers(0, 2**32), st.integers(0, 4))
