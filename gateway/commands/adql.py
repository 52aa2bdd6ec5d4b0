"""`python -m gateway adql FILE`: what the gateway says of many queries at once, without a database."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from adql.checked.catalogue import DECLARED
from adql.compile import compile_query
from adql.errors import AdqlError
from adql.parse import parse
from planning.routing import BYTEWISE
from schema import tap_schema

Told: TypeAlias = dict[str, Any]
CATALOGUE = DECLARED.with_tables({table.qualified: table for table in tap_schema.SOURCE.tables})
"""What is declared: uploads and published tables are known only where there is a hub."""


def adql(file: Path, *, tables: bool = False, sql: bool = False) -> int:
    """Judge the queries of a JSON list, `[{"query": ...}]`, and write a list as long; 2 if there is none to read.

    Syntax alone is judged, unless names are to be looked up in `tables` too, or the `sql` for the hub shown.
    """
    try:
        queries = _queries(file.read_text())
    except (OSError, ValueError, RecursionError) as error:
        print(f"{file}: {error}", file=sys.stderr)
        return 2
    judge = _sql if sql else _names if tables else _syntax
    print(json.dumps([_judged(query, judge) for query in queries], indent=1))
    return 0


def _queries(text: str) -> list[str]:
    listed = json.loads(text)
    if not isinstance(listed, list):
        raise ValueError('a JSON list of {"query": "..."} was expected')
    for number, item in enumerate(listed):
        if not isinstance(item, dict) or not isinstance(item.get("query"), str):
            raise ValueError(f'item {number} of the list is no {{"query": "..."}}')
    return [item["query"] for item in listed]


def _judged(query: str, judge: Callable[[str], Told]) -> Told:
    try:
        return {"ok": True, **judge(query)}
    except AdqlError as error:
        at = {"line": error.at.line, "column": error.at.column}
        return {"ok": False, "error": error.problem, **at, "hint": error.hint}


def _syntax(query: str) -> Told:
    parse(query)
    return {}


def _names(query: str) -> Told:
    compile_query(query, CATALOGUE, BYTEWISE)
    return {}


def _sql(query: str) -> Told:
    compiled = compile_query(query, CATALOGUE, BYTEWISE)
    return {"sql": compiled.text, "values": compiled.values, "limit": compiled.limit}
