"""The catalogue of all that is declared, and how to find one of it by name."""

from difflib import get_close_matches

from schema import across, crossmatch, identity, jsdc, observations, obsportal, oidb, spica
from schema.table import Link, Source, Table

SOURCES: dict[str, Source] = {module.SOURCE.name: module.SOURCE for module in (obsportal, oidb, jsdc, spica)}
"""The databases behind the hub, each a server of its own."""
LOCAL: dict[str, Source] = {module.SOURCE.name: module.SOURCE for module in (identity, observations)}
"""What the hub holds itself."""
ALL = (*SOURCES.values(), *LOCAL.values())
TABLES: dict[str, Table] = {table.qualified: table for source in ALL for table in source.tables}
EVERY_LINK = (*(link for source in ALL for link in source.links), *across.LINKS, *crossmatch.LINKS)
LINKS: dict[Table, dict[str, Link]] = {
    table: {link.field: link for link in EVERY_LINK if link.origin is table}
    for table in (*TABLES.values(), identity.OBJECT, crossmatch.MATCH)
}


def suggestion(name: str, known: list[str]) -> str:
    """Tail of an error message: the known name that was perhaps meant, else all of them where they are few."""
    close = get_close_matches(name, known, n=1)
    if close:
        return f"; perhaps you meant {close[0]}"
    return f"; known are {', '.join(known)}" if len(known) <= 40 else ""
