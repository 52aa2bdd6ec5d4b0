"""How a star is found by a name: what is searched for, in what order, and which of several stars is taken.

The rules, in order:

1. EXACT: stars that bear the name as it is spelt, case kept (`schema.designation`). `V*` admits variables only, `*`
   Bayer's and Flamsteed's names only. `o Cet` is also tried as `omi Cet`, and `Mira Ceti` as a `Mira` in Cetus.
2. FOLDED: stars that bear it in another case, else with other blanks too. Letters whose case tells two stars apart
   (`R Car`, `a Car`) are tried so only where the whole name is in capitals, or in small letters.
3. COMPONENT: the star without its component A or AB, or the component A of the star without; then the star that has
   indices, where the name has none (`alf Cen`: alf1 and alf2 Cen). No other component's letter is ever dropped.

The first step that finds stars ends the search. Where it finds several, the one whose main identifier it is, or for
which the IAU approved it, if it is that of one star only, else the brightest is taken: AMBIGUOUS, and the others are
listed. ALIAS is what
`resolvers.star_names` does where none of this finds a star.

Worked example: in a catalogue of R Car (a Mira), r Car and two stars called del Cep, of 4.1 and 6.3 mag,

========  ==========  ==============  ============================================
name      kind        star            why
========  ==========  ==============  ============================================
R Car     EXACT       R Car           case is kept
R_CAR     EXACT       R Car           a capital R to Z is a variable
r car     EXACT       r Car           as it is spelt
del Cep   AMBIGUOUS   del Cep, 4.1    the brightest of two that bear it
R Car A   COMPONENT   R Car           A is the primary
R Car B   none        none            B is another star
* R Car   FOLDED      r Car           `*` admits no variable
V* t Tau  none        none            `V*` admits variables only, and T Tau is not there
========  ==========  ==============  ============================================
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import inf
from operator import attrgetter

from schema.column import Enumeration
from schema.designation import ABBREVIATIONS, Designation, Form, designation, folded, parse_designation

INDICES = range(1, 10)
"""Indices of a Bayer letter, as of `tau1 Eri` to `tau9 Eri`."""
SMALL_VARIABLES = frozenset({"u Her"})
"""Variables of the GCVS that have a small letter which stands for another variable as a capital."""
BAYER_CAPITALS = frozenset({"T Cyg"})
"""Names of Bayer's kind with a capital that is a variable's elsewhere."""
SMALL_LETTERS = frozenset(f"{letter} " for letter in "rstuvwxyz")
"""Letters that are variables as capitals, alone before a constellation."""
GREEK_PAIR = re.compile(r"(?:MU|NU|XI|PI) ")
"""Two capitals that are a variable or, where all is in capitals, a Greek letter."""
NAMED_WITHIN = re.compile(rf"(?P<name>\w{{3,}}) (?P<of>(?i:{'|'.join(ABBREVIATIONS)}))")
"""A proper name with its constellation."""
ACRONYM = re.compile(r"2MASS|SBC9|Gaia DR\d|[A-Z]+")
"""What a designation in a catalogue begins with."""
APPROVED = "IAU"
"""Catalogue of the names that the IAU approved for one star, though atlases give some to others too."""
PRIMARY = re.compile(r"A[B-H]*|Aa")
"""Components that are the primary, alone or with others."""


class NameMatchKind(IntEnum):
    """By what rule a star was found by name: codes of `NAME_MATCH_KIND`."""

    EXACT = 0
    FOLDED = 1
    COMPONENT = 2
    ALIAS = 3
    AMBIGUOUS = 4


NAME_MATCH_KIND = Enumeration(
    "NameMatchKind",
    "By what rule a star was found by name",
    {
        NameMatchKind.EXACT: ("EXACT", "It bears the name as it is spelt"),
        NameMatchKind.FOLDED: ("FOLDED", "It alone bears the name in another case"),
        NameMatchKind.COMPONENT: ("COMPONENT", "Without the component A or AB, or with one: the star's primary"),
        NameMatchKind.ALIAS: ("ALIAS", "Observers call it so, or the name is a place and it is the nearest star"),
        NameMatchKind.AMBIGUOUS: (
            "AMBIGUOUS",
            "Several bear the name: its main identifier, else the IAU's, else the brightest",
        ),
    },
)


@dataclass(frozen=True, slots=True)
class NameStep:
    """One step of the search: stars that bear one of these keys are found by it."""

    kind: NameMatchKind
    keys: tuple[str, ...]
    """Designations or, if there is a `spelling`, folded ones."""
    spelling: str = ""
    """The name in small letters, if its keys are folded: of names that differ in blanks, the one so spelt is meant."""
    constellation: str = ""
    """Abbreviation that the star's main identifier must end with; empty for none."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """A star and one of its names."""

    star: int
    designation: str
    name: str
    """Its name in JSDC."""
    main_id: str
    """SIMBAD's main identifier, as it is spelt there; empty where there is none."""
    magnitude: float | None
    """In V."""
    approved: bool = False
    """Whether the IAU approved the name for this star."""


