"""`/star/{name}`: all that is known of a star, as a page, or as the JSON of the GraphQL document that the page asks."""

from datetime import UTC, datetime
from urllib.parse import quote

import orjson
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from adapters.page.star import DOCUMENT, Shown, is_known, star_page
from adapters.votable.formats import JSON
from gateway.accept import wants_json
from gateway.cacheable import CacheableResponse
from gateway.language import language, page_response
from gateway.name_search import choices_response, search
from gateway.page_documents import answer
from gateway.payloads import json_payload
from gateway.request import query_values
from gateway.server_timing import ServerTiming
from hub.threads import compute
from planning.errors import BadInput, NotFound
from resolvers.request import OperationResult

KEPT = "private, no-cache"
"""What is said of a page, which is in a language: browsers go back to it without asking."""
UNANSWERED = 503
"""Status of a page of which every database is silent."""


async def star(http: HttpRequest) -> Response:
    """The page; JSON where that is asked."""
    name, timing = http.path_params["name"].strip(), ServerTiming()
    result = await answer(http, DOCUMENT, {"name": name})
    timing.end("run")
    if not is_known(result.payload):
        if "+" in name:  # a form's blank, where a path has %20
            return RedirectResponse(f"/star/{quote(name.replace('+', ' '), safe='')}", 303)
        if not wants_json(http.scope) and (similar := await search(http, name)).matches:
            return choices_response(http, similar, NotFound.status)
        message = f"Nothing is known here of {name[:60]!r}: try another name, as SIMBAD has it"
        raise NotFound(message)
    text = json_payload(result.payload)
    if wants_json(http.scope):
        kind = CacheableResponse if result.whole else Response
        return kind(text, _status(result), {"Vary": "Accept"} | timing.headers, JSON.media_type)
    payload, now = orjson.loads(text), datetime.now(UTC)
    page = await compute(star_page, name, payload, now, language(http), Shown.of(query_values(http)))
    timing.end("write")
    response = page_response(http, page, status=_status(result))
    response.headers.update({"Cache-Control": KEPT} | timing.headers)
    return response


async def named(http: HttpRequest) -> Response:
    """Send from the form to the page."""
    name = query_values(http).get("name", "").strip()
    if not name:
        message = "name is missing: which star is to be shown?"
        raise BadInput(message)
    return RedirectResponse(f"star/{quote(name, safe='')}", 303)


def _status(result: OperationResult) -> int:
    """That of the refusal, if the question was refused, or the name; else whether anything was answered."""
    known = (result.payload.get("data") or {}).get("object")
    codes = {error.get("extensions", {}).get("code") for error in result.payload.get("errors", ())}
    unanswered = BadInput.status if codes == {BadInput.code} else UNANSWERED
    return result.refusal or (200 if known else unanswered)
