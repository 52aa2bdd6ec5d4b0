"""Pairs of places that are within a radius of each other, found in the hub by cells of a grid (`sql/hub/cells.sql`).

    FROM oidb.granule AS g JOIN jsdc.star AS s ON gw.in_cone(s.raj2000, s.dej2000, g.s_ra, g.s_dec, 0.0003)

is asked so that neither table is compared with the other row by row:

    n3   places of the granules, each once, with the cells that a cone around it touches
    n4   pairs (ra, dec, key): for each of these places the stars in its cells that are near enough
    k5   the keys of n4, sent to JSDC: only stars with one of them are fetched
    k6   the right ascensions of n4, sent to OiDB likewise
    FROM (granules AMONG k6) AS t1
    JOIN (stars AMONG k5 joined with n4 on the key, the cone itself asked of each pair) AS t2
    ON the granule's place equals that of the pair

The stars of JSDC have their cells in the hub already (`crossid.star_cell`): what is near them are keys for their
source. Of every other relation the places are fetched, each once, and pairs are pairs of places. Pairs are a very
little too many, and the cone itself is asked of each once, however many rows are at its places.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from adql.joins.graph import JoinRelation, NearEdge, RegionEdge
from adql.predicates import all_of
from adql.template import CteReference, Node, column, fragment
from schema.crossmatch import MATCHED

STARS, STAR_PLACES, STAR_KEY = MATCHED[0][1:]
"""The table whose places the hub keeps, where, and what the key of a row is called there."""
MARGIN = 1e-6
"""Degrees by which a radius is wider here: pg_sphere takes 0.2 mas for nothing."""
CONES = "SELECT p.ra, p.dec, cell FROM ({{0}}) AS p CROSS JOIN LATERAL gw.cells(p.ra, p.dec, {radius}) AS cell"
APART = """k.dec BETWEEN c.dec - {radius} AND c.dec + {radius} AND power(sind((k.dec - c.dec) / 2), 2)
+ cosd(k.dec) * cosd(c.dec) * power(sind((k.ra - c.ra) / 2), 2) <= power(sind({radius} / 2), 2)"""
NEAR = """SELECT c.ra, c.dec, k.ra AS ra0, k.dec AS dec0 FROM {{0}} AS c
JOIN (SELECT ra, dec, gw.cell(ra, dec) AS cell FROM ({{1}}) AS q) AS k ON k.cell = c.cell AND {apart}"""
# Looked up cell by cell: from its estimate PostgreSQL would rather read all stars. Where no star was ever read into the
# hub, their source is asked for each place.
NEAR_STARS = """SELECT c.ra, c.dec, s.key FROM {{0}} AS c CROSS JOIN LATERAL (
SELECT {key} AS key FROM {places} AS k WHERE gw.cell(k.ra, k.dec) = c.cell AND {apart} OFFSET 0) AS s
UNION SELECT c.ra, c.dec, s.key FROM {{0}} AS c CROSS JOIN LATERAL (
SELECT k.{star.key.sql} AS key FROM {star.qualified} AS k
WHERE gw.in_cone(k.{star.position[0].sql}, k.{star.position[1].sql}, c.ra, c.dec, {radius}) OFFSET 0) AS s
WHERE NOT EXISTS (SELECT FROM crossid.seen WHERE source = '{star.source}')"""
BOUNDS = """SELECT q.region, b.ra, b."dec", b.radius FROM ({{0}}) AS q
CROSS JOIN LATERAL gw.bounds(gw.region(q.region), {margin}) AS b"""
# Of each circle the source of the places is asked, which has an index on them.
IN_BOUNDS = """SELECT c.region, s.key FROM {0} AS c CROSS JOIN LATERAL (
SELECT {1} AS key FROM {2} WHERE gw.in_cone({3}, {4}, c.ra, c."dec", c.radius) AND {5} OFFSET 0) AS s GROUP BY 1, 2"""
KEYS = "SELECT {key} AS key FROM {{0}} GROUP BY 1"
OF_KEYS = "SELECT n.* FROM {0} AS n JOIN {1} AS k ON k.key = n.key"
Ends = tuple[tuple[Node, str], ...]
"""Values of a relation, each with the column of the pairs that it equals."""
Values = Callable[[JoinRelation, Mapping[str, Node]], Node]
"""A query of the values of a relation's rows, by name."""
NameQuery = Callable[[str, Node], CteReference]
"""Adds a query to WITH, under a name with this prefix."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """A query of pairs, and how both relations are joined with it."""

    query: CteReference
    through: JoinRelation
    """The relation that is joined with it at once."""
    inner: Ends
    other: JoinRelation
    outer: Ends
    edge: NearEdge | RegionEdge

    def column(self, key: str) -> str:
        """What a column of the pairs is called among those of the relation that is joined with them."""
        return f"{self.query.name}_{key}"

    @property
    def exact(self) -> Node | None:
        """The cone itself, of a row and its pair; None where the pairs have no places of the other relation."""
        if len(self.outer) == 1 or isinstance(self.edge, RegionEdge):
            return None
        names = ("ra", "dec") if self.edge.ends[0][0] is self.other else ("ra0", "dec0")
        cone = self.edge.node.copy()
        for name, (_, key) in zip(names, self.outer, strict=True):
            cone.set(name, column(self.query.name, key))
        return cone

    @property
    def selective(self) -> bool:
        """Whether the kept stars have filters, of which the pairs know nothing yet."""
        return len(self.inner) == 1 and bool(self.through.filters)

    def keys(self, key: str) -> Node:
        """One column of the pairs, each value once."""
        return fragment(KEYS.format(key=key), self.query.copy())

    def of_keys(self, keys: CteReference) -> Node:
        """The pairs of the stars of these keys."""
        return fragment(OF_KEYS, self.query.copy(), keys)


def find_pairs(edge: NearEdge, start: JoinRelation, values: Values, name_query: NameQuery) -> Pairs:
    """The pairs of an edge: cones around the places of `start`, unless those are the stars that the hub keeps."""
    around, among = edge.ends if edge.ends[0][0] is start else edge.ends[::-1]
    if _is_kept(*around) and not _is_kept(*among):
        around, among = among, around
    radius = repr(edge.radius + MARGIN)
    words = {"radius": radius, "apart": APART.format(radius=radius)}
    cones = name_query("n", fragment(CONES.format(radius=radius), _places(*around, values)))
    ends: dict[JoinRelation, Ends] = {around[0]: _ends(around[1], "ra", "dec")}
    if _is_kept(*among):
        text = NEAR_STARS.format(**words, places=STAR_PLACES, key=STAR_KEY, star=STARS)
        query = name_query("n", fragment(text, cones))
        ends[among[0]] = ((_key(among[0]), "key"),)
    else:
        query = name_query("n", fragment(NEAR.format(**words), cones, _places(*among, values)))
        ends[among[0]] = _ends(among[1], "ra0", "dec0")
    through, other = (among[0], around[0]) if among[0] in edge.reducible else (around[0], among[0])
    return Pairs(query, through, ends[through], other, ends[other], edge)


def find_region_pairs(edge: RegionEdge, values: Values, name_query: NameQuery) -> Pairs:
    """The pairs of areas and the rows with a place in the circle around one: each area is read once, not for each row.

    With areas that are all NULL there is no pair, and nothing is fetched of the other relation.
    """
    (placed, place), (worded, region) = edge.ends
    margin = repr(edge.radius + MARGIN)
    bounds = name_query("n", fragment(BOUNDS.format(margin=margin), values(worded, {"region": region})))
    key = _key(placed)
    filters = all_of([condition.copy() for condition in placed.filters])
    within = (key.copy(), placed.node.copy(), *(coordinate.copy() for coordinate in place), filters)
    query = name_query("n", fragment(IN_BOUNDS, bounds, *within))
    ends: dict[JoinRelation, Ends] = {placed: ((key, "key"),), worded: ((region, "region"),)}
    through, other = (placed, worded) if placed in edge.reducible else (worded, placed)
    return Pairs(query, through, ends[through], other, ends[other], edge)


def equal_pairwise(ends: Sequence[tuple[Node, Node]]) -> Node:
    """Whether values are equal pair by pair; of places a sum first, of which PostgreSQL expects nothing either."""
    if len(ends) == 1:
        return fragment("{0} = {1}", *(node.copy() for node in ends[0]))
    nodes = [node.copy() for end in ends for node in end]
    return fragment("({0} + 1000 * {2} = {1} + 1000 * {3} AND CASE WHEN {0} = {1} AND {2} = {3} THEN true END)", *nodes)


def _ends(place: tuple[Node, Node], ra: str, dec: str) -> Ends:
    return ((place[0], ra), (place[1], dec))


def _is_kept(relation: JoinRelation, place: tuple[Node, Node]) -> bool:
    """Whether these are the places that the hub keeps."""
    position = [coordinate.sql for coordinate in STARS.position or ()]
    names = [node.name if isinstance(node, exp.Column) else "" for node in place]
    return relation.table is STARS and names == position


def _key(relation: JoinRelation) -> Node:
    table = relation.table or STARS
    return exp.Column(this=exp.Identifier(this=table.key.sql), table=exp.Identifier(this=relation.alias))


def _places(relation: JoinRelation, place: tuple[Node, Node], values: Values) -> Node:
    return values(relation, {"ra": place[0], "dec": place[1]})
