"""The real exposures of `exposures.csv` as a log.

What no source gives is completed: observations by ASPRO2's rule of grouping, targets by name and position, headers by
the exposure's own name; numbers given here begin at OURS. Wavelength ranges are those of the mode.
"""

from functools import cache
from itertools import pairwise

import numpy as np

from sample.log import Columns, Log, instants
from sample.records import Ints, number, numbers, rows, texts
from sample.setups import mode

OURS = 900_000
PAUSE = 30 / 1440
"""Longest gap (days) between exposures of one observation."""
KINDS = {"science": "science", "calibrator": "calibrator", "calibration": "calibrator"}
SAME = (
    "target_name", "target_ra", "target_dec", "obs_program", "interferometer_stations",
    "instrument_name", "instrument_mode", "instrument_submode", "obs_type",
)  # fmt: skip
"""Columns that are equal for all exposures of one observation."""
MEASURED = ("exp_mjd_start", "exp_mjd_end", "exp_tau0", "exp_temperature", "exp_seeing")
Row = dict[str, str]


@cache
def real_log() -> Log:
    """Read the real exposures."""
    exposures = sorted(rows("exposures"), key=lambda row: (*(row[name] for name in SAME), float(row["exp_mjd_start"])))
    observation = _observations(exposures)
    first = [exposures[int(np.argmax(observation == place))] for place in range(int(observation[-1]) + 1)]
    targets = sorted({_target(row) for row in first})
    programs = sorted({row["obs_program"] for row in first})
    baselines = [row["exp_projected_baselines"] for row in exposures]
    return Log(
        _targets(targets, first), {"obs_program": texts(programs)}, _observation_columns(first),
        np.array([targets.index(_target(row)) for row in first]),
        np.array([programs.index(row["obs_program"]) for row in first]),
        _exposure_columns(exposures), observation, lambda part: baselines[part],
    )  # fmt: skip


def _observations(exposures: list[Row]) -> Ints:
    """Group exposures: another observation begins where what they have in common changes or the pause is long."""
    breaks = [
        any(before[name] != after[name] for name in (*SAME, "obs_id"))
        or float(after["exp_mjd_start"]) - float(before["exp_mjd_end"]) > PAUSE
        for before, after in pairwise(exposures)
    ]
    return np.concatenate([[0], np.cumsum(breaks)]).astype(np.int64)


def _target(row: Row) -> tuple[str, str, str]:
    return row["target_name"], row["target_ra"], row["target_dec"]


def _targets(targets: list[tuple[str, str, str]], first: list[Row]) -> Columns:
    known = {_target(row): int(row["target_id"]) for row in first if row["target_id"]}
    names, ra, dec = zip(*targets, strict=True)
    ids = [known.get(target, OURS + place) for place, target in enumerate(targets)]
    return {
        "target_id": np.array(ids),
        "target_name": texts(names),
        "target_ra": numbers(ra),
        "target_dec": numbers(dec),
    }


def _observation_columns(first: list[Row]) -> Columns:
    taken: set[int] = set()
    ids = []
    for place, row in enumerate(first):
        given = int(row["obs_id"] or 0)
        ids.append(OURS + place if given == 0 or given in taken else given)
        taken.add(ids[-1])
    return {
        "obs_id": np.array(ids),
        "obs_type": texts(KINDS[row["obs_type"].lower()] for row in first),
        "obs_program": texts(row["obs_program"] for row in first),
        "instrument_mode_id": np.array([mode(row["instrument_name"], row["instrument_mode"]).mode_id for row in first]),
        "instrument_submode": texts(row["instrument_submode"] for row in first),
        "interferometer_stations": texts(row["interferometer_stations"] for row in first),
    }


def _exposure_columns(exposures: list[Row]) -> Columns:
    given = {name: [row[name] for row in exposures] for name in exposures[0]}
    levels = [number(level) for level in given["exp_validation_level"]]
    known = np.array([np.datetime64(text.removesuffix("Z") or "NaT", "us") for text in given["exp_date_updated"]])
    # The replies of before 2021 do not say it, but every record has one: OiDB harvests by it.
    updated = np.where(np.isnat(known), instants(np.floor(numbers(given["exp_mjd_start"])) + 1), known)
    return {
        "exp_id": texts(given["exp_id"]),
        "exp_header_id": texts(row["exp_header_id"] or _header(row["exp_id"]) for row in exposures),
        **{name: numbers(given[name]) for name in MEASURED},
        "exp_validation_level": np.array(levels),
        "exp_validation_log": texts(map(_verdict, given["exp_validation_log"], levels)),
        "exp_date_updated": updated, "exp_date_release": np.full(len(exposures), np.datetime64("NaT", "us")),
    }  # fmt: skip


def _header(exp_id: str) -> str:
    """Name of an exposure's header: without the number of the exposure or the file's ending."""
    return exp_id.removesuffix(".fits").rpartition("_")[0] if exp_id[-2:-1] == "_" else exp_id.removesuffix(".fits")


def _verdict(missing: str, level: float) -> str:
    """Validation messages in our words; "" where validation is not known to have run."""
    messages = ",".join(f'"{keyword.replace(".", " ")} is absent from the header"' for keyword in missing.split())
    return f"[{messages}]" if np.isfinite(level) else ""
