"""The words within REGION: phrases of STC-S 1.33, as TAP 1.0 section 6 restricts them; DALI's shapes are among them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from adql.errors import AdqlError
from adql.tree import TextPosition

DEEPEST = 10
_WORD = re.compile(r"\s*(?:([()])|([A-Za-z][A-Za-z0-9]*)|([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\w.]))")
_FRAMES = ("ECLIPTIC", "FK4", "FK5", "J2000", "GALACTIC", "ICRS", "UNKNOWNFRAME")
_POSITIONS = ("BARYCENTER", "GEOCENTER", "HELIOCENTER", "LSR", "TOPOCENTER", "RELOCATABLE", "UNKNOWNREFPOS")
_FLAVOURS = ("CARTESIAN2", "CARTESIAN3", "SPHERICAL2")
_SEVERAL = ("UNION", "INTERSECTION", "NOT")
_OF_NUMBERS = {2: "POSITION", 3: "CIRCLE"}
_NUMBERS = {"POSITION": 2, "POINT": 2, "CIRCLE": 3, "BOX": 4, "POLYGON": 6}


@dataclass(frozen=True, slots=True)
class Shape:
    """POSITION, CIRCLE, BOX or POLYGON, and its numbers (degrees) as they were written."""

    kind: str
    frame: str
    """In upper case; empty where none is written."""
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Several:
    """UNION or INTERSECTION."""

    kind: str
    parts: "tuple[Region, ...]"


@dataclass(frozen=True, slots=True)
class Complement:
    """NOT: the sky without a region."""

    inner: "Region"


Region = Shape | Several | Complement


def frame(text: str, at: TextPosition) -> str:
    """The frame of a coordinate system (deprecated since ADQL 2.1, section 4.2.6), in upper case; perhaps empty."""
    words = [word.upper() for word in text.split()]
    phrase = _Phrases(words, at).system("")
    if words:
        raise AdqlError(f"no coordinate system '{text}'", at, "perhaps you meant 'ICRS', or none at all")
    return phrase


def region(text: str, at: TextPosition) -> Region:
    """Read a region; `at` is where it stands in the query."""
    words = list(_words(text, at))
    phrase = _Phrases(words, at).region("", 0)
    if words:
        raise _refused(f"{words[0]} after the end", at)
    return phrase


def _words(text: str, at: TextPosition) -> Iterator[str]:
    position, end = 0, len(text.rstrip())
    while position < end:
        matched = _WORD.match(text, position)
        if not matched:
            raise _refused(f"{text[position:].split(maxsplit=1)[0]} is none of its words", at)
        yield matched[matched.lastindex or 0].upper()
        position = matched.end()


def _refused(problem: str, at: TextPosition) -> AdqlError:
    return AdqlError(f"no region: {problem}", at, "a region is written as 'CIRCLE ICRS 12.5 -3 0.1'")


class _Phrases:
    """What is left of the words; phrases are taken from its front."""

    def __init__(self, words: list[str], at: TextPosition) -> None:
        self._words = words
        self._at = at

    def system(self, outer: str) -> str:
        """Go past a coordinate system; its frame, or that of the region around."""
        phrase = self._one_of(_FRAMES) or outer
        self._one_of(_POSITIONS)
        self._one_of(_FLAVOURS)
        return phrase

    def region(self, outer: str, depth: int) -> Region:
        """Go past a region; `outer` is the frame of what it is part of."""
        if depth == 0 and self._words and not self._words[0][0].isalpha():
            return self._bare()
        kind = self._words.pop(0) if self._words else "nothing"
        if kind in _NUMBERS:
            return self._shape(kind, self.system(outer))
        if kind not in _SEVERAL:
            raise _refused(f"{kind} where a shape was expected", self._at)
        if depth == DEEPEST:
            raise _refused(f"more than {DEEPEST} within one another", self._at)
        parts = self._parts(self.system(outer), depth)
        if kind != "NOT":
            return Several(kind, parts)
        if len(parts) > 1:
            raise _refused("NOT takes one", self._at)
        return Complement(parts[0])

    def _bare(self) -> Shape:
        """Numbers alone: a point, a circle or a polygon as DALI 1.1 (section 3.3) writes values of these types."""
        numbers = self._numbers()
        kind = _OF_NUMBERS.get(len(numbers), "POLYGON")
        if kind == "POLYGON" and (len(numbers) < 6 or len(numbers) % 2):
            raise _refused(f"{len(numbers)} numbers alone", self._at)
        return Shape(kind, "", numbers)

    def _shape(self, kind: str, frame: str) -> Shape:
        numbers = self._numbers()
        whole = len(numbers) == _NUMBERS[kind]
        if kind == "POLYGON":
            whole = len(numbers) >= _NUMBERS[kind] and len(numbers) % 2 == 0
        if not whole:
            expected = "six numbers or more, by twos" if kind == "POLYGON" else f"{_NUMBERS[kind]} numbers"
            raise _refused(f"{kind} takes {expected}", self._at)
        return Shape("POSITION" if kind == "POINT" else kind, frame, numbers)

    def _parts(self, frame: str, depth: int) -> tuple[Region, ...]:
        self._expect("(")
        parts = [self.region(frame, depth + 1)]
        while self._words and self._words[0] != ")":
            parts.append(self.region(frame, depth + 1))
        self._expect(")")
        return tuple(parts)

    def _expect(self, expected: str) -> None:
        if not self._words or self._words.pop(0) != expected:
            raise _refused(f"{expected} is missing", self._at)

    def _one_of(self, choices: tuple[str, ...]) -> str:
        return self._words.pop(0) if self._words and self._words[0] in choices else ""

    def _numbers(self) -> tuple[str, ...]:
        count = next((index for index, word in enumerate(self._words) if word[0].isalpha() or word in "()"), None)
        taken = self._words[:count]
        del self._words[:count]
        return tuple(taken)
