"""`/get-data.html`: the file of a granule, by the address that OiDB gives it, for who may have it.

OiDB answers so (a 303 to the file); here who may not have the file is told why, and how to log in.
"""

from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from adapters.datalink.files import EMBARGOED, GET_DATA
from adapters.datalink.lookup import DocumentLookup
from adapters.oidb.addresses import WANTED, is_web_address
from gateway.door import Door, Endpoint
from gateway.request import parameters, until_disconnect
from gateway.state import state_of
from planning.asker import asker
from planning.errors import BadInput, Forbidden, NotFound, Unauthenticated

DOCUMENT = "query File($id: [Long!]!) { granules(where: { granuleId: { in: $id } }, first: 1) { nodes { accessUrl } } }"
DIGITS = 18
"""Of the longest number of a granule that is looked for."""


async def get_data(http: HttpRequest) -> Response:
    """Lead to the file of a granule; its parameter `name`, which OiDB's own addresses have too, is not needed."""
    state = state_of(http.scope)
    number = (await parameters(http, state.settings.max_json_bytes)).get("id", "")
    if not (number.isascii() and number.isdigit() and len(number) <= DIGITS):
        message = f"id is {number[:40]!r}: the number of a granule is wanted, as granuleId of granules says"
        raise BadInput(message)
    lookup = DocumentLookup(state.operations)
    lists = await until_disconnect(http, lookup.fetch(DOCUMENT, id=[int(number)]))
    lookup.require_answers()
    nodes = lists.get("granules")
    if not nodes:
        message = f"OiDB has no granule {number}"
        raise NotFound(message)
    url = nodes[0]["accessUrl"]
    if url is None:
        raise (Forbidden if asker().known else Unauthenticated)(EMBARGOED)
    if not is_web_address(url):
        message = f"The address of granule {number} in OiDB is {url[:60]!r}, which leads nowhere: {WANTED}"
        raise NotFound(message)
    return RedirectResponse(url, 303, headers={"Cache-Control": "no-store"})


DOOR = Door(endpoints=(Endpoint(GET_DATA, get_data),), addresses=(f"{GET_DATA}?id=",))
