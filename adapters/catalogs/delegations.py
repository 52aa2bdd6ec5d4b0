"""Delegations as the catalogue API has them: whom a principal investigator lets write, by catalogue."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.catalogs.errors import refusal_of
from adapters.catalogs.writing import DOOR
from hub.rows import Hub
from planning.asker import Asker, asker
from planning.errors import BadInput, Unauthenticated
from planning.refused_changes import ChangeRefused
from resolvers.delegations import DelegationRequest, delegations_of, told_of, update_delegations
from resolvers.mutations import writer_of
from schema.spica import DELEGATION

NOT_SAID = ("", "None")
"""What a client sends that names no principal investigator: a2p2 sends Python's word for it."""
ACTIONS = {"add": False, "remove": True}


def delegations_asked(named: str, person: Asker) -> list[str]:
    """The principal investigators that are asked for: aliases, several by `/`; a person's own names, or their login.

    Raises `Unauthenticated` for one whose delegations they are not told.
    """
    if named.strip() in NOT_SAID or named.strip().lower() == person.login:
        return sorted(person.aliases)
    names = [name.strip() for name in named.split("/") if name.strip()]
    if others := [name for name in names if not told_of(person, name)]:
        message = f"Operation restricted to {others[0][:60]!r} and admins: others are not told whom they let"
        raise Unauthenticated(message)
    return names


async def described_delegations(hub: Hub, owners: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """What principal investigators have let, by their names in capitals: an entry for each catalogue."""
    granted: dict[str, dict[str, list[str]]] = {}
    try:
        for row in await delegations_of(hub, DELEGATION.source, owners):
            granted.setdefault(row.pi.upper(), {}).setdefault(row.catalogs, []).append(row.coi)
    except ChangeRefused as refused:
        raise refusal_of(refused, "") from refused
    return {
        owner: [{"catalogs": catalogs, "collections": "", "coi": aliases} for catalogs, aliases in entries.items()]
        for owner, entries in granted.items()
    }


async def change_delegations(hub: Hub, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add and remove delegations as a client lists them, all or none; raises `GatewayError`."""
    requests = [_request(row) for row in rows]
    try:
        async with writer_of(hub, DELEGATION.source).transaction(asker(), DOOR) as transaction:
            await update_delegations(transaction, requests)
    except ChangeRefused as refused:
        raise refusal_of(refused, "") from refused


def _request(row: Mapping[str, Any]) -> DelegationRequest:
    aliases, catalogue, action = row.get("coi"), row.get("catalogs"), str(row.get("action") or "add")
    if not isinstance(aliases, list) or not all(isinstance(alias, str) for alias in aliases):
        message = 'coi is missing: a list of aliases, as ["alice"]'
        raise BadInput(message)
    if not isinstance(catalogue, str) or not catalogue:
        message = "catalogs is missing: the name of a catalogue, as spica"
        raise BadInput(message)
    if action not in ACTIONS:
        message = f"action is {action[:20]!r}: add or remove is wanted"
        raise BadInput(message)
    return DelegationRequest(str(row.get("pi") or ""), tuple(aliases), catalogue, removed=ACTIONS[action])
