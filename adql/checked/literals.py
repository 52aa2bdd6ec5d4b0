"""Character strings that stand in a query for a number, as PostgreSQL reads them: OiDB asks `t.id = '2000000'`."""

from adql.checked.typed import TypedExpression
from adql.errors import AdqlError
from adql.grammar.numerals import DIGITS, is_number
from adql.template import fragment, real
from adql.tree import TextPosition
from schema.types import DOUBLE, INT, LONG

LARGEST = {INT: 2**31 - 1, LONG: 2**63 - 1}
"""Of integer types, the smallest first."""


def as_number(value: TypedExpression, at: TextPosition) -> TypedExpression:
    """A value, as the number that it reads as if it is a character string that stands in the query.

    Raises
    ------
    AdqlError
        It is such a string and reads as no number.
    """
    if value.string is None:
        return value
    if not is_number(value.string):
        raise AdqlError(f"{value.string[:60]!r} is no number", at, "a number is wanted here, as 12 or '12'")
    text = value.string.strip()
    if DIGITS.fullmatch(text):
        whole = int(text)
        for scalar, largest in LARGEST.items():
            if abs(whole) <= largest:
                return TypedExpression(fragment(f"({whole})" if whole < 0 else str(whole)), scalar, number=float(whole))
    return double(float(text))


def double(number: float) -> TypedExpression:
    """A number in double precision that is known already."""
    return TypedExpression(real(number), DOUBLE, number=number)
