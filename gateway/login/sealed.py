"""What a session is verified again by, sealed with the session's own secret: who has the table alone reads nothing.

Of a secret the hub keeps its SHA-256 alone. A session is given one of 256 random bits, and seals one text with it:
under a key stream that is used once and is as long as the text, adding is as good as any cipher.
"""

from base64 import b64decode, b64encode
from hashlib import shake_256

BLOCK = 256
"""Bytes that a text is made longer to a multiple of, so that its length does not tell that of a password."""
PURPOSE = b"jmmc-gateway session\0"
"""What the key stream is for: no other digest of the secret is a part of it."""


def sealed(text: str, secret: str) -> str:
    """A text of ASCII without NUL, such as Basic credentials in base64, sealed with a secret that seals no other."""
    return b64encode(_added(text.encode("ascii"), secret)).decode()


def opened(text: str, secret: str) -> str:
    """What was sealed with this secret."""
    return _added(b64decode(text), secret).rstrip(b"\0").decode("ascii")


def _added(content: bytes, secret: str) -> bytes:
    content += bytes(-len(content) % BLOCK)
    stream = shake_256(PURPOSE + secret.encode()).digest(len(content))
    return (int.from_bytes(content) ^ int.from_bytes(stream)).to_bytes(len(content))
