"""A document answered as a table, streamed from COPY to the client."""

from collections.abc import AsyncGenerator, Mapping

from graphql import GraphQLError
from starlette.requests import Request as HttpRequest
from starlette.responses import Response, StreamingResponse

from adapters.datalink.services import rows_descriptors
from adapters.votable.document import Tabular, tabular
from adapters.votable.envelope import Head
from adapters.votable.formats import Negotiated
from adapters.votable.stream import stream_document
from gateway.addresses import base
from gateway.cacheable import CacheableResponse, CacheableStream
from gateway.errors import told, votable_refusal
from gateway.opening import Opening, left, opened, read_on
from gateway.request import while_there
from gateway.stages import Stages
from gateway.state import State, state_of
from planning import sql
from planning.errors import GatewayError
from planning.plan import Plan
from resolvers import duplicates
from resolvers.operation import Request


async def table_response(
    http: HttpRequest, state: State, asked: Request, format_: Negotiated, stages: Stages
) -> Response:
    """Stream the table of a document; a refusal before its first byte is a VOTable with its status."""
    try:
        with stages.stage("plan"):
            found = await planned(state, asked)
        return await streamed(http, found.plan, heading(http, found), format_, stages)
    except GatewayError as error:
        return votable_refusal(error)


def heading(http: HttpRequest, found: Tabular) -> Head:
    """What stands around the rows: the document that they answer is among it, and how to ask for their links."""
    state = state_of(http.scope)
    services = rows_descriptors(base(http, state.settings), found.table, found.cells)
    return Head(found.table, found.cells, infos=(("GRAPHQL", found.request.query),), services=services)


async def planned(state: State, asked: Request) -> Tabular:
    """The document as a table; raises `GatewayError`, be it GraphQL that finds something wrong."""
    try:
        return await tabular(state.operations, asked, state.settings.max_rows)
    except GraphQLError as error:
        raise told(error) from error


async def streamed(http: HttpRequest, asked: Plan, head: Head, format_: Negotiated, stages: Stages) -> Response:
    """The response whose body is the table of a plan, which asks for one row more than may be sent.

    Its first block is awaited, so that failures until then have a status.
    """
    state = state_of(http.scope)
    most = asked.shape.limit
    plan = await while_there(http, duplicates.streamed(state.hub, asked))
    statement = sql.stream(plan, format_.format.row, state.hub.bodies)
    blocks = state.hub.blocks(statement, format_.format.copy_options)
    body = stream_document(head, format_.format, blocks, None if most is None else most - 1)
    return await sent(http, body, format_, stages)


async def sent(
    http: HttpRequest,
    body: AsyncGenerator[bytes, None],
    format_: Negotiated,
    stages: Stages,
    seconds: float | None = None,
) -> Response:
    """The response that consists of a document, whose first bytes are waited for; to HEAD, they are all there is to it.

    Raises
    ------
    TimedOut
        There was nothing within so many seconds.
    GatewayError
        As the document says.
    """
    with stages.stage("first"):
        opening = await while_there(http, opened(body, seconds))
    # As a header of its own: Starlette would add a charset to a media type that must be answered as it was asked.
    headers = stages.headers | {"Content-Type": format_.media_type, "Vary": "Accept"}
    if http.method == "HEAD":
        await left(body, opening.following)
        return _bodiless(opening, headers)
    if opening.following is None:
        return CacheableResponse(opening.first, headers=headers)
    return CacheableStream(read_on(opening, body), headers=headers)


def _bodiless(opening: Opening, headers: Mapping[str, str]) -> Response:
    """What HEAD is answered: what GET would have said, as far as that is known (RFC 9110 section 9.3.2)."""
    if opening.following is None:
        return CacheableResponse(headers={**headers, "Content-Length": str(len(opening.first))})
    return StreamingResponse(iter(()), headers={**headers, "Cache-Control": "no-cache"})
