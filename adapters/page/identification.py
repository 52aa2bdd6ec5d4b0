"""How a star was identified in each database, and what is doubtful."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adapters.page.quantities import Values
from adapters.page.words import Say

METHODS = {
    "NONE": "not identified: the name is of no star, and none is near",
    "POSITION": "by place alone: the name says nothing",
    "POSITION_AND_NAME": "by place, and the name says the same",
    "NAME": "by name, among several stars or a little beyond the radius",
    "CONTRADICTED": "by place, while the name is of another star",
    "AMBIGUOUS": "several stars are as near, and no name decides: the best is kept",
    "ELSEWHERE": "not identified: the name is of a star that is far from the place",
}
"""Of identification, in words."""
KINDS = {
    "EXACT": "one of the names of the star, as it is spelt",
    "FOLDED": "a name of this star alone, in another case",
    "COMPONENT": "the name of a component, of which this is the primary",
    "ALIAS": "what observers call it, or a place that this is the nearest star of",
    "AMBIGUOUS": "several stars bear it: this is the likeliest",
}
"""How the name that was asked was resolved."""
CONFIDENCES = {"HIGH": "high", "MEDIUM": "medium", "LOW": "low", "NO": "none"}
SURE = "HIGH"


@dataclass(frozen=True, slots=True)
class Identification:
    """How a name of a database was found to be the star."""

    source: str
    name: str
    method: str
    confidence: str
    separation: float | None
    """Arcseconds from the star."""
    second: float | None
    """Arcseconds from the next star."""
    mates: int | None
    """Stars that are as near."""
    doubtful: bool


def identifications(found: Values, say: Say) -> Sequence[Identification]:
    """What each database calls the star and how that was found, each once; the doubtful first."""
    rows = dict.fromkeys(
        Identification(
            source, name or "", say(METHODS[identity["method"]]), say(CONFIDENCES[identity["confidence"]]),
            identity["separation"], identity["separation2nd"], identity["nMates"], identity["confidence"] != SURE,
        )
        for source, name, identity in _identities(found) if identity
    )  # fmt: skip
    return sorted(rows, key=lambda one: not one.doubtful)


def _identities(found: Values) -> Iterator[tuple[str, str | None, Values | None]]:
    for part, source, field in (
        ("targets", "Obs Portal", "targetName"), ("granules", "OiDB", "targetName"),
        ("spicaTargets", "SPICA-DB", "targetMainId"),
    ):  # fmt: skip
        for one in (found.get(part) or {}).get("nodes") or ():
            yield source, one[field], one["identity"]
