"""The map of a table: an image HiPS of rows per square degree, with pixels of 52″ at its deepest order.

A density is the same at every order, as the mean of the four pixels below a pixel is its own (HiPS 1.0 section 4.2.1).
"""

import numpy as np
from numpy.typing import NDArray

from adapters.hips.parameters import THUMBNAILS, HipsRequest, Kind
from hub.hips_tiles import Tiles
from sky.hierarchy import PIXELS
from sky.image_tiles import indexed_png, rows_and_columns

DEPTH = 9
"""Orders from a tile to its pixels: it is 512 wide."""
WIDTH = 1 << DEPTH
SMALL = 6
"""The same of the tiles of the preview: 64 wide."""
ACROSS = 27
"""Tiles of the preview beside each other."""
SKY = 4 * 180**2 / np.pi
"""Square degrees of the sky."""
FAINTEST = 40
"""Brightness, of 255, of a pixel with the least."""
BLOCK = 2880
"""Bytes of a block of FITS."""
Density = NDArray[np.float32]


def density_image(tiles: Tiles, request: HipsRequest) -> bytes | None:
    """Write a tile of the map or its preview; None for a tile without rows."""
    if request.kind is Kind.ALLSKY:
        density = _preview(tiles)
    else:
        density = _density(tiles, request.order, request.cell, DEPTH)
        if not density.any():
            return None
    return _fits(density) if request.form == "fits" else _png(density, brightest(tiles))


def brightest(tiles: Tiles) -> float:
    """The greatest density (rows per square degree) in the pixels of order 9, 6.9′ wide; 0 for a table without rows."""
    shift = np.uint32(2 * (PIXELS - DEPTH))
    first = np.flatnonzero(np.diff(tiles.pixels >> shift, prepend=np.uint32(1 << 31)))
    return float(np.add.reduceat(tiles.counts, first).max() * _per_degree(DEPTH)) if len(first) else 0.0


def _per_degree(order: int) -> float:
    return float((12 << 2 * order) / SKY)


def _density(tiles: Tiles, order: int, cell: int, depth: int) -> Density:
    """The pixels of a tile, the top row first."""
    shift = 2 * (PIXELS - order)
    begin, end = np.searchsorted(tiles.pixels, [cell << shift, cell + 1 << shift])
    pixels = tiles.pixels[begin:end].astype(np.int64) >> 2 * (PIXELS - order - depth)
    rows, columns = rows_and_columns(depth, pixels)
    width = 1 << depth
    counts = np.bincount(rows * width + columns, tiles.counts[begin:end], width * width)
    return (counts * _per_degree(order + depth)).astype(np.float32).reshape(width, width)


def _preview(tiles: Tiles) -> Density:
    """All tiles of an order, small, from left to right and from the top (section 4.3.2)."""
    number, width = 12 << 2 * THUMBNAILS, 1 << SMALL
    image = np.zeros((-(-number // ACROSS) * width, ACROSS * width), np.float32)
    for cell in range(number):
        y, x = (width * place for place in divmod(cell, ACROSS))
        image[y : y + width, x : x + width] = _density(tiles, THUMBNAILS, cell, SMALL)
    return image


def _fits(density: Density) -> bytes:
    """Write an image of FITS 4.0, whose first row is the bottom one."""
    height, width = density.shape
    cards = [
        f"SIMPLE  = {'T':>20}",
        f"BITPIX  = {-32:>20}",
        f"NAXIS   = {2:>20}",
        f"NAXIS1  = {width:>20}",
        f"NAXIS2  = {height:>20}",
        "BUNIT   = 'deg-2   '           / rows per square degree",
        "END",
    ]
    header = "".join(card.ljust(80) for card in cards).encode()
    data = density[::-1].astype(">f4").tobytes()
    return header.ljust(-(-len(header) // BLOCK) * BLOCK) + data.ljust(-(-len(data) // BLOCK) * BLOCK, b"\0")


def _png(density: Density, most: float) -> bytes:
    """Write an image as bright as the logarithm of the density; one sees through where there is nothing."""
    level = np.minimum(1, np.log1p(density) / np.log1p(max(most, 1.0)))
    values = np.where(density > 0, FAINTEST + (255 - FAINTEST) * level, 0).astype(np.uint8)
    grey = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    return indexed_png(values, grey, b"\0")
