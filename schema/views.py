"""Views of the hub from declarations: over one source, as the branches of a union are, and unions.

A branch is a plain view that PostgreSQL expands: conditions, orders and limits on it reach the source. The union is for
streams and for readers with SQL; it finds duplicates among its branches for all rows at once.
"""

from collections.abc import Sequence
from functools import cache

from schema.column import Column, ColumnSql
from schema.duplicates import is_listed, name_sql, restriction, unnested
from schema.spelling import column_name, column_sql, relation_name
from schema.table import Branch, Definition, Known, Naming, Source, Table

NAMED = """(array_remove(ARRAY[(SELECT jsonb_object_agg({key}, {name}) FROM {table} AS n WHERE {name} IS NOT NULL)
 ->> {value}, {value}], NULL))[1]"""
"""The name of what a value identifies, else the value.

All names are read once a statement, and only where they are asked for. It is then sent to the source, as no subquery
and no COALESCE of a row would be; a join with the table of names would not be sent either, below a union.
"""


def source_query(table: Table, *, direct: bool) -> str | None:
    """Return the query that replaces a view of the hub where there is no such view: at a source, and for an alias.

    Its columns have the names of the hub. None if the table is no view, or one that the hub has (`direct` is false).
    """
    return view_query(table.definition, direct=direct) if table.definition and (direct or table.alias) else None


@cache
def view_query(definition: Definition, *, direct: bool) -> str:
    """Return the query of a view: over the hub's foreign tables, or if `direct` over the source's own tables."""
    tables = (definition.base, *(link.target for link in definition.joined))
    alias = {table: f"t{number}" for number, table in enumerate(tables)}

    def spelled(column: Column) -> str:
        table = next(table for table in tables if column in table.columns)
        return column_sql(column, alias[table], direct=direct)

    def written(value: ColumnSql) -> str:
        return value.text.format(*map(spelled, value.columns))

    def relation(table: Table) -> str:
        return f"{'.'.join(relation_name(table, direct=direct))} AS {alias[table]}"

    def further(table: Table) -> str:
        return f" AND {written(definition.conditions[table])}" if table in definition.conditions else ""

    def shown(column: Column, value: ColumnSql) -> str:
        naming = definition.named.get(column)
        return named_sql(naming, written(value), direct=direct) if naming else written(value)

    listed = ",\n".join(f'  {shown(column, value)} AS "{column.sql}"' for column, value in definition.values.items())
    joins = "".join(
        f"\nLEFT JOIN {relation(link.target)}"
        f' ON {alias[link.target]}."{column_name(link.to_column, direct=direct)}" = {spelled(link.from_column)}'
        f"{further(link.target)}"
        for link in definition.joined
    )
    where = f"\nWHERE {written(definition.restriction)}" if definition.restriction else ""
    return f"SELECT\n{listed}\nFROM {relation(definition.base)}{joins}{where}"


def named_sql(naming: Naming, value: str, *, direct: bool) -> str:
    """SQL of the name of what a value, which is SQL, identifies; of the value itself where it has none."""
    spelled = [column_sql(column, "n", direct=direct) for column in naming.names]
    name = " ".join(("CASE", *(f"WHEN {one} <> '' THEN {one}" for one in spelled), "END"))
    table = ".".join(relation_name(naming.table, direct=direct))
    return NAMED.format(key=column_sql(naming.key, "n", direct=direct), name=name, table=table, value=value)


def views_ddl(source: Source) -> str:
    """Return DDL that makes a schema of views anew; they read the sources with the reader's own rights."""
    head = f"DROP SCHEMA IF EXISTS {source.name} CASCADE;\nCREATE SCHEMA {source.name};\n"
    branches = dict.fromkeys(branch for table in source.tables for branch in table.branches)
    return head + "".join(map(_views, branches)) + "".join(map(relation_ddl, source.tables))


def relation_ddl(table: Table) -> str:
    """Return DDL of a view that is defined over one source, or of a union of branches, whose views are there."""
    return _view(table, view_query(table.definition, direct=False)) if table.definition else _union_ddl(table)


def _union_ddl(table: Table) -> str:
    """DDL of a union: a view with each observation once, and perhaps one with all rows."""
    once = _union_view(table, [branch.once or branch.table for branch in table.branches])
    return once + (_union_view(table.repeated, [branch.table for branch in table.branches]) if table.repeated else "")


def _union_view(table: Table, parts: Sequence[Table]) -> str:
    listed = ", ".join(f'"{column.sql}"' for column in table.shared)
    return _view(table, "\nUNION ALL\n".join(f"SELECT {listed}\nFROM {branch.qualified}" for branch in parts))


def _views(branch: Branch) -> str:
    assert branch.table.definition  # noqa: S101 - for mypy
    all_rows = _view(branch.table, view_query(branch.table.definition, direct=False))
    return all_rows + (_view(branch.once, _deduplicated(branch)) if branch.once else "")


def _view(table: Table, query: str) -> str:
    return f"\nCREATE VIEW {table.qualified} WITH (security_invoker = true) AS\n{query};\n"


def _deduplicated(branch: Branch) -> str:
    where = "\n  AND ".join(f"NOT EXISTS ({_in_other_source(branch, known)})" for known in branch.known)
    return f"SELECT o.*\nFROM {branch.table.qualified} AS o\nWHERE {where}"


def _in_other_source(branch: Branch, known: Known) -> str:
    """The correlated query that finds a branch's row `o` in another source."""
    only = f" AND {restriction(known)}" if known.only else ""
    there, name = known.table.qualified, f'k."{known.column.sql}"'
    if not is_listed(branch, known):
        return f'SELECT FROM {there} AS k WHERE {name} = o."{branch.own.sql}"{only}'
    # Few rows have a list of names: the names of all are collected first, so that only these are sent to the source.
    listed = unnested(f'r."{known.names.sql}"')
    rows, one = f"{branch.table.qualified} AS r, LATERAL {listed} AS n(name)", name_sql(known)
    identifiers = f"SELECT {name} FROM {there} AS k WHERE {name} = ANY (ARRAY(SELECT {one} FROM {rows})){only}"  # noqa: S608
    return f'SELECT FROM {rows} WHERE r."{branch.own.sql}" = o."{branch.own.sql}" AND {one} IN ({identifiers})'
