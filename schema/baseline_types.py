"""The projected baselines of an exposure as GraphQL types: lengths, position angles and spatial frequencies.

The Obs Portal has them as one JSON value, `{"U1-U2": {"length": {"start": 50.159, "end": 50.084}, "angle": {"start":
14.6, "end": 15.4}}, …}`, in its own VOTables with the numbers as text (ASPRO2's `ProjectedBaselineUtils` reads both).
"""

import math
from typing import Annotated, Any

import strawberry

WAVELENGTH = "Wavelength, m: the spatial frequencies are then in cycles per radian; without it they are in metres"
FIELD_OF_VARIABLES = "uv"
"""The field here that has an argument."""


def _number(value: Any) -> float | None:
    """A number, or a text that is one; None for anything else, and for what JSON cannot write."""
    try:
        number = float(value) if isinstance(value, (int, float, str)) and not isinstance(value, bool) else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


@strawberry.type(description="A value at the start and at the end of an exposure")
class ExposureInterval:
    """The GraphQL type of a value that the Earth's rotation changes."""

    start: float | None = strawberry.field(description="At the start")
    end: float | None = strawberry.field(description="At the end")


@strawberry.type(description="A point of the uv plane")
class UvPoint:
    """The GraphQL type of a spatial frequency."""

    u: float = strawberry.field(description="Towards the east")
    v: float = strawberry.field(description="Towards the north")


@strawberry.type(description="Points of the uv plane at the start and at the end of an exposure")
class UvTrack:
    """The GraphQL type of what an exposure covers of the uv plane."""

    start: UvPoint | None = strawberry.field(description="At the start; null where length or angle is missing")
    end: UvPoint | None = strawberry.field(description="At the end; null where length or angle is missing")


@strawberry.type(description="A baseline as the target sees it, projected on the sky")
class ProjectedBaseline:
    """The GraphQL type of a projected baseline."""

    name: str = strawberry.field(description="Its two stations, as `U1-U2`")
    length: ExposureInterval = strawberry.field(description="Projected length [m]")
    angle: ExposureInterval = strawberry.field(description="Position angle, from north through east [deg]")

    @strawberry.field(description="Its spatial frequencies: the conjugate point has the other signs")  # type: ignore[untyped-decorator]
    def uv(
        self, wavelength: Annotated[float | None, strawberry.argument(description=WAVELENGTH)] = None
    ) -> UvTrack | None:
        """Return `u = B sin PA / λ` and `v = B cos PA / λ`; None for a wavelength that is not above 0."""
        unit = 1.0 if wavelength is None else wavelength
        if not unit > 0:
            return None
        ends = zip((self.length.start, self.length.end), (self.angle.start, self.angle.end), strict=True)
        return UvTrack(**dict(zip(("start", "end"), (_point(*end, unit) for end in ends), strict=True)))


def _point(length: float | None, angle: float | None, unit: float) -> UvPoint | None:
    if length is None or angle is None:
        return None
    return UvPoint(u=length * math.sin(math.radians(angle)) / unit, v=length * math.cos(math.radians(angle)) / unit)


def projected_baselines(value: Any) -> list[ProjectedBaseline] | None:
    """The baselines in the JSON value of an exposure, in its order; None where it is no object."""
    if not isinstance(value, dict):
        return None
    return [
        ProjectedBaseline(name=name, length=_interval(one, "length"), angle=_interval(one, "angle"))
        for name, one in value.items()
    ]


def _interval(baseline: Any, name: str) -> ExposureInterval:
    ends = baseline.get(name) if isinstance(baseline, dict) else None
    start, end = (_number(ends.get(end)) if isinstance(ends, dict) else None for end in ("start", "end"))
    return ExposureInterval(start=start, end=end)
