"""The judge of what was written: the history of SPICA-DB replayed in plain Python, step by step, against its tables."""

import json
from typing import Any

import asyncpg

TABLES = {
    "spica.target": ("public.spica", "spicadb_id"),
    "spica.target_program": ("public.spica_target_program", "target_program_id"),
    "spica.followup": ("public.spica_followup", "tpl_start"),
}
"""Relation and key by the names of the history."""
HISTORY = """SELECT table_name, row_key, column_name, old_value::text, new_value::text, row_version FROM gw.history
WHERE history_id > $1 ORDER BY history_id"""
LATEST = "SELECT coalesce(max(history_id), 0) FROM gw.history"
ROWS = "SELECT (to_jsonb(t) - 'lastmods')::text FROM {relation} AS t"
Rows = dict[tuple[str, str], dict[str, Any]]
"""Values that are not NULL by column, of each row by its table and key."""


async def rows_now(connection: asyncpg.Connection) -> Rows:
    """All rows as they are; `connection` is their owner's, and is in UTC from then on, as the history is."""
    await connection.execute("SET timezone = 'UTC'")
    rows: Rows = {}
    for name, (relation, key) in TABLES.items():
        for (text,) in await connection.fetch(ROWS.format(relation=relation)):
            row = {column: value for column, value in json.loads(text).items() if value is not None}
            rows[name, str(row[key])] = row
    return rows


async def replayed(connection: asyncpg.Connection, before: Rows, since: int) -> tuple[Rows, list[str]]:
    """Rows after all that the history has since a change, and the steps that do not begin where the last one ended."""
    rows, wrong = {key: dict(row) for key, row in before.items()}, []
    for table, key, column, old, new, version in await connection.fetch(HISTORY, since):
        if table not in TABLES:
            continue
        row = rows.setdefault((table, key), {})
        if row.pop(column, None) != (old and json.loads(old)):
            wrong.append(f"{table} {key}: {column} was not {old[:40] if old else old}")
        if version not in (row.get("version", 0), row.get("version", 0) + 1):
            wrong.append(f"{table} {key}: version {version} follows {row.get('version', 0)}")
        row["version"] = version
        if new is not None:
            row[column] = json.loads(new)
    return rows, wrong
