"""A night of SPICA as rows: its targets in the scheduler's order, then the calibrators that go with them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from resolvers.spica_night import SpicaNight
from resolvers.spica_night_pages import night_page
from resolvers.spica_survey import Row
from schema.spica_night import AFTER, BEFORE, DIAMETER, GROUP, NSS_TYPE

SCIENCE, CALIBRATOR = "Science", "CalPrim"
"""Values of `nss_type`, as spica-nss has them."""
BESIDE = {"calibrator_before": BEFORE.sql, "calibrator_after": AFTER.sql}


def sheet_rows(night: SpicaNight) -> list[Row]:
    """Rows by the names of the columns of `schema.spica_night.SHEET`; missing ones are NULL."""
    names = {row["calprim_id"]: row["name"] for row in night.calibrators}
    count = len(night.rows)
    targets = night_page(night.rows, {"first": count}, count).rows
    return [*_targets(targets, names), *_calibrators(night, targets)]


def _targets(rows: Iterable[Row], names: dict[int, str]) -> Iterator[Row]:
    for row in rows:
        yield row | {
            NSS_TYPE.sql: SCIENCE, DIAMETER.sql: row["ld_jsdc2"], GROUP.sql: f"Priority {row['priority_final']}",
            **{name: names.get(row[key]) for name, key in BESIDE.items()},
        }  # fmt: skip


def _calibrators(night: SpicaNight, targets: Sequence[Row]) -> Iterator[Row]:
    wanted = {row[key] for row in targets for key in BESIDE.values()}
    for row in night.calibrators:
        if row["calprim_id"] in wanted:
            yield {
                NSS_TYPE.sql: CALIBRATOR, DIAMETER.sql: row["ldd"], GROUP.sql: CALIBRATOR,
                "target_main_id": row["name"], **{name: row[name] for name in ("ra", "dec", "vmag", "hmag", "piname")},
            }  # fmt: skip


def instant_text(instant: datetime) -> str:
    """An instant in UTC, to the second."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
