"""Conditions of a statement as typed nodes: what the passes over joins (`adql.joins`) recognise by `isinstance`.

They are built where a condition of the query is typed (`adql.conditions`, `adql.cones`, `adql.relations`), and are
read by their named parts; how each is written in SQL is said once, by its `template`, and decides nothing else.

    WHERE g.obs_id IN ('a', 'b') AND g.t_min > 58000 AND g.id = i.id

is

    Conjunction([InList(g.obs_id, [$1, $2]), Inequality(g.t_min, >, 58000), Equality(g.id, i.id)])
"""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from adql.template import Node, SqlNode, SqlTemplate, fragment
from schema.operators import LONGEST_PATTERN
from schema.space import in_cone, on_sky

BACKSLASHES = r"replace({0}, '\', '\\')"
FEW_EQUAL = 0.01
"""Share of the rows that have one value in a column that is no key."""


class Predicate(SqlNode):
    """A condition."""

    share: ClassVar[float] = 0.3
    """Of the rows, how many it is expected to leave where nothing more is known."""

    def selectivity(self, rows: float, *, keyed: bool) -> float:  # noqa: ARG002 - of those that compare with values
        """About which share of a relation's rows it is true of.

        Parameters
        ----------
        rows
            How many rows the relation has.
        keyed
            Whether a column of the condition is the relation's key, of which no two rows have the same value.
        """
        return self.share


class Conjunction(Predicate):
    """All of several conditions."""

    arg_types: ClassVar = {"expressions": True}
    template = "({expressions})"
    separator = " AND "


class RadiusConjunction(Conjunction):
    """All of several conditions on circles whose radii are those of rows; `known` says where there are such radii.

    Where there are none it is false, so that an index can be used; where `exact`, it is NULL.
    """

    arg_types: ClassVar = {"expressions": True, "known": True, "exact": False}

    def write(self, parts: dict[str, Any]) -> str:
        """As a conjunction; where `exact`, of the rows with such radii."""
        known, conjunction = parts["known"], self.template.format(expressions=parts["expressions"])
        return f"(CASE WHEN {known} THEN {conjunction} END)" if parts.get("exact") else conjunction


class Disjunction(Predicate):
    """One of several conditions."""

    arg_types: ClassVar = {"expressions": True}
    template = "({expressions})"
    separator = " OR "


class Negation(Predicate):
    """A condition that is false."""

    arg_types: ClassVar = {"this": True}
    template = "(NOT {this})"


class Equality(Predicate):
    """Two values that are equal; between columns of two relations, what joins them."""

    arg_types: ClassVar = {"left": True, "right": True}
    template = "({left} = {right})"

    @property
    def sides(self) -> tuple[Node, Node]:
        """Both values."""
        return self.args["left"], self.args["right"]

    def selectivity(self, rows: float, *, keyed: bool) -> float:
        """One of the values that the column has."""
        return _of_values(1, rows, keyed=keyed)


class Inequality(Predicate):
    """Two values and `<>`, `<`, `<=`, `>` or `>=` between."""

    arg_types: ClassVar = {"left": True, "operator": True, "right": True}
    template = "({left} {operator} {right})"


class InRange(Predicate):
    """A value between two others, ends included."""

    arg_types: ClassVar = {"this": True, "negated": True, "low": True, "high": True}
    template = "({this} {negated}BETWEEN {low} AND {high})"


class InList(Predicate):
    """A value that is one of some values, of one too."""

    arg_types: ClassVar = {"this": True, "negated": True, "expressions": True}
    template = "({this} {negated}IN ({expressions}))"

    def selectivity(self, rows: float, *, keyed: bool) -> float:
        """As many of the values that the column has as there are in the list; the same where it is negated."""
        return _of_values(len(self.expressions), rows, keyed=keyed)


class InQuery(Predicate):
    """A value that is one of a query's; the query may be any: a SELECT, a union, one with TOP."""

    arg_types: ClassVar = {"this": True, "query": True}
    template = "({this} IN ({query}))"


class NotInQuery(Predicate):
    """A value that is none of a query's."""

    arg_types: ClassVar = {"this": True, "query": True}
    template = "({this} NOT IN ({query}))"


class InKeys(Predicate):
    """A value that is one of the keys that a named query has; true of all rows where these are more than `most`.

    Sent as an array, it reaches the value's source: postgres_fdw ships it with the keys as a parameter.
    """

    arg_types: ClassVar = {"this": True, "keys": True, "most": True}
    template = "({this} = ANY (ARRAY(SELECT key FROM {keys})) OR (SELECT count(*) > {most} FROM {keys}))"


