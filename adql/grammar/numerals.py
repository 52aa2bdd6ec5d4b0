"""Numbers as they are written: in a character string, which may stand for one."""

import re
from math import isfinite

DIGITS = re.compile(r"[+-]?\d{1,100}", re.ASCII)
DECIMAL = re.compile(r"[+-]?(\d{1,100}(\.\d{0,100})?|\.\d{1,100})(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)


def is_number(text: str) -> bool:
    """Whether a text reads as a finite decimal number, spaces around it left out."""
    stripped = text.strip()
    return DECIMAL.fullmatch(stripped) is not None and isfinite(float(stripped))
