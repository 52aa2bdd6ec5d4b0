"""`/`: the addresses of all doors; for people, the home page."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from gateway.door import Doors, late
from gateway.state import state_of

HEADERS = {"Vary": "Accept"}
HANDLERS = late("gateway.handlers.home")


async def index(request: Request) -> Response:
    """The addresses of all doors, as text; as the page of the gateway where HTML is accepted."""
    if "text/html" in request.headers.get("accept", ""):
        return await HANDLERS("home")(request)
    lines = "".join(f"  {address}\n" for address in door_addresses(request))
    return PlainTextResponse(f"The JMMC gateway. Doors:\n{lines}", headers=HEADERS)


def door_addresses(request: Request) -> list[str]:
    """The addresses of all doors, those of tables once for each table that has a position."""
    doors: Doors = request.app.state.doors
    return doors.addresses(state_of(request.scope).catalog.positioned)
