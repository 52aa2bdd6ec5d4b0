"""A query, compiled: its fields with the steps that answer them, and what of its answer comes first."""

from collections.abc import Iterable
from dataclasses import dataclass

from resolvers.cost import Pricing, StepCost
from resolvers.deferral import ObjectPart
from resolvers.selection import ConnectionSelection, Constant, Entities, PlainField, Root, Row
from resolvers.steps import QueryStep, compile_step


@dataclass(frozen=True, eq=False, slots=True)
class CompiledField:
    """A field of Query with its steps: one for rows, one for each table of entities, none for groups."""

    root: Root | Entities
    levels: tuple[QueryStep, ...]


Entry = CompiledField | PlainField | tuple[str, Constant]
Planned = tuple[Entry, ...]


@dataclass(frozen=True, eq=False, slots=True)
class CompiledOperation:
    """A query, compiled."""

    fields: Planned
    part: ObjectPart | None
    """What its answer has first, if something of it is deferred, else None."""


def compiled_field(root: Root | Entities | PlainField | tuple[str, Constant]) -> Entry:
    """Compile the steps of a field."""
    match root:
        case Root(selection=Row() | ConnectionSelection() as selection):
            return CompiledField(root, (compile_step(selection, offset=0),))
        case Root():
            return CompiledField(root, ())
        case Entities(rows=rows):
            return CompiledField(root, tuple(compile_step(row, offset=1) for row in rows))
        case _:
            return root


def step_costs(pricing: Pricing, entry: Entry) -> Iterable[StepCost]:
    """The costs of a field."""
    match entry:
        case PlainField():
            return pricing.plain(entry)
        case CompiledField(root=root, levels=levels):
            return pricing.field(root, levels)
        case _:
            return ()


def response_key(entry: Entry) -> str:
    """The response key of a field."""
    match entry:
        case PlainField(key=key):
            return key
        case CompiledField(root=root):
            return root.key
        case (key, _):
            return key
