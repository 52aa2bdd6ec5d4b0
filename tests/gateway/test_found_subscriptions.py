"""What is added is read for each person apart: a subscriber is never told what another may see."""

from dataclasses import replace
from typing import Any

import pytest

from hub.addition_log import Addition
from planning.asker import NOBODY, Asker, asked_by, asker
from resolvers.additions import Additions
from resolvers.request import OperationResult
from resolvers.subscription import SubscriptionQuery
from schema.obsportal import EXPOSURE

QUERY = SubscriptionQuery("query { }", b"{}", "added", EXPOSURE, NOBODY)
ADMIN, STRANGER = Asker("root@x.org", groups=frozenset({"admin"})), Asker("eve@x.org")


class Log:
    latest = 1

    async def after(self, _position: int) -> list[Addition]:
        return [Addition(1, "a")]

    async def begin(self) -> None: ...

    async def catch_up(self) -> None: ...

    async def grow(self, _position: int) -> None: ...

    async def position(self, _event: str) -> int:
        return 0

    def event(self, position: int) -> str:
        return f"log-{position}"


class Operations:
    """Answers with the name of who asks."""

    def __init__(self) -> None:
        self.asked = 0

    async def answer(self, _request: Any) -> OperationResult:
        self.asked += 1
        return OperationResult({"data": {"added": {"nodes": [{"__key": "a", "seen": asker().login}]}}})


async def test_one_query_of_several_people_is_not_answered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log()
    monkeypatch.setattr(Additions, "log", lambda _additions, _table: log)
    operations = Operations()
    additions = Additions(lambda: operations)  # type: ignore[arg-type, return-value]
    people = (ADMIN, NOBODY, STRANGER, ADMIN)
    subscribers = []
    for person in people:
        with asked_by(person):
            subscribers.append(await additions.join(replace(QUERY, asker=person), "0"))
    with asked_by(ADMIN):  # whose task reads them does not matter
        told = [(await subscriber.answer()).payload["data"]["added"]["seen"] for subscriber in subscribers]
    assert told == [person.login for person in people]
    assert operations.asked == 3
    for subscriber in subscribers:
        subscriber.close()
        subscriber.close()
