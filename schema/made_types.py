"""GraphQL types that are made of declarations, as `strawberry.type` and `strawberry.input` make them of classes.

Those make a dataclass of each class, whose methods nobody calls: half of the time in which a schema is made. Types are
said by Python's own here, so that nothing is evaluated, and fields of one type share what Strawberry finds out of it.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.schema_directives import OneOf
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

Fields = Mapping[str, StrawberryField]
"""Fields of a type, by the attribute that has their value, in their order."""


class InputValues:
    """Base of the classes of inputs: Strawberry makes one of what a client sends."""

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)


@cache
def annotation(kind: Any) -> StrawberryAnnotation:
    """What Strawberry knows of a type; `kind` is said by classes, without names that are yet to be found."""
    return StrawberryAnnotation(kind)


class MadeField(StrawberryField):
    """A field without a resolver, whose type has no parameters: its type is asked ten times while a schema is made."""

    def resolve_type(self, *, type_definition: StrawberryObjectDefinition | None = None) -> Any:  # noqa: ARG002, D102 - as the base
        return self.type_annotation.resolve()  # type: ignore[union-attr]


def made_field(kind: Any, description: str, *, name: str | None = None) -> StrawberryField:
    """A field without a resolver; `name` is its name in GraphQL, None for that of the attribute, in camel case."""
    return MadeField(graphql_name=name, type_annotation=annotation(kind), description=description)


def optional_field(
    kind: Any, description: str, *, name: str | None = None, deprecated: str | None = None
) -> StrawberryField:
    """A field of an input that may be left out."""
    return MadeField(
        graphql_name=name,
        type_annotation=annotation(kind | None),
        description=description,
        deprecation_reason=deprecated,
        default=strawberry.UNSET,
    )


def object_type(cls: type, description: str, fields: Fields, directives: Sequence[object] = ()) -> type:
    """Make a class a GraphQL object type of its name."""
    return _defined(cls, description, fields, directives, is_input=False)


def input_object_type(cls: type, description: str, fields: Fields, *, one_of: bool = False) -> type:
    """Make a class, which is one of `InputValues`, a GraphQL input type of its name; what is left out is `UNSET`."""
    for attribute, field in fields.items():
        if field.default is strawberry.UNSET:
            setattr(cls, attribute, strawberry.UNSET)
    return _defined(cls, description, fields, (OneOf(),) if one_of else (), is_input=True)


def _defined(cls: type, description: str, fields: Fields, directives: Sequence[object], *, is_input: bool) -> type:
    for attribute, field in fields.items():
        field.name = attribute
    cls.__strawberry_definition__ = StrawberryObjectDefinition(  # type: ignore[attr-defined]
        name=cls.__name__,
        is_input=is_input,
        is_interface=False,
        interfaces=[],
        description=description,
        directives=directives,
        origin=cls,
        extend=False,
        fields=list(fields.values()),
        is_type_of=None,
        resolve_type=None,
    )
    return cls
