"""`/` for people, and `/find`: both ask GraphQL by the documents of the pages."""

import asyncio
from typing import Any, TypeAlias

from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from adapters.page.built_files import page_document
from adapters.page.rendering import rendered
from gateway.addresses import base_url
from gateway.destination import place_address, star_address
from gateway.language import language, page_response
from gateway.name_search import choices_response, search
from gateway.page_documents import answered
from gateway.request import query_values
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
    """Send from the box to what is called so; where that is none, or several, show what may be meant to choose from."""
    text = query_values(http).get("text", "").strip()
    if not text:
        message = "text is missing: which name, place, exposure or programme is to be found?"
        raise BadInput(message)
    if at := place_address(text):
        return _sent_to(at)
    found = await search(http, text)
    if not found.matches:
        return _sent_to(star_address(text))
    return _sent_to(found.meant) if found.meant else choices_response(http, found)


def _sent_to(address: str) -> Response:
    return RedirectResponse(address.removeprefix("/"), 303)


async def _answer(http: HttpRequest, document: str, **variables: Any) -> Answer:
    """What GraphQL answers to a document of the pages: `data` and `errors`, as their scripts have it."""
    payload = await answered(http, page_document(document), variables)
    return {"data": payload.get("data"), "errors": payload.get("errors", [])}
