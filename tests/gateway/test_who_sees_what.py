"""Every person at every door, asked for all that may tell of what a right hides: generated from the declarations.

Two judges look at each answer: the rule of the embargo in plain Python; and the same question where nothing but what is
hidden is otherwise, which a stranger is to be answered byte for byte alike, with status, headers and ETag.
"""

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations as combinations_of
from types import MappingProxyType

import httpx
import pytest
import pytest_asyncio
from asked_as import AskedAs
from hidden_rows import MATCHED, OWNERS, PEOPLE, STATES, STRANGERS, put, take_away
from rights_probes import Probe, all_probes, names, of_adql, rights
from starlette.applications import Starlette
from starlette.routing import Route

from adql.checked.scope import fields
from gateway.freshness import Freshness
from hub.rows import connect
from planning import rights as planned
from sample.federation import Federation
from schema.catalog import ALL
from schema.table import Table

Answers = Mapping[tuple[str, int], httpx.Response]
"""By person and number of the probe."""

OF_THE_MOMENT = {"server-timing", "x-request-id"}
"""Headers that are never the same twice."""
OF_A_STREAM = {"content-length", "vary", "etag"}
"""Headers that say whether an answer was sent as a whole, which its speed decides."""
DATED = re.compile(rb'name="request_date" value="[^"]*"')
"""When it was asked, which tables of TAP say."""
CHANGING = ("availability", "/oai", "/health", "/readyz", "/livez", "/oidb/status")
"""What ends, or begins, the paths of documents that say what time it is."""
PARAMS: Mapping[str, Mapping[str, str]] = {
    "/search.votable": {"ra": "344.4127", "dec": "-29.6222", "radius": "30"},
    "/night": {"DATE": "2026-12-01", "POPS": "451215", "MODES": "SPI"},
    "/visibility": {"POS": "1,2", "TIME": "61375/61376", "STATIONS": "UTs"},
    "/badcal-dsa/SubmitCone": {"RA": "0.0", "DEC": "0.0", "SR": "360.0"},
    "/oai": {"verb": "ListIdentifiers", "metadataPrefix": "ivo_vor"},
    "/xmatch/api/v1/sync": {"request": "none"},
}
PLACES = {
    "table": "jsdc.star", "exposure": "SPICA.SCIDET:20220114:104042_target_1", "catalogue": "oidb", "id": "1",
    "key": "target_name", "job": "none", "name": "PIONIER", "path": "Norder1/Allsky.tsv",
}  # fmt: skip
"""What stands in the paths of routes."""
CORNER = re.compile(r'<details class="account">.*?</details>\n|<a class="account".*?</a>\n', re.DOTALL)
"""What a page says of who has logged in."""
FOR_PEOPLE = {"/restxq/catalogs/accounts/{catalogue}", "/restxq/catalogs/delegations", "/restxq/catalogs/status"}
FOR_ACCOUNTS = ("/tap/user_tables", "/tap/permissions", "/tap/table-update")
"""What paths begin with that are for who has logged in: `test_kept_tables.py` sees to what each is told."""
"""Routes that say who asks, or answer who has logged in alone."""
EVERYWHERE = ("nobody", "a stranger", "the investigator", "whom one lets act in oidb", "an administrator")
"""Who is asked at doors that no right has a part in: one of each kind."""
ASKED = {0: tuple(PEOPLE), 1: (*STRANGERS, OWNERS[0])}
"""Who is asked in each state: in the second who is to be answered alike, and one who is not."""
WITHHELD = [table for source in ALL for table in source.withheld]


def told_alike(first: httpx.Response, second: httpx.Response) -> bool:
    """Whether a client is told the same, byte for byte; tags are compared where both were sent as a whole."""
    both = (first, second)
    whole = all("content-length" in answer.headers for answer in both)
    passed = OF_THE_MOMENT if whole else OF_THE_MOMENT | OF_A_STREAM
    one, other = (
        (
            answer.status_code,
            {name: value for name, value in answer.headers.items() if name not in passed},
            DATED.sub(b"", answer.content),
        )
        for answer in both
    )
    return one == other


PLACE = (10.684, -89.269)
"""Where nothing else is."""


@pytest_asyncio.fixture(scope="module")
async def probes(federation: Federation) -> list[Probe]:
    connection = await connect(federation.hub)
    matched = tuple(await connection.fetchrow(MATCHED))
    await connection.close()
    return all_probes(PLACE, matched)


