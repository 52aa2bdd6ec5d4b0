"""Pairs of places of one table that are close to each other, all over the sky, found by sorting it once.

    FROM public.jsdc AS t1 JOIN public.jsdc AS t2 ON (cone of t1 and t2, of 10″) AND (t1.jsdc_id < t2.jsdc_id)

asks an index for a cone around every star, most of which have no company. Instead the table is cut into zones of
declination, and in each the places are sorted along it, so that who has company within the radius has it next to it:

    c3   rows that have another one next to them in their zone, of some thousand stars in a million
    n4   pairs (k1, k2) of keys of these that are near enough, once each way
    FROM (n4 joined with the stars of its k1) AS t1 JOIN public.jsdc AS t2 ON t2.jsdc_id = k2 AND (the cone itself)

A row so near the lower edge of its zone that it may have company below is in the zone below too, but two such rows are
no pair there: they are one in their own zone (`own`). A row just behind the meridian of 0° is at the other end of its
zone too, and two such rows are no pair there likewise (`once`). Along a zone (`x`) right ascension counts as it does
at that edge of the zone which is nearer to a pole, where it counts least: there, a cone reaches no farther than its
radius. Beyond 89° all of a zone is at one place.

All of it is sent to the source of the table; the statement is its own, not the hub's. It is for queries that ask
nothing else of either side, as a condition that leaves few rows is better answered by the index.
"""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from sqlglot import exp

from adql.clauses import cte, derived, with_materialized
from adql.joins.graph import JoinGraph, JoinRelation, NearEdge, qualifiers, read
from adql.joins.pairs import MARGIN
from adql.predicates import Inequality, all_of, conjuncts
from adql.template import Node, column, fragment, real
from schema.space import on_sky
from schema.spelling import column_name, relation_name
from schema.table import Table

MOST_RADIUS = 0.02
"""Degrees: of wider cones there are pairs by the million."""
LOWEST = 1 / 60
"""Degrees: the height of zones where the radius asks for no higher ones."""
TURN = "({1} - 360 * floor({1} / 360))"
THERE = on_sky(ra="{1}", dec="{2}")
ZONED = f"""SELECT {{0}} AS k, {{2}} AS d, {TURN} AS a, floor({{2}} * {{4}}) AS z, true AS own FROM {{3}} WHERE {THERE}
UNION ALL SELECT {{0}}, {{2}}, {TURN}, floor(({{2}} - {{5}}) * {{4}}), false FROM {{3}} WHERE {THERE}
AND floor(({{2}} - {{5}}) * {{4}}) < floor({{2}} * {{4}})"""  # noqa: S608 - of our own making
"""Places in their zones: key, right ascension, declination, relation, zones to a degree, radius, reach."""
COUNTS = "(CASE WHEN abs(z + 0.5) < 89 * {4} THEN cosd((abs(z + 0.5) + 0.5) / {4}) ELSE 0 END)"
"""How much right ascension counts along a zone."""
PLACED = f"""SELECT k, d, own, true AS once, 1000 * z + a * {COUNTS} AS x FROM ({ZONED}) AS r
UNION ALL SELECT k, d, own, false, 1000 * z + (a + 360) * {COUNTS} FROM ({ZONED}) AS r
WHERE a < 2 AND {COUNTS} > 0 AND a * {COUNTS} <= {{6}}"""  # noqa: S608 - of our own making
ACCOMPANIED = f"""SELECT k, d, own, once, x FROM (
SELECT *, lead(x) OVER w - x AS after, x - lag(x) OVER w AS before FROM ({PLACED}) AS p WINDOW w AS (ORDER BY x)) AS s
WHERE after <= {{6}} OR before <= {{6}}"""  # noqa: S608 - of our own making
PAIRS = """SELECT a.k AS k1, b.k AS k2 FROM {0} AS a JOIN {0} AS b ON floor(a.x / 1000) = floor(b.x / 1000)
AND a.x BETWEEN b.x - {2} AND b.x + {2} AND a.d BETWEEN b.d - {1} AND b.d + {1}
AND (a.own OR b.own) AND (a.once OR b.once) AND {3}"""
# By keys of an array: of pairs PostgreSQL expects so many that it would rather read the table.
JOINED = """SELECT {alias}.*, {pairs}.k2 AS {pairs}_k2 FROM {{0}} JOIN {{1}} ON {{2}} = {pairs}.k1
WHERE {{2}} = ANY (ARRAY(SELECT k1 FROM {pairs})) OFFSET 0"""
OTHER = "{{0}} = {alias}.{pairs}_k2"
UNINDEXED = "CASE WHEN {0} THEN true END"
Ends: TypeAlias = tuple[JoinRelation, JoinRelation]


