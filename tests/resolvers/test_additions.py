"""What a database cannot answer when it is added is told when it can; what it never can ends the subscription."""

from dataclasses import replace
from typing import Any

import pytest

from hub.addition_log import Addition
from planning.asker import NOBODY, Asker, asked_by, asker
from planning.errors import BadInput, SourceUnavailable, TimedOut
from resolvers import additions
from resolvers.additions import Additions
from resolvers.operation import Operations
from resolvers.request import OperationResult, Request, refused
from resolvers.subscription import SubscriptionQuery, read_subscription, rows_query
from schema.additions import ADDITIONS
from schema.obsportal import EXPOSURE

QUERY = SubscriptionQuery("query { }", b"{}", "added", EXPOSURE, NOBODY)
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
        self.askers: list[Asker] = []

    async def answer(self, _request: Any) -> OperationResult:
        self.askers.append(asker())
        return self.answers.pop(0)


def telling(monkeypatch: pytest.MonkeyPatch, *answers: OperationResult) -> tuple[Additions, Answering]:
    monkeypatch.setattr(additions, "PAUSE", 0)
    monkeypatch.setattr(Additions, "log", lambda _self, _table: Log())
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


async def test_who_asks_the_same_with_other_rights_is_answered_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    telling_, operations = telling(monkeypatch, ANSWER, ANSWER)
    admin = Asker("admin@sample.fr", groups=frozenset({"admin"}))
    subscribers = [await telling_.join(replace(QUERY, asker=who), "0") for who in (admin, NOBODY)]
    with asked_by(admin):  # whoever happens to wait for it
        for subscriber in subscribers:
            await subscriber.answer()
    assert operations.askers == [admin, NOBODY]


@pytest.mark.parametrize("ignored", [True, False])
async def test_nulls_are_no_conditions_where_a_subscription_says_so(operations: Operations, ignored: bool) -> None:
    listed = await operations.answer(Request("{ exposures(first: 3) { nodes { expId } } }"))
    keys = [row["expId"] for row in listed.payload["data"]["exposures"]["nodes"]]
    text = (
        "subscription($name: String, $i: Boolean)"
        " { exposureAdded(where: {instrumentName: {eq: $name}}, ignoreNull: $i) { expId } }"
    )
    subscribed = read_subscription(operations, Request(text, None, {"name": None, "i": ignored}))
    query = rows_query(subscribed, ADDITIONS["exposureAdded"])
    answer = await operations.answer(query.request(keys))
    if ignored:
        assert [row["expId"] for row in answer.payload["data"]["exposureAdded"]["nodes"]] == keys
    else:
        assert "ignoreNull: true" in answer.payload["errors"][0]["message"]
