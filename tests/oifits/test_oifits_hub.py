"""The real files in the index of the hub, beside the granules that OiDB has of them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from adapters.soda.collection import Collection
from gateway.oifits_index import Outcome, update_index
from hub.rows import Connection, Hub, connect
from publishing.oifits_index import IndexedFile
from sample.federation import Federation
from sample.files import GITHUB, OITOOLS

pytestmark = pytest.mark.real_files


@pytest_asyncio.fixture(scope="module")
async def owner(federation: Federation) -> AsyncIterator[Connection]:
    connection = await connect(federation.owner)
    yield connection
    await connection.execute("DELETE FROM oifits.file; DELETE FROM oifits.granule")
    await connection.close()


@pytest_asyncio.fixture(scope="module")
async def outcome(federation: Federation, hub: Hub, real: Path, owner: Connection) -> Outcome:
    await owner.fetch("SELECT")
    folder, errors = real / "oifits", []

    def report(one: IndexedFile) -> None:
        errors.extend([one.error] if one.error else [])

    outcome = await update_index(federation.writer, hub, Collection(GITHUB + OITOOLS, str(folder)), folder, report)
    assert not errors
    assert await owner.fetchval("SELECT count(*) FROM oifits.part") == 58
    return outcome


async def test_real_files_are_shown_with_the_granules_that_are_theirs(outcome: Outcome, owner: Connection) -> None:
    """Of the 11 files two are of another collection; OiDB's sample has the nights of eps_Aur under another name."""
    assert (outcome.read, outcome.shown_rows, outcome.shown_files) == (11, 56, 9)
    found = await owner.fetch("SELECT access_url, count(*), count(granule_id) FROM oifits.granule GROUP BY 1")
    without = {url.rpartition("/")[2]: rows - granules for url, rows, granules in found if rows != granules}
    assert without == {"2009-11-eps_Aur-avg5.oifits": 26}
    same = """SELECT count(*) FROM oifits.granule o JOIN oidb.granule g ON g.id = o.granule_id
        WHERE o.nb_vis2 = g.nb_vis2 AND o.nb_channels = g.nb_channels
            AND g.t_min <= o.t_middle_min + 1e-5 AND g.t_max >= o.t_middle_max - 1e-5"""
    assert await owner.fetchval(same) == 30


async def test_our_resolver_says_where_a_star_is_whose_place_is_in_hours(outcome: Outcome, owner: Connection) -> None:
    assert outcome.shown_rows
    (row,) = await owner.fetch("SELECT target_ra, doubts FROM oifits.granule WHERE target_name = 'FKV1137'")
    assert row["target_ra"] == pytest.approx(75.6195, abs=1e-3)
    assert "it is at 5.0413 +41.0758, in degrees 75.6195 +41.0758, its star at 75.6195 +41.0758" in row["doubts"]
