"""Figures are kept of each version: statistics in the Obs Portal's own words, numbers of rows that say whether they are exact."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from serving import watch
from waiting import within

from hub.health import HealthMonitor
from hub.limits import DocumentLimits, Limits
from hub.row_counts import Total
from hub.rows import Hub, connect, open_hub
from resolvers import totals
from resolvers.operation import Operations
from resolvers.query import assemble
from resolvers.request import Request
from sample.federation import Federation
from schema.catalog import SOURCES
from schema.jsdc import BADCAL
from schema.statistics import FIGURES

STATISTICS = "{ statistics { key value number source computedAt version } }"


@pytest_asyncio.fixture(scope="module")
async def hub(federation: Federation) -> AsyncIterator[Hub]:
    """A hub of these tests alone: what others make wait, keeps its figures for the longer."""
    async with counting(federation, Limits()) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module")
async def few(federation: Federation) -> AsyncIterator[Hub]:
    """A hub that counts no more than fifty rows while it is asked."""
    async with counting(federation, Limits(counted=50)) as opened:
        yield opened


@pytest.fixture(scope="module")
def operations(hub: Hub) -> Operations:
    return asking(hub)


@asynccontextmanager
async def counting(federation: Federation, limits: Limits) -> AsyncIterator[Hub]:
    """A hub that keeps figures, once it has all."""
    opened = await open_hub(federation.hub, limits, watch())
    opened.row_counts.start()
    await settled(opened)
    yield opened
    await opened.close()


async def settled(hub: Hub) -> None:
    """Wait until what is kept of every source is of its version."""
    tables = [table for source in SOURCES.values() for table in source.tables]

    async def kept() -> bool:
        return all((total := hub.row_counts.total(table)) and total.exact for table in tables)

    await within(kept, 60)


def asking(hub: Hub) -> Operations:
    return Operations(assemble()._schema, hub, DocumentLimits(), largest_page=1000)  # noqa: SLF001


async def data(operations: Operations, question: str) -> dict[str, Any]:
    answer = await operations.answer(Request(question))
    assert "errors" not in answer.payload, answer.payload["errors"]
    return dict(answer.payload["data"])


async def test_statistics_have_the_obs_portals_own_keys(operations: Operations, hub: Hub) -> None:
    await settled(hub)
    found = {(each["source"], each["key"]): each for each in (await data(operations, STATISTICS))["statistics"]}
    assert [key for source, key in found if source == "obsportal"] == [figure.key for figure in FIGURES["obsportal"]]
    exposures = (await data(operations, "{ exposuresAggregate { count } }"))["exposuresAggregate"][0]["count"]
    assert found["obsportal", "Exposure count"]["number"] == exposures
    assert found["obsportal", "Valid exposure count"]["value"].endswith("%)")
    assert found["obsportal", "Exposure Date min"]["value"][:2] == "20"
    assert found["obsportal", "Header last ModificationDate"]["value"].endswith(" UTC+0000")
    levels = [each["number"] for (source, key), each in found.items() if key.startswith("Granule count, level")]
    assert sum(levels) == found["oidb", "Granule count"]["number"]
    stars = [
        found["jsdc", key]["number"]
        for key in ("Star count, bright (with spectral type)", "Star count, faint (without)")
    ]
    assert sum(stars) == found["jsdc", "Star count"]["number"]
    assert {each["version"] for each in found.values()} >= {hub.health.version("spica")}


async def test_statistics_of_one_source(operations: Operations) -> None:
    found = (await data(operations, '{ statistics(sources: ["spica"]) { source } }'))["statistics"]
    assert {each["source"] for each in found} == {"spica"}
    refused = (await operations.answer(Request('{ statistics(sources: ["oidbb"]) { key } }'))).payload["errors"][0]
    assert "perhaps you meant oidb" in refused["message"]


async def test_they_follow_the_data(few: Hub, federation: Federation) -> None:
    operations, asked = asking(few), "{ badCalibrators(first: 0) { totalCount totalCountIsExact } }"
    before = (await data(operations, asked))["badCalibrators"]
    assert before["totalCountIsExact"]
    owner = await connect(federation.sources["jsdc"])
    try:
        await owner.execute("INSERT INTO badcal VALUES (-2, 'one more', 0, 0, 'test', true)")
        wanted = {"totalCount": before["totalCount"] + 1, "totalCountIsExact": True}

        async def followed() -> bool:
            return bool((await data(operations, asked))["badCalibrators"] == wanted)

        await within(followed, 30)
        statistics = (await data(operations, '{ statistics(sources: ["jsdc"]) { key number } }'))["statistics"]
        assert {"key": "Bad calibrator count", "number": before["totalCount"] + 1} in statistics
    finally:
        await owner.execute("DELETE FROM badcal WHERE badcal_id = -2")
        await owner.close()


async def test_figures_of_a_version_that_did_not_last_are_not_exact(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What changed while it was counted is of no version, and counted again."""

    async def another(*_: object) -> str:
        return "another"

    opened = await open_hub(federation.hub, Limits(), watch())
    try:
        with monkeypatch.context() as patch:
            patch.setattr(HealthMonitor, "confirmed", another)
            await opened.health.settled()
            opened.row_counts.start()

            async def counted() -> Total | None:
                return opened.row_counts.total(BADCAL)

            assert not (await within(counted, 30)).exact
        await settled(opened)
    finally:
        await opened.close()


