"""The values of derived fields, made of the values of their columns in a record."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

import orjson

from hub.dependencies import passed
from planning.mjd import shown_instant
from schema.baseline_types import ProjectedBaseline, projected_baselines
from schema.catalog import ALL
from schema.column import Vocabulary
from schema.derived import UNKNOWN, DerivedField, Form
from schema.uv_types import UvCoverage

Read = Callable[..., Any]
"""Takes the values of the field's columns, in order."""
PUBLIC = "public"


@cache
def reader(field: DerivedField) -> Read:
    """What makes the value of a derived field: names of enum members, instants, objects as the plain resolvers have."""
    match field.form:
        case Form.TERM:
            return partial(_term, _members(field.vocabulary))
        case Form.BITS:
            return partial(_bits, _members(field.vocabulary))
        case Form.PUBLIC:
            return partial(_public, any(one in field.columns for database in ALL for _, one in database.releases))
        case _:
            return READERS[field.form]


def _members(vocabulary: Vocabulary | None) -> Mapping[Any, str]:
    return {value: name for value, (name, _) in vocabulary.members.items()} if vocabulary else {}


def _term(members: Mapping[Any, str], value: str | None) -> str | None:
    return None if value is None else members.get(value, UNKNOWN)


def _bits(members: Mapping[Any, str], value: int | None) -> list[str] | None:
    if value is None:
        return None
    words = [name for bit, name in members.items() if value >> bit & 1]
    return words if value >= 0 and value >> len(members) == 0 else [*words, UNKNOWN]


def _baselines(value: Any) -> list[ProjectedBaseline] | None:
    return projected_baselines(orjson.loads(orjson.dumps(value)) if isinstance(value, orjson.Fragment) else value)


def _public(told: bool, rights: str | None, release: Any) -> bool:
    if rights == PUBLIC or release is None:
        return rights == PUBLIC
    return passed(release, told=told)


def _until(rights: str | None, release: Any) -> Any:
    return None if rights == PUBLIC else release


def _coverage(*values: Any) -> UvCoverage:
    shortest, longest, eccentricity, telescopes = values
    return UvCoverage(min_distance=shortest, max_distance=longest, eccentricity=eccentricity, telescopes=telescopes)


READERS: Mapping[Form, Read] = {
    Form.INSTANT: shown_instant, Form.BASELINES: _baselines, Form.UV: _coverage, Form.UNTIL: _until
}  # fmt: skip
"""Of the forms that ask nothing of their field."""
