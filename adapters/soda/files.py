"""Files of granules, for who may have them: OiDB's embargo decides, as it does for the files themselves.

A file is given to who may have all granules that are in it, whichever of them is asked for, and by whichever address
each names it: the most closed one decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from adapters.datalink.files import EMBARGOED
from adapters.datalink.identifiers import parse_identifier
from adapters.soda.collection import Collection
from hub.rows import Hub
from hub.threads import in_thread
from planning.asker import asker
from planning.errors import Forbidden, NotFound, Unauthenticated
from planning.file_names import IN_HUB, naming
from planning.plan import Cell, Compared, Plan, StatementShape
from planning.sql import Statement
from resolvers.statements import fetch
from schema.datalink import GRANULES
from schema.oidb import GRANULE, GRANULE_ID
from schema.operators import Op

CELLS = (Cell(GRANULE_ID, "id"), Cell(GRANULE.by_field["accessUrl"], "access_url"))


@dataclass(frozen=True, slots=True)
class GranuleFile:
    """The file of a granule: its address, and its path below that of the collection."""

    id: str
    url: str
    path: str


async def granule_files(hub: Hub, ids: Sequence[str], collection: Collection) -> list[GranuleFile]:
    """The files of these granules in their order, each once.

    Parameters
    ----------
    hub
        Asks OiDB, in the name of who asks.
    ids
        Identifiers as `obs_publisher_did`, or numbers of granules.
    collection
        The files that can be cut.

    Raises
    ------
    NotFound
        One is no granule, or its file is not of the collection.
    Unauthenticated, Forbidden
        One is under embargo, for who has not logged in, or may not have it.
    SourceUnavailable
        OiDB does not answer.
    """
    numbers = {one: _number(one) for one in ids}
    urls = await _urls(hub, numbers.values())
    paths = await in_thread(_paths, collection, urls)
    shut = await closed_files(hub, collection, set(paths.values()))
    files: dict[str, GranuleFile] = {}
    for one, number in numbers.items():
        if number not in urls:
            message = f"OiDB has no granule {number}"
            raise NotFound(message)
        path = paths.get(number)
        if urls[number] is None or path in shut:
            raise (Forbidden if asker().known else Unauthenticated)(f"{one[:100]}: {EMBARGOED}")
        if path is None:
            message = (
                f"The file of {one[:100]} is elsewhere, and is not cut here: access_url of ivoa.obscore leads to it"
            )
            raise NotFound(message)
        files.setdefault(path, GranuleFile(one, collection.address_of(path), path))
    return list(files.values())


async def closed_files(hub: Hub, collection: Collection, paths: set[str]) -> frozenset[str]:
    """Those of some files, by their paths, that have a granule which who asks may not have; raises `GatewayError`."""
    if not paths:
        return frozenset()
    found = await hub.fetch(Statement(IN_HUB, (collection.address, sorted(paths)), (GRANULE.source,)))
    numbers = await in_thread(naming, found, paths, collection.path_of)
    return frozenset(numbers[number] for number, url in (await _urls(hub, numbers)).items() if url is None)


async def _urls(hub: Hub, numbers: Iterable[int]) -> dict[int, str | None]:
    """Addresses of granules by their numbers, None for whom they are under embargo."""
    shape = StatementShape(GRANULE, CELLS, (Compared(GRANULE_ID, Op.IN),))
    return {row[0]: row[1] for row in await fetch(hub, Plan(shape, (sorted(set(numbers)),)))}


def _paths(collection: Collection, urls: Mapping[int, str | None]) -> dict[int, str]:
    """Paths of the files of granules, by the numbers of these; none for one of somewhere else."""
    return {number: path for number, url in urls.items() if (path := collection.path_of(url))}


async def open_granules(hub: Hub, collection: Collection, urls: Mapping[int, str | None]) -> frozenset[int]:
    """Those of some granules, given with their addresses, whose file is cut for who asks; raises `GatewayError`."""
    paths = await in_thread(_paths, collection, urls)
    shut = await closed_files(hub, collection, set(paths.values()))
    return frozenset(number for number, path in paths.items() if path not in shut)


def _number(identifier: str) -> int:
    target = parse_identifier(identifier, GRANULES)
    if target is None or target.kind is not GRANULES:
        message = f"{identifier[:100]!r} is no granule of OiDB: those of calib_level 1 to 3 in ivoa.obscore have files"
        raise NotFound(message)
    number: int = target.key
    return number
