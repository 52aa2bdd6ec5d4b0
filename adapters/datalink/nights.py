"""What else OiDB has of the night of a granule: calibrators, and other levels of the same observation.

It is known where granules say so: the same interferometer and instrument, a night by the longitude of the array, and
the same programme, or where a granule has none, the same collection.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor
from typing import Any

from adapters.datalink.documents import NIGHTS
from adapters.datalink.lookup import DocumentLookup, Node
from oifits.names import FACILITIES, facility_name, instrument_name
from oifits.selection import plain

CALIBRATORS = ("CALIB", "CALIBRATOR")
"""What OiDB calls the category of a calibrator."""
CALIBRATOR = "CAL"
"""CATEGORY of a calibrator in OI_TARGET (OIFITS 2)."""
TOGETHER = 10
"""Nights that are asked for at once: a document gives at most 1 000 granules."""
NONE = ("", "-")
"""Names of programmes that name none."""


@dataclass(frozen=True, slots=True)
class Night:
    """A night of a programme or of a collection, whose other name is "".

    Parameters
    ----------
    begin
        Mean noon before it at the array, MJD (UTC).
    """

    facility: str
    instrument: str
    program: str
    collection: str
    begin: float

    @property
    def filter(self) -> Mapping[str, Any]:
        """The filter of its granules, of whatever instrument."""
        own = {"progid": {"eq": self.program}} if self.program else {"obsCollection": {"eq": self.collection}}
        return {"tMin": {"ge": self.begin, "lt": self.begin + 1}, **own}


def night_of(granule: Node) -> Night | None:
    """The night of a granule; None where it does not say which."""
    facility = facility_name("", granule["facilityName"] or "")
    program, collection = _program(granule), granule["obsCollection"] or ""
    if facility not in FACILITIES or granule["tMin"] is None or not (program or collection):
        return None
    noon = 0.5 - FACILITIES[facility] / 360
    begin = floor(granule["tMin"] - noon) + noon
    instrument = instrument_name("", granule["instrumentName"] or "")
    return Night(facility, instrument, program, "" if program else collection, begin)


def _program(granule: Node) -> str:
    program = granule["progid"] or ""
    return "" if program.strip() in NONE else program


def has_program(granule: Node) -> bool:
    """Whether a granule says which programme it was observed for."""
    return bool(_program(granule))


async def load_nights(lookup: DocumentLookup, granules: Sequence[Node]) -> dict[Night, tuple[Node, ...]]:
    """Granules of the nights of these; raises `GatewayError`."""
    nights = dict.fromkeys(night for granule in granules if (night := night_of(granule)))
    filters = [night.filter for night in nights]
    together = [filters[first : first + TOGETHER] for first in range(0, len(filters), TOGETHER)]
    lists = await asyncio.gather(*(lookup.fetch(NIGHTS, nights=some) for some in together))
    found = {row["granuleId"]: row for one in lists for row in one.get("rows", ())}
    return {night: tuple(row for row in found.values() if _is_of(row, night)) for night in nights}


def _is_of(granule: Node, night: Night) -> bool:
    own = night_of(granule)
    if own is None:
        return False
    same = own.program == night.program if night.program else (granule["obsCollection"] or "") == night.collection
    return same and (own.facility, own.instrument, own.begin) == (night.facility, night.instrument, night.begin)


def is_calibrator(granule: Node) -> bool:
    """Whether a granule is of a calibrator: OiDB says so, or the file itself, where it is indexed."""
    category = (granule["dataproductCategory"] or "").strip().upper()
    indexed = granule["oifits"] or {}
    return category in CALIBRATORS or indexed.get("category") == CALIBRATOR


def is_same_target(granule: Node, other: Node) -> bool:
    """Whether two granules of a night are of one target, by the name that observers gave it."""
    return plain(granule["targetName"] or "") == plain(other["targetName"] or "")
