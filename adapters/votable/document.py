"""What stands around the rows of a GraphQL document that is answered as a table."""

from adapters.datalink.services import rows_descriptors
from adapters.votable.envelope import OPENINGS, Head
from adapters.votable.formats import VERSIONS
from resolvers.tabular import TabularPlan


def heading(table: TabularPlan, base: str, version: str = VERSIONS[0]) -> Head:
    """The head of the table: the document that it answers is an INFO, and a descriptor says how to ask for links.

    `base` is the public address of the gateway, "" for no descriptor; `version` is VOTable's.
    """
    infos = (("GRAPHQL", table.request.query),)
    services = rows_descriptors(base, table.table, table.cells)
    return Head(table.table, table.cells, infos=infos, services=services, opening=OPENINGS[version])
