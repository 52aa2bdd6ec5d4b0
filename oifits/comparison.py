"""The index beside OiDB's granules, which oitools makes: where they differ, and who is right.

Each difference is a known one of `REASONS`, in which the index is right, or one of the file itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from oifits.granule import Granule
from oifits.selection import plain

TOLERANCE = 1e-6
"""Relative difference up to which numbers are the same."""
DAYS = 1e-6
"""Days up to which times are the same: a tenth of a second."""
REASONS = {
    "t_exptime": "union of the exposures of good rows; OiDB has the least INT_TIME of all rows",
    "t_min": "beginning of the first exposure; OiDB has its middle",
    "t_max": "end of the last exposure; OiDB has its middle",
    "em_min": "with half the band of the channel; OiDB has its middle",
    "em_max": "with half the band of the channel; OiDB has its middle",
    "facility_name": "the interferometer; OiDB has ARRNAME",
    "instrument_name": "the instrument; OiDB has INSNAME",
}
"""What the index means by a column in which OiDB's differ."""
SAME = ("s_ra", "s_dec", "em_res_power", "nb_channels", "nb_vis", "nb_vis2", "nb_t3")
"""Columns that mean the same to both."""
RAW = {"t_min": "middle_min", "t_max": "middle_max", "facility_name": "arrname", "instrument_name": "insname"}
"""Fields of `Granule` that are what OiDB means by a column."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A column in which an index and OiDB differ; `known` where the index is right by its definition."""

    column: str
    ours: float | str | None
    theirs: str
    known: bool

    def __str__(self) -> str:
        reason = REASONS[self.column] if self.known else "not explained by definitions: look at the file"
        return f"{self.column} {self.ours} | {self.theirs}: {reason}"


def matches(granule: Granule, row: Mapping[str, str]) -> bool:
    """Whether a granule of OiDB is this one: the same target, INSNAME or instrument, and time."""
    if plain(row["target_name"]) != plain(granule.target_name):
        return False
    if row["instrument_name"] not in (granule.insname, granule.instrument_name):
        return False
    return float(row["t_min"]) - 0.5 <= granule.middle_max and granule.middle_min <= float(row["t_max"]) + 0.5


def differences(granule: Granule, row: Mapping[str, str]) -> Iterator[Difference]:
    """Where the granule differs from OiDB's row, a mapping of columns to texts; columns it has not are passed over."""
    for column in SAME:
        if column in row and not _same(getattr(granule, column), row[column]):
            yield Difference(column, getattr(granule, column), row[column], known=False)
    for column in REASONS:
        ours = getattr(granule, column)
        if column in row and not _same(ours, row[column], days=column in ("t_min", "t_max")):
            raw = RAW.get(column)
            known = raw is None or _same(getattr(granule, raw), row[column], days=column in ("t_min", "t_max"))
            yield Difference(column, ours, row[column], known)


def _same(ours: float | str | None, theirs: str, *, days: bool = False) -> bool:
    if ours is None or isinstance(ours, str):
        return (ours or "") == theirs
    try:
        other = float(theirs)
    except ValueError:
        return False
    return abs(ours - other) <= (DAYS if days else TOLERANCE * max(abs(ours), abs(other)))
