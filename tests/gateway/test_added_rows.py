"""What is added is told once, whatever its dates say, and who was away resumes without loss: as server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from listening import Event, listening
from serving import Server, patient

from hub import addition_log
from hub.rows import connect
from sample.federation import Federation

pytestmark = pytest.mark.timed

ADDED = "subscription Added($after: String) { exposureAdded(after: $after) { expId } }"
INSERT = """INSERT INTO portal.exposure (exp_id, exp_header_id, exp_mjd_start, obs_id, exp_date_updated)
SELECT $1::text || lpad(number::text, 5, '0'), exp_header_id, exp_mjd_start, obs_id, {date}
FROM (SELECT * FROM portal.exposure WHERE exp_id !~ '^added-' ORDER BY exp_id LIMIT 1) AS like_it, generate_series(1, $2) AS number"""
DELETE = "DELETE FROM portal.exposure WHERE exp_id ~ '^added-'"
DATES = {
    "ahead": "now() + interval '1 hour'",
    "early": "'2001-01-01Z'",
    "bc": "'0044-03-15 12:00:00 BC'",
    "far": "'20000-01-01Z'",
    "none": "NULL",
    "never": "'infinity'",
    "ever": "'-infinity'",
    "now": "now()",
}


async def refusal(url: str, last: str) -> Any:
    async with httpx.AsyncClient(base_url=url) as web:
        headers = {"accept": "text/event-stream", "last-event-id": last}
        answer = await web.post("/graphql", json={"query": ADDED}, headers=headers, timeout=60)
        told, complete = answer.text.strip().split("\n\n")
        assert complete == "event: complete\ndata:"
        return json.loads(told.removeprefix("event: next\ndata: "))["errors"][0]["extensions"]["code"]


@pytest.fixture
async def portal(federation: Federation) -> AsyncIterator[Any]:
    connection = await connect(federation.sources["obsportal"])
    yield connection
    await connection.execute(DELETE)
    await connection.close()


async def add(portal: Any, name: str, number: int = 1, date: str = "now()") -> list[str]:
    await portal.execute(INSERT.format(date=date), f"added-{name}-", number)
    return [f"added-{name}-{index:05}" for index in range(1, number + 1)]


def keys(events: list[Event]) -> list[str]:
    return [event.told["expId"] for event in events]


async def test_each_is_told_once_whatever_its_date(server: str, federation: Federation, portal: Any) -> None:
    await add(portal, "before", date="'infinity'")  # and a subscriber is let in
    late = await connect(federation.sources["obsportal"])
    async with listening(server, ADDED) as listener:
        transaction = late.transaction()
        await transaction.start()
        await add(late, "late")
        wanted = [(await add(portal, name, 1, date))[0] for name, date in DATES.items()]
        assert sorted(keys(await listener.heard(len(DATES)))) == sorted(wanted)
        await transaction.commit()
        await late.close()
        assert keys(await listener.heard(1)) == ["added-late-00001"]
        await portal.execute(
            "UPDATE portal.exposure SET exp_seeing = 1, exp_date_updated = now() WHERE exp_id ~ '^added-'"
        )
        await listener.silent()
        await portal.execute("DELETE FROM portal.exposure WHERE exp_id ~ '^added-bc'")
        await listener.silent()
        assert await add(portal, "bc") == keys(await listener.heard(1))  # it was not there before


async def test_ten_thousand_at_once_are_told_each_once(server: str, portal: Any) -> None:
    async with listening(server, ADDED) as one, listening(server, ADDED) as other:
        wanted = await add(portal, "bulk", 10_000)
        for told in await asyncio.gather(one.heard(10_000, 60), other.heard(10_000, 60)):
            assert sorted(keys(told)) == wanted
            assert len({event.id for event in told}) == 10_000
        await one.silent()


async def test_who_was_away_resumes_without_loss(server: str, portal: Any) -> None:
    async with listening(server, ADDED) as listener:
        pass  # nothing was told, and yet it has an id
    first = await add(portal, "first", 250)
    async with listening(server, ADDED, listener.last) as again:
        told = await again.heard(130)
    assert keys(told) == first[:130]
    second = await add(portal, "second", 3)
    for last, given in ((told[-1].id, {}), (told[-1].id, {"after": told[3].id}), ("", {"after": told[-1].id})):
        async with listening(server, ADDED, last, **given) as again:
            assert keys(await again.heard(123)) == first[130:] + second
    assert await refusal(server, "yesterday") == "BAD_INPUT"
    assert await refusal(server, "0badcafe-1") == "EVENT_GONE"
    name = told[-1].id.partition("-")[0]
    assert await refusal(server, f"{name}-999999999") == "EVENT_GONE"


async def test_what_is_no_longer_held_is_said(
    federation: Federation, portal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addition_log, "HELD", 10)
    with Server(patient(federation)) as url:
        async with listening(url, ADDED) as listener:
            begun = listener.last
            told = [await listener.heard(len(await add(portal, name, 8))) for name in ("one", "two")]
        assert await refusal(url, begun) == "EVENT_GONE"
        async with listening(url, ADDED, told[0][5].id) as again:
            assert await again.heard(10) == told[0][6:] + told[1]


async def test_a_log_in_the_hub_outlives_its_processes(federation: Federation, portal: Any) -> None:
    settings = patient(federation, hub_writer=federation.writer)
    with Server(settings) as one, Server(settings) as other:
        async with listening(one, ADDED) as here, listening(other, ADDED) as there:
            first = await add(portal, "first", 120)
            told = await here.heard(120)
            assert keys(told) == first
            assert await there.heard(120) == told  # the same ids
        second = await add(portal, "second", 2)
        async with listening(other, ADDED, told[59].id) as resumed:
            assert keys(await resumed.heard(62)) == first[60:] + second
    third = await add(portal, "third", 3)  # nobody serves
    await portal.execute("DELETE FROM portal.exposure WHERE exp_id = $1", second[0])
    with Server(settings) as later:
        async with listening(later, ADDED, told[118].id) as resumed:
            assert keys(await resumed.heard(5)) == [first[119], second[1], *third]
            await resumed.silent()
