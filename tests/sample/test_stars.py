import numpy as np
import pytest

from sample import sky
from sample.identifiers import identifiers
from sample.invention import synthetic_stars
from sample.jsdc import names, star_columns
from sample.records import Floats, Ints
from sample.stars import MADE_UP, real_stars
from sample.tycho import repeats
from schema.designation import designation, folded, parse_designation

KNOWN = {
    "HD 48329": 32246, "hd48329": 32246, "* eps Gem": 32246, "HIP 32246": 32246, "Mebsuta": 32246, "27 Gem": 32246,
    "Fomalhaut": 113368, "alf PsA": 113368, "Sirius": 32349, "Vega": 91262, "alpha Lyr": 91262, "Betelgeuse": 27989,
}  # fmt: skip
BEARERS = {
    "* del Cep": 213306, "V* del Cep": 213306, "27 Cep": 213306, "Menkar": 18884, "Alnair": 209952,
    "Zubenelgenubi": 130841, "Hadar": 122451, "Agena": 122451, "* bet Cen": 122451, "Toliman": 128621,
    "Rigil Kent": 128620, "Schedar": 3712, "Mira Ceti": 14386, "V* T Tau": 284419, "V* R Car": 82901,
    "V* AB Aur": 31293, "V* FS CMa": 45677, "V* V856 Sco": 144668, "HR 7001": 172167, "SAO 67174": 172167,
    "BD+38 3238": 172167, "GJ 721": 172167, "IRAS 18352+3844": 172167, "CCDM J18369+3847A": 172167,
    "HD 142527": 142527, "HD 44179": 44179, "* gam02 Vel": 68273, "* 12 CVn A": 112413, "* 61 Cyg A": 201091,
    "* 61 Cyg B": 201092, "* ksi UMa": 98231, "* ksi UMa B": 98230, "GJ 423B": 98230, "* gam01 Vel": 68243,
    "* sig Ori E": 37479, "* gam Lep B": 38392, "* ksi Sco": 144070, "Gienah": 106625, "Markab": 218045, "GJ 820A": 201091, "Gaia DR2 1872046574983507456": 201091, "WISE J183656.51+384704.4": 172167,
    "AKARI 200630010": 172167, "SBC9 416": 48915, "WDS J06451-1643": 48915, "* tet01 Ori C": 37022,
}  # fmt: skip
"""Names of many catalogues, and the HD numbers of the stars that SIMBAD gives them to."""
MEASURED = {48329: 4.75, 216956: 2.223, 172167: 3.28, 124897: 20.9, 10700: 2.0}
"""Limb-darkened diameters (mas) that interferometers measured: JMDC."""


@pytest.fixture(scope="module")
def designations() -> dict[str, int]:
    """Designation → the star that the IAU gives it to, else the brightest that bears it."""
    brightness = dict(
        zip(real_stars().ids.tolist(), np.asarray(star_columns(real_stars())["vmag"]).tolist(), strict=True)
    )
    ranks: dict[str, tuple[bool, float, int]] = {}
    for batch in identifiers(real_stars()):
        values = [np.asarray(batch.values[name]).tolist() for name in ("designation", "star_id", "catalogue")]
        for name, star, catalogue in zip(*values, strict=True):
            rank = (catalogue != b"IAU", brightness[star], star)
            ranks[name.decode()] = min(rank, ranks.get(name.decode(), rank))
    return {name: star for name, (_, _, star) in ranks.items()}


@pytest.mark.parametrize(("name", "star"), KNOWN.items())
def test_known_names_lead_to_their_star(designations: dict[str, int], name: str, star: int) -> None:
    assert designations[designation(name)] == star


