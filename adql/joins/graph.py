"""What a FROM joins: its relations, what is asked of each alone, and what makes a row of one that of another.

Read from the SQL that `relations` and `conditions` make. What is said here of fewer rows is always of rows that are in
no row of the result: a relation may do without them wherever the join does not keep rows without a partner.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeGuard

from sqlglot import exp

from adql.template import Node, SqlTemplate, relation
from schema.catalog import SOURCES
from schema.table import Table

JOIN = re.compile(r"\{0\} (|LEFT |RIGHT |FULL |CROSS )JOIN \{1\}(?: ON \{2\})?")
LISTED = re.compile(r"\{0\}(, \{\d+\})+")
AND = re.compile(r"\(\{0\}( AND \{\d+\})+\)")
EQUAL = "({0} = {1})"
WITHIN = "({0} IN ({1}))"
CONE = "gw.in_cone({0}, {1}, {2}, {3}, {4})"
NUMBER = re.compile(r"CAST\(([-+.e0-9]+) AS double precision\)")
CHANGING = re.compile(r"\brandom\(")
LARGEST_RADIUS = 0.5
"""Degrees: a cone around each place is cells by the hundred then (`sql/hub/cells.sql`)."""
SOME = {True: 1_000, False: 10_000}
"""Rows of a table of the hub, or of a source, of which nothing is known."""


@dataclass(eq=False, slots=True)
class JoinRelation:
    """A relation that is joined."""

    node: Node
    alias: str
    table: Table | None
    """None for a query."""
    own: list[Node] = field(default_factory=list)
    """What is asked of its rows alone: a row of which it is not true is in no row of the result."""

    @property
    def place(self) -> str:
        """The databases that it comes from; empty for the hub."""
        return " ".join(each for each in (self.table.databases if self.table else ()) if each in SOURCES)

    def once_more(self) -> list[Node]:
        """It in another FROM; of a union its branches, one by one, so that each does its work at its source."""
        if not (self.table and self.table.branches):
            return [self.node.copy()]
        names = [branch.table.qualified.partition(".") for branch in self.table.branches]
        return [relation(schema, name, self.alias) for schema, _, name in names]

    @property
    def rows(self) -> float:
        """About how many rows of it are asked for."""
        known = float((self.table.rows if self.table else 0) or SOME[not self.place])
        for each in self.own:
            known *= _share(each, self.table, known)
        return known


@dataclass(eq=False, slots=True)
class EqualEdge:
    """Columns of two relations that are equal."""

    ends: tuple[tuple[JoinRelation, Node], tuple[JoinRelation, Node]]
    may: frozenset[JoinRelation]
    """Those of the two that may do with fewer rows."""


@dataclass(eq=False, slots=True)
class NearEdge:
    """Places of two relations that are within a radius of each other."""

    node: SqlTemplate
    """The condition that says so."""
    ends: tuple[tuple[JoinRelation, tuple[Node, Node]], tuple[JoinRelation, tuple[Node, Node]]]
    """Right ascension and declination of each, ICRS degrees."""
    radius: float
    """In degrees."""
    may: frozenset[JoinRelation]


@dataclass(frozen=True, eq=False, slots=True)
class InQueryEdge:
    """A column that is one of a query's values."""

    node: SqlTemplate
    """The condition that says so."""
    part: JoinRelation


JoinEdge = EqualEdge | NearEdge


@dataclass(slots=True)
class JoinGraph:
    """A whole FROM with its WHERE."""

    parts: list[JoinRelation] = field(default_factory=list)
    ties: list[JoinEdge] = field(default_factory=list)
    within: list[InQueryEdge] = field(default_factory=list)


def read(select: exp.Select, tables: Mapping[str, Table]) -> JoinGraph:
    """Read a SELECT; `tables` by their names in the hub."""
    found = JoinGraph()
    kept = _from(select.args["from_"].this, found, tables)
    where = select.args.get("where")
    if where:
        _said(where.this, found, kept)
    return found


def _from(node: Node, found: JoinGraph, tables: Mapping[str, Table]) -> list[JoinRelation]:
    """Gather what is joined; the relations whose rows without a partner are not kept by anything so far."""
    if not isinstance(node, SqlTemplate):
        return [_part(node, found, tables)]
    sides = [_from(each, found, tables) for each in node.expressions[:2]]
    join = JOIN.fullmatch(node.this)
    if not join:
        rest = [_from(each, found, tables) for each in node.expressions[2:]]
        return [part for side in (*sides, *rest) for part in side]
    kind = join[1].strip()
    kept, reduced = _kept(kind, *sides)
    if len(node.expressions) == 3:
        _said(node.expressions[2], found, reduced)
    return kept


