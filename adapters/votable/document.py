"""What stands around the rows of a GraphQL document that is answered as a table."""

from collections.abc import Mapping

from adapters.datalink.services import rows_descriptors
from adapters.votable.envelope import OPENINGS, Head
from adapters.votable.formats import VERSIONS
from resolvers.tabular import TabularPlan
from schema.name_match import NAME_MATCH_KIND, NameMatch
from schema.name_match_types import FIELD as NAME_MATCH


def heading(table: TabularPlan, base: str, version: str = VERSIONS[0]) -> Head:
    """The head of the table: the document that it answers is an INFO, and a descriptor says how to ask for links.

    `base` is the public address of the gateway, "" for no descriptor; `version` is VOTable's.
    """
    services = rows_descriptors(base, table.table, table.cells)
    infos = (("GRAPHQL", table.request.query), *name_infos({"The centre": table.name_match}))
    return Head(table.table, table.cells, infos=infos, services=services, opening=OPENINGS[version])


def name_infos(matches: Mapping[str, NameMatch | None]) -> tuple[tuple[str, str], ...]:
    """An INFO (name, value) for each name: by what rule its star was found, and what other stars bear it."""
    return tuple((NAME_MATCH, _sentence(name, match)) for name, match in matches.items() if match)


def _sentence(name: str, match: NameMatch) -> str:
    kind, _ = NAME_MATCH_KIND.members[match.kind]
    others = f"; others that bear it: {', '.join(star.name for star in match.others)}" if match.others else ""
    return f"{kind}: {name} is {match.star.name}{others}"
