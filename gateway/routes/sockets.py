"""`/graphql` over WebSocket: all operations in the protocol graphql-transport-ws, spoken by Strawberry's own handler.

Bounded on every side: sockets, subscriptions of each and of all, size of a message, time to introduce oneself.
"""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from graphql import GraphQLFormattedError
from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocket
from strawberry.asgi import ASGIWebSocketAdapter, GraphQL
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler
from strawberry.subscriptions.protocols.graphql_transport_ws.types import ConnectionInitMessage, SubscribeMessage
from strawberry.types.execution import ExecutionResult, PreExecutionError

from gateway.documents import Documents
from gateway.graphql_parameters import GraphQLParameters, checked
from gateway.login.credentials import authorization
from gateway.login.lasting import until_changed
from gateway.login.logins import Logins
from gateway.payloads import json_payload
from gateway.settings import Settings
from hub.shares import Share, holder
from planning.asker import asked_by
from planning.errors import BadInput, GatewayError, TooMuch
from resolvers.request import OperationResult, Request, refused
from resolvers.streams import Stream, Subscriptions

FORBIDDEN = 4403
"""Code of graphql-transport-ws that a socket is closed with whose connection_init is refused."""
LONGEST_REASON = 100
"""Characters of the reason of a close: it has 123 bytes at most (RFC 6455 section 5.5)."""
PAYLOAD = 'a payload, an object as {"query": "{ __typename }"}'
"""What `subscribe` has."""
INTRODUCTION = timedelta(seconds=10)
"""How long a client may wait with connection_init."""


class _Malformed(Exception):
    """A message is JSON, and none of the protocol; it says what is wanted."""


class _Handler(BaseGraphQLTransportWSHandler[None, None]):
    view: "Sockets"

    async def handle(self) -> None:
        """Speak with a client; operations begin in this task, and are asked by whoever has logged in by then."""
        with ExitStack() as self._login:
            try:
                await super().handle()
            except _Malformed as error:
                await self.handle_invalid_message(str(error)[:LONGEST_REASON])

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        """Begin, for who logs in by the message too: the WebSocket of a page sends no header of the page's."""
        given, logins = _authorization(message.get("payload")), self.view.logins
        if given and logins and not self.connection_init_received:
            try:
                sent = authorization(given)
                login = await logins.login(sent)
            except GatewayError as error:
                await self.websocket.close(code=FORBIDDEN, reason=error.message[:LONGEST_REASON])
                return
            self._login.enter_context(asked_by(login.asker))
            watching = asyncio.create_task(self._close_after(until_changed(logins, sent, login)))
            self._login.callback(watching.cancel)
        await super().handle_connection_init(message)

    async def _close_after(self, login: Coroutine[None, None, None]) -> None:
        await login
        await self.websocket.close(code=FORBIDDEN, reason="Your login has ended")

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        """Begin an operation, or refuse one too many as other refusals are worded, which Strawberry's own is not."""
        most = self.max_subscriptions_per_connection or 0
        known = message["id"] in self.operations or not self.connection_acknowledged
        if known or len(self.operations) < most:
            await super().handle_subscribe(message)
            return
        too_many = TooMuch(f"A WebSocket has {most} operations at once at most: complete one, or open another")
        told: GraphQLFormattedError = {"message": too_many.message, "extensions": too_many.extensions}
        await self.send_message({"id": message["id"], "type": "error", "payload": [told]})

    async def handle_task_exception(self, error: Exception) -> None:
        if not isinstance(error, WebSocketDisconnected):  # a client that leaves is no defect
            await super().handle_task_exception(error)


class _Adapter(ASGIWebSocketAdapter):
    async def iter_json(self, *, ignore_parsing_errors: bool = False) -> AsyncGenerator[object, None]:
        """Messages of the shape that the protocol gives them, which the handler takes for granted.

        A payload of null is none. That of `subscribe` becomes its parameters, as the query that the handler passes on.
        """
        async for sent in super().iter_json(ignore_parsing_errors=ignore_parsing_errors):
            message = _sound(sent)
            told = {name: value for name, value in message.items() if name != "payload" or value is not None}
            yield told | ({"payload": {"query": _asked(message)}} if message["type"] == "subscribe" else {})


