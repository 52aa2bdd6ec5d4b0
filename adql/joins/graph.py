"""What a FROM joins: its relations, the conditions of each alone, and the edges that tie one to another.

    FROM jsdc.star AS t1 JOIN crossid.granule AS t2 ON (t2.star_id = t1.jsdc_id)
    WHERE ((t1.vmag < 3) AND (t2.method = 1))

is the graph of

    relations  t1 with the filter (t1.vmag < 3), t2 with the filter (t2.method = 1)
    edges      EqualEdge(t2.star_id, t1.jsdc_id), both ends reducible

A relation is reducible where its rows without a partner are in no row of the result: either end of an inner join, only
the right one of a LEFT JOIN. Filters are noted for reducible relations alone: a join may put NULL in the place of a row
without a partner, and a condition of such a row (`t2.id IS NULL`) is none of the relation's rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from adql.clauses import CommaList, FullJoin, JoinClause, LeftJoin, NestedJoin, RightJoin, hub_relation
from adql.predicates import ConePredicate, Equality, InQuery, NullTest, Predicate, RegionPredicate, conjuncts
from adql.template import CteReference, Node, RealLiteral, VolatileCall
from schema.catalog import SOURCES
from schema.table import Table

RELATIONS = (exp.Table, exp.Subquery)
"""Nodes that have an alias by which columns are qualified."""
LARGEST_RADIUS = 0.5
"""Degrees: around each place, a wider cone is cells by the hundred (`sql/hub/cells.sql`)."""
UNKNOWN_ROWS = {True: 1_000, False: 10_000}
"""Rows of a table of the hub (True), or of a source, of which nothing is known."""


@dataclass(eq=False, slots=True)
class JoinRelation:
    """A relation that a FROM joins."""

    node: Node
    """What stands in the FROM; replaced as passes go on."""
    alias: str
    table: Table | None
    """None for a query."""
    filters: list[Node] = field(default_factory=list)
    """Conditions of its rows alone: a row of which one is not true is in no row of the result."""

    @property
    def location(self) -> str:
        """The databases that its rows come from, spaces between; empty for the hub."""
        databases = self.table.databases if self.table else ()
        return " ".join(database for database in databases if database in SOURCES)

    @property
    def varies(self) -> bool:
        """Whether it has other rows each time that it is asked, so that nothing is to ask it once more."""
        return self.node.find(VolatileCall) is not None

    def put(self, node: Node) -> None:
        """Put another node in its place in the FROM."""
        self.node.replace(node)
        self.node = node

    def copies(self) -> list[Node]:
        """The relation for another FROM; of a union its branches, one by one, so that each source does its own work."""
        if not (self.table and self.table.branches):
            return [self.node.copy()]
        return [hub_relation(branch.table, self.alias) for branch in self.table.branches]

    @property
    def expected_rows(self) -> float:
        """About how many rows its filters leave."""
        rows = float((self.table.rows if self.table else 0) or UNKNOWN_ROWS[not self.location])
        for condition in self.filters:
            rows *= _selectivity(condition, self.table, rows)
        return rows


@dataclass(eq=False, slots=True)
class EqualEdge:
    """A column of one relation equals a column of another."""

    ends: tuple[tuple[JoinRelation, Node], tuple[JoinRelation, Node]]
    reducible: frozenset[JoinRelation]


@dataclass(eq=False, slots=True)
class NearEdge:
    """A place of one relation is within a radius of a place of another."""

    node: ConePredicate
    ends: tuple[tuple[JoinRelation, tuple[Node, Node]], tuple[JoinRelation, tuple[Node, Node]]]
    """Each relation with right ascension and declination, ICRS degrees."""
    radius: float
    """In degrees."""
    reducible: frozenset[JoinRelation]


@dataclass(eq=False, slots=True)
class RegionEdge:
    """A place of one relation is in, or near, the area in the words of another relation's STC-S."""

    node: RegionPredicate
    ends: tuple[tuple[JoinRelation, tuple[Node, Node]], tuple[JoinRelation, Node]]
    """The relation with the places, which are ICRS degrees, and the one with the areas."""
    radius: float
    """How far from an area a place may be, in degrees."""
    reducible: frozenset[JoinRelation]


@dataclass(frozen=True, eq=False, slots=True)
class InQueryEdge:
    """A column of a relation is one of a query's values; the query looks at nothing outside of itself."""

    node: InQuery
    relation: JoinRelation


JoinEdge = EqualEdge | NearEdge | RegionEdge


@dataclass(slots=True)
class JoinGraph:
    """A whole FROM with its WHERE."""

    relations: list[JoinRelation] = field(default_factory=list)
    edges: list[JoinEdge] = field(default_factory=list)
    in_queries: list[InQueryEdge] = field(default_factory=list)


def read(select: exp.Select, tables: Mapping[str, Table]) -> JoinGraph:
    """Read the FROM and WHERE of a SELECT of the hub.

    Parameters
    ----------
    tables
        Declarations by name in the hub, as `jsdc.star`: a relation that is none of these is taken for a query.
    """
    graph = JoinGraph()
    kept = _read_from(select.args["from_"].this, graph, tables)
    where = select.args.get("where")
    if where:
        _read_condition(where.this, graph, kept)
    return graph


