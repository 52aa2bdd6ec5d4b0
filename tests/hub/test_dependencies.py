"""What an answer was made from is noted by whatever reads it, and by nothing above the hub."""

import ast
import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.coverage import Coverages
from hub.dependencies import RELEASES, UNKNOWN, collecting, current_time, record_dependency
from hub.health import HealthMonitor
from hub.rows import Hub
from hub.writer import open_writers
from planning.sql import Statement
from sample.federation import Federation
from schema.jsdc import BADCAL, STAR
from schema.obsportal import LAST_CHANGE

ROOT = Path(__file__).parents[2]
SERVED = ("gateway", "adapters", "resolvers", "jobs", "identity", "adql", "planning", "schema", "sky")
ONE = Statement("SELECT 1 AS one", (), ("jsdc",))


async def drained(hub: Hub, statement: Statement) -> bytes:
    return b"".join([block async for block in hub.blocks(statement, {})])


async def test_rows_are_noted_whichever_way_they_are_read(hub: Hub) -> None:
    for read in (hub.fetch, hub.slowly, lambda statement: drained(hub, statement)):
        with collecting() as dependencies:
            await read(ONE)
        assert dependencies.names == {"jsdc"}


async def test_what_varies_has_no_version(hub: Hub) -> None:
    with collecting() as dependencies:
        await hub.fetch(Statement("SELECT random() AS x", (), ("jsdc",), varies=True))
    assert dependencies.names == {UNKNOWN}


async def test_a_stream_that_breaks_off_has_no_version(hub: Hub) -> None:
    with collecting() as dependencies, pytest.raises(Exception, match="divided by zero"):
        await drained(hub, Statement("SELECT 1 / (5 - n) FROM generate_series(1, 9) n", (), ("jsdc",)))
    assert dependencies.names == {"jsdc", UNKNOWN}


async def test_what_is_read_where_users_write_has_no_version(federation: Federation) -> None:
    writers = await open_writers(federation.jobs, 1, 10)
    with collecting() as dependencies:
        async with writers.held() as writer:
            await writer.fetch("SELECT 1")
    await writers.close()
    assert dependencies.names == {UNKNOWN}


async def test_figures_depend_on_their_source_while_they_are_of_its_version(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hub.row_counts.of("jsdc")
    for read in (hub.row_counts.rows, hub.row_counts.total):
        with collecting() as dependencies:
            assert read(BADCAL)
        assert dependencies.names <= {"jsdc", UNKNOWN}
        assert len(dependencies.names) == 1
    monkeypatch.setattr(HealthMonitor, "version", lambda *_: "another")
    with collecting() as dependencies:
        hub.row_counts.rows(BADCAL)
        await hub.row_counts.of("spica")
    assert dependencies.names == {UNKNOWN}


async def test_coverages_and_parts_of_versions_are_noted(hub: Hub) -> None:
    with collecting() as dependencies:
        await Coverages(hub).of(STAR)
    assert dependencies.names == {UNKNOWN}, "it is not known yet"
    with collecting() as dependencies:
        hub.health.part(LAST_CHANGE)
    assert dependencies.names == {"obsportal"}


def test_the_time_is_noted() -> None:
    with collecting() as dependencies:
        assert current_time().tzinfo
    assert dependencies.names == {RELEASES}


async def test_who_collects_outside_gets_it_too_and_tasks_do() -> None:
    with collecting() as outer:
        with collecting(otherwise=("nothing",)) as inner:
            await asyncio.create_task(_records("a"))
        with collecting(otherwise=("nothing",)) as other:
            pass
        record_dependency(("b",))
    assert (inner.names, other.names, outer.names) == ({"a"}, {"nothing"}, {"a", "nothing", "b"})
    record_dependency(("nobody collects",))


async def _records(name: str) -> None:
    record_dependency((name,))


def calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.alias(name=name) | ast.Attribute(attr=name) | ast.Name(id=name):
                yield name


def test_only_the_hub_records() -> None:
    written: dict[str, Any] = {
        str(path.relative_to(ROOT)): path for room in SERVED for path in (ROOT / room).rglob("*.py")
    }
    assert len(written) > 200
    assert [name for name, path in written.items() if "record_dependency" in calls(ast.parse(path.read_text()))] == []
