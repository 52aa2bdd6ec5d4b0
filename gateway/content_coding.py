"""Codings of what clients send (RFC 9110 section 8.4): none is undone here, and what has one is refused by its name."""

from collections.abc import Mapping

from planning.errors import GatewayError

PLAIN = ("", "identity")


class UnsupportedMedia(GatewayError):
    """The body is in a format that is not read."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    status = 415


class UnsupportedCoding(UnsupportedMedia):
    """The body is compressed."""


def require_plain(headers: Mapping[str, str]) -> None:
    """Raise `UnsupportedCoding` for a body that is compressed."""
    coding = headers.get("content-encoding", "").strip().lower()
    if coding not in PLAIN:
        message = f"The body is said to be {coding[:40]!r} (Content-Encoding): send it as it is, without a coding"
        raise UnsupportedCoding(message)
