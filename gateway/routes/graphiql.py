"""GraphiQL, the page on which people write GraphQL, and `/static`: files that never had a hash in their names.

It is at `/graphql` for a browser too; at `/graphiql` its address has what is asked (`query`, `variables`), which at
`/graphql` is answered.
"""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from gateway.door import Door, Endpoint
from gateway.language import language, page_response
from gateway.state import state_of
from planning.errors import NotFound

ASSETS = Path(__file__).parents[1] / "static"


def graphiql_page(http: Request) -> Response:
    """The page."""
    from adapters.page.rendering import rendered

    return page_response(http, rendered("graphiql.html", language(http), page="graphiql"))


async def graphiql(http: Request) -> Response:
    """The page; raises `NotFound` where settings have it closed."""
    if not state_of(http.scope).settings.graphiql:
        message = "There is no GraphiQL here (GATEWAY_GRAPHIQL): ask /graphql"
        raise NotFound(message)
    return graphiql_page(http)


DOOR = Door(
    endpoints=(Endpoint("/graphiql", graphiql), Mount("/static", StaticFiles(directory=ASSETS))),
    addresses=("/graphiql",),
)
