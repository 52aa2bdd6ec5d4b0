"""When a place can be observed, in GraphQL."""

import strawberry

from schema.scalars import DateTime


@strawberry.type(description="A time in which an interferometer can observe a place")
class VisibilityInterval:
    """A row of `schema.visibility`, with instants for MJDs."""

    start: DateTime = strawberry.field(description="Begin")
    end: DateTime = strawberry.field(description="End")
    seconds: float = strawberry.field(description="How long it is")
    interferometer: str = strawberry.field(description="VLTI or CHARA")
    stations: list[str] = strawberry.field(description="The stations, in the order of the beams")
    pops: str | None = strawberry.field(description="Pipe of Pan of each station, as 451215; null for VLTI")
    lowest_elevation: float = strawberry.field(description="Least elevation meanwhile, degrees")
    highest_elevation: float = strawberry.field(description="Greatest elevation meanwhile, degrees")
    moon_separation: float = strawberry.field(description="Least distance to the Moon meanwhile, up or not, degrees")
    limited_by: list[str] = strawberry.field(
        description="What speaks against it and may be overruled, SAFE_ELEVATION or MOON; empty unless `soft` is true"
    )


@strawberry.type(description="When interferometers can observe a place")
class Visibility:
    """Type of the field `visibility`."""

    intervals: list[VisibilityInterval] = strawberry.field(description="The times, by their begins")
    orientation_predicted: DateTime = strawberry.field(
        description="Up to when the Earth's orientation is known or predicted: beyond, times may be two seconds off"
    )
    configurations: list[str] = strawberry.field(description="ASPRO2's configurations that they are computed with")
