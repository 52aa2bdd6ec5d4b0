"""One transaction that writes to a source for a person: what can be done in it, and why it is refused."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from hub.rows import Record
from planning.asker import Asker
from planning.changes import (
    NOTE,
    WITHHOLD,
    Change,
    delete_sql,
    impossible,
    insert_sql,
    replace_sql,
    select_sql,
    update_sql,
    value_text,
)
from planning.file_names import AT_SOURCE, Naming
from planning.refused_changes import ChangeError, ChangeRefused, refused_change
from planning.write_rights import unwritable
from schema.change_fault import ChangeFault
from schema.column import Column
from schema.named_queries import named_query
from schema.table import Link, Source, Table

CLAIM = named_query("hub/source_transaction", "claim")
CLAIMED = named_query("hub/source_transaction", "claimed")
FULFIL = named_query("hub/source_transaction", "fulfil")
UNFIT = {
    "22021": "a text has a NUL character, which the database has not",
    "22003": "a number is too large for its column",
    "22008": "a time is not one that its column can hold",
    "22007": "a time cannot be read: ISO 8601 is wanted, as 2022-01-14T10:40:32Z",
    "22P02": "a value cannot be read as the type of its column",
    "22P05": "a character is not one that the database has",
    "23502": "a column that every row has is missing",
    "23503": "a row that is referred to is not there",
    "23505": "there is such a row already",
    "23514": "a value is none of those that its column may have",
    "54000": "a value is too long for an index",
}
"""What is wrong with a value, by SQLSTATE; all of other classes is a defect of ours."""


class SourceTransaction:
    """One transaction that writes to a source, for one person; raises `ChangeRefused`, and what the driver raises."""

    def __init__(self, source: Source, connection: PoolConnectionProxy, person: Asker) -> None:
        self._source, self._connection, self._person = source, connection, person

    async def claim(self, key: str, request: str) -> str | None:
        """Take an idempotency key for a request, or find it taken by this same request.

        Parameters
        ----------
        key
            The client's key, one for all that a person writes to the source.
        request
            Digest of what is asked.

        Returns
        -------
        str | None
            What the request gave when it was first made, as `fulfil` kept it; None if it is to be made now.

        Raises
        ------
        ChangeRefused
            The key was used for another request.
        """
        if await self._connection.fetchval(CLAIM, self._person.login, key, request):
            return None
        first, result = await self._connection.fetchrow(CLAIMED, self._person.login, key)
        if first != request:
            message = f"The idempotency key {key[:60]!r} was used for another request: make a new one for each"
            raise refused_change(ChangeFault.KEY_REUSED, message, "idempotencyKey")
        return str(result)

    async def fulfil(self, key: str, result: str) -> None:
        """Keep what a request gave, under its key."""
        await self._connection.execute(FULFIL, self._person.login, key, result)

    async def rows(self, table: Table, match: Mapping[Column, Any], *, lock: bool = False) -> Sequence[Record]:
        """The rows that match, with all stored columns by their names in the hub, in the order of their keys.

        With `lock` nobody else can change them until the transaction ends, and those that the person may not change
        are left out. Raises `ChangeRefused` for a value that its column cannot hold.
        """
        try:
            rows: Sequence[Record] = await self._connection.fetch(
                select_sql(table, tuple(match), lock=lock), *_texts(match)
            )
        except asyncpg.PostgresError as error:
            raise _of_values(error, Change(table, match, {})) or error from error
        return rows

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """Undo what is done inside if anything is raised there; what was done before stays."""
        async with self._connection.transaction():
            yield

    async def require(self, table: Table, match: Mapping[Column, Any]) -> None:
        """Raise `ChangeRefused` unless there is a row that matches."""
        if not await self.rows(table, match):
            raise ChangeRefused([_unchanged(Change(table, match, {}), None)])

    async def apply(self, change: Change) -> Any:
        """Make one change; returns the key of its row.

        Raises
        ------
        ChangeRefused
            There is no such row, it is another by now, or the person may not change it, or a column of it.
        """
        self._require_columns(change)
        try:
            key = await self._update(change) if change.match else None
            if key is not None:
                return key
            current = await self.rows(change.table, change.match) if change.match else []
            if current or not change.creates:
                raise ChangeRefused([_unchanged(change, current[0] if current else None)])
            return await self._insert(change)
        except asyncpg.PostgresError as error:
            if (refusal := _of_values(error, change)) is None:
                raise
            raise refusal from error

    async def replace(self, change: Change, unique: Sequence[Column], where: str, renewed: Column) -> Any:
        """Add a row, or change the one whose unique key has the same values; returns its key.

        Parameters
        ----------
        unique, where, renewed
            As `planning.changes.replace_sql`.

        Raises
        ------
        ChangeRefused
            The person may not add or change it, or a value is none that its column can hold.
        """
        self._require_columns(change)
        text = replace_sql(change.table, tuple(change.values), tuple(unique), where, renewed)
        try:
            return await self._connection.fetchval(text, *_texts(change.values))
        except asyncpg.PostgresError as error:
            raise _of_values(error, change) or error from error

    async def remove(self, table: Table, match: Mapping[Column, Any], link: Link | None = None) -> int:
        """Remove the rows that match and that the person may remove; returns how many.

        With a `link` those go that it leads from to rows that match. Raises `ChangeRefused`.
        """
        try:
            status = await self._connection.execute(delete_sql(table, tuple(match), link), *_texts(match))
        except asyncpg.PostgresError as error:
            raise _of_values(error, Change(table, match, {})) or error from error
        return int(status.rpartition(" ")[2])

    def _require_columns(self, change: Change) -> None:
        right = self._source.ownership[change.table]
        fixed = [column for column in change.values if column not in right.inserted]
        errors = [
            ChangeError(ChangeFault.FORBIDDEN, f"{column.name} is written by nobody", (*change.place, column.graphql))
            for column in fixed
        ]
        errors += [
            ChangeError(
                ChangeFault.FORBIDDEN,
                f"{column.name} is written by administrators of {right.catalogue} alone",
                (*change.place, column.graphql),
            )
            for column in unwritable(self._person, right.catalogue, change.values)
        ]
        errors += [
            ChangeError(ChangeFault.BAD_INPUT, message, (*change.place, column.graphql))
            for column, message in impossible(change.table, change.values)
        ]
        if errors:
            raise ChangeRefused(errors)

    async def _update(self, change: Change) -> Any:
        fixed, changed = _divided(change.values)
        match = {**change.match, **fixed}
        if fixed and not changed:
            rows: Any = await self.rows(change.table, match)
            return rows[0][change.table.key.sql] if rows else None
        if not changed:
            message = f"Nothing is to be changed: {', '.join(c.graphql for c in self._writable(change))} may be"
            raise refused_change(ChangeFault.BAD_INPUT, message, *change.place)
        text = update_sql(change.table, tuple(match), tuple(changed))
        version = None if change.version is None else str(change.version)
        return await self._connection.fetchval(text, *_texts(match), version, *_texts(changed))

    def _writable(self, change: Change) -> Sequence[Column]:
        return self._source.ownership[change.table].changed

    async def _insert(self, change: Change) -> Any:
        filled = {**change.match, **change.values}
        key = await self._connection.fetchval(insert_sql(change.table, tuple(filled)), *_texts(filled))
        if key is None:
            rows = await self.rows(change.table, change.match) if change.match else []
            current = _state(change.table, rows[0]) if rows else None
            message = _taken(self._source, change, there=bool(rows))
            raise ChangeRefused(
                [ChangeError(ChangeFault.CONFLICT, message, change.place, _named(change.values), current)]
            )
        return key

    async def naming(self, address: str, paths: Sequence[str]) -> Sequence[Naming]:
        """Granules that are in files of a collection, and maybe in these; parameters as of `planning.file_names`."""
        rows: Sequence[Naming] = await self._connection.fetch(AT_SOURCE, address, paths)
        return rows

    async def withhold(self, collection: str, release: str) -> None:
        """Have no granule of a collection be public before an instant (ISO 8601, UTC); raises `ChangeRefused`."""
        try:
            await self._connection.execute(WITHHOLD, collection, release)
        except asyncpg.PostgresError as error:
            raise _of_values(error, Change(self._source.owned[0].table, {}, {})) or error from error

    async def note(self, target: Any, entry: str) -> None:
        """Add an entry, a JSON object, to the legacy text of a target's changes."""
        await self._connection.execute(NOTE, str(target), entry)


