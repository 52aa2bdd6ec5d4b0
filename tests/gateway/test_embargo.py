"""OiDB's embargo, asked of every door by every kind of person, against the rule said in Python."""

import csv
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import pytest
from asked_as import AskedAs
from starlette.applications import Starlette

from hub.rows import connect
from planning.asker import NOBODY, Asker
from planning.node_ids import node_id
from sample.federation import Federation
from schema.oidb import GRANULE

FIRST = 6_000_000_000
PLACE = (10.684, -89.269)
"""Where nothing else is."""
PEOPLE = {
    "nobody": NOBODY,
    "a stranger": Asker("eve@x.org", frozenset({"EVE"})),
    "the investigator": Asker("ann@x.org", frozenset({"DOE"})),
    "another of the cell": Asker("bob@x.org", frozenset({"O'ROE"})),
    "whose login it is": Asker("carl@x.org"),
    "who may act for one": Asker("dan@x.org", frozenset({"DAN"}), frozenset({("DOE", "oidb")})),
    "who may act in the collection": Asker("dan@x.org", frozenset(), frozenset({("DOE", "embargo"), ("ROE", "other")})),
    "who may act in others": Asker(
        "dan@x.org", frozenset(), frozenset({("DOE", "embarg"), ("DOE", "embargo2"), ("X", "embargo")})
    ),
    "who may act in the programme": Asker("dan@x.org", frozenset(), frozenset({("DOE", "099.X-0001(A)")})),
    "who may act in another programme": Asker("dan@x.org", frozenset(), frozenset({("DOE", "099.X-0001")})),
    "who may act elsewhere": Asker("dan@x.org", frozenset({"DAN"}), frozenset({("DOE", "spica")})),
    "an administrator": Asker("root@x.org", groups=frozenset({"admin"})),
    "one of OiDB": Asker("oidb@x.org", groups=frozenset({"oidb", "jmmc"})),
    "one of another": Asker("spica@x.org", groups=frozenset({"spica"})),
}


@dataclass(frozen=True)
class Granule:
    """A granule, its rights, and whose it is."""

    id: int
    rights: str
    release: str | None
    datapi: str | None

    @property
    def url(self) -> str:
        """Where its file is."""
        return f"https://x.invalid/{self.id}.fits"

    def opens(self, person: Asker) -> bool:
        """Whether a person may have it."""
        released = self.release is not None and datetime.fromisoformat(self.release) < datetime.now()
        if self.rights == "public" or released or "admin" in person.groups or "oidb" in person.groups:
            return True
        theirs = {
            person.login.upper(),
            *person.aliases,
            *(name for name, where in person.delegations if where in ("oidb", "embargo", "099.X-0001(A)")),
        }
        return person.known and any(name.strip().upper() in theirs for name in (self.datapi or "").split("/"))


OF = (None, "Doe", "doe / O'Roe", "roe", "carl@x.org", "", "DOERING/x")
GRANULES = [
    Granule(FIRST + number, rights, release, datapi)
    for number, (rights, release, datapi) in enumerate(
        (rights, release, datapi)
        for rights in ("public", "secure", "proprietary")
        for release in (None, "2020-01-01", "2999-01-01")
        for datapi in OF
    )
]
ALL = {granule.url for granule in GRANULES}
Get = Callable[..., Awaitable[Any]]


@pytest.fixture(scope="module", autouse=True)
async def granules(federation: Federation) -> AsyncIterator[None]:
    connection = await connect(federation.sources["oidb"])
    add = """INSERT INTO public.oidb (id, calib_level, target_name, obs_id, data_rights, obs_release_date, datapi,
            access_url, nb_channels, s_ra, s_dec, obs_collection, t_min, t_max, dataproduct_type, progid)
        VALUES ($1, 2, 'embargo', 'embargo-' || $1::bigint, $2, $3::text::timestamp, $4,
            $5, 5, $6, $7, 'embargo', 58000, 58001, 'visibility', '099.X-0001(A)')"""
    for one in GRANULES:
        await connection.execute(add, one.id, one.rights, one.release, one.datapi, one.url, *PLACE)
        await connection.execute(
            "INSERT INTO public.oidb_datalink (id, access_url, semantics) VALUES ($1, $2, '#preview')", one.id, one.url
        )
    yield
    await connection.execute("DELETE FROM public.oidb_datalink WHERE id >= $1", FIRST)
    await connection.execute("DELETE FROM public.oidb WHERE id >= $1", FIRST)
    await connection.close()


