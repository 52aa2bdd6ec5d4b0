"""What is published is taken up when the hub can tell it: one that does not answer makes nothing disappear."""

from collections.abc import AsyncIterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from gateway import published
from hub.rows import Hub
from planning.errors import Busy, HubUnavailable
from planning.sql import Statement
from schema.published import NAME


async def test_a_hub_that_does_not_answer_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[Any] = [["dim"], Busy("taken"), HubUnavailable("away"), ["bright"]]

    async def told() -> AsyncIterator[str]:
        for source in ("jsdc", NAME):
            yield source

    async def declared(_: Hub) -> Sequence[str]:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return list(answer)

    monkeypatch.setattr(published, "RETRY", 0.01)
    monkeypatch.setattr(published, "declared", declared)
    hub: Any = SimpleNamespace(health=SimpleNamespace(changes=told), catalog=SimpleNamespace(published=("dim",)))
    assert [tables async for tables in published.changes(hub)] == [["bright"]]
    assert answers == []


async def test_what_is_published_while_a_process_starts_is_taken_up(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the catalogue was read, and before anybody waits for its version to change."""

    async def declared(_: Hub) -> Sequence[str]:
        return ["bright"]

    monkeypatch.setattr(published, "declared", declared)
    found = published.changes(hub)
    assert await anext(found) == ["bright"]
    await found.aclose()  # type: ignore[attr-defined]


async def test_a_hub_set_up_before_has_nothing_published(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [table.name for table in await published.declared(hub)] == []
    monkeypatch.setattr(
        published, "EXISTS", published.Statement("SELECT to_regclass($1) IS NOT NULL", ("none.none",), ())
    )
    monkeypatch.setattr(published, "LISTED", published.Statement("SELECT told FROM none.none", (), ()))
    assert await published.declared(hub) == []


@pytest.mark.parametrize(
    "text",
    [
        "SELECT n FROM published.none AS t",
        "SELECT t.n FROM (SELECT 1 AS m) AS t",
        "SELECT t.m + 'a'::text FROM (SELECT 1 AS m) AS t",
    ],
)
async def test_what_was_replaced_or_removed_meanwhile_is_asked_again(hub: Hub, text: str) -> None:
    """Between the change and the catalogue that follows it: no defect of ours, nor of who set the hub up."""
    with pytest.raises(HubUnavailable, match="replaced or removed: ask again"):
        await hub.fetch(Statement(text, (), (NAME,)))


async def test_a_table_of_ours_that_is_missing_is_no_published_one(hub: Hub) -> None:
    with pytest.raises(HubUnavailable, match="not set up for this release"):
        await hub.fetch(Statement("SELECT n FROM crossid.none AS t", (), ("crossid",)))
