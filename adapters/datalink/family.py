"""The observations that records belong to, looked up for all of them at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adapters.datalink.documents import FAMILY
from adapters.datalink.identifiers import LinkTarget
from adapters.datalink.lookup import DocumentLookup, Lists, Node
from schema.datalink import EXPOSURES


@dataclass(frozen=True, slots=True)
class Family:
    """Exposures and granules of the observations at hand."""

    lists: Lists

    def exposure(self, name: str) -> Node | None:
        """An exposure by its name."""
        return next((node for node in self._of("own") if node["expId"] == name), None)

    def exposures(self, granule: Node) -> tuple[Node, ...]:
        """The exposures that a granule is the log of, or was made of in the same programme."""
        if granule["calibLevel"] == 0:
            found = self.exposure(granule["obsId"])
            return (found,) if found else ()
        return tuple(node for node in self._of("shared") if _same(granule, node["expHeaderId"], node["obsProgram"]))

    def granules(self, node: Node, exposures: Iterable[Node], numbers: Sequence[int] = ()) -> tuple[Node, ...]:
        """The granules of a record's exposures, those of the same file name and those it names, without itself."""
        found = [granule for exposure in exposures for granule in exposure["granules"]["nodes"]]
        found += (node.get("granules") or {"nodes": ()})["nodes"]
        if node.get("calibLevel"):
            found += (
                one for one in self._of("siblings") if one["calibLevel"] and _same(node, one["obsId"], one["progid"])
            )
        found += (one for one in self._of("named") if one["id"] in numbers)
        others = {granule["id"]: granule for granule in found if granule["id"] != node.get("id")}
        return tuple(sorted(others.values(), key=lambda one: (one["calibLevel"], one["id"])))

    def _of(self, name: str) -> Iterable[Node]:
        return self.lists.get(name, ())


def _same(granule: Node, name: str, program: str | None) -> bool:
    return bool(name and granule["obsId"] == name and granule["progid"] == program)


async def family(asking: DocumentLookup, wanted: Sequence[LinkTarget], nodes: Sequence[Node]) -> Family:
    """Look up the observations of records: exposures asked for, and what these granules and runs name."""
    granules = [node for node in nodes if "calibLevel" in node and node["obsId"]]
    exposures = {asked.key for asked in wanted if asked.kind is EXPOSURES}
    exposures |= {node["obsId"] for node in granules if node["calibLevel"] == 0}
    exposures |= {name for node in nodes for name in named(node, "expIds")}
    heads = {node["obsId"] for node in granules if node["calibLevel"]}
    numbers = {int(number) for node in nodes for number in named(node, "granuleIds")}
    return Family(await asking.lists(FAMILY, exposures=exposures, heads=heads, granules=numbers))


def named(node: Node, column: str) -> list[str]:
    """The names in a list of a run's."""
    return [str(name) for name in node.get(column) or ()]