def join_close(select: exp.Select, tables: Iterable[Table], alias: Callable[[str], str]) -> None:
    """Change a SELECT of a source that joins a table with itself by position, where it asks for nothing else.

    Parameters
    ----------
    select
        Changed in place: a relation of its FROM is replaced, and it gets a WITH.
    alias
        Gives a name with a prefix that nothing else in the statement has.
    """
    graph = read(select, {".".join(relation_name(table, direct=True)): table for table in tables})
    edges = [edge for edge in graph.edges if isinstance(edge, NearEdge)]
    conditions = _conditions(select)
    both = {relation.alias for relation in graph.relations}
    if not edges or not _is_self_join(graph, edges[0]) or any(qualifiers(one) != both for one in conditions):
        return
    edge = edges[0]
    ends = edge.ends[0][0], edge.ends[1][0]
    keyed = [one for one in conditions if _is_of_keys(one, ends)]
    if not any(isinstance(one, Inequality) for one in keyed):  # each place is close to itself
        return
    pairs, ctes = _pairs(edge, keyed, alias)
    one, other = ends
    joined = JOINED.format(alias=one.alias, pairs=pairs)
    one.node.replace(derived(fragment(joined, cte(pairs), one.node.copy(), _key(one)), one.alias))
    beside = fragment(OTHER.format(alias=one.alias, pairs=pairs), _key(other))
    for near in edges:
        conditions = [fragment(UNINDEXED, near.node.copy()), *([beside] if near is edge else [])]
        near.node.replace(all_of(conditions))
    with_materialized(select, ctes)


def _pairs(edge: NearEdge, keyed: list[Node], alias: Callable[[str], str]) -> tuple[str, list[tuple[str, Node]]]:
    """The name of the query of pairs, and what WITH needs for it."""
    (one, (ra, dec)), (other, _) = edge.ends
    radius = edge.radius + MARGIN
    zones, reach = 1 / max(LOWEST, 2 * radius), radius * 1.001
    places = fragment(ACCOMPANIED, _key(one), ra, dec, one.node.copy(), real(zones), real(radius), real(reach))
    among, pairs = alias("c"), alias("n")
    conditions = all_of([_of_pair(condition, one, other) for condition in keyed])
    return pairs, [(among, places), (pairs, fragment(PAIRS, cte(among), real(radius), real(reach), conditions))]


def _of_pair(condition: Node, one: JoinRelation, other: JoinRelation) -> Node:
    """A condition on the keys of both relations, of the keys of a pair."""
    names = {one.alias: fragment("a.k"), other.alias: fragment("b.k")}
    return condition.copy().transform(lambda node: names[node.table] if isinstance(node, exp.Column) else node)


def _is_self_join(graph: JoinGraph, edge: NearEdge) -> bool:
    """Whether two relations of one table are joined by the same columns of both, and by no other edge."""
    (one, place), (other, place_) = edge.ends
    columns = [*place, *place_]
    return (
        len(graph.relations) == 2
        and one.table is not None
        and one.table is other.table
        and edge.reducible == {one, other}
        and edge.radius <= MOST_RADIUS
        and all(isinstance(node, exp.Column) for node in columns)
        and [node.name for node in place] == [node.name for node in place_]
        and all(isinstance(found, NearEdge) for found in graph.edges)
        and any(own.key for own in one.table.columns)
    )


def _is_of_keys(condition: Node, ends: Ends) -> bool:
    """Whether a condition is of the keys of both relations alone."""
    keys = {(one.alias, _key(one).name) for one in ends}
    return {(found.table, found.name) for found in condition.find_all(exp.Column)} == keys


def _key(one: JoinRelation) -> exp.Column:
    assert one.table  # noqa: S101 - for mypy: it is a table's
    return column(one.alias, column_name(one.table.key, direct=True))


def _conditions(select: exp.Select) -> list[Node]:
    """The conditions that must all be true of each row of a query."""
    joins = [join.args["on"] for join in select.args["from_"].find_all(exp.Expression) if join.args.get("on")]
    where = select.args.get("where")
    return [one for condition in (*joins, *([where.this] if where else [])) for one in conjuncts(condition)]
