"""The next release is part of an ETag: an answer is kept until something opens, and is another one at that moment."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette
from waiting import within

from hub.dependencies import RELEASES
from hub.health import HealthMonitor
from hub.releases import MOST, NEVER, Releases
from hub.rows import connect
from planning.rights import releases_sql
from sample.federation import Federation
from schema.catalog import ALL, SOURCES

FIRST = 6_500_000_000
NOW = datetime.now(UTC).replace(tzinfo=None)
SOON, LATER = NOW + timedelta(hours=3, microseconds=3), NOW + timedelta(days=2)
ROWS = {
    SOON: ("secure", None), LATER: ("proprietary", "doe"), NOW + timedelta(hours=1): ("public", None),
    NOW - timedelta(days=1): ("secure", None), None: ("secure", None),
}  # fmt: skip
"""Release dates, with rights and investigators: the third opens nothing, which is open."""
QUERY = f"SELECT id, access_url FROM oidb.granule WHERE id >= {FIRST} AND id < {FIRST + len(ROWS)} ORDER BY id"
ASKED = {
    "/tap/sync": {"LANG": "ADQL", "FORMAT": "csv", "QUERY": QUERY},
    "/graphql": {"query": '{ granules(where: {targetName: {eq: "released"}}, first: 9) { nodes { granuleId accessUrl } } }'},
    "/oidb/search": {"target": "released", "public": "yes", "format": "csv"},
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
async def granules(federation: Federation, app: Starlette) -> AsyncIterator[None]:
    connection = await connect(federation.sources["oidb"])
    add = """INSERT INTO public.oidb (id, calib_level, target_name, data_rights, obs_release_date, datapi, access_url, nb_channels)
        VALUES ($1, 2, 'released', $2, $3, $4, 'https://x.invalid/' || $1::bigint, 5)"""
    for number, (release, (rights, datapi)) in enumerate(ROWS.items()):
        await connection.execute(add, FIRST + number, rights, release, datapi)
    expected = f"releases {microseconds(SOON)}"
    health: HealthMonitor = app.state.gateway.hub.health

    async def known() -> bool:
        return health.releases() == expected

    assert await within(known, 20), "though PostgreSQL counts late what was written"
    yield
    await connection.execute("DELETE FROM public.oidb WHERE id >= $1 AND id < $2", FIRST, FIRST + len(ROWS))
    await connection.close()


def microseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1)) // timedelta(microseconds=1)


def at(patch: pytest.MonkeyPatch, moment: datetime) -> None:
    patch.setattr("planning.rights.this_moment", lambda: moment)


async def held(client: httpx.AsyncClient, path: str) -> tuple[str, str]:
    """The tag of an answer, once it is kept, and its text: what was written before is counted late by PostgreSQL."""

    async def tagged() -> tuple[str, str] | None:
        answer = await client.get(path, params=ASKED[path])
        tag = answer.headers.get("etag", "")
        again = await client.get(path, params=ASKED[path], headers={"If-None-Match": tag})
        return (tag, answer.text) if again.status_code == 304 else None

    return await within(tagged, 20)


@pytest.mark.parametrize("path", ASKED)
async def test_an_answer_is_kept_until_something_opens(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    tag, text = await held(client, path)
    told = {number for number in range(len(ROWS)) if f"https://x.invalid/{FIRST + number}" in text}
    assert told == {2, 3}, "what is public, and what has been released"
    for moment in (NOW + timedelta(minutes=5), SOON):
        at(monkeypatch, moment)
        kept = await client.get(path, params=ASKED[path], headers={"If-None-Match": tag})
        assert (kept.status_code, kept.headers["etag"]) == (304, tag), "an embargo ends after its date, not with it"

    async def opened_for_good() -> bool:
        at(monkeypatch, SOON + timedelta(microseconds=1))
        opened = await client.get(path, params=ASKED[path], headers={"If-None-Match": tag})
        assert opened.status_code == 200
        assert opened.headers["etag"] != tag
        assert f"https://x.invalid/{FIRST}" in opened.text
        at(monkeypatch, SOON + timedelta(days=1))
        again = await client.get(path, params=ASKED[path], headers={"If-None-Match": opened.headers["etag"]})
        return again.status_code == 304

    assert await within(opened_for_good, 20), "a day later, as nothing else was released"


PUBLIC = {
    "/tap/sync": {
        "LANG": "ADQL", "FORMAT": "csv",
        "QUERY": "SELECT obs_id, data_rights FROM ivoa.obscore WHERE target_name = 'released' AND data_rights = 'public'",
    },
    "/graphql": {
        "query": """{ obscore(where: {targetName: {eq: "released"}, dataRights: {eq: "public"}}, first: 9) {
            nodes { obsId dataRights } } }"""
    },
}  # fmt: skip


@pytest.mark.parametrize("path", PUBLIC)
async def test_obscore_says_that_what_is_released_is_public(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    for moment, expected in ((NOW, {2, 3}), (SOON, {2, 3}), (SOON + timedelta(microseconds=1), {0, 2, 3})):
        at(monkeypatch, moment)
        text = (await client.get(path, params=PUBLIC[path])).text
        assert {number for number in range(len(ROWS)) if str(FIRST + number) in text} == expected
        assert "secure" not in text


async def test_other_answers_do_not_look_at_releases(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"LANG": "ADQL", "FORMAT": "csv", "QUERY": "SELECT TOP 1 Name FROM jsdc.star"}
    tag = (await client.get("/tap/sync", params=asked)).headers["etag"]
    at(monkeypatch, LATER + timedelta(days=400))
    assert (await client.get("/tap/sync", params=asked, headers={"If-None-Match": tag})).status_code == 304


@pytest.mark.parametrize(
    ("source", "condition"), [("oidb", "CASE WHEN"), ("obsportal", "timezone('00:00:00'::interval")]
)
async def test_they_are_looked_for_at_the_source(federation: Federation, source: str, condition: str) -> None:
    """Where the hub filters itself, every row of a large table comes: ten times as long."""
    connection = await connect(federation.hub)
    plan = await connection.fetch(f"EXPLAIN VERBOSE {releases_sql(SOURCES[source])}", NOW, MOST)
    await connection.close()
    text = "\n".join(row[0] for row in plan)
    assert "Filter:" not in text
    assert condition in text.partition("Remote SQL:")[2]


def test_the_next_release_is_known_or_nothing_is(app: Starlette) -> None:
    some = Releases((microseconds(SOON), microseconds(LATER)))
    moments = (NOW, SOON, SOON + timedelta(microseconds=1), LATER, LATER + timedelta(seconds=1))
    expected = [str(microseconds(SOON))] * 2 + [str(microseconds(LATER))] * 2 + [NEVER]
    assert [some.following(moment) for moment in moments] == expected
    assert Releases((1,) * MOST).following(NOW) is None, "there may be later ones"
    assert app.state.gateway.freshness.versions()[RELEASES]


def test_each_right_that_looks_at_the_time_is_of_a_source_that_says_when() -> None:
    dated = {right.catalogue for source in ALL for right in source.rights if "{now}" in right.condition}
    assert dated == {source.name for source in ALL if source.releases}
