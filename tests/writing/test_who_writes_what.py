"""Whose rows PostgreSQL itself lets each person change: every person by every row of every table that is written.

What is declared is asked (`Ownership`), of the role that writes and with no code of ours between; the rule of
has-row-access (catalogs `modules/app.xql`) is said again in plain Python.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import asyncpg
import pytest

from hub.rows import Connection, connect
from planning.asker import ADMINS, Asker
from planning.write_rights import row_rights
from sample.federation import Federation
from schema.ownership import Ownership
from schema.spica import SOURCE
from schema.writing import ASKER, DOOR, RIGHTS

INVESTIGATOR = "PI S05"
CATALOGUES = sorted({own.catalogue for own in SOURCE.owned})


def _people() -> Iterator[tuple[str, Asker]]:
    yield "a stranger", Asker("eve@x.org", frozenset({"EVE"}))
    yield "who has no alias", Asker("eve@x.org")
    yield "the investigator", Asker("ann@x.org", frozenset({INVESTIGATOR}))
    yield "another investigator", Asker("bob@x.org", frozenset({"PI S01"}))
    yield "an administrator", Asker("root@x.org", groups=frozenset({ADMINS}))
    yield "an administrator of another", Asker("oidb@x.org", groups=frozenset({"oidb"}))
    for catalogue in (*CATALOGUES, "oidb"):
        yield f"let in {catalogue}", Asker("dan@x.org", frozenset({"DAN"}), frozenset({(INVESTIGATOR, catalogue)}))
        yield f"an administrator of {catalogue}", Asker("sue@x.org", groups=frozenset({catalogue}))


PEOPLE = dict(_people())


def may(person: Asker, catalogue: str, names: list[str]) -> bool:
    """Whether a person may change a row that bears these names, in a catalogue."""
    if ADMINS in person.groups or any(catalogue.startswith(group) for group in person.groups):
        return True
    theirs = {*person.aliases, *(owner for owner, where in person.delegations if catalogue.startswith(where))}
    return any(name.strip().upper() in theirs for cell in names for name in cell.split("/"))


@pytest.fixture(scope="module")
async def writing(written: Federation) -> AsyncIterator[asyncpg.Connection]:
    connection = await connect(written.source_writers[SOURCE.name])
    yield connection
    await connection.close()


async def names_of(owner: Connection, own: Ownership) -> Mapping[Any, list[str]]:
    """The names that each row bears, or those that refer to it, by its key."""
    key, through = own.table.key.remote_name, own.through or own.table
    found: dict[Any, list[str]] = defaultdict(list)
    for row in await owner.fetch(f'SELECT "{key}" AS key, NULL AS name FROM {own.table.remote}'):
        found[row["key"]] = []
    for row in await owner.fetch(f'SELECT "{key}" AS key, "{own.names.remote_name}" AS name FROM {through.remote}'):
        found[row["key"]].append(row["name"] or "")
    return found


async def changeable(writing: asyncpg.Connection, own: Ownership, person: Asker) -> set[Any]:
    """Keys of the rows that a person can change, which stay as they were."""
    column, key = own.changed[0].remote_name, own.table.key.remote_name
    transaction = writing.transaction()
    await transaction.start()
    for name, value in ((ASKER, person.login), (DOOR, "test"), (RIGHTS, row_rights(person, SOURCE))):
        await writing.execute("SELECT set_config($1, $2, true)", name, value)
    rows = await writing.fetch(f'UPDATE {own.table.remote} SET "{column}" = "{column}" RETURNING "{key}" AS key')
    await transaction.rollback()
    return {row["key"] for row in rows}


@pytest.mark.parametrize("own", SOURCE.owned, ids=lambda own: own.table.qualified)
async def test_each_may_change_their_own_rows_and_no_other(
    writing: asyncpg.Connection, owner: Connection, own: Ownership
) -> None:
    names, seen = await names_of(owner, own), set()
    for name, person in PEOPLE.items():
        expected = {key for key, bears in names.items() if may(person, own.catalogue, bears)}
        assert await changeable(writing, own, person) == expected, name
        seen.add(frozenset(expected))
    assert frozenset(names) in seen, "administrators"
    assert frozenset() in seen, "strangers"
    owners = [person for name, person in PEOPLE.items() if name in ("pi", "other")]
    owned = any(may(person, own.catalogue, bears) for person in owners for bears in names.values())
    assert len(seen) >= 2 + owned, "and who owns some"


@pytest.mark.parametrize("own", [own for own in SOURCE.owned if own.shared], ids=lambda own: own.table.qualified)
async def test_into_what_is_somebody_s_others_are_let_by_them_alone(
    writing: asyncpg.Connection, owner: Connection, own: Ownership
) -> None:
    """Who becomes `piname2` is what `piname` writes; a target that is nobody's is taken for one's own programme."""
    assert own.shared
    assert own.granted
    key = own.shared.remote_name
    target = await owner.fetchval("INSERT INTO public.spica (spt) VALUES ('nobody''s') RETURNING spicadb_id")
    theirs = await owner.fetchval(
        f"SELECT max({key}) FROM {own.table.remote} WHERE piname = $1 AND program_rank = 1", INVESTIGATOR
    )
    seen = set()
    for name, person in PEOPLE.items():
        every = may(person, own.catalogue, [])
        for about, names in ((target, []), (theirs, [INVESTIGATOR])):
            for programme, piname in (("S01", "PI S01"), ("S01", INVESTIGATOR), ("S06", "PI S06"), ("S06", "EVE")):
                let = may(person, own.catalogue, names)
                as_own = may(person, own.catalogue, [piname]) and may(person, own.catalogue, [f"PI {programme}"])
                expected = every or (as_own if not names else let and (as_own or piname == f"PI {programme}"))
                assert await added(writing, person, (about, programme, piname, 2 if names else 1)) == expected, name
                seen.add((bool(names), as_own, let, expected))
    assert {(True, True, False, False), (True, False, True, True), (False, True, False, True)} <= seen
    await owner.execute("DELETE FROM public.spica WHERE spicadb_id = $1", target)


async def added(writing: asyncpg.Connection, person: Asker, entry: tuple[Any, ...]) -> bool:
    """Whether a person can add an entry in a programme, which is undone."""
    text = (
        "INSERT INTO public.spica_target_program (spicadb_id, progname, piname, program_rank) VALUES ($1, $2, $3, $4)"
    )
    transaction = writing.transaction()
    await transaction.start()
    try:
        for name, value in ((ASKER, person.login), (DOOR, "test"), (RIGHTS, row_rights(person, SOURCE))):
            await writing.execute("SELECT set_config($1, $2, true)", name, value)
        await writing.execute(text, *entry)
    except asyncpg.InsufficientPrivilegeError:
        return False
    else:
        return True
    finally:
        await transaction.rollback()


async def test_without_a_person_nothing_is_changed(writing: asyncpg.Connection) -> None:
    for own in SOURCE.owned:
        column = own.changed[0].remote_name
        assert await writing.execute(f'UPDATE {own.table.remote} SET "{column}" = "{column}"') == "UPDATE 0"
