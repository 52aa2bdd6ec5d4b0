"""What PostgreSQL refuses because a question is too large for it, in words for whoever asked; by SQLSTATE."""

from planning.errors import Busy, GatewayError, NoRoom, TooMuch
from schema.roles import TEMPORARY

LESS = "ask for less at once, or add a condition"
TOO_MUCH = {
    "53200": f"The question needs more memory than there is for one: {LESS}",
    "53400": f"The question needs more than {TEMPORARY} of temporary room, for sorting or joining: {LESS}",
    "54001": "The question is too complex for PostgreSQL: ask for it in several",
    "54011": "The question has more columns than PostgreSQL takes at once (1600): ask for fewer",
    "54023": "A function has more arguments than PostgreSQL takes",
}
"""Classes 53 (insufficient resources) and 54 (program limit exceeded) of PostgreSQL's errors."""
TOO_LONG = "A row or a value of the question is larger than PostgreSQL takes: ask for fewer columns, or shorter values"


def refused(state: str) -> GatewayError | None:
    """The error for a statement that PostgreSQL refused for its size or for want of room; None for other SQLSTATEs."""
    if state in TOO_MUCH:
        return TooMuch(TOO_MUCH[state])
    if state.startswith("54"):
        return TooMuch(TOO_LONG)
    if state == "53100":
        return NoRoom("A disk of a database is full: tell who runs it, and try again later")
    if state == "53300":
        return Busy("A database has no connection left: try again in a few seconds")
    if state.startswith("40"):
        return Busy("The question was in the way of a change of the rows: try again")
    return None
