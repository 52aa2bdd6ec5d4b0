"""What an observation covers of the uv plane as GraphQL types: an object of a row, and an input of filters."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import strawberry

from schema.column import Column
from schema.radio import UV
from schema.table import Table


@strawberry.type(description="What an observation covers of the uv plane")
class UvCoverage:
    """The GraphQL type of the field `uv`."""

    min_distance: float | None = strawberry.field(description=f"{UV['minDistance'].description} [m]")
    max_distance: float | None = strawberry.field(description=f"{UV['maxDistance'].description} [m]")
    eccentricity: float | None = strawberry.field(description=UV["eccentricity"].description)
    telescopes: int | None = strawberry.field(description=UV["telescopes"].description)


@cache
def uv_columns(table: Table) -> Mapping[str, Column]:
    """The columns of a table that `uv` has together, by its names; none where the table lacks one."""
    by_name = {column.name: column for column in table.columns}
    found = {part: by_name[column.name] for part, column in UV.items() if column.name in by_name}
    return MappingProxyType(found if len(found) == len(UV) else {})
