"""Doors are declared once: routes, the list at `/`, labels, refusals and the tour follow."""

from urllib.parse import quote

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from adapters.registry.service import ServiceRecord
from adapters.votable.formats import VOTABLE
from gateway.door import Door, Doors, Endpoint
from gateway.doors import DOORS
from gateway.tour import TourRequest
from planning.errors import BadInput, Busy
from schema.catalog import DECLARED

LISTED = [
    "/graphql",
    "/scs/jsdc.star",
    "/search.votable",
    "/tap",
    "/xmatch",
    "/sia",
    "/getstar",
    "/oidb/search",
    "/oai",
    "/datalink/links",
    "/moc/ivoa.obscore",
    "/hips/ivoa.obscore/properties",
    "/hipslist",
    "/hats",
    "/hats/jsdc.star/collection.properties",
    "/night",
    "/visibility",
    "/health",
    "/livez",
    "/readyz",
]


async def test_every_door_is_listed_and_opens(client: httpx.AsyncClient) -> None:
    lines = [line.strip() for line in (await client.get("/")).text.splitlines()[1:]]
    assert set(LISTED) <= set(lines)
    assert lines == Doors(DOORS).addresses(DECLARED.positioned)
    for address in lines:
        assert (await client.get(address)).status_code != 404, address


def test_every_route_is_counted_at_its_door(app: Starlette) -> None:
    doors = Doors(DOORS)
    paths = [route.path for route in app.routes if isinstance(route, (Route, Mount)) and route.path != "/"]
    assert [path for path in paths if doors.label(path) == "other"] == []
    assert doors.label("/tap/async/x/results") == "/tap"
    assert doors.label("/capabilities") == "/capabilities"


@pytest.mark.parametrize("path", ["/", "", "/nothing", "/scsx/jsdc.star", "*", "//tap"])
def test_what_is_no_door_is_counted_as_other(path: str) -> None:
    assert Doors(DOORS).label(path) == "other"


async def _refusing(_http: Request) -> Response:
    message = "no <such> page"
    raise BadInput(message)


NEW = Door(
    endpoints=(Endpoint("/page/{table}", _refusing),),
    addresses=("/page/{table}",),
    votable=True,
    service=ServiceRecord("Page#1.0", "/page", "Pages", "pages", "Pages of rows"),
    tour=(TourRequest("a page", "/page/jsdc.star"),),
)


def test_a_door_is_declared_once() -> None:
    doors = Doors((*DOORS, NEW))
    assert doors.label("/page/jsdc.star") == "/page"
    assert doors.addresses(["jsdc.star"])[-1] == "/page/jsdc.star"
    assert NEW.service in doors.services
    assert doors.tour[-1].path == "/page/jsdc.star"
    assert doors.at("/page/nothing") is NEW


def test_the_query_of_a_tour_is_no_part_of_its_path() -> None:
    assert [request.path for request in Doors(DOORS).tour if "?" in request.path] == []


async def test_a_door_refuses_in_its_own_format() -> None:
    plain = Door(endpoints=(Endpoint("/plain", _refusing),))
    app = Starlette(routes=Doors((NEW, plain)).routes())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
        table, text = await client.get("/page/x"), await client.get("/plain")
    assert (table.status_code, table.headers["content-type"]) == (400, VOTABLE)
    assert 'name="QUERY_STATUS" value="ERROR">no &lt;such&gt; page</INFO>' in table.text
    assert (text.status_code, text.json()["errors"][0]["message"]) == (400, "no <such> page")


@pytest.mark.parametrize(
    ("path", "media_type", "message"),
    [
        ("/scs/x", VOTABLE, ">later</INFO>"),
        ("/oai", VOTABLE, ">later</INFO>"),
        ("/datalink/links", VOTABLE, ">TransientFault: later</INFO>"),
        ("/graphql", "application/graphql-response+json; charset=utf-8", '"message":"later"'),
        ("/static/app.js", "application/json", '"message":"later"'),
        ("/nothing", "application/json", '"message":"later"'),
    ],
)
def test_middleware_refuses_as_the_door_would(path: str, media_type: str, message: str) -> None:
    scope = {"type": "http", "path": path, "headers": [(b"accept", b"application/graphql-response+json")]}
    refusal = Doors(DOORS).refusal(scope, Busy("later"))
    assert (refusal.status_code, refusal.headers["content-type"]) == (503, media_type)
    assert refusal.headers["retry-after"] == "2"
    assert message in bytes(refusal.body).decode()


@pytest.mark.parametrize(("path", "media_type"), [("/scs/", VOTABLE), ("/tap/\0", VOTABLE), ("/nothing", "text/plain")])
async def test_where_nothing_is_says_so(client: httpx.AsyncClient, path: str, media_type: str) -> None:
    answer = await client.get(quote(path))
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (404, media_type)
    assert f"There is nothing at {path!r}: / lists the doors" in answer.text
