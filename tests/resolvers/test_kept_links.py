"""What links to one lead to is asked for by the first request, and kept for the next."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from hub.tracing import disregard, observe
from resolvers.operation import Operations
from resolvers.request import Request

EXPOSURES = """{ exposures(first: 100) { nodes {
    expId observation { obsId program { obsProgramTitle } mode { instrumentMode instrument { instrumentName } } } star { name }
} } }"""


@contextmanager
def statements() -> Iterator[list[Sequence[str]]]:
    """The sources of each statement that is sent inside."""
    sent: list[Sequence[str]] = []

    @contextmanager
    def noted(step: str, about: Sequence[str]) -> Iterator[None]:
        if step == "statement":
            sent.append(about)
        yield

    observe(noted)
    try:
        yield sent
    finally:
        disregard(noted)


async def test_a_warm_list_with_links_is_one_statement(operations: Operations) -> None:
    with statements() as cold:
        first = await operations.answer(Request(EXPOSURES))
    assert "errors" not in first.payload
    assert len(cold) > 3
    for _ in range(50):  # nothing is kept while the watch, on a busy machine, is late with a version
        with statements() as warm:
            second = await operations.answer(Request(EXPOSURES))
        assert second.payload == first.payload
        if warm == [("obsportal",)]:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(warm)
