"""GraphQL's mutations: all or nothing, once for each idempotency key, what is wrong as values."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from types import GenericAlias, SimpleNamespace
from typing import Annotated, Any

import orjson
import strawberry
from strawberry.types.field import StrawberryField
from strawberry.types.nodes import SelectedField, Selection

from hub.rows import Hub, Record
from hub.source_transaction import SourceTransaction
from hub.source_writer import SourceWriter, require_login
from planning.asker import asker
from planning.changes import Change, value_text
from planning.instants import read_instant
from planning.plan import Cell, Compared, Plan, StatementShape
from planning.refused_changes import ChangeError, ChangeRefused, refused_change
from resolvers.statements import fetch
from resolvers.survey_changes import EFFECTS, make_change
from schema.catalog import SOURCES
from schema.change_fault import ChangeFault
from schema.mutation_types import (
    ABOUT_CLIENT_ID,
    CLIENT_ID,
    VERSION_FIELD,
    UserError,
    UserErrorCode,
    input_type,
    payload_type,
)
from schema.mutations import MUTATIONS, Mutation
from schema.operators import Op
from schema.scalars import Json
from schema.table import Table

DOOR = "graphql"
"""What the record of changes calls this door."""
MOST_ROWS = 1000
"""Rows of one mutation."""
LONGEST_KEY = 200
"""Characters of an idempotency key."""
READ_ONLY = "This gateway does not write to {title}: its operator has not set GATEWAY_{name}_WRITER"
ABOUT_KEY = "A key of your own for this request: if it is made again with it, it is not done again"
KEY = Annotated[str | None, strawberry.argument(description=ABOUT_KEY)]
ABOUT_ROWS = f"The rows, at most {MOST_ROWS}"
Work = Callable[[SourceTransaction], Awaitable[Sequence[str]]]
"""What is done in a transaction; returns the keys of the rows, as text."""


def writer_of(hub: Hub, source: str) -> SourceWriter:
    """What writes to a source; raises `ChangeRefused` where nobody has logged in, or this gateway only reads."""
    require_login(asker())
    if (writer := hub.writers.get(source)) is None:
        message = READ_ONLY.format(title=SOURCES[source].title, name=source.upper())
        raise refused_change(ChangeFault.FORBIDDEN, message)
    return writer


async def done_once(hub: Hub, source: str, request: Any, key: str | None, work: Work) -> tuple[Sequence[str], bool]:
    """Do work in one transaction for who asks; or, where its key was used, tell what it gave then.

    Parameters
    ----------
    request
        What is asked, as JSON has it: the same key with another request is refused.
    key
        The idempotency key; None to do it whatever was done before.

    Returns
    -------
    tuple[Sequence[str], bool]
        The keys of the rows, and whether it had been done before.

    Raises
    ------
    ChangeRefused, GatewayError
        As `SourceWriter.transaction`.
    """
    writer = writer_of(hub, source)
    if key is not None and (not 0 < len(key) <= LONGEST_KEY or "\0" in key):
        message = f"An idempotency key has 1 to {LONGEST_KEY} characters and no NUL, not {len(key)}"
        raise refused_change(ChangeFault.BAD_INPUT, message, "idempotencyKey")
    async with writer.transaction(asker(), DOOR) as transaction:
        if key is None:
            return await work(transaction), False
        digest = blake2b(orjson.dumps(request, default=str), digest_size=16).hexdigest()
        if (result := await transaction.claim(key, digest)) is not None:
            return orjson.loads(result), True
        keys = await work(transaction)
        await transaction.fulfil(key, orjson.dumps(keys).decode())
        return keys, False


def _single(mutation: Mutation) -> StrawberryField:
    async def resolve(info: strawberry.Info[Any, None], row: Any, idempotency_key: Any = None) -> Any:
        given, shown = _given(row), _selects(info.selected_fields, mutation.table.singular)
        payload = await _payload(info.context.hub, mutation, [given], idempotency_key, ("input",), shown=shown)
        return SimpleNamespace(
            **vars(payload),
            **{mutation.table.singular: next(iter(payload.rows), None), CLIENT_ID: given.get(CLIENT_ID)},
        )

    row: Any = Annotated[input_type(mutation), strawberry.argument(name="input", description="The row")]
    resolve.__annotations__ |= {"row": row, "idempotency_key": KEY, "return": Any}
    return _mutation_field(mutation.field, mutation.description, payload_type(mutation, bulk=False), resolve)


def _bulk(mutation: Mutation) -> StrawberryField:
    async def resolve(
        info: strawberry.Info[Any, None], rows: Any, idempotency_key: Any = None, client_mutation_id: Any = None
    ) -> Any:
        given, shown = [_given(row) for row in rows], _selects(info.selected_fields, mutation.table.plural)
        payload = await _payload(info.context.hub, mutation, given, idempotency_key, (), shown=shown)
        return SimpleNamespace(**vars(payload), **{mutation.table.plural: payload.rows, CLIENT_ID: client_mutation_id})

    rows: Any = Annotated[
        GenericAlias(list, (input_type(mutation),)), strawberry.argument(name="input", description=ABOUT_ROWS)
    ]
    echoed = Annotated[str | None, strawberry.argument(description=ABOUT_CLIENT_ID)]
    resolve.__annotations__ |= {"rows": rows, "idempotency_key": KEY, "client_mutation_id": echoed, "return": Any}
    about = f"{mutation.description}; of many, all or none"
    return _mutation_field(mutation.bulk, about, payload_type(mutation, bulk=True), resolve)


def _mutation_field(name: str, about: str, kind: Any, resolve: Any) -> StrawberryField:
    """A field that is null where a database fails, so that what was done beside it is still told."""
    field: StrawberryField = strawberry.field(resolver=resolve, name=name, description=about, graphql_type=kind | None)
    return field


def _selects(selections: Iterable[Selection], name: str) -> bool:
    """Whether a field of this name is selected of one of some fields, by fragments or not."""
    return any(
        _selects([inner], name) if not isinstance(inner, SelectedField) else inner.name == name
        for selection in selections
        for inner in selection.selections
    )


async def _payload(  # noqa: PLR0913 - what a field has of its request
    hub: Hub,
    mutation: Mutation,
    given: Sequence[Mapping[str, Any]],
    key: str | None,
    place: tuple[str, ...],
    *,
    shown: bool,
) -> SimpleNamespace:
    """What every payload has, and the rows where they are `shown`.

    `place` is where the only row is in the request, empty for one of many.
    """
    payload = SimpleNamespace(rows=[], userErrors=[], alreadyDone=False)
    try:
        keys, payload.alreadyDone = await _made(hub, mutation, given, key, place)
        payload.rows = await _rows(hub, mutation.table, keys) if shown else []
    except ChangeRefused as refused:
        payload.userErrors = [user_error(error) for error in refused.errors]
    return payload


def _given(row: Any) -> dict[str, Any]:
    """What is said in an input, by GraphQL name; what is left out is not there."""
    return {
        field.graphql_name or field.python_name: value
        for field in row.__strawberry_definition__.fields
        if (value := getattr(row, field.python_name)) is not strawberry.UNSET
    }


async def _made(
    hub: Hub, mutation: Mutation, given: Sequence[Mapping[str, Any]], key: str | None, place: tuple[str, ...]
) -> tuple[Sequence[str], bool]:
    if len(given) > MOST_ROWS:
        message = f"There are {len(given)} rows: at most {MOST_ROWS} are changed at once"
        raise refused_change(ChangeFault.BAD_INPUT, message, "input")
    changes = [_change(mutation, row, place or ("input", at)) for at, row in enumerate(given)]
    effect = EFFECTS.get(mutation, make_change)

    async def work(transaction: SourceTransaction) -> Sequence[str]:
        keys: list[str] = []
        errors: list[ChangeError] = []
        for change in changes:
            try:
                keys.append(value_text(mutation.table.key, await effect(transaction, change)) or "")
            except ChangeRefused as refused:
                errors += refused.errors
                if refused.__cause__:
                    break  # the transaction has failed: nothing more can be tried in it
        if errors:
            raise ChangeRefused(errors)
        return keys

    said = [{name: value for name, value in row.items() if name != CLIENT_ID} for row in given]
    return await done_once(hub, mutation.table.source, [mutation.field, said], key, work)


def _change(mutation: Mutation, row: Mapping[str, Any], place: tuple[str | int, ...]) -> Change:
    values = {mutation.by_field[name]: value for name, value in row.items() if name in mutation.by_field}
    found_by = {column: values.pop(column, None) for column in mutation.match}
    match = {column: value for column, value in found_by.items() if value is not None}
    creates = mutation.creates or not match
    return Change(mutation.table, match, values, row.get(VERSION_FIELD), creates, place)


async def _rows(hub: Hub, table: Table, keys: Sequence[str]) -> list[Record]:
    """Rows by the text of their keys, in that order, as every other question has them."""
    typed = [read_instant(key, zoneless=False) if table.key.type.temporal else int(key) for key in keys]
    cells = tuple(Cell(column, column.sql) for column in table.columns)
    rows = await fetch(hub, Plan(StatementShape(table, cells, (Compared(table.key, Op.IN),)), (typed,)))
    by_key = {row[table.key.sql]: row for row in rows}  # type: ignore[call-overload]
    return [by_key[key] for key in typed if key in by_key]


def user_error(error: ChangeError) -> UserError:
    """What is wrong, as GraphQL tells it."""
    return UserError(
        field=[str(part) for part in error.place] or None,
        code=UserErrorCode(error.fault.name),
        message=error.message,
        wanted=Json(error.wanted) if error.wanted else None,
        current=Json(error.current) if error.current else None,
    )


def mutation_fields() -> dict[str, StrawberryField]:
    """The fields of GraphQL's Mutation type, but for those that have modules of their own."""
    return {mutation.field: _single(mutation) for mutation in MUTATIONS} | {
        mutation.bulk: _bulk(mutation) for mutation in MUTATIONS
    }
