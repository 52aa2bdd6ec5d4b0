"""Spectral values against astropy's equivalencies."""

import re

import astropy.units as u
import pytest

from adql.checked.catalogue import DECLARED
from adql.compile import compile_query

UNITS = ("nm", "Angstrom", "um", "m", "GHz", "Hz", "THz", "eV", "keV", "J", "erg")


@pytest.mark.parametrize("told", UNITS)
@pytest.mark.parametrize("wanted", UNITS)
def test_spectral_values_are_those_of_astropy(told: str, wanted: str) -> None:
    expected = (2.5 * u.Unit(told)).to_value(u.Unit(wanted), equivalencies=u.spectral())
    [result] = (
        compiled := compile_query(f"SELECT ivo_specconv(2.5, '{told}', '{wanted}') AS x FROM oidb.granule", DECLARED)
    ).results
    written = re.search(r"SELECT \((.*)\) AS c0", compiled.text)
    assert written
    assert eval(re.sub(r"CAST\((\S+) AS double precision\)", r"\1", written[1])) == pytest.approx(expected, rel=1e-12)  # noqa: S307 - numbers
    assert (result.column.unit, result.column.type.sql) == (wanted, "double precision")


@pytest.mark.parametrize(("unit", "ucd"), [("nm", "em.wl"), ("MHz", "em.freq"), ("keV", "em.energy")])
def test_the_unit_that_is_known_is_taken(unit: str, ucd: str) -> None:
    [result] = compile_query(f"SELECT gavo_specconv(em_min, '{unit}') FROM ivoa.obscore", DECLARED).results
    assert (result.column.unit, result.column.ucd) == (unit, ucd)
