"""Columns that have a value for each channel, which a cut in wavelength goes through.

The length of a cell does not tell: T3's STA_INDEX has 3 elements in files of 3 channels, and E_U of GRAVITY too.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from oifits.cards import Header
from oifits.errors import Malformed, Unsupported
from oifits.hdus import SIZES, VARIABLE, Column, Hdu

Ints = NDArray[np.int64]
FIXED = frozenset((
    "TARGET_ID", "TIME", "MJD", "INT_TIME", "UCOORD", "VCOORD", "U1COORD", "V1COORD", "U2COORD", "V2COORD", "STA_INDEX",
    "INSNAME", "MJD_OBS", "MJD_END",
))  # fmt: skip
"""Columns of the standard that have none."""
SPECTRAL = frozenset((
    "VISAMP", "VISAMPERR", "VISPHI", "VISPHIERR", "RVIS", "RVISERR", "IVIS", "IVISERR", "VISREFMAP", "FLAG", "VIS2DATA",
    "VIS2ERR", "T3AMP", "T3AMPERR", "T3PHI", "T3PHIERR", "FLUXDATA", "FLUXERR", "JXX", "JYY", "JXY", "JYX",
))  # fmt: skip
"""Columns of the standard that have them."""
PRIVATE = frozenset((
    "VISDATA", "VISERR", "FLUX", "VISCOVRI", "T3BIAS", "T3INTERBIAS", "OPD_DISP", "SELF_REF", "VISPHASE", "VISPHASEERR",
    "NS_MODEL_VISAMP", "NS_MODEL_VISPHI", "NS_MODEL_VIS2DATA", "NS_MODEL_T3AMP", "NS_MODEL_T3PHI", "CORR_OI",
))  # fmt: skip
"""Columns of pipelines and programs that have them: asked for where a cell of 1 to 3 elements may be something else."""
FEW = 3
"""Channels up to which a private column that has as many elements is not taken for one of channels."""
TDIM = re.compile(r"\(\s*(\d+(?:\s*,\s*\d+)*)\s*\)")


@dataclass(frozen=True, eq=False, slots=True)
class Narrowed:
    """A table whose rows have fewer bytes: which of them are left, and the header that says so."""

    header: Header
    bytes_kept: Ints


def narrowed(hdu: Hdu, channels: Ints | None, count: int, dropped: Collection[Column] = ()) -> Narrowed:
    """Leave channels or columns of a table out.

    Parameters
    ----------
    hdu
        A table of measurements, or OI_INSPOL.
    channels
        Numbers of those that stay, from 0; None for all.
    count
        Rows of OI_WAVELENGTH.
    dropped
        Columns that do not stay.

    Raises
    ------
    Malformed
        A column of the standard has another number of channels.
    Unsupported
        Its values lie in the heap.
    """
    header, kept = hdu.header, [np.zeros(0, np.int64)]
    for column in hdu.columns:
        if column in dropped:
            continue
        shape = _shape(hdu, column)
        axes = [] if channels is None else _axes(hdu, column, shape, count)
        if channels is None or not axes:
            kept.append(column.offset + np.arange(column.width))
            continue
        elements = np.arange(column.repeat).reshape(shape[::-1])  # the first axis of FITS runs fastest
        for axis in axes:
            elements = np.take(elements, channels, axis=len(shape) - 1 - axis)
        size = SIZES[column.letter]
        kept.append((column.offset + elements.reshape(-1, 1) * size + np.arange(size)).ravel())
        header = _resized(header, column, elements.shape[::-1])
    for column in sorted(dropped, key=lambda column: -column.number):
        header = header.without_column(column.number)
    bytes_kept = np.concatenate(kept)
    return Narrowed(header.replaced("NAXIS1", len(bytes_kept)), bytes_kept)


def _resized(header: Header, column: Column, shape: tuple[int, ...]) -> Header:
    """The header with another shape of a column's cells, the fastest axis first."""
    header = header.replaced(f"TFORM{column.number}", f"{prod(shape)}{column.letter}")
    if header.get(f"TDIM{column.number}") is None:
        return header
    return header.replaced(f"TDIM{column.number}", f"({','.join(map(str, shape))})")


def _shape(hdu: Hdu, column: Column) -> tuple[int, ...]:
    """Lengths of the axes of a cell, the fastest first: TDIM, where it agrees with TFORM."""
    match = TDIM.match(hdu.header.string(f"TDIM{column.number}"))
    shape = tuple(int(length) for length in match[1].split(",")) if match else (column.repeat,)
    if prod(shape) == column.repeat:
        return shape
    return (column.repeat,)


def _axes(hdu: Hdu, column: Column, shape: tuple[int, ...], count: int) -> list[int]:
    """Numbers of the axes of a cell that are channels; none for a column that has none."""
    if column.name in FIXED or column.letter in "AX" or column.name.startswith("CORRINDX"):
        return []
    if column.letter in VARIABLE:
        message = f"{hdu.name}: {column.name} has values of variable length, which are not cut in wavelength"
        raise Unsupported(message)
    if column.name == "VISREFMAP" and shape == (count * count,):
        message = f"{hdu.name}: VISREFMAP has no TDIM of {count} by {count}, and is not cut in wavelength"
        raise Unsupported(message)
    axes = [number for number, length in enumerate(shape) if length == count]
    if column.name in SPECTRAL and not axes:
        message = f"{hdu.name}: {column.name} has {column.repeat} values where OI_WAVELENGTH has {count} rows"
        raise Malformed(message)
    return axes if column.name in SPECTRAL or column.name in PRIVATE or count > FEW else []
