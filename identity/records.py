"""The records that are identified: of each kind, where its rows are asked for, with their names, places and epochs."""

from dataclasses import dataclass

from schema import crossid, jsdc, obsportal, oidb, spica
from schema.table import Column, Table

YEAR = "2000 + (({mjd}) - 51544.5) / 365.25"
"""Julian year of an MJD."""
J2000 = "2000"


@dataclass(frozen=True, eq=False, slots=True)
class RecordKind:
    """Records of one table."""

    table: Table
    """Where their answers are kept."""
    origin: Table
    name: Column
    epoch: str = J2000
    """SQL of the Julian year at which the place was the star's; `t` is the record."""
    beside: str = ""
    """SQL of what is joined to know the epoch."""

    @property
    def title(self) -> str:
        """How it is called in a summary."""
        return self.origin.qualified

    @property
    def place(self) -> str:
        """Where what they were identified by is kept."""
        return f"{self.table.qualified}_place"

    @property
    def listing(self) -> str:
        """SQL of key, name, place (on the sphere, or none) and epoch (J2000 where the time is none) of every record."""
        assert self.origin.position  # noqa: S101 - told to mypy
        ra, dec = (f't."{column.sql}"' for column in self.origin.position)
        on_sphere = f"{ra} BETWEEN 0 AND 360 AND {dec} BETWEEN -90 AND 90"
        return (
            f'SELECT t."{self.origin.key.sql}"::bigint AS key, t."{self.name.sql}" AS name, '  # noqa: S608 - declared
            f'CASE WHEN {on_sphere} THEN {ra} END AS ra, CASE WHEN {on_sphere} THEN {dec} END AS "dec", '
            f"CASE WHEN {self.epoch} BETWEEN 1980 AND 2050 THEN round(({self.epoch})::numeric, 4)::float8 "
            f"ELSE 2000 END AS epoch FROM {self.origin.qualified} t {self.beside}"
        )


# Of times that are none (0, NaN) no mean is made.
_TIMES = (
    "LEFT JOIN (SELECT target_id, avg(exp_mjd_start) AS mjd FROM obsportal.exposure "
    "WHERE exp_mjd_start BETWEEN 44239 AND 69807 GROUP BY target_id) e ON e.target_id = t.target_id"
)
KINDS = (
    RecordKind(
        crossid.TARGET, obsportal.TARGET, obsportal.TARGET.by_field["targetName"], YEAR.format(mjd="e.mjd"), _TIMES
    ),
    RecordKind(
        crossid.GRANULE, oidb.GRANULE, oidb.GRANULE.by_field["targetName"],
        YEAR.format(mjd="(t.t_min + coalesce(t.t_max, t.t_min)) / 2"),
    ),
    RecordKind(crossid.SPICA, spica.TARGET, spica.TARGET.by_field["targetMainId"]),
    RecordKind(crossid.BADCAL, jsdc.BADCAL, jsdc.BADCAL.by_field["name"]),
)  # fmt: skip
