"""The stars that bear the names of records, for all names at once, by the rules of `schema.name_match`.

Worked example: a record is called `NU PAV`. NU Pav (a variable) bears it as it is spelt, ν Pav in another case: both
are bearers, in this order. The one within WIDE of the record is its star; where neither is, the first was named.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hub.writer import Writer
from identity import match
from schema.designation import Form, designation, folded, parse_designation
from schema.name_match import (
    Bearer,
    NameMatchKind,
    NameStep,
    choose,
    name_steps,
    search_keys,
    secondary_of,
    step_bearers,
    stored_bearer,
)

BEARER = ("name", "star_id", "rank", "sure", "ra", "dec", "pmra", "pmdec")
"""Columns of the temporary table."""
Place = tuple[float, float, float, float]
"""Right ascension, declination (ICRS degrees, J2000), and proper motions (mas/yr)."""


@dataclass(frozen=True, slots=True)
class Bearers:
    """The stars that bear some of the names that were searched for."""

    by_key: dict[str, dict[int, Bearer]] = field(default_factory=dict)
    """What they are searched by, a designation or a folded one → number → star."""
    places: dict[int, Place] = field(default_factory=dict)
    """Number → place."""

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """Add rows of `match.BEARERS`."""
        for star, spelling, name, main_id, magnitude, approved, *place in rows:
            self.places[star] = tuple(place)
            bearer = stored_bearer((star, spelling, name, main_id, magnitude), approved=approved)
            for key in {spelling, folded(spelling)}:
                stars = self.by_key.setdefault(key, {})
                stars[star] = bearer if approved else stars.get(star, bearer)

    def of(self, keys: Iterable[str]) -> list[Bearer]:
        """The stars that are searched by one of these."""
        return [star for key in keys for star in self.by_key.get(key, {}).values()]

    def ordered(self, steps: Sequence[NameStep]) -> list[Bearer]:
        """The stars that bear a name, each once, the one that the rules for names take first."""
        stars: dict[int, Bearer] = {}
        for step in steps:
            if _comes_first(step) or not stars:
                for star in step_bearers(step, self.of(step.keys)):
                    stars.setdefault(star.star, star)
        return [*stars.values()]

    def sure(self, steps: Sequence[NameStep]) -> bool:
        """Whether the rules for names find one star alone."""
        chosen = choose(steps, self.of(key for step in steps for key in step.keys))
        return chosen is not None and chosen.kind is not NameMatchKind.AMBIGUOUS

    def barred(self, name: str, steps: Sequence[NameStep]) -> set[int | None]:
        """Stars that a record of this name is not of, however near; {None} for all of them.

        A component other than A is none of the stars that bear its name without the letter, or with A. Where none does,
        as JSDC does not know the name, the star at its place may be the primary just as well.
        """
        keys = secondary_of(name)
        own = {star.star for star in self.ordered(steps)} if keys else set()
        primaries = {star.star for star in self.of(keys)}
        if keys and not own and not primaries and parse_designation(name).form is not Form.NAME:
            return {None}
        return {*(primaries - own)}


async def add_bearers(writer: Writer) -> None:
    """Fill the temporary tables `spelt`, `bearer` and `barred` for the names of the changed records."""
    names = [name for (name,) in await writer.fetch(match.NAMES)]
    steps = await asyncio.to_thread(lambda: {name: name_steps(name) for name in names})
    bearers = await _load(writer, steps)
    await writer.add("pg_temp.spelt", ("name", "designation"), ((name, designation(name) or None) for name in names))
    await writer.add("pg_temp.bearer", BEARER, await asyncio.to_thread(lambda: [*_bearer_rows(bearers, steps)]))
    await writer.add("pg_temp.barred", ("name", "star_id"), _barred_rows(bearers, steps))
    await writer.run(match.ANALYZE_NAMES)


async def _load(writer: Writer, steps: Mapping[str, Sequence[NameStep]]) -> Bearers:
    """Stars that bear the names as they are; then, of names that none bears, what the other steps find."""
    bearers = Bearers()
    first, _ = search_keys(step for own in steps.values() for step in own if _comes_first(step))
    bearers.add(await writer.fetch(match.BEARERS, first, []))
    unknown = [own for own in steps.values() if not bearers.ordered(own)]
    designations, folded_keys = search_keys(step for own in unknown for step in own if not _comes_first(step))
    primaries = [key for name in steps for key in secondary_of(name)]
    if designations or primaries:
        bearers.add(await writer.fetch(match.BEARERS, designations + primaries, folded_keys))
    return bearers


def _comes_first(step: NameStep) -> bool:
    """Whether all stars of a step are bearers: exactly so or in another case. Others count if these find none."""
    return step.kind in (NameMatchKind.EXACT, NameMatchKind.FOLDED) and not step.spelling


def _bearer_rows(bearers: Bearers, steps: Mapping[str, Sequence[NameStep]]) -> Iterator[tuple[Any, ...]]:
    for name, own in steps.items():
        for rank, bearer in enumerate(bearers.ordered(own)):
            yield (name, bearer.star, rank, bearers.sure(own), *bearers.places[bearer.star])


def _barred_rows(bearers: Bearers, steps: Mapping[str, Sequence[NameStep]]) -> Iterator[tuple[str, int | None]]:
    return ((name, star) for name, own in steps.items() for star in bearers.barred(name, own))
