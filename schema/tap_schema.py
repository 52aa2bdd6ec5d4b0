"""TAP_SCHEMA 1.1 (TAP 1.1 section 4): the tables that describe all tables, themselves among them.

They are declared like all others, so that ADQL finds their columns; GraphQL does not have them. `schema.tap_rows`
fills them.
"""

from schema.column import Column
from schema.table import Link, Source, Table
from schema.types import ASCII, INT, TEXT

NAME = "tap_schema"
SCHEMA_NAME = Column("schema_name", ASCII, "Schema, as queries name it", ucd="meta.id;meta.dataset", required=True)
TABLE_NAME = Column("table_name", ASCII, "Table, as queries name it", ucd="meta.id;meta.table", required=True)
KEY_ID = Column("key_id", ASCII, "Foreign key: where it starts, and the name of its link", ucd="meta.id", required=True)
DESCRIPTION = Column("description", TEXT, "What it is", ucd="meta.note", principal=True)
UTYPE = Column("utype", ASCII, "The same in a data model of the Virtual Observatory", ucd="meta.code")


def _key(column: Column) -> Column:
    return Column(
        column.name, column.type, column.description, ucd=column.ucd, key=True, required=True, principal=True,
        indexed=True,
    )  # fmt: skip


def _place(what: str) -> Column:
    return Column(f"{what}_index", INT, "Where it is to be shown among its like, from 1", ucd="meta.number")


def _flag(name: str, description: str) -> Column:
    return Column(name, INT, f"1 {description}, else 0", ucd="meta.code", required=True)


def _table(name: str, description: str, *columns: Column) -> Table:
    return Table(NAME, name, f"{NAME}.{name}", name, name, description, columns)


SCHEMAS = _table("schemas", "Schemas, each one database", _key(SCHEMA_NAME), UTYPE, DESCRIPTION, _place("schema"))
TABLES = _table(
    "tables", "Tables and views that may be asked",
    SCHEMA_NAME, _key(TABLE_NAME),
    Column("table_type", ASCII, "`table` or `view`", ucd="meta.code.class", required=True),
    UTYPE, DESCRIPTION, _place("table"),
)  # fmt: skip
COLUMNS = _table(
    "columns", "Columns of these tables",
    _key(TABLE_NAME),
    _key(Column("column_name", ASCII, "Column, in double quotes where queries must write it so", ucd="meta.id")),
    Column("datatype", ASCII, "VOTable's datatype", ucd="meta.code.class", required=True, principal=True),
    Column("arraysize", ASCII, "VOTable's arraysize", ucd="meta.code", principal=True),
    Column("xtype", ASCII, "VOTable's xtype", ucd="meta.code.class"),
    Column("size", INT, "Length, where it is fixed", ucd="meta.number"),
    DESCRIPTION, UTYPE,
    Column("unit", ASCII, "Unit, as VOUnits spells it", ucd="meta.unit", principal=True),
    Column("ucd", ASCII, "UCD1+", ucd="meta.ucd", principal=True),
    _flag("indexed", "if selecting and ordering by it is cheap"),
    _flag("principal", "if most readers want it"),
    _flag("std", "if a standard defines it"),
    _place("column"),
)  # fmt: skip
KEYS = _table(
    "keys", "Tables that can be joined",
    _key(KEY_ID),
    Column("from_table", ASCII, "Table that is joined", ucd="meta.id;meta.table", required=True, principal=True),
    Column("target_table", ASCII, "Table that this leads to", ucd="meta.id;meta.table", required=True, principal=True),
    DESCRIPTION, UTYPE,
)  # fmt: skip
KEY_COLUMNS = _table(
    "key_columns", "Columns that are equal in such a join",
    _key(KEY_ID),
    _key(Column("from_column", ASCII, "Column of the table that is joined", ucd="meta.id")),
    _key(Column("target_column", ASCII, "Column of the table that it is joined to", ucd="meta.id")),
)  # fmt: skip


def _link(field: str, start: tuple[Table, str], end: tuple[Table, str], description: str) -> Link:
    return Link(field, start[0], end[0], _of(*start), _of(*end), description=description)


def _of(table: Table, name: str) -> Column:
    return next(column for column in table.columns if column.name == name)


SOURCE = Source(
    NAME,
    "TAP_SCHEMA",
    "What may be asked here: schemas, tables, columns, and which of them join",
    (SCHEMAS, TABLES, COLUMNS, KEYS, KEY_COLUMNS),
    (
        _link("schema", (TABLES, "schema_name"), (SCHEMAS, "schema_name"), "The schema of a table"),
        _link("table", (COLUMNS, "table_name"), (TABLES, "table_name"), "The table of a column"),
        _link("from", (KEYS, "from_table"), (TABLES, "table_name"), "The table that is joined"),
        _link("target", (KEYS, "target_table"), (TABLES, "table_name"), "The table that it is joined to"),
        _link("key", (KEY_COLUMNS, "key_id"), (KEYS, "key_id"), "The key that a pair of columns belongs to"),
    ),
)
