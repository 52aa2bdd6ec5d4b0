"""LINKS=false and GATEWAY_LINKS: no DataLink RESOURCE behind the rows, on every door that writes VOTables."""

import io
import re
from dataclasses import replace

import httpx
import pytest
from astropy.io.votable import parse
from starlette.applications import Starlette

from gateway.state import State

OBSCORE = "SELECT TOP 2 obs_publisher_did, target_name FROM ivoa.obscore"
DOORS = {
    "tap": ("/tap/sync", {"LANG": "ADQL", "QUERY": OBSCORE}),
    "scs": ("/scs/jsdc.star", {"RA": "344.4127", "DEC": "-29.6222", "SR": "5", "MAXREC": "2"}),
    "sia": ("/sia", {"POS": "CIRCLE 100 24 20", "MAXREC": "2"}),
    "getstar": ("/getstar", {"star": "Fomalhaut", "format": "votable1.4"}),
    "graphql": ("/graphql", {"query": "{ stars(first: 2) { nodes { name } } }"}),
}
EMPTY = {
    "tap": {"QUERY": f"{OBSCORE} WHERE target_name = 'nowhere'"},
    "tap MAXREC": {"MAXREC": "0"},
    "scs": {"RA": "0", "DEC": "-89.9", "SR": "0.000001"},
    "sia": {"POS": "CIRCLE 0 -89.9 0.000001"},
}
VOTABLE = {"accept": "application/x-votable+xml"}


def resources(response: httpx.Response) -> list[str]:
    """The types of the RESOURCEs right below VOTABLE: ASPRO2's style sheet makes a root of each."""
    assert response.status_code == 200, response.text
    parse(io.BytesIO(response.content))
    return re.findall(r'^<RESOURCE [^>]*type="(\w+)"', response.text, re.MULTILINE)


@pytest.mark.usefixtures("awake")
@pytest.mark.parametrize("name", DOORS)
async def test_links_false_leaves_them_out(name: str, client: httpx.AsyncClient) -> None:
    path, params = DOORS[name]
    assert resources(await client.get(path, params=params, headers=VOTABLE)) == ["results", "meta"]
    for value in ("false", "0", "FALSE"):
        response = await client.get(path, params=params | {"LINKS": value}, headers=VOTABLE)
        assert resources(response) == ["results"]
    assert resources(await client.get(path, params=params | {"links": "true"}, headers=VOTABLE)) == ["results", "meta"]


@pytest.mark.usefixtures("awake")
@pytest.mark.parametrize("name", DOORS)
async def test_another_value_is_refused(name: str, client: httpx.AsyncClient) -> None:
    path, params = DOORS[name]
    response = await client.get(path, params=params | {"LINKS": "maybe"}, headers=VOTABLE)
    assert response.status_code == 400
    assert "LINKS is 'maybe': true or false is wanted" in response.text.replace("&#39;", "'")


@pytest.mark.usefixtures("awake")
@pytest.mark.parametrize("name", EMPTY)
async def test_there_are_none_of_no_row(name: str, client: httpx.AsyncClient) -> None:
    path, params = DOORS[name.partition(" ")[0]]
    assert resources(await client.get(path, params=params | EMPTY[name], headers=VOTABLE)) == ["results"]


@pytest.mark.usefixtures("awake")
async def test_the_setting_says_what_holds_without(client: httpx.AsyncClient, app: Starlette) -> None:
    state: State = app.state.gateway
    app.state.gateway = replace(state, settings=replace(state.settings, links=False))
    try:
        for path, params in DOORS.values():
            assert resources(await client.get(path, params=params, headers=VOTABLE)) == ["results"]
            response = await client.get(path, params=params | {"LINKS": "true"}, headers=VOTABLE)
            assert resources(response) == ["results", "meta"]
    finally:
        app.state.gateway = state
