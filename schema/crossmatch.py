"""Cross-match: the tables that lists of positions are matched with, and the type of a match, which is never stored."""

from schema import jsdc, obsportal, oidb, spica
from schema.column import Column, Enumeration
from schema.table import Link, Table
from schema.types import DOUBLE, INT, LONG, SHORT

MATCHED = {
    0: ("JSDC_STAR", jsdc.STAR, "crossid.star_cell", "star_id"),
    1: ("OBSPORTAL_TARGET", obsportal.TARGET, "crossid.target_place", "key"),
    2: ("OIDB_GRANULE", oidb.GRANULE, "crossid.granule_place", "key"),
    3: ("SPICA_TARGET", spica.TARGET, "crossid.spica_place", "key"),
}
"""Code → name, table, the hub's table of its positions by cell, and the key there."""
MOVING = frozenset({jsdc.STAR})
"""Tables whose positions have proper motions, `pmra` (times cos δ) and `pmdec` in mas/yr; the others do not move."""
CELLED = {table: (places, key) for _, table, places, key in MATCHED.values()} | {
    jsdc.BADCAL: ("crossid.badcal_place", "key")
}
"""Table → the hub's table of its positions by cell, and the key there."""
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
