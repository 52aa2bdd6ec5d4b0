"""What a browser may do with an answer: Content-Security-Policy (W3C, level 3). Nothing comes from another host.

Most answers are no page and may do nothing at all; a page says what it has, in a policy of its own.
"""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256

HEADER = "Content-Security-Policy"
_NONE = dict.fromkeys(("default-src", "base-uri", "form-action", "frame-ancestors"), "'none'")


def _written(policy: Mapping[str, str]) -> str:
    return "; ".join(f"{kind} {source}" for kind, source in policy.items())


NOTHING = _written(_NONE)
"""Of whatever has no policy of its own: it is shown, if at all, as it is, and in no other page."""


def page_policy(**sources: str) -> dict[str, str]:
    """The header of a page, which may have beside `NOTHING` what is said by kind, as `script_src="'self'"`."""
    return {HEADER: _written(_NONE | {kind.replace("_", "-"): source for kind, source in sources.items()})}


def inline(text: str) -> str:
    """The source of what stands in a page itself, between `<style>` and `</style>`."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
