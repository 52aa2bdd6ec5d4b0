"""A survey with SPICA: the 42 real targets of the prototype, and made-up stars, programmes and runs.

Targets are numbered from 1 where real, from MADE_UP where the sample chose them. Rules of completion and priority are
those of the night scheduler (`schema.spica_rules`).
"""

import re
from dataclasses import dataclass

import numpy as np

from sample.campaign import Observations, Targets
from sample.geometry import night_time
from sample.invention import SEED
from sample.jsdc import names, star_columns
from sample.log import MADE_UP
from sample.records import Floats, Ints, Texts, columns, numbers, texts
from sample.setups import setups
from sample.stars import Stars, real_stars
from schema import spica_rules

PROGRAMS = spica_rules.PROGRAMMES
MODES = tuple(spica_rules.MODES)
STEP = np.array([mode.step for mode in spica_rules.MODES.values()])
"""How much one more observation completes a target, by mode."""
OF_PROGRAM = np.array([0, 0, 1, 2, 0, 3, 4, 1])
"""Mode of each programme."""
STATUSES = ("planned", "scheduled", "observed", "reduced", "validated", "rejected")
CHANCES = (0.15, 0.1, 0.1, 0.15, 0.4, 0.1)
EXPOSURES = 3
NOW = 61_220.0
"""MJD from which runs are still to come."""
SHOWN = b"48329"
"""HD number of eps Gem, which the documentation uses: always among the targets."""
KIND = re.compile(r"^(V\*|\*|NAME) ")
"""Prefixes of SIMBAD's names that observers leave out."""
GAIA_BANDS = ("v", "r", "g", "j", "h", "k")


@dataclass(frozen=True, eq=False)
class Survey:
    """Targets as columns, and the runs on them; `target` is a row of the targets."""

    ids: Ints
    texts: dict[str, Texts]
    """main_id, hd, gaia, spt."""
    numbers: dict[str, Floats]
    """ra, dec (ICRS, degrees), plx (mas), magnitudes, ldd and e_ldd (mas)."""
    program: Ints
    """Row of PROGRAMS that owns each target."""
    mode: Ints
    """Row of MODES."""
    low: Ints
    """Priority of the principal investigator: 0 high, 1 low."""
    target: Ints
    status: Ints
    """Row of STATUSES."""
    start: Floats
    """MJD, UTC."""

    @property
    def observed(self) -> Ints:
        """Rows of the runs that took place."""
        return np.flatnonzero(self.status >= STATUSES.index("observed"))

    @property
    def completion(self) -> Floats:
        """Part of each target's observations that are validated, 0 to 1."""
        validated = self.target[self.status == STATUSES.index("validated")]
        done = np.bincount(validated, minlength=len(self.ids))
        return np.asarray(np.minimum(done * STEP[self.mode], 1.0))


def make_survey(count: int) -> Survey:
    """Make a survey of `count` targets, the real ones first."""
    random = np.random.default_rng([SEED, 3, count])
    ours, chosen = columns("spica_targets"), _choose_stars(count - len(columns("spica_targets")["hd"]), random)
    known = len(ours["hd"])
    program = np.concatenate([np.full(known, PROGRAMS.index("S05")), random.integers(len(PROGRAMS), size=len(chosen))])
    number = _numbers(ours, chosen)
    target = np.sort(np.concatenate([[known], random.integers(count, size=count)]))
    status = random.choice(len(STATUSES), len(target), p=CHANCES)
    status[np.searchsorted(target, known)] = STATUSES.index("validated")
    return Survey(
        np.concatenate([1 + np.arange(known), MADE_UP + np.arange(len(chosen))]), _texts(ours, chosen), number, program,
        OF_PROGRAM[program], np.concatenate([np.zeros(known, int), random.integers(2, size=len(chosen))]),
        target, status, _starts(number["ra"][target], status, random),
    )  # fmt: skip


