"""The document of `/tables` (VOSI 1.1 section 2.3): schemas, tables and columns as TAP_SCHEMA has them.

vo-models escapes descriptions when it is given them, and its writer does so again: they are set afterwards.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from vo_models.vodataservice.models import FKColumn, ForeignKey

from adapters.registry import vodataservice
from adapters.registry.documents import written
from adql.grammar.identifiers import delimited
from schema import tap_rows
from schema.table import Column, Link, Source, Table


def tableset(sources: Iterable[Source], *, columns: bool) -> bytes:
    """The document of all tables; without their columns for `detail=min`."""
    joins = _joins()
    schemas = [_schema(source, joins, columns=columns) for source in sources]
    return written(vodataservice.TablesetDocument(tableset_schema=schemas))


def table(declared: Table) -> bytes:
    """The document of one table."""
    made = vodataservice.TableDocument(**_table(declared, _joins(), columns=True))
    made.description = declared.description
    return written(made)


def _joins() -> Mapping[Table, list[Link]]:
    found: dict[Table, list[Link]] = {}
    for link in tap_rows.joins():
        found.setdefault(link.origin, []).append(link)
    return found


def _schema(source: Source, joins: Mapping[Table, list[Link]], *, columns: bool) -> vodataservice.TableSchema:
    tables = []
    for declared in source.tables:
        tables.append(vodataservice.VodataTable(**_table(declared, joins, columns=columns)))
        tables[-1].description = declared.description
    made = vodataservice.TableSchema(schema_name=delimited(source.name), title=source.title, table=tables)
    made.description = source.description
    return made


def _table(declared: Table, joins: Mapping[Table, list[Link]], *, columns: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "table_type": tap_rows.kind(declared),
        "table_name": tap_rows.named(declared, delimited),
        "utype": declared.utype or None,
    }
    if not columns:
        return told
    return told | {
        "column": [_column(declared, column) for column in declared.columns],
        "foreign_key": [_key(link) for link in joins.get(declared, [])],
    }


def _column(declared: Table, column: Column) -> vodataservice.TableParam:
    kind, flags = column.type, tap_rows.flags(declared, column)
    made = vodataservice.TableParam(
        column_name=delimited(column.name),
        unit=column.unit or None,
        ucd=column.ucd or None,
        utype=column.utype or None,
        datatype=vodataservice.DataType(value=kind.datatype, arraysize=kind.arraysize, extended_type=kind.xtype),
        flag=[name for name, holds in flags.items() if holds],
        std=bool(flags["std"]),
    )
    made.description = column.description
    return made


def _key(link: Link) -> ForeignKey:
    pair = FKColumn(from_column=delimited(link.from_column.name), target_column=delimited(link.to_column.name))
    return ForeignKey(
        target_table=tap_rows.named(link.target, delimited), fk_column=[pair], description=link.description or None
    )
