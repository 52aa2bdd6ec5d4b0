import numpy as np
import pytest

from sample import sky
from sample.identifiers import identifiers
from sample.invention import synthetic_stars
from sample.jsdc import star_columns
from sample.stars import MADE_UP, real_stars
from schema.designation import designation, folded

KNOWN = {
    "HD 48329": 32246, "hd48329": 32246, "* eps Gem": 32246, "HIP 32246": 32246, "Mebsuta": 32246, "27 Gem": 32246,
    "Fomalhaut": 113368, "alf PsA": 113368, "Sirius": 32349, "Vega": 91262, "alpha Lyr": 91262, "Betelgeuse": 27989,
}  # fmt: skip
MEASURED = {48329: 4.75, 216956: 2.223, 172167: 3.28, 124897: 20.9, 10700: 2.0}
"""Limb-darkened diameters (mas) that interferometers measured: JMDC."""


@pytest.fixture(scope="module")
def designations() -> dict[str, int]:
    found: dict[str, int] = {}
    for batch in identifiers(real_stars()):
        values = [np.asarray(batch.values[name]).tolist() for name in ("designation", "star_id")]
        found |= {name.decode(): star for name, star in zip(*values, strict=True)}
    return found


@pytest.mark.parametrize(("name", "star"), KNOWN.items())
def test_known_names_lead_to_their_star(designations: dict[str, int], name: str, star: int) -> None:
    assert designations[designation(name)] == star


def test_designations_are_those_of_the_schema() -> None:
    for batch in (*identifiers(real_stars()), *identifiers(synthetic_stars(5, 3, 7.0))):
        columns = (np.asarray(batch.values[name]).tolist() for name in ("identifier", "designation", "folded"))
        names, spellings, keys = ([name.decode() for name in column[:200]] for column in columns)
        assert [designation(name) for name in names] == spellings
        assert [folded(spelling) for spelling in spellings] == keys


def test_numbers_and_identifiers_are_unique() -> None:
    assert len(np.unique(real_stars().ids)) == len(real_stars())
    ids = np.concatenate([np.asarray(batch.values["identifier_id"]) for batch in identifiers(real_stars())])
    assert len(np.unique(ids)) == len(ids)
    assert real_stars().ids.max() < MADE_UP


@pytest.mark.parametrize(("hd", "diameter"), MEASURED.items())
def test_diameters_are_those_that_were_measured(hd: int, diameter: float) -> None:
    columns = star_columns(real_stars())
    row = np.asarray(columns["name"]).tolist().index(f"HD {hd}".encode())
    assert np.asarray(columns["ldd"])[row] == pytest.approx(diameter, rel=0.15)


def test_eps_gem_is_in_its_place() -> None:
    row = np.flatnonzero(real_stars().ids == 32246)[0]
    assert real_stars().number("ra")[row] == pytest.approx(100.98303, abs=3e-5)
    assert real_stars().number("dec")[row] == pytest.approx(25.13113, abs=3e-5)


def test_made_up_stars_are_the_same_every_time_and_marked() -> None:
    once, again = synthetic_stars(10, 100, 7.0), synthetic_stars(10, 100, 7.0)
    assert np.array_equal(once.number("ra"), again.number("ra"))
    assert once.synthetic
    assert once.ids.min() >= MADE_UP
    assert np.all((once.number("vmag") >= 7) & (once.number("vmag") <= 13))


def test_the_sky_has_as_many_stars_as_wanted() -> None:
    assert sum(map(len, sky.blocks(None))) == len(real_stars())
    assert sum(map(len, sky.blocks(70_000))) == 70_000
