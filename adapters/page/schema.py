"""The page of tables and columns: the answer to `schema.graphql`, as HTML in which one may search."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from adapters.page.rendering import rendered
from schema.catalog import TITLES

DOCUMENT = (Path(__file__).parent / "schema.graphql").read_text()
"""What is asked of GraphQL, as any front-end would."""
Described = Mapping[str, Any]


def matching(tables: Sequence[Described], text: str) -> list[Described]:
    """The columns that have all words of a text in their names, UCDs, units or descriptions, or in their table's.

    Of a table that has them itself, all columns; tables without columns are left out.
    """
    words = text.lower().split()
    found: list[Described] = []
    for table in tables:
        about = f"{table['name']} {table['description']}".lower()
        columns = [column for column in table["columns"] if _has(words, f"{about} {_about(column)}")]
        if columns:
            found.append({**table, "columns": columns})
    return found


def _about(column: Described) -> str:
    said = (column[name] or "" for name in ("name", "path", "unit", "ucd", "description"))
    return " ".join((*said, *(f"{code['name']} {code['description']}" for code in column["codes"]))).lower()


def _has(words: Sequence[str], text: str) -> bool:
    return all(word in text for word in words)


def schema_page(payload: Mapping[str, Any], text: str, language: str) -> str:
    """Write the page of what GraphQL answered, as far as it matches a text; "" for all."""
    tables = matching((payload.get("data") or {}).get("tables") or (), text)
    sources = [
        (TITLES.get(name, name), list(each)) for name, each in groupby(tables, key=lambda table: table["source"])
    ]
    return rendered(
        "schema.html", language, page="schema", sources=sources, text=text,
        count=sum(len(table["columns"]) for table in tables),
        errors=[error["message"] for error in payload.get("errors", ())],
    )  # fmt: skip
