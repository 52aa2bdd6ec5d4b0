"""The field `id` of rows: opaque, and unique across the schema (GraphQL Global Object Identification, Relay).

It is made of a row's type and its key, so that it is as stable as they are, and nothing keeps a list of them.
"""

import base64
import binascii
from typing import Any

from planning.instants import instant_text
from schema.table import Table


def node_id(table: Table, key: Any) -> str:
    """The `id` of a table's row with this key, as a record has it.

    Examples
    --------
    >>> from schema.oidb import GRANULE
    >>> node_id(GRANULE, 20000091)
    'R3JhbnVsZToyMDAwMDA5MQ'
    >>> key_of_node(GRANULE, "R3JhbnVsZToyMDAwMDA5MQ")
    '20000091'
    """
    text = instant_text(key) if table.key.type.temporal else key
    return base64.urlsafe_b64encode(f"{table.type_name}:{text}".encode()).rstrip(b"=").decode()


def key_of_node(table: Table, text: str) -> str | None:
    """The key in an `id`, as text; None where the text is no `id` of a row of this table."""
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        decoded = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (UnicodeError, binascii.Error):
        return None
    name, separator, key = decoded.partition(":")
    return key if separator and name == table.type_name else None
