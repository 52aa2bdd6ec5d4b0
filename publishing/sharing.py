"""Whom a table of somebody is shared with: nobody at first, persons, groups, or everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.rows import Hub
from hub.writer import Writers
from planning.errors import NotFound
from planning.sql import Statement
from publishing.user_tables import changed, changing, own_table
from schema.named_queries import named_query
from schema.user_tables import EVERYBODY, GROUP, NAME, PERSON, WORDS

READERS = named_query("publishing/user_tables", "readers").format(**WORDS)
UNSHARE = named_query("publishing/user_tables", "unshare").format(**WORDS)
SHARE = named_query("publishing/user_tables", "share").format(**WORDS)


@dataclass(frozen=True, slots=True)
class Sharing:
    """Who may read a table beside its owner."""

    schema: str
    """By which they name it, as `user_0a1b2c3d4e`."""
    everybody: bool
    groups: tuple[str, ...]
    persons: tuple[str, ...]
    """Their logins."""


async def sharing(hub: Hub, login: str, name: str) -> Sharing:
    """Who may read a table of a login; raises `NotFound` where they have none of this name, `GatewayError`."""
    rows = await hub.fetch(Statement(READERS, (login, name), (NAME,)))
    if not rows:
        message = f"You have no table {NAME}.{name}"
        raise NotFound(message)
    named: dict[str | None, list[str]] = {}
    for _, kind, reader in rows:
        named.setdefault(kind, []).append(reader)
    return Sharing(rows[0][0], EVERYBODY in named, tuple(named.get(GROUP, ())), tuple(named.get(PERSON, ())))


async def share(writers: Writers, login: str, name: str, readers: Mapping[str, Sequence[str]]) -> int:
    """Change who may read a table.

    Parameters
    ----------
    readers
        Names of all readers of a kind (`PERSON`, `GROUP`, and for `EVERYBODY` one empty name), which take the place of
        those before: none withdraws it. Kinds that are not named stay.

    Returns
    -------
    int
        The number of the change.

    Raises
    ------
    NotFound
        They have no table of this name.
    GatewayError
        The hub does not take it.
    """
    async with changing(writers, login) as writer:
        own = await own_table(writer, login, name)
        for kind, names in readers.items():
            await writer.run(UNSHARE, own.number, kind)
            await writer.run(SHARE, own.number, kind, sorted(set(names)))
        return await changed(writer)
