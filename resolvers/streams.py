"""Streams of results of GraphQL subscriptions: open, bounded in number, close."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from graphql import ExecutionResult, Executor, GraphQLError, OperationType, experimental_execute_incrementally

from hub.shares import Share, holder
from hub.versions import VersionChanges
from planning.errors import BadInput, GatewayError
from resolvers.additions import Additions, Subscriber
from resolvers.operation import Operations
from resolvers.request import OperationResult, Request, refused
from resolvers.subscription import Subscription, read_subscription, rows_query
from schema.additions import AddedRows
from schema.catalog import TITLES, suggestion
from schema.scalars import DateTime
from schema.source_version import SourceVersion

STATUS = {kind.code: kind.status for kind in GatewayError.__subclasses__()}


class Answers(Protocol):
    """Source of the results of one subscription."""

    @property
    def event(self) -> str | None:
        """Id of the event after which nothing has been told yet; None where nothing can be resumed."""

    async def answer(self) -> OperationResult:
        """Wait for the next result; raises `GatewayError` when no more will come."""

    def close(self) -> None:
        """Release what it holds; called once, when the stream ends."""


class Subscriptions:
    """Opens the streams of all subscriptions, bounds their number and closes them."""

    def __init__(self, current: Callable[[], Operations], share: Share, writer: str = "") -> None:
        """Open no stream yet.

        Parameters
        ----------
        current
            Returns the operations in force; called for each new subscription and each addition.
        share
            What clients hold of the streams that may be open at once.
        writer
            DSN of the hub, as the role that keeps logs of additions there; empty for logs in memory.
        """
        self._current = current
        self._share = share
        self._additions = Additions(current, writer)
        self._open: set[Stream] = set()

    async def begin(self) -> None:
        """Begin to keep the logs of additions, where they are kept in the hub; in memory, each begins with a stream."""
        await self._additions.begin()

    async def open(self, request: Request, after: str | None = None) -> "OperationResult | Stream":
        """Open a stream, which the caller must close; a query, or what is refused, has a result instead.

        `after` is the id of the event to resume after; None for what the request says.
        """
        operations = self._current()
        try:
            if not subscribes(operations, request):
                return await operations.answer(request)
            self._share.require(holder())
            subscription = await operations.offloaded(request, partial(read_subscription, operations, request))
            added = subscription.added
            answers = (
                await self._added(operations, subscription, added, after)
                if added
                else _Changed(operations, subscription)
            )
            if isinstance(answers, OperationResult):
                return answers
        except (GraphQLError, GatewayError) as error:
            return refused(error)
        return self._opened(answers)

    def _opened(self, answers: Answers) -> "OperationResult | Stream":
        """A stream, or the refusal where others took the last place meanwhile."""
        client = holder()
        try:
            self._share.require(client)
        except GatewayError as error:
            answers.close()
            return refused(error)
        self._share.take(client)
        stream = Stream(answers, self._closed(client))
        self._open.add(stream)
        return stream

    def _closed(self, client: str) -> "Callable[[Stream], None]":
        def closed(stream: Stream) -> None:
            if stream in self._open:
                self._open.remove(stream)
                self._share.give_back(client)

        return closed

    async def _added(
        self, operations: Operations, subscription: Subscription, added: AddedRows, after: str | None
    ) -> OperationResult | Subscriber:
        query = rows_query(subscription, added)
        tried = await operations.answer(query.request([]))  # errors of the request are reported at once
        if error := query.failure(tried):
            return OperationResult(
                {"errors": [error]}, refusal=STATUS.get(error["extensions"]["code"], BadInput.status)
            )
        return await self._additions.join(query, after or subscription.arguments.get("after"))

    @property
    def number(self) -> int:
        """Number of open streams."""
        return len(self._open)

    def close(self) -> None:
        """Close every stream."""
        for stream in tuple(self._open):
            stream.close()

    async def stop(self) -> None:
        """Close every stream, and follow nothing any more."""
        self.close()
        await self._additions.stop()


class Stream(AsyncIterator[OperationResult]):
    """The results of one subscription, as an async iterator; whoever opened it must close it."""

    def __init__(self, answers: Answers, closed: "Callable[[Stream], None]") -> None:
        self._answers = answers
        self._closed = closed
        self._ended = asyncio.Event()
        self._coming: asyncio.Task[OperationResult] | None = None

    async def __anext__(self) -> OperationResult:
        answer = await self.take(None)
        assert answer is not None  # noqa: S101 - for mypy
        return answer

    @property
    def event(self) -> str | None:
        """Id of the event after which nothing has been told yet; None where nothing can be resumed."""
        return self._answers.event

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
        self._closed(self)

    async def aclose(self) -> None:
        """Do the same as `close`, for `contextlib.aclosing`."""
        self.close()


async def _next(answers: Answers) -> OperationResult:
    return await answers.answer()


class _Changed:
    event = None

    def __init__(self, operations: Operations, subscription: Subscription) -> None:
        self._operations = operations
        self._subscription = subscription
        self._sources = _sources(subscription.arguments.get("sources"))
        self._changes = operations.hub.health.changes()
        self._told: dict[str, str | None] = {}
        """Last version that was told of each source."""

    async def answer(self) -> OperationResult:
        async for name in self._changes:
            if name not in self._sources:
                continue
            # A source that is read in two ways is seen to change twice, and has one version when both have read it.
            version = await self._operations.hub.health.confirmed(name)
            if version != self._told.get(name, ""):
                self._told[name] = version
                return await self._version_event(name, version)
        raise AssertionError("changes have no end")

    async def _version_event(self, name: str, version: str | None) -> OperationResult:
        request = self._subscription.request
        running = experimental_execute_incrementally(  # `execute` refuses a schema that has @defer
            self._operations.schema,
            self._subscription.document,
            root_value=SourceVersion(
                source=name, title=TITLES[name], version=version, noticed=DateTime(datetime.now(UTC))
            ),
            variable_values=dict(request.variables),
            operation_name=request.operation_name,
            executor_class=Executor,
        )
        result = await running if isinstance(running, Awaitable) else running
        assert isinstance(result, ExecutionResult)  # noqa: S101 - for mypy: this executor defers nothing
        return OperationResult(
            {"data": result.data} | ({"errors": [e.formatted for e in result.errors]} if result.errors else {})
        )

    def close(self) -> None:
        self._changes = VersionChanges()


def subscribes(operations: Operations, request: Request) -> bool:
    """Whether it is a subscription; False for what cannot be read, too."""
    try:
        operation = operations.document(request.query).operation(request.operation_name)
    except (GraphQLError, GatewayError):
        return False
    return operation.operation is OperationType.SUBSCRIPTION


def _sources(names: Collection[str] | None) -> Collection[str]:
    unknown = [name for name in names or () if name not in TITLES]
    if unknown:
        message = f"{unknown[0][:60]!r} is no source{suggestion(unknown[0], list(TITLES))}"
        raise BadInput(message)
    return TITLES if names is None else names
