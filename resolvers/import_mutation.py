"""The mutation `importTargets`: a VOTable or CSV of targets, tried first, then taken as a whole or not at all."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, TypeAlias

import strawberry
from strawberry.types.field import StrawberryField

from hub.rows import Hub
from hub.source_transaction import SourceTransaction
from hub.threads import compute
from planning.asker import asker
from planning.errors import BadInput
from planning.refused_changes import ChangeError, ChangeRefused, refused_change
from resolvers.import_rows import ImportRow, import_row
from resolvers.mutations import DOOR, KEY, MOST_ROWS, done_once, user_error, writer_of
from resolvers.target_import import ADDED, REFUSED, ImportedLine, elsewhere, import_rows, known_targets
from schema.change_fault import ChangeFault
from schema.import_types import ImportAction, ImportChange, ImportLine, ImportTargetsInput, ImportTargetsPayload
from schema.scalars import Json, Long
from schema.spica import TARGET

FIELD = "importTargets"
ABOUT = f"Bring a table of at most {MOST_ROWS} targets into the survey, all of them or none; first try it"
ReadTable: TypeAlias = Callable[[str], Sequence[Mapping[str, str]]]
"""From the text of a table to its rows, each with texts by name of column; raises `BadInput`."""


def no_table(_document: str) -> Sequence[Mapping[str, str]]:
    """The `ReadTable` of operations that take none: raises `BadInput`."""
    message = "No tables are taken here"
    raise BadInput(message)


async def _resolve(
    info: strawberry.Info[Any, None], given: ImportTargetsInput, idempotency_key: Any = None
) -> ImportTargetsPayload:
    payload = ImportTargetsPayload(
        lines=[], dry_run=True, user_errors=[], already_done=False, client_mutation_id=given.client_mutation_id or None
    )
    try:
        rows = await compute(_rows, info.context.read_table, given)
        lines, payload.already_done = await _imported(info.context.hub, rows, given, idempotency_key)
        payload.lines = [_told(line, new=not given.dry_run) for line in lines]
        payload.dry_run = given.dry_run
        refused = [error for line in lines for error in line.errors]
        if refused and not given.dry_run:
            payload.dry_run = True
            payload.user_errors = [user_error(error) for error in refused]
    except ChangeRefused as error:
        payload.user_errors = [user_error(one) for one in error.errors]
    return payload


def _rows(read: ReadTable, given: ImportTargetsInput) -> list[ImportRow]:
    """The rows of the table; raises `ChangeRefused`."""
    try:
        cells = read(given.document)
    except BadInput as error:
        raise refused_change(ChangeFault.BAD_INPUT, error.message, "input", "document") from error
    if len(cells) > MOST_ROWS:
        message = f"The table has {len(cells)} rows: at most {MOST_ROWS} are taken at once"
        raise refused_change(ChangeFault.BAD_INPUT, message, "input", "document")
    return [import_row(line, row, given.progname or None, given.piname or None) for line, row in enumerate(cells, 1)]


async def _imported(
    hub: Hub, rows: Sequence[ImportRow], given: ImportTargetsInput, key: str | None
) -> tuple[Sequence[ImportedLine], bool]:
    """What becomes of the rows; written if nothing is wrong with any of them, and it is no trial."""
    writer = writer_of(hub, TARGET.source)
    known, wrong = await known_targets(hub), await elsewhere(hub, rows)
    lines: list[ImportedLine] = []

    async def work(transaction: SourceTransaction) -> Sequence[str]:
        lines.extend(await import_rows(transaction, rows, known, wrong))
        if any(line.action == REFUSED for line in lines):
            raise _NotTaken
        return [str(line.target) for line in lines]

    if given.dry_run:
        async with writer.transaction(asker(), DOOR, dry=True) as transaction:
            return await import_rows(transaction, rows, known, wrong), False
    said = [FIELD, given.document, given.progname or None, given.piname or None]
    try:
        _, before = await done_once(hub, TARGET.source, said, key, work)
    except _NotTaken:
        return lines, False
    return lines, before


class _NotTaken(ChangeRefused):
    """Some line is refused, and so none is taken."""

    def __init__(self) -> None:
        none: tuple[ChangeError, ...] = ()
        super().__init__(none)


def _told(line: ImportedLine, *, new: bool) -> ImportLine:
    return ImportLine(
        line=line.row.line,
        target_main_id=line.row.name or None,
        action=ImportAction(line.action),
        spicadb_id=Long(line.target) if line.target and (new or line.action != ADDED) else None,
        separation=line.distance,
        changes=[
            ImportChange(
                field=value.column.graphql,
                before=None if value.before is None else Json(value.before),
                after=None if value.after is None else Json(value.after),
            )
            for value in line.values
        ],
        problems=[user_error(error) for error in line.errors],
    )


def _field() -> StrawberryField:
    given: Any = Annotated[ImportTargetsInput, strawberry.argument(name="input", description="The table")]
    _resolve.__annotations__ |= {"given": given, "idempotency_key": KEY, "return": Any}
    field: StrawberryField = strawberry.field(
        resolver=_resolve, name=FIELD, description=ABOUT, graphql_type=ImportTargetsPayload | None
    )
    return field


FIELDS = {FIELD: _field()}
