"""What the gateway itself gives to be known by: sessions for browsers, and personal API tokens for scripts."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gateway.login.sealed import opened, sealed
from gateway.login.verified import BELIEVED, Kind, Verified
from hub.issued_tokens import IssuedToken, IssuedTokens
from planning.errors import TooMuch, Unauthenticated

PREFIX = "jmmc_"
"""What API tokens begin with, so that they are told from others, and found where they were left lying about."""
SESSION_LASTS = timedelta(hours=12)
MOST_SESSIONS = 20
"""Of one login: beyond them, the oldest ends."""
MOST_TOKENS = 50


class Issued:
    """Gives sessions and API tokens, and knows them again."""

    def __init__(self, tokens: IssuedTokens) -> None:
        self._tokens = tokens

    async def verified(self, secret: str, kind: Kind) -> Verified:
        """Whose a session or an API token is; raises `Unauthenticated` for one that there is not."""
        return (await self.verified_again(secret, kind))[0]

    async def verified_again(self, secret: str, kind: Kind) -> tuple[Verified, str]:
        """The same, and the Basic credentials that it was begun by; "" where it was by none."""
        token = await self._tokens.find(secret, kind.value)
        if token is None:
            message = f"There is no such {kind.value}: it has ended, or was revoked"
            raise Unauthenticated(message)
        until = min(token.expires.timestamp(), datetime.now(UTC).timestamp() + BELIEVED)
        verified = Verified(token.login, kind, until, frozenset(token.groups), token.writes)
        return verified, opened(token.sealed, secret) if token.sealed else ""

    async def begin_session(self, verified: Verified, basic: str = "") -> tuple[str, timedelta]:
        """Begin a session for somebody, which ends with what they came by; returns its secret, and how long it lasts.

        `basic` are the Basic credentials that it is begun by, and verified by again.
        """
        secret, now = secrets.token_urlsafe(32), datetime.now(UTC).timestamp()
        lasts = timedelta(seconds=max(0.0, min(SESSION_LASTS.total_seconds(), verified.ends - now)))
        token = _issued(Kind.SESSION, verified, lasts)
        await self._tokens.add(secret, replace(token, sealed=sealed(basic, secret) if basic else ""), MOST_SESSIONS)
        return secret, lasts

    async def end_session(self, secret: str) -> None:
        """End a session."""
        await self._tokens.forget(secret)

    async def make(self, login: str, label: str, lasts: timedelta, *, writes: bool) -> tuple[str, IssuedToken]:
        """Make an API token, which is in no groups but those of GATEWAY_ADMINS; returns its secret, kept nowhere.

        Raises `TooMuch` where the login has as many as one may.
        """
        if len(await self.of_login(login)) >= MOST_TOKENS:
            message = f"You have {MOST_TOKENS} API tokens: revoke those that you do not use"
            raise TooMuch(message)
        secret = f"{PREFIX}{secrets.token_urlsafe(32)}"
        token = replace(_issued(Kind.API_TOKEN, Verified(login, Kind.API_TOKEN, 0, writes=writes), lasts), label=label)
        await self._tokens.add(secret, token, MOST_TOKENS)
        return secret, token

    async def of_login(self, login: str) -> Sequence[IssuedToken]:
        """The API tokens of a login, the newest first."""
        return await self._tokens.of_login(login, Kind.API_TOKEN.value)

    async def revoke(self, login: str, token_id: str) -> bool:
        """End an API token of a login; False where it has none of this name."""
        return await self._tokens.revoke(login, token_id)


def _issued(kind: Kind, verified: Verified, lasts: timedelta) -> IssuedToken:
    now, name = datetime.now(UTC), secrets.token_hex(8)
    groups = sorted(verified.groups)
    return IssuedToken(name, kind.value, verified.login, groups, "", verified.writes, now, now + lasts)
