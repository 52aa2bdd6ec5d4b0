"""Numbers as texts of others write them; `int` and `float` of Python read more: `1_0`, ` 5`, any script's digits."""

import re

KEY = re.compile(r"0|-?[1-9]\d{0,99}", re.ASCII)
WHOLE = re.compile(r"[+-]?\d{1,100}", re.ASCII)
REAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[+-]?inf(?:inity)?|nan", re.ASCII | re.IGNORECASE)


def key_number(text: str) -> int:
    """A whole number in the one way that answers write it, so that a key has no other text; raises `ValueError`.

    Examples
    --------
    >>> key_number("20000091")
    20000091
    >>> key_number("+5")
    Traceback (most recent call last):
        ...
    ValueError: +5
    """
    return int(_matched(KEY, text))


def whole_number(text: str) -> int:
    """A decimal whole number, perhaps with a sign and leading zeros; raises `ValueError`."""
    return int(_matched(WHOLE, text))


def real_number(text: str) -> float:
    """A decimal number, perhaps with an exponent, NaN or an infinity in any case; raises `ValueError`."""
    return float(_matched(REAL, text))


def _matched(form: re.Pattern[str], text: str) -> str:
    if not form.fullmatch(text):
        raise ValueError(text)
    return text
