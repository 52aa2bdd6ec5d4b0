"""Names of stars as astronomers spell them, brought to one spelling: SIMBAD's, with single blanks.

The case of a letter is kept where it tells one star from another: `R Car` is a Mira, `r Car` another star, `NU Pav` a
variable and `nu Pav` ν Pavonis.

Worked example: `*  alf01 Cen`, `α¹ Cen`, `Alpha1 Centauri` and `alf1_cen` are all `alf1 Cen`, of the form GREEK;
`61CygB` is `61 Cyg B`, of the form FLAMSTEED and with the component B; `hd_048329` is `HD 48329`.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from schema.catalogues import catalogues
from schema.constellations import GENITIVES

GREEK = {
    "alpha": "alf", "alf": "alf", "alp": "alf", "beta": "bet", "bet": "bet", "gamma": "gam", "gam": "gam",
    "delta": "del", "del": "del", "epsilon": "eps", "eps": "eps", "zeta": "zet", "zet": "zet", "eta": "eta",
    "theta": "tet", "teta": "tet", "tet": "tet", "the": "tet", "iota": "iot", "iot": "iot", "kappa": "kap",
    "kap": "kap", "lambda": "lam", "lam": "lam", "mu": "mu", "nu": "nu", "xi": "ksi", "ksi": "ksi", "omicron": "omi",
    "omi": "omi", "pi": "pi", "rho": "rho", "sigma": "sig", "sig": "sig", "tau": "tau", "upsilon": "ups",
    "ups": "ups", "phi": "phi", "chi": "chi", "psi": "psi", "omega": "ome", "ome": "ome", "omg": "ome",
    "α": "alf", "β": "bet", "γ": "gam", "δ": "del", "ε": "eps", "ζ": "zet", "η": "eta", "θ": "tet", "ι": "iot",
    "κ": "kap", "λ": "lam", "μ": "mu", "ν": "nu", "ξ": "ksi", "ο": "omi", "π": "pi", "ρ": "rho", "σ": "sig", "τ": "tau",
    "υ": "ups", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "ome",
}  # fmt: skip
"""Spellings of the Greek letters → SIMBAD's."""
ABBREVIATIONS = {spelling.lower(): short for short in GENITIVES for spelling in (short, GENITIVES[short])}
ABBREVIATIONS |= {"bootis": "Boo"}
COMPONENT = r"(?P<component>[A-H]{1,3}[a-d]?|[b-i])"
"""A component's letters, or a planet's."""
_TAIL = "|".join(word.replace(" ", r"\s*") for word in sorted(ABBREVIATIONS, key=len, reverse=True))
_END = rf"\s*(?P<of>(?i:{_TAIL}))(?:\s*{COMPONENT})?$"
_INDEX = r"\s*0*(?P<index>[1-9]\d?)?"
_GREEK = rf"(?:\d{{1,3}}\s*)?(?P<letter>(?i:{'|'.join(sorted(GREEK, key=len, reverse=True))})){_INDEX}{_END}"
_FLAMSTEED = rf"0*(?P<letter>[1-9]\d{{0,2}}){_END}"
_NUMBERED = rf"[Vv]\s*0*(?P<letter>[1-9]\d{{2,3}}){_END}"
_LETTERS = rf"(?P<letter>[A-Za-z]{{2}}(?!\s*\d)|[A-Za-z]){_INDEX}(?:(?<=[\d\s])|(?={'|'.join(GENITIVES)})){_END}"
_KIND = re.compile(r"(?P<kind>\*\*|\*|(?:V|Cl|EM)\*|(?:NAME|BD\*)(?=\s))\s*", re.IGNORECASE)
_AFTER_WORD = re.compile(r"(?<=[^\W\d])[-.]\s*")
_BETWEEN = re.compile(r"(?<=[^\W\d])(?=\d)|(?<=\d)(?=[^\W\d])")
_ZEROS = re.compile(r"(?<= )0+(?=\d+(?: |$))")
_LAST_WORD = re.compile(rf"(?P<body>.*\w\w|.*\d) {COMPONENT}")
_LINES = str.maketrans({"_": " ", "°": " ", "º": " ", "˚": " "} | dict.fromkeys("−–—‐‑", "-"))
"""Blanks and signs, however they look."""
_CASELESS = str.maketrans({"ς": "σ", "\u0345": "ι", "ı": "i", "İ": "I"})
"""Letters that a pattern without case matches though their small letters differ."""


class Form(Enum):
    """What kind of name it is."""

    GREEK = auto()
    """Bayer's Greek letters, as `alf Lyr`."""
    LATIN = auto()
    """Bayer's Latin letters, as `a Car`, `N Vel` and `b1 Cyg`."""
    FLAMSTEED = auto()
    """As `61 Cyg`."""
    VARIABLE = auto()
    """Variable stars, as `R Car`, `RR Lyr` and `V856 Sco`."""
    CATALOGUE = auto()
    """A number in one of `schema.catalogues`, as `HD 48329`."""
    NAME = auto()
    """Anything else: proper names, and catalogues that are not declared."""


