"""Targets in programmes of the survey, in a transaction: at which rank they are, and who lets another programme in.

The catalogue API has both programmes of a target in one row, which its principal investigators write (catalogs
`modules/app.xql`, has-row-access): `piname` makes another its `piname2`, and nobody becomes it by themselves.
"""

from dataclasses import replace
from typing import Any

from hub.source_transaction import SourceTransaction
from planning.asker import asker
from planning.changes import Change, value_text
from planning.refused_changes import refused_change
from planning.write_rights import owns
from schema.change_fault import ChangeFault
from schema.spica import PINAME, PROGNAME, PROGRAM, RANK, SOURCE, SPICADB_ID, TARGET_PROGRAM

CATALOGUE = SOURCE.ownership[TARGET_PROGRAM].catalogue
RANKS = (1, 2)
"""Of the programmes that want a target: the one that owns it, and one that shares it."""


async def require_entry_allowed(transaction: SourceTransaction, change: Change) -> None:
    """Raise `ChangeRefused` for a rank that is another's, and for a programme that nobody let in."""
    if change.values.get(RANK) is not None:
        await _require_rank(transaction, change)
    if change.creates and not asker().administers(CATALOGUE):
        await _require_let_in(transaction, change)


async def ranked(transaction: SourceTransaction, change: Change) -> Change:
    """A new entry of a target with the first rank that is free, one that is there as a change of it, which adds none.

    An entry without a rank would be in no view of the survey.

    Raises `ChangeRefused` where two programmes want the target already.
    """
    entries: Any = await transaction.rows(TARGET_PROGRAM, {SPICADB_ID: change.match.get(SPICADB_ID)})
    taken = {row[RANK.sql]: row[PROGNAME.sql] for row in entries}
    if change.match.get(PROGNAME) in taken.values():
        return replace(change, creates=False)
    for rank in RANKS:
        if rank not in taken:
            return replace(change, values={**change.values, RANK: rank})
    message = f"{' and '.join(map(str, taken.values()))} want this target: no more than {len(RANKS)} programmes may"
    raise refused_change(ChangeFault.CONFLICT, message, *change.place)


async def _require_rank(transaction: SourceTransaction, change: Change) -> None:
    """A rank is 1 or 2, and another's is taken from nobody: the first says which programme owns the target."""
    rank, place = str(change.values[RANK]).strip(), (*change.place, RANK.graphql)
    if rank not in map(str, RANKS):
        message = f"{RANK.name} is {rank}: 1 owns the target, 2 shares it"
        raise refused_change(ChangeFault.BAD_INPUT, message, *place)
    entries: Any = await transaction.rows(TARGET_PROGRAM, {SPICADB_ID: change.match.get(SPICADB_ID), RANK: rank})
    holders = [row[PROGNAME.sql] for row in entries if row[PROGNAME.sql] != change.match.get(PROGNAME)]
    if holders:
        message = f"{RANK.name} {rank} of this target is that of {holders[0]}"
        raise refused_change(ChangeFault.CONFLICT, message, *place)


async def _require_let_in(transaction: SourceTransaction, change: Change) -> None:
    """The first programme takes a target that is nobody's; whoever owns one lets the next in, under its own names."""
    entries: Any = await transaction.rows(TARGET_PROGRAM, {SPICADB_ID: change.match.get(SPICADB_ID)})
    if any(_matches(change, row) for row in entries):
        return  # it is there: whose it is, says the row
    if not entries:
        if str(change.values.get(RANK)) != str(RANKS[0]):
            message = f"No programme wants this target: the first has {RANK.name} {RANKS[0]}"
            raise refused_change(ChangeFault.BAD_INPUT, message, *change.place, RANK.graphql)
    elif any(owns(asker(), CATALOGUE, row[PINAME.sql]) for row in entries):
        await _require_own_names(transaction, change)
    else:
        owners = " and ".join(f"{row[PINAME.sql]} for {row[PROGNAME.sql]}" for row in entries)
        message = f"This target is wanted by {owners}: they, or administrators, let another programme have it too"
        raise refused_change(ChangeFault.FORBIDDEN, message, *change.place)


def _matches(change: Change, row: Any) -> bool:
    return all(
        value_text(column, row[column.sql]) == value_text(column, value) for column, value in change.match.items()
    )


async def _require_own_names(transaction: SourceTransaction, change: Change) -> None:
    """A programme that is let in is so under the names of its investigators, unless these are who asks."""
    entry = {**change.match, **change.values}
    rows: Any = await transaction.rows(PROGRAM, {PROGNAME: entry.get(PROGNAME)})
    names = [row[PINAME.sql] for row in rows]
    if entry.get(PINAME) not in names and not any(owns(asker(), CATALOGUE, name) for name in names):
        named = entry.get(PROGNAME)
        message = f"{named} is let in with its own {PINAME.name}, {names[0]}" if names else f"There is no {named!r}"
        raise refused_change(ChangeFault.BAD_INPUT, message, *change.place, (PINAME if names else PROGNAME).graphql)
