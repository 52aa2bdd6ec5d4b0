"""When granules open to everybody: rules of OiDB's `modules/granule.xqm`, by rights and date, and by their collection.

No granule is public before its collection is, whichever request says so; an element that is empty is as one that is
not there.
"""

from datetime import UTC, datetime
from typing import Any

from adapters.oidb.values import Values
from planning.embargo import release_date
from planning.errors import BadInput
from planning.instants import Instant, stored_instant
from schema.column import Column
from schema.oidb import GRANULE, OBS_COLLECTION
from schema.oidb_collections import COLLECTION

SECURE, PUBLIC = "secure", "public"
"""Rights of what opens one day, and of what is open."""
_GRANULE, _COLLECTION = ({column.name: column for column in table.columns} for table in (GRANULE, COLLECTION))
RIGHTS, RELEASE = _GRANULE["data_rights"], _GRANULE["obs_release_date"]
T_MAX, CATEGORY = _GRANULE["t_max"], _GRANULE["dataproduct_category"]
COLTYPE, COLLECTION_RELEASE = _COLLECTION["coltype"], _COLLECTION["release_date"]


def new_opening(values: Values, collection: Any) -> dict[Column, Any]:
    """Rights and release of a new granule: as its element says, or else, and where that is empty, its collection."""
    rights = values.get(RIGHTS) or SECURE
    rights, released = _withheld(rights, _release(values, rights, collection), collection)
    return {RIGHTS: rights} if released is None else {RIGHTS: rights, RELEASE: released}


def changed_opening(values: Values, row: Any, collection: Any) -> dict[Column, Any]:
    """Rights and release that a change leaves a granule with; empty if it is about neither, nor about its collection.

    `row` is the granule as it is, `collection` the one that it is in then, None where there is no record of it.
    """
    if not {RIGHTS, RELEASE, OBS_COLLECTION} & values.keys():
        return {}
    rights = (values[RIGHTS] or SECURE) if RIGHTS in values else row[RIGHTS.sql]
    said = values.get(RELEASE)
    kept: Instant | None = None if RELEASE in values else row[RELEASE.sql]
    opening = _withheld(rights, datetime.fromisoformat(said) if said else kept, collection)
    return dict(zip((RIGHTS, RELEASE), opening, strict=True))


def _withheld(rights: str, released: Instant | None, collection: Any) -> tuple[str, Instant | None]:
    """Rights and release by which a granule is not public before its collection; a release of None is never."""
    least: Instant | None = collection[COLLECTION_RELEASE.sql] if collection else None
    if least is None:
        return rights, released
    if rights == PUBLIC and stored_instant(least) > stored_instant(datetime.now(UTC)):
        rights, released = SECURE, least if released is None else released
    return rights, None if released is None else max(released, least, key=stored_instant)


def _release(values: Values, rights: str, collection: Any) -> Instant | None:
    """When a new granule is released: as it says, by its embargo, or with its collection; None if nothing says."""
    if values.get(RELEASE):
        return datetime.fromisoformat(values[RELEASE] or "")
    if rights == SECURE and values.get(T_MAX):
        return _embargoed(collection[COLTYPE.sql] or "", values)
    least: Instant | None = collection[COLLECTION_RELEASE.sql]
    return least


def _embargoed(coltype: str, values: Values) -> datetime:
    end = values[T_MAX] or ""
    try:
        return release_date(coltype, values.get(CATEGORY) or "", float(end))
    except (ValueError, OverflowError) as error:
        message = f"t_max is {end[:40]!r}: a date is wanted (MJD, UTC)"
        raise BadInput(message) from error
