"""Every way to refuse or fail below the edge.

GatewayError
├── BadInput             BAD_INPUT            the request is wrong: says what, and what would be right
├── TooMuch              LIMIT_EXCEEDED       the request is sound but larger than a limit
├── WrongMethod          METHOD_NOT_ALLOWED   a GET that would change something
├── NotFound             NOT_FOUND            a name or key that nothing bears
├── SourceUnavailable    SOURCE_UNAVAILABLE   a database behind the hub does not answer
├── HubUnavailable       HUB_UNAVAILABLE      the hub itself does not answer
├── Busy                 BUSY                 every connection is taken
├── NoRoom               NO_ROOM              there is no room on the disk where rows are put aside
├── TimedOut             TIMED_OUT            a statement ran into its time limit
└── Internal             INTERNAL             a defect of ours: logged here, not told there
"""

from typing import Any, ClassVar


class GatewayError(Exception):
    """A refusal or failure that a client may be told; `code` is stable, the text is for people."""

    code: ClassVar[str] = "INTERNAL"
    status: ClassVar[int] = 500
    """HTTP status where the whole answer is this error."""

    def __init__(self, message: str, source: str | None = None, retry: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.source = source
        """Database concerned, if it is one."""
        self.retry = retry if retry or self.status != 503 else 2
        """Seconds after which it is worth trying again, None where it is not."""

    @property
    def extensions(self) -> dict[str, Any]:
        """What a GraphQL error carries beside its message."""
        return {"code": self.code} | ({"source": self.source} if self.source else {})


class BadInput(GatewayError):
    """The request is wrong."""

    code = "BAD_INPUT"
    status = 400


class TooMuch(GatewayError):
    """The request is larger than a limit."""

    code = "LIMIT_EXCEEDED"
    status = 400


class WrongMethod(GatewayError):
    """A GET asks for what only a POST may."""

    code = "METHOD_NOT_ALLOWED"
    status = 405


class NotFound(GatewayError):
    """Nothing bears this name or key."""

    code = "NOT_FOUND"
    status = 404


class SourceUnavailable(GatewayError):
    """A database behind the hub does not answer."""

    code = "SOURCE_UNAVAILABLE"
    status = 503


class HubUnavailable(GatewayError):
    """The hub does not answer."""

    code = "HUB_UNAVAILABLE"
    status = 503


class Busy(GatewayError):
    """Every connection is taken."""

    code = "BUSY"
    status = 503


class NoRoom(GatewayError):
    """There is no room left on the disk where rows are put aside."""

    code = "NO_ROOM"
    status = 503


class TimedOut(GatewayError):
    """A statement ran into its time limit."""

    code = "TIMED_OUT"
    status = 504


class Internal(GatewayError):
    """A defect of ours."""

    code = "INTERNAL"
    status = 500
