"""The field `spicaNight`: a night of the survey with SPICA, and pages of its targets."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Annotated, Any

import numpy as np
import strawberry
from strawberry.types.field import StrawberryField

from hub.threads import compute, in_thread
from planning.errors import TooMuch
from resolvers.spica_night import SpicaNight, compute_night
from resolvers.spica_night_curves import bodies
from resolvers.spica_night_pages import NightPage, night_page
from resolvers.spica_night_request import LOWEST, NightRequest, hour_angles
from resolvers.spica_night_rows import to_datetime
from resolvers.spica_survey import Row, load_survey
from resolvers.statements import fetch_kept
from schema.input_types import order_type
from schema.object_types import PageInfo
from schema.scalars import Date
from schema.spica_night import NIGHT
from schema.spica_night_types import SpicaMode, SpicaNightConnection, SpicaNightEdge, SpicaSite
from sky.chara import CHARA
from sky.night import TWILIGHTS
from sky.orientation import orientation_table


@dataclass(frozen=True)
class ShownNight:
    """A night and a page of it, with a property for each field of the GraphQL type that is not the night's own."""

    night: SpicaNight
    page: NightPage

    @property
    def date(self) -> datetime.date:
        """Date of the evening."""
        return self.night.request.evening

    @property
    def site(self) -> SpicaSite:
        """The observatory."""
        longitude, latitude, height = CHARA.geodetic
        return SpicaSite(
            name=CHARA.name,
            longitude=round(float(np.degrees(longitude)), 6),
            latitude=round(float(np.degrees(latitude)), 6),
            height=round(height, 1),
        )

    @property
    def twilights(self) -> list[Row]:
        """Twilights, the Sun's setting and rising first."""
        known = self.night.setup.night.twilights
        return [
            {"sun_altitude": altitude, "evening": to_datetime(known[name][0]), "morning": to_datetime(known[name][1])}
            for name, altitude in TWILIGHTS.items()
        ]

    @property
    def moon_illumination(self) -> float:
        """Lit part of the Moon's disk."""
        return round(self.night.moon_illumination, 3)

    def bodies(self, every: int) -> Row:
        """The instants of altitudes every so many minutes, and where the Sun and the Moon are then."""
        return bodies(self.night.setup.night, every)

    @property
    def stations(self) -> Sequence[str]:
        """The telescopes."""
        return self.night.request.ordered

    @property
    def pops(self) -> str:
        """Pipes of Pan."""
        return self.night.pop_digits

    @property
    def min_elevation(self) -> float:
        """Lowest elevation, degrees."""
        return self.night.request.lowest

    @property
    def orientation_observed(self) -> datetime.date:
        """Last day of which the Earth's orientation was observed."""
        return to_datetime(orientation_table().last_observed).date()

    @property
    def warnings(self) -> Sequence[str]:
        """What there is to mind."""
        return self.night.warnings

    @property
    def nodes(self) -> Sequence[Row]:
        """The targets of the page."""
        return self.page.rows

    @cached_property
    def edges(self) -> list[SpicaNightEdge]:
        """The targets of the page with their cursors."""
        return [
            SpicaNightEdge(cursor=text, node=row) for text, row in zip(self.page.cursors, self.page.rows, strict=True)
        ]

    @property
    def page_info(self) -> PageInfo:
        """Where the page stands."""
        return self.page.info

    @property
    def total_count(self) -> int:
        """Number of targets on all pages."""
        return len(self.night.rows)

    @property
    def observable_count(self) -> int:
        """How many of them can be observed."""
        return sum(row["observable"] for row in self.night.rows)


LARGEST_PAGE = 200
"""Targets: graphql-core completes their fields in the event loop, those of 100 in some 20 ms."""
NightOrder: Any = order_type(NIGHT)
Evening = Annotated[Date, strawberry.argument(description="Date of the evening at the observatory")]
Modes = Annotated[list[SpicaMode] | None, strawberry.argument(description="Only targets wanted in these modes")]
Programmes = Annotated[
    list[str] | None,
    strawberry.argument(description="Only targets that one of these programmes wants, as S01, first or second"),
]
Priorities = Annotated[
    list[int] | None, strawberry.argument(description="Only targets with these final priorities, 1 to 4")
]
Stations = Annotated[
    list[str] | None, strawberry.argument(description="Telescopes, four to six of E1 W2 W1 S2 S1 E2; null for all six")
]
Pops = Annotated[
    str | None,
    strawberry.argument(
        description="Pipe of Pan of each telescope, in the order E1 W2 W1 S2 S1 E2, as 451215; null for those with "
        "which most targets can be observed, W2 on 5"
    ),
]
Lowest = Annotated[float, strawberry.argument(description="Lowest elevation, degrees")]
Earliest = Annotated[float | None, strawberry.argument(description="First hour angle, hours from -12; null for any")]
Latest = Annotated[float | None, strawberry.argument(description="Last hour angle, hours up to 12; null for any")]
Observable = Annotated[bool, strawberry.argument(description="Whether only those that can be observed")]
OrderBy = Annotated[
    list[NightOrder] | None, strawberry.argument(description="Terms of the order; null for priority and transit")
]
First = Annotated[int | None, strawberry.argument(description="How many targets, from the start or from after")]
After = Annotated[str | None, strawberry.argument(description="Start after the target with this cursor")]
Last = Annotated[int | None, strawberry.argument(description="How many targets, from the end or from before")]
Before = Annotated[str | None, strawberry.argument(description="End before the target with this cursor")]


async def resolve_spica_night(  # noqa: PLR0913, PLR0917 - these are the arguments of a GraphQL field
    info: strawberry.Info[Any, None],
    date: Evening,
    modes: Modes = None,
    programmes: Programmes = None,
    priorities: Priorities = None,
    stations: Stations = None,
    pops: Pops = None,
    min_elevation: Lowest = LOWEST,
    min_hour_angle: Earliest = None,
    max_hour_angle: Latest = None,
    observable: Observable = False,
    order_by: OrderBy = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Any:
    """Resolve `spicaNight`.

    Raises
    ------
    GatewayError
        An argument is wrong, or a database does not answer.
    """
    terms = [{name: value for name, value in vars(term).items() if value} for term in order_by or ()]
    paging = {"first": first, "after": after, "last": last, "before": before, "orderBy": terms}
    request = NightRequest(
        date,
        frozenset(mode.value for mode in modes or ()),
        frozenset(programmes or ()),
        frozenset(priorities or ()),
        tuple(stations) if stations else NightRequest.stations,
        pops or "",
        min_elevation,
        hour_angles(min_hour_angle, max_hour_angle),
        observable,
    )
    request.check()
    for name, count in (("first", first), ("last", last)):
        if count is not None and count > LARGEST_PAGE:
            message = f"{name} is {count}: at most {LARGEST_PAGE} targets at once, or all of them at /night"
            raise TooMuch(message)
    survey = await load_survey(info.context.fetch, partial(fetch_kept, info.context.hub))
    night = await compute(compute_night, request, survey)
    return ShownNight(night, await in_thread(night_page, night.rows, paging, info.context.largest_page))


FIELD: StrawberryField = strawberry.field(
    resolver=resolve_spica_night,
    name="spicaNight",
    graphql_type=SpicaNightConnection | None,
    description="A night of the survey with SPICA at CHARA: what can be observed when, how urgent it is, and by what "
    "it is calibrated",
)
