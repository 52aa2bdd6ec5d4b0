"""What of an answer is still to come: a placeholder where it belongs, and the tasks that fetch it."""

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from anyio import CancelScope

Lookup: TypeAlias = Mapping[Any, Any]


@dataclass(frozen=True, eq=False, slots=True)
class Later:
    """A placeholder in the answer for what a task will find by a key."""

    task: asyncio.Task[Lookup]
    key: Any

    def result(self) -> Any:
        """What it stands for, once the task is done; raises as the task has."""
        return self.task.result().get(self.key)


@dataclass(frozen=True, eq=False, slots=True)
class LaterLookup:
    """Serves as the lookup of a link whose targets come later: every row with a key gets a placeholder."""

    task: asyncio.Task[Lookup]

    def get(self, key: Any) -> Later | None:
        """Return the placeholder of a key; null for a row without one."""
        return None if key is None else Later(self.task, key)


class Laters:
    """The tasks of one answer that its first part does not wait for; whoever begins them ends them."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[Lookup]] = []

    def begin(self, lookup: Coroutine[Any, Any, Lookup]) -> LaterLookup:
        """Begin a task, in the name of whoever asks now."""
        self._tasks.append(asyncio.create_task(lookup))
        return LaterLookup(self._tasks[-1])

    async def close(self) -> None:
        """Cancel what is not done, with its SQL, and wait until that has ended, whether or not the client has left."""
        for task in self._tasks:
            task.cancel()
        with CancelScope(shield=True):
            await asyncio.gather(*self._tasks, return_exceptions=True)
