"""What `bench.oifits` starts: `python -m bench.oifits_contenders WHAT PATH` does one thing and tells how long it took.

Times are of this process's processor, with what the kernel does for it: on a busy machine a clock tells of others.
"""

import hashlib
import json
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

LARGE = 82_000_000
"""Bytes of the large file, at least."""
TARGETS = 8
"""Stars of the large file: one in eight rows is wanted."""
WANTED = "STAR 3"


def main() -> None:
    """Do it, and write what it took as JSON: milliseconds, and the peak of memory in MB."""
    told = WORK[sys.argv[1]](Path(sys.argv[2]))
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    print(json.dumps(told | {"MB": int(peak.split()[1]) / 1024}))


def _timed(work: Callable[[], Any]) -> float:
    begin = time.process_time()
    work()
    return 1000 * (time.process_time() - begin)


DATA = ("OI_VIS", "OI_VIS2", "OI_T3", "OI_FLUX")


def make(path: Path) -> dict[str, Any]:
    """Write the large file: the rows of a real file of GRAVITY again and again, of one star after the other."""
    import numpy as np

    from bench.oifits import REAL, SOURCE
    from oifits.blocks import cells, read_rows
    from oifits.hdus import read_hdus
    from oifits.source import open_file

    with open_file(next(REAL.glob(f"{SOURCE}*"))) as source, path.open("wb") as file:
        hdus = read_hdus(source)
        times = LARGE // sum(hdu.size for hdu in hdus if hdu.name in DATA) + 1
        for hdu in hdus:
            copies = times if hdu.name in DATA else TARGETS if hdu.name == "OI_TARGET" else 1
            header = hdu.header.without(["CHECKSUM", "DATASUM"])
            file.write((header.replaced("NAXIS2", hdu.rows * copies) if hdu.rows else header).block())
            for copy in range(copies if hdu.rows else 0):
                block = read_rows(source, hdu, 0, hdu.rows).copy()
                if number := hdu.column("TARGET_ID"):
                    cells(block, number)[:] = np.int16(1 + copy % TARGETS)
                if name := hdu.column("TARGET"):
                    cells(block, name)[:] = np.bytes_(f"STAR {1 + copy}")
                file.write(block.tobytes())
            file.write(bytes(-file.tell() % 2880))
        return {"size": file.tell()}


def cut_ours(path: Path) -> dict[str, Any]:
    """Cut one star by `oifits`, to a file."""
    from oifits.cut import cut
    from oifits.output import written
    from oifits.parts import part_of
    from oifits.provenance import provenance
    from oifits.selection import Selection
    from oifits.source import open_file

    selection, made = Selection(targets=(WANTED,)), path.with_suffix(".ours")

    def work() -> None:
        with open_file(path) as source, made.open("wb") as file:
            for block in written(cut([part_of(source, selection)], provenance([path.name], selection))):
                file.write(block)

    return {"ms": _timed(work), "digest": _digest(made)}


def cut_by_astropy(path: Path) -> dict[str, Any]:
    """Cut the same star by astropy, as its documentation does: a mask of rows of each table."""
    from astropy.io import fits

    made = path.with_suffix(".theirs")

    def work() -> None:
        with warnings.catch_warnings(), fits.open(path) as hdus:
            warnings.simplefilter("ignore")
            stars = hdus["OI_TARGET"].data
            number = stars["TARGET_ID"][stars["TARGET"] == WANTED][0]
            kept = []
            for hdu in hdus:
                if hdu.name in DATA or hdu.name == "OI_TARGET":
                    hdu = fits.BinTableHDU(hdu.data[hdu.data["TARGET_ID"] == number], hdu.header)  # noqa: PLW2901
                kept.append(hdu)
            fits.HDUList(kept).writeto(made, overwrite=True)

    return {"ms": _timed(work), "digest": _digest(made)}


def _digest(path: Path) -> str:
    """Of the data of a file, unit by unit: headers are to differ."""
    from oifits.hdus import read_hdus
    from oifits.source import open_file

    total = hashlib.sha256()
    with open_file(path) as source:
        for hdu in read_hdus(source):
            for place in range(0, hdu.size, 1 << 20):
                total.update(source.read(hdu.start + place, min(1 << 20, hdu.size - place)))
    return total.hexdigest()


def index(folder: Path) -> dict[str, Any]:
    """Index real files by `oifits`."""
    from oifits.granule import Granule
    from oifits.index import index_file
    from oifits.source import open_file

    files = sorted(folder.glob("*fits"))
    found: list[Granule] = []

    def work() -> None:
        found.clear()
        for path in files:
            with open_file(path) as source:
                found.extend(index_file(source).granules)

    work()
    return {"ms": _timed(work), "files": len(files), "granules": len(found)}


def index_by_astropy(folder: Path) -> dict[str, Any]:
    """Index real files by astropy, with no more than OiDB has of a granule: names, place, times, wavelengths, rows."""
    files = sorted(folder.glob("*fits"))
    found: list[dict[str, Any]] = []

    def work() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found[:] = [granule for path in files for granule in _granules(path)]

    work()
    return {"ms": _timed(work), "files": len(files), "granules": len(found)}


def _granules(path: Path) -> Iterator[dict[str, Any]]:
    import numpy as np
    from astropy.io import fits

    with fits.open(path) as hdus:
        stars = {row["TARGET_ID"]: row for hdu in hdus if hdu.name == "OI_TARGET" for row in hdu.data}
        grids = {hdu.header["INSNAME"]: hdu.data for hdu in hdus if hdu.name == "OI_WAVELENGTH"}
        parts: dict[tuple[int, str, int], list[tuple[Any, Any]]] = {}
        for hdu in hdus:
            if hdu.name in DATA:
                night = np.round(hdu.data["MJD"]).astype(int)
                for number, day in {*zip(hdu.data["TARGET_ID"].tolist(), night.tolist(), strict=True)}:
                    rows = (hdu.data["TARGET_ID"] == number) & (night == day)
                    parts.setdefault((number, hdu.header["INSNAME"], day), []).append((hdu, rows))
        for (number, insname, _), tables in parts.items():
            mjd = np.concatenate([hdu.data["MJD"][rows] for hdu, rows in tables])
            wave, band = (grids[insname][name].astype(float) for name in ("EFF_WAVE", "EFF_BAND"))
            yield {
                "target_name": stars[number]["TARGET"], "s_ra": stars[number]["RAEP0"],
                "t_min": mjd.min(), "t_max": mjd.max(),
                "t_exptime": min(hdu.data["INT_TIME"][rows].min() for hdu, rows in tables), "em_min": wave.min(),
                "em_max": wave.max(), "em_res_power": (wave / band).mean(),
                "rows": {hdu.name: int(rows.sum()) for hdu, rows in tables},
            }  # fmt: skip


def nothing(_path: Path) -> dict[str, Any]:
    """Import what a cut imports, and do nothing: the memory of a process that is idle."""
    import oifits.cut
    import oifits.parts
    import oifits.provenance

    return {"idle": bool(oifits.cut and oifits.parts and oifits.provenance)}


WORK: Mapping[str, Callable[[Path], dict[str, Any]]] = {
    "make": make, "cut": cut_ours, "cut_by_astropy": cut_by_astropy, "index": index,
    "index_by_astropy": index_by_astropy, "nothing": nothing,
}  # fmt: skip

if __name__ == "__main__":
    main()
