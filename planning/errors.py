"""The refusals and failures that several packages raise; `adql`, `jobs` and the doors have some of their own.

GatewayError
├── BadInput             BAD_INPUT            the request is wrong: says what, and what would be right
├── TooMuch              LIMIT_EXCEEDED       the request is sound but larger than a limit
├── WrongMethod          METHOD_NOT_ALLOWED   a GET that would change something
├── Unauthenticated      UNAUTHENTICATED      credentials are wrong, or somebody must log in first
├── Forbidden            FORBIDDEN            whoever has logged in may not do this
├── NotFound             NOT_FOUND            there is nothing of this name or key
├── EventGone            EVENT_GONE           what followed an event is no longer known
├── SourceUnavailable    SOURCE_UNAVAILABLE   a database behind the hub does not answer
├── HubUnavailable       HUB_UNAVAILABLE      the hub itself does not answer
├── Busy                 BUSY                 every connection is taken
├── ShareTaken           SHARE_TAKEN          this client holds as much of something as one may
├── NoRoom               NO_ROOM              a disk is full, of results or of a database
├── TimedOut             TIMED_OUT            a statement ran into its time limit
└── Internal             INTERNAL             a defect of ours: logged, and not shown to the client
"""

from typing import Any, ClassVar


class GatewayError(Exception):
    """A refusal or failure that is shown to clients: `code` is stable, the message is for people.

    Parameters
    ----------
    message
        What is wrong and what would be right; never SQL, hosts or credentials.
    source
        Name of the database concerned, if it is one.
    retry
        Seconds after which it is worth trying again; None for 2 where the status is 503, and for never elsewhere.
    """

    code: ClassVar[str] = "INTERNAL"
    status: ClassVar[int] = 500
    """HTTP status of a response that is nothing but this error."""

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


class Unauthenticated(GatewayError):
    """Credentials are wrong, or there are none where somebody must log in (RFC 9110 section 15.5.2)."""

    code = "UNAUTHENTICATED"
    status = 401


class Forbidden(GatewayError):
    """Whoever has logged in may not do this."""

    code = "FORBIDDEN"
    status = 403


class NotFound(GatewayError):
    """There is nothing of this name or key."""

    code = "NOT_FOUND"
    status = 404


class EventGone(GatewayError):
    """What followed an event is no longer known."""

    code = "EVENT_GONE"
    status = 410


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


class ShareTaken(GatewayError):
    """One client holds as much of something as one may, and others are to find some."""

    code = "SHARE_TAKEN"
    status = 429

    def __init__(self, message: str, source: str | None = None, retry: int | None = 2) -> None:
        super().__init__(message, source, retry)


class NoRoom(GatewayError):
    """A disk is full."""

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
