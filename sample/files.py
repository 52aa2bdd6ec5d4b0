"""OiDB's granules with files: the real ones of `granules.csv`, and those of made-up observations.

Made-up files are at `https://sample.invalid/`, their granules numbered from REDUCED on (of the survey:
`spica.GRANULES`). Nothing made up is of level 3, which would need an article.
"""

from urllib.parse import quote

import numpy as np

from sample.binary import Batch, Values, batch
from sample.campaign import Observations, Targets
from sample.invention import SEED
from sample.log import Log, instants
from sample.records import Floats, Ints, Texts, columns, numbers, texts
from sample.setups import Mode, modes, setups
from sample.spica import GRANULES, investigator, quality
from sample.survey import STATUSES, Survey
from schema.oidb import GRANULE

UNNUMBERED, REDUCED = 2_000_000, 30_000_000
"""First numbers of real granules whose number in OiDB is not known, and of made-up ones."""
GITHUB = "https://raw.githubusercontent.com/JMMC-OpenDev/"
OITOOLS = "oitools/HEAD/src/test/resources/oifits/"
ASPRO = "aspro/HEAD/src/test/resources/amhra/"
RECORD = f"{GITHUB}oitools/HEAD/src/test/resources/ref/2008-Contest_Binary.oifits.csv"
"""What oitools has of UNPUBLISHED: a record of the file, not the file."""
UNPUBLISHED = "2008-Contest_Binary.oifits"
IN_ASPRO = ("2018-12-02T062655_HD45677", "Achernar_all_Pionier")
"""Beginnings of names of files that are aspro's; the others are oitools'."""
TEXTS = ("obs_collection", "target_name", "facility_name", "instrument_name", "progid", "note")
FITS, CSV = b"application/fits", b"text/csv"
RANGE = ("em_min", "em_max", "em_res_power")
EMBARGO = 365
"""Days between the end of an observation and its release."""


def real_granules() -> Batch:
    """Read the granules of `granules.csv`."""
    table = columns("granules")
    ids = [int(number) if number else UNNUMBERED + place for place, number in enumerate(table["granule_id"])]
    level, size = numbers(table["calib_level"]), numbers(table["bytes"])
    number = ("s_ra", "s_dec", "t_exptime", "t_min", "t_max", "em_min", "em_max", "em_res_power")
    counts = ("nb_vis", "nb_vis2", "nb_t3", "nb_channels")
    bibcodes = dict(zip(columns("collections")["id"], columns("collections")["bibref"], strict=True))
    urls = [_url(*row) for row in zip(table["granule_id"], table["file"], strict=True)]
    values: dict[str, Values] = {
        **{name: numbers(table[name]) for name in (*number, *counts)},
        **{name: texts(table[name]) for name in TEXTS},
        "id": np.array(ids), "calib_level": level, "access_url": texts(urls), "access_estsize": size // 1000,
        "bib_reference": texts(bibcodes[name] if "." in bibcodes[name] else "" for name in table["obs_collection"]),
        "obs_id": texts(table["obs_id"]), "dataproduct_category": texts(table["category"]),
        "obs_release_date": np.full(len(ids), np.datetime64("NaT", "us")),
        "subdate": instants(np.floor(numbers(table["t_min"])) + 365),
    }  # fmt: skip
    formats = np.array([CSV if url == RECORD else FITS for url in urls])
    return batch(GRANULE, _with_sound_durations(values) | _common_columns(formats, b"public"))


def _with_sound_durations(values: dict[str, Values]) -> dict[str, Values]:
    """Leave out exposure times longer than the observation: oitools adds up those of all rows and channels."""
    start, end, exposure = (np.asarray(values[name]) for name in ("t_min", "t_max", "t_exptime"))
    return values | {"t_exptime": np.where(exposure > (end - start) * 86_400, np.nan, exposure)}


def _url(number: str, file: str) -> str:
    """Where the file itself is, not the page of a viewer; OiDB's answer redirects to it."""
    if file == UNPUBLISHED:
        return RECORD
    if number:
        return f"https://oidb.jmmc.fr/get-data.html?id={number}&name=/{quote(file)}"
    return GITHUB + (ASPRO if file.startswith(IN_ASPRO) else OITOOLS) + quote(file)


def _common_columns(formats: Texts, rights: bytes) -> dict[str, Values]:
    return {
        "dataproduct_type": np.full(len(formats), b"visibility"), "data_rights": np.full(len(formats), rights),
        "access_format": formats,
    }  # fmt: skip


