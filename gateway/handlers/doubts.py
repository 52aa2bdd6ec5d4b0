"""`/doubts`: records whose star is not sure, with the stars that it could be, as a page or as JSON."""

from collections.abc import Mapping

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.page.doubts import (
    CANDIDATES,
    DATABASES,
    DOCUMENT,
    RADIUS,
    Choice,
    doubts_page,
    named_stars,
    placed,
    records,
)
from adapters.page.identification import METHODS
from gateway.accept import wants_json
from gateway.language import language, page_response
from gateway.page_documents import answered, json_response
from gateway.request import query_values
from hub.threads import compute
from planning.errors import BadInput

SHOWN = 50
"""Records of a page."""
MOST = 1000
"""Candidates of a page."""


async def doubts(http: HttpRequest) -> Response:
    """The page; what GraphQL answered where JSON is asked: the records alone."""
    choice = _choice(query_values(http))
    shown = {name: name == choice.database for name in DATABASES}
    variables = {"methods": list(choice.methods), "first": SHOWN, "after": choice.after or None, **shown}
    payload = await answered(http, DOCUMENT, variables)
    if wants_json(http.scope):
        return json_response(payload)
    nodes = records(payload, choice.database)
    positions, named = [[node["ra"], node["dec"]] for node in placed(nodes)], named_stars(nodes)
    asked = {"positions": positions, "radius": RADIUS, "named": named, "most": MOST}
    around = await answered(http, CANDIDATES, asked) if positions or named else {}
    return page_response(http, await compute(doubts_page, payload, around, choice, language(http)))


def _choice(given: Mapping[str, str]) -> Choice:
    choice = Choice(given.get("database") or next(iter(DATABASES)), given.get("method", ""), given.get("after", ""))
    if choice.database not in DATABASES or (choice.method and choice.method not in METHODS):
        message = f"database is one of {', '.join(DATABASES)}, method one of {', '.join(METHODS)}"
        raise BadInput(message)
    return choice
