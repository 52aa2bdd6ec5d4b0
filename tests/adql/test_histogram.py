"""Histograms against numpy's, in what is told of them too."""

from io import BytesIO
from itertools import pairwise
from math import isnan

import httpx
import numpy as np
import pytest
from astropy.io.votable import parse_single_table

from adql.histogram import BINNED
from hub.rows import Connection, connect
from sample.federation import Federation

NUMBERS = BINNED.format("v", "$2::float8", "$3::float8", "$4::int")
COUNTED = f"SELECT gw.histogram({NUMBERS}, $4::int) FROM unnest($1::float8[]) AS u(v)"
RANDOM = np.random.default_rng(20261121)


@pytest.fixture
async def gateway(federation: Federation) -> Connection:
    return await connect(federation.hub)


@pytest.mark.parametrize(("lower", "upper", "bins"), [(0.0, 10.0, 1), (-3.0, 3.0, 7), (2.0, 2.5, 100), (-1e3, 1e3, 3)])
async def test_counts_are_those_of_numpy(lower: float, upper: float, bins: int, gateway: Connection) -> None:
    values = [*RANDOM.normal(0, 3, 5000).tolist(), float("inf"), float("-inf"), lower, upper, float("nan"), None]
    counts = await gateway.fetchval(COUNTED, values, lower, upper, bins)
    await gateway.close()
    told = np.array([value for value in values if value is not None and not isnan(value)])
    edges = np.array([-np.inf, *np.linspace(lower, upper, bins + 1), np.inf])
    expected = [int(np.sum((told >= low) & (told < high))) for low, high in pairwise(edges)]
    assert counts == [*expected[:-1], int(np.sum(told >= upper))]


@pytest.mark.parametrize("form", ["votable/td", "votable/b2", "json", "fits", "parquet"])
async def test_it_goes_out_in_every_format(form: str, client: httpx.AsyncClient) -> None:
    query = "SELECT ivo_histogram(vmag, 0, 8, 4) AS h, COUNT(vmag) AS n FROM jsdc.star"
    answer = await client.post("/tap/sync", data={"LANG": "ADQL", "QUERY": query, "RESPONSEFORMAT": form})
    assert answer.status_code == 200, answer.text
    if form.startswith("votable"):
        table = parse_single_table(BytesIO(answer.content))
        field = table.fields[0]
        assert (field.datatype, field.arraysize, field.ucd) == ("int", "6", "meta.number")
        assert sum(table.array["h"][0]) == table.array["n"][0] > 100


async def test_no_rows_are_zeros(client: httpx.AsyncClient) -> None:
    query = "SELECT ivo_histogram(vmag, 0, 8, 2) AS h FROM jsdc.star WHERE vmag > 1000"
    answer = await client.post("/tap/sync", data={"LANG": "ADQL", "QUERY": query, "FORMAT": "csv"})
    assert answer.text.split() == ["h", "0", "0", "0", "0"]
