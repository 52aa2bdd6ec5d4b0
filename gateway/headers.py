"""A header of a request or an answer as ASGI has them, in the middleware that every request goes through.

Starlette's `Headers` take three times as long for one header, and most are looked for where there is none.
"""

from collections.abc import Sequence
from typing import TypeAlias

RawHeaders: TypeAlias = Sequence[tuple[bytes, bytes]]


def header(headers: RawHeaders, name: bytes) -> str | None:
    """The value of the first header of a name, which is in lower case as ASGI has names; None where there is none."""
    for found, value in headers:
        if found == name:
            return value.decode("latin-1")
    return None
