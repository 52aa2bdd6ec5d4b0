"""Access tokens: what is forged, expired or meant for others is refused, and keys are fetched when they change."""

import asyncio
import base64
import hmac
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from joserfc.jws import JWSRegistry
from people import served, verified_by

from gateway.commands.provider import Provider
from gateway.login import keys, outgoing
from gateway.login.access_tokens import AccessTokens
from gateway.login.outgoing import LoginUnavailable
from gateway.login.verified import Kind
from gateway.settings import Settings
from planning.errors import Unauthenticated

NOW = int(time.time())
LATER = NOW + 3600
LOGIN = "pi-s01"


def tokens(provider: Provider, **told: Any) -> AccessTokens:
    settings = Settings("postgresql://none", **verified_by(provider) | told)
    return AccessTokens(settings, keys.SigningKeys(settings.oidc_issuer))


def parts(*values: object) -> str:
    return ".".join(base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=") for value in values)


def unsigned(provider: Provider, algorithm: str) -> str:
    head, body, _ = provider.token(LOGIN).split(".")
    kid = json.loads(base64.urlsafe_b64decode(f"{head}=="))["kid"]
    return f"{parts({'alg': algorithm, 'typ': 'at+jwt', 'kid': kid})}.{body}."


def by_public_key(provider: Provider) -> str:
    """Signed by HMAC, whose key is the public one, which everybody has."""
    key = provider.keys.keys[0]
    assert isinstance(key, RSAKey)
    body = provider.token(LOGIN).split(".")[1]
    signed = f"{parts({'alg': 'HS256', 'typ': 'at+jwt', 'kid': key.kid})}.{body}"
    digest = hmac.digest(key.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def by_another_key(provider: Provider, **header: Any) -> str:
    other = RSAKey.generate_key(2048)
    claims = {"iss": provider.address, "aud": "jmmc-gateway", "sub": LOGIN, "exp": LATER, "preferred_username": LOGIN}
    return jwt.encode(
        {"alg": "RS256", "kid": provider.keys.keys[0].kid, **header},
        claims,
        other,
        registry=JWSRegistry(strict_check_header=False),
    )


FORGED: dict[str, Callable[[Provider], str]] = {
    "none": lambda provider: unsigned(provider, "none"),
    "None": lambda provider: unsigned(provider, "None"),
    "HS256 with the public key": by_public_key,
    "another key": by_another_key,
    "another key, in the header": lambda provider: by_another_key(provider, jwk={"kty": "oct", "k": "AAAA"}),
    "PS256 by the same key": lambda provider: jwt.encode(
        {"alg": "PS256", "kid": provider.keys.keys[0].kid},
        {"iss": provider.address, "aud": "jmmc-gateway", "sub": LOGIN, "exp": LATER},
        provider.keys.keys[0],
        ["PS256"],
    ),
    "expired": lambda provider: provider.token(LOGIN, exp=NOW - 60),
    "no end": lambda provider: provider.token(LOGIN, exp=None),
    "its end a text": lambda provider: provider.token(LOGIN, exp=str(LATER)),
    "not yet": lambda provider: provider.token(LOGIN, nbf=LATER),
    "of the future": lambda provider: provider.token(LOGIN, iat=LATER),
    "wrong audience": lambda provider: provider.token(LOGIN, aud="https://elsewhere.test"),
    "no audience": lambda provider: provider.token(LOGIN, aud=None),
    "wrong issuer": lambda provider: provider.token(LOGIN, iss="https://elsewhere.test"),
    "another type": lambda provider: provider.token(LOGIN, {"typ": "logout+jwt"}),
    "nobody's": lambda provider: provider.token(LOGIN, preferred_username=""),
    "a login that is a number": lambda provider: provider.token(LOGIN, preferred_username=7),
    "a login with a line break": lambda provider: provider.token(LOGIN, preferred_username="a\r\nX: b"),
    "last byte changed": lambda provider: (
        f"{provider.token(LOGIN)[:-2]}{'AA' if provider.token(LOGIN)[-2:] != 'AA' else 'BB'}"
    ),
    "payload changed": lambda provider: provider.token(LOGIN).replace(".", ".e30", 1),
    "two parts": lambda provider: provider.token(LOGIN).rpartition(".")[0],
    "garbage": lambda _provider: "garbage",
    "points": lambda _provider: "..",
    "not ASCII": lambda _provider: "é.ü.☆",
    "200 kB": lambda provider: provider.token(LOGIN, more="x" * 200_000),
}


@pytest.mark.parametrize("case", FORGED)
async def test_refused(provider: Provider, case: str) -> None:
    with pytest.raises(Unauthenticated) as refused:
        await tokens(provider).verified(FORGED[case](provider))
    assert "token" in refused.value.message or "login" in refused.value.message


TAKEN: dict[str, Callable[[], dict[str, Any]]] = {
    "as it is": dict,
    "expired a moment ago": lambda: {"exp": int(time.time()) - 5},
    "for several": lambda: {"aud": ["https://elsewhere.test", "jmmc-gateway"]},
    "capitals": lambda: {"preferred_username": "PI-S01"},
}


@pytest.mark.parametrize("case", TAKEN)
async def test_taken(provider: Provider, case: str) -> None:
    verified = await tokens(provider).verified(provider.token(LOGIN, **TAKEN[case]()))
    assert (verified.login, verified.kind, verified.groups) == (LOGIN, Kind.ACCESS_TOKEN, frozenset())
    assert verified.until <= time.time() + 300


async def test_types_and_groups(provider: Provider) -> None:
    for kind in ("JWT", "at+jwt", "application/at+jwt"):
        assert (await tokens(provider).verified(provider.token("admin", {"typ": kind}))).groups == {"admin"}
    odd = await tokens(provider).verified(provider.token(LOGIN, groups=["spica", "", 7, None]))
    assert odd.groups == {"spica"}
    assert not (await tokens(provider).verified(provider.token(LOGIN, groups="admin"))).groups


async def test_by_the_elliptic_curve(provider: Provider) -> None:
    key = provider.keys.keys[-1]
    claims = {"iss": provider.address, "aud": "jmmc-gateway", "sub": "x", "exp": LATER, "preferred_username": "x"}
    token = jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key)
    assert (await tokens(provider).verified(token)).login == "x"


async def test_an_address_counts_that_the_provider_has_verified(provider: Provider) -> None:
    of_addresses = tokens(provider, oidc_login="email")
    given = {"email": "Alice@example.org"}
    for verified in (False, "true", None):
        with pytest.raises(Unauthenticated, match="has not verified"):
            await of_addresses.verified(provider.token(LOGIN, **given, email_verified=verified))
    known = await of_addresses.verified(provider.token(LOGIN, **given, email_verified=True))
    assert known.login == "alice@example.org"


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Addresses of keys that were fetched."""
    asked: list[str] = []

    def fetched(address: str) -> bytes:
        if address.endswith("/jwks"):
            asked.append(address)
        return outgoing.fetched(address)

    with monkeypatch.context() as patch:
        patch.setattr(keys, "fetched", fetched)
        yield asked


async def test_keys_that_change_are_fetched_once_however_many_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    with served() as provider, counted(monkeypatch) as asked:
        known = tokens(provider)
        await asyncio.gather(*(known.verified(provider.token(LOGIN)) for _ in range(50)))
        assert len(asked) == 1
        provider.rotate()
        monkeypatch.setattr(keys, "PAUSE", 0.0)
        fresh = [provider.token(LOGIN) for _ in range(50)]
        assert {verified.login for verified in await asyncio.gather(*map(known.verified, fresh))} == {LOGIN}
        assert len(asked) == 2
        monkeypatch.setattr(keys, "PAUSE", 30.0)
        invented = [known.verified(by_another_key(provider, kid=f"unknown-{number}")) for number in range(5)]
        assert all(isinstance(one, Unauthenticated) for one in await asyncio.gather(*invented, return_exceptions=True))
        assert len(asked) == 2, "a key that anybody has invented is looked for once in half a minute"
        provider.keys = KeySet(provider.keys.keys[:1])
        monkeypatch.setattr(keys, "LASTING", 0.0)
        await known.verified(fresh[0])
        assert len(asked) == 3, "keys that were taken back are forgotten in the end"


async def test_a_provider_that_does_not_answer_is_no_wrong_token(monkeypatch: pytest.MonkeyPatch) -> None:
    with served() as provider:
        known, unknown = tokens(provider), tokens(provider)
        text = provider.token(LOGIN)
        await known.verified(text)
    with pytest.raises(LoginUnavailable) as refused:
        await unknown.verified(text)
    assert (refused.value.status, provider.address in refused.value.message) == (503, False)
    monkeypatch.setattr(keys, "LASTING", 0.0)
    assert (await known.verified(text)).login == LOGIN, "what was known of its keys stays known"
