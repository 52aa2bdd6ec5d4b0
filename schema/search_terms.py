"""What is searched for a text that is being typed: the spellings of it, whole and as beginnings of names.

Worked example: `alpha cent` is no name yet. Its Greek letter is `alf` to SIMBAD, `cent` begins the genitive Centauri:

========  ==================================================================
prefixes  `alphacent`, as it is typed, `alfcent` and `alfcen`
words     `alpha cent`, of a name that has these words within
========  ==================================================================

`alpha centauri` is a name: its `keys` are those of `schema.name_match`, `alf Cen` and `alf1 Cen` among them.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from schema.constellations import GENITIVES
from schema.designation import GREEK, designation, folded
from schema.name_match import name_steps, search_keys
from schema.search import EXACT, PREFIX, WORD

MOST = 6
"""Most prefixes of one text: `alpha ca` is the beginning of five."""
NUMBERED = ("hd", "hip", "hr")
"""Catalogues whose numbers are said without their name."""
_LETTER = "|".join(sorted(GREEK, key=len, reverse=True))
_BAYER = re.compile(
    rf"(?:(?P<greek>{_LETTER})0*(?P<index>[1-9]?)|(?P<other>v?\d{{1,4}}|[a-z]{{1,2}}))(?P<apart>[\s.-]*)(?P<of>\D*)"
)
_GENITIVES = {short.lower(): genitive.lower().replace("ö", "o") for short, genitive in GENITIVES.items()}
_APART = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """A text that was typed, in the spellings that it is searched by."""

    text: str
    """In small letters, with single blanks."""
    designations: tuple[str, ...]
    """Names that it may be, as `schema.designation` spells them."""
    keys: frozenset[str]
    """These and others without case and blanks."""
    prefixes: tuple[str, ...]
    """What a name without case and blanks may begin with."""
    numbers: tuple[str, ...]
    """The same, where only the number of a catalogue was typed."""
    words: tuple[str, ...]
    """What a word of a name may begin with, in small letters."""

    def rank(self, name: str) -> int | None:
        """Code of `schema.search.RANKS` of a name; None for one that matches in none of these ways."""
        key = folded(name.replace("_", " "))
        if key in self.keys:
            return EXACT
        if key.startswith(self.prefixes):
            return PREFIX
        spaced = " " + _APART.sub(" ", name.lower())
        return WORD if any(f" {word}" in spaced for word in self.words) else None


def search_terms(text: str) -> SearchTerms | None:
    """The terms of a text; None for one without a letter or digit."""
    plain = " ".join(unicodedata.normalize("NFKC", text).replace("_", " ").split()).lower()
    if not any(map(str.isalnum, plain)):
        return None
    designations, keys = search_keys(name_steps(text))
    exact = frozenset((folded(plain), *keys, *map(folded, designations)))
    prefixes = dict.fromkeys(filter(None, map(folded, (plain, designation(text), *_respelt(plain)))))
    numbers = tuple(f"{catalogue}{plain}" for catalogue in NUMBERED) if plain.isascii() and plain.isdigit() else ()
    words = dict.fromkeys((_APART.sub(" ", plain).strip(), *_constellations(plain)))
    return SearchTerms(plain, tuple(designations), exact, tuple(prefixes)[:MOST], numbers, tuple(filter(None, words)))


def _respelt(text: str) -> Iterator[str]:
    """Beginnings of names of stars in constellations that a text, in small letters, is another spelling of."""
    yield from (short for spelling, short in GREEK.items() if len(text) > 1 and spelling.startswith(text))
    match = _BAYER.fullmatch(text)
    if match is None:
        return
    letter = GREEK[match["greek"]] + match["index"] if match["greek"] else match["other"]
    if match["greek"] and (match["apart"] or not match["of"] or not match["greek"].isascii()):
        yield letter + match["of"]
    if match["apart"] or not match["greek"]:
        yield from (letter + short for short in _constellations(match["of"]))


def _constellations(text: str) -> Iterator[str]:
    """Abbreviations of the constellations whose genitive a text begins, though it does not begin the abbreviation."""
    if len(text) > 1:
        yield from (
            short
            for short, genitive in _GENITIVES.items()
            if genitive.startswith(text.replace("ö", "o")) and not short.startswith(text)
        )
