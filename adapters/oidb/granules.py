"""Cataloguing granules and what is linked to them: rules of OiDB's `modules/granule.xqm`, one transaction a request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from adapters.oidb.documents import outermost, row_element
from adapters.oidb.errors import denied
from adapters.oidb.files import ACCESS_URL, require_own_files
from adapters.oidb.opening import changed_opening, new_opening
from adapters.oidb.transaction import CATALOGUE, writing
from adapters.oidb.values import LINK, Values, granule_values, link_values
from adapters.soda.collection import Collection
from hub.rows import Hub
from hub.source_transaction import SourceTransaction
from planning.asker import asker
from planning.changes import Change
from planning.errors import BadInput, NotFound
from planning.write_rights import owns
from schema.column import Column
from schema.oidb import DATALINK, DATALINK_GRANULE, GRANULE, GRANULE_ID, OBS_COLLECTION
from schema.oidb_collections import COLLECTION, COLLECTION_ID, OWNER
from schema.table import Table

MOST_GRANULES, MOST_LINKS = 5_000, 20_000
"""Rows of one request."""
UNIQUE = ("obs_id", "obs_collection", "instrument_mode")
"""Columns of OiDB's unique index `dup_granule_same_col`."""
LOGS = "calib_level = 0"
"""The condition of that index: an observation is logged once in a collection, and renewed by the next harvest."""
CHARA = "chara"
"""The type of collections whose granules are their uploader's."""
DIGITS = 18
"""Of the longest number of a granule."""


def _column(table: Table, name: str) -> Column:
    return next(column for column in table.columns if column.name == name)


LEVEL, DATAPI, PROGID, SUBDATE = (_column(GRANULE, name) for name in ("calib_level", "datapi", "progid", "subdate"))
INDEXED = tuple(_column(GRANULE, name) for name in UNIQUE)
COLTYPE = _column(COLLECTION, "coltype")


@dataclass(frozen=True, slots=True)
class GranuleDraft:
    """A granule that is to be catalogued, with its links."""

    values: Values
    links: Sequence[Values]


def drafts_of(root: Element) -> list[GranuleDraft]:
    """The granules of a document, wherever they are in it, but not within one another; raises `BadInput`."""
    found = list(outermost(root, "granule"))
    if len(found) > MOST_GRANULES:
        message = f"There are {len(found)} granules: at most {MOST_GRANULES} are catalogued at once"
        raise BadInput(message)
    links = [list(outermost(one, LINK)) for one in found]
    _require_few(sum(map(len, links)))
    return [
        GranuleDraft(granule_values(one), list(map(link_values, its))) for one, its in zip(found, links, strict=True)
    ]


def _require_few(links: int) -> None:
    if links > MOST_LINKS:
        message = f"There are {links} links: at most {MOST_LINKS} are catalogued at once"
        raise BadInput(message)


def orphan_programs(drafts: Sequence[GranuleDraft]) -> list[str]:
    """Programmes of granules that do not say who is responsible for them."""
    values = [draft.values for draft in drafts]
    return sorted({program for one in values if not one.get(DATAPI) and (program := one.get(PROGID))})


async def create_granules(
    hub: Hub, drafts: Sequence[GranuleDraft], investigators: Mapping[str, str], files: Collection | None
) -> list[str]:
    """Catalogue granules, all or none; returns their elements, `<id>` and `<granule>` of each in turn.

    A log (level 0) that is there already is renewed. `investigators` has who is responsible for programmes, by their
    names; `files` are those that can be cut, None where none can. Raises `GatewayError`.
    """
    async with writing(hub) as transaction:
        await require_own_files(transaction, files, (draft.values.get(ACCESS_URL) for draft in drafts))
        collections: dict[str, Any] = {}
        return [part for draft in drafts for part in await _create(transaction, draft, collections, investigators)]


async def _create(
    transaction: SourceTransaction, draft: GranuleDraft, collections: dict[str, Any], investigators: Mapping[str, str]
) -> tuple[str, str]:
    collection = await _collection(transaction, draft.values.get(OBS_COLLECTION), collections)
    given = {column: value for column, value in draft.values.items() if value is not None}
    missing = new_opening(draft.values, collection) | _responsible(draft.values, collection, investigators)
    change = Change(GRANULE, {}, given | missing, creates=True)
    logged = given.get(LEVEL) is not None and not given[LEVEL].lstrip("+-").strip("0")
    number = await (transaction.replace(change, INDEXED, LOGS, SUBDATE) if logged else transaction.apply(change))
    for link in draft.links:
        await _link(transaction, number, link)
    (row,) = await transaction.rows(GRANULE, {GRANULE_ID: number})
    shown = {column.name: row[column.sql] for column in GRANULE.stored}  # type: ignore[call-overload]
    return f"<id>{number}</id>", row_element("granule", shown)


