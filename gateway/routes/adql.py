"""`/adql`: a page on which people write ADQL; where a file is asked, it is TAP that answers."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from adapters.registry.examples import EXAMPLES
from adql.checked.functions import LISTED
from gateway.accept import named_format
from gateway.door import Door, Endpoint
from gateway.language import language, page_response
from gateway.request import query_values
from gateway.state import state_of
from gateway.tour import TourRequest

FORMATS = {"votable": "VOTable", "csv": "CSV", "fits": "FITS", "parquet": "Parquet", "json": "JSON"}


async def adql(http: Request) -> Response:
    """The page; to who asks for a format, or accepts no page, the rows of its query."""
    query, named = query_values(http).get("query", ""), named_format(http.scope)
    if query and (named or "text/html" not in http.headers.get("accept", "")):
        return RedirectResponse(_at_tap(query, named, query_values(http).get("maxrec")), 303, {"Vary": "Accept"})
    from adapters.page.rendering import rendered

    values = {
        "examples": [{"title": one.title, "text": one.text, "query": one.query} for one in EXAMPLES],
        "functions": [{"form": one.form, "description": one.description} for one in LISTED],
        "jobs": state_of(http.scope).jobs is not None,
    }
    content = rendered("adql.html", language(http), page="adql", values=values, query=query, formats=FORMATS)
    return page_response(http, content)


def _at_tap(query: str, named: str, maxrec: str | None) -> str:
    asked = {"LANG": "ADQL", "QUERY": query, "FORMAT": named, "MAXREC": maxrec}
    return f"/tap/sync?{urlencode({name: value for name, value in asked.items() if value})}"


DOOR = Door(
    endpoints=(Endpoint("/adql", adql),),
    addresses=("/adql",),
    tour=(TourRequest("ADQL, in a browser", "/adql", right=lambda text: "ADQL 2.1" in text),),
)
