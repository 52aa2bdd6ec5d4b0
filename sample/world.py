"""The whole sample, consistent across the four databases, as batches of rows for each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sample import campaign, files, harvest, jsdc, level0, logbook, obsportal, oidb, sky, spica, survey
from sample.binary import Batch
from sample.campaign import Observations, Targets
from sample.log import Log
from sample.size import Size, sample_size
from sample.stars import real_stars
from sample.survey import Survey

SURVEY_FIRST = 1_000_000
"""First number of the survey's observations and exposures, among the made-up ones."""
REAL_LEVEL0, CAMPAIGN_LEVEL0, SURVEY_LEVEL0 = 3_000_000, 10_000_000, 15_000_000
"""First numbers of OiDB's granules of level 0: from real exposures, from made-up ones, from the survey's."""


@dataclass(frozen=True, eq=False)
class Night:
    """Observations as planned, and the log they left."""

    targets: Targets
    plan: Observations
    log: Log


@dataclass(frozen=True, eq=False)
class World:
    """Everything that the four databases are filled with."""

    stars: int | None
    """Number of stars; None for the real ones alone."""
    size: Size
    survey: Survey
    of_survey: Night
    campaign: Night | None
    """None where nothing but the survey is made up."""

    @property
    def logs(self) -> tuple[Log, ...]:
        """Every log, the real one first."""
        return (harvest.real_log(), self.of_survey.log, *([self.campaign.log] if self.campaign else []))

    def expected(self, source: str) -> int:
        """Estimate how many rows a source will have."""
        exposures = sum(map(len, self.logs))
        stars = 2 * max(self.stars or 0, len(real_stars()))
        return {"obsportal": 2 * exposures, "oidb": exposures, "jsdc": stars, "spica": 4 * len(self.survey.ids)}[source]


def build_world(stars: int | None) -> World:
    """Make the sample for a number of stars; None for real ones alone and a small survey."""
    counts = sample_size(stars)
    new_survey = survey.make_survey(counts.survey)
    targets, plan = survey.survey_observations(new_survey)
    night = Night(targets, plan, logbook.make_log(targets, plan, SURVEY_FIRST))
    return World(stars, counts, new_survey, night, _campaign(counts, (harvest.real_log(), night.log)))


def _campaign(counts: Size, known: tuple[Log, ...]) -> Night | None:
    """Make up observations until there are `counts` of them, given those of known logs; None if there are already."""
    targets = counts.targets - sum(len(log.targets["target_id"]) for log in known)
    observations = counts.observations - sum(len(log.target) for log in known)
    exposures = counts.exposures - sum(map(len, known))
    if not 0 < targets <= observations <= exposures:
        return None
    chosen = campaign.choose_targets(real_stars(), targets, 0)
    plan = campaign.observe(chosen, observations, exposures)
    return Night(chosen, plan, logbook.make_log(chosen, plan, 0))


def _obsportal(world: World) -> Iterator[Batch]:
    yield from obsportal.shared_batches()
    for log in world.logs:
        yield from obsportal.log_batches(log)
    yield from obsportal.statistics_batches(world.logs)


def _oidb(world: World) -> Iterator[Batch]:
    yield from oidb.collections()
    night = world.of_survey
    of_survey = files.survey_granules(world.survey, night.targets, night.plan, night.log)
    logs = [level0.level0_granules(harvest.real_log(), len(harvest.real_log()), REAL_LEVEL0)]
    logs.append(level0.level0_granules(night.log, len(night.log) * 9 // 10, SURVEY_LEVEL0))  # its harvest lags behind
    with_files = [files.real_granules(), of_survey]
    if world.campaign:
        missing = world.size.reduced - sum(map(len, with_files))
        campaign_night = world.campaign
        with_files.append(
            files.reduced_granules(campaign_night.targets, campaign_night.plan, campaign_night.log, max(missing, 0))
        )
        missing = world.size.granules - sum(map(len, (*logs, *with_files)))
        logs.append(level0.level0_granules(world.campaign.log, max(missing, 0), CAMPAIGN_LEVEL0))
    yield from logs
    yield from with_files
    yield oidb.datalinks(with_files)
    yield oidb.comments(of_survey)


def _jsdc(world: World) -> Iterator[Batch]:
    yield jsdc.bad_calibrators()
    for stars in sky.blocks(world.stars):
        yield from jsdc.star_batches(stars)


def _spica(world: World) -> Iterator[Batch]:
    yield from spica.survey_batches(world.survey, world.of_survey.log)


ROWS: dict[str, Callable[[World], Iterator[Batch]]] = {
    "obsportal": _obsportal,
    "oidb": _oidb,
    "jsdc": _jsdc,
    "spica": _spica,
}
"""Rows of each source, in an order that its foreign keys allow."""
