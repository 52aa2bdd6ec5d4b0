"""How many rows the sample has, from its real rows alone up to the size of the real databases."""

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


def sample_size(stars: int | None) -> Size:
    """Scale the real databases to a number of stars; the survey has 60 targets at least."""
    fraction = min((stars or 0) / FULL, 1.0)
    return Size(
        targets=round(35_277 * fraction), observations=round(47_263 * fraction), exposures=round(342_284 * fraction),
        granules=round(260_000 * fraction), reduced=round(24_758 * fraction), survey=max(60, round(3_000 * fraction)),
    )  # fmt: skip
