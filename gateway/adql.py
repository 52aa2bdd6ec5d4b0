"""`python -m gateway adql FILE`: what the grammar says of many queries at once."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from adql.errors import AdqlError
from adql.parse import parse


def adql(file: Path) -> int:
    """Judge the queries of a JSON list, `[{"query": ...}]`, and write a list as long; 2 if there is none to read."""
    try:
        queries = _queries(file.read_text())
    except (OSError, ValueError) as error:
        print(f"{file}: {error}", file=sys.stderr)
        return 2
    print(json.dumps([_judged(query, parse) for query in queries], indent=1))
    return 0


def _queries(text: str) -> list[str]:
    listed = json.loads(text)
    if not isinstance(listed, list):
        raise ValueError('a JSON list of {"query": "..."} was expected')
    for number, item in enumerate(listed):
        if not isinstance(item, dict) or not isinstance(item.get("query"), str):
            raise ValueError(f'item {number} of the list is no {{"query": "..."}}')
    return [item["query"] for item in listed]


def _judged(query: str, judge: Callable[[str], object]) -> dict[str, Any]:
    try:
        judge(query)
    except AdqlError as error:
        return {
            "ok": False,
            "error": error.problem,
            "line": error.at.line,
            "column": error.at.column,
            "hint": error.hint,
        }
    return {"ok": True}
