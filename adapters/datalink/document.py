"""The response of {links}: identifiers in, a VOTable out (DataLink 1.1 section 3)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from adapters.datalink.identifiers import parse_identifier
from adapters.datalink.link import LinkRow, fault
from adapters.datalink.links import record_links, unknown_link
from adapters.datalink.lookup import DocumentLookup
from adapters.datalink.parameters import LinksRequest
from adapters.datalink.records import Record, load_records
from adapters.datalink.services import STANDARD, links_descriptors
from adapters.soda.collection import Collection
from adapters.soda.descriptor import soda_descriptor
from adapters.soda.files import open_granules
from adapters.soda.links import part_links
from adapters.votable.document import name_infos
from adapters.votable.envelope import OPENINGS, Head, document_footer, document_header
from adapters.votable.formats import TABLEDATA
from adapters.votable.inline import tabledata_rows
from planning.errors import SourceUnavailable
from planning.plan import Cell
from resolvers.operation import Operations
from schema.datalink import GRANULES, ID, LINKS

MOST_IDENTIFIERS = 100
"""Identifiers answered at once; with more, OVERFLOW tells clients to ask again for the rest (section 3.1)."""
CELLS = tuple(Cell(column, column.name) for column in LINKS.columns)


async def links_document(
    operations: Operations, request: LinksRequest, base: str, collection: Collection | None = None
) -> bytes:
    """Write the links of these records; unknown identifiers and silent databases get error rows.

    Parameters
    ----------
    operations : Operations
        Runs the stored GraphQL documents.
    request : LinksRequest
        Its repeated identifiers are answered once.
    base : str
        URL of the gateway.
    collection : Collection | None
        The files that can be cut; None where none can.

    Raises
    ------
    GatewayError
        Nothing could be answered.
    """
    unique_ids = list(dict.fromkeys(request.ids))
    answered = unique_ids[:MOST_IDENTIFIERS]
    targets = {identifier: parse_identifier(identifier, request.kind) for identifier in answered}
    lookup = DocumentLookup(operations)
    by_id = await load_records(lookup, [target for target in targets.values() if target])
    opened = await _open_granules(lookup, by_id.values(), collection) if collection else frozenset()
    failed = sorted(lookup.unavailable.values())
    link_rows = [
        row for identifier in answered for row in _rows(identifier, by_id.get(identifier), failed, base, opened)
    ]
    services = (*links_descriptors(base), *((soda_descriptor(base, ID.name),) if collection else ()))
    infos = (("standardID", STANDARD), *name_infos({identifier: record.match for identifier, record in by_id.items()}))
    head = Head(LINKS, CELLS, infos=infos, services=services, opening=OPENINGS[request.version])
    end = document_footer(TABLEDATA, services, overflow=len(unique_ids) > MOST_IDENTIFIERS)
    return document_header(head, TABLEDATA) + tabledata_rows(link_rows) + end


async def _open_granules(lookup: DocumentLookup, records: Iterable[Record], collection: Collection) -> frozenset[int]:
    """Granules among the records whose file is cut for who asks; none where OiDB does not tell any more."""
    urls = {one.node["granuleId"]: one.node["accessUrl"] for one in records if one.requested.kind is GRANULES}
    try:
        return await open_granules(lookup.operations.hub, collection, urls)
    except SourceUnavailable as error:
        lookup.unavailable[error.source or ""] = error.message
        return frozenset()


def _rows(
    identifier: str, record: Record | None, failed: Sequence[str], base: str, opened: frozenset[int]
) -> Iterator[tuple[Any, ...]]:
    """Rows of one identifier; a database that does not answer adds a row that says so."""
    if record is None and not failed:
        yield _row(identifier, unknown_link(identifier), None)
        return
    for link in record_links(record, base) if record else ():
        yield _row(identifier, link, record)
    for link in part_links(record, opened, base) if record else ():
        yield _row(identifier, link, record)
    for message in failed:
        yield _row(identifier, fault("TransientFault", message, "#auxiliary" if record else "#this"), record)


def _row(identifier: str, link: LinkRow, record: Record | None) -> tuple[Any, ...]:
    place = record.place if record else None
    star = record.star["name"] if record and record.star else None
    has_access = bool(link.access_url or link.service_def)
    return (
        identifier, link.access_url or None, link.service_def or None, link.error_message or None,
        link.description or None, link.semantics, link.content_type or None, link.content_length, link.local or None,
        ("false" if link.open else "true") if has_access else None, link.open if has_access else None,
        *(place or (None, None)), star,
    )  # fmt: skip