@pytest.fixture(scope="module")
async def asking(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(AskedAs(app, PEOPLE)), base_url="http://gateway"
    ) as made:
        yield made


async def graphql(client: httpx.AsyncClient, person: str, query: str, **variables: Any) -> Any:
    sent = {"query": query, "variables": variables}
    answer = (await client.post("/graphql", json=sent, headers={"X-Asker": person})).json()
    assert "errors" not in answer, answer
    return answer["data"]


async def adql(client: httpx.AsyncClient, person: str, query: str) -> list[dict[str, str]]:
    sent = {"LANG": "ADQL", "FORMAT": "csv", "QUERY": query}
    answer = await client.post("/tap/sync", data=sent, headers={"X-Asker": person})
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


SELECTED = {
    "a table": f"SELECT access_url FROM oidb.granule WHERE id >= {FIRST}",
    "its former name": f"SELECT * FROM oidb WHERE id >= {FIRST}",
    "its expression": f"SELECT LOWER(access_url) AS access_url FROM oidb.granule WHERE id >= {FIRST}",
    "a subquery": f"SELECT u AS access_url FROM (SELECT access_url AS u, id FROM oidb.granule) AS s WHERE id >= {FIRST}",
    "a common table": f"WITH w AS (SELECT * FROM oidb.granule WHERE id >= {FIRST}) SELECT access_url FROM w",
    "a comparison": f"SELECT access_url FROM oidb.granule WHERE access_url LIKE 'https://x.invalid/{str(FIRST)[:5]}%'",
    "groups": f"SELECT access_url FROM oidb.granule WHERE id >= {FIRST} GROUP BY access_url",
    "the largest": f"SELECT MAX(access_url) AS access_url FROM oidb.granule WHERE id >= {FIRST} GROUP BY id",
    "a join with itself": f"SELECT b.access_url FROM oidb AS a JOIN oidb AS b USING (id) WHERE a.id >= {FIRST}",
    "a union": f"SELECT access_url FROM oidb WHERE id >= {FIRST} UNION SELECT access_url FROM oidb WHERE id >= {FIRST}",
    "ObsCore": "SELECT access_url FROM ivoa.obscore WHERE obs_collection = 'embargo'",
    "ObsCore whole": "SELECT * FROM ivoa.obscore WHERE obs_collection = 'embargo'",
    "a join in the hub": "SELECT g.access_url FROM oidb AS g LEFT JOIN jsdc.star AS s"
    " ON 1 = CONTAINS(POINT(s.raj2000, s.dej2000), CIRCLE(g.s_ra, g.s_dec, 0.001))"
    f" WHERE g.id >= {FIRST}",
    "links": f"SELECT access_url FROM oidb.datalink WHERE granule_id >= {FIRST}",
    "links by their former name": f"SELECT * FROM oidb_datalink WHERE id >= {FIRST}",
    "links beside granules": f"SELECT d.access_url FROM oidb_datalink AS d JOIN oidb AS g ON g.id = d.id WHERE g.id >= {FIRST}",
    "links in the hub": "SELECT d.access_url FROM oidb_datalink AS d LEFT JOIN spica.target AS s ON s.spicadb_id = d.id"
    f" WHERE d.id >= {FIRST}",
}  # fmt: skip
"""What may tell of addresses in ADQL."""
FIELDS = {
    "granules": 'granules(where: {targetName: {eq: "embargo"}}, first: 100) { nodes { accessUrl } }',
    "sorted granules": 'granules(where: {targetName: {eq: "embargo"}}, first: 100, orderBy: [{accessUrl: DESC}])'
    " { nodes { accessUrl } }",
    "found granules": 'granules(where: {accessUrl: {like: "https://x.invalid/6%"}}, first: 100) { nodes { accessUrl } }',
    "ObsCore": 'obscore(where: {obsCollection: {eq: "embargo"}}, first: 100) { nodes { accessUrl } }',
    "sorted ObsCore": 'obscore(where: {obsCollection: {eq: "embargo"}}, first: 100, orderBy: [{accessUrl: ASC}])'
    " { nodes { accessUrl } }",
    "links": f"datalinks(where: {{granuleId: {{ge: {FIRST}}}}}, first: 100) {{ nodes {{ accessUrl }} }}",
    "links of granules": 'granules(where: {targetName: {eq: "embargo"}}, first: 100)'
    " { nodes { datalinks(first: 2) { nodes { accessUrl } } } }",
    "granules of links": f"datalinks(where: {{granuleId: {{ge: {FIRST}}}}}, first: 100)"
    " { nodes { granule { accessUrl } } }",
    "nodes": f"nodes(ids: {json.dumps([node_id(GRANULE, one.id) for one in GRANULES])}) {{ ... on Granule {{ accessUrl }} }}",
    "groups": 'granulesAggregate(where: {targetName: {eq: "embargo"}}, groupBy: [ACCESS_URL], first: 100)'
    " { key { accessUrl } }",
}  # fmt: skip
"""And in GraphQL."""
RELATED = {
    "of links": "datalinks: {some: {accessUrl: {isNull: false}}}",
    "of links, in the hub": "datalinks: {some: {accessUrl: {isNull: false}}}, not: {star: {}}",
    "of some links": "not: {datalinks: {every: {accessUrl: {isNull: true}}}}",
    "of links whose granule": "datalinks: {some: {granule: {accessUrl: {like: \"https://x.invalid/6%\"}}}}",
    "of links without one": "not: {or: [{star: {}}, {datalinks: {none: {granule: {accessUrl: {gt: \"\"}}}}}]}",
}  # fmt: skip
"""Conditions on rows that granules lead to, each true where the granule is open."""
TABLES = {
    "cone search": ("/scs/oidb.granule", {"RA": PLACE[0], "DEC": PLACE[1], "SR": 0.001, "VERB": 3}),
    "cone search in ObsCore": ("/scs/ivoa.obscore", {"RA": PLACE[0], "DEC": PLACE[1], "SR": 0.001, "VERB": 3}),
    "SIA": ("/sia", {"POS": f"CIRCLE {PLACE[0]} {PLACE[1]} 0.001"}),
    "a list as a table": ("/graphql", {"query": f"{{ {FIELDS['granules']} }}", "format": "csv"}),
    "a list as an array": ("/graphql", {"query": f"{{ {FIELDS['ObsCore']} }}", "format": "votable"}),
    "OiDB's search": ("/oidb/search", {"target": "embargo", "perpage": 100, "format": "csv"}),
}  # fmt: skip
"""Doors whose answer is text that may hold addresses."""


