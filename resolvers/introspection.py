"""Answers about the schema itself, which change with it alone: made once for a text, in a thread, and kept.

The whole schema takes the executor 0.4 s, in which nobody else would be answered.
"""

from collections.abc import Awaitable, Callable, Sequence

import orjson
from graphql import FieldNode

from hub.cache import Cache
from hub.threads import in_thread
from resolvers.executor import Executed

KEPT = 16_000_000
"""Bytes of answers, as JSON, that are kept."""
Key = tuple[str, str | None, str]
"""Text of the document, name of the operation, response key of the field."""


class Introspection:
    """The answers that are kept of one schema."""

    def __init__(self) -> None:
        self.answers: Cache[Key, Executed] = Cache(KEPT)

    async def answer(self, key: Key | None, execute: Callable[[], Awaitable[Executed]]) -> Executed:
        """The kept answer of a field, else the one that `execute` gives; None as key for one that is not to be kept."""
        kept = self.answers.get(key) if key else None
        if kept is not None:
            return kept
        executed = await execute()
        if key and not executed.errors:
            weight = len(key[0]) + len(await in_thread(orjson.dumps, executed.data))
            self.answers.put(key, executed, weight)
        return executed


def about_schema(nodes: Sequence[FieldNode]) -> bool:
    """Whether a field of Query is answered from the schema alone."""
    return nodes[0].name.value in ("__schema", "__type", "_service")
