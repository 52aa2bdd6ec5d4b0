"""What people send of tables that they keep: a name, a definition, perhaps with rows, rows, and whom to share with."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

from adapters.publishing.definition import is_votable, vosi_heading
from adapters.publishing.draft import drafted
from adapters.publishing.naming import TABLE_NAME, hub_name
from adapters.publishing.text_rows import TextRows, delimited_rows, fits_rows
from adapters.votable.bounds import Bounds
from adapters.votable.heading import Heading
from adapters.votable.parameters import single_values
from adapters.votable.reader import SIGNATURE, TRAILER, OpenDocument, read_votable
from planning.errors import BadInput, TooMuch
from publishing.draft import Draft
from publishing.sharing import Sharing
from schema.user_tables import EVERYBODY, GROUP, NAME, PERSON

IN_GRAPHQL = ("UserTable", "userTables")
"""What such a table would be called in GraphQL, which has none."""
LARGEST_DEFINITION = 4 << 20
"""Bytes of a definition without rows."""
DELIMITERS = {"text/csv": ",", "text/tab-separated-values": "\t"}
FITS = ("application/fits", "application/fits-table", "image/fits")
PUBLIC = {"true": ("",), "false": ()}
KINDS = {"public": EVERYBODY, "r-group": GROUP, "r-user": PERSON}
"""Whom the lines of permissions are about: those of OpenCADC's youcat, and `r-user`, which is ours."""
MOST_READERS = 100


@dataclass(frozen=True, slots=True)
class Definition:
    """A table to be made."""

    draft: Draft
    document: OpenDocument | None
    """Where its rows are; None for a table without any."""


def user_table_name(text: str) -> str:
    """Check the name of a table of somebody; returns it without its schema. Raises `BadInput`."""
    schema, _, name = text.strip().lower().rpartition(".")
    if schema not in ("", NAME) or not TABLE_NAME.fullmatch(name) or hub_name(name) != name:
        message = (
            f"{text[:60]!r} is no name for a table of yours: {NAME}.some_name is wanted, of letters, digits and _, "
            "41 at most, and no word that ADQL keeps for itself"
        )
        raise BadInput(message)
    return name


async def definition(name: str, file: BinaryIO, blocks: AsyncIterable[bytes], bounds: Bounds) -> Definition:
    """Read what a table is made of: a VOTable, or a table of VOSI.

    Parameters
    ----------
    name
        As `user_table_name` returns it.
    file, blocks
        The document, and the same in blocks; the caller closes both.
    bounds
        The largest VOTable that is read.

    Raises
    ------
    BadInput
        It is neither, or is malformed.
    TooMuch
        It is larger than what is read.
    """
    beginning = file.read(4096)
    file.seek(0)
    if not is_votable(beginning):
        text = file.read(LARGEST_DEFINITION + 1)
        if len(text) > LARGEST_DEFINITION:
            message = f"A definition of VOSI is at most {LARGEST_DEFINITION >> 20} MB"
            raise TooMuch(message)
        return Definition(_draft(vosi_heading(text), name), None)
    document = await read_votable(blocks, bounds)
    return Definition(_draft(document.heading, name), document)


def _draft(heading: Heading, name: str) -> Draft:
    """Draft the columns; what a document says once for all rows, and of its groups, is not kept."""
    return drafted(replace(heading, params=(), groups=()), name, IN_GRAPHQL)


async def rows_of(definition: Definition) -> AsyncIterator[bytes]:
    """Yield the rows of a table to be made, as input of a binary COPY."""
    if definition.document is None:
        yield SIGNATURE + TRAILER
        return
    async for block in definition.document.copy:
        yield block


def open_rows(media_type: str, file: BinaryIO) -> TextRows:
    """Open a file of rows of this media type; raises `BadInput`."""
    if media_type in DELIMITERS:
        return delimited_rows(file, DELIMITERS[media_type])
    if media_type in FITS:
        return fits_rows(file)
    known = ", ".join((*DELIMITERS, FITS[0]))
    message = f"Rows come as {known} (Content-Type), not as {media_type[:60]!r}"
    raise BadInput(message)


def permissions(pairs: Iterable[tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    """Read permissions: all readers of each kind that is named.

    `public` is true or false; `r-group` and `r-user` have names, separated by commas, none to withdraw it from all.
    Raises `BadInput`, also where nothing is named, or a kind twice.
    """
    readers: dict[str, Sequence[str]] = {}
    for kind, value in single_values((key.strip(), value) for key, value in pairs).items():
        if kind not in KINDS:
            message = f"{kind[:40]!r} is no permission: {', '.join(KINDS)} are; only owners write their tables"
            raise BadInput(message)
        readers[KINDS[kind]] = _public(value) if kind == "public" else _names(kind, value)
    if not readers:
        message = "Nothing was sent: public=true, r-group=name or r-user=login, a line each, are wanted"
        raise BadInput(message)
    return readers


def permission_lines(text: str) -> Iterable[tuple[str, str]]:
    """Yield the permissions of a text with one `key=value` a line."""
    for line in filter(None, map(str.strip, text.splitlines())):
        key, _, value = line.partition("=")
        yield key, value


def permissions_text(shared: Sharing, owner: str) -> str:
    """Write the permissions of a table, as they are read."""
    public = str(shared.everybody).lower()
    groups, persons = ",".join(shared.groups), ",".join(shared.persons)
    return f"owner={owner}\npublic={public}\nr-group={groups}\nr-user={persons}\nschema={shared.schema}\n"


def _public(value: str) -> Sequence[str]:
    if value.strip().lower() not in PUBLIC:
        message = f"public is {value[:40]!r}: true or false is wanted"
        raise BadInput(message)
    return PUBLIC[value.strip().lower()]


def _names(kind: str, value: str) -> Sequence[str]:
    names = [name for name in map(str.strip, value.split(",")) if name]
    if len(names) > MOST_READERS or any(len(name) > 200 or not name.isprintable() for name in names):
        message = f"{kind} has too many or too long names: {MOST_READERS} are allowed, separated by commas"
        raise BadInput(message)
    return [name.lower() for name in names] if kind == "r-user" else names