def wanted(person: str) -> set[str]:
    return {one.url for one in GRANULES if one.opens(PEOPLE[person])}


def urls(text: str) -> set[str]:
    return {url for url in ALL if url in text}


@pytest.mark.parametrize("query", SELECTED, ids=str)
async def test_adql_tells_what_a_person_may_see(asking: httpx.AsyncClient, query: str) -> None:
    for person in PEOPLE:
        rows = await adql(asking, person, SELECTED[query])
        assert {row["access_url"] for row in rows} - {""} == wanted(person), person


@pytest.mark.parametrize("field", FIELDS, ids=str)
async def test_graphql_tells_what_a_person_may_see(asking: httpx.AsyncClient, field: str) -> None:
    for person in PEOPLE:
        assert urls(str(await graphql(asking, person, f"{{ {FIELDS[field]} }}"))) == wanted(person), person


@pytest.mark.parametrize("related", RELATED, ids=str)
async def test_related_rows_tell_what_a_person_may_see(asking: httpx.AsyncClient, related: str) -> None:
    query = f'{{ granules(where: {{and: [{{targetName: {{eq: "embargo"}}}}, {{{RELATED[related]}}}]}}, first: 100)'
    for person, asker in PEOPLE.items():
        found = await graphql(asking, person, f"{query} {{ nodes {{ granuleId }} }} }}")
        ids = {node["granuleId"] for node in found["granules"]["nodes"]}
        assert ids == {one.id for one in GRANULES if one.opens(asker)}, person


@pytest.mark.parametrize("door", TABLES, ids=str)
async def test_tables_tell_what_a_person_may_see(asking: httpx.AsyncClient, door: str) -> None:
    path, parameters = TABLES[door]
    for person in PEOPLE:
        answer = await asking.get(path, params=parameters, headers={"X-Asker": person})
        assert answer.status_code == 200, answer.text
        assert urls(answer.text) == wanted(person), person