def _kept(
    kind: str, left: list[JoinRelation], right: list[JoinRelation]
) -> tuple[list[JoinRelation], list[JoinRelation]]:
    """Of the relations of both sides: those that must still have a partner, and those that ON may take rows from."""
    match kind:
        case "LEFT":
            return left, right
        case "RIGHT":
            return right, left
        case "FULL":
            return [], []
        case _:
            return left + right, left + right


def _part(node: Node, found: JoinGraph, tables: Mapping[str, Table]) -> JoinRelation:
    table = tables.get(f"{node.db}.{node.name}") if isinstance(node, exp.Table) else None
    part = JoinRelation(node, node.alias, table)
    found.parts.append(part)
    return part


def _said(condition: Node, found: JoinGraph, may: Sequence[JoinRelation]) -> None:
    """Note what a condition says of two relations, and of each that may do with fewer rows.

    Where a join has put NULL in the place of a row without a partner, IS NULL is no condition of the rows.
    """
    by_alias = {part.alias: part for part in found.parts}
    for each in conjuncts(condition):
        if _is_within(each):
            found.within += [InQueryEdge(each, part) for part in may if part.alias == each.expressions[0].table]
            continue
        named = aliases(each)
        if len(named) == 2 and named <= set(by_alias):
            tie = _tie(each, by_alias, frozenset(may))
            if tie and tie.may:
                found.ties.append(tie)
        elif len(named) == 1 and _repeatable(each):
            for part in may:
                if part.alias in named:
                    part.own.append(each)


def conjuncts(condition: Node) -> Iterator[Node]:
    """What must all be true for a condition to be."""
    if isinstance(condition, SqlTemplate) and AND.fullmatch(condition.this):
        for each in condition.expressions:
            yield from conjuncts(each)
    else:
        yield condition


def _tie(condition: Node, by_alias: Mapping[str, JoinRelation], may: frozenset[JoinRelation]) -> JoinEdge | None:
    if not isinstance(condition, SqlTemplate):
        return None
    if condition.this == EQUAL and all(isinstance(each, exp.Column) for each in condition.expressions):
        one, other = ((by_alias[each.table], each) for each in condition.expressions)
        return EqualEdge((one, other), may & {one[0], other[0]})
    if condition.this == CONE:
        return _near(condition, by_alias, may)
    return None


def _is_within(condition: Node) -> TypeGuard[SqlTemplate]:
    """Whether it is a column IN a query that looks at nothing outside of itself."""
    if not isinstance(condition, SqlTemplate) or condition.this != WITHIN:
        return False
    value, query = condition.expressions
    inside = {each.alias for each in query.find_all(exp.Table, exp.Subquery)}
    return isinstance(value, exp.Column) and isinstance(query, exp.Expression) and aliases(query) <= inside


def _near(
    condition: SqlTemplate, by_alias: Mapping[str, JoinRelation], may: frozenset[JoinRelation]
) -> NearEdge | None:
    ra, dec, ra0, dec0, radius = condition.expressions
    number = NUMBER.fullmatch(radius.this) if isinstance(radius, SqlTemplate) else None
    names = [aliases(*pair) for pair in ((ra, dec), (ra0, dec0))]
    if number is None or float(number[1]) > LARGEST_RADIUS or any(len(each) != 1 for each in names):
        return None
    one, other = (by_alias[each.pop()] for each in names)
    return NearEdge(condition, ((one, (ra, dec)), (other, (ra0, dec0))), float(number[1]), may & {one, other})


def aliases(*nodes: Node) -> set[str]:
    """The relations whose columns are in some pieces of SQL."""
    found: set[str] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, SqlTemplate):
            waiting += node.expressions
        elif isinstance(node, exp.Column):
            found.add(node.table)
        else:
            found |= {column.table for column in node.find_all(exp.Column)}
    return found


def _repeatable(condition: Node) -> bool:
    """Whether it costs little to ask once more, and says the same then."""
    pieces = [each for each in condition.walk() if isinstance(each, (SqlTemplate, exp.Select))]
    return not any(isinstance(each, exp.Select) or CHANGING.search(each.this) for each in pieces)


def _share(condition: Node, table: Table | None, rows: float) -> float:
    """About which part of the rows a condition leaves."""
    text = condition.this if isinstance(condition, SqlTemplate) else ""
    if text == CONE:
        return 0.001
    if text == EQUAL or " IN (" in text:
        keyed = table is not None and any(table.keyed(each.name) for each in condition.find_all(exp.Column))
        return min(1.0, (len(condition.expressions) - 1) * (1 / rows if keyed else 0.01))
    return 0.05 if "LIKE" in text else 0.3
