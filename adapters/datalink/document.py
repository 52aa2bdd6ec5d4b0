"""The document that answers what links there are: identifiers in, a VOTable out."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from adapters.datalink.identifiers import read
from adapters.datalink.link import LinkRow, fault
from adapters.datalink.links import links, unknown
from adapters.datalink.lookup import DocumentLookup
from adapters.datalink.records import Record, records
from adapters.datalink.services import STANDARD, about_links
from adapters.votable.envelope import Head, document_footer, document_header
from adapters.votable.formats import TABLEDATA
from adapters.votable.inline import tabledata_rows
from planning.plan import Cell
from resolvers.operation import Operations
from schema.datalink import LINKS, DatalinkKind

LARGEST = 100
"""Identifiers answered at once; of more, OVERFLOW tells to ask again for the rest (section 3.1)."""
CELLS = tuple(Cell(column, column.name) for column in LINKS.columns)


async def document(
    operations: Operations, ids: Sequence[str], kind: DatalinkKind | None, base: str, now: datetime
) -> bytes:
    """The links of these records; raises `GatewayError`, but not for what is not there."""
    wanted = list(dict.fromkeys(ids))
    answered = wanted[:LARGEST]
    read_as = {told: read(told, kind) for told in answered}
    asking = DocumentLookup(operations)
    found = await records(asking, [asked for asked in read_as.values() if asked])
    failed = sorted(asking.missing.values())
    written = [row for told in answered for row in _rows(told, found.get(told), failed, base, now)]
    services = about_links(base)
    head = Head(LINKS, CELLS, infos=(("standardID", STANDARD),), services=services)
    end = document_footer(TABLEDATA, services, overflow=len(wanted) > LARGEST)
    return document_header(head, TABLEDATA) + tabledata_rows(written) + end


def _rows(
    told: str, record: Record | None, failed: Sequence[str], base: str, now: datetime
) -> Iterator[tuple[Any, ...]]:
    """The rows of one identifier; what a database that does not answer would add is said in a row of its own."""
    if record is None and not failed:
        yield _row(told, unknown(told), None)
        return
    for link in links(record, base, now) if record else ():
        yield _row(told, link, record)
    for text in failed:
        yield _row(told, fault("TransientFault", text, "#auxiliary" if record else "#this"), record)


def _row(told: str, link: LinkRow, record: Record | None) -> tuple[Any, ...]:
    place = record.place if record else None
    star = record.star["name"] if record and record.star else None
    leads = bool(link.access_url or link.service_def)
    return (
        told, link.access_url or None, link.service_def or None, link.error_message or None, link.description or None,
        link.semantics, link.content_type or None, link.content_length, link.local or None,
        ("false" if link.open else "true") if leads else None, link.open if leads else None,
        *(place or (None, None)), star,
    )  # fmt: skip
