"""Observations that records belong to, loaded for all records at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adapters.datalink.documents import FAMILY
from adapters.datalink.identifiers import LinkTarget
from adapters.datalink.lookup import DocumentLookup, Lists, Node
from schema.datalink import EXPOSURES


@dataclass(frozen=True, slots=True)
class Family:
    """Exposures and granules of the observations involved; `lists` are the rows of `FAMILY`."""

    lists: Lists

    def exposure(self, name: str) -> Node | None:
        """An exposure by name; None if it is not there."""
        return next((node for node in self._of("own") if node["expId"] == name), None)

    def exposures(self, granule: Node) -> tuple[Node, ...]:
        """Exposures that a granule is the log of (level 0), or was made from in the same programme."""
        if granule["calibLevel"] == 0:
            log = self.exposure(granule["obsId"])
            return (log,) if log else ()
        return tuple(
            node for node in self._of("shared") if _same_observation(granule, node["expHeaderId"], node["obsProgram"])
        )

    def granules(self, node: Node, exposures: Iterable[Node], numbers: Sequence[int] = ()) -> tuple[Node, ...]:
        """Granules of a record's exposures, of its observation, and those of `numbers`, without the record itself."""
        # A database that does not answer leaves null where its rows would be.
        connections = [owner.get("granules") for owner in (*exposures, node)]
        related = [granule for connection in connections if connection for granule in connection["nodes"]]
        if node.get("calibLevel"):
            related += (
                one
                for one in self._of("siblings")
                if one["calibLevel"] and _same_observation(node, one["obsId"], one["progid"])
            )
        related += (one for one in self._of("named") if one["granuleId"] in numbers)
        others = {granule["granuleId"]: granule for granule in related if granule["granuleId"] != node.get("granuleId")}
        return tuple(sorted(others.values(), key=lambda one: (one["calibLevel"], one["granuleId"])))

    def _of(self, name: str) -> Iterable[Node]:
        return self.lists.get(name, ())


def _same_observation(granule: Node, name: str, program: str | None) -> bool:
    return bool(name and granule["obsId"] == name and granule["progid"] == program)


async def load_family(lookup: DocumentLookup, targets: Sequence[LinkTarget], nodes: Sequence[Node]) -> Family:
    """Load the observations of these records: the exposures requested, and those that granules and runs name."""
    granules = [node for node in nodes if "calibLevel" in node and node["obsId"]]
    exposures = {target.key for target in targets if target.kind is EXPOSURES}
    exposures |= {node["obsId"] for node in granules if node["calibLevel"] == 0}
    exposures |= {name for node in nodes for name in names_in(node, "expIds")}
    headers = {node["obsId"] for node in granules if node["calibLevel"]}
    numbers = {int(number) for node in nodes for number in names_in(node, "granuleIds")}
    return Family(await lookup.fetch(FAMILY, exposures=exposures, heads=headers, granules=numbers))


def names_in(node: Node, column: str) -> list[str]:
    """Names in a list column of a run; empty for NULL."""
    return [str(name) for name in node.get(column) or ()]
