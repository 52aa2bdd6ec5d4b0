"""Catalogues of stars: how their numbers are spelt, and the one spelling that is kept.

Acronyms are those of the CDS Dictionary of Nomenclature.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache

Groups = Mapping[str, str]
Spelling = Callable[[Groups], str]
LETTERS = r"(?:\s*(?P<component>[A-H]{1,3}[a-d]?|[b-i]))?"
"""A component's letters behind a number."""


def _catalogue(pattern: str, spelling: str) -> tuple[str, Spelling]:
    """A pattern, of which acronyms alone have no case, and a format of its groups."""
    return pattern, spelling.format_map


def _running(acronym: str, *others: str) -> tuple[str, Spelling]:
    """A catalogue that counts its stars."""
    spellings = "|".join((acronym, *others))
    return _catalogue(rf"(?i:{spellings})[\s-]*0*(?P<number>\d+(?:\.\d+)?){LETTERS}", acronym + " {number}")


def _durchmusterung(acronym: str, *others: str) -> tuple[str, Spelling]:
    spellings = "|".join((acronym, *others))
    pattern = rf"(?i:{spellings})\s*(?P<sign>[+-])\s*(?P<zone>\d\d|\d(?=\D))[\sd.-]*0*(?P<number>\d+){LETTERS}"
    return pattern, lambda groups: f"{acronym}{groups['sign']}{groups['zone']:0>2} {groups['number']}"


def _placed(acronym: str, *others: str, place: str, letter: str = "J") -> tuple[str, Spelling]:
    """A catalogue whose numbers are places, with `letter` before them or not."""
    spellings = "|".join((acronym, *others))
    pattern = rf"(?i:{spellings})[\s-]*[Jj]?\s*(?P<place>{place}){LETTERS}"
    return _catalogue(pattern, f"{acronym} {letter}{{place}}")


CATALOGUES = (
    _running("HD", "HDE"),
    _running("HIP"),
    _running("HR", "BSC", "BS"),
    _running("SAO"),
    _running("FK5"),
    _running("GJ", "Gl", "Gliese"),
    _running("ADS"),
    _running("ASCC"),
    _running("SBC9", "SB9"),
    _running("Gaia DR2", r"Gaia\s*DR2"),
    _running("Gaia DR3", r"Gaia\s*E?DR3", "Gaia"),
    (r"(?i:NSV)\s*0*(?P<number>\d+(?: \d{3})?)", lambda groups: "NSV " + groups["number"].replace(" ", "")),
    _catalogue(r"(?i:TYC)[\s-]*0*(?P<region>\d+)[\s-]+0*(?P<star>\d+)[\s-]+(?P<part>\d)", "TYC {region}-{star}-{part}"),
    _durchmusterung("BD", "DM"),
    _durchmusterung("CD", "CoD"),
    _durchmusterung("CPD", "CP"),
    _catalogue(r"(?i:IRC)\s*(?P<zone>[+-]\d0)\s*(?P<number>\d{3})", "IRC {zone}{number}"),
    _placed("2MASS", place=r"\d{8}[+-]\d{7}"),
    _catalogue(r"[Jj](?P<place>\d{8}[+-]\d{7})", "2MASS J{place}"),
    _placed("WISE", "AllWISE", "WISEA", place=r"\d{6}\.\d\d[+-]\d{6}\.\d"),
    _placed("WDS", place=r"\d{5}[+-]\d{4}"),
    _placed("CCDM", place=r"\d{5}[+-]\d{4}"),
    _placed("IRAS", place=r"\d{5}[+-]\d{4}", letter=""),
    _running("AKARI", r"AKARI-IRC(?:-V1)?"),
    _placed("AKARI", r"AKARI-IRC(?:-V1)?", place=r"\d{7}[+-]\d{6}"),
)
"""Pattern of a whole name, and what makes its one spelling, without its component, of the pattern's groups."""


@cache
def catalogues() -> tuple[tuple[re.Pattern[str], Spelling], ...]:
    """The same with patterns that are compiled, when a name is first read."""
    return tuple((re.compile(pattern), spelling) for pattern, spelling in CATALOGUES)
