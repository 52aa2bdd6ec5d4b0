"""What is found is what brute force over all stars and the rules said plainly find."""

import pytest
from oracle import Catalogue, differing

from hub.rows import Connection
from identity.batch import identify
from identity.records import KINDS, RecordKind
from sample.federation import Federation


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.title)
async def test_answers_are_those_of_brute_force(kind: RecordKind, owner: Connection, catalogue: Catalogue) -> None:
    assert await differing(owner, catalogue, kind, "true", 150) == []
    counts = [await owner.fetchval(f"SELECT count(*) FROM {table.qualified}") for table in (kind.table, kind.origin)]
    assert counts[0] == counts[1] > 0


async def test_doing_it_again_changes_nothing(federation: Federation, owner: Connection) -> None:
    before = [await owner.fetch(f"SELECT * , xmin FROM {kind.table.qualified} ORDER BY 1") for kind in KINDS]
    again = await identify(federation.writer, lambda _what, _part: None)
    assert [outcome.changed + outcome.removed for outcome in again] == [0, 0, 0, 0]
    full = await identify(federation.writer, lambda _what, _part: None, full=True)
    assert [outcome.changed for outcome in full] == [len(rows) for rows in before]
    after = [await owner.fetch(f"SELECT *, xmin FROM {kind.table.qualified} ORDER BY 1") for kind in KINDS]
    assert before == after


async def test_records_of_one_name_that_are_no_star_share_an_object(owner: Connection) -> None:
    found = await owner.fetch(
        "SELECT object_id, count(DISTINCT designation), count(*) FROM crossid.granule "
        "WHERE star_id IS NULL AND designation IS NOT NULL GROUP BY object_id"
    )
    assert found
    assert all(number < 0 and names == 1 for number, names, _ in found)
    assert any(records > 1 for *_, records in found)
    stars = await owner.fetch("SELECT object_id, star_id FROM crossid.granule WHERE star_id IS NOT NULL")
    assert all(number == star for number, star in stars)


async def test_another_components_letter_bars_the_primary(owner: Connection) -> None:
    """`Gl 229 B` is a brown dwarf; at the place that OiDB has for it, JSDC has HD 42581, which is Gl 229 A."""
    rows = await owner.fetch("SELECT star_id, method FROM crossid.granule WHERE designation = 'GJ 229 B'")
    assert len(rows) > 1
    assert {tuple(row) for row in rows} == {(None, 0)}
