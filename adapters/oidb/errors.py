"""Refusals of OiDB's REST, which knows 400, 401, 404 and 409.

A 401 says here that nobody has logged in, or not who may do that.
"""

from planning.errors import BadInput, GatewayError, NotFound, Unauthenticated
from planning.refused_changes import ChangeRefused
from schema.change_fault import ChangeFault

DENIED = "Permission denied"


def denied(what: str) -> Unauthenticated:
    """The refusal of who may not do this."""
    return Unauthenticated(f"{DENIED}: {what}")


def refusal_of(refused: ChangeRefused) -> GatewayError:
    """The refusal of a change as this API has it: all that is wrong, in one sentence each."""
    message = "; ".join(error.message for error in refused.errors)
    match refused.errors[0].fault:
        case ChangeFault.NOT_FOUND:
            return NotFound(message)
        case ChangeFault.UNAUTHENTICATED | ChangeFault.FORBIDDEN:
            return denied(message)
        case _:
            return BadInput(message)
