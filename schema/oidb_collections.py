"""OiDB's collections: its XML documents (`modules/collection.xqm`), whose elements and attributes are columns here."""

from schema.column import Column
from schema.table import Table
from schema.types import ASCII, DATETIME, TEXT

COLLECTION_ID = Column(
    "collection_id",
    ASCII,
    "Collection: a UUID, a name of ours, or a VizieR catalogue",
    ucd="meta.id;meta.main",
    remote="id",
    key=True,
    principal=True,
    indexed=True,
)
OWNER = Column(
    "owner",
    TEXT,
    "Who made the record, by alias, and may change it and its granules; empty for administrators alone",
    ucd="meta.curation",
)

COLLECTION = Table(
    "oidb",
    "collection",
    "public.collection",
    "Collection",
    "collections",
    "Granules that belong together: an instrument's logs, a programme, an article",
    (
        COLLECTION_ID,
        Column("name", TEXT, "Short name", ucd="meta.title"),
        Column("title", TEXT, "Title", ucd="meta.title", principal=True),
        Column("description", TEXT, "What it holds", ucd="meta.note"),
        Column(
            "coltype",
            ASCII,
            "public, simulation, suv, pionier, eso, chara or VizieR: decides the embargo",
            ucd="meta.code.class",
        ),
        Column("article", ASCII, "Bibcode of the article", ucd="meta.bib.bibcode"),
        Column("keywords", TEXT, "Keywords", ucd="meta.note"),
        Column("datapi", TEXT, "Who is responsible", ucd="meta.curation;obs.observer"),
        Column("source", TEXT, "Where it comes from", ucd="meta.ref"),
        Column("release_date", DATETIME, "No granule becomes public before (UTC)", ucd="time.release"),
        Column("created", DATETIME, "Creation of the record (UTC)", ucd="time.creation"),
        Column("updated", DATETIME, "Last change of the record (UTC)", ucd="time.processing"),
        OWNER,
    ),
)
