"""What kinds of things may be wrong with a change: stable codes, each with what it says."""

from enum import Enum


class ChangeFault(Enum):
    """A kind of fault: its name is the code, its value a sentence."""

    BAD_INPUT = "A value is not one that its column can hold, or something is missing"
    UNAUTHENTICATED = "Nobody has logged in"
    FORBIDDEN = "Who asks may not change this row, or this column"
    NOT_FOUND = "There is no such row"
    CONFLICT = "The row is another by now, or is there already"
    KEY_REUSED = "The idempotency key was used for another request"
