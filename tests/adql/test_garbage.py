"""Compiling a query leaves no garbage for a collection, for which the whole process would stand still."""

import gc
from collections.abc import Iterator

import pytest

from adql.checked.catalogue import DECLARED, Catalogue
from adql.compile import compile_query
from hub.threads import compute

LARGE = (
    "SELECT TOP 1 name FROM jsdc.star WHERE jsdc_id IN ({})".format(",".join(map(str, range(3000)))),
    "SELECT TOP 1 name FROM jsdc.star WHERE {}".format(" OR ".join(f"jsdc_id = {n}" for n in range(800))),
    "SELECT TOP 1 g.id FROM oidb.granule AS g JOIN jsdc.star AS s ON s.name = g.target_name WHERE s.jsdc_id IN ({})".format(
        ",".join(map(str, range(2000)))
    ),
)
FEW = 500
"""Objects: what compiling any query may leave."""


@pytest.fixture
def uncollected() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("uncollected")
@pytest.mark.parametrize("query", LARGE)
def test_a_large_query_leaves_no_garbage(query: str) -> None:
    compile_query(query, Catalogue(DECLARED.tables))
    assert gc.collect() < FEW


async def test_nothing_is_collected_beside_a_computation() -> None:
    assert not await compute(gc.isenabled)
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError):
        await compute(lambda: 1 // 0)
    assert gc.isenabled()


@pytest.mark.usefixtures("uncollected")
async def test_a_computation_begins_no_collections_where_there_are_none() -> None:
    await compute(len, "")
    assert not gc.isenabled()
