"""Aliases and delegations as SPICA-DB keeps them, read beside a naive second way."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from gateway.login import people
from gateway.login.people import People
from gateway.login.verified import Kind, Verified
from hub.accounts import Account, Accounts, open_accounts
from hub.rows import connect
from localpg.options import free_port
from planning.errors import SourceUnavailable
from sample.federation import Federation


@pytest_asyncio.fixture
async def accounts(federation: Federation) -> AsyncIterator[Accounts]:
    opened = await open_accounts(federation.sources["spica"])
    yield opened
    await opened.close()


async def test_every_account(accounts: Accounts, federation: Federation) -> None:
    connection = await connect(federation.sources["spica"])
    try:
        rows = await connection.fetch("SELECT alias, login FROM public.account")
        let = await connection.fetch("SELECT piname, coi_alias, catalog FROM public.delegation")
    finally:
        await connection.close()
    assert len({row["login"] for row in rows}) > 2
    for login in {row["login"] for row in rows}:
        aliases = {row["alias"].upper() for row in rows if row["login"] == login}
        delegations = {(row["piname"].upper(), row["catalog"]) for row in let if row["coi_alias"].upper() in aliases}
        assert await accounts.of(login.lower()) == Account(frozenset(aliases), frozenset(delegations))
    assert await accounts.of("nobody") == Account()
    assert await accounts.of("' OR true --") == Account()


async def test_people_stay_as_they_were_while_spica_db_is_away(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = People(accounts, frozenset({"pi-s01"}))
    verified = Verified("pi-s01", Kind.PASSWORD, 0, frozenset({"spica"}), writes=False)
    asker = await known.asker(verified)
    assert (asker.aliases, asker.groups, asker.writes) == ({"PI S01"}, {"spica", "admin"}, False)

    async def away(_self: Accounts, login: str) -> Account:
        raise SourceUnavailable(login, "spica")

    monkeypatch.setattr(Accounts, "of", away)
    monkeypatch.setattr(people, "monotonic", lambda: 1e9)
    assert await known.asker(verified) == asker
    unknown = await known.asker(Verified("coi-s01", Kind.PASSWORD, 0))
    assert (unknown.login, unknown.aliases, unknown.delegations) == ("coi-s01", frozenset(), frozenset())


async def test_a_source_that_is_down(caplog: pytest.LogCaptureFixture) -> None:
    opened = await open_accounts(f"postgresql://someone:secret@127.0.0.1:{free_port()}/spica")
    try:
        with pytest.raises(SourceUnavailable) as refused:
            await opened.of("pi-s01")
    finally:
        await opened.close()
    assert refused.value.source == "spica"
    assert "secret" not in refused.value.message + caplog.text
