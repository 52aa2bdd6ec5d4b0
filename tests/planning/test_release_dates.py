"""When granules become public, against dates worked out by hand from OiDB's `modules/granule.xqm`."""

from datetime import datetime

import pytest

from planning.embargo import release_date

NOON = 55_496.5
"""2010-10-27, noon."""


@pytest.mark.parametrize(
    ("coltype", "category", "end", "released"),
    [
        ("suv", "SCIENCE", NOON, "2012-10-27T12:00:00"),
        ("pionier", "", NOON, "2011-10-27T12:00:00"),
        ("eso", " science ", NOON, "2011-10-27T12:00:00"),
        ("chara", "SCIENCE", NOON, "2012-04-27T12:00:00"),
        ("chara", "CALIBRATOR", NOON, "2010-10-27T12:00:00"),
        ("public", "SCIENCE", NOON, "2010-10-27T12:00:00"),
        ("", "", NOON, "2010-10-27T12:00:00"),
        ("chara", "", 60_187.0, "2025-02-28T00:00:00"),
        ("eso", "", 60_369.0, "2025-02-28T00:00:00"),
        ("eso", "", NOON + 0.123_456_7 / 86_400, "2011-10-27T12:00:00.1"),
    ],
)
def test_dates(coltype: str, category: str, end: float, released: str) -> None:
    assert release_date(coltype, category, end) == datetime.fromisoformat(released)


@pytest.mark.parametrize("end", [float("nan"), float("inf"), 1e300, -1e9, 2_973_000.0])
def test_what_is_no_date_is_refused(end: float) -> None:
    with pytest.raises((ValueError, OverflowError)):
        release_date("suv", "", end)
