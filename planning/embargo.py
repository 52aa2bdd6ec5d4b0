"""When a new granule becomes public: OiDB's rule (its `modules/granule.xqm` and `modules/collection.xqm`)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

MONTHS: Mapping[str, int] = MappingProxyType({"suv": 24, "pionier": 12, "eso": 12, "chara": 18})
"""Months of embargo by type of collection; the others have none."""
SCIENCE = ("", "SCIENCE")
"""Categories of data that are under embargo, in capitals; calibrators are not."""
MJD_EPOCH = datetime(1858, 11, 17)


def release_date(coltype: str, category: str, t_max: float) -> datetime:
    """When a granule becomes public (UTC, cut to a tenth of a second).

    Parameters
    ----------
    coltype
        Type of its collection.
    category
        Its `dataproduct_category`; "" for none, which is SCIENCE.
    t_max
        End of its observation (MJD, UTC).

    Raises
    ------
    OverflowError, ValueError
        There is no such date.
    """
    end = MJD_EPOCH + timedelta(days=t_max)
    months = MONTHS.get(coltype, 0) if category.strip().upper() in SCIENCE else 0
    return _later(end, months).replace(microsecond=end.microsecond // 100_000 * 100_000)


def _later(date: datetime, months: int) -> datetime:
    """So many months later; on the last day of a month that is too short (XPath 3.1, op:add-yearMonthDuration)."""
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    for day in range(date.day, 27, -1):
        try:
            return date.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return date.replace(year=year, month=month + 1)