WAYS = pytest.mark.parametrize("plainly", [False, True], ids=["compiled", "plain"])
TOTALS = "totalCount totalCountIsExact"


async def total(hub: Hub, field: str, *, plainly: bool) -> tuple[int, bool]:
    operations, request = asking(hub), Request(f"{{ found: {field} {{ {TOTALS} }} }}")
    answer = await (
        operations.execute_document(operations.document(request.query), request)
        if plainly
        else operations.answer(request)
    )
    assert "errors" not in answer.payload, answer.payload["errors"]
    found = answer.payload["data"]["found"]
    return found["totalCount"], found["totalCountIsExact"]


@WAYS
async def test_few_are_counted_and_many_are_expected(few: Hub, hub: Hub, *, plainly: bool) -> None:
    async def exactly() -> bool:
        await settled(hub)
        return (await total(hub, "stars", plainly=plainly))[1]

    await within(exactly, 20)
    bright = "stars(where: {vmag: {lt: 0}})"
    assert await total(few, bright, plainly=plainly) == await total(hub, bright, plainly=plainly)
    many = "stars(where: {vmag: {lt: 9}})"
    counted, exact = await total(hub, many, plainly=plainly)
    expected, guessed = await total(few, many, plainly=plainly)
    assert (exact, guessed) == (True, False)
    assert counted / 2 < expected < counted * 2


@WAYS
async def test_cones_are_expected_to_hold_their_part_of_the_sky(few: Hub, hub: Hub, *, plainly: bool) -> None:
    for radius in (60, 120):
        cone = f"stars(cone: {{ra: 100, dec: 20, radius: {radius}}})"
        counted, _ = await total(hub, cone, plainly=plainly)
        expected, exact = await total(few, cone, plainly=plainly)
        assert not exact
        assert counted / 2 < expected < counted * 2


@WAYS
async def test_rows_of_a_row_are_counted(few: Hub, *, plainly: bool) -> None:
    operations = asking(few)
    request = Request(
        f"{{ collections(first: 50) {{ nodes {{ granules(first: 1) {{ {TOTALS} }} }} }} granules {{ {TOTALS} }} }}"
    )
    answer = await (
        operations.execute_document(operations.document(request.query), request)
        if plainly
        else operations.answer(request)
    )
    pages = [node["granules"] for node in answer.payload["data"]["collections"]["nodes"]]
    assert all(page["totalCountIsExact"] for page in pages)
    assert sum(page["totalCount"] for page in pages) == answer.payload["data"]["granules"]["totalCount"]


async def test_counting_that_takes_too_long_is_given_up(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(totals, "SECONDS", 1e-6)
    expected, exact = await total(hub, "stars(where: {vmag: {lt: 9}})", plainly=False)
    assert not exact
    assert expected > 1000
