"""The doors that are told are those that there are."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from gateway.doors import NAMES, door, listed


async def test_every_door_is_told_to_people_and_opens(client: httpx.AsyncClient) -> None:
    index = (await client.get("/")).text
    assert [line.strip() for line in index.splitlines()[1:]] == listed()
    for address in listed():
        assert (await client.get(address)).status_code != 404, address


def test_every_route_is_counted_at_its_door(app: Starlette) -> None:
    paths = [route.path for route in app.routes if isinstance(route, (Route, Mount)) and route.path != "/"]
    assert [path for path in paths if door(path) == "other"] == []
    assert {door(path) for path in paths} | {"/metrics"} == NAMES


@pytest.mark.parametrize("path", ["/", "", "/nothing", "/scsx/jsdc.star", "*", "//tap"])
def test_what_is_no_door_is_counted_as_other(path: str) -> None:
    assert door(path) == "other"
