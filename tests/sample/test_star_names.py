"""Every name that is stored leads to the star that bears it."""

import random
import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pytest

from sample.identifiers import identifiers
from sample.jsdc import star_columns
from sample.stars import real_stars
from schema.constellations import GENITIVES
from schema.designation import GREEK, Form, folded, parse_designation
from schema.name_match import APPROVED, Bearer, NameMatch, NameMatchKind, choose, name_steps

Named = tuple[str, int]


@pytest.fixture(scope="module")
def stored() -> Sequence[Named]:
    """Every name as its catalogue spells it, with its star."""
    batches = [batch.values for batch in identifiers(real_stars())]
    return [
        (name.decode(), star)
        for values in batches
        for name, star in zip(
            *(np.asarray(values[column]).tolist() for column in ("identifier", "star_id")), strict=True
        )
    ]


@pytest.fixture(scope="module")
def bearers() -> Mapping[str, Sequence[Bearer]]:
    """The stars of each designation, and of each folded one."""
    columns = star_columns(real_stars())
    names, main = (np.asarray(columns[name]).astype(np.bytes_).tolist() for name in ("name", "mainid_simbad"))
    magnitudes = np.asarray(columns["vmag"], float).tolist()
    row = {star: place for place, star in enumerate(real_stars().ids.tolist())}
    by_key: dict[str, list[Bearer]] = {}
    for batch in identifiers(real_stars()):
        columns_of_batch = (np.asarray(batch.values[name]).tolist() for name in ("designation", "star_id", "catalogue"))
        for spelling, star, catalogue in zip(*columns_of_batch, strict=True):
            at, text, approved = row[star], spelling.decode(), catalogue.decode() == APPROVED
            bearer = Bearer(star, text, names[at].decode(), main[at].decode(), magnitudes[at], approved)
            for key in {text, folded(text)}:
                by_key.setdefault(key, []).append(bearer)
    return by_key


def test_every_stored_name_finds_its_star_or_says_that_others_bear_it(
    stored: Sequence[Named], bearers: Mapping[str, Sequence[Bearer]]
) -> None:
    lost = []
    for name, star in stored:
        match = chosen(name, bearers)
        if match is None or star not in {match.star.star, *(other.star for other in match.others)}:
            lost.append((name, star, match))
        elif match.star.star != star:
            assert match.kind is NameMatchKind.AMBIGUOUS, name
    assert not lost, "\n".join(map(str, lost))
    assert len(stored) > 50_000


def chosen(name: str, bearers: Mapping[str, Sequence[Bearer]]) -> NameMatch | None:
    steps = name_steps(name)
    return choose(steps, [bearer for step in steps for key in step.keys for bearer in bearers.get(key, ())])


def spellings(name: str, chance: random.Random) -> Iterator[str]:
    """Other spellings of a stored name that mean the same."""
    body = name.split(" ", 1)[1] if name.startswith(("* ", "V* ", "NAME ")) else name
    yield from (f"  {name} ", name.replace(" ", "\u00a0"))
    if body is name:
        yield from (body.replace(" ", "_"), body.replace(" ", ""), body.replace(" ", "  "))
        return
    first, _, rest = body.partition(" ")
    of, _, component = rest.partition(" ")
    if of not in GENITIVES:
        yield from (body, body.upper(), body.lower(), body.replace(" ", "_"))
        return
    letter = re.fullmatch(r"([a-z]{2,3})\.?(\d\d)?", first)
    firsts = [first]
    if letter:
        index = (letter[2] or "").lstrip("0")
        marks = {f"{mark}{index}" for mark in ("", " ", "0", "-") if index or not mark}
        marks |= {index.translate(RAISED), index.translate(LOWERED)}
        greek = [word for word, short in GREEK.items() if short == letter[1]]
        firsts = [f"{chance.choice(greek)}{mark}" for mark in marks]
    elif first[0] == "V" and first[1:].isdigit():
        firsts += [f"V0{first[1:]}", f"V {first[1:]}"]
    for spelt in firsts:
        constellation = chance.choice((of, GENITIVES[of], of.upper(), GENITIVES[of].upper()))
        yield f"{spelt}{chance.choice((' ', '_', '-', '  '))}{constellation} {component}".rstrip()


RAISED, LOWERED = (str.maketrans("0123456789", digits) for digits in ("⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"))


def test_no_spelling_of_a_stored_name_leads_to_another_star(
    stored: Sequence[Named], bearers: Mapping[str, Sequence[Bearer]]
) -> None:
    """Each leads to a star that bears the name, or names it among the others; none leads to no star."""
    chance, lost, count = random.Random(11), [], 0  # noqa: S311 - nothing secret
    for name, star in chance.sample(stored, 12_000):
        for spelling in spellings(name, chance):
            match = chosen(spelling, bearers)
            count += 1
            if match is None or star not in {match.star.star, *(other.star for other in match.others)}:
                lost.append((name, spelling, star, match))
    assert not lost, "\n".join(map(str, lost[:40]))
    assert count > 30_000


@pytest.mark.parametrize("catalogue", ["HD ", "HIP ", "HR "])
def test_another_component_is_never_the_primary(
    stored: Sequence[Named], bearers: Mapping[str, Sequence[Bearer]], catalogue: str
) -> None:
    numbers = [(name, star) for name, star in stored if name.startswith(catalogue) and name[-1].isdigit()]
    for name, star in numbers[::7]:
        for letter in "BCD":
            match = chosen(f"{name}{letter}", bearers)
            assert match is None or match.star.star != star, f"{name}{letter}"
        for letter in ("A", " A", "AB"):
            match = chosen(f"{name}{letter}", bearers)
            assert match is not None
            assert (match.star.star, match.kind) == (star, NameMatchKind.COMPONENT), f"{name}{letter}"


def test_a_proper_name_is_no_variable_nor_component(stored: Sequence[Named]) -> None:
    """`Os Pegasi`, as ε Pegasi is called in atlases, reads as the variable OS Peg, another star: the sample has it not."""
    proper = [name.removeprefix("NAME ") for name, _ in stored if name.startswith("NAME ")]
    assert [name for name in proper if parse_designation(name).form is not Form.NAME] == []
