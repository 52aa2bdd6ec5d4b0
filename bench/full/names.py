"""Searches as one types: every beginning of names of all kinds, from two letters on, and names that are misspelt."""

from collections.abc import Iterator

from bench.full.question import Question, graphql

TYPED = (
    "alpha centauri", "α Cen", "betelgeuse", "HD 48329", "48329", "HIP 113368", "TYC 3105-2070-1", "2MASS J18365633",
    "Gaia DR2 2", "V856 Sco", "rigil kentaurus", "60.A-9209", "GRAVI.2017-04", "S03", "made-up data",
)  # fmt: skip
MISSPELT = ("Betelgeuze", "Fomalhuat", "alderbaran", "zzzz")


def searched() -> Iterator[Question]:
    """The first ten matches of each."""
    for name in TYPED:
        for end in range(2, len(name) + 1):
            yield _question(name[:end])
    yield from map(_question, MISSPELT)


def _question(text: str) -> Question:
    nodes = "nodes { kind label matched rank }"
    return graphql("searched", f'{{ search(text: "{text}", first: 10) {{ {nodes} pageInfo {{ endCursor }} }} }}')