def test_spellings_are_those_of_the_schema() -> None:
    for batch in (*identifiers(real_stars()), *identifiers(synthetic_stars(5, 3, 7.0))):
        names, spellings, small = (
            [name.decode() for name in np.asarray(batch.values[column])[:: max(1, len(batch) // 500)].tolist()]
            for column in ("identifier", "designation", "folded")
        )
        assert [designation(name) for name in names] == spellings
        assert [folded(name) for name in spellings] == small


SHARED = {b"traditional", b"IAU", b"Bayer", b"Flamsteed", b"WDS"}
"""Catalogues whose names several stars may bear: atlases differ, and components have their system's name too."""


def test_a_number_is_one_stars_alone_and_an_approved_name_too() -> None:
    bearers: dict[bytes, dict[int, bytes]] = {}
    for batch in identifiers(real_stars()):
        columns = (np.asarray(batch.values[n]).tolist() for n in ("identifier", "star_id", "catalogue"))
        for name, star, catalogue in zip(*columns, strict=True):
            bearers.setdefault(name, {})[star] = catalogue
    shared = {name: stars for name, stars in bearers.items() if len(stars) > 1}
    assert {name: stars for name, stars in shared.items() if not {*stars.values()} <= SHARED} == {}
    assert {name for name, stars in shared.items() if [*stars.values()].count(b"IAU") > 1} == set()


def test_no_star_is_two_components() -> None:
    """None has the name of A and that of B: JMDC's GJ 65 A and B are two rows, and 70 Oph B is none."""
    components: dict[tuple[str, str], set[int]] = {}
    for batch in identifiers(real_stars()):
        for name, star in zip(*(np.asarray(batch.values[n]).tolist() for n in ("identifier", "star_id")), strict=True):
            parsed = parse_designation(name.decode())
            if parsed.component:
                components.setdefault((parsed.body, parsed.component), set()).add(star)
    both = {body for body, letter in components if letter == "B"} & {
        body for body, letter in components if letter == "A"
    }
    assert len(both) > 40
    assert {body for body in both if components[body, "A"] & components[body, "B"]} == set()


@pytest.mark.parametrize("column", ["hip", "hd", "tyc", "twomass", "gaia", "simbad"])
def test_no_two_rows_have_one_number(column: str) -> None:
    numbers = [number for number in real_stars().text(column).tolist() if number]
    assert len(set(numbers)) == len(numbers)


def test_no_two_rows_are_one_star() -> None:
    """Two rows within 2 arcsec are a double star of which both components are known: of two brightnesses, or names."""
    stars = real_stars()
    row, other = pairs_within(stars.number("ra"), stars.number("dec"), 2.0)
    v = stars.number("vmag")
    alike = np.abs(v[row] - v[other]) < 0.005
    named = (stars.text("simbad")[row] != b"") & (stars.text("simbad")[other] != b"")
    assert stars.ids[row[alike & ~named]].tolist() == []
    assert len(row) < 20


def pairs_within(ra: Floats, dec: Floats, radius: float) -> tuple[Ints, Ints]:
    """Rows of all pairs of places (degrees) that are nearer to each other than `radius` (arcsec)."""
    unit = np.array([np.cos(np.radians(dec)) * f(np.radians(ra)) for f in (np.cos, np.sin)] + [np.sin(np.radians(dec))])
    order = np.argsort(unit[2])
    found: list[tuple[int, int]] = []
    for step in range(1, len(order)):
        low, high = order[:-step], order[step:]
        close = unit[2][high] - unit[2][low] < np.radians(radius / 3600)
        if not close.any():
            break
        near = np.linalg.norm(unit[:, low] - unit[:, high], axis=0) < np.radians(radius / 3600)
        found += zip(low[near].tolist(), high[near].tolist(), strict=True)
    return np.array([a for a, _ in found], int), np.array([b for _, b in found], int)


@pytest.mark.parametrize(("name", "hd"), BEARERS.items())
def test_names_lead_to_the_star_that_bears_them(designations: dict[str, int], name: str, hd: int) -> None:
    row = real_stars().text("hd").tolist().index(str(hd).encode())
    assert designations[designation(name)] == real_stars().ids[row]


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


def test_a_star_that_was_not_examined_has_no_calibrator_flag() -> None:
    columns = star_columns(real_stars())
    flag, types = np.asarray(columns["calflag"]), real_stars().text("object_types")
    assert np.all(np.isnan(flag[(types == b"") & ~(flag > 0)]))
    assert np.all(types[flag == 0] != b"")
    for hd in (174638, 193237, 45542):  # β Lyr, P Cyg and ν Gem: binaries and emission-line stars
        assert flag[real_stars().text("hd").tolist().index(str(hd).encode())] != 0


def test_stars_of_close_doubles_come_once_from_big_sky() -> None:
    ra, dec = np.array([10.0, 10.0, 20.0, 359.9999, 0.0001, 10.0]), np.array([5.0, 5.0001, 6.0, 1.0, 1.0, 5.0])
    v, hip = np.array([8.0, 8.0, 8.0, 9.0, 9.0, 8.4]), np.array([np.nan, 7.0, np.nan, 8.0, np.nan, np.nan])
    assert repeats(ra, dec, v, hip).tolist() == [True, False, False, False, True, False]


def test_every_star_has_a_name() -> None:
    stars = real_stars()
    assert np.all(names(stars) != b"")
