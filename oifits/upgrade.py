"""Tables of OIFITS 1 as those of OIFITS 2, where files of both are merged (Duvert et al. 2017, A&A 597, A8).

Of OI_TARGET, OI_WAVELENGTH, OI_VIS, OI_VIS2 and OI_T3 all that OIFITS 2 wants is there, but for OI_REVN and a TIME that
is 0; OI_ARRAY lacks FOV and FOVTYPE. What would have to be guessed is refused.
"""

from collections.abc import Iterator

import numpy as np

from oifits.blocks import blocks, cells
from oifits.cards import Header, card
from oifits.errors import Unsupported
from oifits.hdus import Hdu
from oifits.measurements import KINDS, measurements
from oifits.output import Output, Rewrite
from oifits.parts import FilePart, Kept

SECOND = "OIFITS2"
"""CONTENT of the primary header of OIFITS 2; files of OIFITS 1 have none."""
REVISION = 2
"""OI_REVN of the tables that OIFITS 1 has."""
UPGRADED = ("OI_TARGET", "OI_ARRAY", "OI_WAVELENGTH", "OI_VIS", "OI_VIS2", "OI_T3")
KEPT = "HIERARCH JMMC CUT OI_REVN"
"""Keyword of an upgraded table: OI_REVN as it was."""
FIELD = (("FOV", "1D", "arcsec", ">f8"), ("FOVTYPE", "6A", "", "S6"))
"""Columns that OI_ARRAY has in OIFITS 2: name, TFORM, unit, and numpy's name of the type."""
UNKNOWN = {"FOV": np.nan, "FOVTYPE": b"FWHM"}
"""What stands in them: the type is FWHM or RADIUS even of what nobody knows."""


def is_second(part: FilePart) -> bool:
    """Whether a file is of OIFITS 2."""
    return part.primary.header.string("CONTENT").upper() == SECOND


def require_upgradable(part: FilePart) -> None:
    """Raise `Unsupported` where a file of OIFITS 1 has what OIFITS 2 would say otherwise, and nobody knows how."""
    arrays = {kept.hdu.header.string("ARRNAME") for kept in part.kept if kept.hdu.name == "OI_ARRAY"}
    for kept in part.kept:
        name = kept.hdu.name
        if name.startswith("OI_") and name not in UPGRADED:
            raise _refusal(f"it has {name}, which is no table of OIFITS 1")
        if name not in KINDS:
            continue
        if kept.hdu.header.string("ARRNAME") not in arrays:
            raise _refusal(f"{name} has no OI_ARRAY, which OIFITS 2 wants")
        if _timed_otherwise(part, kept):
            raise _refusal(f"{name} has its times in TIME and not in MJD, and TIME is 0 in OIFITS 2")


def _refusal(reason: str) -> Unsupported:
    return Unsupported(f"A file of OIFITS 1 is not merged with one of OIFITS 2 ({reason}): ask for them one by one")


def _timed_otherwise(part: FilePart, kept: Kept) -> bool:
    """Whether MJD of a row that is kept is not the middle of its exposure."""
    for first, block in blocks(part.source, kept.hdu):
        chosen = block if kept.rows is None else block[kept.rows[first : first + len(block)]]
        read = measurements(chosen, kept.hdu)
        if np.any(np.isfinite(read.middle) & (read.middle != read.mjd)):
            return True
    return False


def upgraded_header(header: Header) -> Header:
    """The header of a table as that of OIFITS 2, which says what it was; others stay as they are."""
    before = header.get("OI_REVN")
    if header.string("EXTNAME").upper() not in UPGRADED or before == REVISION:
        return header
    told = card(KEPT, before if before is not None else 1, "as in the file; TIME is 0 now")
    return header.replaced("OI_REVN", REVISION).extended(told)


def without_time(hdu: Hdu) -> Iterator[Rewrite]:
    """The change that makes TIME 0, as OIFITS 2 wants it: MJD is the time."""
    column = hdu.column("TIME")
    if column:
        yield lambda block: cells(block, column).fill(0)


def upgraded_array(part: FilePart, kept: Kept, header: Header) -> Output:
    """An OI_ARRAY with the columns of OIFITS 2; `header` is its own, upgraded.

    A field of view that nobody has told is NaN, which in FITS is no value.
    """
    hdu = kept.hdu
    added = [one for one in FIELD if hdu.column(one[0]) is None]
    columns = np.zeros(1, [(name, dtype) for name, _, _, dtype in added])
    for name, *_ in added:
        columns[name] = UNKNOWN[name]
    tail = np.frombuffer(columns.tobytes(), np.uint8)
    for number, (name, form, unit, _) in enumerate(added, len(hdu.columns) + 1):
        header = header.replaced(f"TTYPE{number}", name).replaced(f"TFORM{number}", form)
        header = header.replaced(f"TUNIT{number}", unit) if unit else header
    row_bytes, fields = hdu.row_bytes + len(tail), len(hdu.columns) + len(added)
    header = header.replaced("NAXIS1", row_bytes).replaced("TFIELDS", fields)

    def data() -> Iterator[bytes]:
        for _, block in blocks(part.source, hdu):
            yield np.concatenate([block, np.tile(tail, (len(block), 1))], axis=1).tobytes()

    return Output(header, hdu.rows * row_bytes, data)
