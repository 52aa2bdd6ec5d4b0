"""Passwords: right ones log in, wrong ones slow their own login and no other, and one that is tried again counts once."""

import asyncio
import time

import pytest
from people import served

from gateway.commands.provider import Provider
from gateway.login import attempts, passwords
from gateway.login.attempts import FREE, LOGINS, Attempts, PasswordsSlowed
from gateway.login.outgoing import LoginUnavailable
from gateway.login.passwords import Passwords
from gateway.login.verified import Kind
from hub.shares import held_by
from planning.errors import Unauthenticated

REMEMBERED = 60.0


class Clock:
    """A clock that stands still."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(attempts, "monotonic", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def tried(known: Attempts, login: str, number: int) -> None:
    """Try one wrong password."""
    digest = str(number).encode()
    known.require(login, digest)
    assert isinstance(known.found_wrong(login, digest), Unauthenticated)


async def test_a_password_says_who_one_is_and_in_which_groups(provider: Provider) -> None:
    known = Passwords(provider.account_service, 1)
    for login, groups in (("admin", {"admin"}), ("spica-qcs", {"spica"}), ("stranger", set())):
        verified = await known.verified(login, provider.passwords[login])
        assert (verified.login, verified.kind, verified.groups) == (login, Kind.PASSWORD, groups)
        assert verified.until <= time.time() + 60
    for login, password in (("admin", "wrong"), ("nobody", provider.passwords["admin"]), ("admin", "")):
        with pytest.raises(Unauthenticated, match="wrong"):
            await known.verified(login, password)


async def test_a_service_that_does_not_answer_is_no_wrong_password() -> None:
    with served() as provider:
        address = provider.account_service
    with pytest.raises(LoginUnavailable):
        await Passwords(address, 1).verified("admin", "any")


async def test_many_wrong_passwords_slow_one_login(provider: Provider) -> None:
    known, client = Passwords(provider.account_service, 1), "10.0.0.1"

    async def outcome(login: str, password: str) -> type[Exception] | str:
        with held_by(client):
            try:
                return (await known.verified(login, password)).login
            except (Unauthenticated, PasswordsSlowed) as error:
                return type(error)

    begun = time.monotonic()
    outcomes = [await outcome("pi-s01", f"wrong-{number}") for number in range(1000)]
    assert outcomes[:FREE] == [Unauthenticated] * FREE
    assert outcomes.count(PasswordsSlowed) > 980, "and no service was asked"
    assert time.monotonic() - begun < 5
    assert await outcome("coi-s01", provider.passwords["coi-s01"]) == "coi-s01"


async def test_two_are_verified_at_once(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    at_work, most = 0, 0

    def slow(_address: str, _login: str, _password: str) -> frozenset[str]:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        time.sleep(0.02)
        at_work -= 1
        return frozenset()

    monkeypatch.setattr(passwords, "_groups", slow)
    known = Passwords(provider.account_service, 1)
    await asyncio.gather(*(known.verified(f"login-{number}", "right") for number in range(8)))
    assert most == 2


def test_the_first_ones_slow_nothing_and_then_each_waits_longer(clock: Clock) -> None:
    known = Attempts(REMEMBERED)
    for number in range(FREE):
        tried(known, "alice", number)
    waits = []
    for number in range(FREE, FREE + 8):
        with pytest.raises(PasswordsSlowed) as slowed:
            known.require("alice", str(number).encode())
        waits.append(slowed.value.retry)
        assert f"try again in {slowed.value.retry} s" in slowed.value.message
        clock.now += slowed.value.retry or 0
        tried(known, "alice", number)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    known.require("bob", b"0")


def test_one_that_is_sent_again_and_again_counts_once(clock: Clock) -> None:
    known = Attempts(REMEMBERED)
    tried(known, "alice", 1)
    for _ in range(100):
        clock.now += 1
        if clock.now < 1060:
            with pytest.raises(Unauthenticated):
                known.require("alice", b"1")
    for _ in range(100):
        clock.now += REMEMBERED
        tried(known, "alice", 1)
    for number in range(2, FREE + 1):
        tried(known, "alice", number)
    with pytest.raises(PasswordsSlowed):
        known.require("alice", b"new")


@pytest.mark.usefixtures("clock")
def test_a_right_one_is_always_tried_and_ends_the_counting() -> None:
    known = Attempts(REMEMBERED)
    known.found_right("alice", b"right")
    for number in range(FREE):
        tried(known, "alice", number)
    with pytest.raises(PasswordsSlowed):
        known.require("alice", b"other")
    known.require("alice", b"right")
    known.found_right("alice", b"right")
    known.require("alice", b"other")
    known.found_wrong("alice", b"right")  # it was changed
    for number in range(1, FREE):
        tried(known, "alice", number)
    with pytest.raises(Unauthenticated):
        known.require("alice", b"right")
    with pytest.raises(PasswordsSlowed):
        known.require("alice", b"new")


def test_what_is_tried_is_forgotten_in_the_end(clock: Clock) -> None:
    known = Attempts(REMEMBERED)
    for number in range(FREE):
        tried(known, "alice", number)
    clock.now += 1000
    for number in range(FREE - 1):
        tried(known, "alice", number)
    known.require("alice", b"new")


@pytest.mark.usefixtures("clock")
def test_of_many_logins_the_last_ones_are_remembered() -> None:
    known = Attempts(REMEMBERED)
    for number in range(FREE):
        tried(known, "alice", number)
    for number in range(LOGINS - 1):
        known.found_right(f"login-{number}", b"right")
    with pytest.raises(PasswordsSlowed):
        known.require("alice", b"new")
    known.found_right("one more", b"right")
    known.require("alice", b"new")