async def test_matches_tell_what_a_person_may_see(asking: httpx.AsyncClient, federation: Federation) -> None:
    connection = await connect(federation.sources["oidb"])
    rows = await connection.fetch("SELECT id, data_rights, obs_release_date::text, datapi, access_url FROM public.oidb")
    await connection.close()
    known = {row["access_url"]: Granule(*tuple(row)[:4]) for row in rows}
    sent = {
        "request": "xmatch", "cat1": "oidb.granule", "cat2": "jsdc.star", "distMaxArcsec": 5, "cols1": "id,access_url",
        "cols2": "Name", "RESPONSEFORMAT": "csv", "MAXREC": 1_000_000,
    }  # fmt: skip
    told: dict[str, set[str]] = {}
    for person, asker in PEOPLE.items():
        answer = await asking.get("/xmatch", params=sent, headers={"X-Asker": person})
        matched = list(csv.DictReader(io.StringIO(answer.text)))
        assert len({row["id"] for row in matched}) > 100
        told[person] = {row["access_url"] for row in matched} - {""}
        assert all(known[url].opens(asker) for url in told[person])
    hidden = told["an administrator"] - told["nobody"]
    assert hidden
    assert not any(known[url].opens(NOBODY) for url in hidden)
    assert told["one of OiDB"] == told["an administrator"]
    assert told["a stranger"] == told["nobody"]


async def test_what_is_hidden_is_found_and_counted_as_nothing(asking: httpx.AsyncClient) -> None:
    for person in PEOPLE:
        shown = len(wanted(person))
        where = 'where: {targetName: {eq: "embargo"}, accessUrl: {like: "%x.invalid%"}}'
        told = await graphql(
            asking, person, f"{{ granules({where}, first: 1) {{ totalCount }} granulesAggregate({where}) {{ count }} }}"
        )
        assert told["granules"]["totalCount"] == told["granulesAggregate"][0]["count"] == shown
        counted = f"SELECT COUNT(access_url) AS n, COUNT(*) AS everything FROM oidb.granule WHERE id >= {FIRST}"
        assert await adql(asking, person, counted) == [{"n": str(shown), "everything": str(len(GRANULES))}]


async def test_an_error_tells_nothing_of_what_is_hidden(asking: httpx.AsyncClient) -> None:
    hidden = next(one for one in GRANULES if one.rights == "secure" and one.release == "2999-01-01")
    query = f"SELECT id FROM oidb WHERE id = {hidden.id} AND CAST(access_url AS INTEGER) = 7"
    for person, refused in (("nobody", False), ("a stranger", False), ("an administrator", True)):
        sent = {"LANG": "ADQL", "FORMAT": "csv", "QUERY": query}
        answer = await asking.post("/tap/sync", data=sent, headers={"X-Asker": person})
        assert (answer.status_code == 400) is refused, answer.text


async def test_links_are_authorized_for_whom_they_are_open(asking: httpx.AsyncClient) -> None:
    ids = [("ID", f"ivo://jmmc.fr/oidb?{one.id:012}") for one in GRANULES]
    for person in PEOPLE:
        answer = await asking.post("/datalink/links", data={"ID": [did for _, did in ids]}, headers={"X-Asker": person})
        assert urls(answer.text) == wanted(person), person
        assert answer.text.count("/get-data.html?id=") == len(GRANULES) - len(wanted(person))


async def test_a_file_is_led_to_for_whom_it_is_open(asking: httpx.AsyncClient) -> None:
    for person, who in PEOPLE.items():
        for one in GRANULES[::5]:
            answer = await asking.get("/get-data.html", params={"id": one.id}, headers={"X-Asker": person})
            if one.opens(who):
                assert (answer.status_code, answer.headers["location"]) == (303, one.url)
            else:
                assert answer.status_code == (403 if who.known else 401)
                assert one.url not in answer.text
                assert "under embargo" in answer.text


async def test_what_leads_to_no_file(asking: httpx.AsyncClient) -> None:
    for number, status in (("", 400), ("x", 400), ("²", 400), ("9" * 19, 400), ("9" * 18, 404)):
        answer = await asking.get("/get-data.html", params={"id": number})
        assert answer.status_code == status
