"""Responses that a client may keep: only these ever get an ETag.

`gateway.middleware.conditional` tags a response by the versions of the sources that were read for it, which `hub` has
recorded. A handler that answers with one of these says that nothing else went into the content: no clock, no memory of
its own. One that answers with anything else, for it knows better or has never thought of it, gets no ETag.
"""

from collections.abc import AsyncGenerator, Iterable, Mapping

from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from hub.dependencies import DECLARATIONS

MADE_OF = "gateway.made_of"
"""Where a scope says that its response may be kept: names of sources beside those that were read."""
CONTENT = "gateway.content"
"""Where a scope has the content of a whole response, before any content coding."""


class CacheableResponse(Response):
    """A whole response made of what was read through `hub` for this request."""

    made_of: Iterable[str] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        scope[MADE_OF] = self.made_of
        scope[CONTENT] = self.body
        await super().__call__(scope, receive, send)


class CacheableStream(StreamingResponse):
    """The same, sent as it is read; its content is closed when it has been sent, or its client has left."""

    def __init__(self, content: AsyncGenerator[bytes, None], headers: Mapping[str, str]) -> None:
        super().__init__(content, headers=headers)
        self._content = content

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        scope[MADE_OF] = ()
        try:
            await super().__call__(scope, receive, send)
        finally:
            # Starlette leaves that to the garbage collector, which may take minutes, and the SQL goes on as long.
            await self._content.aclose()


def declared(content: bytes | str, media_type: str) -> CacheableResponse:
    """A response made of declarations and settings, beside what was read."""
    response = CacheableResponse(content, media_type=media_type)
    response.made_of = (DECLARATIONS,)
    return response