async def _collection(transaction: SourceTransaction, name: str | None, known: dict[str, Any]) -> Any:
    """The collection of a new granule; raises `BadInput`, or `Unauthenticated` for one that is another's."""
    if not name:
        message = "obs_collection is not present in given granule."
        raise BadInput(message)
    if name not in known:
        rows: Any = await transaction.rows(COLLECTION, {COLLECTION_ID: name})
        if not rows:
            message = f"No such collection ({name[:80]}): make it first"
            raise BadInput(message)
        if not owns(asker(), CATALOGUE, rows[0][OWNER.sql]):
            raise denied(f"you can not write into {name[:80]}")
        known[name] = rows[0]
    return known[name]


def _responsible(values: Values, collection: Any, investigators: Mapping[str, str]) -> dict[Column, Any]:
    """Who is responsible for a granule whose element does not say it: of its programme, or who catalogues it."""
    if values.get(DATAPI):
        return {}
    own = collection[COLTYPE.sql] == CHARA
    name = None if own else investigators.get(values.get(PROGID) or "")
    name = name or min(asker().aliases, default=None)
    return {DATAPI: name} if name else {}


async def update_granule(hub: Hub, number: int, values: Values, files: Collection | None) -> None:
    """Change a granule: an empty element is NULL, but for rights, which are its collection's; what has none stays.

    `files` as of `create_granules`. Raises `GatewayError`.
    """
    if not values:
        message = "Nothing is to be changed: a <granule> has an element for each column that is, as <quality_level>"
        raise BadInput(message)
    async with writing(hub) as transaction:
        row, collection = await _require_granule(transaction, number)
        if name := values.get(OBS_COLLECTION):
            collection = await _collection(transaction, name, {})
        await require_own_files(transaction, files, (values.get(ACCESS_URL),), row[ACCESS_URL.sql])
        opening = changed_opening(values, row, collection)
        await transaction.apply(Change(GRANULE, {GRANULE_ID: number}, {**values, **opening}))


async def delete_granule(hub: Hub, number: int) -> None:
    """Remove a granule and what is linked to it. Raises `GatewayError`."""
    async with writing(hub) as transaction:
        await _require_granule(transaction, number)
        await transaction.remove(DATALINK, {DATALINK_GRANULE: number})
        await transaction.remove(GRANULE, {GRANULE_ID: number})


async def add_links(hub: Hub, links: Sequence[tuple[int, Values]]) -> None:
    """Add links, each to the granule of a number: all or none. Raises `GatewayError`."""
    async with writing(hub) as transaction:
        allowed: set[int] = set()
        for number, values in links:
            if number not in allowed:
                await _require_granule(transaction, number)
                allowed.add(number)
            await _link(transaction, number, values)


def links_of(root: Element, number: int | None) -> list[tuple[int, Values]]:
    """The links of a document, each with the number of its granule, or that of all; raises `BadInput`."""
    found = list(outermost(root, LINK))
    _require_few(len(found))
    return [(granule_number(link.get("id", "")) if number is None else number, link_values(link)) for link in found]


def granule_number(text: str) -> int:
    """The number of a granule; raises `BadInput`."""
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS):
        message = f"Bad granule id {text[:40]!r}: a whole number is wanted"
        raise BadInput(message)
    return int(text)


async def _link(transaction: SourceTransaction, number: int, values: Values) -> None:
    given = {column: value for column, value in values.items() if value is not None}
    await transaction.apply(Change(DATALINK, {}, {DATALINK_GRANULE: number, **given}, creates=True))


async def _require_granule(transaction: SourceTransaction, number: int) -> tuple[Any, Any]:
    """A granule, and its collection or None where there is no record of it.

    Raises `NotFound` unless there is the granule, `Unauthenticated` where its collection is another's.
    """
    rows: Any = await transaction.rows(GRANULE, {GRANULE_ID: number})
    if not rows:
        message = f"No granule found with id {number}"
        raise NotFound(message)
    found: Any = await transaction.rows(COLLECTION, {COLLECTION_ID: rows[0][OBS_COLLECTION.sql]})
    collection = found[0] if found else None
    if not owns(asker(), CATALOGUE, collection[OWNER.sql] if collection else None):
        raise denied(f"granule {number} is of a collection that is not yours")
    return rows[0], collection
