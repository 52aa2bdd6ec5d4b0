"""The page of what may be meant by a text of the search box: what is called so, or similarly."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.page.rendering import rendered
from adapters.page.words import ENGLISH
from schema.catalog import TITLES

KINDS = {
    "STAR": "star", "TARGET": "target", "PROGRAMME": "programme", "COLLECTION": "collection", "EXPOSURE": "exposure",
}  # fmt: skip
"""Of GraphQL's `search`, in words."""


def choices_page(
    text: str, choices: Sequence[tuple[str, Mapping[str, Any]]], errors: Sequence[str], language: str = ENGLISH
) -> str:
    """Write it.

    Parameters
    ----------
    text
        As it was asked.
    choices
        The address of each match, and the match of GraphQL's `search`: `kind`, `label`, `matched` and `source`.
    errors
        What databases could not say.
    language
        One of `LANGUAGES`.
    """
    return rendered(
        "choices.html", language, asked=text, choices=dict(choices).items(), errors=errors,
        kinds=KINDS, titles=TITLES,
    )  # fmt: skip
