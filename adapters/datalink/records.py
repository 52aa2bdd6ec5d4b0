"""The records that links are requested of, with everything that belongs to them.

An observation is exposures of the Obs Portal with their granules, from the log (level 0) to published data (level 3).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from adapters.datalink.documents import LISTS
from adapters.datalink.family import Family, load_family, names_in
from adapters.datalink.identifiers import LinkTarget
from adapters.datalink.lookup import DocumentLookup, Node
from planning.errors import SourceUnavailable
from resolvers.star_names import find_star
from schema.datalink import EXPOSURES, GRANULES, RUNS, STARS, TARGETS


@dataclass(frozen=True, slots=True)
class Record:
    """A record and what belongs to it."""

    requested: LinkTarget
    node: Node
    star: Node | None
    target: Node | None
    """Its target of the survey."""
    exposures: tuple[Node, ...]
    granules: tuple[Node, ...]
    """Of the same observation or target, without the record itself."""

    @property
    def place(self) -> tuple[float, float] | None:
        """Right ascension and declination, ICRS degrees; None if no row has them."""
        for row in (self.node, self.target or {}, *self.exposures, self.star or {}):
            for ra, dec in (("sRa", "sDec"), ("targetRa", "targetDec"), ("ra", "dec")):
                if row.get(ra) is not None and row.get(dec) is not None:
                    return row[ra], row[dec]
        return None


async def load_records(lookup: DocumentLookup, targets: Sequence[LinkTarget]) -> dict[str, Record]:
    """Load the records that exist, by identifier as requested; raises `GatewayError`."""
    keys = await _keys(lookup, targets)
    results = await asyncio.gather(*(
        lookup.fetch(document, keys={keys[one.id] for one in targets if one.kind is kind and one.id in keys})
        for kind, document in LISTS.items()
    ))  # fmt: skip
    nodes = {
        (kind, str(node["key"])): node
        for kind, lists in zip(LISTS, results, strict=True)
        for node in lists.get("rows", ())
    }
    related = await load_family(lookup, targets, list(nodes.values()))
    records = {}
    for target in targets:
        exposure = related.exposure(target.key) if target.kind is EXPOSURES else None
        node = exposure or nodes.get((target.kind, str(keys.get(target.id))))
        if node:
            records[target.id] = _record(target, node, related)
    return records


async def _keys(lookup: DocumentLookup, targets: Sequence[LinkTarget]) -> dict[str, Any]:
    """Key of each record, by identifier; star names are resolved, those of no star left out."""
    names = {target.key for target in targets if target.kind is STARS and isinstance(target.key, str)}
    try:
        stars = await asyncio.gather(*(find_star(lookup.operations.hub, name) for name in names))
    except SourceUnavailable as error:
        lookup.unavailable[error.source or ""] = error.message
        stars = [None] * len(names)
    known = {name: star and star.match.star.star for name, star in zip(names, stars, strict=True)}
    keys = {target.id: known.get(target.key, target.key) for target in targets}
    return {identifier: key for identifier, key in keys.items() if key is not None}


def _record(requested: LinkTarget, node: Node, related: Family) -> Record:
    star, target = node.get("star"), None
    exposures: tuple[Node, ...] = ()
    numbers: list[int] = []
    if requested.kind is GRANULES:
        target, exposures = node["spicaTarget"], related.exposures(node)
    elif requested.kind is EXPOSURES:
        exposures = (node,)
    elif requested.kind is RUNS:
        target, numbers = node["target"], [int(number) for number in names_in(node, "granuleIds")]
        exposures = tuple(filter(None, map(related.exposure, names_in(node, "expIds"))))
    elif requested.kind is TARGETS:
        target = node
    else:
        star = node
    star = star or (target or {}).get("star")
    return Record(requested, node, star, target, exposures, related.granules(node, exposures, numbers))
