"""Parquet and Arrow with NULLs and identifiers over 2^53, as the libraries read them that people have."""

import io
import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import asyncpg
import duckdb
import nasty
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from astropy.table import Table
from documents import copied, written

from adapters.votable.formats import ARROW, PARQUET

UNNAMED = {name: value for name, value in os.environ.items() if name != "ARROW_DEFAULT_MEMORY_POOL"}
NAMES = [cell.name for cell in nasty.CELLS]
IDS = [row[0] for row in nasty.ROWS]
LABELS = [row[2] for row in nasty.ROWS]
FLAGS = [row[NAMES.index("flag")] for row in nasty.ROWS]
SMALL = [row[NAMES.index("small")] for row in nasty.ROWS]
RELEASED = [row[NAMES.index("instant")] for row in nasty.ROWS]


@pytest.fixture
async def path(connection: asyncpg.Connection, tmp_path: Path) -> Path:
    """The nasty table as Parquet."""
    path = tmp_path / "nasty.parquet"
    path.write_bytes(await written(PARQUET, await copied(connection, PARQUET)))
    return path


@pytest.fixture
async def keyless(tmp_path: Path) -> Path:
    """Identifiers over 2^53 of which one is NULL."""
    cells = nasty.CELLS[:1]
    path = tmp_path / "keyless.parquet"
    blocks = [f"{2**53 + 1}\n\n{-(2**63)}\n".encode()]
    path.write_bytes(await written(PARQUET, blocks, head=nasty.head(cells)))
    return path


def plain(values: Any) -> list[Any]:
    return [None if value is pd.NA or value is None or value != value else value for value in values]  # noqa: PLR0124


def test_pyarrow(path: Path, keyless: Path) -> None:
    table = pq.read_table(path)
    assert table["label"].to_pylist() == LABELS
    assert table["id"].to_pylist() == IDS
    assert table["flag"].to_pylist() == FLAGS
    assert pq.read_table(keyless)["id"].to_pylist() == [2**53 + 1, None, -(2**63)]


def test_polars(path: Path, keyless: Path) -> None:
    frame = pl.read_parquet(path)
    assert frame["label"].to_list() == LABELS
    assert frame["id"].to_list() == IDS
    assert frame["small"].to_list() == SMALL
    assert frame["instant"].to_list() == RELEASED
    assert pl.read_parquet(keyless)["id"].to_list() == [2**53 + 1, None, -(2**63)]


def test_duckdb(path: Path, keyless: Path) -> None:
    rows = duckdb.sql(f"SELECT id, label, flag FROM '{path}'").fetchall()
    assert [list(column) for column in zip(*rows, strict=True)] == [IDS, LABELS, FLAGS]
    counted = duckdb.sql(f"SELECT count(*), count(id), max(id) FROM '{keyless}'").fetchall()
    assert counted == [(3, 2, 2**53 + 1)]


@pytest.mark.parametrize("backend", [{}, {"dtype_backend": "pyarrow"}, {"dtype_backend": "numpy_nullable"}], ids=str)
def test_pandas(path: Path, keyless: Path, backend: dict[str, Any]) -> None:
    """By default too: without its own metadata it makes floats of integers that have NULL."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = pd.read_parquet(path, **backend)
        identifiers = pd.read_parquet(keyless, **backend)["id"]
    assert plain(frame["label"]) == LABELS
    assert plain(frame["id"]) == IDS
    assert plain(frame["flag"]) == FLAGS
    assert plain(frame["small"]) == SMALL
    assert plain(identifiers) == [2**53 + 1, None, -(2**63)]
    assert list(frame.columns) == NAMES


def test_astropy_by_way_of_pandas(path: Path, keyless: Path) -> None:
    """As the manual says: its own reader fails for text that has NULL, and makes floats of integers that have."""
    names = ["id", "label", "small", "flag"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = Table.from_pandas(pd.read_parquet(path, columns=names))
        identifiers = Table.from_pandas(pd.read_parquet(keyless))["id"]
    rows = zip(IDS, LABELS, SMALL, FLAGS, strict=True)
    for found, values in zip(table, rows, strict=True):
        assert [None if str(found[name]) == "--" else found[name] for name in names] == list(values)
    assert identifiers.dtype == "int64"
    assert identifiers.tolist() == [2**53 + 1, None, -(2**63)]


async def test_pandas_reads_arrow_streams_the_same(connection: asyncpg.Connection) -> None:
    stream = await written(ARROW, await copied(connection, ARROW))
    frame = pa.ipc.open_stream(io.BytesIO(stream)).read_all().select(["id", "small", "flag"]).to_pandas()
    assert plain(frame["id"]) == IDS
    assert plain(frame["small"]) == SMALL
    assert plain(frame["flag"]) == FLAGS


def test_memory_that_is_freed_is_given_back(tmp_path: Path) -> None:
    """In a process of its own, as pyarrow is imported once: its writers in C++ have the same pool as Python."""
    (tmp_path / "queries").write_text("[]")
    asked = (
        f"from gateway.__main__ import main; main(['adql', '{tmp_path}/queries']); import adapters.columnar.parquet;"
        "import pyarrow; print(pyarrow.default_memory_pool().backend_name)"
    )
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, env=UNNAMED)
    assert told.stdout.split()[-1] == "jemalloc"
