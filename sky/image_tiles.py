"""Pictures of the tiles of an image HiPS (HiPS 1.0, REC-HIPS-1.0, IVOA 2017)."""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.int64]


def rows_and_columns(depth: int, pixels: Pixels) -> tuple[Pixels, Pixels]:
    """Return row, from the top, and column of nested cells in the picture of their tile, 2**depth wide (section 4.1).

    The last 2 * depth bits of the number of a cell say where it is: the even ones are the row, the odd ones the column.
    """
    rows, columns = np.zeros_like(pixels), np.zeros_like(pixels)
    for bit in range(depth):
        rows |= ((pixels >> 2 * bit) & 1) << bit
        columns |= ((pixels >> 2 * bit + 1) & 1) << bit
    return rows, columns


def indexed_png(values: NDArray[np.uint8], palette: NDArray[np.uint8], alpha: bytes = b"") -> bytes:
    """Write a PNG (W3C), whose pixels are numbers of colours.

    Parameters
    ----------
    values
        Number of the colour of each pixel, the top row first.
    palette
        Red, green and blue of each colour.
    alpha
        Opacity of the first colours; the others are opaque.
    """
    lines = b"".join(b"\0" + line.tobytes() for line in values)
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", *values.shape[::-1], 8, 3, 0, 0, 0)),
        (b"PLTE", palette.tobytes()),
        *([(b"tRNS", alpha)] if alpha else []),
        (b"IDAT", zlib.compress(lines, 9)),
        (b"IEND", b""),
    ]
    chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
