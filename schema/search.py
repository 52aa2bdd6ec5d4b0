"""Search as one types: what is searched, how well a name matches, and the type of a match, which is never stored."""

from schema import jsdc, obsportal, oidb, oidb_collections, spica
from schema.column import Column, Enumeration
from schema.table import Link, Table
from schema.types import ASCII, FLOAT, SHORT, TEXT

STAR, TARGET, PROGRAMME, COLLECTION, EXPOSURE = range(5)
"""Codes of `KINDS`."""
KINDS = Enumeration(
    "SearchKind",
    "What is searched by name",
    {
        STAR: ("STAR", "Stars of JSDC, by all their names"),
        TARGET: ("TARGET", "Targets of the Obs Portal, OiDB and SPICA-DB, by the names that observers gave them"),
        PROGRAMME: ("PROGRAMME", "Programmes of the observatories and of the survey, by number, code and title"),
        COLLECTION: ("COLLECTION", "Collections of OiDB, by identifier, name and title"),
        EXPOSURE: ("EXPOSURE", "Exposures of the Obs Portal, by identifier"),
    },
)
TEXTUAL = frozenset({PROGRAMME, COLLECTION, EXPOSURE})
"""Kinds whose keys are texts."""
EXACT, PREFIX, WORD, SIMILAR = range(4)
"""Codes of `RANKS`, the best first."""
RANKS = Enumeration(
    "SearchRank",
    "How well a name matches what was typed",
    {
        EXACT: ("EXACT", "It is that name, in one of its spellings"),
        PREFIX: ("PREFIX", "It begins so"),
        WORD: ("WORD", "A word of it begins so"),
        SIMILAR: (
            "SIMILAR",
            "It has many letters in common with it (trigrams); only names without digits are looked at",
        ),
    },
)
RANK = Column("rank", SHORT, "How well it matches", ucd="meta.code.qual", required=True, enumeration=RANKS)
MAGNITUDE = Column("magnitude", FLOAT, "Magnitude in V of a star, by which stars of a rank are sorted", "mag")
LABEL = Column("label", TEXT, "What to show: JSDC's name of a star, a title, a name", ucd="meta.title", required=True)
KIND = Column("kind", SHORT, "What it is", ucd="meta.code.class", required=True, enumeration=KINDS)
KEY = Column("key", TEXT, "Key of the row that it is", ucd="meta.id", required=True, key=True)
MATCHED = Column("matched", TEXT, "The name that matches", ucd="meta.id", required=True)
FOUND_IN = Column("source", ASCII, "The database that it is in, as `oidb`", ucd="meta.id", required=True)
MATCH = Table(
    "crossid",
    "search_match",
    "",
    "SearchMatch",
    "searchMatches",
    "Something that is called like what was typed",
    (KIND, LABEL, MATCHED, RANK, FOUND_IN, MAGNITUDE, KEY),
)
LINKED = {
    "star": (jsdc.STAR, "The star, or the star that a target is"),
    "target": (obsportal.TARGET, "The target, where it is one of the Obs Portal"),
    "granule": (oidb.GRANULE, "The first granule of that target, where it is one of OiDB"),
    "spicaTarget": (spica.TARGET, "The target, where it is one of SPICA-DB"),
    "program": (obsportal.PROGRAM, "The programme, where it is one of the Obs Portal"),
    "spicaProgram": (spica.PROGRAM, "The programme, where it is one of SPICA-DB"),
    "collection": (oidb_collections.COLLECTION, "The collection, where it is one"),
    "exposure": (obsportal.EXPOSURE, "The exposure, where it is one"),
}
"""Field of a match → the table that it leads to, and what it says."""
LINKS = tuple(
    Link(
        field, MATCH, table, Column(f"{field}_key", table.key.type, table.key.description), table.key, description=text
    )
    for field, (table, text) in LINKED.items()
)
KEYS = {link.field: link.from_column.sql for link in LINKS}
"""Field of `LINKED` → what its key is called in a match."""
FIELDS = {
    (STAR, "jsdc"): "star",
    (TARGET, "obsportal"): "target", (TARGET, "oidb"): "granule",
    (TARGET, "spica"): "spicaTarget", (PROGRAMME, "obsportal"): "program", (PROGRAMME, "spica"): "spicaProgram",
    (COLLECTION, "oidb"): "collection", (EXPOSURE, "obsportal"): "exposure",
}  # fmt: skip
"""Kind and database of a match → the field of `LINKED` that leads to it."""