@dataclass(frozen=True, slots=True)
class Designation:
    """A name, read."""

    form: Form
    body: str
    """The name in its one spelling, without its component."""
    component: str = ""
    """Letters of the component, as `A`, `AB` and `Ba`, or of the planet, as `b`; empty for none."""
    kind: str = ""
    """What SIMBAD's leading mark says, in capitals: `*`, `V*`, `**`, `NAME`; empty where there is none."""
    monocase: bool = False
    """Whether all letters were capitals, or none: their case then says nothing."""

    def __str__(self) -> str:
        """The name in its one spelling."""
        return f"{self.body} {self.component}".rstrip()

    @property
    def constellation(self) -> str:
        """Abbreviation of the constellation that the star is named after; empty for other forms of names."""
        return "" if self.form in (Form.CATALOGUE, Form.NAME) else self.body.rpartition(" ")[2]


def parse_designation(name: str) -> Designation:
    """Read a name; one that is not understood is of the form NAME, and its body is empty if nothing is in it."""
    text = _tidied(name)
    kind, text = _without_kind(text)
    single = text.isupper() or text.islower()
    form, body, component = _star_of_constellation(text) or _numbered(text) or _generic(text)
    return Designation(form, body, component, kind, single)


def designation(identifier: str) -> str:
    """The one spelling of a name, in whatever spelling a catalogue or an observer has it; empty for what is no name."""
    return str(parse_designation(identifier))


def folded(spelling: str) -> str:
    """A designation without case and blanks: what a name is searched by where its case says nothing."""
    return spelling.replace(" ", "").lower()


def _tidied(name: str) -> str:
    compatible = unicodedata.normalize("NFKC", name.translate(_LINES)).translate(_LINES | _CASELESS)
    return " ".join("".join(c for c in compatible if unicodedata.category(c) != "Cf").split())


def _without_kind(text: str) -> tuple[str, str]:
    kind = ""
    while match := _KIND.match(text):  # there may be several, as in `NAME * alf Lyr`: the last counts
        kind, text = match["kind"].upper(), text[match.end() :].strip()
    return kind, text


def _star_of_constellation(text: str) -> tuple[Form, str, str] | None:
    plain = " ".join(re.sub(r"[-.,^()]", " ", text).replace("ö", "o").split())
    for pattern, read in _in_constellations():
        match = pattern.fullmatch(plain)
        if match and not _word(match):
            form, first = read(match)
            return form, f"{first} {_abbreviation(match['of'])}", match["component"] or ""
    return None


@cache
def _in_constellations() -> tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[Form, str]]], ...]:
    """Pattern of each kind of name that ends in a constellation's, and what reads it."""
    kinds = ((_GREEK, _greek), (_FLAMSTEED, _flamsteed), (_NUMBERED, _variable), (_LETTERS, _letters))
    return tuple((re.compile(pattern), read) for pattern, read in kinds)


def _word(match: re.Match[str]) -> bool:
    """Whether it is one word of which a component is only the last letter: `Alpherg` is η Psc, `alfCenA` no word."""
    return match["component"] is not None and match[0].isalpha() and not re.search("[a-z][A-H]", match[0])


def _abbreviation(of: str) -> str:
    squeezed = of.lower().replace(" ", "")
    return next(short for spelling, short in ABBREVIATIONS.items() if spelling.replace(" ", "") == squeezed)


def _greek(match: re.Match[str]) -> tuple[Form, str]:
    letter, index = match["letter"], match["index"] or ""
    if len(letter) == 2 and letter.isupper() and not index:
        return Form.VARIABLE, letter
    return Form.GREEK, GREEK[letter.lower()] + index


def _flamsteed(match: re.Match[str]) -> tuple[Form, str]:
    return Form.FLAMSTEED, match["letter"]


def _variable(match: re.Match[str]) -> tuple[Form, str]:
    return Form.VARIABLE, f"V{match['letter']}"


def _letters(match: re.Match[str]) -> tuple[Form, str]:
    letter, index = match["letter"], match["index"] or ""
    if len(letter) == 2:
        return Form.VARIABLE, letter.upper()
    return (Form.VARIABLE if letter in "RSTUVWXYZ" and not index else Form.LATIN), letter + index


def _numbered(text: str) -> tuple[Form, str, str] | None:
    for pattern, spelling in catalogues():
        match = pattern.fullmatch(text)
        if match:
            groups = match.groupdict("")
            return Form.CATALOGUE, spelling(groups), groups.get("component", "")
    return None


def _generic(text: str) -> tuple[Form, str, str]:
    spelling = _spaced(text) if any(map(str.isalnum, text)) else ""
    match = _LAST_WORD.fullmatch(spelling)
    return (Form.NAME, match["body"], match["component"]) if match else (Form.NAME, spelling, "")


def _spaced(text: str) -> str:
    """Words and numbers apart, and numbers without leading zeros: `Haro-1-16` is `Haro 1-16`, `wr0104` is `wr 104`."""
    return _ZEROS.sub("", " ".join(_BETWEEN.sub(" ", _AFTER_WORD.sub(" ", text)).split()))
