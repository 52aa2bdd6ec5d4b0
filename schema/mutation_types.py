"""Mutations → GraphQL types: the input of each, its payload, and what may be wrong with it, as values."""

from enum import Enum
from functools import cache
from types import GenericAlias
from typing import Any

import strawberry

from schema.change_fault import ChangeFault
from schema.input_types import described, value_type
from schema.made_types import InputValues, input_object_type, made_field, object_type, optional_field
from schema.mutations import Mutation
from schema.object_types import row_class
from schema.scalars import Json

VERSION_FIELD, CLIENT_ID = "version", "clientMutationId"
ABOUT_VERSION = "The version that you have read: if the row is of another by now, that is a conflict"
ABOUT_CLIENT_ID = "Anything; the payload has it again"
UserErrorCode = strawberry.enum(
    Enum(
        "UserErrorCode",
        {fault.name: strawberry.enum_value(fault.name, description=fault.value) for fault in ChangeFault},
    ),  # type: ignore[call-overload]
    description="What kind of thing is wrong with a change",
)


@strawberry.type(description="One thing that is wrong with a mutation: then nothing of it was done")
class UserError:
    """The GraphQL type of `planning.refused_changes.ChangeError`."""

    field: list[str] | None = strawberry.field(
        description="Where in the arguments, as input, 3, ra; null for the mutation as a whole"
    )
    code: UserErrorCode = strawberry.field(description="What kind of thing")  # type: ignore[valid-type]
    message: str = strawberry.field(description="What is wrong, and what would be right")
    wanted: Json | None = strawberry.field(description="Of a conflict: what was to be written")
    current: Json | None = strawberry.field(description="Of a conflict: the row as it is now, its version with it")


@cache
def input_type(mutation: Mutation) -> Any:
    """The input of one row."""
    fields = {
        column.sql: (made_field if column in mutation.required else optional_field)(
            value_type(column), described(column), name=column.graphql
        )
        for column in mutation.columns
    }
    fields[VERSION_FIELD] = optional_field(int, ABOUT_VERSION, name=VERSION_FIELD)
    fields[CLIENT_ID] = optional_field(str, ABOUT_CLIENT_ID, name=CLIENT_ID)
    cls = type(f"{mutation.title}Input", (InputValues,), {})
    return input_object_type(cls, f"{mutation.description}: what is left out stays", fields)


@cache
def payload_type(mutation: Mutation, *, bulk: bool) -> Any:
    """What a mutation answers: the rows as they are now, or why nothing was changed."""
    table = mutation.table
    rows = GenericAlias(list, (row_class(table),)) if bulk else row_class(table) | None
    about = "The rows as they are now, in the order of the input" if bulk else "The row as it is now"
    return _payload(mutation.bulk if bulk else mutation.field, table.plural if bulk else table.singular, rows, about)


def _payload(mutation: str, field: str, rows: Any, about: str) -> Any:
    title = mutation[0].upper() + mutation[1:]
    members: dict[str, tuple[Any, str]] = {
        field: (rows, f"{about}; nothing if there are userErrors"),
        "userErrors": (GenericAlias(list, (UserError,)), "What is wrong; if anything is, nothing was changed"),
        "alreadyDone": (bool, "Whether a request with this idempotency key had done it before"),
        CLIENT_ID: (str | None, "That of the input"),
    }
    fields = {name: made_field(kind, text, name=name) for name, (kind, text) in members.items()}
    return object_type(type(f"{title}Payload", (), {}), f"What {mutation} has done", fields)


@strawberry.enum(description="What becomes of a delegation")
class DelegationAction(Enum):
    """Value of `action` of a delegation."""

    ADD = strawberry.enum_value("ADD", description="They may write")
    REMOVE = strawberry.enum_value("REMOVE", description="They may not any more")


@strawberry.input(description="A principal investigator who lets others write their rows")
class DelegationInput:
    """Input of `updateDelegations`, as the catalogue API's clients send it."""

    coi: list[str] = strawberry.field(description="Aliases of those who may write, or may not any more")
    pi: str | None = strawberry.field(default=strawberry.UNSET, description="Who lets them; you, if not said")
    catalogs: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="The catalogue it holds for, and those whose names begin so; or a collection: `spica`, if not said",
    )
    action: DelegationAction | None = strawberry.field(default=strawberry.UNSET, description="ADD, if not said")


@strawberry.type(description="Someone who may write another's rows")
class Delegation:
    """A row of the delegations, for those whom it concerns."""

    pi: str = strawberry.field(description="The principal investigator who lets them")
    coi: str = strawberry.field(description="Alias of who may write")
    catalogs: str = strawberry.field(
        description="The catalogue it holds for, and those whose names begin so; or a collection"
    )


DELEGATIONS_PAYLOAD = _payload(
    "updateDelegations",
    "delegations",
    GenericAlias(list, (Delegation,)),
    "All that this principal investigator has let",
)
