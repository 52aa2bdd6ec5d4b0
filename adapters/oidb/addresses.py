"""What is an address that a browser may be led to."""

import re

_WEB = re.compile(
    r"(?:https?|ftp)://(?:[^\s/?#\\@]*@)?(?:[\w.~%-]+|\[[\da-f:.]+\])(?::\d*)?(?:[/?#][^\x00-\x1f]*)?", re.IGNORECASE
)
WANTED = "an address of http, https or ftp with its host is wanted, as https://oidb.jmmc.fr/oifits/a.fits"


def is_web_address(text: str) -> bool:
    """Whether a text is a URL of http, https or ftp with a host (RFC 3986); blanks in its path are let pass."""
    return _WEB.fullmatch(text) is not None
