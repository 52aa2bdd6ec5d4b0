"""A night of SPICA in GraphQL: its frame, and pages of targets."""

from enum import Enum
from types import GenericAlias
from typing import Annotated, Any

import strawberry

from schema.object_types import PageInfo, row_class
from schema.scalars import Date, DateTime
from schema.spica_night import INTERVAL, LIMIT, NIGHT, TWILIGHT
from schema.spica_rules import MODES

_MODES = {name: strawberry.enum_value(name, description=mode.description) for name, mode in MODES.items()}
SpicaMode: Any = strawberry.enum(Enum("SpicaMode", _MODES), description="What SPICA observes a target for")  # type: ignore[call-overload]
Target = row_class(NIGHT)
Intervals = GenericAlias(list, (row_class(INTERVAL),))
Twilight = row_class(TWILIGHT)
COURSE = "course"
"""Where a row has the target's way over the sky, which has `altitudes`."""
Every = Annotated[int, strawberry.argument(description="Minutes from one to the next, 1 to 60")]
Limits = GenericAlias(list, (row_class(LIMIT),))


@strawberry.type(description="The observatory of a night")
class SpicaSite:
    """Where the night is."""

    name: str = strawberry.field(description="Its name")
    longitude: float = strawberry.field(description="East of Greenwich, degrees")
    latitude: float = strawberry.field(description="Geodetic latitude, degrees")
    height: float = strawberry.field(description="Above the ellipsoid WGS84, m")


@strawberry.type(description="A target of a night and its cursor")
class SpicaNightEdge:
    """A target of a page, with its cursor."""

    cursor: str = strawberry.field(description="Where the target stands, for after")
    node: Target = strawberry.field(description="The target")  # type: ignore[valid-type]


@strawberry.type(description="Instants of a night at which altitudes are given, the same for all targets")
class SpicaNightGrid:
    """What altitudes are plotted over."""

    start: DateTime = strawberry.field(description="The first, before sunset; each of the others is `every` later")
    every: int = strawberry.field(description="Minutes from one to the next")
    sun: list[float] = strawberry.field(description="Altitude of the Sun's centre at each, degrees")
    moon: list[float] = strawberry.field(description="Altitude of the Moon's centre at each, degrees")


def _grid(root: strawberry.Parent[Any], every: Every = 10) -> SpicaNightGrid:
    return SpicaNightGrid(**root.bodies(every))


@strawberry.type(description="A night of the survey with SPICA, and a page of its targets")
class SpicaNightConnection:
    """Type of the field `spicaNight`."""

    date: Date = strawberry.field(description="Date of the evening at the observatory")
    site: SpicaSite = strawberry.field(description="The observatory")
    twilights: list[Twilight] = strawberry.field(  # type: ignore[valid-type]
        description="When the Sun sets and rises, and when civil, nautical and astronomical twilight end and begin"
    )
    moon_illumination: float = strawberry.field(description="Lit part of the Moon's disk in the middle of the night")
    stations: list[str] = strawberry.field(description="The telescopes, in the order of SPICA's beams")
    pops: str = strawberry.field(description="Pipe of Pan of each telescope, as 451215")
    min_elevation: float = strawberry.field(description="Lowest elevation, degrees")
    orientation_observed: Date = strawberry.field(
        description="Last day of which the Earth's orientation is known from observations: later ones are predicted"
    )
    warnings: list[str] = strawberry.field(description="What makes the times less certain than 1 s; usually nothing")
    nodes: list[Target] = strawberry.field(description="The targets of this page")  # type: ignore[valid-type]
    edges: list[SpicaNightEdge] = strawberry.field(description="The targets of this page, each with its cursor")
    page_info: PageInfo = strawberry.field(description="Where this page stands")
    total_count: int = strawberry.field(description="How many targets there are on all pages")
    observable_count: int = strawberry.field(description="How many of them can be observed that night")

    grid: SpicaNightGrid = strawberry.field(
        resolver=_grid, description="When altitudes are given, with those of the Sun and the Moon"
    )


def row_fields() -> dict[str, Any]:
    """Fields of a target beside its columns, which are read from its row."""
    return {
        "intervals": strawberry.field(
            resolver=_of_row("intervals"),
            name="intervals",
            description="When it can be observed",
            graphql_type=Intervals,
        ),
        "limits": strawberry.field(
            resolver=_of_row("limits"),
            name="limits",
            description="What takes time away, hard limits before soft ones",
            graphql_type=Limits,
        ),
        "altitudes": strawberry.field(
            resolver=_altitudes,
            name="altitudes",
            description="Its altitude at each instant of `grid`, degrees without refraction",
            graphql_type=GenericAlias(list, (float,)),
        ),
    }


def _altitudes(root: strawberry.Parent[Any], every: Every = 10) -> Any:
    return root[COURSE].altitudes(every)


def _of_row(name: str) -> Any:
    def resolve(root: strawberry.Parent[Any]) -> Any:
        return root[name]

    return resolve
