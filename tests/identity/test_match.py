"""The worked example of `identity.match`, by the plain rules of the oracle, which the SQL is compared with elsewhere."""

import numpy as np
import pytest

from identity import match
from schema.crossid import METHOD
from schema.name_match import Bearer
from tests.identity.oracle import Catalogue, judge

ARCSEC = 1 / 3600
A, B, C = 1, 2, 3
STARS = Catalogue(
    np.array([A, B, C]), np.array([10.0, 10.0 + 1.5 * ARCSEC, 11.0]), np.zeros(3), np.zeros(3), np.zeros(3),
    np.array([3.0, 4.0, 5.0]), [Bearer(star, f"HD {star}", f"HD {star}", "", None) for star in (A, B, C)],
)  # fmt: skip
EXAMPLE = [line for line in (match.__doc__ or "").splitlines() if line.rpartition("  ")[0].count("  ") > 3]
PLACES = {
    "none": None,
    "0.2″ east of A": 0.2,
    "0.7″ east of A": 0.7,
    "10″ east of A": 10.0,
    "1 h east of A": 54000.0,
    "at C": 3600.0,
}


@pytest.mark.parametrize("line", EXAMPLE[1:])
def test_the_example_follows_the_rules(line: str) -> None:
    place, name, method, star = (cell.strip() for cell in (line[:17], line[17:25], line[25:44], line[44:50]))
    east = PLACES[place]
    ra, dec = (None, None) if east is None else (10.0 + east * ARCSEC, 0.0)
    verdict = judge(STARS, name, ra, dec, 2000.0)
    assert METHOD.members[verdict.method][0] == method
    assert verdict.star == {"A": A, "B": B, "none": None}[star]


def test_the_example_has_every_method() -> None:
    assert {line[25:44].strip() for line in EXAMPLE[1:]} == {name for name, _ in METHOD.members.values()}
