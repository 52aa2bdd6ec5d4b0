"""The field `distinctValues`: values of a column with their numbers of rows, for pick lists."""

import re
from typing import Annotated, Any

import strawberry
from strawberry.types.field import StrawberryField

from planning.errors import BadInput
from planning.plan import Compared, Grouping, Plan, Selected, StatementShape
from resolvers import aggregate, declared
from resolvers.completion import decoder
from schema.column import Column
from schema.input_types import GroupOrder
from schema.operators import Op
from schema.scalars import Json
from schema.types import ASCII, TEXT


@strawberry.type(description="A value of a column, and how often it is there")
class DistinctValue:
    """One entry of a pick list."""

    value: Json = strawberry.field(description="The value, as `where` takes it")
    count: int = strawberry.field(description="How many rows have it")
    has_next: bool = strawberry.field(
        description="Whether another value follows: `first` has cut the list, if not all is told"
    )


async def resolve_distinct_values(  # noqa: PLR0913, PLR0917 - these are the arguments of a GraphQL field
    info: strawberry.Info[Any, None],
    table: Annotated[str, strawberry.argument(description="Its name, as `obsportal.exposure` or `exposures`")],
    column: Annotated[str, strawberry.argument(description="Its name, as `instrument_name` or `instrumentName`")],
    starting_with: Annotated[
        str | None, strawberry.argument(description="Only texts that start so, whatever the case")
    ] = None,
    order_by: Annotated[GroupOrder, strawberry.argument(description="Which values come first")] = GroupOrder.COUNT,
    first: Annotated[int, strawberry.argument(description="How many values")] = 100,
) -> list[DistinctValue] | None:
    """Resolve `distinctValues`; raises `GatewayError`."""
    declared_table = declared.find_table(info.context.catalog, table)
    of = declared.find_column(declared_table, column)
    if not of.type.orderable:
        message = f"{of.name} holds JSON, whose values have no list"
        raise BadInput(message)
    chosen = Selected((Compared(of, Op.NOT_NULL),)) + _starting(of, starting_with)
    grouping = Grouping((of,), largest_first=order_by is GroupOrder.COUNT)
    shape = StatementShape(
        declared_table, (), chosen.conditions, limit=aggregate.group_limit(first) + 1, grouping=grouping
    )
    rows, more = await aggregate.fetch_groups(info.context.hub, Plan(shape, chosen.values))
    names = decoder(of.enumeration) if of.enumeration else None
    return [
        DistinctValue(value=names[value] if names else value, count=count, has_next=more or at < len(rows))  # type: ignore[arg-type]
        for at, (value, count) in enumerate(rows, 1)
    ]


def _starting(column: Column, text: str | None) -> Selected:
    if text is None:
        return Selected()
    if column.type not in (ASCII, TEXT):
        message = f"startingWith is for texts: {column.name} is none, ask with where instead"
        raise BadInput(message)
    if "\0" in text:
        message = "startingWith cannot hold a NUL character"
        raise BadInput(message)
    escaped = re.sub(r"([\\%_])", r"\\\1", text)
    return Selected((Compared(column, Op.ILIKE),), (f"{escaped}%",))


FIELD: StrawberryField = strawberry.field(
    resolver=resolve_distinct_values,
    name="distinctValues",
    description="The values that a column has, as a pick list wants them",
)
