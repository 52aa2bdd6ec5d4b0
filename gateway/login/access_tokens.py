"""Access tokens of an OpenID Connect provider: JWTs, verified here by the provider's keys (RFC 9068, RFC 8725)."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jws import extract_compact
from joserfc.jwt import JWTClaimsRegistry, Token

from gateway.login.credentials import account_login
from gateway.login.keys import SigningKeys
from gateway.login.verified import BELIEVED, Kind, Verified
from gateway.settings import Settings
from planning.errors import Unauthenticated

ALGORITHMS = ("RS256", "ES256")
"""Whatever a token says of itself: none of these can be verified by a key that is public."""
LEEWAY = 30
"""Seconds that two clocks may differ."""
TYPES = ("", "jwt", "at+jwt", "application/at+jwt")
"""Values of `typ`: with others, tokens are meant for something else (RFC 8725 section 3.11)."""
EMAIL, EMAIL_VERIFIED = "email", "email_verified"


@dataclass(frozen=True, slots=True)
class Claims:
    """What is wanted of the claims of a token, and which of them say whose it is."""

    registry: JWTClaimsRegistry
    login: str
    groups: str


class AccessTokens:
    """Verifies the tokens of the provider that the settings name."""

    def __init__(self, settings: Settings, keys: SigningKeys) -> None:
        self._keys = keys
        registry = JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": settings.oidc_issuer},
            aud={"essential": True, "value": settings.oidc_audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        self._claims = Claims(registry, settings.oidc_login, settings.oidc_groups)

    async def verified(self, text: str) -> Verified:
        """Verify signature, issuer, audience and times of a token.

        Raises `Unauthenticated`, which says what is wrong, and `LoginUnavailable` while the provider's keys are not
        known.
        """
        try:
            token = await decoded(text, self._keys, self._claims.registry)
        except ExpiredTokenError as error:
            message = "The token has expired: fetch another one"
            raise Unauthenticated(message) from error
        except (JoseError, ValueError, TypeError) as error:
            message = f"The token is not one to log in with here ({reason(error)})"
            raise Unauthenticated(message) from error
        return owner(token, self._claims, Kind.ACCESS_TOKEN)


async def decoded(text: str, keys: SigningKeys, registry: JWTClaimsRegistry) -> Token:
    """A token whose signature and claims are right; raises `JoseError`, ValueError or TypeError for any other."""
    token = jwt.decode(text, await keys.holding(_key_id(text)), algorithms=ALGORITHMS)
    registry.validate(token.claims)
    return token


def _key_id(text: str) -> str | None:
    """The key that a token says it is signed with; raises `JoseError` or ValueError where it is no token."""
    kid = extract_compact(text.encode()).headers().get("kid")
    return kid if isinstance(kid, str) else None


def reason(error: Exception) -> str:
    """What joserfc says: `bad_signature` for instance, and of a claim its name; in ASCII, whatever the token has."""
    said = str(error).strip(": ") if isinstance(error, JoseError) else "it cannot be read"
    return said.encode("ascii", "backslashreplace").decode()


def owner(token: Token, claims: Claims, of: Kind) -> Verified:
    """Whose a token is; raises `Unauthenticated` where it is not meant for this, or does not say."""
    kind = str(token.header.get("typ", "")).lower()
    if kind not in TYPES:
        message = f"The token is of the type {kind[:40]!r}: an access token is wanted"
        raise Unauthenticated(message)
    login = token.claims.get(claims.login)
    if not isinstance(login, str) or not login:
        message = f"The token does not say whose it is: the claim {claims.login!r} is wanted (ask for its scope)"
        raise Unauthenticated(message)
    if claims.login == EMAIL and token.claims.get(EMAIL_VERIFIED) is not True:
        message = "The provider has not verified the e-mail address of this account: verify it there first"
        raise Unauthenticated(message)
    until, groups = min(token.claims["exp"], time.time() + BELIEVED), _groups(token.claims, claims.groups)
    # An ID token says that somebody has just logged in, and not for how long (OpenID Connect Core 1.0 section 2).
    ends = token.claims["exp"] if of is Kind.ACCESS_TOKEN else math.inf
    return Verified(account_login(login), of, until, groups, ends=ends)


def _groups(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    given = claims.get(name)
    groups = given if isinstance(given, list) else []
    return frozenset(group for group in groups if isinstance(group, str) and group)
