"""What a database cannot answer when it is added is told when it can; what it never can ends the subscription."""

from typing import Any

import pytest

from hub.addition_log import Addition
from planning.errors import BadInput, SourceUnavailable, TimedOut
from resolvers import additions
from resolvers.additions import Additions
from resolvers.request import OperationResult, refused
from resolvers.subscription import SubscriptionQuery

QUERY = SubscriptionQuery("query { }", b"{}", "added")
ROWS = [{"__key": "b", "name": "B"}, {"__key": "a", "name": "A"}]
ANSWER = OperationResult({"data": {"added": {"nodes": ROWS}}})


class Log:
    name, latest = "log", 2

    async def after(self, position: int) -> list[Addition]:
        return [Addition(1, "a"), Addition(2, "b")][position:]

    async def begin(self) -> None: ...

    async def catch_up(self) -> None: ...

    async def grow(self, _position: int) -> None: ...

    async def position(self, event: str) -> int:
        return int(event)

    def event(self, position: int) -> str:
        return f"{self.name}-{position}"


class Answering:
    def __init__(self, *answers: OperationResult) -> None:
        self.answers = list(answers)

    async def answer(self, _request: Any) -> OperationResult:
        return self.answers.pop(0)


def telling(monkeypatch: pytest.MonkeyPatch, *answers: OperationResult) -> tuple[Additions, Answering]:
    monkeypatch.setattr(additions, "PAUSE", 0)
    monkeypatch.setattr(Additions, "log", Log())
    operations = Answering(*answers)
    return Additions(lambda: operations), operations  # type: ignore[arg-type, return-value]


async def test_a_source_that_is_back_tells_what_was_added_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    down = refused(SourceUnavailable("It does not answer", "obsportal"))
    telling_, operations = telling(monkeypatch, down, down, ANSWER)
    one, other = [await telling_.join(QUERY, "0") for _ in range(2)]
    for subscriber in (one, other):
        told = [await subscriber.answer() for _ in range(2)]
        assert [result.payload for result in told] == [
            {"data": {"added": {"name": "A"}}, "extensions": {"eventId": "log-1"}},
            {"data": {"added": {"name": "B"}}, "extensions": {"eventId": "log-2"}},
        ]
        assert subscriber.event == "log-2"
    assert operations.answers == []  # both were told of one answer


@pytest.mark.parametrize("error", [TimedOut("too slow"), BadInput("what was right is wrong now")])
async def test_what_cannot_be_answered_ends_the_subscription(
    monkeypatch: pytest.MonkeyPatch, error: TimedOut | BadInput
) -> None:
    telling_, _ = telling(monkeypatch, refused(error), ANSWER)
    subscriber = await telling_.join(QUERY, "0")
    with pytest.raises(type(error), match="could not be read"):
        await subscriber.answer()
    assert subscriber.event == "log-0"
    assert (await subscriber.answer()).event == "log-1"  # who asks again is told
