"""The GraphQL types of derived fields."""

from enum import Enum
from functools import cache
from types import GenericAlias
from typing import Any

import strawberry

from schema.baseline_types import ProjectedBaseline
from schema.column import Vocabulary
from schema.derived import UNKNOWN, DerivedField, Form
from schema.scalars import DateTime
from schema.uv_types import UvCoverage


@cache
def vocabulary_type(vocabulary: Vocabulary) -> Any:
    """The GraphQL enum of a vocabulary; its Python values are the names of its members."""
    members = {name: strawberry.enum_value(name, description=text) for name, text in vocabulary.members.values()}
    members[UNKNOWN] = strawberry.enum_value(UNKNOWN, description="None of these: the raw field has what it is")
    cls = Enum(vocabulary.name, members)  # type: ignore[misc]
    return strawberry.enum(cls, name=vocabulary.name, description=vocabulary.description)


def derived_type(field: DerivedField) -> Any:
    """The Python type of a derived field, without null, which each but `isPublic` may be."""
    match field.form:
        case Form.TERM | Form.BITS:
            assert field.vocabulary is not None  # noqa: S101 - for mypy: both have one
            term = vocabulary_type(field.vocabulary)
            return term if field.form is Form.TERM else GenericAlias(list, (term,))
        case Form.BASELINES:
            return GenericAlias(list, (ProjectedBaseline,))
        case Form.UV:
            return UvCoverage
        case Form.PUBLIC:
            return bool
        case Form.INSTANT | Form.UNTIL:
            return DateTime
