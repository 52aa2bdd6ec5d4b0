"""Who may say where a granule's file is: a file of the collection that is cut here is its curators' to name.

Whoever names a file says who may have it. So a file that granules of others are in is named by who may write all of
these, whichever of its addresses is written (`Collection.path_of`); others are elsewhere, and guarded there.
"""

from collections.abc import Iterable
from typing import Any

from adapters.oidb.errors import denied
from adapters.oidb.transaction import CATALOGUE
from adapters.soda.collection import Collection
from hub.source_transaction import SourceTransaction
from hub.threads import in_thread
from planning.asker import asker
from planning.file_names import naming
from planning.write_rights import owns
from schema.oidb import GRANULE
from schema.oidb_collections import COLLECTION, COLLECTION_ID, OWNER

ACCESS_URL = GRANULE.by_field["accessUrl"]


async def require_own_files(
    transaction: SourceTransaction, collection: Collection | None, urls: Iterable[str | None], kept: str | None = None
) -> None:
    """Raise `Unauthenticated` where a file that is named has a granule which who asks may not write.

    Parameters
    ----------
    collection
        The files that can be cut; None where none can.
    urls
        The addresses that are to be written.
    kept
        The address that the granule has already, whose file it may go on to name.
    """
    if collection is None or asker().administers(CATALOGUE):
        return
    wanted = await in_thread(_paths, collection, tuple(urls), kept)
    if not wanted:
        return
    found = await transaction.naming(collection.address, sorted(wanted))
    numbers = await in_thread(naming, found, wanted, collection.path_of)
    owned: dict[str, bool] = {}
    for number, _, name in found:
        if number in numbers and not await _is_owned(transaction, name, owned):
            raise denied(f"the file {numbers[number][:100]} is of granules that are not yours: it is theirs to name")


def _paths(collection: Collection, urls: Iterable[str | None], kept: str | None) -> set[str]:
    before = collection.path_of(kept)
    return {path for url in urls if (path := collection.path_of(url)) and path != before}


async def _is_owned(transaction: SourceTransaction, name: str, known: dict[str, bool]) -> bool:
    """Whether who asks may write into a collection of OiDB."""
    if name not in known:
        rows: Any = await transaction.rows(COLLECTION, {COLLECTION_ID: name})
        known[name] = owns(asker(), CATALOGUE, rows[0][OWNER.sql] if rows else None)
    return known[name]
