"""The mutation `updateDelegations`: principal investigators let others write their rows, or no longer.

The query `delegations` tells those whom it concerns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import GenericAlias, SimpleNamespace
from typing import Annotated, Any

import strawberry
from strawberry.types.field import StrawberryField

from hub.rows import Hub
from hub.source_transaction import SourceTransaction
from planning.asker import Asker, asker
from planning.changes import Change
from planning.errors import Forbidden, Unauthenticated
from planning.refused_changes import ChangeRefused, refused_change
from resolvers.mutations import ABOUT_ROWS, KEY, MOST_ROWS, done_once, user_error, writer_of
from schema.change_fault import ChangeFault
from schema.column import Column
from schema.mutation_types import (
    ABOUT_CLIENT_ID,
    CLIENT_ID,
    DELEGATIONS_PAYLOAD,
    Delegation,
    DelegationAction,
    DelegationInput,
)
from schema.mutations import DELEGATE
from schema.spica import DELEGATION, SOURCE, STATE

CATALOGUE = "spica"
"""The catalogue of a delegation that says none."""
RIGHTS = SOURCE.ownership[DELEGATION].catalogue
OWNER, ALIAS, GRANTED = DELEGATE.match
STATE_OF_ROW = next(column for column in DELEGATION.columns if column.name == STATE.name)


@dataclass(frozen=True, slots=True)
class DelegationRequest:
    """One delegation as somebody wants it."""

    owner: str
    """Alias of the principal investigator who lets others write; "" for whoever asks."""
    aliases: Sequence[str]
    """Those who may write, or may no longer."""
    catalogue: str = CATALOGUE
    removed: bool = False


async def update_delegations(transaction: SourceTransaction, requests: Sequence[DelegationRequest]) -> list[str]:
    """Make delegations as they are wanted; returns the owners that they are of. Raises `ChangeRefused`."""
    number = sum(len(request.aliases) for request in requests)
    if number > MOST_ROWS:
        message = f"There are {number} aliases: at most {MOST_ROWS} are changed at once"
        raise refused_change(ChangeFault.BAD_INPUT, message, "input")
    owners: dict[str, None] = {}
    for at, request in enumerate(requests):
        owner = request.owner or owner_of(asker(), at)
        owners[owner] = None
        _require_names(request, owner, at)
        for alias in request.aliases:
            await _update(transaction, {OWNER: owner, ALIAS: alias, GRANTED: request.catalogue}, request, at)
    return list(owners)


def _require_names(request: DelegationRequest, owner: str, at: int) -> None:
    """Raise `ChangeRefused` for what is no name of one person: cells of investigators have several, by `/`."""
    for place, name in (("pi", owner), *(("coi", alias) for alias in request.aliases)):
        if not request.removed and (not name.strip() or "/" in name):
            message = f"{name[:60]!r} is no alias of one person: it is empty, or has a /"
            raise refused_change(ChangeFault.BAD_INPUT, message, "input", at, place)


async def _update(
    transaction: SourceTransaction, match: Mapping[Column, str], request: DelegationRequest, at: int
) -> None:
    """One delegation to one person, under the spelling of the one that is there."""
    known = await transaction.rows(DELEGATION, {GRANTED: request.catalogue})
    for row in known:
        spelled = {column: row[column.sql] for column in match}  # type: ignore[call-overload]
        if _folded(spelled) == _folded(match):
            match = spelled
    state = "withdrawn" if request.removed else "active"
    await transaction.apply(
        Change(DELEGATION, match, {STATE_OF_ROW: state}, creates=not request.removed, place=("input", at))
    )


def _folded(match: Mapping[Column, str]) -> list[str]:
    return [text.upper() for text in match.values()]


def owner_of(person: Asker, at: int = 0) -> str:
    """The name that a person lets others write by, where a request names none; raises `ChangeRefused`."""
    if len(person.aliases) != 1:
        known = ", ".join(sorted(person.aliases))
        wanted = f"by which of your names ({known}) are they let?" if known else "whose rows are they let write?"
        message = f"`pi` is missing: {wanted}"
        raise refused_change(ChangeFault.BAD_INPUT, message, "input", at, "pi")
    return next(iter(person.aliases))


def told_of(person: Asker, owner: str) -> bool:
    """Whether a person is told whom a principal investigator lets: themselves, who acts for them, administrators."""
    return person.administers(RIGHTS) or owner.upper() in person.acts_for(RIGHTS)


async def delegations_of(hub: Hub, source: str, owners: Sequence[str]) -> list[Delegation]:
    """What principal investigators have let, by their aliases in any case; raises as `SourceWriter.transaction`.

    Of those of whom who asks is told: nothing of others.
    """
    wanted = {owner.upper() for owner in owners if told_of(asker(), owner)}
    return [row for row in await _active(hub, source) if row.pi.upper() in wanted]


async def delegations_concerning(hub: Hub, source: str, person: Asker) -> list[Delegation]:
    """What a person may see of the delegations: of those of whom they are told, and those that let them act.

    Raises as `SourceWriter.transaction`.
    """
    rows = await _active(hub, source)
    return [row for row in rows if row.coi.upper() in person.aliases or told_of(person, row.pi)]


async def _active(hub: Hub, source: str) -> list[Delegation]:
    """All that are not withdrawn, whoever asks; raises as `SourceWriter.transaction`."""
    async with writer_of(hub, source).transaction(asker(), "", dry=True) as transaction:
        rows: Any = await transaction.rows(DELEGATION, {STATE_OF_ROW: "active"})
    return [Delegation(pi=row[OWNER.sql] or "", coi=row[ALIAS.sql], catalogs=row[GRANTED.sql]) for row in rows]


async def _resolve_concerning(info: strawberry.Info[Any, None]) -> list[Delegation] | None:
    """Resolve `delegations`; raises `Unauthenticated` for nobody, and `Forbidden` where nothing is written."""
    try:
        return await delegations_concerning(info.context.hub, DELEGATION.source, asker())
    except ChangeRefused as refused:
        unknown = refused.errors[0].fault is ChangeFault.UNAUTHENTICATED
        message = "Delegations are told to whom they concern: log in" if unknown else str(refused)
        raise (Unauthenticated if unknown else Forbidden)(message) from refused


async def _resolve(
    info: strawberry.Info[Any, None], rows: Any, idempotency_key: Any = None, client_mutation_id: Any = None
) -> Any:
    hub, source = info.context.hub, DELEGATION.source
    payload = SimpleNamespace(
        **{"delegations": [], "userErrors": [], "alreadyDone": False, CLIENT_ID: client_mutation_id}
    )
    try:
        requests = [_request(row) for row in rows]
        if len(requests) > MOST_ROWS:
            message = f"There are {len(requests)} rows: at most {MOST_ROWS} are changed at once"
            raise refused_change(ChangeFault.BAD_INPUT, message, "input")

        async def work(transaction: SourceTransaction) -> list[str]:
            return await update_delegations(transaction, requests)

        said = [DELEGATE.field, *map(repr, requests)]
        owners, payload.alreadyDone = await done_once(hub, source, said, idempotency_key, work)
        payload.delegations = await delegations_of(hub, source, owners)
    except ChangeRefused as refused:
        payload.userErrors = [user_error(error) for error in refused.errors]
    return payload


def _request(row: DelegationInput) -> DelegationRequest:
    return DelegationRequest(
        row.pi or "", tuple(row.coi), row.catalogs or CATALOGUE, removed=row.action is DelegationAction.REMOVE
    )


def _field() -> StrawberryField:
    rows: Any = Annotated[
        GenericAlias(list, (DelegationInput,)), strawberry.argument(name="input", description=ABOUT_ROWS)
    ]
    echoed = Annotated[str | None, strawberry.argument(description=ABOUT_CLIENT_ID)]
    _resolve.__annotations__ |= {"rows": rows, "idempotency_key": KEY, "client_mutation_id": echoed, "return": Any}
    field: StrawberryField = strawberry.field(
        resolver=_resolve,
        name=DELEGATE.field,
        description=f"{DELEGATE.description}; all or none",
        graphql_type=DELEGATIONS_PAYLOAD | None,
    )
    return field


FIELDS = {DELEGATE.field: _field()}
"""Of the Mutation type."""
QUERY_FIELD: Any = strawberry.field(
    resolver=_resolve_concerning,
    name="delegations",
    description="Who lets whom write: of your rows, and those that let you; for administrators all",
)
"""Of the Query type."""
