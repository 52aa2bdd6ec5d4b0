"""ADQL as its words say it, row by row in Python: slow, plain, and nothing in common with how it is compiled."""

import math
import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from adql import tree

Cells = dict[str, Any]
Row = dict[str, Cells]
"""Alias → column → value. What USING has merged is under the alias ``."""
Tables = dict[str, list[Cells]]


class Naive:
    """A query's answer from tables in memory."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    # Queries: rows as lists of (name, value)

    def query(self, node: tree.Query, outer: Sequence[Row] = (), named: Tables | None = None) -> list[Cells]:
        named = dict(named or {})
        for common in node.common:
            named[common.name.text] = self.query(common.query, outer, named)
        top = None
        if isinstance(node.body, tree.Select):
            rows, keys = self.select(node.body, node.order, outer, named)
            top = node.body.top
        else:
            rows = self.united(node.body, outer, named)
            keys = [[self.told(term, row) for term in node.order] for row in rows]
        if node.order:
            pairs = list(zip(keys, rows, strict=True))
            for at in reversed(range(len(node.order))):
                pairs.sort(key=lambda pair: rank(pair[0][at]), reverse=node.order[at].descending)
            rows = [row for _, row in pairs]
        rows = rows[node.offset or 0 :]
        return rows if top is None else rows[:top]

    def told(self, term: tree.Term, row: Cells) -> Any:
        return list(row.values())[term.value - 1] if isinstance(term.value, int) else row[term.value.parts[-1].text]  # type: ignore[union-attr]

    def united(self, node: Any, outer: Sequence[Row], named: Tables) -> list[Cells]:
        if isinstance(node, tree.Query):
            return self.query(node, outer, named)
        if isinstance(node, tree.Select):
            return self.select(node, (), outer, named)[0][: node.top]
        left, right = self.united(node.left, outer, named), self.united(node.right, outer, named)
        names = list(left[0]) if left else list(right[0]) if right else []
        one, other = (Counter(tuple(row.values()) for row in side) for side in (left, right))
        if not node.every:
            one, other = Counter(dict.fromkeys(one, 1)), Counter(dict.fromkeys(other, 1))
        match node.operator:
            case "UNION":
                both = one + other if node.every else one | other
            case "INTERSECT":
                both = one & other
            case _:
                both = one - other
        return [dict(zip(names, values, strict=True)) for values in both.elements()]

    def select(
        self, node: tree.Select, order: Sequence[tree.Term], outer: Sequence[Row], named: Tables
    ) -> tuple[list[Cells], list[list[Any]]]:
        rows: list[Row] = [{}]
        for source in node.source:
            rows = [{**row, **more} for row in rows for more in self.relation(source, outer, named)]
        here = [Place(self, (row, *outer), named) for row in rows]
        here = [place for place in here if node.where is None or place.holds(node.where)]
        if (
            node.group
            or node.having
            or any(isinstance(each, tree.Output) and aggregated(each.value) for each in node.outputs)
        ):
            here = list(self.grouped(node, here, outer, named))
            here = [place for place in here if node.having is None or place.holds(node.having)]
        made = [self.outputs(node, place) for place in here]
        keys = [[self.key(term, row, place) for term in order] for row, place in zip(made, here, strict=True)]
        if node.distinct:
            first = {tuple(row.values()): at for at, row in reversed(list(enumerate(made)))}
            made, keys = [made[at] for at in first.values()], [keys[at] for at in first.values()]
        return made, keys

    def grouped(self, node: tree.Select, here: "list[Place]", outer: Sequence[Row], named: Tables) -> "Iterator[Place]":
        groups: dict[tuple[Any, ...], list[Place]] = {}
        for place in here:
            groups.setdefault(tuple(place.value(key) for key in node.group), []).append(place)  # type: ignore[arg-type]
        if not node.group:
            groups = {(): here}
        for members in groups.values():
            yield Place(self, members[0].rows if members else ({}, *outer), named, members)

    def outputs(self, node: tree.Select, place: "Place") -> Cells:
        found: Cells = {}
        for number, each in enumerate(node.outputs):
            assert isinstance(each, tree.Output)
            found[each.alias.text if each.alias else f"n{number}"] = place.value(each.value)
        return found

    def key(self, term: tree.Term, row: Cells, place: "Place") -> Any:
        if isinstance(term.value, int):
            return list(row.values())[term.value - 1]
        if isinstance(term.value, tree.Name) and term.value.parts[-1].text in row:
            return row[term.value.parts[-1].text]
        return place.value(term.value)

    # Relations

    def relation(self, node: tree.Relation, outer: Sequence[Row], named: Tables) -> list[Row]:
        match node:
            case tree.TableName():
                name, whole = node.parts[-1].text, ".".join(part.text for part in node.parts)
                rows = named.get(name) or self.tables.get(whole) or self.tables.get(name, [])
                return [{(node.alias or node.parts[-1]).text: row} for row in rows]
            case tree.Derived():
                return [{node.alias.text: row} for row in self.query(node.query, outer, named)]
            case tree.Join():
                return self.join(node, outer, named)

    def join(self, node: tree.Join, outer: Sequence[Row], named: Tables) -> list[Row]:
        left, right = self.relation(node.left, outer, named), self.relation(node.right, outer, named)
        found: list[Row] = []
        met: set[int] = set()
        possible = candidates(node, right)
        for one in left:
            partners = [(at, other) for at, other in possible(one) if self.meets(node, one, other, outer, named)]
            met |= {at for at, _ in partners}
            found += [self.pair(node, one, other) for _, other in partners]
            if not partners and node.kind in (tree.JoinKind.LEFT, tree.JoinKind.FULL):
                found.append(self.pair(node, one, {}))
        if node.kind in (tree.JoinKind.RIGHT, tree.JoinKind.FULL):
            found += [self.pair(node, {}, other) for at, other in enumerate(right) if at not in met]
        return found

    def meets(self, node: tree.Join, one: Row, other: Row, outer: Sequence[Row], named: Tables) -> bool:
        if node.on is not None:
            return Place(self, ({**one, **other}, *outer), named).holds(node.on) is True
        return all(
            first is not None and first == second
            for first, second in ((only(one, name.text), only(other, name.text)) for name in node.using)
        )

    def pair(self, node: tree.Join, one: Row, other: Row) -> Row:
        merged = {
            name.text: next(
                (value for value in (only(one, name.text), only(other, name.text)) if value is not None), None
            )
            for name in node.using
        }
        return {**one, **other, **({"": merged} if merged else {})}


def candidates(node: tree.Join, right: list[Row]) -> Callable[[Row], list[tuple[int, Row]]]:
    """Of a row of the left side, rows of the right one that may meet it: all, or those with an equal value in ON."""
    everything = list(enumerate(right))
    on = node.on.left if isinstance(node.on, tree.And) else node.on
    if not (isinstance(on, tree.Comparison) and on.operator == "=" and right):
        return lambda _one: everything
    sides = [[part.text for part in side.parts] if isinstance(side, tree.Name) else [] for side in (on.left, on.right)]
    if [len(side) for side in sides] != [2, 2] or [side[0] in right[0] for side in sides] != [False, True]:
        return lambda _one: everything
    (alias, column), (other, other_column) = sides
    by_value: dict[Any, list[tuple[int, Row]]] = {}
    for at, row in everything:
        by_value.setdefault(row.get(other, {}).get(other_column), []).append((at, row))
    return lambda one: by_value.get(one[alias].get(column), []) if alias in one else everything


def only(row: Row, column: str) -> Any:
    return next((cells[column] for cells in row.values() if column in cells), None)


def rank(value: Any) -> tuple[bool, Any]:
    """NULL after everything, as PostgreSQL has it, and so first where the order is turned."""
    return (value is None, 0 if value is None else value)


def aggregated(node: Any) -> bool:
    if isinstance(node, tree.Call) and node.function in AGGREGATES:
        return True
    if isinstance(node, tuple):
        return any(map(aggregated, node))
    if hasattr(node, "__slots__") and not isinstance(node, (tree.Query, tree.Name, tree.Identifier)):
        return any(aggregated(getattr(node, name)) for name in node.__slots__)
    return False


AGGREGATES: dict[str, Callable[[list[Any]], Any]] = {
    "COUNT": len,
    "SUM": lambda values: sum(values) if values else None,
    "MIN": lambda values: min(values, default=None),
    "MAX": lambda values: max(values, default=None),
    "AVG": lambda values: sum(values) / len(values) if values else None,
    "STDDEV": lambda values: statistics.stdev(values) if values[1:] else None,
    "MEDIAN": lambda values: statistics.median(values) if values else None,
}
OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "/": lambda x, y: int(x / y) if isinstance(x, int) and isinstance(y, int) else x / y,
    "||": lambda x, y: x + y,
    "&": lambda x, y: x & y,
    "|": lambda x, y: x | y,
    "^": lambda x, y: x ^ y,
    "=": lambda x, y: x == y,
    "<>": lambda x, y: x != y,
    "<": lambda x, y: x < y,
    "<=": lambda x, y: x <= y,
    ">": lambda x, y: x > y,
    ">=": lambda x, y: x >= y,
}


def distance(ra: float, dec: float, ra0: float, dec0: float) -> float | None:
    """Degrees between two places; None where one is none."""
    if any(map(math.isnan, (ra, dec, ra0, dec0))):
        return None
    ra, dec, ra0, dec0 = map(math.radians, (ra, dec, ra0, dec0))
    half = math.sin((dec - dec0) / 2) ** 2 + math.cos(dec) * math.cos(dec0) * math.sin((ra - ra0) / 2) ** 2
    return math.degrees(2 * math.asin(math.sqrt(min(1.0, half))))


def inside(point: tuple[float, float], circle: tuple[float, float, float]) -> int | None:
    """Whether a place is in a circle, as CONTAINS tells it."""
    found = distance(*point, *circle[:2])
    return None if found is None else int(found <= circle[2])


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "DISTANCE": distance,
    "POINT": lambda ra, dec: (ra, dec),
    "CIRCLE": lambda ra, dec, radius: (ra, dec, radius),
    "CONTAINS": inside,
    "ABS": abs,
    "FLOOR": lambda x: float(math.floor(x)),
    "CEILING": lambda x: float(math.ceil(x)),
    "ROUND": lambda x, n=0: float(Decimal(str(x)).quantize(Decimal(1).scaleb(-int(n)), ROUND_HALF_UP)),
    "TRUNCATE": lambda x: float(math.trunc(x)),
    "MOD": lambda x, y: int(math.fmod(x, y)) if isinstance(x, int) and isinstance(y, int) else math.fmod(x, y),
    "POWER": lambda x, y: float(x) ** y,
    "LOWER": str.lower,
    "UPPER": str.upper,
}


class Place:
    """Where values stand: the row, those of the queries around, and the rows of the group if there is one."""

    def __init__(self, naive: Naive, rows: Sequence[Row], named: Tables, members: "list[Place] | None" = None) -> None:
        self.naive, self.rows, self.named, self.members = naive, rows, named, members

    def value(self, node: Any) -> Any:  # noqa: PLR0911
        match node:
            case tree.Name():
                return self.named_value([part.text for part in node.parts])
            case tree.Number():
                return int(node.text) if node.text.isdigit() else float(node.text)
            case tree.StringLiteral():
                return node.value
            case tree.Null():
                return None
            case tree.Signed():
                operand = self.value(node.operand)
                return None if operand is None else {"-": -operand, "+": operand}[node.sign]
            case tree.Operation():
                return self.strict(OPERATORS[node.operator], node.left, node.right)
            case tree.Call():
                return self.call(node)
            case tree.Case():
                return self.case(node)
            case tree.ScalarSubquery():
                rows = self.naive.query(node.query, self.rows, self.named)
                assert len(rows) <= 1
                return next(iter(rows[0].values())) if rows else None
        raise TypeError(node)

    def named_value(self, parts: list[str]) -> Any:
        for row in self.rows:
            if len(parts) == 2 and parts[0] in row:
                return row[parts[0]].get(parts[1])
            if len(parts) == 1:
                for cells in [row[""]] if "" in row and parts[0] in row[""] else row.values():
                    if parts[0] in cells:
                        return cells[parts[0]]
        return None

    def strict(self, function: Callable[..., Any], *nodes: Any) -> Any:
        values = [self.value(each) for each in nodes]
        return None if None in values else function(*values)

    def call(self, node: tree.Call) -> Any:
        if node.function in AGGREGATES and self.members is not None:
            [argument] = node.arguments
            if isinstance(argument, tree.AllColumns):
                return len(self.members)
            values = [value for value in (member.value(argument) for member in self.members) if value is not None]
            return AGGREGATES[node.function](list(dict.fromkeys(values)) if node.distinct else values)
        if node.function == "COALESCE":
            return next((value for value in map(self.value, node.arguments) if value is not None), None)
        return self.strict(FUNCTIONS[node.function], *node.arguments)

    def case(self, node: tree.Case) -> Any:
        for when, then in node.branches:
            met = self.holds(when) if node.operand is None else self.strict(OPERATORS["="], node.operand, when)
            if met:
                return self.value(then)
        return None if node.otherwise is None else self.value(node.otherwise)

    def holds(self, node: Any) -> bool | None:  # noqa: PLR0911
        match node:
            case tree.Comparison():
                return self.strict(OPERATORS[node.operator], node.left, node.right)
            case tree.Between():
                inside = conjunction(
                    self.strict(OPERATORS[">="], node.value, node.low),
                    self.strict(OPERATORS["<="], node.value, node.high),
                )
                return negation(inside) if node.negated else inside
            case tree.In():
                return self.among(node)
            case tree.Like():
                met = self.strict(
                    lambda value, pattern: like(value, pattern, insensitive=node.insensitive), node.value, node.pattern
                )
                return negation(met) if node.negated else met
            case tree.IsNull():
                return (self.value(node.value) is None) != node.negated
            case tree.Exists():
                return bool(self.naive.query(node.query, self.rows, self.named))
            case tree.Not():
                return negation(self.holds(node.condition))
            case tree.And():
                return conjunction(self.holds(node.left), self.holds(node.right))
            case tree.Or():
                return negation(conjunction(negation(self.holds(node.left)), negation(self.holds(node.right))))
        raise TypeError(node)

    def among(self, node: tree.In) -> bool | None:
        if isinstance(node.choices, tuple):
            choices = [self.value(each) for each in node.choices]
        else:
            choices = [next(iter(row.values())) for row in self.naive.query(node.choices, self.rows, self.named)]
        value = self.value(node.value)
        if not choices:
            found: bool | None = False
        elif value is None:
            found = None
        else:
            found = True if value in choices else None if None in choices else False
        return negation(found) if node.negated else found


def conjunction(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def negation(condition: bool | None) -> bool | None:
    return None if condition is None else not condition


def like(value: str, pattern: str, *, insensitive: bool) -> bool:
    if insensitive:
        value, pattern = value.lower(), pattern.lower()
    if not pattern:
        return not value
    if pattern[0] == "%":
        return any(like(value[at:], pattern[1:], insensitive=False) for at in range(len(value) + 1))
    return bool(value) and pattern[0] in ("_", value[0]) and like(value[1:], pattern[1:], insensitive=False)
