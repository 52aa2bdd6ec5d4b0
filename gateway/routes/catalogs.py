"""`/restxq/catalogs`: the catalogue API of the JMMC (catalogs `modules/app.xql`), which a2p2 asks.

Errors have no body: the header `X-HTTP-Error-Description` says what is wrong.
"""

from starlette.responses import Response
from starlette.types import Scope

from gateway.door import Door, Endpoint, Handler, late
from planning.errors import GatewayError, Unauthenticated

DESCRIPTION = "X-HTTP-Error-Description"
CHALLENGE = {"WWW-Authenticate": 'Basic realm="jmmc account"'}
LONGEST = 2000
"""Characters of a message that are told: clients refuse headers that are much longer."""
ROOT, FORMER = "/restxq/catalogs", "/exist/restxq/catalogs"
HANDLERS = late("gateway.handlers.catalogs")


def catalogue_refusal(error: GatewayError, _scope: Scope) -> Response:
    """No body: the message is a header, as clients of this API look for it."""
    printed = "".join(sign if sign.isprintable() else " " for sign in error.message[:LONGEST])
    said = " ".join(printed.split()).encode("ascii", "replace").decode()
    challenge = CHALLENGE if error.status == Unauthenticated.status else {}
    retry = {"Retry-After": str(error.retry)} if error.retry else {}
    return Response(status_code=error.status, headers={DESCRIPTION: said, **challenge, **retry})


def _endpoint(path: str, handler: Handler, *methods: str) -> Endpoint:
    return Endpoint(f"{ROOT}{path}", handler, ("GET", *methods), (f"{FORMER}{path}",))


DOOR = Door(
    endpoints=(
        _endpoint("", HANDLERS("tables")),
        _endpoint("/meta/{catalogue}", HANDLERS("columns")),
        _endpoint("/accounts/{catalogue}", HANDLERS("accounts")),
        _endpoint("/delegations", HANDLERS("delegations"), "PUT"),
        _endpoint("/status", HANDLERS("status")),
        _endpoint("/{catalogue}", HANDLERS("catalogue"), "PUT", "POST"),
        _endpoint("/{catalogue}/{id}", HANDLERS("row"), "PUT"),
        _endpoint("/{catalogue}/{id}/{key}", HANDLERS("cell")),
    ),
    addresses=(ROOT,),
    refuse=catalogue_refusal,
)
