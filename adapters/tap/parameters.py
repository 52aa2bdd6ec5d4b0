"""Read the parameters of TAP 1.1 (section 2.7): query, number of rows, format, uploaded tables."""

import re
from dataclasses import dataclass

from adapters.votable.formats import TABLEDATA, Negotiated, negotiate
from adapters.votable.parameters import LARGEST, Parameters, bool_parameter, format_name, int_parameter
from planning.errors import BadInput

LANGUAGES = ("ADQL", "ADQL-2.0", "ADQL-2.1")
TABLE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
PART = "param:"
"""Scheme of URIs that name a part of a multipart request."""
EVERY_ROW = -1
"""MAXREC for as many rows as the hard limit allows; clients of the JMMC's former TAP server send it."""


@dataclass(frozen=True, slots=True)
class RowLimits:
    """Most rows of an answer: without MAXREC, and with any MAXREC."""

    default: int
    hard: int


@dataclass(frozen=True, slots=True)
class UploadParameter:
    """One table of UPLOAD: its name in TAP_UPLOAD, and its URI."""

    name: str
    uri: str
    """`param:`, in any case, and the name of a part of the request; or an address."""

    @property
    def part(self) -> str | None:
        """The name of the part of the request; None for an address."""
        return self.uri[len(PART) :] if self.uri.lower().startswith(PART) else None


@dataclass(frozen=True, slots=True)
class TapRequest:
    """Parameters of a request; the query is not parsed yet."""

    query: str
    format: Negotiated
    limit: int
    """Most rows: MAXREC within the limits."""
    runid: str
    uploads: tuple[UploadParameter, ...]
    base: str = ""
    """Public address of the gateway; "" if it is not known or not wanted, which leaves out the descriptor of links."""
    annotated: bool = False
    """Whether the columns of a job's result are annotated in the words of data models, as `Asked` says of others."""


def tap_request(
    parameters: Parameters, limits: RowLimits, accept: str | None = None, base: str = "", *, links: bool = True
) -> TapRequest:
    """Read the parameters of a query.

    Parameters
    ----------
    accept
        The header of that name, which counts where neither RESPONSEFORMAT nor FORMAT is given.
    base
        Public address of the gateway, empty where it is not known.
    links
        Whether results say how to ask for links of their rows, where LINKS does not.

    Raises
    ------
    BadInput
        A parameter is missing or wrong.
    """
    _one_of(parameters, "REQUEST", ("doQuery",))
    _one_of(parameters, "LANG", LANGUAGES)
    if not parameters.get("query", "").strip():
        message = "QUERY is missing: a query in ADQL is wanted; /tap/examples has some"
        raise BadInput(message)
    maxrec = int_parameter(parameters, "MAXREC", limits.default, EVERY_ROW, LARGEST)
    return TapRequest(
        parameters["query"],
        negotiate(format_name(parameters), accept, TABLEDATA),
        limits.hard if maxrec == EVERY_ROW else min(maxrec, limits.hard),
        parameters.get("runid", ""),
        parse_uploads(parameters.get("upload", "")),
        base if bool_parameter(parameters, "LINKS", default=links) else "",
        bool_parameter(parameters, "MIVOT", default=False),
    )


def parse_uploads(text: str) -> tuple[UploadParameter, ...]:
    """Read UPLOAD: `name,uri` for each table, separated by semicolons (section 2.7.6); raises `BadInput`."""
    tables: dict[str, UploadParameter] = {}
    for pair in filter(None, (pair.strip() for pair in text.split(";"))):
        name, _, uri = (word.strip() for word in pair.partition(","))
        plain = name.lower().removeprefix("tap_upload.")
        if not TABLE_NAME.fullmatch(plain) or not uri:
            message = f"UPLOAD={pair[:60]!r} is no upload: a name and where the table is are wanted, as mine,param:file"
            raise BadInput(message)
        if plain in tables:
            message = f"UPLOAD names two tables {plain[:60]}: each wants a name of its own"
            raise BadInput(message)
        tables[plain] = UploadParameter(name[-len(plain) :], uri)
    return tuple(tables.values())


def _one_of(parameters: Parameters, name: str, known: tuple[str, ...]) -> None:
    value = parameters.get(name.lower(), "").strip()
    if value and value.lower() not in {word.lower() for word in known}:
        message = f"{name} is {value[:40]!r}: {' or '.join(known)} is wanted"
        raise BadInput(message)
