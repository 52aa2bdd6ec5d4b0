"""`/` for people, and `/find`: both ask GraphQL by the documents of the pages."""

import asyncio
from typing import Any, TypeAlias

from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from adapters.page.built_files import page_document
from adapters.page.rendering import rendered
from gateway.addresses import base_url
from gateway.destination import destination, place_address, star_address
from gateway.language import language, page_response
from gateway.page_documents import answered
from gateway.routes.index import door_addresses
from gateway.state import state_of
from planning.errors import BadInput

Answer: TypeAlias = dict[str, Any]


async def home(http: HttpRequest) -> Response:
    """The home page, with what its scripts show first."""
    databases, exposures = await asyncio.gather(_answer(http, "Home"), _answer(http, "LastExposures"))
    content = rendered(
        "home.html",
        language(http),
        page="home",
        addresses=door_addresses(http),
        base=base_url(http, state_of(http.scope).settings),
        databases={"answer": databases},
        exposures={"answer": exposures},
    )
    return page_response(http, content)


async def find(http: HttpRequest) -> Response:
    """Send from the box to the best of what is called so; to the page of a star of that name, if nothing is."""
    text = http.query_params.get("text", "").strip()
    if not text:
        message = "text is missing: which name, place, exposure or programme is to be found?"
        raise BadInput(message)
    at = place_address(text) or await _best(http, text)
    return RedirectResponse(at.removeprefix("/"), 303)


async def _best(http: HttpRequest, text: str) -> str:
    answer = await _answer(http, "Search", text=text, first=1)
    found = ((answer["data"] or {}).get("search") or {}).get("nodes")
    return destination(found[0]) if found else star_address(text)


async def _answer(http: HttpRequest, document: str, **variables: Any) -> Answer:
    """What GraphQL answers to a document of the pages: `data` and `errors`, as their scripts have it."""
    payload = await answered(http, page_document(document), variables)
    return {"data": payload.get("data"), "errors": payload.get("errors", [])}
