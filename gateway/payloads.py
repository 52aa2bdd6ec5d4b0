"""Payloads of GraphQL as JSON."""

from typing import Any

import orjson

OPTIONS = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z


def json_payload(payload: Any) -> bytes:
    """A payload, or a message that has one, as JSON; an instant without a zone is UTC, and written so."""
    return orjson.dumps(payload, option=OPTIONS)
