"""A night of SPICA as rows: its targets in the scheduler's order, then the calibrators that go with them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from resolvers.spica_night import SpicaNight
from resolvers.spica_night_pages import night_page
from resolvers.spica_survey import SECONDARY as COLUMNS
from resolvers.spica_survey import Row
from schema.spica_night import AFTER, BEFORE, DIAMETER, GROUP, NSS_TYPE, SECONDARY_AFTER, SECONDARY_BEFORE

SCIENCE, PRIMARY, SECONDARY = "Science", "CalPrim", "CalSec"
"""Values of `nss_type`, as spica-nss has them."""
PRIMARIES = {"calibrator_before": BEFORE.sql, "calibrator_after": AFTER.sql}
NAME = next(place for place, column in enumerate(COLUMNS) if column.name == "Name")
"""Of a star, in its row."""
SECONDARIES = {"secondary_before": SECONDARY_BEFORE.sql, "secondary_after": SECONDARY_AFTER.sql}


def sheet_rows(night: SpicaNight) -> list[Row]:
    """Rows by the names of the columns of `schema.spica_night.SHEET`; missing ones are NULL."""
    count = len(night.rows)
    targets = night_page(night.rows, {"first": count}, count).rows
    return [*_targets(targets, night), *_primaries(night, targets), *_secondaries(night, targets)]


def _targets(rows: Iterable[Row], night: SpicaNight) -> Iterator[Row]:
    primaries = {row["calprim_id"]: row["name"] for row in night.calibrators}
    secondaries = {key: star[NAME] for key, star in night.secondaries.items()}
    for row in rows:
        yield row | {
            NSS_TYPE.sql: SCIENCE, DIAMETER.sql: row["ld_jsdc2"], GROUP.sql: f"Priority {row['priority_final']}",
            **{name: primaries.get(row[key]) for name, key in PRIMARIES.items()},
            **{name: secondaries.get(row[key]) for name, key in SECONDARIES.items()},
        }  # fmt: skip


def _secondaries(night: SpicaNight, targets: Sequence[Row]) -> Iterator[Row]:
    wanted = {row[key] for row in targets for key in SECONDARIES.values()}
    for key in sorted(wanted.intersection(night.secondaries)):
        _, ra, dec, vmag, name, hmag, ldd = night.secondaries[key]
        yield {
            NSS_TYPE.sql: SECONDARY, DIAMETER.sql: ldd, GROUP.sql: SECONDARY,
            "target_main_id": name, "ra": ra, "dec": dec, "vmag": vmag, "hmag": hmag,
        }  # fmt: skip


def _primaries(night: SpicaNight, targets: Sequence[Row]) -> Iterator[Row]:
    wanted = {row[key] for row in targets for key in PRIMARIES.values()}
    for row in night.calibrators:
        if row["calprim_id"] in wanted:
            yield {
                NSS_TYPE.sql: PRIMARY, DIAMETER.sql: row["ldd"], GROUP.sql: PRIMARY,
                "target_main_id": row["name"], **{name: row[name] for name in ("ra", "dec", "vmag", "hmag", "piname")},
            }  # fmt: skip


def instant_text(instant: datetime) -> str:
    """An instant in UTC, to the second."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