def _taken(source: Source, change: Change, *, there: bool) -> str:
    """Why no row was made: one is `there` that is found by the same, or another has what only one may have."""
    once = source.ownership[change.table].once
    if there or not once:
        return "There is such a row already, which somebody has just made: ask for it and change it"
    names = " and ".join(column.name for column in once)
    return f"Another {change.table.singular} has the same {names}, as somebody has just made it: ask for it"


def _unchanged(change: Change, row: Record | None) -> ChangeError:
    """Why no row was changed: `row` is the one that is there, None if there is none."""
    wanted = " and ".join(f"{column.name} {value}" for column, value in change.match.items())
    if row is None:
        return ChangeError(ChangeFault.NOT_FOUND, f"There is no {change.table.singular} of {wanted}", change.place)
    current = _state(change.table, row)
    if change.version is not None and change.version != current["version"]:
        message = (
            f"The {change.table.singular} of {wanted} is of version {current['version']} by now, not {change.version}: "
            "somebody has changed it since you read it"
        )
        return ChangeError(ChangeFault.CONFLICT, message, change.place, _named(change.values), current)
    for column, value in _divided(change.values)[0].items():
        if value_text(column, value) != value_text(column, before := current[column.graphql]):
            message = f"{column.name} identifies the {change.table.singular}, and stays {before}: make another"
            return ChangeError(ChangeFault.BAD_INPUT, message, (*change.place, column.graphql))
    message = (
        f"The {change.table.singular} of {wanted} is not yours: its principal investigators, and whom they let, may"
    )
    return ChangeError(ChangeFault.FORBIDDEN, f"{message} change it", change.place)


