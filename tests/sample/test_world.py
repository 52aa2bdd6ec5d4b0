from itertools import pairwise

import numpy as np
import pytest

from sample import harvest
from sample.binary import Batch
from sample.log import MADE_UP, Log
from sample.world import ROWS, World, build_world

SCALE = 100_000


@pytest.fixture(scope="module", params=[None, SCALE])
def world(request: pytest.FixtureRequest) -> World:
    return build_world(request.param)


def rows(world: World, source: str, relation: str) -> list[Batch]:
    return [batch for batch in ROWS[source](world) if batch.relation == relation]


def column(batches: list[Batch], name: str) -> list[object]:
    return [value for batch in batches for value in np.asarray(batch.values[name]).tolist()]


def test_every_exposure_has_its_observation_and_target(world: World) -> None:
    observations = rows(world, "obsportal", "portal.observation")
    assert set(column(rows(world, "obsportal", "portal.exposure"), "obs_id")) <= set(column(observations, "obs_id"))
    assert set(column(observations, "target_id")) <= set(column(rows(world, "obsportal", "portal.target"), "target_id"))


def test_keys_are_unique(world: World) -> None:
    for source, relation, key in (
        ("obsportal", "portal.exposure", "exp_id"),
        ("obsportal", "portal.header", "exp_header_id"),
        ("obsportal", "portal.observation", "obs_id"),
        ("obsportal", "portal.program", "obs_program"),
        ("oidb", "public.oidb", "id"),
        ("spica", "public.spica_followup", "tpl_start"),
    ):
        keys = column(rows(world, source, relation), key)
        assert len(set(keys)) == len(keys), relation


def test_runs_point_to_exposures_and_granules_that_exist(world: World) -> None:
    runs = rows(world, "spica", "public.spica_followup")
    exposures = {name.decode() for name in column(rows(world, "obsportal", "portal.exposure"), "exp_id")}  # type: ignore[attr-defined]
    granules = {str(number) for number in column(rows(world, "oidb", "public.oidb"), "id")}
    named = [name.strip(' "') for text in column(runs, "exp_ids") for name in str(text).strip("[]").split(",") if name]
    numbered = [
        number.strip() for text in column(runs, "granule_ids") for number in str(text).strip("[]").split(",") if number
    ]
    assert named
    assert numbered
    assert set(named) <= exposures
    assert set(numbered) <= granules


def test_granules_are_in_collections_that_exist(world: World) -> None:
    known = {str(name) for name in column(rows(world, "oidb", "public.collection"), "id")}
    known |= {
        name.decode() for name in column(rows(world, "oidb", "public.collection"), "id") if isinstance(name, bytes)
    }
    used = {name.decode() for name in column(rows(world, "oidb", "public.oidb"), "obs_collection")}  # type: ignore[attr-defined]
    assert used <= known


def test_real_exposures_are_all_there_and_nothing_else_looks_like_one(world: World) -> None:
    def names(log: Log) -> list[bytes]:
        found: list[bytes] = np.asarray(log.exposures["exp_id"]).tolist()
        return found

    assert len(harvest.real_log()) == 181
    assert not any(name.startswith(b"SAMPLE") for name in names(harvest.real_log()))
    for log in world.logs[1:]:
        assert all(name.startswith(b"SAMPLE") for name in names(log))
        assert np.all(np.asarray(log.observations["obs_id"]) >= MADE_UP)


def test_the_sample_grows_to_the_size_asked_for() -> None:
    grown = build_world(SCALE)
    part = SCALE / 2_500_000
    assert sum(map(len, grown.logs)) == round(342_284 * part)
    assert sum(len(log.target) for log in grown.logs) == round(47_263 * part)
    assert sum(map(len, rows(grown, "oidb", "public.oidb"))) == round(260_000 * part)


def test_exposures_follow_each_other() -> None:
    log = harvest.real_log()
    starts = np.asarray(log.exposures["exp_mjd_start"])
    for observation in range(len(log.target)):
        own = starts[log.observation == observation]
        assert all(before <= after for before, after in pairwise(own))
