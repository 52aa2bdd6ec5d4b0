"""The record of changes of SPICA-DB, as its triggers write it and a view of it shows it (`sql/sources/history.sql`)."""

from schema.column import Column
from schema.table import Table
from schema.types import ASCII, INSTANT, INT, JSON, LONG, TEXT

CHANGE_ROW = Column("row_key", ASCII, "Key of the row, as text", ucd="meta.id")
CHANGE_TARGET = Column("changed_target", LONG, "The target that the row is, or is of", ucd="meta.id", indexed=True)
CHANGE_ENTRY = Column("changed_entry", LONG, "The target in a programme that was changed", ucd="meta.id", indexed=True)
CHANGE_RUN = Column("changed_run", INSTANT, "Start of the run that was changed", ucd="time.start;obs", indexed=True)
CHANGE_TABLE = Column("table_name", ASCII, "The table, as `spica.target`", ucd="meta.id;meta.table", required=True)
CHANGE_COLUMN = Column("column_name", ASCII, "The column", ucd="meta.id", required=True)
CHANGE_TIME = Column("changed_at", INSTANT, "When it was changed", ucd="time.processing", principal=True, required=True)
CHANGE_OLD = Column("old_value", JSON, "What it was before; null in a row that is new", ucd="meta.note", principal=True)
CHANGE_NEW = Column("new_value", JSON, "What it is since", ucd="meta.note", principal=True)
CHANGE_VERSION = Column("row_version", INT, "Version of the row since then", ucd="meta.version", required=True)
CHANGE = Table(
    "spica",
    "change",
    "gw.spica_change",
    "SpicaChange",
    "spicaChanges",
    "A change of one column of one row, as a trigger of SPICA-DB recorded it",
    (
        Column(
            "change_id", LONG, "Change, in the order in which they were made", ucd="meta.id", key=True, indexed=True
        ),
        CHANGE_TIME,
        Column(
            "changed_by",
            TEXT,
            "Who made it, by the name that principal investigators go by",
            ucd="meta.curation",
            principal=True,
        ),
        Column("door", ASCII, "Through which door of the gateway", ucd="meta.id"),
        CHANGE_TABLE,
        CHANGE_ROW,
        CHANGE_TARGET,
        CHANGE_ENTRY,
        CHANGE_RUN,
        CHANGE_COLUMN,
        CHANGE_OLD,
        CHANGE_NEW,
        CHANGE_VERSION,
    ),
    view=True,
    grows=True,
)
