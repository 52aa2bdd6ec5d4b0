"""SPICA-DB's rows, from a survey and the log of its runs."""

import json
from collections.abc import Iterator

import numpy as np

from sample.binary import Batch, Values, batch
from sample.jsdc import names, star_columns
from sample.log import Log, instants
from sample.records import Floats, Ints, Texts
from sample.stars import real_stars
from sample.survey import EXPOSURES, MODES, PROGRAMS, STATUSES, STEP, Survey
from schema.spica import ACCOUNT, CALPRIM, DELEGATION, FOLLOWUP, PROGRAM, TARGET, TARGET_PROGRAM
from schema.spica_rules import final_priority, progress

SUBJECTS = (
    "Stars with planets", "Dwarfs for surface brightness", "Limb darkening of giants", "Images of rotating stars",
    "Late-type stars and binaries", "Pulsating stars", "Emission-line stars", "Asteroseismic targets",
)  # fmt: skip
GRANULES = 20_000_000
"""OiDB numbers the granules of run n from `GRANULES + 2 * n`: level 1, then level 2."""
HISTORY = b'[{"history":"API"}]'
"""The text that the catalogue API's statement replaces: it changes nothing where there is another."""
SHARED_EVERY = 7
"""Every so many targets are shared with the next programme."""
CALIBRATORS = 60


def investigator(program: Ints) -> Texts:
    """Names of principal investigators, made up."""
    return np.char.add(b"PI ", np.array(PROGRAMS, np.bytes_)[program])


def survey_batches(survey: Survey, log: Log) -> Iterator[Batch]:
    """Yield every row; `log` is that of the runs that took place."""
    yield _programs()
    yield batch(TARGET, _targets(survey))
    yield batch(TARGET_PROGRAM, _target_programs(survey))
    yield batch(FOLLOWUP, _runs(survey, log))
    yield _calibrators()
    alias = [f"PI {program}" for program in PROGRAMS]
    yield batch(
        ACCOUNT,
        {"alias": [*alias, "CoI S01"], "login": [*(f"pi-{program.lower()}" for program in PROGRAMS), "coi-s01"]},
    )
    yield batch(
        DELEGATION,
        {"delegation_id": np.array([1]), "piname": ["PI S01"], "coi_alias": ["CoI S01"], "catalog": ["spica"]},
    )


def _programs() -> Batch:
    every = np.arange(len(PROGRAMS))
    return batch(PROGRAM, {
        "progname": list(PROGRAMS), "program_title": [f"{subject} (sample)" for subject in SUBJECTS],
        "work_package": [f"WP{number + 1}" for number in every], "piname": investigator(every),
        "program_kind": np.where(every < 6, b"large_program", b"proposal"), "nights": np.where(every < 6, 30.0, 5.0),
    })  # fmt: skip


def _targets(survey: Survey) -> dict[str, Values]:
    validated = np.bincount(survey.target[survey.status == STATUSES.index("validated")], minlength=len(survey.ids))
    number, text = survey.numbers, survey.texts
    return {
        "spicadb_id": survey.ids, "target_main_id": text["main_id"], "hd": text["hd"], "gaia_id": text["gaia"],
        "spt": text["spt"],
        **{name: number[name] for name in ("ra", "dec", "plx", *(f"{band}mag" for band in "bvrgijhklmn"))},
        "ld_jsdc2": number["ldd"], "e_ld_jsdc2": number["e_ldd"], "model": _models(number["ldd"]),
        "completion_rate": survey.completion, "priority_final": priority(survey),
        "qcs_flag": np.where(validated > 0, 1.0, np.nan), "ob_refs": validated.astype(np.bytes_),
        "lastmods": np.full(len(survey.ids), HISTORY),
    }  # fmt: skip


def _models(ldd: Floats) -> list[str]:
    """Model of each target for ASPRO2: a disk, where the diameter is known."""
    return [
        json.dumps([{"name": "disk1", "type": "disk", "diameter": round(diameter, 4)}]) if np.isfinite(diameter) else ""
        for diameter in ldd.tolist()
    ]


