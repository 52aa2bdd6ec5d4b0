"""The survey's rules for what an observation adds to its target (spica-nss `nss.py`, `onDRS` and `priority_final2`)."""

from collections.abc import Mapping
from types import MappingProxyType

STEPS: Mapping[str, float] = MappingProxyType({"DIA": 0.5, "DLD": 0.25, "IMA": 0.1, "TMP": 0.1, "SPI": 0.2})
"""What one validated observation adds to the part that is done, by the mode of SPICA."""
HALF = 0.5
"""Part done from which on a target is observed sufficiently."""


def completed(rate: float | None, mode: str) -> float:
    """The part of a target's observations that is done, 0 to 1, after one more; None before the first.

    Raises `KeyError` for a mode that `STEPS` has not.
    """
    return min(1.0, round((rate or 0.0) + STEPS[mode], 6))


def final_priority(rate: float, mode: str, priority_pi: int | None) -> int:
    """The priority of the scheduler, 1 first: by the part that is observed, and what the programme says (0: high)."""
    low = bool(priority_pi)
    if mode == "SPI" or rate == 0:
        return 4 if low else 2
    if mode == "DIA" or rate >= HALF:
        return 1
    return 3 if low else 1