def _of_values(error: asyncpg.PostgresError, change: Change) -> ChangeRefused | None:
    """The refusal of values that PostgreSQL does not take; None for errors that are not theirs."""
    state = str(error.sqlstate)
    if state == "42501":
        message = (
            f"A {change.table.singular} with these values would not be yours: its principal investigator must be you"
        )
        return refused_change(ChangeFault.FORBIDDEN, message, *change.place)
    if state not in UNFIT:
        return None
    constraint = str(getattr(error, "constraint_name", None) or getattr(error, "column_name", None) or "")
    column = next((column for column in change.table.stored if column.remote_name in constraint), None)
    about = f" ({column.name}: {column.description})" if column else f" ({error.message})"
    fault = ChangeFault.CONFLICT if state == "23505" else ChangeFault.BAD_INPUT
    place = (*change.place, column.graphql) if column else change.place
    return refused_change(fault, f"In this {change.table.singular}, {UNFIT[state]}{about}", *place)


def _divided(values: Mapping[Column, Any]) -> tuple[dict[Column, Any], dict[Column, Any]]:
    """What identifies a row, which stays as it was when the row was made; and the rest, which is changed."""
    fixed = {column: value for column, value in values.items() if column.key}
    return fixed, {column: value for column, value in values.items() if column not in fixed}


def _state(table: Table, row: Record) -> dict[str, Any]:
    return {column.graphql: row[column.sql] for column in table.stored}  # type: ignore[call-overload]


def _named(values: Mapping[Column, Any]) -> dict[str, Any]:
    return {column.graphql: value for column, value in values.items()}


def _texts(values: Mapping[Column, Any]) -> list[str | None]:
    return [value_text(column, value) for column, value in values.items()]