StoredBearer = tuple[int, str, str | None, str | None, float | None]
"""Number of the star, its designation, its name in JSDC and SIMBAD's main identifier if it has them, its magnitude."""


def stored_bearer(stored: StoredBearer, *, approved: bool) -> Bearer:
    """A bearer as JSDC stores it; a star without a name is called by the designation."""
    star, spelling, name, main_id, magnitude = stored
    return Bearer(star, spelling, name or spelling, main_id or "", magnitude, approved)


@dataclass(frozen=True, slots=True)
class NameMatch:
    """The star that a name is of, how it was found, and what other stars bear the name."""

    kind: NameMatchKind
    star: Bearer
    others: tuple[Bearer, ...] = ()


def name_steps(name: str) -> tuple[NameStep, ...]:
    """What is searched for a name, in order; nothing for what is no name."""
    parsed = parse_designation(name)
    if not parsed.body:
        return ()
    match parsed.kind:
        case "V*":
            return _variable_steps(parsed)
        case "*":
            return _bayer_steps(parsed)
        case _:
            return tuple(_steps(parsed))


def search_keys(steps: Iterable[NameStep]) -> tuple[list[str], list[str]]:
    """Designations and folded designations that some of the steps search for."""
    keys: tuple[dict[str, None], dict[str, None]] = ({}, {})
    for step in steps:
        keys[bool(step.spelling)].update(dict.fromkeys(step.keys))
    return [*keys[0]], [*keys[1]]


def choose(steps: Iterable[NameStep], bearers: Sequence[Bearer]) -> NameMatch | None:
    """The star that the steps find among these, which bear some of their keys; None if no step finds one."""
    for step in steps:
        stars = step_bearers(step, bearers)
        if len(stars) == 1:
            return NameMatch(step.kind, stars[0])
        if stars:
            return NameMatch(NameMatchKind.AMBIGUOUS, stars[0], tuple(stars[1:]))
    return None


def step_bearers(step: NameStep, bearers: Sequence[Bearer]) -> list[Bearer]:
    """Stars that one step finds, each once, the one that is taken first."""
    matching = [bearer for bearer in bearers if _bears(bearer, step)]
    matching = [bearer for bearer in matching if bearer.designation.lower() == step.spelling] or matching
    matching.sort(key=attrgetter("approved"))
    return _ranked({bearer.star: bearer for bearer in matching}.values())


def contradicted(name: str, designations: Iterable[str]) -> bool:
    """Whether a star of these designations cannot bear a name, having another of that kind, as another HD number."""
    parsed = parse_designation(name)
    series = _series(parsed)
    others = (parse_designation(other) for other in designations) if series else ()
    return any(_series(other) == series and other.body != parsed.body for other in others)


def _series(parsed: Designation) -> str:
    """The catalogue or kind of names of which a star bears one; empty where it may bear several."""
    if parsed.form is Form.CATALOGUE:
        return ACRONYM.match(parsed.body)[0]  # type: ignore[index]
    return "" if parsed.form is Form.NAME else parsed.form.name


def secondary_of(name: str) -> tuple[str, ...]:
    """Designations of the star whose component, other than A, a name is of; empty if it is of none.

    `Gl 229 B` is another star (a brown dwarf, in fact) than the one that bears `GJ 229` or `GJ 229 A`.
    """
    parsed = parse_designation(name)
    if not parsed.component or PRIMARY.fullmatch(parsed.component):
        return ()
    return (parsed.body, f"{parsed.body} A", f"{parsed.body} AB")


