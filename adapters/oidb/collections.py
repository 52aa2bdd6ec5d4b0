"""Cataloguing collections: rules of OiDB's `modules/collection.xqm`."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4
from xml.etree.ElementTree import Element

from adapters.oidb.documents import text_of
from adapters.oidb.errors import denied
from adapters.oidb.transaction import CATALOGUE, writing
from adapters.oidb.values import utc_text
from hub.rows import Hub
from hub.source_transaction import SourceTransaction
from planning.asker import asker
from planning.changes import Change
from planning.errors import BadInput, NotFound
from planning.write_rights import owns
from schema.catalog import suggestion
from schema.column import Column
from schema.oidb import ABOUT, DATALINK, GRANULE, OBS_COLLECTION
from schema.oidb_collections import COLLECTION, COLLECTION_ID, OWNER

CREATED, UPDATED, RELEASE = (
    next(column for column in COLLECTION.columns if column.name == name)
    for name in ("created", "updated", "release_date")
)
SAID = {column.name: column for column in COLLECTION.columns if column not in (COLLECTION_ID, OWNER, CREATED, UPDATED)}
"""Columns that a document has as elements; the others are attributes, which are passed over."""
DAY = len("2027-01-31")
Values = Mapping[Column, str | None]


def collection_values(root: Element) -> Values:
    """The columns of a `<collection>`, empty where it does not say them; raises `BadInput`."""
    values: dict[Column, str | None] = dict.fromkeys(SAID.values())
    for node in root:
        name = str(node.tag)
        if name not in SAID:
            message = f"A collection has no {name[:60]!r}{suggestion(name, sorted(SAID))}"
            raise BadInput(message)
        column, text = SAID[name], text_of(node)
        values[column] = (utc_text(name, _end(text)) if column is RELEASE and text else text) or None
    return values


def _end(text: str) -> str:
    """The end of a day, where a date has no time."""
    return f"{text}T23:59:59" if len(text) == DAY else text


async def create_collection(hub: Hub, values: Values) -> str:
    """Make a collection of who asks; returns its id. Raises `GatewayError`."""
    name = str(uuid4())
    async with writing(hub) as transaction:
        await _create(transaction, name, values)
    return name


async def store_collection(hub: Hub, name: str, values: Values) -> bool:
    """Make a collection of this id, or replace what the one that is there says; returns whether it was made.

    Raises `GatewayError`.
    """
    async with writing(hub) as transaction:
        rows: Any = await transaction.rows(COLLECTION, {COLLECTION_ID: name})
        if not rows:
            await _require_empty(transaction, name)
            await _create(transaction, name, values)
            return True
        _require_owned(name, rows[0])
        change = Change(COLLECTION, {COLLECTION_ID: name}, {**values, UPDATED: datetime.now(UTC)})
        await transaction.apply(change)
        await _withhold(transaction, name, values[RELEASE])
        return False


async def _require_empty(transaction: SourceTransaction, name: str) -> None:
    """Raise where granules bear the name of a collection without a record: who makes one would own them all."""
    if not asker().administers(CATALOGUE) and await transaction.rows(GRANULE, {OBS_COLLECTION: name}):
        raise denied(f"granules are in {name[:80]} already: an administrator of OiDB makes its record")


async def _withhold(transaction: SourceTransaction, name: str, release: str | None) -> None:
    """Have no granule of a collection be public before it, where that is to be one day."""
    if release and datetime.fromisoformat(release).replace(tzinfo=UTC) > datetime.now(UTC):
        await transaction.withhold(name, release)


async def _create(transaction: SourceTransaction, name: str, values: Values) -> None:
    owner = min(asker().aliases, default=None)
    if not owns(asker(), CATALOGUE, owner):
        raise denied("who makes a collection has an alias, by which others know whose it is")
    filled = {**values, OWNER: owner, CREATED: datetime.now(UTC)}
    await transaction.apply(Change(COLLECTION, {COLLECTION_ID: name}, filled, creates=True))
    await _withhold(transaction, name, values[RELEASE])


async def delete_collection(hub: Hub, name: str) -> None:
    """Remove a collection with its granules and what is linked to these. Raises `GatewayError`."""
    async with writing(hub) as transaction:
        rows: Any = await transaction.rows(COLLECTION, {COLLECTION_ID: name})
        if not rows:
            message = f"No such collection ({name[:80]})"
            raise NotFound(message)
        _require_owned(name, rows[0])
        await transaction.remove(DATALINK, {OBS_COLLECTION: name}, ABOUT)
        await transaction.remove(GRANULE, {OBS_COLLECTION: name})
        await transaction.remove(COLLECTION, {COLLECTION_ID: name})


def _require_owned(name: str, row: Any) -> None:
    if not owns(asker(), CATALOGUE, row[OWNER.sql]):
        raise denied(f"collection {name[:80]} is not yours")
