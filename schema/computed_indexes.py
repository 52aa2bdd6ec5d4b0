"""B-tree indexes at a source on columns that the hub's views compute of one row of it, so that conditions find few."""

from schema.column import ColumnSql
from schema.observations import OIDB

INDEXED = ("s_resolution", "uv_distance_max")
"""Columns of ObsCore and its extension that people choose by."""


def computed_indexes() -> str:
    """DDL for OiDB's owner: the expressions are those that statements have, to the letter, and change with them."""
    assert OIDB.definition is not None  # noqa: S101 - for mypy: it is a branch
    base = OIDB.definition.base
    by_name = {column.sql: value for column, value in OIDB.definition.values.items()}
    return "".join(f"CREATE INDEX oidb_{name} ON {base.remote} (({_written(by_name[name])}));\n" for name in INDEXED)


def _written(value: ColumnSql) -> str:
    return value.text.format(*(f'"{column.remote_name}"' for column in value.columns))
