"""Texts that are being typed, in the spellings that names begin with."""

import pytest

from schema.designation import designation, folded
from schema.search import EXACT, PREFIX, WORD
from schema.search_terms import MOST, search_terms

TYPED = {
    "alpha centauri": ("alf Cen", EXACT),
    "alpha cent": ("alf Cen", PREFIX),
    "α Cen": ("alf1 Cen", EXACT),
    "α": ("alf Lyr", PREFIX),
    "alf cen": ("alf2 Cen", EXACT),
    "alf ce": ("alf Cep", PREFIX),
    "alph": ("alf And", PREFIX),
    "alpha ca": ("alf CVn", PREFIX),
    "Boötis": ("eps Boo", WORD),
    "cen": ("alf Cen", WORD),
    "61 cygn": ("61 Cyg A", PREFIX),
    "51peg": ("51 Peg", EXACT),
    "xi": ("ksi Boo", PREFIX),
    "hd_0483": ("HD 48329", PREFIX),
    "HD 048329": ("HD 48329", EXACT),
    "48329": ("HD 48329", WORD),
    "V856 Sco": ("V856 Sco", EXACT),
    "kent": ("Rigil Kentaurus", WORD),
    "foma": ("Fomalhaut", PREFIX),
    "60.a-92": ("60.A-9209(A)", PREFIX),
    "SPICA.SCIDET:20220114:104042_target_1": ("SPICA.SCIDET:20220114:104042_target_1", EXACT),
    "gravi.2017": ("GRAVI.2017-04-21T04:15:20.335_1", PREFIX),
}


@pytest.mark.parametrize("text", TYPED)
def test_a_name_is_what_a_text_begins(text: str) -> None:
    name, rank = TYPED[text]
    terms = search_terms(text)
    assert terms
    assert terms.rank(name) == rank
    begun = (*terms.prefixes, *terms.numbers)
    assert rank != PREFIX or folded(name).startswith(begun), "what is searched for must find it"
    assert len(terms.prefixes) <= MOST


@pytest.mark.parametrize(
    ("text", "name"), [("bet", "eps Gem"), ("48329", "HD 148329"), ("R Car", "r Ca"), ("61", "HD 961")]
)
def test_another_name_is_not(text: str, name: str) -> None:
    terms = search_terms(text)
    assert terms
    assert terms.rank(name) is None


@pytest.mark.parametrize("text", ["", "  ", "…", "()", "\u200b"])
def test_nothing_is_searched_for_what_has_no_letter(text: str) -> None:
    assert search_terms(text) is None


@pytest.mark.parametrize(
    "name", ["alf Cen A", "HD 48329", "Fomalhaut", "V856 Sco", "61 Cyg B", "2MASS J18365633+3847012"]
)
def test_every_beginning_of_a_name_finds_it(name: str) -> None:
    """As it is typed, letter by letter."""
    assert designation(name) == name
    for end in range(2, len(name) + 1):
        terms = search_terms(name[:end])
        assert terms
        assert terms.rank(name) in (EXACT, PREFIX), name[:end]
        assert folded(name).startswith(terms.prefixes) or folded(name) in terms.keys
