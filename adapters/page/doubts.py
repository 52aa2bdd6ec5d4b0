"""The page of doubts: records whose star is not sure, with the stars that it could be, for curators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.page.identification import CONFIDENCES, METHODS
from adapters.page.rendering import messages, rendered
from schema.catalog import SOURCES

HERE = Path(__file__).parent
DOCUMENT, CANDIDATES = (HERE / "doubts.graphql").read_text(), (HERE / "candidates.graphql").read_text()
"""What is asked of GraphQL: the records, and the stars around them."""
DATABASES = {name: SOURCES[name].title for name in ("obsportal", "oidb", "spica")} | {"badcal": "BadCal"}
"""Of whose records there are identities."""
DOUBTFUL = ("AMBIGUOUS", "CONTRADICTED", "ELSEWHERE")
"""Those that are to be reviewed."""
RADIUS = 30.0
"""Arcseconds within which stars are candidates (`identity.match`)."""
Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader has chosen."""

    database: str
    method: str
    """"" for all that are doubtful."""
    after: str

    @property
    def methods(self) -> tuple[str, ...]:
        """The ways of identification that are shown."""
        return (self.method,) if self.method else DOUBTFUL


def records(payload: Mapping[str, Any], database: str) -> Sequence[Node]:
    """The records of a page; none where their database does not answer."""
    nodes: Sequence[Node] = ((payload.get("data") or {}).get(database) or {}).get("nodes") or ()
    return nodes


def placed(nodes: Sequence[Node]) -> list[Node]:
    """Those that have a place, around which there are candidates."""
    return [node for node in nodes if node["ra"] is not None and node["dec"] is not None]


def named_stars(nodes: Sequence[Node]) -> list[int]:
    """JSDC's numbers of the stars that the names of records are of, where those are others."""
    return sorted({node["identity"]["namedStarId"] for node in nodes if node["identity"]["namedStarId"] is not None})


def doubts_page(payload: Mapping[str, Any], around: Mapping[str, Any], choice: Choice, language: str) -> str:
    """Write the page.

    Parameters
    ----------
    payload, around
        What GraphQL answered to `DOCUMENT` and to `CANDIDATES`: of a database that does not answer the page says so.
    choice, language
        Of who reads.
    """
    data, nearby = payload.get("data") or {}, around.get("data") or {}
    nodes, page = records(payload, choice.database), data.get(choice.database) or {}
    info, candidates = page.get("pageInfo") or {}, dict[int, list[Node]]()
    for match in (nearby.get("crossmatch") or {}).get("nodes", ()):
        candidates.setdefault(match["position"], []).append(match)
    positions = {id(node): at for at, node in enumerate(placed(nodes))}
    names = {star["jsdcId"]: star["name"] for star in (nearby.get("stars") or {}).get("nodes", ())}
    return rendered(
        "doubts.html", language, page="doubts", choice=choice, databases=DATABASES, words=METHODS, doubtful=DOUBTFUL,
        confidences=CONFIDENCES,
        counts=_counts(data), total=page.get("totalCount"), names=names, radius=RADIUS,
        records=[(node, candidates.get(positions.get(id(node), -1), [])) for node in nodes],
        after=info.get("endCursor") if info.get("hasNextPage") else None,
        errors=messages(payload, around),
    )  # fmt: skip


def _counts(data: Mapping[str, Any]) -> dict[str, dict[str, int] | None]:
    """How many records each way of identification has, by database; None of one that does not answer."""
    counted = {name: data.get(f"{name}Counts") for name in DATABASES}
    return {
        name: None if groups is None else {group["key"]["method"]: group["count"] for group in groups}
        for name, groups in counted.items()
    }
