"""`/schema`: every table and column with units, UCDs, codes and descriptions, as a page or as JSON."""

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.page.schema import DOCUMENT, schema_page
from gateway.accept import wants_json
from gateway.language import language, page_response
from gateway.page_documents import answered, json_response
from gateway.request import query_values
from hub.threads import compute

LONGEST = 200
"""Characters of a search."""


async def schema(http: HttpRequest) -> Response:
    """The page, as far as it matches `q`; all that GraphQL answered where JSON is asked."""
    payload = await answered(http, DOCUMENT, {})
    if wants_json(http.scope):
        return json_response(payload)
    text = query_values(http).get("q", "").strip()[:LONGEST]
    return page_response(http, await compute(schema_page, payload, text, language(http)))