class InKeysHere(InKeys):
    """The same of a table of the hub, which would compare each row with one key of an array after the other.

    The keys of a query are looked up in a table in memory. Made of an array, of which PostgreSQL expects few, they are
    so however many it expects of the named query.
    """

    template = "({this} IN (SELECT unnest(ARRAY(SELECT key FROM {keys}))) OR (SELECT count(*) > {most} FROM {keys}))"


class ExistsQuery(Predicate):
    """Whether a query has rows."""

    arg_types: ClassVar = {"query": True}
    template = "(EXISTS ({query}))"


class PatternMatch(Predicate):
    """LIKE, or ILIKE where case does not matter."""

    arg_types: ClassVar = {"this": True, "negated": True, "operator": True, "pattern": True}
    template = "({this} {negated}{operator} {pattern})"
    share = 0.05


class NullTest(Predicate):
    """IS NULL, or IS NOT NULL."""

    arg_types: ClassVar = {"this": True, "negated": True}
    template = "({this} IS {negated}NULL)"


class ConePredicate(Predicate):
    """A place in a cone around another one, all in ICRS degrees; `backend` is that of a source, None in the hub.

    `ranges` is SQL of its ranges of keys, None where they are not known. Of a place that is nowhere it is false, so
    that an index can be used; where `exact`, it is NULL.
    """

    arg_types: ClassVar = {
        "ra": True, "dec": True, "ra0": True, "dec0": True, "radius": True, "backend": False, "ranges": False,
        "exact": False,
    }  # fmt: skip
    template = "{cone}"
    share = 0.001

    def write(self, parts: dict[str, Any]) -> str:
        """As the hub's function, or as the source's spatial extension has it."""
        exact = parts.pop("exact", None)
        cone = self.template.format(cone=in_cone(parts.pop("backend", None), **parts))
        if not exact:
            return cone
        places = on_sky(ra=parts["ra"], dec=parts["dec"]), on_sky(ra=parts["ra0"], dec=parts["dec0"])
        return f"(CASE WHEN {places[0]} AND {places[1]} THEN {cone} END)"

    @property
    def places(self) -> tuple[tuple[Node, Node], tuple[Node, Node]]:
        """Right ascension and declination of both places."""
        return (self.args["ra"], self.args["dec"]), (self.args["ra0"], self.args["dec0"])


class RegionPredicate(Predicate):
    """A place of one row, or a circle of `radius` degrees around it, beside an area in the words of another's STC-S.

    `exact` is the condition on the two; it implies that the area's bounding circle, `radius` wider, holds the place.
    """

    arg_types: ClassVar = {"ra": True, "dec": True, "radius": True, "region": True, "exact": True}
    template = "{exact}"
    share = 0.001

    def write(self, parts: dict[str, Any]) -> str:
        """As the exact condition; the other parts are for `adql.joins`."""
        return self.template.format(exact=parts["exact"])


def all_of(conditions: Sequence[Node]) -> Node:
    """All of some conditions: of one, itself; of none, true."""
    if not conditions:
        return fragment("true")
    return conditions[0] if len(conditions) == 1 else Conjunction(expressions=list(conditions))


def any_of(conditions: Sequence[Node]) -> Node:
    """One of some conditions, of which there is at least one."""
    return conditions[0] if len(conditions) == 1 else Disjunction(expressions=list(conditions))


def negation(condition: Node) -> Negation:
    """A condition that is false, and not one that is unknown."""
    return Negation(this=exact(condition))


def exact(condition: Node) -> Node:
    """A condition that is NULL wherever it is unknown, not false: to be read as a value or negated.

    What is within queries of the condition is left: there it says which of their rows are kept.
    """
    copied = condition.copy()
    waiting: list[Any] = [copied]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ConePredicate, RadiusConjunction)):
            node.set("exact", True)
        if isinstance(node, (Conjunction, Disjunction, SqlTemplate)):
            waiting += node.expressions
        elif isinstance(node, Negation):
            waiting.append(node.this)
    return copied


def escaped(pattern: Node) -> Node:
    """A pattern of LIKE whose backslash stands for itself, as in ADQL; PostgreSQL's takes away the meaning of `%`.

    One that is longer than patterns may be is NULL: whether it matches is not known.
    """
    return fragment(f"(CASE WHEN length({{0}}) <= {LONGEST_PATTERN} THEN {BACKSLASHES} END)", pattern)


def conjuncts(condition: Node) -> Iterator[Node]:
    """The conditions that must all be true for a condition to be: `(a AND (b AND c))` is a, b and c."""
    if isinstance(condition, Conjunction):
        for member in condition.expressions:
            yield from conjuncts(member)
    else:
        yield condition


def _of_values(count: int, rows: float, *, keyed: bool) -> float:
    """The share of the rows that have one of so many values."""
    return min(1.0, count * (1 / rows if keyed else FEW_EQUAL))
