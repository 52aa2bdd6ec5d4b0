"""What is called as a reader has typed: the search of the pages, by GraphQL's `search`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from adapters.page.built_files import page_document
from adapters.page.choices import choices_page
from adapters.page.rendering import messages
from gateway.destination import destination
from gateway.language import language, page_response
from gateway.page_documents import answered

EXACT = "EXACT"
"""Rank of a match that is called as was asked: to others nobody is sent unasked."""
MOST = 20
"""Matches to choose from."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is called so, or similarly."""

    text: str
    """As it was asked."""
    matches: Sequence[tuple[str, Mapping[str, Any]]]
    """The address of each, and the match, the best first."""
    errors: Sequence[str]
    """What databases could not say."""

    @property
    def meant(self) -> str | None:
        """The address of what alone is called so; None where nothing is, or several things are."""
        exact = {address for address, match in self.matches if match["rank"] == EXACT}
        return exact.pop() if len(exact) == 1 else None


async def search(http: HttpRequest, text: str) -> Found:
    """Search all names for a text, for who asks."""
    answer = await answered(http, page_document("Search"), {"text": text, "first": MOST})
    nodes = ((answer.get("data") or {}).get("search") or {}).get("nodes") or ()
    return Found(text, [(destination(match), match) for match in nodes], messages(answer))


def choices_response(http: HttpRequest, found: Found, status: int = 200) -> Response:
    """The page to choose from."""
    page = choices_page(found.text, found.matches, found.errors, language(http))
    return page_response(http, page, status=status)
