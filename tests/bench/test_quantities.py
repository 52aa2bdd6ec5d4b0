import pytest

from bench.quantities import quantities, ranges, span, template


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("522 ms", [522.0]),
        ("10.44 s", [10_440.0]),
        ("1.8e+02× faster", [180.0]),
        ("+1.65 ms", [1.65]),
        ("-6.61 ms", [-6.61]),
        ("4.83 s, first byte 30.52 ms, 286 MB, memory +15 MB", [4830.0, 30.52, 286.0, 15.0]),
        ("930/s, p50 32.87 ms, p99 327 ms", [930.0, 32.87, 327.0]),
        ("99.98%", [99.98]),
        ("47 a second", [47.0]),
        ("73 477 rows", []),
        ("never", []),
    ],
)
def test_quantities(text: str, expected: list[float]) -> None:
    assert [quantity.value for quantity in quantities(text)] == expected


def test_seconds_and_milliseconds_compare() -> None:
    assert template("2.04 s") == template("1639 ms")
    assert template("> 20 s") != template("9.44 s")


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["6.8×", "19×", "7.3×"], "6.8–19×"),
        (["900 ms", "2.04 s"], "0.9–2.04 s"),
        (["143 MB", "143 MB"], "143 MB"),
        (["+0.57 ms", "+3.42 ms"], "+0.57 to +3.42 ms"),
        (["99.98%", "99.99%"], "99.98–99.99%"),
        (["1.7e+02×", "1.9e+02×"], "170–190×"),
    ],
)
def test_span(texts: list[str], expected: str) -> None:
    assert span([quantities(text)[0] for text in texts]) == expected


def test_ranges_keep_the_words_of_the_last_text() -> None:
    assert ranges(["2.5 s, 80 MB", "> 20 s", "3.5 s, 90 MB"]) == "2.5–3.5 s, 80–90 MB"
    assert ranges(["9.44 s", "> 20 s"]) == "> 20 s"
