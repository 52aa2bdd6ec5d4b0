"""The response that consists of a document, streamed from COPY to the client."""

from starlette.requests import Request as HttpRequest
from starlette.responses import Response, StreamingResponse

from adapters.votable.formats import Negotiated
from gateway.attachments import disposition
from gateway.cacheable import CacheableResponse, CacheableStream
from gateway.first_block import Body, close_body, read_first_block, whole_body
from gateway.request import until_disconnect
from gateway.server_timing import ServerTiming


async def send(  # noqa: PLR0913, PLR0917 - a document, its format and its name, and how long it may take
    http: HttpRequest, body: Body, format_: Negotiated, name: str, timing: ServerTiming, seconds: float | None = None
) -> Response:
    """Make the response of a document, whose first bytes are waited for so that a failure before them has a status.

    HEAD is answered with the headers of GET, as far as they are known (RFC 9110 section 9.3.2): the server leaves a
    whole body out itself. The body is closed when the response is sent.

    Parameters
    ----------
    name
        What browsers save it as, without its ending.
    seconds
        How long its first bytes may take; None for any time.

    Raises
    ------
    TimedOut
        There were no bytes within so many seconds.
    GatewayError
        As the body raises before its first bytes.
    """
    first = await until_disconnect(http, read_first_block(body, seconds))
    timing.end("write")
    # As a header of its own: Starlette would add a charset to a media type that must be answered as it was asked.
    headers = timing.headers | {"Content-Type": format_.media_type, "Vary": "Accept"}
    headers |= disposition(name, format_.format.suffix)
    if first.following is None:
        return CacheableResponse(first.content, headers=headers)
    if http.method == "HEAD":
        await close_body(body, first.following)
        return StreamingResponse(iter(()), headers=headers | {"Cache-Control": "no-cache"})
    return CacheableStream(whole_body(first, body), headers=headers)
