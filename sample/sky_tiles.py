"""The tiles of the page `/sky`, a HiPS 1.0 of order 0: `python -m sample.sky_tiles` draws them, once.

The stars of `sample/data` down to V = 6.5, as dots, on a glow where the Galaxy is: a sky to find one's way by, with
nothing in it that anybody measures.
"""

import csv
from pathlib import Path

import numpy as np
from mocpy import MOC
from numpy.typing import NDArray

from sky.healpix import cell_centres, cell_of
from sky.image_tiles import indexed_png, rows_and_columns

HERE = Path(__file__).parent
STARS = HERE / "data" / "stars.csv"
TILES = HERE.parent / "adapters" / "page" / "hips"
ORDER = 9
"""Of HEALPix, of the pixels: a tile is a face of 512 by 512."""
SIDE, THUMB = 1 << ORDER, 64
FAINTEST = 6.5
POLE, NODE = np.radians((192.85948, 27.12825)), np.radians(122.93192)
"""Galactic north pole (ICRS), and galactic longitude of the celestial pole."""
GROUND, GLOW = 26, 56
"""Brightness, of 255, far from the Galaxy; and how much more its middle has."""
SPREAD = np.radians(9.0)
PROPERTIES = """\
creator_did          = ivo://jmmc.fr/P/gateway/stars
obs_title            = Stars of V < 6.5 and the glow of the Galaxy
hips_version         = 1.4
hips_frame           = equatorial
hips_order           = 0
hips_order_min       = 0
hips_tile_width      = 512
hips_tile_format     = png
dataproduct_type     = image
hips_status          = private master clonable
hips_release_date    = 2026-12-01T00:00Z
"""
Tile = NDArray[np.float64]


def main() -> None:
    """Draw all tiles, and write them with the properties of the HiPS."""
    faces = np.stack([_glow(face) for face in range(12)])
    with STARS.open(newline="") as file:
        bright = [row for row in csv.DictReader(file) if row["vmag"] and float(row["vmag"]) < FAINTEST]
    ra, dec, vmag = (np.array([float(row[name]) for row in bright]) for name in ("ra", "dec", "vmag"))
    cells = cell_of(ORDER, ra, dec)
    for face, row, column, magnitude in zip(cells >> 2 * ORDER, *rows_and_columns(ORDER, cells), vmag, strict=True):
        _draw(faces[face], int(row), int(column), float(magnitude))
    tiles = np.clip(faces, 0, 255).astype(np.uint8)
    for number, tile in enumerate(tiles):
        _write(f"Norder0/Dir0/Npix{number}.png", _png(tile))
    _write("Norder3/Allsky.png", _allsky(tiles))
    _write("properties", PROPERTIES.encode())
    MOC.from_string("0/0-11").save(TILES / "Moc.fits", format="fits", overwrite=True)


def _glow(face: int) -> Tile:
    """The Galaxy in a face, brightest at its centre."""
    pixels = np.arange(SIDE * SIDE)
    rows, columns = rows_and_columns(ORDER, pixels)
    ra, dec = map(np.radians, cell_centres(ORDER, pixels + face * SIDE * SIDE))
    sine = np.sin(dec) * np.sin(POLE[1]) + np.cos(dec) * np.cos(POLE[1]) * np.cos(ra - POLE[0])
    east = np.cos(dec) * np.sin(ra - POLE[0])
    north = np.sin(dec) * np.cos(POLE[1]) - np.cos(dec) * np.sin(POLE[1]) * np.cos(ra - POLE[0])
    longitude = NODE - np.arctan2(east, north)
    found = np.empty((SIDE, SIDE))
    found[rows, columns] = GROUND + GLOW * np.exp(-np.abs(np.arcsin(sine)) / SPREAD) * (
        0.45 + 0.55 * np.cos(longitude / 2) ** 2
    )
    return found


def _write(name: str, content: bytes) -> None:
    file = TILES / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def _allsky(faces: NDArray[np.uint8]) -> bytes:
    """The preview that readers ask first: the tiles of order 3, 64 pixels wide, 27 in a row (HiPS 1.0, 4.3.2)."""
    image = np.zeros((29 * THUMB, 27 * THUMB), np.uint8)
    side = SIDE // THUMB
    for tile in range(12 * side * side):
        face, within = divmod(tile, side * side)
        (row,), (column,) = rows_and_columns(ORDER, np.array([within]))
        y, x = (THUMB * number for number in divmod(tile, 27))
        part = faces[face, row * THUMB : (row + 1) * THUMB, column * THUMB : (column + 1) * THUMB]
        image[y : y + THUMB, x : x + THUMB] = part
    return _png(image)


def _draw(face: Tile, row: int, column: int, magnitude: float) -> None:
    """Put a star into a face; what of it would be in another one is left out."""
    width = 0.55 + 0.2 * max(0.0, FAINTEST - magnitude)
    reach = int(3 * width) + 1
    rows = np.arange(max(0, row - reach), min(SIDE, row + reach + 1))
    columns = np.arange(max(0, column - reach), min(SIDE, column + reach + 1))
    distance = (rows[:, None] - row) ** 2 + (columns[None, :] - column) ** 2
    face[np.ix_(rows, columns)] += (60 + 32 * (FAINTEST - magnitude)) * np.exp(-distance / (2 * width * width))


def _png(values: NDArray[np.uint8]) -> bytes:
    """An image of a palette from night to white."""
    level = np.linspace(0, 1, 256)[:, None]
    palette = np.clip(np.array([6, 9, 18]) + level ** [1.05, 1.0, 0.9] * 255, 0, 255).astype(np.uint8)
    return indexed_png(values, palette)


if __name__ == "__main__":
    main()
