"""The records that are identified: for each kind, the table it is read from, its names, places and epochs."""

from dataclasses import dataclass

from schema import crossid, jsdc, obsportal, oidb, spica
from schema.column import Column
from schema.named_queries import named_query
from schema.table import Table

LISTING = named_query("identity/records", "listing")
EXPOSURE_TIMES = named_query("identity/records", "exposure_times")
YEAR = "2000 + (({mjd}) - 51544.5) / 365.25"
"""SQL of the Julian year of an MJD."""
J2000 = "2000"


@dataclass(frozen=True, eq=False, slots=True)
class RecordKind:
    """Records of one table."""

    table: Table
    """Where the hub keeps which star each of them is."""
    origin: Table
    """The table of a source that has them."""
    name: Column
    """Name of the target, as the source spells it."""
    epoch: str = J2000
    """SQL of the Julian year at which the place was the star's; the record is called `t` there."""
    joined: str = ""
    """JOIN clause that `epoch` needs; empty for none."""

    @property
    def title(self) -> str:
        """Name in summaries and logs: the qualified name of `origin`."""
        return self.origin.qualified

    @property
    def place(self) -> str:
        """Qualified name of the hub's table of what the records were matched by."""
        return f"{self.table.qualified}_place"

    @property
    def listing(self) -> str:
        """SQL of each record's key, name, place (ICRS degrees, else NULL) and epoch (Julian year, else J2000)."""
        assert self.origin.position  # noqa: S101 - for mypy: every kind has a position
        ra, dec = self.origin.position
        return LISTING.format(
            key=self.origin.key.sql, name=self.name.sql, ra=ra.sql, dec=dec.sql, epoch=self.epoch,
            origin=self.origin.qualified, joined=self.joined,
        )  # fmt: skip


KINDS = (
    RecordKind(
        crossid.TARGET, obsportal.TARGET, obsportal.TARGET.by_field["targetName"], YEAR.format(mjd="e.mjd"),
        f"LEFT JOIN ({EXPOSURE_TIMES}) e ON e.target_id = t.target_id",
    ),
    RecordKind(
        crossid.GRANULE, oidb.GRANULE, oidb.GRANULE.by_field["targetName"],
        YEAR.format(mjd="(t.t_min + coalesce(t.t_max, t.t_min)) / 2"),
    ),
    RecordKind(crossid.SPICA, spica.TARGET, spica.TARGET.by_field["targetMainId"]),
    RecordKind(crossid.BADCAL, jsdc.BADCAL, jsdc.BADCAL.by_field["name"]),
)  # fmt: skip
