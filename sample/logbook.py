"""The exposures of made-up observations: identifiers, times, weather, projected baselines."""

import numpy as np

from sample.campaign import Observations, Targets
from sample.geometry import Projection, project
from sample.invention import SEED
from sample.log import MADE_UP, Columns, Log, instants
from sample.records import Floats, Ints, Texts
from sample.setups import setups

GAP = 40.0
"""Seconds between two exposures."""
VALID = 0.9822
"""Part of the exposures that pass validation, as in the Obs Portal in 2021."""
TROUBLE = b'["EXPTIME is absent from the header"]'


def make_log(targets: Targets, plan: Observations, first: int) -> Log:
    """Carry out a plan; `first` numbers observations and exposures, so that several logs can be told apart."""
    programs, program = np.unique(plan.program, return_inverse=True)
    observation = np.repeat(np.arange(len(plan.start)), plan.exposures)
    nth = np.arange(len(observation)) - np.repeat(np.cumsum(plan.exposures) - plan.exposures, plan.exposures)
    exposure = np.array([one.exposure for one in setups()])[plan.setup[observation]]
    start = (plan.start[observation] + nth * (exposure + GAP) / 86_400).round(8)
    end = (start + exposure / 86_400).round(8)

    def baselines(rows: slice) -> list[str]:
        return _baselines(targets, plan, observation[rows], start[rows], end[rows])

    return Log(
        {"target_id": targets.ids, "target_name": targets.names, "target_ra": targets.ra, "target_dec": targets.dec},
        _programs(programs), _observations(plan, first), plan.target, program,
        _exposures(plan, observation, start, end, first), observation, baselines,
    )  # fmt: skip


def _programs(names: Texts) -> Columns:
    number = np.arange(len(names)).astype(np.bytes_)
    return {
        "obs_program": names,
        "obs_program_title": np.char.add(b"Made-up programme of the sample, number ", number),
        "obs_program_pi_coi": np.char.add(np.char.add(b"Sample PI ", number), b"/Sample CoI"),
    }


def _observations(plan: Observations, first: int) -> Columns:
    known = setups()
    return {
        "obs_id": MADE_UP + first + np.arange(len(plan.start)),
        "obs_type": np.where(plan.science == 1, b"science", b"calibrator"),
        "obs_program": plan.program,
        "instrument_mode_id": np.array([one.mode.mode_id for one in known])[plan.setup],
        "instrument_submode": np.array([one.submode.encode() for one in known])[plan.setup],
        "interferometer_stations": np.array([" ".join(one.stations).encode() for one in known])[plan.setup],
    }


def _exposures(plan: Observations, observation: Ints, start: Floats, end: Floats, first: int) -> Columns:
    random = np.random.default_rng([SEED, first, len(observation)])
    header = _header_ids(plan, observation, start, first)
    valid = random.random(len(start)) < VALID
    updated = instants(np.floor(start) + 1 + random.random(len(start)).round(4))
    science = plan.science[observation] == 1
    return {
        "exp_id": np.char.add(header, b"_1"), "exp_header_id": header, "exp_mjd_start": start, "exp_mjd_end": end,
        "exp_validation_level": valid * 1, "exp_validation_log": np.where(valid, b"[]", TROUBLE),
        **_weather(plan, observation, random),
        "exp_date_updated": updated, "exp_date_release": instants(np.floor(start) + np.where(science, 365, 0)),
    }  # fmt: skip


def _header_ids(plan: Observations, observation: Ints, start: Floats, first: int) -> Texts:
    """Name headers like ESO's, by instrument and time; the fraction of the second is a running number."""
    prefix: Texts = np.array([b"SAMPLE." + one.prefix.encode() + b"." for one in setups()])[plan.setup[observation]]
    second: Texts = np.datetime_as_string(np.asarray(instants(start)), unit="s").astype("S19")
    number = np.char.zfill((first + np.arange(len(start))).astype("S7"), 7)
    return np.char.add(np.char.add(prefix, second), np.char.add(b".", number))


def _weather(plan: Observations, observation: Ints, random: np.random.Generator) -> Columns:
    """Draw tau0 (s), seeing (arcsec) and temperature (°C) of Paranal; CHARA's headers have none."""
    paranal = np.array([one.mode.interferometer == "VLTI" for one in setups()])[plan.setup[observation]]
    count = len(observation)
    return {
        "exp_tau0": np.where(paranal, random.lognormal(np.log(0.0045), 0.4, count).round(6), np.nan),
        "exp_temperature": np.where(paranal, random.normal(13, 2.5, count).round(2), np.nan),
        "exp_seeing": np.where(paranal, random.lognormal(np.log(0.8), 0.3, count).round(3), np.nan),
    }


def _baselines(targets: Targets, plan: Observations, observation: Ints, start: Floats, end: Floats) -> list[str]:
    baselines = np.full(len(observation), "", dtype=object)
    setup, target = plan.setup[observation], plan.target[observation]
    for number in np.unique(setup):
        in_setup, one = setup == number, setups()[number]
        place = targets.ra[target[in_setup]], targets.dec[target[in_setup]]
        ends = [project(one.mode.interferometer, one.stations, mjd[in_setup], *place) for mjd in (start, end)]
        baselines[in_setup] = _json(*ends)
    return list(baselines)


def _json(start: Projection, end: Projection) -> list[str]:
    """Spell projections as ASPRO2 reads them, with numbers: lengths to a millimetre, angles to 0.1°."""
    one = '"{}":{{"length":{{"start":%.3f,"end":%.3f}},"angle":{{"start":%.1f,"end":%.1f}}}}'
    form = "{" + ",".join(one.format(pair) for pair in start.pairs) + "}"
    values = np.stack([start.length, end.length, start.angle, end.angle], axis=2).reshape(len(start.length), -1)
    return [form % tuple(row) for row in values.tolist()]
