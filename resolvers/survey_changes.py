"""Changes of the survey, in a transaction: what they mean beside the row that is written."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson

from hub.source_transaction import SourceTransaction
from planning.asker import asker
from planning.changes import Change, value_text
from planning.refused_changes import ChangeError, ChangeRefused, refused_change
from planning.survey import STEPS, completed, final_priority
from planning.write_rights import public_name
from resolvers.survey_entries import ranked, require_entry_allowed
from schema.change_fault import ChangeFault
from schema.column import Column
from schema.mutations import ADD_COMMENT, VALIDATE, Mutation
from schema.spica import FOLLOWUP, PINAME, PROGNAME, RANK, SOURCE, SPICADB_ID, STATUS, TARGET, TARGET_PROGRAM, VALIDATED

Effect = Callable[[SourceTransaction, Change], Awaitable[Any]]
"""Makes a change and what goes with it; returns the key of its row."""
RUNS = SOURCE.ownership[FOLLOWUP].catalogue


def _column(columns: tuple[Column, ...], name: str) -> Column:
    return next(column for column in columns if column.name == name)


COMMENTS = _column(TARGET_PROGRAM.columns, "comments")
RATE, PRIORITY, BLOCKS, FLAG = (
    _column(TARGET.columns, name) for name in ("completion_rate", "priority_final", "ob_refs", "qcs_flag")
)


async def make_change(transaction: SourceTransaction, change: Change) -> Any:
    """Make a change and note it in the legacy text of its target, if that is there; returns the key of its row.

    Raises `ChangeRefused`.
    """
    if change.table is TARGET_PROGRAM and change.creates and change.values.get(RANK) is None:
        change = await ranked(transaction, change)
    await require_allowed(transaction, change)
    key = await transaction.apply(change)
    target = change.match.get(SPICADB_ID)
    if target is not None and change.table in (TARGET, TARGET_PROGRAM):
        await transaction.note(target, legacy_entry(change.values))
    return key


async def require_allowed(transaction: SourceTransaction, change: Change) -> None:
    """Raise `ChangeRefused` for a value that its owner may write, and not this one in this row."""
    if change.table is FOLLOWUP and not asker().administers(RUNS):
        await _require_run(transaction, change)
    if change.table is TARGET_PROGRAM:
        await require_entry_allowed(transaction, change)


async def _require_run(transaction: SourceTransaction, change: Change) -> None:
    """Runs are of one's own programmes, and administrators validate them or undo that: each is counted once."""
    runs: Any = await transaction.rows(FOLLOWUP, change.match)
    if not runs and change.creates:
        await _require_entry(transaction, change)
    before, after = runs[0][STATUS.sql] if runs else None, change.values.get(STATUS)
    if STATUS in change.values and VALIDATED in (before, after) and before != after:
        message = "A run is validated by administrators alone, and stays so: it is counted for its target"
        raise refused_change(ChangeFault.FORBIDDEN, message, *change.place, STATUS.graphql)


async def _require_entry(transaction: SourceTransaction, change: Change) -> None:
    """Raise `ChangeRefused` for a run of a target that no programme wants which is of who asks, or lets them."""
    of = {column: value for column in (SPICADB_ID, PROGNAME) if (value := change.values.get(column)) is not None}
    names, entries = asker().acts_for(RUNS), await transaction.rows(TARGET_PROGRAM, of)
    cells = (str(row[PINAME.sql] or "") for row in entries)  # type: ignore[call-overload]
    if not any(name.strip().upper() in names for cell in cells for name in cell.split("/")):
        about = " and ".join(f"{column.name} {value}" for column, value in of.items())
        message = f"No programme of yours wants the target of {about or 'this run'}: its own investigators record runs"
        raise refused_change(ChangeFault.FORBIDDEN, message, *change.place)


def legacy_entry(values: Mapping[Column, Any]) -> str:
    """An entry of `lastmods` as the catalogue API writes it: a JSON object of texts; NULL is the text null.

    Who wrote it is named by alias, where the real one has the login, which is an address.
    """
    when = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    texts = {"utc": when, "by": public_name(asker())}
    texts |= {column.name: value_text(column, value) or "null" for column, value in values.items()}
    return "{" + ", ".join(f"{_json(name)}:{_json(text)}" for name, text in texts.items()) + "}"


def _json(text: str) -> str:
    return orjson.dumps(text).decode()


async def add_comment(transaction: SourceTransaction, change: Change) -> Any:
    """Put a line after the remarks that there are."""
    for row in await transaction.rows(change.table, change.match, lock=True):
        lines = [text for text in (row[COMMENTS.sql], change.values[COMMENTS]) if text]  # type: ignore[call-overload]
        change = replace(change, values={COMMENTS: "\n".join(lines)})
    return await make_change(transaction, change)


async def validate(transaction: SourceTransaction, change: Change) -> Any:
    """Validate a run, and count it for its target, whose row nobody else changes meanwhile."""
    runs = await transaction.rows(FOLLOWUP, change.match, lock=True)
    if runs and runs[0][STATUS.sql] == VALIDATED:  # type: ignore[call-overload]
        message = "This run is validated already: it was counted then"
        raise ChangeRefused([ChangeError(ChangeFault.CONFLICT, message, change.place)])
    key = await make_change(transaction, replace(change, values={**change.values, STATUS: VALIDATED}))
    run: Any = runs[0]
    await make_change(transaction, await _counted(transaction, run[SPICADB_ID.sql], run[PROGNAME.sql], change))
    return key


async def _counted(transaction: SourceTransaction, number: Any, program: Any, change: Change) -> Change:
    """The change of a target that one more validated run is."""
    targets: Any = await transaction.rows(TARGET, {SPICADB_ID: number}, lock=True)
    wanted: Any = await transaction.rows(TARGET_PROGRAM, {SPICADB_ID: number, PROGNAME: program})
    mode: str = wanted[0]["spica_mode"] if wanted else ""
    if not targets or mode not in STEPS:
        message = (
            f"Target {number} has no mode in programme {program}, and so nothing is known of what the run adds to it"
        )
        raise refused_change(ChangeFault.BAD_INPUT, message, *change.place)
    before, rate = targets[0], completed(targets[0][RATE.sql], mode)
    blocks = before[BLOCKS.sql] or "0"
    values = {
        RATE: rate,
        PRIORITY: final_priority(rate, mode, wanted[0]["priority_pi"]),
        BLOCKS: str(int(blocks) + 1) if blocks.isdecimal() else blocks,
        FLAG: 0,
    }
    return Change(TARGET, {SPICADB_ID: number}, values, place=change.place)


EFFECTS: Mapping[Mutation, Effect] = {ADD_COMMENT: add_comment, VALIDATE: validate}
"""What makes the changes of a mutation, where that is more than `make_change`."""
