"""Every name that is stored leads to the star that bears it."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from sample.identifiers import identifiers
from sample.jsdc import star_columns
from sample.stars import real_stars
from schema.designation import folded
from schema.name_match import APPROVED, Bearer, NameMatchKind, choose, name_steps

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
        steps = name_steps(name)
        match = choose(steps, [bearer for step in steps for key in step.keys for bearer in bearers.get(key, ())])
        if match is None or star not in {match.star.star, *(other.star for other in match.others)}:
            lost.append((name, star, match))
        elif match.star.star != star:
            assert match.kind is NameMatchKind.AMBIGUOUS, name
    assert not lost, "\n".join(map(str, lost))
    assert len(stored) > 50_000
