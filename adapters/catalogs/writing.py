"""Writing catalogues: rows of JSON to changes, by the rules of the JMMC's API."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from adapters.catalogs.catalogue import IGNORED, NamedCatalogue, WrittenColumn
from adapters.catalogs.errors import refusal_of
from hub.rows import Hub
from hub.source_transaction import SourceTransaction
from planning.asker import asker
from planning.changes import Change, same_value
from planning.errors import BadInput, Unauthenticated
from planning.refused_changes import ChangeRefused, refused_change
from resolvers.mutations import writer_of
from resolvers.survey_changes import legacy_entry, require_allowed
from schema.change_fault import ChangeFault
from schema.column import Column
from schema.spica import FOLLOWUP, PINAME, PROGNAME, RANK, SPICADB_ID, TARGET, TARGET_PROGRAM
from schema.types import JSON

DOOR = "catalogs"
"""What the record of changes calls this door."""
MOST_ROWS = 5_000
"""Rows of one request: the whole catalogue of targets, which a2p2's `updateRows` may send back."""
Row = Mapping[str, Any]
"""Values by name of column, as JSON has them."""


def row_given(body: bytes) -> Row:
    """The row of a body: a JSON object, or a JSON string that holds one; raises `BadInput`."""
    row = _parsed(body)
    if not isinstance(row, dict):
        message = "A JSON object of columns and their values is wanted"
        raise BadInput(message)
    return row


def rows_given(body: bytes, *, text: bool = True) -> Sequence[Row]:
    """The rows of a body: a JSON array of objects, or where `text` a JSON string that holds one; raises `BadInput`."""
    rows = _parsed(body, text=text)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        message = "A JSON array of objects is wanted, each with columns and their values"
        raise BadInput(message)
    if len(rows) > MOST_ROWS:
        message = f"There are {len(rows)} rows: at most {MOST_ROWS} are written at once"
        raise BadInput(message)
    return rows


def _parsed(body: bytes, *, text: bool = True) -> Any:
    try:
        parsed = orjson.loads(body)
        return orjson.loads(parsed) if text and isinstance(parsed, str) else parsed
    except orjson.JSONDecodeError as error:
        message = f"The body is no JSON: {error}"
        raise BadInput(message) from error


async def update_rows(hub: Hub, catalogue: NamedCatalogue, rows: Sequence[tuple[str, Row]]) -> None:
    """Change rows of a catalogue, each by its key: all or none.

    Raises
    ------
    GatewayError
        `Unauthenticated`, `NoRecord` where there is no such row, `BadInput`, or as `SourceWriter.transaction`.
    """
    values_of = [_values(catalogue, row) for _, row in rows]
    planned = list(zip((catalogue.require_key(key) for key, _ in rows), values_of, strict=True))
    owners = ""
    try:
        async with writer_of(hub, TARGET.source).transaction(asker(), DOOR) as transaction:
            for key, values in planned:
                owners = await _owners(transaction, catalogue, key)
                await _require_owned(transaction, catalogue, key)
                for change in _changes(catalogue, key, values):
                    await _make(transaction, change)
                await _note(transaction, catalogue, key, values)
    except ChangeRefused as refused:
        raise refusal_of(refused, owners) from refused


async def add_rows(hub: Hub, catalogue: NamedCatalogue, rows: Sequence[Row]) -> list[Any]:
    """Add rows to a catalogue, all or none; returns their keys. Raises as `update_rows`."""
    if not asker().administers(catalogue.name):
        message = f"Operation restricted to admins of {catalogue.name}"
        raise Unauthenticated(message)
    planned = [_values(catalogue, row, new=True) for row in rows]
    try:
        async with writer_of(hub, TARGET.source).transaction(asker(), DOOR) as transaction:
            return [await _add(transaction, catalogue, values) for values in planned]
    except ChangeRefused as refused:
        raise refusal_of(refused, "") from refused


def mandatory(catalogue: NamedCatalogue, row: Row) -> str:
    """The key of a row that is one of many; raises `BadInput` where it has none."""
    for name, value in row.items():
        if name.lower() == catalogue.key and value is not None:
            return str(value)
    message = f"{catalogue.key} is mandatory"
    raise BadInput(message)


Values = Mapping[WrittenColumn, Any]


def _values(catalogue: NamedCatalogue, row: Row, *, new: bool = False) -> Values:
    """What a row says of columns that are written; its key is only of a new run."""
    written = catalogue.written
    if not written:
        message = f"Operation restricted: nothing is written to {catalogue.name} here"
        raise Unauthenticated(message)
    values: dict[WrittenColumn, Any] = {}
    for name, value in row.items():
        if (place := written.get(name.lower())) is None:
            message = f"{catalogue.name} has no column {name[:60]!r}"
            raise BadInput(message)
        if place in values:
            message = f"{name.lower()} is there twice: column names have no case"
            raise BadInput(message)
        values[place] = _value(place.column, value)
    ignored = {IGNORED} | (set() if new and catalogue.runs else {catalogue.key})
    values = {place: value for place, value in values.items() if place.rank or place.column.name not in ignored}
    if not values:
        message = "no value to update"
        raise BadInput(message)
    return values


