"""Granules of data by the file that they are in, for mirrors (OiDB's `modules/rest/mirror.xqm`)."""

from collections.abc import Sequence
from typing import Any

import orjson

from adapters.oidb.documents import listed
from adapters.oidb.reading import files_document
from adapters.oidb.search import ALL, parse_oidb_search
from adapters.votable.document import heading
from adapters.votable.formats import JSON
from adapters.votable.stream import StreamOutcome, stream_document
from hub.rows import Hub
from hub.threads import compute
from resolvers import tabular
from resolvers.operation import Operations

LEVEL, DATA = "caliblevel", {"1", "2", "3"}
MOST = 5_000
"""Granules of one answer; OiDB says `<overflow/>` where there are more."""
Pairs = Sequence[tuple[str, str]]


async def mirror_document(operations: Operations, hub: Hub, pairs: Pairs) -> str:
    """The `<granules>` of levels 1 to 3 that OiDB's search filters choose; raises `GatewayError`."""
    levels = _levels(pairs)
    if not levels:
        return listed("granules", ())
    given = [pair for pair in pairs if pair[0].lower() != LEVEL] + [(LEVEL, ",".join(sorted(levels)))]
    paged = {name.lower() for name, _ in given} & {"page", "perpage", ALL}
    search = parse_oidb_search(given if paged else [*given, (ALL, "")], JSON.media_type, MOST)
    table = await tabular.plan_table(operations, search.request, MOST)
    rows = tabular.stream_rows(hub, search.page(table.plan), JSON.row, JSON.copy_options)
    outcome = StreamOutcome()
    written = stream_document(heading(table, ""), JSON, rows, table.limit, outcome)
    body = b"".join([block async for block in written])
    if outcome.failure:
        raise outcome.failure
    return await compute(_document, body, cut=outcome.overflow)


def _levels(pairs: Pairs) -> set[str]:
    """The levels of data that are asked for: all, unless some are named."""
    named = [value for name, value in pairs if name.lower() == LEVEL]
    return DATA & {word.strip() for value in named for word in value.split(",")} if named else DATA


def _document(body: bytes, *, cut: bool) -> str:
    read: dict[str, Any] = orjson.loads(body)
    names = [column["name"] for column in read["metadata"]]
    return files_document([dict(zip(names, cells, strict=True)) for cells in read["data"]], cut=cut)
