"""The doors that are told are those that there are."""

from urllib.parse import quote

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from adapters.votable.formats import VOTABLE
from gateway.doors import NAMES, door, listed
from schema.catalog import DECLARED


async def test_every_door_is_told_to_people_and_opens(client: httpx.AsyncClient) -> None:
    index, addresses = (await client.get("/")).text, listed(DECLARED.positioned)
    assert [line.strip() for line in index.splitlines()[1:]] == addresses
    for address in addresses:
        assert (await client.get(address)).status_code != 404, address


def test_every_route_is_counted_at_its_door(app: Starlette) -> None:
    paths = [route.path for route in app.routes if isinstance(route, (Route, Mount)) and route.path != "/"]
    assert [path for path in paths if door(path) == "other"] == []
    assert {door(path) for path in paths} | {"/metrics"} == NAMES


@pytest.mark.parametrize("path", ["/", "", "/nothing", "/scsx/jsdc.star", "*", "//tap"])
def test_what_is_no_door_is_counted_as_other(path: str) -> None:
    assert door(path) == "other"


@pytest.mark.parametrize(("path", "media_type"), [("/scs/", VOTABLE), ("/tap/\0", VOTABLE), ("/nothing", "text/plain")])
async def test_where_nothing_is_says_so(client: httpx.AsyncClient, path: str, media_type: str) -> None:
    answer = await client.get(quote(path))
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (404, media_type)
    assert f"There is nothing at {path!r}: / lists the doors" in answer.text
