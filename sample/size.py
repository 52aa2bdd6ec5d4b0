"""How much the sample holds, from its real rows alone up to the size of the real databases."""

from dataclasses import dataclass

FULL = 2_500_000
"""Stars at which the sample is as large as the real databases."""


@dataclass(frozen=True, slots=True)
class Size:
    """Numbers of made-up rows; the real ones come on top, but for the survey."""

    targets: int
    observations: int
    exposures: int
    granules: int
    """Of level 0, which come from the exposures."""
    reduced: int
    survey: int
    """Targets of SPICA-DB, the 42 real ones among them."""


def size(stars: int | None) -> Size:
    """Scale the real databases' counts to a number of stars; None makes up nothing but a small survey."""
    part = min((stars or 0) / FULL, 1.0)
    return Size(
        targets=round(35_249 * part), observations=round(47_201 * part), exposures=round(342_103 * part),
        granules=round(235_174 * part), reduced=round(24_758 * part), survey=max(60, round(3_000 * part)),
    )  # fmt: skip
