"""Tables that describe the measurements of a file: targets, arrays and wavelengths."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oifits.blocks import blocks, integers, numbers, texts
from oifits.errors import Malformed
from oifits.hdus import Hdu
from oifits.names import longitude
from oifits.source import Source

Floats = NDArray[np.float64]
MOST_ROWS = 100_000
"""Targets, stations or channels of a table; more are no description."""


@dataclass(frozen=True, slots=True)
class Target:
    """A row of OI_TARGET; places in degrees, as RAEP0 and DECEP0 say them."""

    number: int
    name: str
    ra: float
    dec: float
    category: str


@dataclass(frozen=True, slots=True)
class Array:
    """An OI_ARRAY: names of stations by STA_INDEX, and the longitude in degrees, east positive, None if unknown."""

    name: str
    stations: dict[int, str]
    longitude: float | None


@dataclass(frozen=True, eq=False, slots=True)
class Wavelengths:
    """An OI_WAVELENGTH: EFF_WAVE and EFF_BAND in metres."""

    name: str
    wave: Floats
    band: Floats

    @property
    def edges(self) -> tuple[Floats, Floats]:
        """Shortest and longest wavelength of each channel: half its band from the middle."""
        half = np.where(np.isfinite(self.band), np.abs(self.band), 0.0) / 2
        return self.wave - half, self.wave + half


def read_targets(source: Source, hdus: Sequence[Hdu]) -> dict[int, Target]:
    """All targets of a file by TARGET_ID."""
    found: dict[int, Target] = {}
    for hdu in _named(hdus, "OI_TARGET"):
        for _, block in blocks(source, hdu):
            names, categories = texts(block, hdu, "TARGET"), texts(block, hdu, "CATEGORY")
            ra, dec = (numbers(block, hdu, name)[:, 0].tolist() for name in ("RAEP0", "DECEP0"))
            rows = zip(integers(block, hdu, "TARGET_ID")[:, 0].tolist(), names, ra, dec, categories, strict=True)
            for number, *others in rows:
                found.setdefault(number, Target(number, *others))
    return found


def read_arrays(source: Source, hdus: Sequence[Hdu], telescop: str) -> dict[str, Array]:
    """All arrays of a file by ARRNAME; `telescop` is the primary header's TELESCOP."""
    found: dict[str, Array] = {}
    for hdu in _named(hdus, "OI_ARRAY"):
        name = hdu.header.string("ARRNAME")
        place = (hdu.header.number("ARRAYX") or 0.0, hdu.header.number("ARRAYY") or 0.0)
        stations: dict[int, str] = {}
        for _, block in blocks(source, hdu):
            indexes = integers(block, hdu, "STA_INDEX")[:, 0].tolist()
            stations |= dict(zip(indexes, texts(block, hdu, "STA_NAME"), strict=True))
        found.setdefault(name, Array(name, stations, longitude(name, telescop, place)))
    return found


def read_wavelengths(source: Source, hdus: Sequence[Hdu]) -> dict[str, Wavelengths]:
    """All wavelengths of a file by INSNAME."""
    found: dict[str, Wavelengths] = {}
    for hdu in _named(hdus, "OI_WAVELENGTH"):
        parts = [
            (numbers(block, hdu, "EFF_WAVE")[:, 0], numbers(block, hdu, "EFF_BAND")[:, 0])
            for _, block in blocks(source, hdu)
        ]
        name = hdu.header.string("INSNAME")
        wave, band = (np.concatenate([part[place] for part in parts] or [np.zeros(0)]) for place in (0, 1))
        found.setdefault(name, Wavelengths(name, wave, band))
    return found


def _named(hdus: Sequence[Hdu], name: str) -> Iterator[Hdu]:
    for hdu in hdus:
        if hdu.name == name and hdu.columns:
            if hdu.rows > MOST_ROWS:
                message = f"{name} has {hdu.rows} rows: {MOST_ROWS} are read at most"
                raise Malformed(message)
            yield hdu
