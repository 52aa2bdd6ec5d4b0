"""Aliases and delegations of accounts, which no door shows, read straight from SPICA-DB by a role that may."""

import logging
from dataclasses import dataclass

import asyncpg

from hub.connections import closed
from hub.rows import FAILURES, Pool
from hub.sessions import reason
from planning.errors import SourceUnavailable
from schema.named_queries import named_query
from schema.spica import ACCOUNT, DELEGATION, SOURCE

LOG = logging.getLogger(__name__)
SECONDS = 2.0
"""How long SPICA-DB may take, in all: somebody waits to be known."""
CONNECTIONS = 2


ALIASES = named_query("hub/accounts", "aliases").format(account=ACCOUNT.remote)
DELEGATIONS = named_query("hub/accounts", "delegations").format(delegation=DELEGATION.remote)


@dataclass(frozen=True, slots=True)
class Account:
    """What SPICA-DB knows of an account."""

    aliases: frozenset[str] = frozenset()
    """As `planning.asker.Asker.aliases`."""
    delegations: frozenset[tuple[str, str]] = frozenset()
    """As `planning.asker.Asker.delegations`."""


class Accounts:
    """Reads accounts over a small pool, which connects when it is first needed; whoever opened it closes it."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def of(self, login: str) -> Account:
        """The account of a login in lower case, empty for one that is not known; raises `SourceUnavailable`."""
        try:
            async with self._pool.acquire(timeout=SECONDS) as connection:
                aliases = frozenset(row[0] for row in await connection.fetch(ALIASES, login))
                if not aliases:
                    return Account()
                delegations = await connection.fetch(DELEGATIONS, list(aliases))
                return Account(aliases, frozenset((row[0], row[1]) for row in delegations))
        except FAILURES as error:
            LOG.warning("accounts cannot be read from %s: %s", SOURCE.title, reason(error))
            message = f"{SOURCE.title} does not tell whose aliases are whose: try again in a few seconds"
            raise SourceUnavailable(message, SOURCE.name) from error

    async def close(self) -> None:
        """Close every connection."""
        await closed(self._pool)


async def open_accounts(dsn: str) -> Accounts:
    """Open the accounts of SPICA-DB as a role that may read them; nothing is asked of it yet.

    Its sessions have no settings of ours: a pooler may lend them to who writes.
    """
    return Accounts(
        await asyncpg.create_pool(
            dsn, min_size=0, max_size=CONNECTIONS, timeout=SECONDS, command_timeout=SECONDS,
            statement_cache_size=0,
        )
    )  # fmt: skip
