"""The head and the rows of the document that answers a query of ObjObsSAP."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import Any

import orjson

from adapters.visibility.description import visibility_descriptor
from adapters.visibility.parameters import VisibilityQuery
from adapters.votable.envelope import OPENINGS, Head
from adapters.votable.formats import JSON, Format
from planning.plan import Cell
from schema.visibility import NAMESPACE, VISIBILITY
from sky.orientation import orientation_table

CELLS = tuple(Cell(column, column.name) for column in VISIBILITY.columns)
PROTOCOL = "ObjObsSAP 1.0"


def visibility_head(query: VisibilityQuery, base: str) -> Head:
    """What stands before the rows; `base` is the public address of the gateway.

    The opening refers to the data model, as the standard wants (section 4.1). A hard limit of the time is its INFO
    `T_MAX_HARD_LIMIT` (section 3.1.1).
    """
    request = query.request
    infos = [
        ("SERVICE PROTOCOL", PROTOCOL),
        ("POS", f"{request.ra:.10g},{request.dec:.10g}"),
        ("TIME", f"{request.start:.10g}/{request.end:.10g}"),
        ("iers", f"observed until MJD {orientation_table().last_observed}"),
    ]
    if query.cut:
        infos.append(("T_MAX_HARD_LIMIT", f"{request.end:.10g}"))
    if query.ignored:
        infos.append(("IGNORED", f"ObjObsSAP has no parameter {', '.join(query.ignored)} here"))
    opening = OPENINGS[query.format.version].replace("<VOTABLE ", f'<VOTABLE xmlns:ovdm="{NAMESPACE}" ')
    return Head(VISIBILITY, CELLS, infos=tuple(infos), services=(visibility_descriptor(base),), opening=opening)


async def row_blocks(rows: AsyncIterator[Sequence[dict[str, Any]]], form: Format) -> AsyncGenerator[bytes, None]:
    """Write rows as PostgreSQL's COPY does for a format: none has a value with a tab, a comma or a quote."""
    async for some in rows:
        yield b"".join(_line([row[cell.column.sql] for cell in CELLS], form) for row in some)


def _line(values: Sequence[Any], form: Format) -> bytes:
    if form is JSON:
        return b"\t".join(map(orjson.dumps, values)) + b"\n"
    separator = form.copy_options.get("delimiter", ",") if "format" in form.copy_options else "\t"
    return (separator.join("" if value is None else str(value) for value in values) + "\n").encode()
