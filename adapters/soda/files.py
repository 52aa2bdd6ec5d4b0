"""Files of granules, for who may have them: OiDB's embargo decides, as it does for the files themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.datalink.files import EMBARGOED
from adapters.datalink.identifiers import parse_identifier
from adapters.soda.collection import Collection
from hub.rows import Hub
from planning.asker import asker
from planning.errors import Forbidden, NotFound, Unauthenticated
from planning.plan import Cell, Compared, Plan, StatementShape
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
    shape = StatementShape(GRANULE, CELLS, (Compared(GRANULE_ID, Op.IN),))
    urls = {row[0]: row[1] for row in await fetch(hub, Plan(shape, (sorted(set(numbers.values())),)))}
    files: dict[str, GranuleFile] = {}
    for one, number in numbers.items():
        if number not in urls:
            message = f"OiDB has no granule {number}"
            raise NotFound(message)
        if urls[number] is None:
            raise (Forbidden if asker().known else Unauthenticated)(f"{one[:100]}: {EMBARGOED}")
        path = collection.path_of(urls[number])
        if path is None:
            message = (
                f"The file of {one[:100]} is elsewhere, and is not cut here: access_url of ivoa.obscore leads to it"
            )
            raise NotFound(message)
        files.setdefault(path, GranuleFile(one, urls[number], path))
    return list(files.values())


def _number(identifier: str) -> int:
    target = parse_identifier(identifier, GRANULES)
    if target is None or target.kind is not GRANULES:
        message = f"{identifier[:100]!r} is no granule of OiDB: those of calib_level 1 to 3 in ivoa.obscore have files"
        raise NotFound(message)
    number: int = target.key
    return number
