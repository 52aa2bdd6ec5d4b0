"""Tokens that the gateway gives, sessions and personal ones, in the hub: of each its SHA-256 alone is kept."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from hashlib import sha256

from hub.rows import Record
from hub.writer import Writers
from schema.logins import TOKEN
from schema.named_queries import named_query


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A row of `login.token` but for its digest; its fields are the columns of `schema.logins`."""

    token_id: str
    kind: str
    login: str
    groups: Sequence[str]
    label: str
    writes: bool
    created: datetime
    expires: datetime
    sealed: str = ""


COLUMNS = ", ".join(f'"{item.name}"' for item in fields(IssuedToken))


PARTS = {"table": TOKEN.qualified, "columns": COLUMNS}
ADD = named_query("hub/issued_tokens", "add").format(**PARTS)
FIND = named_query("hub/issued_tokens", "find").format(**PARTS)
OF_LOGIN = named_query("hub/issued_tokens", "of_login").format(**PARTS)
REVOKE = named_query("hub/issued_tokens", "revoke").format(**PARTS)
FORGET = named_query("hub/issued_tokens", "forget").format(**PARTS)


class IssuedTokens:
    """Reads and writes them, as the role that writes for users; every method raises `GatewayError`."""

    def __init__(self, writers: Writers) -> None:
        self._writers = writers

    async def add(self, secret: str, token: IssuedToken, most: int) -> None:
        """Keep a token that `secret` is known by; of its login and kind there are then `most`, the newest."""
        async with self._writers.held() as writer:
            await writer.run(ADD, *astuple(token), _digest(secret), most - 1)

    async def find(self, secret: str, kind: str) -> IssuedToken | None:
        """The token that `secret` is known by; None where there is none of this kind, or it has ended."""
        async with self._writers.held() as writer:
            return next(iter(_tokens(await writer.fetch(FIND, _digest(secret), kind))), None)

    async def of_login(self, login: str, kind: str) -> list[IssuedToken]:
        """Those of a login that have not ended, the newest first."""
        async with self._writers.held() as writer:
            return _tokens(await writer.fetch(OF_LOGIN, login, kind))

    async def revoke(self, login: str, token_id: str) -> bool:
        """End a token of this login; False where it has none of this name."""
        async with self._writers.held() as writer:
            return bool(await writer.fetch(REVOKE, login, token_id))

    async def forget(self, secret: str) -> None:
        """End the token that `secret` is known by, if there is one."""
        async with self._writers.held() as writer:
            await writer.run(FORGET, _digest(secret))


def _tokens(rows: Iterable[Record]) -> list[IssuedToken]:
    return [IssuedToken(*row) for row in rows]


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
