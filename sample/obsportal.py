"""Rows of the Obs Portal: those of a log, and those that all logs share."""

from collections.abc import Iterator, Sequence

import numpy as np

from sample.binary import Batch, batch
from sample.log import Columns, Log, of_exposures
from sample.setups import TITLES, modes
from schema.obsportal import (
    EXPOSURE_OWN,
    HEADER,
    INSTRUMENT,
    INSTRUMENT_MODE,
    INTERFEROMETER,
    OBS_ID,
    OBSERVATION,
    PROGRAM,
    STATISTIC,
    TAG,
    TARGET,
)

BLOCK = 10_000
VERSION = "sample_2026_06_30"


def shared_batches() -> Iterator[Batch]:
    """Yield interferometers, instruments and modes."""
    yield batch(INTERFEROMETER, {"interferometer_name": list(TITLES), "interferometer_title": list(TITLES.values())})
    home = {mode.instrument: mode.interferometer for mode in modes()}
    yield batch(INSTRUMENT, {"instrument_name": list(home), "interferometer_name": list(home.values())})
    known = modes()
    yield batch(INSTRUMENT_MODE, {
        "instrument_mode_id": np.array([mode.mode_id for mode in known]),
        "instrument_name": [mode.instrument for mode in known],
        "instrument_mode": [mode.name for mode in known],
        "instrument_em_min": np.array([mode.em_min for mode in known]),
        "instrument_em_max": np.array([mode.em_max for mode in known]),
        "instrument_em_res_power": np.array([mode.em_res_power for mode in known]),
    })  # fmt: skip


def log_batches(log: Log) -> Iterator[Batch]:
    """Yield the rows of a log."""
    yield batch(PROGRAM, log.programs)
    yield batch(TARGET, log.targets)
    target = np.asarray(log.targets["target_id"])[log.target]
    yield batch(OBSERVATION, log.observations | {"target_id": target})
    for first in range(0, len(log), BLOCK):
        rows = slice(first, first + BLOCK)
        yield batch(HEADER, _headers(log, rows))
        yield Batch("portal.exposure", (*EXPOSURE_OWN, OBS_ID), _exposures(log, rows))


def _exposures(log: Log, rows: slice) -> Columns:
    values: Columns = {name: column[rows] for name, column in log.exposures.items()}
    obs_id = np.asarray(log.observations["obs_id"])[log.observation[rows]]
    return values | {"obs_id": obs_id, "exp_projected_baselines": log.baselines(rows)}


def _headers(log: Log, rows: slice) -> Columns:
    """Headers, one for each exposure; the keywords are those that say when, for whom and on what."""
    kinds, programs, targets = (
        np.asarray(of_exposures(log, name))[rows] for name in ("obs_type", "obs_program", "target_name")
    )
    start = np.asarray(log.exposures["exp_mjd_start"])[rows]
    keywords = [
        f'{{"MJD-OBS":{mjd:.8f},"OBS PROG ID":"{program.decode()}","OBS TARG NAME":"{target.decode()}"}}'
        for mjd, program, target in zip(start.tolist(), programs.tolist(), targets.tolist(), strict=True)
    ]
    return {
        "exp_header_id": log.exposures["exp_header_id"][rows],
        "header_date_updated": log.exposures["exp_date_updated"][rows],
        "header_category": np.where(kinds == b"science", b"SCIENCE", b"CALIB"),
        "header_keywords": keywords,
    }


def statistics_batches(logs: Sequence[Log]) -> Iterator[Batch]:
    """Yield statistics and tags, as the end of an import leaves them."""
    count = sum(map(len, logs))
    valid = sum(int(np.nansum(np.asarray(log.exposures["exp_validation_level"]) == 1)) for log in logs)
    starts = np.concatenate([np.asarray(log.exposures["exp_mjd_start"]) for log in logs])
    figure = {
        "Header count": count,
        "Target count": sum(len(log.targets["target_id"]) for log in logs),
        "Observation count": sum(len(log.target) for log in logs),
        "Exposure count": count,
        "Valid exposure count": f"{valid} ({valid / count:.2%})",
        "Exposure date min (MJD)": f"{starts.min():.5f}",
        "Exposure date max (MJD)": f"{starts.max():.5f}",
    }
    latest = max(np.nanmax(np.asarray(log.exposures["exp_date_updated"])) for log in logs)
    yield batch(STATISTIC, {
        "statistic_key": list(figure), "statistic_value": [str(value) for value in figure.values()],
        "statistic_computed_at": np.full(len(figure), latest),
    })  # fmt: skip
    tags = {"database_version": VERSION, "synchronize_start": f"{latest}Z", "synchronize_end": f"{latest}Z"}
    yield batch(TAG, {"tag_name": list(tags), "tag_value": list(tags.values())})
