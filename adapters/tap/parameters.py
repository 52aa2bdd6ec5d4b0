"""The parameters of TAP 1.1 (section 2.7): a query, how many rows, which format, tables that come along."""

import re
from dataclasses import dataclass

from adapters.votable.formats import TABLEDATA, Negotiated, negotiate
from adapters.votable.parameters import LARGEST, Parameters, whole
from planning.errors import BadInput

LANGUAGES = ("ADQL", "ADQL-2.0", "ADQL-2.1")
TABLE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
PART = "param:"
"""What an address begins with that is a part of the request."""
EVERY_ROW = -1
"""A MAXREC of clients of the JMMC's former TAP server, which took it for no limit."""


@dataclass(frozen=True, slots=True)
class RowLimits:
    """How many rows are answered: where nothing is asked, and at most."""

    default: int
    hard: int


@dataclass(frozen=True, slots=True)
class UploadParameter:
    """A table that comes with a query: its name in TAP_UPLOAD, and where it is."""

    name: str
    uri: str
    """`param:` and the name of a part of the request, or an address."""

    @property
    def part(self) -> str | None:
        """The name of a part of the request, if it is one; what an address begins with is said in any case."""
        return self.uri[len(PART) :] if self.uri.lower().startswith(PART) else None


@dataclass(frozen=True, slots=True)
class TapRequest:
    """A query, read; what it says is not looked at yet."""

    query: str
    format: Negotiated
    limit: int
    """MAXREC."""
    runid: str
    uploads: tuple[UploadParameter, ...]
    base: str = ""
    """Address of the gateway, for what the answer says of other services; empty where nobody knows it."""


def tap_request(told: Parameters, limits: RowLimits, accept: str | None = None) -> TapRequest:
    """Read the parameters; raises `BadInput`.

    `accept` is the header of that name, which counts where neither RESPONSEFORMAT nor FORMAT says anything.
    """
    _one_of(told, "REQUEST", ("doQuery",))
    _one_of(told, "LANG", LANGUAGES)
    if not told.get("query", "").strip():
        message = "QUERY is missing: a query in ADQL is wanted; /tap/examples has some"
        raise BadInput(message)
    asked = whole(told, "MAXREC", limits.default, EVERY_ROW, LARGEST)
    return TapRequest(
        told["query"],
        negotiate(told.get("responseformat") or told.get("format"), accept, TABLEDATA),
        limits.hard if asked == EVERY_ROW else min(asked, limits.hard),
        told.get("runid", ""),
        uploads(told.get("upload", "")),
    )


def uploads(told: str) -> tuple[UploadParameter, ...]:
    """The tables of UPLOAD: `name,uri` each, separated by semicolons (section 2.7.6); raises `BadInput`."""
    found: dict[str, UploadParameter] = {}
    for part in filter(None, (part.strip() for part in told.split(";"))):
        name, _, uri = (text.strip() for text in part.partition(","))
        plain = name.lower().removeprefix("tap_upload.")
        if not TABLE_NAME.fullmatch(plain) or not uri:
            message = f"UPLOAD={part[:60]!r} is no upload: a name and where the table is are wanted, as mine,param:file"
            raise BadInput(message)
        if plain in found:
            message = f"UPLOAD names two tables {plain[:60]}: each wants a name of its own"
            raise BadInput(message)
        found[plain] = UploadParameter(name[-len(plain) :], uri)
    return tuple(found.values())


def _one_of(told: Parameters, name: str, known: tuple[str, ...]) -> None:
    value = told.get(name.lower(), "").strip()
    if value and value.lower() not in {word.lower() for word in known}:
        message = f"{name} is {value[:40]!r}: {' or '.join(known)} is wanted"
        raise BadInput(message)
