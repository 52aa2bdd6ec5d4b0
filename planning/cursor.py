"""Cursors: the values of a row's order columns, opaque to clients, checked when they come back.

A cursor is base64 (URL-safe) of a JSON list: the signature of table and order, then the values.
"""

import base64
import binascii
from collections.abc import Sequence
from typing import Any
from zlib import crc32

import orjson

from planning.errors import BadInput
from planning.instants import NAMES, read_instant
from planning.plan import Order
from schema.numerals import real_number
from schema.table import Table
from schema.types import BOOLEAN, DOUBLE, FLOAT, INT, LONG, SHORT, Scalar


def signature(table: Table, order: Sequence[Order], centre: tuple[float, ...] = ()) -> int:
    """32 bits of the table, the order and the place that a cursor is for: one of another is refused.

    `centre` is that of `planning.plan.Page`.
    """
    terms = (f"{term.column.sql}:{term.descending}:{term.nulls_first}" for term in order)
    return crc32(" ".join((table.qualified, *terms, *map(repr, centre))).encode())


def encode(signed: int, values: Sequence[Any]) -> str:
    """The cursor of a row; `signed` is the `signature`, `values` are in the order of its terms.

    Floats are written as text, so that every digit, NaN and the infinities come back as they were.
    """
    parts = [signed, *map(_encoded, values)]
    return base64.urlsafe_b64encode(orjson.dumps(parts, option=orjson.OPT_NAIVE_UTC)).decode()


def decode(cursor: str, table: Table, order: Sequence[Order], centre: tuple[float, ...] = ()) -> tuple[Any, ...]:
    """The values of a cursor, None for NULL; raises `BadInput` for one of another table or order, or none at all."""
    try:
        signed, *encoded = orjson.loads(base64.b64decode(cursor.encode(), altchars=b"-_", validate=True))
        values = tuple(_value(value, term.column.type) for value, term in zip(encoded, order, strict=True))
    except (ValueError, TypeError, OverflowError, UnicodeEncodeError, binascii.Error) as error:
        message = f"{cursor[:60]!r} is not a cursor: give one that a page of {table.plural} gave, as pageInfo.endCursor"
        raise BadInput(message) from error
    if signed != signature(table, order, centre):
        other = "The cursor was made for another table or orderBy, or another centre"
        message = f"{other}: ask {table.plural} in the order it was made for"
        raise BadInput(message)
    return values


def _encoded(value: Any) -> Any:
    return repr(value) if isinstance(value, float) else NAMES.get(value, value)


def _value(encoded: Any, kind: Scalar) -> Any:
    if encoded is None:
        return None
    if kind in (FLOAT, DOUBLE) and isinstance(encoded, str):
        return real_number(encoded)
    if kind.temporal and isinstance(encoded, str):
        return read_instant(encoded, zoneless=kind.zoneless)
    if isinstance(encoded, _PLAIN.get(kind, str)):
        return encoded
    message = f"{encoded!r} is not of this column"
    raise TypeError(message)


_PLAIN: dict[Scalar, type] = {SHORT: int, INT: int, LONG: int, BOOLEAN: bool}
