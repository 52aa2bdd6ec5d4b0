"""What stands around the rows that answer a query of SIA."""

from adapters.datalink.services import rows_descriptors
from adapters.sia.description import sia_descriptor
from adapters.sia.query import CELLS, SiaQuery
from adapters.votable.envelope import Head
from schema.observations import OBSCORE


def sia_head(query: SiaQuery, base: str) -> Head:
    """What stands before the rows; `base` is the public address of the gateway.

    MAXREC=0 asks what SIA takes: the descriptor of its parameters is then among the services (section 2.1.18).
    """
    links = rows_descriptors(base, OBSCORE, CELLS)
    ignored = (("IGNORED", f"SIA has no parameter {', '.join(query.ignored)}"),) if query.ignored else ()
    services = links if query.limit else (*links, sia_descriptor(base))
    return Head(OBSCORE, CELLS, infos=ignored, services=services)
