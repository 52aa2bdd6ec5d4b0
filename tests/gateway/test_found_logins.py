"""What clients may send to be known by, and that nothing of it is more than it says."""

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio
from people import basic, bearer, knowing
from refusal import Refusal
from serving import Server
from subscribing import CHANGED

from gateway.app import create_app
from gateway.commands.provider import Provider
from gateway.login import lasting, logins
from gateway.login.credentials import account_login
from planning.errors import Unauthenticated
from sample.federation import Federation


@pytest_asyncio.fixture(scope="module")
async def known(
    provider: Provider, federation: Federation, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.AsyncClient]:
    made = create_app(knowing(provider, federation, spool=str(tmp_path_factory.mktemp("spool")), figures=False))
    async with made.router.lifespan_context(made):
        transport = httpx.ASGITransport(made, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            yield client


async def test_a_token_whose_key_has_half_a_character_is_refused(known: httpx.AsyncClient) -> None:
    head = base64.urlsafe_b64encode(b'{"alg":"RS256","kid":"\\ud800"}').rstrip(b"=").decode()
    refused = await known.get("/account", headers=bearer(f"{head}.e30.AA"))
    assert (refused.status_code, Refusal(refused).codes) == (401, ["UNAUTHENTICATED"])


@pytest.mark.parametrize(
    "name", ["\N{KELVIN SIGN}@x.org", "jos\N{LATIN SMALL LETTER E WITH ACUTE}@x.org", "a b@x.org", ""]
)
def test_no_letter_beyond_ascii_becomes_another_s_login(name: str) -> None:
    with pytest.raises(Unauthenticated):
        account_login(name)
    assert account_login(" K@X.org ") == "k@x.org"


@pytest.fixture(scope="module")
def served(provider: Provider, federation: Federation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with Server(knowing(provider, federation, spool=str(tmp_path_factory.mktemp("spool")), figures=False)) as url:
        yield url


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/graphql?responseformat=text/event-stream", "*/*"),
        ("/graphql?FORMAT=Text%2FEvent-Stream", "application/json"),
        ("/graphql", "Text/Event-Stream"),
        ("/graphql", "text/ event-stream"),
    ],
)
async def test_an_event_stream_ends_with_its_login_however_it_is_asked_for(
    served: str, provider: Provider, monkeypatch: pytest.MonkeyPatch, path: str, accept: str
) -> None:
    monkeypatch.setattr(lasting, "SHORTEST", 0.1)
    monkeypatch.setattr(logins, "BELIEVED", 0.1)
    soon = bearer(provider.token("pi-s01", exp=int(time.time()) - 28)) | {"Accept": accept}
    async with httpx.AsyncClient(base_url=served, timeout=10) as client:
        async with client.stream("POST", path, json={"query": CHANGED}, headers=soon) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            told = b"".join([block async for block in answer.aiter_bytes()])
        assert b"event: complete" not in told


async def test_passwords_that_are_tried_at_once_are_slowed_as_others_are(known: httpx.AsyncClient) -> None:
    tried = [known.get("/livez", headers=basic("hurried", f"wrong-{number}")) for number in range(20)]
    statuses = [answer.status_code for answer in await asyncio.gather(*tried)]
    assert set(statuses) == {401, 429}
    assert statuses.count(401) <= 6


async def test_a_right_password_may_be_sent_by_many_requests_at_once(
    known: httpx.AsyncClient, provider: Provider
) -> None:
    right = basic("coi-s01", provider.passwords["coi-s01"])
    answers = await asyncio.gather(*(known.get("/livez", headers=right) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
