"""Tables that who has logged in keeps (TAP 1.2, which is a draft), in two forms over the same tables.

`/tap/user_tables` is as DaCHS has it; `/tap/tables`, `/tap/load`, `/tap/table-update` and `/tap/permissions` are as
OpenCADC's youcat has them, and pyvo.
"""

from starlette.requests import Request

from adapters.uws.services import TABLE_UPDATE
from gateway.door import Endpoint, late
from gateway.middleware.authentication import READING
from gateway.routes.jobs import endpoints
from planning.asker import asker
from planning.errors import Forbidden, Unauthenticated


def require_account(http: Request) -> None:
    """Raise `Unauthenticated` for nobody, and `Forbidden` for a change by a credential that may only read."""
    person = asker()
    if not person.known:
        how = "log in" if person.may_log_in else "there are no accounts on this service"
        message = f"Tables are kept for people with an account: {how}"
        raise Unauthenticated(message)
    if http.method not in READING and not person.writes:
        message = "This API token may only read: make one of the scope write to change tables"
        raise Forbidden(message)


HANDLERS = late("gateway.handlers.user_tables")
ENDPOINTS = (
    Endpoint("/tap/tables/{table:path}", HANDLERS("table"), ("PUT", "DELETE")),
    Endpoint("/tap/user_tables", HANDLERS("listed")),
    Endpoint("/tap/user_tables/{table:path}", HANDLERS("user_table"), ("GET", "PUT", "DELETE")),
    Endpoint("/tap/load/{table:path}", HANDLERS("load"), ("POST",)),
    Endpoint("/tap/permissions/{table:path}", HANDLERS("readers"), ("GET", "POST")),
    *endpoints(TABLE_UPDATE),
)
