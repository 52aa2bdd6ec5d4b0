"""Work that takes the processor for long: in a thread, one piece at a time.

Python runs one thread at a time. A thread that wants its turn waits for each other that is at work, 5 ms by default
(`sys.setswitchinterval`): the event loop is late by that beside one such piece of work, by 30 ms beside six.
"""

import asyncio
from collections.abc import Callable
from threading import Lock
from typing import ParamSpec, TypeVar

Params = ParamSpec("Params")
Result = TypeVar("Result")
_AT_WORK = Lock()


async def compute(function: Callable[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs) -> Result:
    """Call a function that computes and waits for nothing, in a thread, when no other such piece of work is done."""
    return await asyncio.to_thread(_alone, function, *args, **kwargs)


def _alone(function: Callable[Params, Result], /, *args: Params.args, **kwargs: Params.kwargs) -> Result:
    with _AT_WORK:
        return function(*args, **kwargs)