def priority(survey: Survey) -> Ints:
    """Priority of each target as the real scheduler has it, whose rule of shared targets never matches; 1 first."""
    states = zip(survey.mode.tolist(), survey.completion.tolist(), survey.low.tolist(), strict=True)
    return np.array([final_priority(progress(MODES[mode], rate), low, shared=False) for mode, rate, low in states])


def _target_programs(survey: Survey) -> dict[str, Values]:
    """Targets of each programme: those it owns, and some of the programme before it."""
    every = np.arange(len(survey.ids))
    row = np.concatenate([every, every[::SHARED_EVERY]])
    second = np.arange(len(row)) >= len(every)
    program = (survey.program[row] + second) % len(PROGRAMS)
    return {
        "target_program_id": 1 + np.arange(len(row)), "spicadb_id": survey.ids[row], "program_rank": 1 + second,
        "progname": np.array(PROGRAMS, np.bytes_)[program], "piname": investigator(program),
        "priority_pi": survey.low[row],
        "spica_mode": np.array(MODES, np.bytes_)[survey.mode[row]], "spica_setup": np.full(len(row), b"LR"),
        "chara_setup": np.full(len(row), b"S1 S2 E1 E2 W1 W2"), "nobs_required": np.ceil(1 / STEP[survey.mode[row]]),
    }  # fmt: skip


def _runs(survey: Survey, log: Log) -> dict[str, Values]:
    every = np.arange(len(survey.target))
    program = survey.program[survey.target]
    status = np.array(STATUSES, np.bytes_)[survey.status]
    return {
        "tpl_start": instants(survey.start), "spicadb_id": survey.ids[survey.target],
        "progname": np.array(PROGRAMS, np.bytes_)[program], "piname": investigator(program), "run_status": status,
        "exp_ids": _exposures(survey, log), "granule_ids": _granules(survey),
        "qcs_flag": np.select([status == b"validated", status == b"rejected"], [1.0, 0.0], np.nan),
        "quality_level": quality(survey.status), "ob_ref": np.char.add(b"OB-SAMPLE-", every.astype(np.bytes_)),
        "run_origin": np.full(len(every), b"sample"),
    }  # fmt: skip


def quality(status: Ints) -> Floats:
    """OiDB's quality level of a run: science ready if validated, quick look if reduced, trash if rejected."""
    words = np.array(STATUSES)[status]
    return np.select([words == "validated", words == "reduced", words == "rejected"], [4.0, 3.0, 1.0], np.nan)


def _exposures(survey: Survey, log: Log) -> list[str]:
    exposures = [name.decode() for name in np.asarray(log.exposures["exp_id"]).tolist()]
    lists = ["[]"] * len(survey.target)
    for place, run in enumerate(survey.observed.tolist()):
        if survey.status[run] == STATUSES.index("observed"):
            continue  # they are noted down when they are reduced
        lists[run] = json.dumps(exposures[place * EXPOSURES : (place + 1) * EXPOSURES])
    return lists


def _granules(survey: Survey) -> list[str]:
    """Granules of each run: level 1 once reduced, level 2 once validated."""
    levels = np.select(
        [survey.status == STATUSES.index("validated"), survey.status > STATUSES.index("observed")], [2, 1], 0
    )
    return [
        json.dumps([GRANULES + 2 * run + level for level in range(count)]) for run, count in enumerate(levels.tolist())
    ]


def _calibrators() -> Batch:
    """Primary calibrators, chosen by the sample: bright, small, northern, and not suspected of anything."""
    stars = real_stars()
    photometry = star_columns(stars)
    ldd, calflag = np.asarray(photometry["ldd"]), np.asarray(photometry["calflag"])
    fit = (calflag == 0) & (ldd > 0.2) & (ldd < 0.8) & (stars.number("vmag") < 5.5) & (stars.number("dec") > -20)
    chosen = np.flatnonzero(fit)[:: max(1, int(fit.sum()) // CALIBRATORS)]
    values: dict[str, Values] = {
        name: np.asarray(photometry[name])[chosen] for name in ("vmag", "hmag", "ldd", "e_ldd")
    }
    return batch(CALPRIM, values | {
        "id": 1 + np.arange(len(chosen)), "name": names(stars)[chosen], "ra": stars.number("ra")[chosen],
        "dec": stars.number("dec")[chosen], "piname": np.full(len(chosen), b"sample"),
    })  # fmt: skip
