"""Pairs of places that are within a radius of each other, found by cells of a grid (`sql/hub/cells.sql`), in the hub.

The stars of JSDC have their cells in the hub already (`crossid.star_cell`): what is near them are keys for their
source. Of every other relation the places are fetched, each once. Pairs are a very little too many, and the condition
itself is asked of each once, however many rows are at its places.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from adql.joins.graph import JoinRelation, NearEdge
from adql.template import Node, column, made
from schema.crossmatch import MATCHED

STARS, KEPT, KEY = MATCHED[0][1:]
"""The table whose places the hub keeps, where, and what the key of a row is called there."""
MARGIN = 1e-6
"""Degrees by which a radius is wider here: pg_sphere takes 0.2 mas for nothing."""
CONES = "SELECT p.ra, p.dec, cell FROM ({{0}}) AS p CROSS JOIN LATERAL gw.cells(p.ra, p.dec, {radius}) AS cell"
APART = """k.dec BETWEEN c.dec - {radius} AND c.dec + {radius} AND power(sind((k.dec - c.dec) / 2), 2)
+ cosd(k.dec) * cosd(c.dec) * power(sind((k.ra - c.ra) / 2), 2) <= power(sind({radius} / 2), 2)"""
NEAR = """SELECT c.ra, c.dec, k.ra AS ra0, k.dec AS dec0 FROM {cones} AS c
JOIN (SELECT ra, dec, gw.cell(ra, dec) AS cell FROM ({{0}}) AS q) AS k ON k.cell = c.cell AND {apart}"""
# Looked up cell by cell: from its estimate PostgreSQL would rather read all stars. Where no star was ever read into the
# hub, their source is asked for each place.
NEAR_STARS = """SELECT c.ra, c.dec, s.key FROM {cones} AS c CROSS JOIN LATERAL (
SELECT {key} AS key FROM {kept} AS k WHERE gw.cell(k.ra, k.dec) = c.cell AND {apart} OFFSET 0) AS s
UNION SELECT c.ra, c.dec, s.key FROM {cones} AS c CROSS JOIN LATERAL (
SELECT k.{star.key.sql} AS key FROM {star.qualified} AS k
WHERE gw.in_cone(k.{star.position[0].sql}, k.{star.position[1].sql}, c.ra, c.dec, {radius}) OFFSET 0) AS s
WHERE NOT EXISTS (SELECT FROM crossid.seen WHERE source = '{star.source}')"""
KEYS = "SELECT {key} AS key FROM {pairs} GROUP BY 1"
OF_KEYS = "SELECT n.* FROM {pairs} AS n JOIN {keys} AS k ON k.key = n.key"
Ends = tuple[tuple[Node, str], ...]
"""Values of a relation, each with the column of the pairs that it equals."""
Values = Callable[[JoinRelation, Mapping[str, Node]], Node]
Named = Callable[[str, Node], str]


@dataclass(frozen=True, slots=True)
class Pairs:
    """A query of pairs, and how both relations are joined with it."""

    name: str
    through: JoinRelation
    """The relation that is joined with it at once."""
    inner: Ends
    other: JoinRelation
    outer: Ends
    tie: NearEdge

    def column(self, key: str) -> str:
        """What a column of the pairs is called among those of the relation."""
        return f"{self.name}_{key}"

    @property
    def exact(self) -> Node | None:
        """The condition itself, of a row and its pair; None where the pairs have no places of the other relation."""
        if len(self.outer) == 1:
            return None
        first = self.tie.ends[0][0] is self.other
        condition = self.tie.node.copy()
        for at, (_, key) in enumerate(self.outer, 0 if first else 2):
            condition.expressions[at].replace(column(self.name, key))
        return condition

    @property
    def chosen(self) -> bool:
        """Whether something is asked of the kept stars, of which the pairs know nothing yet."""
        return len(self.inner) == 1 and bool(self.through.own)

    def among(self, keys: str) -> str:
        """The pairs of the stars of these keys."""
        return OF_KEYS.format(pairs=self.name, keys=keys)


def paired(tie: NearEdge, here: JoinRelation, values: Values, named: Named) -> Pairs:
    """The pairs of a tie: cones around the places of `here`, unless those are the stars that the hub keeps."""
    around, among = tie.ends if tie.ends[0][0] is here else tie.ends[::-1]
    if _kept(*around) and not _kept(*among):
        around, among = among, around
    radius = repr(tie.radius + MARGIN)
    cones = named("n", made(CONES.format(radius=radius), _places(*around, values)))
    told = {"cones": cones, "radius": radius, "apart": APART.format(radius=radius)}
    ends: dict[JoinRelation, Ends] = {around[0]: _end(around[1], "ra", "dec")}
    if _kept(*among):
        name = named("n", made(NEAR_STARS.format(**told, kept=KEPT, key=KEY, star=STARS)))
        ends[among[0]] = ((_key(among[0]), "key"),)
    else:
        name = named("n", made(NEAR.format(**told), _places(*among, values)))
        ends[among[0]] = _end(among[1], "ra0", "dec0")
    through, other = (among[0], around[0]) if among[0] in tie.may else (around[0], among[0])
    return Pairs(name, through, ends[through], other, ends[other], tie)


def alike(ends: Sequence[tuple[Node, Node]]) -> Node:
    """Whether values are equal pair by pair; of places a sum first, of which PostgreSQL expects nothing either."""
    if len(ends) == 1:
        return made("{0} = {1}", *(each.copy() for each in ends[0]))
    nodes = [each.copy() for end in ends for each in end]
    return made("({0} + 1000 * {2} = {1} + 1000 * {3} AND CASE WHEN {0} = {1} AND {2} = {3} THEN true END)", *nodes)


def _end(place: tuple[Node, Node], ra: str, dec: str) -> Ends:
    return ((place[0], ra), (place[1], dec))


def _kept(part: JoinRelation, place: tuple[Node, Node]) -> bool:
    """Whether these are the places that the hub keeps."""
    position = [column.sql for column in STARS.position or ()]
    return part.table is STARS and [each.name if isinstance(each, exp.Column) else "" for each in place] == position


def _key(part: JoinRelation) -> Node:
    return exp.Column(this=exp.Identifier(this=STARS.key.sql), table=exp.Identifier(this=part.alias))


def _places(part: JoinRelation, place: tuple[Node, Node], values: Values) -> Node:
    return values(part, {"ra": place[0], "dec": place[1]})
