"""What is known of the records that links are asked for.

An observation is exposures of the Obs Portal with their granules, from the log (level 0) to published data (level 3).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from adapters.datalink.documents import LISTS
from adapters.datalink.family import Family, family, named
from adapters.datalink.identifiers import LinkTarget
from adapters.datalink.lookup import DocumentLookup, Node
from planning.errors import SourceUnavailable
from resolvers.star_names import star
from schema.datalink import EXPOSURES, GRANULES, RUNS, STARS, TARGETS


@dataclass(frozen=True, slots=True)
class Record:
    """A record and what belongs to it."""

    asked: LinkTarget
    node: Node
    star: Node | None
    target: Node | None
    """Of the survey."""
    exposures: tuple[Node, ...]
    granules: tuple[Node, ...]
    """Of the same observation or target, without the record itself."""

    @property
    def place(self) -> tuple[float, float] | None:
        """Right ascension and declination, ICRS degrees."""
        for row in (self.node, self.target or {}, *self.exposures, self.star or {}):
            for ra, dec in (("sRa", "sDec"), ("targetRa", "targetDec"), ("ra", "dec")):
                if row.get(ra) is not None and row.get(dec) is not None:
                    return row[ra], row[dec]
        return None


async def records(asking: DocumentLookup, wanted: Sequence[LinkTarget]) -> dict[str, Record]:
    """The records that there are, by what they were asked as."""
    keys = await _keys(asking, wanted)
    found = await asyncio.gather(*(
        asking.lists(document, keys={keys[asked.id] for asked in wanted if asked.kind is kind and asked.id in keys})
        for kind, document in LISTS.items()
    ))  # fmt: skip
    nodes = {
        (kind, str(node["key"])): node
        for kind, lists in zip(LISTS, found, strict=True)
        for node in lists.get("rows", ())
    }
    related = await family(asking, wanted, list(nodes.values()))
    made = {}
    for asked in wanted:
        exposure = related.exposure(asked.key) if asked.kind is EXPOSURES else None
        node = exposure or nodes.get((asked.kind, str(keys.get(asked.id))))
        if node:
            made[asked.id] = _record(asked, node, related)
    return made


async def _keys(asking: DocumentLookup, wanted: Sequence[LinkTarget]) -> dict[str, Any]:
    """The key of each record; stars that are asked by name have one where a star bears it."""
    names = {asked.key for asked in wanted if asked.kind is STARS and isinstance(asked.key, str)}
    try:
        numbers = await asyncio.gather(*(star(asking.operations.hub, name) for name in names))
    except SourceUnavailable as error:
        asking.missing[error.source or ""] = error.message
        numbers = [None] * len(names)
    known = dict(zip(names, numbers, strict=True))
    keys = {asked.id: known.get(asked.key, asked.key) for asked in wanted}
    return {told: key for told, key in keys.items() if key is not None}


def _record(asked: LinkTarget, node: Node, related: Family) -> Record:
    star, target = node.get("star"), None
    exposures: tuple[Node, ...] = ()
    numbers: list[int] = []
    if asked.kind is GRANULES:
        target, exposures = node["spicaTarget"], related.exposures(node)
    elif asked.kind is EXPOSURES:
        exposures = (node,)
    elif asked.kind is RUNS:
        target, numbers = node["target"], [int(number) for number in named(node, "granuleIds")]
        exposures = tuple(filter(None, map(related.exposure, named(node, "expIds"))))
    elif asked.kind is TARGETS:
        target = node
    else:
        star = node
    star = star or (target or {}).get("star")
    return Record(asked, node, star, target, exposures, related.granules(node, exposures, numbers))
