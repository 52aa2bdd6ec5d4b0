"""`/mcp`: tools for assistants, by the Model Context Protocol over streamable HTTP."""

import asyncio
import json
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from gateway.accept import EVENTS, JSON
from gateway.door import Door, Endpoint
from gateway.request import body, until_disconnect
from gateway.state import state_of
from gateway.tour import TourRequest

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

CALL = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {"name": "resolve_name", "arguments": {"name": "Fomalhaut"}},
}


class AssistantResponse(Response):
    """The answer to a request whose body was read; a client that leaves has its statements cancelled."""

    def __init__(self, manager: "StreamableHTTPSessionManager", request: Request, sent: bytes) -> None:
        super().__init__()
        self._manager, self._request, self._sent = manager, request, sent

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002, D102 - ASGI
        unread: list[Message] = [{"type": "http.request", "body": self._sent, "more_body": False}]

        async def again() -> Message:
            if not unread:
                await asyncio.Event().wait()  # whether the client is there is looked at below
            return unread.pop()

        await until_disconnect(self._request, self._manager.handle_request(scope, again, send))


async def mcp(http: Request) -> Response:
    """A message of the protocol, answered by itself: there are no sessions."""
    sent = await body(http, state_of(http.scope).settings.max_json_bytes)
    return AssistantResponse(await http.app.state.assistants.manager(), http, bytes(sent))


DOOR = Door(
    endpoints=(Endpoint("/mcp", mcp, ("POST",)),),
    addresses=("/mcp",),
    tour=(
        TourRequest(
            "a name, as an assistant asks (MCP)",
            "/mcp",
            body=json.dumps(CALL),
            headers={"Content-Type": JSON, "Accept": f"{JSON}, {EVENTS}"},
            right=lambda text: json.loads(text)["result"]["structuredContent"]["star"]["name"] == "HD 216956",
        ),
    ),
)
