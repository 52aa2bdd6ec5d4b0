"""The records that links are requested of, with everything that belongs to them.

An observation is exposures of the Obs Portal with their granules, from the log (level 0) to published data (level 3).
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.datalink.documents import LISTS
from adapters.datalink.family import Family, load_family, names_in
from adapters.datalink.identifiers import LinkTarget
from adapters.datalink.lookup import DocumentLookup, Node
from adapters.datalink.nights import Night, load_nights, night_of
from planning.errors import SourceUnavailable
from resolvers.star_names import find_star
from schema.datalink import EXPOSURES, GRANULES, RUNS, STARS, TARGETS
from schema.name_match import NameMatch


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
    match: NameMatch | None = None
    """How a star that was requested by name was found."""
    night: tuple[Node, ...] = ()
    """Of a granule with data: the others of its night, programme and instrument (`adapters.datalink.nights`)."""

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
    matches = await _named(lookup, targets)
    keys = _keys(targets, matches)
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
    nights = await load_nights(lookup, [node for (kind, _), node in nodes.items() if kind is GRANULES])
    records = {}
    for target in targets:
        exposure = related.exposure(target.key) if target.kind is EXPOSURES else None
        node = exposure or nodes.get((target.kind, str(keys.get(target.id))))
        if node:
            records[target.id] = replace(
                _record(target, node, related),
                match=matches.get(target.key) if target.kind is STARS else None,
                night=_others(node, nights) if target.kind is GRANULES else (),
            )
    return records


def _others(granule: Node, nights: Mapping[Night, tuple[Node, ...]]) -> tuple[Node, ...]:
    night = night_of(granule)
    listed = nights.get(night, ()) if night else ()
    others = (one for one in listed if one["granuleId"] != granule["granuleId"])
    return tuple(sorted(others, key=lambda one: (one["calibLevel"], one["granuleId"])))


async def _named(lookup: DocumentLookup, targets: Sequence[LinkTarget]) -> dict[str, NameMatch | None]:
    """How the stars that are requested by name were found, by name; None for those of no star."""
    names = {target.key for target in targets if target.kind is STARS and isinstance(target.key, str)}
    try:
        stars = await asyncio.gather(*(find_star(lookup.operations.hub, name) for name in names))
    except SourceUnavailable as error:
        lookup.unavailable[error.source or ""] = error.message
        stars = [None] * len(names)
    return {name: star.match if star else None for name, star in zip(names, stars, strict=True)}


def _keys(targets: Sequence[LinkTarget], matches: Mapping[str, NameMatch | None]) -> dict[str, Any]:
    """Key of each record, by identifier; stars that were not found by name are left out."""
    known = {name: match and match.star.star for name, match in matches.items()}
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