def _value(column: Column, value: Any) -> Any:
    """A value as the API takes it: white space of texts normalised; JSON as a text of it, or as it is.

    An empty text is NULL in a column that holds no text, or the words of a vocabulary: tables have NULL so, and rows
    are sent back as they were.
    """
    if isinstance(value, dict | list) and column.type is not JSON:
        message = f"{column.name} holds a single value, not an object or a list"
        raise BadInput(message)
    if not isinstance(value, str):
        return value
    text = " ".join(value.split())
    if column.type.sql == "text" and not column.vocabulary:
        return text
    if column.type is not JSON or not text:
        return text or None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        message = f"{column.name} holds JSON, which this is not: {error}"
        raise BadInput(message) from error


def _changes(catalogue: NamedCatalogue, key: str, values: Values) -> list[Change]:
    """The changes of a row: of the target and of its programmes, or of the run.

    A row that names a programme that it has not, as `progname2`, lets it have the target.
    """
    if catalogue.runs:
        return [Change(FOLLOWUP, {FOLLOWUP.key: key}, _of_rank(values, 0))]
    return [
        Change(TARGET_PROGRAM, {SPICADB_ID: key, RANK: rank}, of_rank, creates=of_rank.get(PROGNAME) is not None)
        if rank
        else Change(TARGET, {SPICADB_ID: key}, of_rank)
        for rank in sorted({place.rank for place in values})
        for of_rank in (_of_rank(values, rank),)
    ]


async def _make(transaction: SourceTransaction, change: Change) -> None:
    """Make a change; what its row has already is passed over, for clients send whole rows back, NULL as empty text."""
    rows: Any = await transaction.rows(change.table, change.match)
    before = rows[0] if rows else dict.fromkeys(column.sql for column in change.values)
    values = {
        column: value
        for column, value in change.values.items()
        if not same_value(column, _null(before[column.sql]), _null(value))
    }
    if values:
        changed = replace(change, values=values)
        await require_allowed(transaction, changed)
        await transaction.apply(changed)


def _null(value: Any) -> Any:
    """A value as clients have it from a table, in which NULL is an empty text."""
    return None if value == "" else value


def _of_rank(values: Values, rank: int) -> dict[Column, Any]:
    return {place.column: value for place, value in values.items() if place.rank == rank}


async def _owners(transaction: SourceTransaction, catalogue: NamedCatalogue, key: str) -> str:
    """Who owns a row, for the refusal of others. Raises `ChangeRefused` where there is no such row."""
    table = FOLLOWUP if catalogue.runs else TARGET
    await transaction.require(table, {table.key: key})
    named: Any = await transaction.rows(
        FOLLOWUP if catalogue.runs else TARGET_PROGRAM, {(FOLLOWUP.key if catalogue.runs else SPICADB_ID): key}
    )
    return ",".join(row[PINAME.sql] for row in named if row[PINAME.sql])


async def _require_owned(transaction: SourceTransaction, catalogue: NamedCatalogue, key: str) -> None:
    """Raise `ChangeRefused` for a row that who asks may not change, whatever is to be changed in it."""
    table = FOLLOWUP if catalogue.runs else TARGET
    if not await transaction.rows(table, {table.key: key}, lock=True):
        raise refused_change(ChangeFault.FORBIDDEN, "you are none of them")


async def _note(transaction: SourceTransaction, catalogue: NamedCatalogue, key: Any, values: Values) -> None:
    """Note in a target's legacy text what was changed, by the names that the catalogue has for it."""
    if not catalogue.runs:
        names = {place: name for name, place in catalogue.written.items()}
        said = {replace(place.column, name=names[place]): value for place, value in values.items()}
        await transaction.note(key, legacy_entry(said))


async def _add(transaction: SourceTransaction, catalogue: NamedCatalogue, values: Values) -> Any:
    """Add a run, or a target with the programmes that its row names."""
    if catalogue.runs:
        filled = _of_rank(values, 0)
        match = {FOLLOWUP.key: filled.pop(FOLLOWUP.key, None)}
        return await transaction.apply(Change(FOLLOWUP, match, filled, creates=True))
    key = await transaction.apply(Change(TARGET, {}, _of_rank(values, 0), creates=True))
    for rank in (1, 2):
        if programme := _of_rank(values, rank):
            await transaction.apply(
                Change(TARGET_PROGRAM, {}, {SPICADB_ID: key, RANK: rank, **programme}, creates=True)
            )
    await _note(transaction, catalogue, key, values)
    return key
