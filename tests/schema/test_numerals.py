"""Texts of clients are numbers only as these are written: Python's own `int` and `float` take more."""

import math
import re

import pytest

from schema.numerals import key_number, real_number, whole_number

NEVER = (
    "",
    " ",
    "2000_0091",
    "1_0",
    "２０",
    "٣",
    " 5",
    "5 ",
    "5\n",
    "0x10",
    "1,5",
    "--1",
    "+",
    "1e",
    "e5",
    ".",
    "9" * 101,
)
"""What none of them takes; the last is for whole numbers."""


@pytest.mark.parametrize("text", NEVER)
def test_what_is_no_number(text: str) -> None:
    for read in (key_number, whole_number, *([] if text.isascii() and text.isdigit() else [real_number])):
        with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
            read(text)


@pytest.mark.parametrize("text", ["+5", "05", "-0", "5.0", "-05", "5e3"])
def test_a_key_has_one_text(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        key_number(text)


def test_what_is_one() -> None:
    assert [key_number(text) for text in ("0", "-5", "20000091")] == [0, -5, 20000091]
    assert [whole_number(text) for text in ("+5", "007", "-0")] == [5, 7, 0]
    assert [real_number(text) for text in ("1.", ".5", "-1e3", "+Inf", "-infinity")] == [
        1,
        0.5,
        -1000,
        math.inf,
        -math.inf,
    ]
    assert math.isnan(real_number("NaN"))
