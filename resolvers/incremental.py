"""Answers in parts: the first has what is not deferred, each deferred fragment comes when its databases have answered.

Everything is asked at once (`resolvers.execution`), but what `@defer` lets come later is not waited for: the answer has
placeholders there (`resolvers.later`). A part is taken out of it, along the fields that it has (`resolvers.deferral`),
once no placeholder in it is left to wait for.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias, TypeVar

from graphql import GraphQLError

from hub.threads import compute
from planning.errors import Internal
from resolvers.completion import Unexpected
from resolvers.deferral import DeferredFragment, ObjectPart, Part, flattened
from resolvers.execution import Failure, OfType, Partial, located
from resolvers.executor import Executed
from resolvers.field_errors import FieldErrors
from resolvers.later import Later, Laters
from resolvers.request import OperationResult

MOST_PARTS = 10_000
"""Parts that one answer may have, a deferred fragment of a hundred rows being a hundred: others are not deferred."""
MANY = 1000
"""Cost, in rows, from which on parts are taken out in a thread."""
Path: TypeAlias = tuple[str | int, ...]
Held: TypeAlias = dict[str | int, Any]
"""What of a value its client has by now: of an object its response keys, of a list its indexes; empty for a leaf."""
Result = TypeVar("Result")


class Nulled(Exception):
    """A field of Query that has no null has no value: the part that it is in is null (GraphQL section 6.4.4)."""


@dataclass(eq=False, slots=True)
class PendingPart:
    """A part that is still to come: a deferred fragment of an object in the answer, or the first part."""

    id: str
    label: str | None
    path: Path
    """Of the object."""
    part: ObjectPart
    value: Mapping[str, Any]
    held: Held
    awaited: AbstractSet[asyncio.Task[Any]] = frozenset()
    """What it is known to wait for."""


@dataclass(frozen=True, eq=False, slots=True)
class DeliveredPart:
    """A part that is delivered."""

    pending: PendingPart
    data: dict[str, Any] | None
    """All of it, what the client has already included; None if it failed."""
    additions: Sequence[tuple[Path, dict[str, Any]]]
    """What of it the client has not yet, by the path of the object that it belongs to."""
    errors: Mapping[str, Any]
    """Its `errors`, if there are any; those of what the client has already are not among them."""


@dataclass(frozen=True, eq=False, slots=True)
class Increment:
    """Parts that are delivered together, and those that begin with them."""

    delivered: Sequence[DeliveredPart]
    begun: Sequence[PendingPart]
    last: bool


class Deliveries:
    """The parts of one answer; whoever has it closes it.

    Parameters
    ----------
    values
        Values of the operation's fields, with their placeholders, by response key.
    part
        The first part, which has the others.
    laters
        The tasks of the placeholders.
    most_errors
        How many errors are listed at once.
    cost
        That of the operation, in rows.
    """

    def __init__(
        self, values: Mapping[str, Any], part: ObjectPart, laters: Laters, most_errors: int, cost: int
    ) -> None:
        self._laters, self._most_errors, self._cost = laters, most_errors, cost
        self._pending = [PendingPart("", None, (), part, values, {})]
        self._number = 0

    async def first(self) -> OperationResult:
        """Take the first part, which is all of the answer if nothing is `begun` then."""
        (delivered,) = (await self._next()).delivered
        return OperationResult({"data": delivered.data, **delivered.errors}, cost=self._cost)

    @property
    def begun(self) -> Sequence[PendingPart]:
        """The parts that are still to come, as far as is known."""
        return tuple(self._pending)

    async def increments(self) -> AsyncIterator[Increment]:
        """Yield the other parts as they come."""
        while self._pending:
            yield await self._next()

    async def close(self) -> None:
        """Cancel what nobody waits for any more."""
        await self._laters.close()

    async def _next(self) -> Increment:
        while not (ready := await self._computed(self._ready)):
            awaited = {task for pending in self._pending for task in pending.awaited}
            await asyncio.wait(awaited, return_when=asyncio.FIRST_COMPLETED)
        return await self._computed(partial(self._taken, ready))

    async def _computed(self, work: Callable[[], Result]) -> Result:
        return await compute(work) if self._cost > MANY else work()

    def _ready(self) -> list[PendingPart]:
        """The parts that nothing is left to wait for; if too many would begin with one, these are not deferred."""
        ready, number = [], len(self._pending)
        for pending in self._pending:
            if not all(task.done() for task in pending.awaited):
                continue
            survey = _survey(pending)
            if number + survey.fragments > MOST_PARTS:
                pending.part = flattened(pending.part)
                survey = _survey(pending)
            pending.awaited = survey.tasks
            if not survey.tasks:
                ready.append(pending)
                number += survey.fragments
        return ready

    def _taken(self, ready: Sequence[PendingPart]) -> Increment:
        delivered, begun = [], []
        for pending in ready:
            taking = _Taking(FieldErrors(self._most_errors))
            delivered.append(_delivered(pending, taking))
            begun += [] if delivered[-1].data is None else [self._begun(*each) for each in taking.begun]
        taken = set(map(id, ready))
        self._pending = [pending for pending in self._pending if id(pending) not in taken] + begun
        return Increment(delivered, begun, not self._pending)

    def _begun(self, fragment: DeferredFragment, path: Path, value: Mapping[str, Any], held: Held) -> PendingPart:
        self._number += 1
        return PendingPart(str(self._number), fragment.label, path, fragment.part, value, held)


def _delivered(pending: PendingPart, taking: "_Taking") -> DeliveredPart:
    data = None
    try:
        data = taking.object(pending.value, pending.part, pending.path, pending.held, new=not pending.id)
    except Nulled:
        pass
    except Unexpected:
        error = Internal("A row is not what its table declares: ask without @defer, and its field is told")
        path = list(pending.path)
        taking.errors.add(lambda: GraphQLError(error.message, path=path, extensions=dict(error.extensions)))
    return DeliveredPart(pending, data, taking.additions if data else (), taking.errors.payload())


@dataclass(slots=True)
class _Survey:
    """What taking a part would meet: tasks that are not done, and fragments that are deferred from it."""

    tasks: set[asyncio.Task[Any]] = field(default_factory=set)
    fragments: int = 0

    def look(self, value: Any, part: Part) -> None:
        match value:
            case Later():
                self._later(value, part)
            case Partial(value=whole):
                self.look(whole, part)
            case Executed(data=dict() as data):
                self.look(next(iter(data.values())), part)
            case OfType(name, row):
                self.look(row, part and part.types[name])  # type: ignore[union-attr]  # of a field of any type
            case list():
                for item in value:
                    self.look(item, part)
            case dict() if isinstance(part, ObjectPart):
                self.fragments += len(part.fragments)
                for key, below in part.fields.items():
                    if below or isinstance(value[key], Later):
                        self.look(value[key], below)

    def _later(self, later: Later, part: Part) -> None:
        if not later.task.done():
            self.tasks.add(later.task)
            return
        with suppress(Unexpected):  # which taking it will meet again
            self.look(later.result(), part)


def _survey(pending: PendingPart) -> _Survey:
    survey = _Survey()
    survey.look(pending.value, pending.part)
    return survey


@dataclass(slots=True)
class _Taking:
    """Takes one part out of the answer."""

    errors: FieldErrors
    additions: list[tuple[Path, dict[str, Any]]] = field(default_factory=list)
    begun: list[tuple[DeferredFragment, Path, Mapping[str, Any], Held]] = field(default_factory=list)

    def object(
        self, value: Mapping[str, Any], part: ObjectPart, path: Path, held: Held, *, new: bool
    ) -> dict[str, Any]:
        """What the part has of an object; `new` says that its client has nothing of it yet."""
        added, place = [key for key in part.fields if key not in held], len(self.additions)
        data = {
            key: self._value(value[key], below, (*path, key), held.setdefault(key, {}), new=new or key in added)
            for key, below in part.fields.items()
        }
        if added and not new:
            self.additions.insert(place, (path, {key: data[key] for key in added}))
        self.begun += [(fragment, path, value, held) for fragment in part.fragments]
        return data

    def _value(self, value: Any, part: Part, path: Path, held: Held, *, new: bool) -> Any:
        match self._settled(value, path, new=new):
            case OfType(name, row):
                return self._value(row, part and part.types[name], path, held, new=new)  # type: ignore[union-attr]  # of a field of any type
            case list() as items if part:
                return [
                    self._value(item, part, (*path, index), held.setdefault(index, {}), new=new)
                    for index, item in enumerate(items)
                ]
            case dict() as members if isinstance(part, ObjectPart):
                return self.object(members, part, path, held, new=new)
            case whole:
                return whole

    def _settled(self, value: Any, path: Path, *, new: bool) -> Any:
        """The value for a placeholder, whose errors are told where the client has nothing of it yet."""
        match value:
            case Later():
                return self._settled(value.result(), path, new=new)
            case Failure(error, failed):
                self._tell([partial(located, error, failed, path)] if new else [])
                return None
            case Partial(whole, missing, failed):
                self._tell([partial(located, error, failed, path) for error in missing] if new else [])
                return self._settled(whole, path, new=new)
            case Executed(data, errors):
                self.errors.extend(errors if new else [])
                if data is None:
                    raise Nulled
                return next(iter(data.values()))
            case _:
                return value

    def _tell(self, errors: Sequence[Callable[[], GraphQLError]]) -> None:
        for error in errors:
            self.errors.add(error)
