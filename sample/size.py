"""How much the sample holds, from its real rows alone up to the size of the real databases."""

from dataclasses import dataclass

FULL = 2_500_000
"""Stars at which the sample is as large as the real databases were in 2021."""


@dataclass(frozen=True, slots=True)
class Size:
    """Numbers of rows, real ones included; never fewer than those."""

    targets: int
    observations: int
    exposures: int
    granules: int
    reduced: int
    """Granules of levels 1 to 3 among them, as OiDB had in 2026."""
    survey: int
    """Targets of SPICA-DB."""


def size(stars: int | None) -> Size:
    """Scale the real databases to a number of stars; the survey has 60 targets at least."""
    part = min((stars or 0) / FULL, 1.0)
    return Size(
        targets=round(35_277 * part), observations=round(47_263 * part), exposures=round(342_284 * part),
        granules=round(260_000 * part), reduced=round(24_758 * part), survey=max(60, round(3_000 * part)),
    )  # fmt: skip
