"""One spelling for each name, whatever a catalogue or an observer makes of it."""

import pytest

from schema.constellations import GENITIVES
from schema.designation import GREEK, designation, folded, parse_designation

SPELLINGS = {
    "alf Lyr": ("alf Lyr", "* alf Lyr", "alp Lyr", "alp_lyr", "alphalyr", "Alpha Lyrae", "α Lyr", "ALF LYR", "3 alf Lyr"),
    "eps Gem": ("* eps Gem", "ε Gem", "EPS_GEM", "Epsilon Geminorum", "eps-Gem", " eps  Gem "),
    "tet1 Ori C": ("tet01 Ori C", "the01 Ori C", "theta1 Ori C", "θ¹ Ori C", "Theta1 Orionis C", "teta1 Ori C"),
    "gam2 Vel": ("gam02 Vel", "gam2 Vel", "γ2 Vel", "γ² Vel", "Gamma2 Velorum"),
    "alf CrB": ("alpha Coronae Borealis", "alfcrb", "* alf CrB"),
    "alf Boo": ("alpha Bootis", "α Boötis"),
    "ksi Boo": ("xi Boo", "ksi Boo", "ξ Boo"),
    "mu Cep": ("* mu. Cep", "mu_cep", "μ Cep", "\u00b5 Cep", "Mu Cephei"),
    "omi Cet": ("ο Cet", "omicron Ceti", "* omi Cet"),
    "pi1 Ori": ("* pi.01 Ori", "pi1 Ori"),
    "o Cet": ("o Cet",),
    "61 Cyg A": ("61CygA", "* 61 Cyg A", "61_Cyg_A", "*  61 Cyg A"),
    "51 Peg": ("51Peg", "51 Pegasi"),
    "iot UMa BC": ("* iot UMa BC",),
    "sig Ori": ("σ Ori", "ς Ori", "Σ Ori", "\u03f2 Ori"),
    "tet Ori": ("ϑ Ori", "θ Ori", "Θ Ori"),
    "phi Ori": ("ϕ Ori", "φ Ori"),
    "iot Ori": ("\u0345 Ori", "ι Ori"),
    "R Car": ("R Car", "RCar", "R_CAR", "V* R Car", "R Carinae"),
    "r Car": ("r Car", "r_car", "* r Car"),
    "T Tau": ("T Tauri", "V* T Tau"),
    "t Tau": ("* t Tau", "t TAU"),
    "NU Pav": ("NU Pav", "NU_PAV"),
    "nu Pav": ("nu Pav", "Nu Pav", "* nu. Pav", "ν Pav"),
    "SS Lep": ("ss-lep", "SS Lep"),
    "V856 Sco": ("V856_SCO", "V* V856 Sco", "V0856 Sco", "v856 sco"),
    "b1 Cyg": ("b01 Cyg", "b1 Cyg"),
    "HD 48329": ("hd48329", "HD 048329", "hd_48329", "HD\t48329", "HD\u2009 48329", "HDE 48329"),
    "HD 48915 A": ("HD 48915A", "HD48915 A"),
    "HR 7001": ("HR7001", "BS 7001"),
    "GJ 820 A": ("GJ820A", "Gl 820 A", "Gliese 820A"),
    "BD+38 3238": ("BD +38 3238", "BD+38 3238", "BD+38°3238", "BD+38º3238", "BD+38˚3238", "BD+383238", "BD+38  3238"),
    "BD-08 5855": ("BD-8 5855", "BD-08 5855", "BD−08 5855"),
    "CD-49 13515": ("CD-49 13515", "CoD-49 13515"),
    "TYC 1-1234-1": ("TYC 0001-1234-1", "TYC 1 1234 1"),
    "2MASS J18365633+3847012": ("2MASS J18365633+3847012", "2MASS 18365633+3847012", "J18365633+3847012"),
    "Gaia DR3 3384529341302241536": ("GAIA DR3 3384529341302241536", "Gaia EDR3 3384529341302241536"),
    "Gaia DR2 3384529341302241536": ("Gaia DR2 3384529341302241536",),
    "WDS J18369+3846": ("WDS 18369+3846", "WDS J18369+3846"),
    "WISE J183656.33+384702.0": ("AllWISE J183656.33+384702.0", "WISE J183656.33+384702.0"),
    "CCDM J18369+3847 A": ("CCDM J18369+3847A",),
    "SBC9 34": ("SB9 34", "SBC9 34"),
    "IRAS 18352+3844": ("IRAS 18352+3844",),
    "Haro 1-16": ("Haro-1-16", "Haro 1-16", "Haro_1-16"),
    "Fomalhaut": ("Fomalhaut", "NAME Fomalhaut"),
    "Ancha": ("Ancha",),
    "Alpherg": ("Alpherg",),
    "alf Cen A": ("alfCenA", "alpCenA", "αCenA", "ALF CEN A"),
    "": ("", "  ", "-", "☿"),
}  # fmt: skip


@pytest.mark.parametrize(("spelling", "name"), [(key, name) for key, names in SPELLINGS.items() for name in names])
def test_names_have_one_spelling(spelling: str, name: str) -> None:
    assert designation(name) == spelling
    assert designation(spelling) == spelling


@pytest.mark.parametrize("short", GENITIVES)
def test_every_constellation(short: str) -> None:
    for name in (f"alf {short}", f"Alpha {GENITIVES[short]}", f"ALP_{short.upper()}", f"α{short}"):
        assert designation(name) == f"alf {short}"
    for letter in ("R", "r", "RR", "V999", "61", "a", "A"):
        assert designation(f"{letter} {GENITIVES[short]}") == designation(f"{letter}_{short}") == f"{letter} {short}"


@pytest.mark.parametrize("short", GENITIVES)
def test_letters_that_lose_their_case_in_a_way_of_their_own(short: str) -> None:
    for spelling in (short, GENITIVES[short]):
        for letter in ("ı", "İ"):
            assert designation(f"alf {spelling.replace('i', letter).replace('I', letter)}") == f"alf {short}"


def test_every_greek_letter() -> None:
    assert len({*GREEK.values()}) == 24
    for spelling, letter in GREEK.items():
        assert designation(f"{spelling} Ori") == f"{letter} Ori"
        assert designation(f"{spelling}2 Ori B") == f"{letter}2 Ori B"


def test_a_folded_name_has_neither_case_nor_blanks() -> None:
    assert folded("alf1 Cen A") == "alf1cena"


@pytest.mark.parametrize(("name", "kind"), [("V* R Leo", "V*"), ("* 61 Cyg", "*"), ("name Vega", "NAME"), ("Vega", "")])
def test_simbads_mark_is_kept_apart(name: str, kind: str) -> None:
    assert parse_designation(name).kind == kind


def test_marks_without_end_are_no_fault() -> None:
    assert parse_designation("NAME * " * 2000 + "Vega").body == "Vega"
    assert parse_designation("* " * 5000).body == ""
