"""GraphQL types of the import of targets: the table that is brought, and what becomes of each of its lines."""

from enum import Enum

import strawberry

from schema.mutation_types import CLIENT_ID, UserError
from schema.scalars import Json, Long


@strawberry.enum(description="What becomes of a line of an import")
class ImportAction(Enum):
    """Value of `action` of an imported line."""

    ADD = strawberry.enum_value("ADD", description="It is a new target")
    CHANGE = strawberry.enum_value(
        "CHANGE", description="It changes a target that is there, or its place in the programme"
    )
    NOTHING = strawberry.enum_value("NOTHING", description="All of it is there already")
    REFUSED = strawberry.enum_value("REFUSED", description="It is not taken: problems say why")


@strawberry.input(description="A table of targets")
class ImportTargetsInput:
    """Input of `importTargets`."""

    document: str = strawberry.field(description="A VOTable with TABLEDATA, or CSV with a line of names of columns")
    dry_run: bool = strawberry.field(default=True, description="Only tell what would change; true, if not said")
    progname: str | None = strawberry.field(
        default=strawberry.UNSET, description="The programme of all lines, or its work package, whatever they say"
    )
    piname: str | None = strawberry.field(
        default=strawberry.UNSET, description="The principal investigator of all lines, whatever they say"
    )
    client_mutation_id: str | None = strawberry.field(
        name=CLIENT_ID, default=strawberry.UNSET, description="Anything; the payload has it again"
    )


@strawberry.type(description="A value that a line changes")
class ImportChange:
    """The GraphQL type of a changed value."""

    field: str = strawberry.field(description="The column, by its name in GraphQL")
    before: Json | None = strawberry.field(description="What it is now")
    after: Json | None = strawberry.field(description="What it is to be")


@strawberry.type(description="A line of an import")
class ImportLine:
    """The GraphQL type of an imported line."""

    line: int = strawberry.field(description="Its number, from 1")
    target_main_id: str | None = strawberry.field(description="The name that it has")
    action: ImportAction = strawberry.field(description="What becomes of it")
    spicadb_id: Long | None = strawberry.field(description="The target; null for one that is not made yet, or refused")
    separation: float | None = strawberry.field(
        description="How far the target that is there is from its place [arcsec]"
    )
    changes: list[ImportChange] = strawberry.field(description="What it changes")
    problems: list[UserError] = strawberry.field(description="Why it is not taken")


@strawberry.type(description="What importTargets has done, or would do")
class ImportTargetsPayload:
    """Payload of `importTargets`."""

    lines: list[ImportLine] = strawberry.field(description="Every line of the table, in order")
    dry_run: bool = strawberry.field(description="Whether nothing was written: it was a trial, or something is wrong")
    user_errors: list[UserError] = strawberry.field(description="What is wrong; if anything is, nothing was written")
    already_done: bool = strawberry.field(description="Whether a request with this idempotency key had done it before")
    client_mutation_id: str | None = strawberry.field(name=CLIENT_ID, description="That of the input")
