"""One question of the wide set: a request, how long it may take, and why it may take longer than a second."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from schema.column import Column, Quantity
from schema.table import Table

SLOW = 1.0
"""Seconds; a question that takes longer has a reason, or is a fault."""
LIMIT = 60.0
"""Seconds after which a question is given up, unless it says otherwise."""
SHOWN = 4
"""Principal columns of a table that a page selects, beside its key."""
_TOP = re.compile(r"\bTOP\b", re.IGNORECASE)


class UnknownPatternError(Exception):
    """No question matches; the message has the pattern."""


class Order(Enum):
    """What of an answer is the same whenever it is asked."""

    ROWS = "rows"
    """Its rows, in whatever order."""
    COUNT = "count"
    """How many rows it has: a limit cuts them where the order has ties."""


@dataclass(frozen=True, slots=True)
class Question:
    """A request to the gateway; equal ones are asked once."""

    group: str
    """Questions of a kind, as `pages`."""
    text: str
    """What is printed: the document, the query, or the path with its parameters."""
    path: str
    form: Mapping[str, str] = field(default_factory=dict)
    """Parameters: in the query string of a GET, or in the form of a POST where there are files."""
    document: str = ""
    """Of GraphQL, sent as JSON; "" for others."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Uploaded files by parameter."""
    accept: str = "*/*"
    seconds: float = LIMIT
    """Time limit."""
    reason: str = ""
    """Why it may take more than `SLOW`; "" where it may not."""
    same: Order = Order.ROWS

    @property
    def name(self) -> str:
        """Group and text, in one line."""
        return f"{self.group}: {' '.join(self.text.split())}"

    def uploading(self, name: str, content: bytes, text: str) -> "Question":
        """The same query by TAP over an uploaded table of this name, printed as `text`."""
        form = {**self.form, "UPLOAD": f"{name},param:{name}"}
        return replace(self, text=text, form=form, files={name: content})


def graphql(group: str, document: str, reason: str = "") -> Question:
    """A GraphQL query, answered as JSON."""
    return Question(group, document, "/graphql", document=document, accept="application/json", reason=reason)


def tabled(group: str, document: str, accept: str, reason: str = "") -> Question:
    """A GraphQL query, answered as a table of this media type."""
    return Question(group, f"{accept}: {document}", "/graphql", document=document, accept=accept, reason=reason)


def adql(group: str, query: str, reason: str = "", *, form: str = "csv", most: int = 0) -> Question:
    """An ADQL query by `/tap/sync`, in this format; `most` is MAXREC (0: the default)."""
    parameters = {"REQUEST": "doQuery", "LANG": "ADQL", "RESPONSEFORMAT": form, "QUERY": query}
    if most:
        parameters["MAXREC"] = str(most)
    same = Order.COUNT if _TOP.search(query) or most else Order.ROWS
    text = query if form == "csv" else f"{form}: {query}"
    return Question(group, text, "/tap/sync", parameters, reason=reason, same=same)


def get(group: str, path: str, reason: str = "", **form: str) -> Question:
    """A GET with parameters."""
    shown = "&".join(f"{name}={value}" for name, value in form.items())
    return Question(group, f"{path}?{shown}" if shown else path, path, form, reason=reason)


def shown(table: Table) -> str:
    """GraphQL fields of a page: the key, and the first principal columns."""
    members = (member for member in table.members if _principal(member))
    chosen = [_selected(member) for member, _ in zip(members, range(SHOWN), strict=False)]
    return " ".join(dict.fromkeys((table.key.graphql, *chosen)))


def orderable(table: Table) -> Iterator[Column]:
    """The columns that pages may be ordered by."""
    return (column for column in table.columns if column.type.orderable and column.deprecated is None)


def _principal(member: Column | Quantity) -> bool:
    return (member.value if isinstance(member, Quantity) else member).principal


def _selected(member: Column | Quantity) -> str:
    return f"{member.graphql} {{ value }}" if isinstance(member, Quantity) else member.graphql
