"""The response that is a table which a page computes, in the format that a machine asks for."""

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.page.computed_table import FORMATS, ComputedTable, written
from adapters.votable.formats import JSON, Negotiated
from gateway.accept import JsonFormat, NotAcceptable, requested
from gateway.attachments import disposition
from gateway.page_documents import json_response
from gateway.server_timing import ServerTiming
from planning.errors import BadInput

OFFERED = "json, votable, csv or tsv"


def computed_form(http: HttpRequest) -> Negotiated | JsonFormat:
    """The format that is asked for; raises `BadInput` for a name that is not offered here, else `NotAcceptable`."""
    form = requested(http.scope)
    if isinstance(form, JsonFormat) or (isinstance(form, Negotiated) and form.format in FORMATS):
        return form
    if isinstance(form, Negotiated) and form.format is JSON:
        return JsonFormat()
    message = f"This page is computed, and written as {OFFERED}"
    raise BadInput(message) if form else NotAcceptable(message)


def computed_response(
    table: ComputedTable, form: Negotiated | JsonFormat, name: str, timing: ServerTiming, **beside: object
) -> Response:
    """The table under a name; JSON has its rows as objects, and what is `beside` them; errors as GraphQL has them."""
    if isinstance(form, JsonFormat):
        errors = {"errors": [{"message": text} for text in table.warnings]} if table.warnings else {}
        response = json_response({**beside, "rows": list(table.objects()), **errors})
        timing.end("write")
        response.headers.update(timing.headers)
        return response
    content = written(table, form)
    timing.end("write")
    headers = timing.headers | {"Content-Type": form.media_type, "Vary": "Accept"}
    return Response(content, headers=headers | disposition(name, form.format.suffix))
