"""The page of an exposure, at the path that the Obs Portal has it and OiDB's `access_url` names."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from adapters.page.instants import evening
from adapters.page.rendering import rendered
from adapters.page.words import ENGLISH
from schema.obsportal import PROJECTED_BASELINES, WIRE

DOCUMENT = (
    "query DetailExposure($name: [String!]!) { exposures(where: { expId: { in: $name } }, first: 1) { nodes { "
    "expStart expEnd projectedBaselines { name length { start end } angle { start end } } star { name } "
    f"{' '.join(column.graphql for column in WIRE)} }} }} }}"
)
"""The stored document of the page."""
SECONDS = 86_400
"""Of a day."""


class Told(NamedTuple):
    """A column of the Obs Portal with its value."""

    name: str
    text: str
    unit: str
    description: str


def exposure_page(exposure: Mapping[str, Any], links: str, language: str = ENGLISH) -> str:
    """Write the page.

    Parameters
    ----------
    exposure
        As `DOCUMENT` gives it.
    links
        The address of its DataLink.
    language
        One of `LANGUAGES`.
    """
    start, end = exposure["expMjdStart"], exposure["expMjdEnd"]
    return rendered(
        "exposure.html", language,
        one=exposure,
        links=links,
        star=(exposure["star"] or {}).get("name") or exposure["targetName"],
        seconds=None if start is None or end is None else SECONDS * (end - start),
        night="" if start is None else evening(start, exposure["interferometerName"]).isoformat(),
        problems=exposure["expValidationLog"] or (),
        told=list(_told(exposure)),
    )  # fmt: skip


def _told(exposure: Mapping[str, Any]) -> Iterator[Told]:
    for column in _columns():
        value = exposure[column.graphql]
        if value is not None:
            text = value if isinstance(value, str) else orjson.dumps(value).decode()
            yield Told(column.name, text, column.unit, column.description)


def _columns() -> Sequence[Any]:
    return [column for column in WIRE if column is not PROJECTED_BASELINES]
