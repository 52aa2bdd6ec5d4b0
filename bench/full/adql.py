"""ADQL as astronomers write it: `queries.adql` over what is there, `uploads.adql` over lists of places.

A query may have a first line `-- why it takes long`; queries are separated by empty lines.
"""

from collections.abc import Iterator
from pathlib import Path

from adapters.registry.examples import EXAMPLES
from bench.full.question import Question, adql

HERE = Path(__file__).parent
MANY = "100 000 places are matched with 2.5 million stars"
LONG = "so many rows are sent"


def astronomers() -> Iterator[Question]:
    """Queries over what is there; those of `/tap/examples` are among them."""
    for query, reason in read("queries.adql"):
        yield adql("adql", query, reason)
    for example in EXAMPLES:
        yield adql("adql", example.query)


def uploaded(lists: dict[int, bytes]) -> Iterator[Question]:
    """Queries over lists of places, VOTables with the columns id, ra and dec, by their numbers of rows."""
    for rows, document in lists.items():
        for query, reason in read("uploads.adql"):
            question = adql("uploads", query, reason or (LONG if rows > 1_000 else ""))
            yield question.uploading("mine", document, f"{rows} places: {query}")


def read(name: str) -> Iterator[tuple[str, str]]:
    """Each query of a file, and what its first line says of it, or ""."""
    for block in (HERE / name).read_text().strip().split("\n\n"):
        comment, _, rest = block.partition("\n")
        yield (rest, comment.removeprefix("-- ")) if comment.startswith("-- ") else (block, "")