def _choose_stars(count: int, random: np.random.Generator) -> Stars:
    """Choose bright northern stars with a diameter, the one shown in the documentation first."""
    stars = real_stars()
    fit = (np.nan_to_num(stars.number("vmag"), nan=99) < 7.5) & (stars.number("dec") > -25) & (stars.text("hd") != b"")
    fit &= (
        (stars.index >= 42) & (stars.index <= 272) & ~np.isin(stars.text("hd"), texts(columns("spica_targets")["hd"]))
    )
    shown = np.flatnonzero(stars.text("hd") == SHOWN)
    others = random.permutation(np.setdiff1d(np.flatnonzero(fit), shown))[: max(count - 1, 0)]
    return stars.take(np.concatenate([shown, others]))


def _numbers(ours: dict[str, list[str]], chosen: Stars) -> dict[str, Floats]:
    star_values = star_columns(chosen)
    column_of = {
        "ra": "raj2000", "dec": "dej2000", "plx": "plx", "ldd": "ldd", "e_ldd": "e_ldd",
        **{f"{band}mag": f"{band}mag" for band in "bvjhklmn"}, "gmag": "gmag",
    }  # fmt: skip
    prototype = {"ra": "ra", "dec": "dec", "plx": "plx", "ldd": "ld_jsdc2", "e_ldd": "e_ld_jsdc2"}
    prototype |= {f"{band}mag": f"{band}mag" for band in GAIA_BANDS}
    unknown = np.full(len(ours["hd"]), np.nan)
    return {
        name: np.concatenate([
            numbers(ours[prototype[name]]) if name in prototype else unknown,
            np.asarray(star_values[column_of[name]]) if name in column_of else chosen.number(name),
        ])
        for name in (*column_of, "rmag", "imag")
    }  # fmt: skip


def _texts(ours: dict[str, list[str]], chosen: Stars) -> dict[str, Texts]:
    gaia = chosen.text("gaia")
    chosen_texts = {
        "main_id": np.asarray(star_columns(chosen)["mainid_simbad"]),
        "hd": chosen.text("hd"), "spt": chosen.text("spt"),
        "gaia": np.where(gaia != b"", np.char.add(b"Gaia DR2 ", gaia), b""),
    }  # fmt: skip
    chosen_texts["main_id"] = np.where(chosen_texts["main_id"] == b"", names(chosen), chosen_texts["main_id"])
    return {name: np.concatenate([texts(ours[name]), column]) for name, column in chosen_texts.items()}


def _starts(ra: Floats, status: Ints, random: np.random.Generator) -> Floats:
    """Put runs in nights since SPICA began, or in those after NOW where still to come."""
    setup = setups()[-1]
    ahead = status < STATUSES.index("observed")
    day = np.where(ahead, NOW, setup.first) + random.random(len(ra)) * np.where(ahead, 300, NOW - 420 - setup.first)
    year = np.floor(2000 + (day - 51_544) / 365.25)
    start = night_time("CHARA", year, ra, random.uniform(-45, 45, len(ra)), random.uniform(-40, 20, len(ra)))
    late = ahead & (start < NOW)
    return np.where(late, start + 366, start) + np.arange(len(ra)) / 86_400e3


def survey_observations(source: Survey) -> tuple[Targets, Observations]:
    """Targets and observations of the runs that took place, as the Obs Portal has them: one observation a run."""
    runs = source.observed
    seen, target = np.unique(source.target[runs], return_inverse=True)
    spelt = texts(KIND.sub("", name.decode()) for name in source.texts["main_id"][seen].tolist())
    targets = Targets(2 * MADE_UP + seen, spelt, source.numbers["ra"][seen], source.numbers["dec"][seen])
    program = np.array(PROGRAMS, np.bytes_)[source.program[source.target[runs]]]
    plan = Observations(
        target, np.full(len(runs), len(setups()) - 1), program, source.start[runs], np.full(len(runs), EXPOSURES),
        np.ones(len(runs), int),
    )  # fmt: skip
    return targets, plan
