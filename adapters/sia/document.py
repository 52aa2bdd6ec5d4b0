"""The head of the VOTable that answers a SIA query."""

from adapters.datalink.services import rows_descriptors
from adapters.sia.description import sia_descriptor
from adapters.sia.query import CELLS, SiaQuery
from adapters.votable.envelope import OPENINGS, Head
from schema.observations import OBSCORE


def sia_head(query: SiaQuery, base: str, links: str) -> Head:
    """Return what stands before the rows: fields, ignored parameters, service descriptors.

    `base` is the public address of the gateway, `links` the same or "" for no descriptor of links. With MAXREC=0 the
    descriptor of SIA's own parameters is among the services (SIA 2.0 section 2.1.18).
    """
    described = rows_descriptors(links, OBSCORE, CELLS)
    ignored = (("IGNORED", f"SIA has no parameter {', '.join(query.ignored)}"),) if query.ignored else ()
    services = described if query.limit else (*described, sia_descriptor(base))
    return Head(OBSCORE, CELLS, infos=ignored, services=services, opening=OPENINGS[query.format.version])
