"""The sample's own tables, `sample/data/*.csv`; `sample/CREDITS.md` says where each fact comes from."""

import csv
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Texts = NDArray[np.bytes_]

DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[dict[str, str]]:
    """Rows of a table, by column; a missing value is an empty text."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def columns(name: str) -> dict[str, list[str]]:
    """Columns of a table, by name."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        header, *body = csv.reader(file)
    return dict(zip(header, map(list, zip(*body, strict=True)), strict=True))


def numbers(values: Iterable[str]) -> Floats:
    """Numbers of a column; NaN where there is none."""
    return np.array([float(value) if value else np.nan for value in values])


def number(value: str) -> float:
    """One number; NaN where there is none."""
    return float(value) if value else np.nan


def texts(values: Iterable[str]) -> Texts:
    """Texts of a column in UTF-8, all as wide as the widest; empty where there is none."""
    return np.array([value.encode() for value in values], dtype=np.bytes_)
