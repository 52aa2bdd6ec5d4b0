"""What astropy reads in a file, as the judge of what was cut: each cell as bytes, by table and column."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from astropy.io import fits
from astropy.time import Time

from oifits.cut import cut
from oifits.output import length, written
from oifits.parts import part_of
from oifits.provenance import provenance
from oifits.selection import Selection
from oifits.source import open_file

DATA = ("OI_VIS", "OI_VIS2", "OI_T3", "OI_FLUX")


def cut_bytes(paths: Sequence[Path], *selections: Selection) -> bytes:
    """What `oifits` cuts from files, one selection for all or one for each."""
    chosen = list(selections) * len(paths) if len(selections) == 1 else list(selections)
    sources = [open_file(path) for path in paths]
    try:
        parts = [part_of(source, selection) for source, selection in zip(sources, chosen, strict=True)]
        outputs = cut(parts, provenance([path.name for path in paths], chosen[0]))
        made = b"".join(written(outputs))
        assert len(made) == length(outputs)
        return made
    finally:
        for source in sources:
            source.close()


def opened(content: bytes | Path) -> fits.HDUList:
    """All of a file, read by astropy, and its sums verified."""
    return fits.open(
        io.BytesIO(content) if isinstance(content, bytes) else content,
        checksum=isinstance(content, bytes),
        memmap=False,
    )


def bytes_of(hdu: fits.BinTableHDU, name: str, rows: np.ndarray | slice, channels: np.ndarray | None = None) -> bytes:
    """The cells of a column as they lie in the file, of some rows and channels."""
    raw = np.asarray(hdu.data).view(np.ndarray)[name][rows]  # as they are stored: no logical, no scale
    if channels is not None:
        axes = [axis for axis in range(1, raw.ndim) if raw.shape[axis] == len(channels)]
        for axis in axes:
            raw = np.compress(channels, raw, axis=axis)
    return np.ascontiguousarray(raw).tobytes()


def tables(hdus: fits.HDUList, name: str) -> list[fits.BinTableHDU]:
    return [hdu for hdu in hdus if hdu.name == name]


def rows_of(hdu: fits.BinTableHDU, **wanted: object) -> np.ndarray:
    """Which rows of a table have these values, by column."""
    chosen = np.ones(len(hdu.data), bool)
    for name, values in wanted.items():
        chosen &= np.isin(hdu.data[name], values)
    return chosen


def data_tables(hdus: fits.HDUList) -> Iterator[fits.BinTableHDU]:
    return (hdu for hdu in hdus if hdu.name in DATA)


FIXED = (
    "TARGET_ID", "TIME", "MJD", "INT_TIME", "UCOORD", "VCOORD", "U1COORD", "V1COORD", "U2COORD", "V2COORD", "STA_INDEX", "E_U", "E_V",
    "E_W", "E_AZ", "E_ZD", "PHASE_REF_COEFF", "GDELAY_ASTROMETRY", "PHASE_ASTROMETRY",
)  # fmt: skip
CHANGED = ("NAXIS1", "NAXIS2", "CHECKSUM", "DATASUM")


class Wanted:
    """What a selection means in a file, by loops over rows that astropy read."""

    def __init__(self, hdus: fits.HDUList, selection: Selection) -> None:
        self.selection = selection
        self.stars = {row["TARGET_ID"]: row["TARGET"] for row in tables(hdus, "OI_TARGET")[0].data}
        self.stations = {
            hdu.header["ARRNAME"]: {row["STA_INDEX"]: row["STA_NAME"] for row in hdu.data}
            for hdu in tables(hdus, "OI_ARRAY")
        }
        self.grids = {hdu.header["INSNAME"]: self._channels(hdu.data) for hdu in tables(hdus, "OI_WAVELENGTH")}
        self.rows = {id(hdu): self._rows(hdu) for hdu in data_tables(hdus)}
        self.used = [(hdu, rows) for hdu in data_tables(hdus) if (rows := self.rows[id(hdu)]).any()]

    def _channels(self, grid: fits.FITS_rec) -> np.ndarray:
        wave, half = grid["EFF_WAVE"].astype(float), grid["EFF_BAND"].astype(float) / 2
        chosen = np.zeros(len(wave), bool)
        for low, high in self.selection.bands or ((0.0, np.inf),):
            chosen |= (wave + half >= low) & (wave - half <= high)
        return chosen

    def _rows(self, hdu: fits.BinTableHDU) -> np.ndarray:
        insname, ours = hdu.header["INSNAME"], self.selection
        if (ours.insnames and insname not in ours.insnames) or not self.grids[insname].any():
            return np.zeros(len(hdu.data), bool)
        mjd, time = hdu.data["MJD"], hdu.data["TIME"]
        middles = Time(hdu.header["DATE-OBS"]).mjd + time / 86_400 if np.all(mjd % 1 == 0) and np.any(time > 0) else mjd
        names, pairs = self.stations[hdu.header["ARRNAME"]], [set(pair) for pair in ours.baselines]
        chosen = []
        for number, middle, stations in zip(hdu.data["TARGET_ID"], middles, hdu.data["STA_INDEX"], strict=True):
            own = [names[one] for one in np.atleast_1d(stations)]
            sides = [{one, other} for place, one in enumerate(own) for other in own[place + 1 :]]
            chosen.append(
                (not ours.targets or self.stars[number] in ours.targets)
                and (not ours.times or any(low <= middle <= high for low, high in ours.times))
                and (
                    not pairs
                    or (all(side in pairs for side in sides) if sides else any(own[0] in pair for pair in pairs))
                )
            )
        return np.array(chosen, bool)

    def of(self, hdu: fits.BinTableHDU) -> tuple[np.ndarray | None, np.ndarray | None]:
        """Rows and channels of a table that are wanted; None for a table that is not, and for all channels."""
        if hdu.name in DATA:
            return self.rows[id(hdu)], self.grids[hdu.header["INSNAME"]]
        if hdu.name == "OI_TARGET":
            return np.isin(
                hdu.data["TARGET_ID"], np.concatenate([one.data["TARGET_ID"][rows] for one, rows in self.used])
            ), None
        if hdu.name == "OI_WAVELENGTH":
            name = hdu.header["INSNAME"]
            return (self.grids[name], None) if name in {one.header["INSNAME"] for one, _ in self.used} else (None, None)
        if hdu.name == "OI_ARRAY" and hdu.header["ARRNAME"] not in {one.header["ARRNAME"] for one, _ in self.used}:
            return None, None
        return np.ones(len(hdu.data), bool), None


def require_same(before: fits.HDUList, after: fits.HDUList, selection: Selection) -> None:
    """All that a selection wants of one file is in the other, each cell with the bytes that it had, and nothing else is."""
    left, wanted = list(after[1:]), Wanted(before, selection)
    for hdu in before[1:]:
        rows, channels = wanted.of(hdu)
        if rows is None or not rows.any():
            continue
        made = left.pop(0)
        assert made.name == hdu.name
        assert made.columns.names == hdu.columns.names
        assert len(made.data) == rows.sum()
        for name in made.columns.names:
            spectral = channels if name not in FIXED else None
            assert bytes_of(made, name, slice(None)) == bytes_of(hdu, name, rows, spectral), (hdu.name, name)
        assert unchanged(made.header) == unchanged(hdu.header)
    assert not left
    first = [str(card) for card in before[0].header.cards if card.keyword not in CHANGED]
    assert first == [str(card) for card in after[0].header.cards if card.keyword not in CHANGED][: len(first)]


def unchanged(header: fits.Header) -> list[str]:
    """Cards that a cut does not change."""
    return [
        str(card)
        for card in header.cards
        if card.keyword not in CHANGED and not card.keyword.startswith(("TFORM", "TDIM"))
    ]
