"""VODataService 1.1 as vo-models has it, and what that lacks: a column's xtype, and whether a standard defines it.

Each class narrows the list types of its base, which is sound for documents that are only written.
"""

from pydantic_xml import attr, element
from vo_models.vodataservice import models
from vo_models.vosi.tables.models import NSMAP, VOSITable, VOSITableSet


class DataType(models.DataType, tag="dataType"):
    """A type with its xtype."""

    extended_type: str | None = attr(name="extendedType", default=None)


class TableParam(models.TableParam, tag="column"):
    """A column that says whether a standard defines it."""

    std: bool | None = attr(name="std", default=None)
    datatype: DataType | None = element(tag="dataType", default=None)


class VodataTable(models.Table, tag="table", ns="", nsmap={"": ""}, skip_empty=True):
    """A table of `TableParam`."""

    column: list[TableParam] | None = element(tag="column", default_factory=list, ns="")  # type: ignore[assignment]


class TableSchema(models.TableSchema, tag="schema", ns="", nsmap={"": ""}, skip_empty=True):
    """A schema of `VodataTable`."""

    table: list[VodataTable] | None = element(tag="table", default_factory=list)  # type: ignore[assignment]


class TableSet(models.TableSet, tag="tableset", ns="", nsmap={"": ""}, skip_empty=True):
    """The tables of a record of the registry."""

    tableset_schema: list[TableSchema] = element(tag="schema")  # type: ignore[assignment]


class TableDocument(VOSITable, tag="table", ns="vosi", nsmap=NSMAP):
    """The document of one table."""

    column: list[TableParam] | None = element(tag="column", default_factory=list, ns="")  # type: ignore[assignment]


class TablesetDocument(VOSITableSet, tag="tableset", ns="vosi", nsmap=NSMAP):
    """The document of all tables."""

    tableset_schema: list[TableSchema] = element(tag="schema")  # type: ignore[assignment]
