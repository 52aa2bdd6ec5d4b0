"""A catalogue never changes: what is published makes another one."""

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from schema import catalog, crossid, jsdc, published
from schema.catalog import ALL, DECLARED, EVERY_LINK, SOURCES
from schema.column import Column
from schema.table import Table
from schema.types import DOUBLE

MINE = Table(
    "published", "mine", "published.mine", "MineRow", "mine", "A table of mine",
    (Column("id", DOUBLE, "A number", key=True), Column("ra", DOUBLE, "", "deg", "pos.eq.ra;meta.main"),
     Column("dec", DOUBLE, "", "deg", "pos.eq.dec;meta.main")),
)  # fmt: skip


def test_publishing_makes_another_catalogue() -> None:
    before = dict(DECLARED.tables)
    more = DECLARED.with_published((MINE,))
    assert dict(more.tables) == before | {"published.mine": MINE}
    assert dict(DECLARED.tables) == before
    assert dict(more.with_published(()).tables) == before
    assert more != DECLARED.with_published((MINE,)), "each is itself: what is kept for one is not another's"


def test_every_lookup_knows_what_is_published_and_no_other() -> None:
    more = DECLARED.with_published((MINE,))
    lookups: dict[str, str] = {
        "tables": "published.mine", "positioned": "published.mine", "by_singular": "mineRow", "by_plural": "mine",
        "by_aggregate": "mineAggregate", "by_type": "MineRow", "entities": "MineRow",
    }  # fmt: skip
    for name, key in lookups.items():
        found: Any = getattr(more, name)
        assert found[key] is MINE
        assert {**found} == {**getattr(DECLARED, name), key: MINE}
    assert more.tables_of("published") == (published.CATALOGUE, MINE)
    assert (dict(more.links_of(MINE)), more.tables_of("nothing")) == ({}, ())


def test_the_declared_ones_are_all_there() -> None:
    assert list(DECLARED.tables.values()) == [table for source in ALL for table in source.tables]
    assert sum(len(DECLARED.links_of(table)) for table in {link.origin for link in EVERY_LINK}) == len(EVERY_LINK)
    assert DECLARED.by_singular[crossid.OBJECT.singular] is crossid.OBJECT
    assert DECLARED.tables["jsdc.star"] is DECLARED.by_plural["stars"] is jsdc.STAR
    assert [name for name, table in DECLARED.by_type.items() if table.branches] == [
        name for name in DECLARED.by_type if name not in DECLARED.entities
    ]


def test_nothing_of_it_can_be_changed() -> None:
    found: Any = DECLARED
    with pytest.raises(FrozenInstanceError):
        found.published = (MINE,)
    for mapping in (
        found.tables,
        found.positioned,
        found.by_singular,
        found.links_of(MINE),
        found.links_of(jsdc.IDENTIFIER),
        SOURCES,
    ):
        with pytest.raises(TypeError):
            mapping["x"] = MINE


def test_the_module_holds_nothing_that_can_be_changed() -> None:
    held = {name: value for name, value in vars(catalog).items() if not name.startswith("__")}
    assert [name for name, value in held.items() if isinstance(value, (dict, list, set))] == []
