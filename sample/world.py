"""The whole sample, consistent across the four databases, as batches of rows for each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sample import campaign, files, harvest, jsdc, level0, logbook, obsportal, oidb, sky, spica, survey
from sample.binary import Batch
from sample.campaign import Observations, Targets
from sample.log import Log
from sample.size import Size, size
from sample.stars import real
from sample.survey import Survey

SURVEY_FIRST = 1_000_000
"""First number of the survey's observations and exposures, among the made-up ones."""
REAL_LEVEL0, CAMPAIGN_LEVEL0, SURVEY_LEVEL0 = 3_000_000, 10_000_000, 15_000_000
"""First numbers of OiDB's granules of level 0: from real exposures, from made-up ones, from the survey's."""


@dataclass(frozen=True, eq=False)
class Night:
    """Observations that were planned, and the log they left."""

    targets: Targets
    plan: Observations
    log: Log


@dataclass(frozen=True, eq=False)
class World:
    """What the four databases tell of."""

    stars: int | None
    size: Size
    survey: Survey
    of_survey: Night
    campaign: Night | None
    """None where nothing but the survey is made up."""

    @property
    def logs(self) -> tuple[Log, ...]:
        """Every log, the real one first."""
        return (harvest.log(), self.of_survey.log, *([self.campaign.log] if self.campaign else []))

    def expected(self, source: str) -> int:
        """Estimate how many rows a source will have."""
        exposures = sum(map(len, self.logs))
        stars = 2 * max(self.stars or 0, len(real()))
        return {"obsportal": 2 * exposures, "oidb": exposures, "jsdc": stars, "spica": 4 * len(self.survey.ids)}[source]


def build(stars: int | None) -> World:
    """Make the sample for a number of stars; None for real ones alone and a small survey."""
    wanted = size(stars)
    made = survey.survey(wanted.survey)
    targets, plan = survey.observations(made)
    night = Night(targets, plan, logbook.write(targets, plan, SURVEY_FIRST))
    return World(stars, wanted, made, night, _campaign(wanted, (harvest.log(), night.log)))


def _campaign(wanted: Size, known: tuple[Log, ...]) -> Night | None:
    """Make up what is wanted beyond known logs."""
    targets = wanted.targets - sum(len(log.targets["target_id"]) for log in known)
    observations = wanted.observations - sum(len(log.target) for log in known)
    exposures = wanted.exposures - sum(map(len, known))
    if not 0 < targets <= observations <= exposures:
        return None
    chosen = campaign.choose_targets(real(), targets, 0)
    plan = campaign.observe(chosen, observations, exposures)
    return Night(chosen, plan, logbook.write(chosen, plan, 0))


def _obsportal(world: World) -> Iterator[Batch]:
    yield from obsportal.common()
    for log in world.logs:
        yield from obsportal.batches(log)
    yield from obsportal.figures(world.logs)


def _oidb(world: World) -> Iterator[Batch]:
    yield from oidb.collections()
    night = world.of_survey
    logs = [level0.granules(harvest.log(), len(harvest.log()), REAL_LEVEL0)]
    logs.append(level0.granules(night.log, len(night.log) * 9 // 10, SURVEY_LEVEL0))  # its harvest lags behind
    filed = [files.real(), files.of_survey(world.survey, night.targets, night.plan, night.log)]
    if world.campaign:
        missing = world.size.reduced - sum(map(len, filed))
        made = world.campaign
        filed.append(files.reduced(made.targets, made.plan, made.log, max(missing, 0)))
        missing = world.size.granules - sum(map(len, (*logs, *filed)))
        logs.append(level0.granules(world.campaign.log, max(missing, 0), CAMPAIGN_LEVEL0))
    yield from logs
    yield from filed
    yield oidb.datalinks(filed)


def _jsdc(world: World) -> Iterator[Batch]:
    yield jsdc.bad_calibrators()
    for stars in sky.blocks(world.stars):
        yield from jsdc.batches(stars)


def _spica(world: World) -> Iterator[Batch]:
    yield from spica.batches(world.survey, world.of_survey.log)


ROWS: dict[str, Callable[[World], Iterator[Batch]]] = {
    "obsportal": _obsportal,
    "oidb": _oidb,
    "jsdc": _jsdc,
    "spica": _spica,
}
"""Rows of each source, in an order that its foreign keys allow."""