def reduced_granules(targets: Targets, plan: Observations, log: Log, count: int) -> Batch:
    """Make the granules that `count` science observations of a plan led to, of level 1 or 2."""
    random = np.random.default_rng([SEED, 4, count])
    row = np.flatnonzero(plan.science == 1)[:count]
    level = random.choice([1, 2], len(row), p=[0.2, 0.8])
    values = _observation_columns(targets, plan, log, row) | _made_up_columns(
        REDUCED + np.arange(len(row)), level, _end(plan)[row]
    )
    names = [f"sample_{mode.instrument.lower().replace('-', '_')}".encode() for mode in modes()]
    values["obs_collection"] = np.array(names)[_mode_row(plan)[row]]
    values["quality_level"] = random.choice([0, 3, 4, 5], len(row), p=[0.3, 0.2, 0.45, 0.05])
    return batch(GRANULE, values)


def survey_granules(survey: Survey, targets: Targets, plan: Observations, log: Log) -> Batch:
    """Make the granules of the survey's runs: level 1 once reduced, level 2 once validated.

    They are the programme's investigators', and what nobody has validated has no day of release.
    """
    status = survey.status[survey.observed]
    levels = [
        np.flatnonzero(status > STATUSES.index("observed")),
        np.flatnonzero(status == STATUSES.index("validated")),
    ]
    row, level = np.concatenate(levels), np.repeat([1, 2], [len(rows) for rows in levels])
    ids = GRANULES + 2 * survey.observed[row] + level - 1
    values = _observation_columns(targets, plan, log, row) | _made_up_columns(ids, level, _end(plan)[row])
    target, validated = survey.target[survey.observed[row]], status[row] == STATUSES.index("validated")
    released = np.where(validated, np.asarray(values["obs_release_date"]), np.datetime64("NaT", "us"))
    return batch(GRANULE, values | {
        "obs_release_date": released,
        "obs_collection": np.full(len(row), b"sample_spica"), "quality_level": quality(status[row]),
        "proposal_subid": survey.ids[target].astype(np.bytes_), "datapi": investigator(survey.program[target]),
    })  # fmt: skip


def _mode_row(plan: Observations) -> Ints:
    return np.array([one.mode.mode_id - 1 for one in setups()])[plan.setup]


def _end(plan: Observations) -> Floats:
    seconds = np.array([one.exposure + 40 for one in setups()])[plan.setup] * plan.exposures
    return np.asarray((plan.start + seconds / 86_400).round(8))


def _observation_columns(targets: Targets, plan: Observations, log: Log, row: Ints) -> dict[str, Values]:
    """Describe what was observed, how, and how much: as an OIFITS file of these observations would."""
    mode, target, setup = _mode_row(plan)[row], plan.target[row], plan.setup[row]
    stations = np.array([len(one.stations) for one in setups()])[setup]
    exposures = plan.exposures[row]
    first = np.searchsorted(log.observation, row)
    return {
        # OIFITS keep the name of the file that they were made from: OiDB's link to the logs of the exposures.
        "obs_id": np.asarray(log.exposures["exp_header_id"])[first],
        "target_name": targets.names[target], "s_ra": targets.ra[target], "s_dec": targets.dec[target],
        "t_min": plan.start[row].round(8), "t_max": _end(plan)[row],
        "t_exptime": np.array([one.exposure for one in setups()])[setup],
        **{name: np.array([getattr(one, name) for one in modes()])[mode] for name in RANGE},
        "facility_name": np.array([one.interferometer.encode() for one in modes()])[mode],
        "instrument_name": np.array([one.instrument.encode() for one in modes()])[mode],
        "instrument_mode": np.array([one.name.encode() for one in modes()])[mode],
        "interferometer_stations": np.array([" ".join(one.stations).encode() for one in setups()])[setup],
        "nb_channels": np.array([_channels(one) for one in modes()])[mode], "nb_vis": exposures * 0,
        "nb_vis2": exposures * (stations * (stations - 1) // 2),
        "nb_t3": exposures * (stations * (stations - 1) * (stations - 2) // 6),
        "progid": plan.program[row], "dataproduct_category": np.full(len(row), b"SCIENCE"),
    }  # fmt: skip


def _channels(mode: Mode) -> int:
    """Count spectral channels: as many as the resolution makes, where the mode does not say."""
    return (
        int(mode.channels) if mode.channels > 0 else max(1, int(mode.em_res_power * np.log(mode.em_max / mode.em_min)))
    )


def _made_up_columns(ids: Ints, level: Ints, end: Floats) -> dict[str, Values]:
    names: Texts = np.char.add(np.char.add(b"sample-", ids.astype(np.bytes_)), b".fits")
    return {
        "id": ids, "calib_level": level, "access_url": np.char.add(b"https://sample.invalid/oifits/", names),
        "access_estsize": 200 + ids % 4000, "obs_release_date": instants(np.floor(end) + EMBARGO),
        "subdate": instants(np.floor(end) + 30), "datapi": np.full(len(ids), b"Sample PI"),
        "note": np.full(len(ids), b"made up"),
        **_common_columns(np.full(len(ids), FITS), b"secure"),
    }  # fmt: skip
