"""Subscriptions are as many as there may be, and what is refused is not remembered."""

import asyncio

from hub.shares import Share
from resolvers.operation import Operations
from resolvers.request import OperationResult, Request
from resolvers.streams import Stream, Subscriptions

ADDED = Request("subscription { exposureAdded { expId } }")


async def test_who_comes_too_late_is_not_told_of_what_is_added(operations: Operations) -> None:
    subscriptions = Subscriptions(lambda: operations, Share("subscriptions open", 1, 1))
    found = await asyncio.gather(*(subscriptions.open(ADDED) for _ in range(3)))
    [stream] = [one for one in found if isinstance(one, Stream)]
    assert [one.refusal for one in found if isinstance(one, OperationResult)] == [503, 503]
    groups = subscriptions._additions._groups  # noqa: SLF001 - nobody else knows what is remembered
    assert [len(group.members) for group in groups.values()] == [1]
    stream.close()
    assert (subscriptions.number, groups) == (0, {})
    await subscriptions.stop()
