"""Galactic coordinates that are written out, against ERFA."""

from math import degrees, radians

import erfa
import numpy as np
import pytest

from adql.checked.catalogue import DECLARED
from adql.checked.typed import TypedExpression
from adql.compile import compile_query
from adql.frames import in_icrs
from adql.template import real
from adql.tree import TextPosition
from schema.types import DOUBLE

AT = TextPosition(1, 1)
RANDOM = np.random.default_rng(20261121)


def numbers(*values: float) -> list[TypedExpression]:
    return [TypedExpression(real(value), DOUBLE, number=value) for value in values]


def test_galactic_places_are_those_of_erfa() -> None:
    places = [*RANDOM.uniform((-180, -90), (360, 90), (500, 2)).tolist(), (0, 0), (10, 90), (10, -90), (122.9, 27.1)]
    for longitude, latitude in places:
        ra, dec = (part.number or 0.0 for part in in_icrs("GALACTIC", "POINT", numbers(longitude, latitude), AT))
        wanted = erfa.g2icrs(radians(longitude), radians(latitude))
        # Microarcseconds: a pole's right ascension is any.
        assert degrees(erfa.seps(radians(ra), radians(dec), *wanted)) * 3600 < 1e-6
        assert 0 <= ra < 360


@pytest.mark.parametrize(
    ("written", "shape"),
    [
        ("CIRCLE('GALACTIC', 0, 0, 1.5)", (266.405, -28.936, 1.5)),
        ("REGION('CIRCLE GALACTIC 0 0 1.5')", (266.405, -28.936, 1.5)),
        ("POINT('galactic', 0, 90)", (192.859, 27.128)),
        ("POLYGON('GALACTIC', 0, 90, 0, 0, 0, 0)", (192.859, 27.128, 266.405, -28.936, 266.405, -28.936)),
    ],
)
def test_shapes_are_turned_and_stay_what_they_are(written: str, shape: tuple[float, ...]) -> None:
    text = compile_query(f"SELECT {written} AS x FROM jsdc.badcal", DECLARED).text
    told = [float(part.partition(" AS")[0]) for part in text.split("CAST(")[1:]]
    assert told == pytest.approx(shape, abs=1e-3)


def test_a_radius_may_be_of_a_column() -> None:
    text = compile_query("SELECT CIRCLE('GALACTIC', 0, 0, ldd) AS x FROM jsdc.star", DECLARED).text
    assert '"ldd"' in text
    assert "266.4" in text