@pytest_asyncio.fixture(scope="module")
async def asking(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(AskedAs(app, PEOPLE)),
        base_url="http://gateway",
        headers={"Accept-Encoding": "identity"},  # what is compressed depends on how fast it comes
    ) as made:
        yield made


@pytest_asyncio.fixture(scope="module")
async def answers(
    asking: httpx.AsyncClient, federation: Federation, probes: list[Probe]
) -> AsyncIterator[Sequence[Answers]]:
    """What everybody is answered, in each state.

    ETags are told without versions, which say to everybody that something was written, and without lots.
    """
    connection = await connect(federation.sources["oidb"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Freshness, "version", lambda _freshness, _name: "the same")
        patch.setattr("gateway.middleware.conditional.token_hex", lambda _: "the same")
        told: list[Answers] = []
        for state, persons in ASKED.items():
            await put(connection, state, PLACE)
            asked = [(person, number) for number in range(len(probes)) for person in persons]
            told.append({(person, number): await probes[number].ask(asking, person) for person, number in asked})
        yield told
    await take_away(connection)
    await connection.close()


def combinations(probes: Sequence[Probe]) -> int:
    """Persons by doors by rights by things that may tell."""
    return len(PEOPLE) * sum(len(probe.things) for probe in probes)


def test_there_are_many_combinations(probes: list[Probe]) -> None:
    number = combinations(probes)
    doors = {probe.door for probe in probes}
    sys.stdout.write(f"{number} combinations: {len(PEOPLE)} persons, {len(doors)} doors, {len(rights())} rights\n")
    assert number >= 2000
    assert {"nobody", "a stranger", "whom one lets act in spica", "an administrator of spica"} <= {*STRANGERS}
    assert {"an administrator", "an administrator of oidb"} <= {*OWNERS}


def test_everybody_is_answered_what_they_may_see(answers: Sequence[Answers], probes: list[Probe]) -> None:
    for state, told in enumerate(answers):
        for (person, number), answer in told.items():
            try:
                probes[number].check(person, state, answer)
            except AssertionError as error:
                pytest.fail(
                    f"{person}, state {state}, {probes[number].door} {probes[number].about} {probes[number].things}: {error}\n{answer.text[:2000]}"
                )


def test_strangers_are_answered_alike_whatever_is_hidden(answers: Sequence[Answers], probes: list[Probe]) -> None:
    first, second = answers
    for number, probe in enumerate(probes):
        for person in STRANGERS:
            key = (person, number)
            assert told_alike(first[key], second[key]), (person, probe.door, probe.about, probe.things)


def test_owners_are_answered_otherwise(answers: Sequence[Answers], probes: list[Probe]) -> None:
    """Or strangers would be alike whatever a door does."""
    first, second = answers
    for number, probe in enumerate(probes):
        for person in OWNERS[:1]:
            same = first[person, number].content == second[person, number].content
            moved = first[person, number].headers.get("location") != second[person, number].headers.get("location")
            assert (not same or moved) or not probe.reveals, (person, probe.door, probe.about, probe.things)


def test_tags_of_strangers_are_none_of_those_of_owners(answers: Sequence[Answers], probes: list[Probe]) -> None:
    for told in answers:
        tags: dict[str, set[str]] = {person: set() for person in PEOPLE}
        for (person, number), answer in told.items():
            if probes[number].reveals and (tag := answer.headers.get("etag")):
                tags[person].add(tag)
        assert not [person for person in PEOPLE if (person, 0) in told and not tags[person]]
        for person, other in combinations_of(tags, 2):
            assert not tags[person] & tags[other], (person, other)


async def test_without_its_mask_each_right_is_seen_to_leak(
    answers: Sequence[Answers], asking: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both judges see it, whichever right it is."""
    assert answers
    for right, table in rights():
        named = next(names(right, table))
        probe = next(of_adql(replace(named, where=f"1 = 1 AND {named.where}")))  # a text that is not compiled yet
        fields.cache_clear()  # they are masked once and for all
        with monkeypatch.context() as patch:
            others = {column: one for column, one in planned.RIGHTS.items() if one is not right}
            patch.setattr(planned, "RIGHTS", MappingProxyType(others))
            leaked = await probe.ask(asking, "a stranger")
        fields.cache_clear()
        with pytest.raises(AssertionError):
            probe.check("a stranger", STATES[-1], leaked)
        masked = await next(of_adql(replace(named, where=f"2 = 2 AND {named.where}"))).ask(asking, "a stranger")
        assert not told_alike(leaked, masked)


async def test_jobs_are_done_for_who_asks_and_read_by_nobody_else(
    answers: Sequence[Answers], asking: httpx.AsyncClient, probes: list[Probe]
) -> None:
    assert answers, "the rows are those of the last state"
    probe = next(probe for probe in probes if probe.door == "/tap/sync")

    async def job(person: str) -> str:
        sent = {**probe.params, "PHASE": "RUN"}
        answer = await asking.post("/tap/async", data=sent, headers={"X-Asker": person})
        assert answer.status_code == 303, answer.text
        path = httpx.URL(answer.headers["location"]).path
        told = await asking.get(path, params={"WAIT": "20"}, headers={"X-Asker": person})
        assert "COMPLETED" in told.text
        return path

    writers = [name for name, person in PEOPLE.items() if person.writes]
    paths = dict(zip(writers, await asyncio.gather(*map(job, writers)), strict=True))
    for owner, path in paths.items():
        for person in {owner, "nobody", "a stranger", OWNERS[0]}:
            answer = await asking.get(f"{path}/results/result", headers={"X-Asker": person})
            if owner in (person, "nobody"):
                probe.check(owner, STATES[-1], answer)
            else:
                assert answer.status_code == (401 if person == "nobody" else 404)
                assert "x.invalid" not in answer.text


def others(app: Starlette, probes: Sequence[Probe]) -> list[str]:
    """Paths of the routes that have no probe; those under `/exist` are other names."""
    probed = {probe.door for probe in probes} | {"/graphql"}
    found = {route.path for route in app.routes if isinstance(route, Route) and "GET" in (route.methods or ())}
    return sorted(path for path in found - probed if not path.startswith("/exist/"))


async def test_every_other_door_answers_everybody_alike(
    app: Starlette, asking: httpx.AsyncClient, probes: list[Probe]
) -> None:
    """Who asks makes no difference where no right is declared, but to who asks about people."""
    for route in others(app, probes):
        path = re.sub(r"\{(\w+)(?::\w+)?\}", lambda name: PLACES[name[1]], route)
        told = {
            person: await asking.get(path, params=PARAMS.get(route, {}), headers={"X-Asker": person})
            for person in EVERYWHERE
        }
        statuses = {person: answer.status_code for person, answer in told.items()}
        if route in FOR_PEOPLE or route.startswith(FOR_ACCOUNTS):
            assert statuses.pop("nobody") == (200 if route.endswith("status") else 401), route
            assert len(set(statuses.values())) == 1, (route, statuses)
        elif route.startswith("/tap/async/"):
            assert set(statuses.values()) <= {401, 404}, route
        else:
            assert len(set(statuses.values())) == 1, (route, statuses)
            if not path.endswith(CHANGING) and "async" not in path:
                assert len({CORNER.sub("", answer.text) for answer in told.values()}) == 1, route


@pytest.mark.parametrize("table", WITHHELD, ids=lambda table: table.qualified)
async def test_what_nobody_may_read_is_at_no_door(asking: httpx.AsyncClient, table: Table) -> None:
    """It is refused to everybody, in the same words as what there is not."""
    asked = {
        "/tap/sync": {"LANG": "ADQL", "QUERY": "SELECT * FROM {}"},
        "/tap/tables/{}": {},
        "/scs/{}": {"RA": "1", "DEC": "1", "SR": "1"},
        "/moc/{}": {},
        "/hips/{}/properties": {},
        "/hats/{}/collection.properties": {},
        "/graphql": {"query": '{{ distinctValues(table: "{}", column: "piname") {{ value }} }}'},
        "/restxq/catalogs/meta/{}": {},
        "/restxq/catalogs/{}/1": {},
    }  # fmt: skip

    async def ask(person: str, path: str, name: str) -> httpx.Response:
        params = {key: value.format(name) for key, value in asked[path].items()}
        return await asking.get(path.format(name), params=params, headers={"X-Asker": person})

    for path in asked:
        missing = await ask("nobody", path, "spica.xyzzyx")
        for person in PEOPLE:
            withheld = await ask(person, path, table.qualified)
            assert withheld.status_code == missing.status_code
            assert withheld.status_code >= 400 or "errors" in withheld.json()