def _variable_steps(parsed: Designation) -> tuple[NameStep, ...]:
    """`V*` admits variables: all but small letters that are other stars' capitals, numbers, and proper names."""
    if _small_letter_of_variables(parsed):
        return (NameStep(NameMatchKind.FOLDED, (_capital(str(parsed)),)),)
    suspected = parsed.body.startswith("NSV ")
    return tuple(_steps(parsed)) if suspected or parsed.form in (Form.GREEK, Form.LATIN, Form.VARIABLE) else ()


def _bayer_steps(parsed: Designation) -> tuple[NameStep, ...]:
    """`*` admits the names of Bayer and Flamsteed: a variable's capitals are then Greek letters, or small ones."""
    if parsed.form is Form.VARIABLE and parsed.body not in BAYER_CAPITALS:
        other = parse_designation(str(parsed).lower())
        return (NameStep(NameMatchKind.FOLDED, (str(other),)),) if other.form in (Form.GREEK, Form.LATIN) else ()
    return tuple(_steps(parsed)) if parsed.form not in (Form.CATALOGUE, Form.NAME) else ()


def _steps(parsed: Designation) -> Iterator[NameStep]:
    yield NameStep(NameMatchKind.EXACT, (str(parsed),))
    omicron = "omi" + parsed.body[1:] if parsed.form is Form.LATIN and parsed.body[0] == "o" else ""
    if omicron:
        yield NameStep(NameMatchKind.EXACT, (f"{omicron} {parsed.component}".rstrip(),))
    if parsed.form is Form.NAME:
        yield from _within_constellation(parsed.body)
    yield from _other_case(parsed)
    if not parsed.component or PRIMARY.fullmatch(parsed.component):
        yield from _of_primary(parsed, omicron)


def _within_constellation(name: str) -> Iterator[NameStep]:
    """A proper name with its constellation, as `Mira Ceti`."""
    match = NAMED_WITHIN.fullmatch(name)
    if match:
        short = ABBREVIATIONS[match["of"].lower()]
        yield NameStep(NameMatchKind.EXACT, (match["name"],), constellation=f" {short}")


def _other_case(parsed: Designation) -> Iterator[NameStep]:
    if parsed.form in (Form.NAME, Form.CATALOGUE):
        yield NameStep(NameMatchKind.FOLDED, (folded(str(parsed)),), str(parsed).lower())
    elif parsed.monocase:
        body = _capital(parsed.body) if _small_letter_of_variables(parsed) else parsed.body
        greek = parse_designation(body.lower()).body if GREEK_PAIR.match(body) else body
        spelling = f"{greek} {parsed.component.upper()}".rstrip()
        if spelling != str(parsed):
            yield NameStep(NameMatchKind.FOLDED, (spelling,))


def _small_letter_of_variables(parsed: Designation) -> bool:
    """Whether its letter, were it a capital, would be a variable's: `r Car`."""
    return parsed.form is Form.LATIN and parsed.body[:2] in SMALL_LETTERS and parsed.body not in SMALL_VARIABLES


def _capital(body: str) -> str:
    return body[0].upper() + body[1:]


def _of_primary(parsed: Designation, omicron: str) -> Iterator[NameStep]:
    bodies = [body for body in (parsed.body, omicron) if body]
    names = [name for body in bodies for name in (body, f"{body} A", f"{body} AB") if name != str(parsed)]
    yield NameStep(NameMatchKind.COMPONENT, tuple(names))
    if parsed.form in (Form.NAME, Form.CATALOGUE):
        yield NameStep(NameMatchKind.COMPONENT, tuple(map(folded, names)), parsed.body.lower())
    for body in bodies if parsed.form in (Form.GREEK, Form.LATIN) else ():
        letter, _, constellation = body.partition(" ")
        if letter.isalpha():
            yield NameStep(NameMatchKind.COMPONENT, tuple(f"{letter}{index} {constellation}" for index in INDICES))


def _bears(bearer: Bearer, step: NameStep) -> bool:
    key = folded(bearer.designation) if step.spelling else bearer.designation
    return key in step.keys and designation(bearer.main_id).endswith(step.constellation)


def _ranked(stars: Iterable[Bearer]) -> list[Bearer]:
    listed = sorted(stars, key=lambda star: (inf if star.magnitude is None else star.magnitude, star.star))
    main = [star for star in listed if designation(star.main_id) == star.designation]
    approved = [star for star in listed if star.approved]
    first = next((stars[0] for stars in (main, approved) if len(stars) == 1), None)
    return [first, *(star for star in listed if star is not first)] if first else listed