def _read_from(node: Node, graph: JoinGraph, tables: Mapping[str, Table]) -> list[JoinRelation]:
    """Gather what is joined; the relations whose rows without a partner nothing has kept so far."""
    match node:
        case CommaList():
            return [kept for member in node.expressions for kept in _read_from(member, graph, tables)]
        case NestedJoin():
            return _read_from(node.this, graph, tables)
        case JoinClause():
            left, right = (_read_from(node.args[side], graph, tables) for side in ("left", "right"))
            kept, reducible = _reducible(node, left, right)
            if node.args.get("on"):
                _read_condition(node.args["on"], graph, reducible)
            return kept
        case _:
            table = tables.get(f"{node.db}.{node.name}") if isinstance(node, exp.Table) else None
            graph.relations.append(JoinRelation(node, node.alias, table))
            return [] if graph.relations[-1].varies else graph.relations[-1:]


def _reducible(
    join: JoinClause, left: list[JoinRelation], right: list[JoinRelation]
) -> tuple[list[JoinRelation], list[JoinRelation]]:
    """Of both sides: relations whose rows must still have a partner, and those that ON may take rows from."""
    match join:
        case LeftJoin():
            return left, right
        case RightJoin():
            return right, left
        case FullJoin():
            return [], []
        case _:
            return left + right, left + right


def _read_condition(condition: Node, graph: JoinGraph, reducible: Sequence[JoinRelation]) -> None:
    """Note what a condition says of two relations, and of each reducible one alone."""
    by_alias = {relation.alias: relation for relation in graph.relations}
    for conjunct in conjuncts(condition):
        if isinstance(conjunct, InQuery) and _is_closed(conjunct):
            aliases = qualifiers(conjunct.this)
            graph.in_queries += [InQueryEdge(conjunct, one) for one in reducible if one.alias in aliases]
            continue
        named = qualifiers(conjunct)
        if len(named) == 2 and named <= set(by_alias) and not any(by_alias[alias].varies for alias in named):
            edge = _edge(conjunct, by_alias, frozenset(reducible))
            if edge and edge.reducible:
                graph.edges.append(edge)
        elif len(named) == 1 and repeatable(conjunct):
            for one in reducible:
                if one.alias in named:
                    one.filters.append(conjunct)


def _edge(condition: Node, by_alias: Mapping[str, JoinRelation], reducible: frozenset[JoinRelation]) -> JoinEdge | None:
    if isinstance(condition, ConePredicate):
        return _near_edge(condition, by_alias, reducible)
    if isinstance(condition, RegionPredicate):
        return _region_edge(condition, by_alias, reducible)
    if not isinstance(condition, Equality):
        return None
    columns = [side for side in condition.sides if isinstance(side, exp.Column)]
    if len(columns) != 2:
        return None
    one, other = ((by_alias[column.table], column) for column in columns)
    return EqualEdge((one, other), reducible & {one[0], other[0]})


def _is_closed(condition: InQuery) -> bool:
    """Whether it is a column IN a query that looks at nothing outside of itself."""
    query = condition.args["query"]
    inside = {relation.alias for relation in query.find_all(*RELATIONS)}
    return isinstance(condition.this, exp.Column) and qualifiers(query) <= inside and not query.find(VolatileCall)


def _near_edge(
    cone: ConePredicate, by_alias: Mapping[str, JoinRelation], reducible: frozenset[JoinRelation]
) -> NearEdge | None:
    """The edge of a cone between two relations; None where its radius is large, or not known before the rows are."""
    radius, named = cone.args["radius"], [qualifiers(*place) for place in cone.places]
    if (
        not isinstance(radius, RealLiteral)
        or radius.value > LARGEST_RADIUS
        or any(len(aliases) != 1 for aliases in named)
    ):
        return None
    one, other = (by_alias[aliases.pop()] for aliases in named)
    places = cone.places
    return NearEdge(cone, ((one, places[0]), (other, places[1])), radius.value, reducible & {one, other})


def _region_edge(
    condition: RegionPredicate, by_alias: Mapping[str, JoinRelation], reducible: frozenset[JoinRelation]
) -> RegionEdge | None:
    """The edge of a place and an area; None where the radius is not known before the rows, or the places have no key.

    Areas that are NULL are left out where their relation is reducible.
    """
    ra, dec, radius, region = (condition.args[name] for name in ("ra", "dec", "radius", "region"))
    places, areas = qualifiers(ra, dec), qualifiers(region)
    if not isinstance(radius, RealLiteral) or len(places) != 1 or len(areas) != 1 or places == areas:
        return None
    placed, worded = by_alias[places.pop()], by_alias[areas.pop()]
    if placed.table is None or not any(column.key for column in placed.table.columns):
        return None
    if worded in reducible:
        worded.filters.append(NullTest(this=region.copy(), negated=True))
    return RegionEdge(condition, ((placed, (ra, dec)), (worded, region)), radius.value, reducible & {placed, worded})


def qualifiers(*nodes: Node) -> set[str]:
    """The aliases that qualify columns in some nodes, the nodes of queries inside them too."""
    return {column.table for node in nodes for column in node.find_all(exp.Column)}


def references(nodes: Iterable[Node]) -> set[str]:
    """The names of the queries of WITH that some nodes ask."""
    return {reference.name for node in nodes for reference in node.find_all(CteReference)}


def repeatable(condition: Node) -> bool:
    """Whether it costs little to ask once more, and says the same then."""
    return condition.find(exp.Select, VolatileCall) is None


def _selectivity(condition: Node, table: Table | None, rows: float) -> float:
    """About which share of a relation's rows a condition leaves."""
    keyed = table is not None and any(table.keyed(column.name) for column in condition.find_all(exp.Column))
    return condition.selectivity(rows, keyed=keyed) if isinstance(condition, Predicate) else Predicate.share
