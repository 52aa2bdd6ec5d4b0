"""The field `id` of rows: opaque, and unique across the schema (GraphQL Global Object Identification, Relay).

It is made of a version of this form, a row's type and its key, so that it is as stable as they are, and nothing keeps a
list of them. Another form would have another version, and could tell the ids of this one.
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from planning.errors import BadInput
from planning.instants import instant_text
from schema.table import Table

VERSION = "1"


@dataclass(frozen=True, slots=True)
class NodeId:
    """What an `id` is made of."""

    type_name: str
    """GraphQL type of the row, as `Granule`."""
    key: str
    """Its key, as text."""


def node_id(table: Table, key: Any) -> str:
    """The `id` of a table's row with this key, as a record has it.

    Examples
    --------
    >>> from schema.oidb import GRANULE
    >>> node_id(GRANULE, 20000091)
    'MTpHcmFudWxlOjIwMDAwMDkx'
    >>> read_node_id("MTpHcmFudWxlOjIwMDAwMDkx")
    NodeId(type_name='Granule', key='20000091')
    """
    text = instant_text(key) if table.key.type.temporal else key
    return base64.urlsafe_b64encode(f"{VERSION}:{table.type_name}:{text}".encode()).rstrip(b"=").decode()


def read_node_id(text: str) -> NodeId | None:
    """What an `id` is made of; None for a text that this module has not made, as the key of a row."""
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        decoded = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (UnicodeError, binascii.Error):
        return None
    version, _, rest = decoded.partition(":")
    name, separator, key = rest.partition(":")
    return NodeId(name, key) if separator and version == VERSION else None


def key_of_node(table: Table, text: str) -> str | None:
    """The key in an `id` of this table's rows; None for no `id`; raises `BadInput` for the `id` of another type."""
    read = read_node_id(text)
    if read and read.type_name != table.type_name:
        message = (
            f"{text[:60]!r} is the id of a {read.type_name[:60]}: {table.singular} wants that of a {table.type_name}, "
            f"or its {table.key.graphql}; node takes any"
        )
        raise BadInput(message)
    return read.key if read else None
