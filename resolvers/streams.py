"""Streams of results of GraphQL subscriptions: open, bounded in number, close."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from graphql import GraphQLError, execute

from hub.versions import VersionChanges
from planning.errors import BadInput, Busy, GatewayError
from resolvers.additions import Additions, Subscriber
from resolvers.operation import OperationResult, Operations, Request, refused
from resolvers.subscription import Subscription, SubscriptionQuery, read_subscription, rows_query
from schema.additions import ADDED
from schema.catalog import ALL, suggestion
from schema.scalars import DateTime
from schema.source_version import SourceVersion

STATUS = {kind.code: kind.status for kind in GatewayError.__subclasses__()}
TITLES = {source.name: source.title for source in ALL}


class Answers(Protocol):
    """Source of the results of one subscription."""

    async def answer(self) -> OperationResult:
        """Wait for the next result; raises `GatewayError` when no more will come."""

    def close(self) -> None:
        """Release what it holds; called once, when the stream ends."""


class Subscriptions:
    """Opens the streams of all subscriptions, bounds their number and closes them."""

    def __init__(self, current: Callable[[], Operations], largest: int) -> None:
        """Open no stream yet.

        Parameters
        ----------
        current
            Returns the operations in force; called for each new subscription and each addition.
        largest
            Most streams open at once.
        """
        self._current = current
        self._largest = largest
        self._additions = Additions(current)
        self._open: set[Stream] = set()

    async def open(self, request: Request) -> "OperationResult | Stream":
        """Open a stream, which the caller must close; a result instead is the refusal."""
        try:
            self._room()
            operations = self._current()
            subscription = await operations.offloaded(request, partial(read_subscription, operations, request))
            is_added = subscription.field == ADDED.field
            answers = await self._added(operations, subscription) if is_added else _Changed(operations, subscription)
            if isinstance(answers, OperationResult):
                return answers
        except (GraphQLError, GatewayError) as error:
            return refused(error)
        return self._opened(Stream(answers, self._open))

    def _opened(self, stream: "Stream") -> "OperationResult | Stream":
        """Register a stream, or close it and refuse if others took the last place meanwhile."""
        try:
            self._room()
        except Busy as error:
            stream.close()
            return refused(error)
        self._open.add(stream)
        return stream

    def _room(self) -> None:
        if len(self._open) >= self._largest:
            message = "The gateway has as many subscriptions as it can serve: try again later"
            raise Busy(message)

    async def _added(self, operations: Operations, subscription: Subscription) -> "OperationResult | _Added":
        query = rows_query(subscription)
        tried = await operations.answer(query.request([]))  # errors of the request are reported at once
        if "errors" in tried.payload:
            [refusal] = query.messages(tried)
            code = refusal.payload["errors"][0]["extensions"]["code"]
            return OperationResult({"errors": refusal.payload["errors"]}, refusal=STATUS.get(code, BadInput.status))
        return _Added(self._additions, query, await self._additions.join(query))

    @property
    def number(self) -> int:
        """Number of open streams."""
        return len(self._open)

    def close(self) -> None:
        """Close every stream."""
        for stream in tuple(self._open):
            stream.close()


class Stream(AsyncIterator[OperationResult]):
    """The results of one subscription, as an async iterator; whoever opened it must close it."""

    def __init__(self, answers: Answers, among: "set[Stream]") -> None:
        self._answers = answers
        self._among = among
        self._ended = asyncio.Event()
        self._coming: asyncio.Task[OperationResult] | None = None

    async def __anext__(self) -> OperationResult:
        answer = await self.take(None)
        assert answer is not None  # noqa: S101 - for mypy
        return answer

    async def take(self, seconds: float | None) -> OperationResult | None:
        """Wait for the next result.

        Parameters
        ----------
        seconds
            Longest time to wait; None for any time. A later call continues the wait.

        Returns
        -------
        OperationResult or None
            None if no result came in time.

        Raises
        ------
        StopAsyncIteration
            The stream was closed.
        """
        if self._ended.is_set():
            raise StopAsyncIteration
        self._coming = coming = self._coming or asyncio.create_task(_next(self._answers))
        ending = asyncio.create_task(self._ended.wait())
        try:
            await asyncio.wait({coming, ending}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ending.cancel()
        if self._ended.is_set():
            raise StopAsyncIteration
        if not coming.done():
            return None
        self._coming = None
        return self._taken(coming)

    def _taken(self, coming: asyncio.Task[OperationResult]) -> OperationResult:
        try:
            return coming.result()
        except GatewayError as error:
            self.close()
            return refused(error)

    def close(self) -> None:
        """End the stream and release its source; may be called twice."""
        self._ended.set()
        if self._coming:
            self._coming.cancel()
        self._answers.close()
        self._among.discard(self)

    async def aclose(self) -> None:
        """Do the same as `close`, for `contextlib.aclosing`."""
        self.close()


async def _next(answers: Answers) -> OperationResult:
    return await answers.answer()


@dataclass(frozen=True, slots=True)
class _Added:
    additions: Additions
    query: SubscriptionQuery
    subscriber: Subscriber

    async def answer(self) -> OperationResult:
        return await self.subscriber.answer()

    def close(self) -> None:
        self.additions.leave(self.query, self.subscriber)


class _Changed:
    def __init__(self, operations: Operations, subscription: Subscription) -> None:
        self._operations = operations
        self._subscription = subscription
        self._sources = _sources(subscription.arguments.get("sources"))
        self._changes = operations.hub.health.changes()

    async def answer(self) -> OperationResult:
        async for name in self._changes:
            if name in self._sources:
                return await self._version_event(name)
        raise AssertionError("changes have no end")

    async def _version_event(self, name: str) -> OperationResult:
        request, version = self._subscription.request, self._operations.hub.health.version(name)
        running = execute(
            self._operations.schema,
            self._subscription.document,
            root_value=SourceVersion(
                source=name, title=TITLES[name], version=version, noticed=DateTime(datetime.now(UTC))
            ),
            variable_values=dict(request.variables),
            operation_name=request.operation_name,
        )
        result = await running if isinstance(running, Awaitable) else running
        return OperationResult(
            {"data": result.data} | ({"errors": [e.formatted for e in result.errors]} if result.errors else {})
        )

    def close(self) -> None:
        self._changes = VersionChanges()


def _sources(names: Collection[str] | None) -> Collection[str]:
    unknown = [name for name in names or () if name not in TITLES]
    if unknown:
        message = f"{unknown[0][:60]!r} is no source{suggestion(unknown[0], list(TITLES))}"
        raise BadInput(message)
    return TITLES if names is None else names
