"""Schemas share classes, and are whole all the same when threads make them at once."""

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from graphql import print_schema

from resolvers.query import assemble
from schema.catalog import DECLARED


def text(number: int) -> str:
    """The schema without some of the last sources: another one each time."""
    some = replace(DECLARED, sources=DECLARED.sources[: len(DECLARED.sources) - number])
    return print_schema(assemble(some)._schema)  # noqa: SLF001


def test_schemas_made_at_once_are_whole() -> None:
    numbers = [0, 1, 0, 1]
    alone = [text(number) for number in numbers]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(text, numbers)) == alone
    finally:
        sys.setswitchinterval(interval)
