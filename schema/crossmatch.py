"""Cross-match: what is asked with a list of positions, and what one match is. Not kept anywhere."""

from enum import Enum

import strawberry

from schema import jsdc, obsportal, oidb, spica
from schema.input_types import enumeration_type
from schema.object_types import PageInfo, row_class
from schema.scalars import Json
from schema.table import Column, Enumeration, Link, Table
from schema.types import DOUBLE, INT, LONG, SHORT

MATCHED = {
    0: ("JSDC_STAR", jsdc.STAR, "crossid.star_cell", "star_id"),
    1: ("OBSPORTAL_TARGET", obsportal.TARGET, "crossid.target_place", "key"),
    2: ("OIDB_GRANULE", oidb.GRANULE, "crossid.granule_place", "key"),
    3: ("SPICA_TARGET", spica.TARGET, "crossid.spica_place", "key"),
}
"""Code → name, table, where the hub has its places by cell, and the key there."""
TABLES = Enumeration(
    "CrossmatchTable",
    "What positions can be matched with",
    {code: (name, table.description) for code, (name, table, *_) in MATCHED.items()},
)
POSITION = Column("position", INT, "Which of the positions asked for, from 0", ucd="meta.id", required=True)
TABLE = Column("table", SHORT, "Where the match is", ucd="meta.id;meta.table", required=True, enumeration=TABLES)
KEY = Column("key", LONG, "Key of the row that it is", ucd="meta.id", required=True, key=True)
SEPARATION = Column("separation", DOUBLE, "Distance", "arcsec", "pos.angDistance")
MATCH = Table(
    "crossid",
    "match",
    "",
    "CrossmatchMatch",
    "matches",
    "A row near one of the positions",
    (POSITION, TABLE, KEY, SEPARATION),
)
LINKS = tuple(
    Link(field, MATCH, MATCHED[code][1], MATCHED[code][1].key, MATCHED[code][1].key, description=description)
    for code, field, description in (
        (0, "star", "The star, where it is one"),
        (1, "target", "The target of the Obs Portal, where it is one"),
        (2, "granule", "The granule, where it is one"),
        (3, "spicaTarget", "The target of the survey, where it is one"),
    )
)


@strawberry.enum(description="Which matches of a position are told")
class CrossmatchMode(Enum):
    """The `mode` argument."""

    BEST = strawberry.enum_value("BEST", description="The nearest row of each table")
    ALL = strawberry.enum_value("ALL", description="Every row within the radius")


MatchTable = enumeration_type(TABLES)
Node = row_class(MATCH)


@strawberry.type(description="A match and its cursor")
class CrossmatchEdge:
    """One of a page."""

    cursor: str = strawberry.field(description="Where the match stands, for after")
    node: Node = strawberry.field(description="The match")  # type: ignore[valid-type]


@strawberry.type(description="A page of matches, in the order of positions, tables and separations")
class CrossmatchConnection:
    """What `crossmatch` answers."""

    nodes: list[Node] = strawberry.field(description="The matches of this page")  # type: ignore[valid-type]
    edges: list[CrossmatchEdge] = strawberry.field(description="The matches of this page, each with its cursor")
    page_info: PageInfo = strawberry.field(description="Where this page stands")
    total_count: int = strawberry.field(description="How many matches there are on all pages")
    unmatched_count: int = strawberry.field(description="How many positions have no match at all")
    unmatched: Json = strawberry.field(description="Which positions have no match at all: a list of numbers, from 0")
    rows: Json = strawberry.field(
        description="The matches of all pages, each as [position, table, separation, key], tables numbered as listed"
    )
