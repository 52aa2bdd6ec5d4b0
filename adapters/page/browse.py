"""The pages of Browse, of the answers to their documents: all tables by database, and the rows of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import orjson

from adapters.page.browse_state import BrowseState, default_columns
from adapters.page.built_files import documents
from adapters.page.rendering import TEMPLATES, messages, rendered
from adapters.page.words import ENGLISH

PAGE = 50
"""Rows of a page that the gateway writes."""
TABLE = "web:BrowseTable"
NOTHING = {"nodes": (), "totalCount": 0, "pageInfo": {"hasPreviousPage": False, "hasNextPage": False}}
"""The rows of what is not answered."""
FILES: Mapping[str, str] = orjson.loads((Path(__file__).parent / "files.json").read_bytes())
"""Names of `RESPONSEFORMAT`, and what people call them: the scripts have the same list."""
URL, IDENTIFIER = "meta.ref.url", "meta.ref.ivoid"
"""UCDs of cells that lead somewhere."""
Values = Mapping[str, Any]


class Link(NamedTuple):
    """What a cell leads to."""

    address: str
    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to the document of a table, and what the script goes on with."""

    table: Values
    state: BrowseState
    payload: Values
    refusal: str = ""
    """Why nothing is shown; "" where something is."""


def document(name: str) -> str:
    """The text of a document by its name; raises `KeyError`."""
    return documents()[name]


def counts_documents() -> list[str]:
    """The documents that count the rows of all tables."""
    return [text for name, text in documents().items() if name.startswith("browse:counts:")]


def is_browsable(table: Values) -> bool:
    """Whether there are documents of a table: there are none of those that come while the process runs."""
    return f"browse:{table['plural']}" in documents()


def tables_page(tables: Sequence[Values], payload: Values, titles: Mapping[str, str], language: str = ENGLISH) -> str:
    """Write the page of all tables.

    Parameters
    ----------
    tables
        As GraphQL's `tables` describes them.
    payload
        The answer to what counts them, `data` by `plural`: null for one whose database does not answer.
    titles
        What the databases are called, by name.
    """
    counts = payload.get("data") or {}
    databases: dict[str, list[tuple[Values, Values | None]]] = {}
    for table in tables:
        databases.setdefault(table["source"], []).append((table, counts.get(table["plural"])))
    return rendered(
        "browse_tables.html", language, page="tables", databases=databases, titles=titles, errors=messages(payload),
        browsable=is_browsable,
    )  # fmt: skip


def table_page(answered: Answered, language: str = ENGLISH) -> str:
    """Write the page of the rows of a table."""
    table, state = answered.table, answered.state
    rows = (answered.payload.get("data") or {}).get("rows") or NOTHING
    columns = {column["field"]: column for column in table["columns"]}
    default = default_columns(table)
    shown = [columns[field] for field in state.columns if field in columns]
    return rendered(
        "browse.html", language, page="browse",
        table=table, state=state, shown=shown, rows=rows, default=default,
        first=_first_row(state, rows), files=FILES, refusal=answered.refusal,
        errors=[] if answered.refusal else messages(answered.payload),
        given=_given(table, answered.payload, default),
    )  # fmt: skip


def cell(row: Values, column: Values) -> str | Link:
    """What stands in a cell, and where it leads to."""
    value: Any = row
    for name in column["path"].split("."):
        value = None if value is None else value[name]
    match value:
        case None:
            return ""
        case dict() | list():
            return orjson.dumps(value).decode()
        case str() if column["ucd"] == URL and value.startswith(("https://", "http://", "/")):
            return Link(value, value)
        case str() if column["ucd"] == IDENTIFIER:
            return Link(f"/datalink/links?ID={quote(value, safe='')}", value)
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)


def _first_row(state: BrowseState, rows: Values) -> int:
    """The number of the first row that is shown, from 0."""
    return max(rows["totalCount"] - len(rows["nodes"]), 0) if state.end else state.row


def _given(table: Values, payload: Values, default: Sequence[str]) -> dict[str, Any]:
    """What the script goes on with: the table, its documents, and the rows that are there already."""
    ids = {
        kind: sha256(document(f"browse:{table['plural']}{suffix}").encode()).hexdigest()
        for kind, suffix in (("rows", ""), ("groups", ":groups"))
    }
    return {"table": table, "documents": ids, "columns": default, "rows": (payload.get("data") or {}).get("rows")}


TEMPLATES.tests["link"] = lambda value: isinstance(value, Link)
TEMPLATES.globals["cell"] = cell
