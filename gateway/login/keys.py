"""What a provider publishes: the keys that it signs tokens with (JWKS, RFC 7517), and where it logs people in.

Both are found by OpenID Connect Discovery 1.0.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from time import monotonic
from typing import Any

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from gateway.login.outgoing import LoginUnavailable, fetched, unavailable
from gateway.settings import confidential
from hub.threads import Threads

LOG = logging.getLogger(__name__)
DISCOVERY = "/.well-known/openid-configuration"
PAUSE = 30.0
"""Seconds between two fetches because of a key that is not known: anybody can invent one."""
LASTING = 3600.0
"""Seconds after which keys are fetched again, as some may have been taken back."""
RETRY = 2.0
"""Seconds before a provider is asked again that has not yet answered once."""
ASYMMETRIC = ("RSA", "EC")
"""Types of keys that the public halves of may be told."""


@dataclass(frozen=True, slots=True)
class Published:
    """What a provider says of itself."""

    keys: KeySet
    authorization: str
    """Address that a browser is sent to, to log in there; "" where it names none that is safe."""
    token: str
    """Address that gives tokens for a code; "" likewise."""


class SigningKeys:
    """The keys of a provider, fetched when they are first needed.

    Parameters
    ----------
    issuer
        The provider's address, as its tokens say it (`iss`).
    """

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer
        self._published: Published | None = None
        self._fetched = -inf
        self._fetching = asyncio.Lock()
        self._threads = Threads("keys of logins being fetched", 1, 1)

    async def holding(self, kid: str | None) -> KeySet:
        """All keys, fetched anew if this one is not among them, however many ask at once.

        It may be missing all the same. Raises `LoginUnavailable` while no keys are known at all.
        """
        return (await self._known(lambda keys: kid in {key.kid for key in keys})).keys

    async def published(self) -> Published:
        """All that the provider says of itself; raises `LoginUnavailable` while that is not known."""
        return await self._known(lambda _keys: True)

    async def _known(self, has: Callable[[KeySet], bool]) -> Published:
        if self._wanted(has):
            async with self._fetching:
                if self._wanted(has):
                    await self._fetch()
        if self._published is None:
            raise unavailable()
        return self._published

    def _wanted(self, has: Callable[[KeySet], bool]) -> bool:
        age = monotonic() - self._fetched
        if self._published is None:
            return age > RETRY
        return age > LASTING or (age > PAUSE and not has(self._published.keys))

    async def _fetch(self) -> None:
        """Fetch the keys; where that fails, those that are known stay, and the failure is logged."""
        try:
            self._published = await self._threads.run(_published, self._issuer)
        except LoginUnavailable:  # which is in the log
            pass
        except (JoseError, KeyError, TypeError, ValueError) as error:
            LOG.warning("%s tells no keys that can be read: %r", self._issuer, error)
        finally:
            self._fetched = monotonic()


def _published(issuer: str) -> Published:
    """What the provider publishes now; blocks."""
    described = _read(f"{issuer.rstrip('/')}{DISCOVERY}")
    address = str(described["jwks_uri"])
    if described["issuer"] != issuer or not confidential(address):
        message = f"it calls itself {described['issuer']!r}, with keys at {address!r}"
        raise ValueError(message)
    keys = [key for key in _read(address)["keys"] if key.get("kty") in ASYMMETRIC]
    places = (str(described.get(name, "")) for name in ("authorization_endpoint", "token_endpoint"))
    return Published(KeySet.import_key_set({"keys": keys}), *(place if confidential(place) else "" for place in places))


def _read(address: str) -> dict[str, Any]:
    document = orjson.loads(fetched(address))
    if not isinstance(document, dict):
        message = f"{address} is no object"
        raise TypeError(message)
    return document
