"""Where the doors are, said once: for people, who find them at `/`, and for whoever counts what is asked of each."""

from collections.abc import Iterable

TABLED = "{table}"
FOR_PEOPLE = (
    "/graphql",
    "/scs/{table}",
    "/search.votable",
    "/tap",
    "/xmatch",
    "/sia",
    "/getstar",
    "/oidb/search",
    "/oai",
    "/datalink/links",
    "/moc/{table}",
    "/health",
    "/livez",
    "/readyz",
    "/docs",
)
FOR_MACHINES = ("/capabilities", "/availability", "/tables", "/metrics", "/static")
NAMES = frozenset(f"/{address.split('/')[1]}" for address in (*FOR_PEOPLE, *FOR_MACHINES))

VO = NAMES - {"/graphql", "/oai", "/health", "/livez", "/readyz", "/metrics", "/static", "/docs"}
"""Doors whose clients read VOTables."""


def door(path: str) -> str:
    """The door at a path: one of few, whatever clients ask for."""
    name = f"/{path.split('/')[1]}" if path.startswith("/") else ""
    return name if name in NAMES else "other"


def listed(tables: Iterable[str]) -> list[str]:
    """The addresses of all doors; those that have one for each table whose rows have a place have these."""
    positioned = tuple(tables)
    names = {address: positioned if TABLED in address else ("",) for address in FOR_PEOPLE}
    return [address.replace(TABLED, name) for address, tables in names.items() for name in tables]
