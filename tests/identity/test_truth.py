"""Records whose star is known: how many are found, and how few are given another."""

from collections.abc import AsyncIterator, Mapping

import numpy as np
import pytest
import pytest_asyncio
from oracle import Catalogue, differing

from hub.rows import Connection
from identity.batch import BatchOutcome, identify
from identity.records import KINDS
from sample import trial
from sample.federation import Federation
from sample.trial import Score
from sample.truth import SHARES, Truth, make_records, separation
from schema import oidb

COUNT = 6000
GRANULES = next(kind for kind in KINDS if kind.origin is oidb.GRANULE)


@pytest_asyncio.fixture(scope="module")
async def made(federation: Federation) -> Truth:
    return make_records(await trial.load_sky(federation.sources["jsdc"]), COUNT)


async def _identified(federation: Federation) -> BatchOutcome:
    (outcome,) = await identify(federation.writer, lambda _what, _part: None, ["oidb"])
    return outcome


@pytest_asyncio.fixture(scope="module")
async def scores(federation: Federation, made: Truth) -> AsyncIterator[Mapping[str, Score]]:
    """Those of a batch that sees the new records; the next one sees that they are gone."""
    async with trial.as_granules(federation.sources["oidb"], made):
        assert (await _identified(federation)).changed == COUNT
        yield await trial.scores(federation.owner, made)
    gone = await _identified(federation)
    assert (gone.changed, gone.removed) == (0, COUNT)


def test_there_are_records_of_every_kind(made: Truth) -> None:
    assert sum(SHARES.values()) == pytest.approx(1)
    assert set(made.kind) == set(SHARES)
    assert len(made) == COUNT


async def test_places_are_as_far_from_their_stars_as_their_kind_says(made: Truth, federation: Federation) -> None:
    sky = await trial.load_sky(federation.sources["jsdc"])
    row = np.searchsorted(sky.ids, made.star)
    here = (made.star != 0) & np.isfinite(made.ra) & (made.kind == "catalogue")
    assert separation(made.ra[here], made.dec[here], sky.ra[row[here]], sky.dec[row[here]]).max() < 5
    fast = made.kind == "fast"
    assert np.median(separation(made.ra[fast], made.dec[fast], sky.ra[row[fast]], sky.dec[row[fast]])) > 5


def test_precision_and_recall(scores: Mapping[str, Score]) -> None:
    assert scores["all"].precision >= 0.995, scores
    assert scores["all"].recall >= 0.98, scores


@pytest.mark.parametrize(
    ("kind", "method"),
    [("elsewhere", "ELSEWHERE"), ("nobody", "NONE"), ("contradicted", "CONTRADICTED"), ("placeless", "NAME")],
)
def test_what_a_kind_is_found_by(scores: Mapping[str, Score], kind: str, method: str) -> None:
    assert scores[kind].methods[method] >= 0.97 * scores[kind].records


async def test_answers_are_those_of_brute_force(
    scores: Mapping[str, Score],  # noqa: ARG001 - while they are there
    owner: Connection,
    catalogue: Catalogue,
) -> None:
    assert await differing(owner, catalogue, GRANULES, f"key >= {trial.FIRST}", 250) == []


async def test_a_name_that_is_elsewhere_is_reported(scores: Mapping[str, Score], owner: Connection) -> None:
    assert scores["elsewhere"].wrong == 0
    found = await owner.fetch(
        "SELECT star_id, object_id, named_star_id, named_separation, confidence FROM crossid.granule WHERE method = 6"
    )
    assert len(found) >= scores["elsewhere"].records
    assert all(
        star is None and number < 0 and named and away > 30 and sure == 0 for star, number, named, away, sure in found
    )
