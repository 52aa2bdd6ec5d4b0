"""The field `visibility`: when interferometers can observe a place, or a star of JSDC."""

import datetime
from collections.abc import Mapping
from enum import Enum
from inspect import Parameter, signature
from types import GenericAlias
from typing import Annotated, Any

import strawberry
from strawberry.types.field import StrawberryField

from planning.errors import TooMuch
from resolvers.field_arguments import argument, named_argument
from resolvers.spica_night_rows import to_datetime, to_mjd
from resolvers.visibility import Row, visibility_rows
from resolvers.visibility_request import INSTRUMENTS, INTERFEROMETERS, LOWEST, VisibilityRequest
from schema.input_types import Site
from schema.jsdc import STAR
from schema.made_types import annotation
from schema.scalars import DateTime
from schema.visibility_types import Visibility, VisibilityInterval
from sky.night import DARK, TWILIGHTS
from sky.orientation import orientation_table

LONGEST = datetime.timedelta(days=62)
"""Range of time of one field: graphql-core completes its intervals in the event loop, those of all arrays in 30 ms."""
MOST = 10_000
"""Intervals; there are fewer in `LONGEST`."""
MOST_FIELDS = 10
"""Fields of one operation: each takes up to 0.4 s of a processor."""
SECONDS = 30.0
"""How long a field may be computed."""
_TWILIGHTS = {
    name.upper(): strawberry.enum_value(name, description=f"The Sun's centre is at {height:.3g} degrees")
    for name, height in TWILIGHTS.items()
}
Twilight: Any = strawberry.enum(Enum("Twilight", _TWILIGHTS), description="An end of twilight")  # type: ignore[call-overload]
PLACE = {
    "ra": Annotated[float, strawberry.argument(description="Right ascension, ICRS, degrees")],
    "dec": Annotated[float, strawberry.argument(description="Declination, ICRS, degrees")],
}
ARGUMENTS = {
    "from": Annotated[DateTime, strawberry.argument(description="Begin of the time that is looked at")],
    "to": Annotated[DateTime, strawberry.argument(description=f"Its end, at most {LONGEST.days} days later")],
    "interferometer": argument(Site, "The interferometer; both if none is said"),
    "instrument": argument(str, f"One of {', '.join(INSTRUMENTS)}, which says the interferometer"),
    "stations": argument(
        GenericAlias(list, (str,)),
        "Four to six telescopes of CHARA, or the four stations of a quadruplet of VLTI; if none are said, CHARA's six "
        "and each quadruplet",
    ),
    "pops": argument(str, "Pipe of Pan of each telescope of CHARA, as 451215; the best of each night if none are said"),
    "min_elevation": argument(float, f"Lowest elevation, degrees; {LOWEST:g} if none is said"),
    "night": argument(Twilight, f"The night is between the ends of this twilight; {DARK.upper()} if none is said"),
    "min_seconds": argument(float, "Intervals shorter than this are left out, seconds"),
    "soft": argument(
        bool, "Whether there are also times that the Moon or high elevation speaks against; no if not said"
    ),
}


async def _visible(ra: float, dec: float, given: Mapping[str, Any], motion: tuple[float, float] = (0, 0)) -> Visibility:
    """The times of a place, ICRS degrees, and its proper motion, mas/yr; raises `GatewayError`."""
    start, end = given["from"], given["to"]
    if end - start > LONGEST:
        message = f"The time is {(end - start).days} days: at most {LONGEST.days} at once, or up to 400 at /visibility"
        raise TooMuch(message)
    site, lowest = given.get("interferometer"), given.get("min_elevation")
    night = given.get("night")
    request = VisibilityRequest(
        ra,
        dec,
        to_mjd(start),
        to_mjd(end),
        site.value if site else "",
        (given.get("instrument") or "").upper(),
        tuple(given.get("stations") or ()),
        given.get("pops") or "",
        LOWEST if lowest is None else lowest,
        night.value if night else DARK,
        given.get("min_seconds") or 0.0,
        bool(given.get("soft")),
        motion,
    )
    request.check()
    rows = [row async for some in visibility_rows(request, SECONDS, MOST) for row in some]
    names = sorted({setup.array.site.name for setup in request.setups()})
    return Visibility(
        intervals=[_interval(row) for row in rows],
        orientation_predicted=DateTime(to_datetime(orientation_table().last)),
        configurations=[f"{name} {INTERFEROMETERS[name]}" for name in names],
    )


def _interval(row: Row) -> VisibilityInterval:
    return VisibilityInterval(
        start=DateTime(to_datetime(row["t_start"])),
        end=DateTime(to_datetime(row["t_stop"])),
        seconds=row["t_observability"],
        interferometer=row["facility"],
        stations=row["stations"].split(),
        pops=row["pops"],
        lowest_elevation=row["elevation_min"],
        highest_elevation=row["elevation_max"],
        moon_separation=row["moon_sep_min"],
        limited_by=(row["limited_by"] or "").split(),
    )


def _count(info: strawberry.Info[Any, None]) -> None:
    """Raise `TooMuch` for more fields of one operation than are computed: those of a list of stars would take long."""
    info.context.visibilities += 1
    if info.context.visibilities > MOST_FIELDS:
        message = f"visibility is asked for more than {MOST_FIELDS} times at once: ask for fewer stars"
        raise TooMuch(message)


async def _of_place(info: strawberry.Info[Any, None], **given: Any) -> Visibility:
    """Resolve `visibility` of Query; raises `GatewayError`."""
    _count(info)
    return await _visible(given.pop("ra"), given.pop("dec"), given)


async def _of_star(info: strawberry.Info[Any, None], root: strawberry.Parent[Any], **given: Any) -> Visibility:
    """Resolve `visibility` of a star; raises `GatewayError`."""
    _count(info)
    ra, dec, pmra, pmdec = (root[STAR.by_field[name].sql] for name in ("ra", "dec", "pmRa", "pmDec"))
    return await _visible(ra, dec, given, (pmra or 0.0, pmdec or 0.0))


def _field(resolve: Any, description: str, args: Mapping[str, Any]) -> StrawberryField:
    signed = signature(resolve)
    fixed = [parameter for parameter in signed.parameters.values() if parameter.kind is not Parameter.VAR_KEYWORD]
    resolve.__signature__ = signed.replace(parameters=fixed)
    field: StrawberryField = strawberry.field(
        resolver=resolve, name="visibility", description=description, graphql_type=annotation(Visibility | None)
    )
    field.arguments = [named_argument(name, kind) for name, kind in args.items()]
    return field


FIELD = _field(
    _of_place, "When VLTI or CHARA can observe a place, with horizons, delay lines and Pipes of Pan", PLACE | ARGUMENTS
)
STAR_FIELD = _field(_of_star, "When VLTI or CHARA can observe it, with its proper motion", ARGUMENTS)
