"""The document of `/tables` (VOSI 1.1 section 2.3): schemas, tables and columns as in TAP_SCHEMA.

vo-models escapes descriptions and titles given to its constructors, and its writer does so again: they are assigned
afterwards.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from vo_models.vodataservice.models import FKColumn, ForeignKey

from adapters.registry import vodataservice
from adapters.registry.documents import to_xml
from adql.grammar.identifiers import delimited
from schema import tap_rows
from schema.column import Column
from schema.table import Link, Source, Table


def tableset_document(sources: Iterable[Source], *, columns: bool) -> bytes:
    """Write the document of all tables; without their columns for `detail=min`."""
    joins = _joins()
    schemas = [_schema(source, joins, columns=columns) for source in sources]
    return to_xml(vodataservice.TablesetDocument(tableset_schema=schemas))


def tableset_element(source: Source) -> vodataservice.TableSet:
    """The tables of a source, as a record of the registry has them."""
    return vodataservice.TableSet(tableset_schema=[_schema(source, _joins(), columns=True)])


def table_document(declared: Table) -> bytes:
    """Write the document of one table."""
    document = vodataservice.TableDocument(**_table(declared, _joins(), columns=True))
    document.description = declared.description
    return to_xml(document)


@cache
def _joins() -> Mapping[Table, list[Link]]:
    by_origin: dict[Table, list[Link]] = {}
    for link in tap_rows.joins():
        by_origin.setdefault(link.origin, []).append(link)
    return by_origin


def _schema(source: Source, joins: Mapping[Table, list[Link]], *, columns: bool) -> vodataservice.TableSchema:
    tables = []
    for declared in source.tables:
        tables.append(vodataservice.VodataTable(**_table(declared, joins, columns=columns)))
        tables[-1].description = declared.description
    schema = vodataservice.TableSchema(schema_name=delimited(source.name), table=tables)
    schema.title, schema.description = source.title, source.description
    return schema


def _table(declared: Table, joins: Mapping[Table, list[Link]], *, columns: bool) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "table_type": tap_rows.tap_table_type(declared),
        "table_name": tap_rows.tap_table_name(declared, delimited),
        "utype": declared.utype or None,
    }
    if not columns:
        return attributes
    return attributes | {
        "column": [_column(declared, column) for column in declared.columns],
        "foreign_key": [_key(link) for link in joins.get(declared, [])],
    }


def _column(declared: Table, column: Column) -> vodataservice.TableParam:
    kind, flags = column.type, tap_rows.flags(declared, column)
    element = vodataservice.TableParam(
        column_name=delimited(column.name),
        unit=column.unit or None,
        ucd=column.ucd or None,
        utype=column.utype or None,
        datatype=vodataservice.DataType(value=kind.datatype, arraysize=kind.arraysize, extended_type=kind.xtype),
        flag=[name for name, holds in flags.items() if holds],
        std=bool(flags["std"]),
    )
    element.description = column.description
    return element


def _key(link: Link) -> ForeignKey:
    pair = FKColumn(from_column=delimited(link.from_column.name), target_column=delimited(link.to_column.name))
    return ForeignKey(
        target_table=tap_rows.tap_table_name(link.target, delimited),
        fk_column=[pair],
        description=link.description or None,
    )
