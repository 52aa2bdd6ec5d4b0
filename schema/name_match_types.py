"""GraphQL types of how a star was found by name."""

from typing import Any

import strawberry

from schema.input_types import enumeration_type
from schema.name_match import NAME_MATCH_KIND, NameMatch

KindType = enumeration_type(NAME_MATCH_KIND)
FIELD = "nameMatch"
DESCRIPTION = "How the star was found by the name that was asked; null where none was"

AROUND = "How the star was found that cone is around; null where cone is not given by name"


@strawberry.type(name="NameMatch", description="How a star was found by name")
class NameMatchObject:
    """The GraphQL type of a `NameMatch`."""

    kind: KindType = strawberry.field(description="By what rule")  # type: ignore[valid-type]
    name: str = strawberry.field(description="JSDC's name of the star that was taken")
    others: list[str] = strawberry.field(description="JSDC's names of the other stars that the rule finds")


def name_match_object(match: NameMatch | None) -> NameMatchObject | None:
    """The object of a match, for Strawberry."""
    if match is None:
        return None
    return NameMatchObject(kind=KindType(match.kind), name=match.star.name, others=[star.name for star in match.others])


def name_match_values(match: NameMatch) -> dict[str, Any]:
    """Its values as JSON has them, by GraphQL name."""
    kind, _ = NAME_MATCH_KIND.members[match.kind]
    return {"kind": kind, "name": match.star.name, "others": [star.name for star in match.others]}
