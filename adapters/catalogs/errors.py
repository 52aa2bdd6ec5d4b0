"""Refusals of the catalogue API, which knows 400, 401 and 404 alone.

A 401 says here that nobody has logged in, or not who may do that.
"""

from planning.errors import BadInput, GatewayError, NotFound, Unauthenticated
from planning.refused_changes import ChangeRefused
from schema.change_fault import ChangeFault


class NoRecord(NotFound):
    """There is no such catalogue or row."""


def refusal_of(refused: ChangeRefused, owners: str) -> GatewayError:
    """The refusal of a change as this API has it; `owners` names who owns the row that was asked, if it is known."""
    first = refused.errors[0]
    match first.fault:
        case ChangeFault.NOT_FOUND:
            return NoRecord(f"no record found: {first.message}")
        case ChangeFault.UNAUTHENTICATED:
            return Unauthenticated(first.message)
        case ChangeFault.FORBIDDEN:
            about = f"Operation restricted to record's owner({owners}), delegated users or admins: {first.message}"
            return Unauthenticated(about)
        case _:
            return BadInput(first.message)
