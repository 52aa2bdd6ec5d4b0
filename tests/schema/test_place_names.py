"""Places that stand for names."""

import pytest

from schema.place_names import named_place


@pytest.mark.parametrize(
    "name",
    [
        "06 43 55.9 +25 07 52", "06:43:55.9 +25:07:52", "06h43m55.9s +25d07m52s", "J064355.9+250752", "064355.9+250752",
        "J0643559+250752", "06_43_55.9_+25_07_52", "06 43 55.9, +25 07 52.0", "06 43 55.9 25 07 52",
        "06h 43m 55.9s, +25° 07′ 52″", "06h 43m 55.9s +25º 07’ 52”", "100.982917 25.131111", "100.982917,+25.131111",
        "100.982917+25.131111", "100.982917, 25.131111",
    ],
)  # fmt: skip
def test_places(name: str) -> None:
    assert named_place(name) == pytest.approx((100.982917, 25.131111), abs=1e-6)


def test_south_and_decimals_without_a_point() -> None:
    assert named_place("J00015760-0600507") == pytest.approx((0.49, -6.014083), abs=1e-6)
    assert named_place("00 00 00 -00 00 01") == pytest.approx((0, -1 / 3600))


@pytest.mark.parametrize(
    "name",
    [
        "Vega",
        "HD 48329",
        "06 43 +25 07",
        "25 00 00 +10 00 00",
        "06 60 00 +10 00 00",
        "06 43 55 +91 00 00",
        "",
        "100.98 25.13",
        "360.000 25.131",
        "100.983 90.001",
        "100983 25131",
        "06 43 55.9",
        "100.983",
    ],
)
def test_other_names_are_no_places(name: str) -> None:
    assert named_place(name) is None
