"""Where what a reader looks for is: the address of a match, as `web/src/parts/destination.ts` has it too."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from adapters.page.places import place_of


def place_address(text: str) -> str | None:
    """The stars around a place, as Browse shows them; None for a text that is no place."""
    return f"/browse/jsdc.star?{urlencode({'place': text})}" if place_of(text) else None


def destination(match: Mapping[str, Any]) -> str:
    """The address of a match of GraphQL's `search`, which has `kind`, `label`, `source`, `key` and `star { name }`."""
    key = match["key"]
    if match["kind"] == "EXPOSURE":
        return f"/detail/exposure/{quote(key, safe='')}"
    if match["kind"] == "COLLECTION":
        return f"/browse/oidb.granule?{urlencode({'obsCollection': key})}"
    if match["kind"] == "PROGRAMME" and match["source"] == "spica":
        return f"/spica/programs/{quote(key, safe='')}"
    if match["kind"] == "PROGRAMME":
        return f"/browse/obsportal.exposure?{urlencode({'obsProgram': key})}"
    return star_address((match["star"] or {}).get("name") or match["label"])


def star_address(name: str) -> str:
    """The page of a star, or of a target, by its name."""
    return f"/star/{quote(name, safe='')}"
