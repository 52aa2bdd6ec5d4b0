"""The field `statistics`: stored figures of the sources, with the data version and time they were computed for."""

from collections.abc import Iterator
from typing import Annotated, Any

import strawberry
from strawberry.types.field import StrawberryField

from hub.row_counts import StoredCounts
from planning.errors import BadInput
from resolvers.execution import gather_results
from schema.catalog import suggestion
from schema.scalars import DateTime
from schema.statistics import FIGURES


@strawberry.type(description="A figure of a database, computed when its data change")
class Statistic:
    """The GraphQL type of one figure."""

    key: str = strawberry.field(description="What it is; those of the Obs Portal are its own")
    value: str = strawberry.field(description="The figure as people read it")
    number: float | None = strawberry.field(description="The figure itself, where it is a number; days for an MJD")
    source: str = strawberry.field(description="The database, as `obsportal`")
    computed_at: DateTime = strawberry.field(description="When it was computed")
    version: str | None = strawberry.field(description="Version of the data that it is of, null where none is known")


Sources = Annotated[list[str] | None, strawberry.argument(description="Only of these databases, as `obsportal`")]


async def resolve_statistics(info: strawberry.Info[Any, None], sources: Sources = None) -> list[Statistic] | None:
    """Resolve `statistics`: the stored figures of all sources or of those named; raises `BadInput` for unknown names.

    A source that never answered has no figures.
    """
    for name in sources or ():
        if name not in FIGURES:
            message = f"There are no statistics of {name[:60]}{suggestion(name, list(FIGURES))}"
            raise BadInput(message)
    names = list(FIGURES if sources is None else dict.fromkeys(sources))
    kept: list[StoredCounts] = await gather_results([info.context.hub.row_counts.of(name) for name in names])
    return [statistic for name, counts in zip(names, kept, strict=True) for statistic in _statistics_of(name, counts)]


def _statistics_of(source: str, kept: StoredCounts) -> Iterator[Statistic]:
    at, version = DateTime(kept.computed_at), kept.version
    for key, value, number in kept.lines:
        yield Statistic(key=key, value=value, number=number, source=source, computed_at=at, version=version)


FIELD: StrawberryField = strawberry.field(
    resolver=resolve_statistics,
    name="statistics",
    description="Figures of the databases, computed when their data change",
)