class Sockets(GraphQL[None, None]):
    """The WebSockets of this process."""

    graphql_transport_ws_handler_class = _Handler
    websocket_adapter_class = _Adapter

    def __init__(
        self,
        subscriptions: Subscriptions,
        documents: Documents,
        share: Share,
        settings: Settings,
        logins: Logins | None = None,
    ) -> None:
        super().__init__(
            _Schema(subscriptions, documents, settings.max_cost),  # type: ignore[arg-type]  # of a schema, the handler uses `stream` alone
            subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL],
            connection_init_wait_timeout=INTRODUCTION,
            max_subscriptions_per_connection=settings.max_subscriptions_each,
            allowed_origins=settings.web_origins,
        )
        self._share = share
        self.logins = logins

    async def serve(self, socket: WebSocket) -> None:
        """Speak with a client until it leaves, or refuse it."""
        try:
            with self._share.held(holder()):
                await self.run(socket)
        except GatewayError as error:
            headers = {"Retry-After": str(error.retry)}
            await socket.send_denial_response(PlainTextResponse(error.message, error.status, headers))

    def encode_json(self, data: object) -> str:
        """Write a message."""
        return json_payload(data).decode()

    def decode_json(self, data: str | bytes) -> object:
        """Read a message."""
        return orjson.loads(data)


async def socket(client: WebSocket) -> None:
    """A WebSocket."""
    await client.app.state.gateway.sockets.serve(client)


def _authorization(payload: Mapping[str, Any] | None) -> str:
    """What stands for the header Authorization in a payload of connection_init; "" for nothing."""
    given = {name.lower(): value for name, value in (payload or {}).items()}.get("authorization", "")
    return given if isinstance(given, str) else ""


def _sound(message: object) -> Mapping[str, Any]:
    """A message of the protocol, or of a type that it has not; raises `_Malformed` for another."""
    if not isinstance(message, dict) or not isinstance(kind := message.get("type"), str):
        wanted = "A message is an object with a type, which is a text"
    elif kind in ("subscribe", "complete") and not isinstance(message.get("id"), str):
        wanted = f"{kind} wants an id, which is a text"
    elif kind == "subscribe" and not isinstance(message.get("payload"), dict):
        wanted = f"subscribe wants {PAYLOAD}"
    elif kind in ("connection_init", "ping", "pong") and not isinstance(message.get("payload"), dict | None):
        wanted = f"The payload of {kind} is an object"
    else:
        return message
    raise _Malformed(wanted)


def _asked(message: Mapping[str, Any]) -> GraphQLParameters:
    """What is asked; raises `_Malformed` where a part is of a wrong type, or no document is named."""
    try:
        asked = checked(message["payload"], safe=False)
    except BadInput as error:
        wrong = f"In subscribe, {error.message}"
        raise _Malformed(wrong) from error
    if not (asked.query or asked.document_id or "persistedQuery" in asked.extensions):
        wanted = f"subscribe wants {PAYLOAD}"
        raise _Malformed(wanted)
    return asked


@dataclass(frozen=True, slots=True)
class _Schema:
    """What Strawberry's handler takes for a schema: our own way to answer."""

    subscriptions: Subscriptions
    documents: Documents
    max_cost: int

    async def stream(self, query: GraphQLParameters, **_: object) -> AsyncGenerator[ExecutionResult, None]:
        try:
            text = await self.documents.text(query)
        except GatewayError as error:
            return self._results(refused(error))
        request = Request(text, query.operation_name, query.variables, safe=True)
        return self._results(await self.subscriptions.open(request))

    async def _results(self, results: OperationResult | Stream) -> AsyncGenerator[ExecutionResult, None]:
        if isinstance(results, OperationResult):
            yield self._told(results)
            return
        try:
            async for result in results:
                yield self._told(result)
        finally:
            results.close()

    def _told(self, result: OperationResult) -> ExecutionResult:
        payload = result.priced(self.max_cost)
        if not result.executed:
            return PreExecutionError(data=None, errors=_errors(payload))
        return ExecutionResult(payload.get("data"), _errors(payload), payload.get("extensions"))


@dataclass(frozen=True, slots=True)
class _Formatted:
    """What the handler reads of an error."""

    formatted: Mapping[str, Any]
    original_error: None = None


def _errors(payload: Mapping[str, Any]) -> Any:
    return [_Formatted(error) for error in payload.get("errors", ())] or None
