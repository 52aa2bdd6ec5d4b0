"""`/restxq/oidb`: OiDB's REST, granules, their links, collections and comments (OiDB `modules/rest/*.xqm`)."""

from starlette.responses import Response
from starlette.types import Scope

from adapters.oidb.documents import XML, response
from adapters.votable.fields import text_element
from gateway.door import Door, Endpoint, late
from gateway.refusals import refusal_headers
from planning.errors import Forbidden, GatewayError, Unauthenticated

ROOT = "/restxq/oidb"
PRIVATE = {"Cache-Control": "private, no-cache"}
CHALLENGE = {"WWW-Authenticate": 'Basic realm="jmmc account"'}
HANDLERS = late("gateway.handlers.oidb_rest")


def oidb_refusal(error: GatewayError, _scope: Scope) -> Response:
    """A `<response>` with an `<error>`; who may not do something is told 401, as OiDB does."""
    code = Unauthenticated.status if error.status == Forbidden.status else error.status
    challenge = CHALLENGE if code == Unauthenticated.status else {}
    headers = {**challenge, **refusal_headers(error)}
    return xml_response(response(text_element("error", error.message)), code, headers)


def xml_response(text: str | bytes, code: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A document of this API."""
    return Response(text, code, {**PRIVATE, **(headers or {})}, XML)


DOOR = Door(
    endpoints=(
        Endpoint(f"{ROOT}/granule", HANDLERS("granules"), ("POST",)),
        Endpoint(f"{ROOT}/granule/{{id}}", HANDLERS("granule"), ("GET", "PUT", "DELETE")),
        Endpoint(f"{ROOT}/datalink", HANDLERS("links"), ("GET", "POST")),
        Endpoint(f"{ROOT}/datalink/capabilities", HANDLERS("capabilities")),
        Endpoint(f"{ROOT}/datalink/availability", HANDLERS("availability")),
        Endpoint(f"{ROOT}/datalink/{{id}}", HANDLERS("granule_links"), ("POST",)),
        Endpoint(f"{ROOT}/collection", HANDLERS("collections"), ("GET", "POST")),
        Endpoint(f"{ROOT}/collection/{{id:path}}", HANDLERS("collection"), ("GET", "PUT", "DELETE")),
        Endpoint(f"{ROOT}/comment", HANDLERS("comments"), ("POST",)),
        Endpoint(f"{ROOT}/keyword", HANDLERS("keywords")),
        Endpoint(f"{ROOT}/instrument", HANDLERS("instruments")),
        Endpoint(f"{ROOT}/instrument/{{name}}/mode", HANDLERS("modes")),
        Endpoint(f"{ROOT}/mirror/granules", HANDLERS("mirrored")),
        Endpoint(f"{ROOT}/status", HANDLERS("status")),
    ),
    addresses=(f"{ROOT}/collection",),
    refuse=oidb_refusal,
)
