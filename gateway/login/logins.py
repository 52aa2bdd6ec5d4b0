"""The logins of this process: from credentials to the person who sent them, verified once a minute."""

import secrets
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING

from starlette.types import Scope

from gateway.login.credentials import Credentials, Scheme, login_and_password
from gateway.login.issued import PREFIX, Issued
from gateway.login.passwords import Passwords
from gateway.login.people import People
from gateway.login.verified import BELIEVED, Kind, Verified
from gateway.settings import Settings
from hub.accounts import open_accounts
from hub.issued_tokens import IssuedTokens
from hub.writer import Writers
from planning.asker import Asker
from planning.errors import GatewayError, Unauthenticated

if TYPE_CHECKING:
    from gateway.login.access_tokens import AccessTokens
    from gateway.login.code_flow import CodeFlow

PINNED = "gateway.login"
"""Where a scope has the `Login` of its request; nowhere for nobody."""
KNOWN = 10_000
"""Credentials that are remembered, those sent last."""


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody whose credentials were verified."""

    asker: Asker
    verified: Verified
    until: float
    """When both are looked at again: seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Provided:
    """The ways to log in that a provider offers."""

    access_tokens: "AccessTokens"
    code_flow: "CodeFlow | None"


def login_of(scope: Scope) -> Login | None:
    """Who a request or WebSocket is of; None for nobody."""
    login: Login | None = scope.get(PINNED)
    return login


class Logins:
    """Verifies credentials, by whichever ways there are to log in; each is None where it is not offered."""

    def __init__(
        self, people: People, provider: Provided | None, passwords: Passwords | None, issued: Issued | None
    ) -> None:
        self.issued = issued
        self.code_flow = provider.code_flow if provider else None
        """Logs browsers in at a provider."""
        self._people = people
        self._access_tokens = provider.access_tokens if provider else None
        self._passwords = passwords
        self.tell: Callable[[str], None] = lambda _login: None
        """Tells the other workers to `forget` a login."""
        self._key = secrets.token_bytes(32)
        self._known: OrderedDict[bytes, Login] = OrderedDict()

    async def login(self, credentials: Credentials) -> Login:
        """Who sent these credentials.

        Those verified in the last minute are remembered, by a digest that a key of this process goes into. Raises
        `Unauthenticated` for wrong ones, and other `GatewayError` where they cannot be verified now.
        """
        sent = f"{credentials.scheme} {credentials.secret}".encode()
        digest = blake2b(sent, key=self._key, digest_size=16).digest()
        known, now = self._known.get(digest), time.time()
        if known is not None and known.until > now:
            self._known.move_to_end(digest)
            return known
        verified = await self._verified(credentials)
        login = Login(await self._people.asker(verified), verified, min(verified.until, now + BELIEVED))
        self._known[digest] = login
        if len(self._known) > KNOWN:
            self._known.popitem(last=False)
        return login

    def ended(self, login: str) -> None:
        """Verify all credentials of a login again, of which some have ended, here and in the other processes."""
        self.forget(login)
        self.tell(login)

    def forget(self, login: str) -> None:
        """Do so in this process."""
        for digest in [digest for digest, known in self._known.items() if known.asker.login == login]:
            del self._known[digest]

    async def _verified(self, credentials: Credentials) -> Verified:
        secret = credentials.secret
        match credentials.scheme:
            case Scheme.BASIC if self._passwords:
                return await self._passwords.verified(*login_and_password(secret))
            case Scheme.COOKIE if self.issued:
                return await self._session(self.issued, secret)
            case Scheme.BEARER if secret.startswith(PREFIX) and self.issued:
                return await self.issued.verified(secret, Kind.API_TOKEN)
            case Scheme.BEARER if self._access_tokens:
                return await self._access_tokens.verified(secret)
        message = f"Nobody logs in by {credentials.scheme} here"
        raise Unauthenticated(message)

    async def _session(self, issued: Issued, secret: str) -> Verified:
        """Whose a session is: of who began it by a password, as long as that is theirs, and in the groups of now.

        While the password cannot be verified, the session is as it was. Raises `Unauthenticated`.
        """
        verified, basic = await issued.verified_again(secret, Kind.SESSION)
        if not (basic and self._passwords):
            return verified
        try:
            again = await self._passwords.verified(*login_and_password(basic))
        except Unauthenticated as error:
            await issued.end_session(secret)
            message = "The session has ended, as it was begun by a password that is not right any more: log in again"
            raise Unauthenticated(message) from error
        except GatewayError:
            return verified
        return replace(verified, groups=again.groups)


@asynccontextmanager
async def open_logins(settings: Settings, writers: Writers | None) -> AsyncIterator[Logins | None]:
    """Open the logins of this process; None where the settings offer no way to log in.

    `writers` write to the hub; without them there are neither sessions nor API tokens.
    """
    if not settings.logs_in:
        yield None
        return
    accounts = await open_accounts(settings.spica_writer) if settings.spica_writer else None
    try:
        yield Logins(
            People(accounts, settings.admin_logins),
            _provided(settings) if settings.oidc_issuer else None,
            Passwords(settings.account_service, settings.share) if settings.account_service else None,
            Issued(IssuedTokens(writers)) if writers else None,
        )
    finally:
        if accounts:
            await accounts.close()


def _provided(settings: Settings) -> Provided:
    # Here: cryptography takes 10 MB, which those pay who have a provider.
    from gateway.login.access_tokens import AccessTokens
    from gateway.login.code_flow import CodeFlow
    from gateway.login.keys import SigningKeys

    keys = SigningKeys(settings.oidc_issuer)
    return Provided(AccessTokens(settings, keys), CodeFlow(settings, keys) if settings.oidc_client else None)
