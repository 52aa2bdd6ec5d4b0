"""A complete OIFITS 2 file of two stars and two instruments, with every table of the standard and some of nobody's."""

from pathlib import Path

import numpy as np
from astropy.io import fits

STATIONS = {1: "A0", 2: "B2", 3: "C1", 4: "J2"}
PAIRS = ((1, 2), (1, 3), (2, 3), (1, 4), (2, 4), (3, 4))
GRIDS = {"WIDE": np.linspace(2.0e-6, 2.3e-6, 4), "FINE": np.linspace(2.05e-6, 2.25e-6, 9)}
STARS = (("alf Cen", 219.9, -60.83), ("bet Pic", 86.82, -51.07))
MJD = 59000.0
PHASE = {"phityp": "absolute", "amptyp": "absolute"}


def column(name: str, form: str, array: object, unit: str | None = None, dim: str | None = None) -> fits.Column:
    return fits.Column(name, form, array=array, unit=unit, dim=dim)


def table(name: str, columns: list[fits.Column], **keywords: object) -> fits.BinTableHDU:
    made = fits.BinTableHDU.from_columns(columns, name=name)
    made.header["OI_REVN"] = keywords.pop("revision", 2)
    for keyword, value in keywords.items():
        made.header[keyword.upper()] = value
    return made


def targets(stars: tuple[tuple[str, float, float], ...] = STARS, first: int = 1, width: int = 16) -> fits.BinTableHDU:
    count = len(stars)
    numbers = {"EQUINOX": ("1E", 2000.0), "RA_ERR": ("1D", 0), "DEC_ERR": ("1D", 0), "SYSVEL": ("1D", 0)}
    motions = {
        "PMRA": ("1D", 0),
        "PMDEC": ("1D", 0),
        "PMRA_ERR": ("1D", 0),
        "PMDEC_ERR": ("1D", 0),
        "PARALLAX": ("1E", 0),
        "PARA_ERR": ("1E", 0),
    }
    return table("OI_TARGET", [
        column("TARGET_ID", "1I", np.arange(first, first + count)),
        column("TARGET", f"{width}A", [name for name, _, _ in stars]),
        column("RAEP0", "1D", [ra for _, ra, _ in stars], "deg"),
        column("DECEP0", "1D", [dec for _, _, dec in stars], "deg"),
        *(column(name, form, np.full(count, value)) for name, (form, value) in numbers.items()),
        column("VELTYP", "8A", ["LSR"] * count), column("VELDEF", "8A", ["OPTICAL"] * count),
        *(column(name, form, np.full(count, value)) for name, (form, value) in motions.items()),
        column("SPECTYP", "16A", ["G2V"] * count), column("CATEGORY", "3A", ["SCI"] * count),
    ])  # fmt: skip


def array(name: str = "VLTI", stations: dict[int, str] = STATIONS) -> fits.BinTableHDU:
    count = len(stations)
    return table("OI_ARRAY", [
        column("TEL_NAME", "16A", [f"AT{number}" for number in range(count)]), column("STA_NAME", "16A", list(stations.values())),
        column("STA_INDEX", "1I", list(stations)), column("DIAMETER", "1E", np.full(count, 1.8), "m"),
        column("STAXYZ", "3D", np.arange(3 * count).reshape(-1, 3), "m"), column("FOV", "1D", np.full(count, 0.1), "arcsec"),
        column("FOVTYPE", "6A", ["RADIUS"] * count),
    ], arrname=name, frame="GEOCENTRIC", arrayx=1951952.0, arrayy=-5483173.0, arrayz=-2668147.0)  # fmt: skip


def wavelengths(name: str, grid: np.ndarray) -> fits.BinTableHDU:
    band = np.full(len(grid), 5e-9)
    return table(
        "OI_WAVELENGTH", [column("EFF_WAVE", "1E", grid, "m"), column("EFF_BAND", "1E", band, "m")], insname=name
    )


def rows(
    random: np.random.Generator, ends: list[tuple[int, ...]], stars: int, first: int, channels: int
) -> dict[str, np.ndarray]:
    """Rows on these stations, one for each star and each of them."""
    count = len(ends) * stars
    return {
        "target": np.repeat(np.arange(first, first + stars), len(ends)),
        "mjd": MJD + 0.1 + 0.01 * np.repeat(np.arange(stars), len(ends)),
        "stations": np.array(ends * stars),
        "values": random.normal(size=(4, count, channels)),
        "flag": random.random((count, channels)) < 0.2,
        "uv": random.normal(scale=60, size=(4, count)),
    }


def begin(made: dict[str, np.ndarray]) -> list[fits.Column]:
    count = len(made["target"])
    return [
        column("TARGET_ID", "1I", made["target"]), column("TIME", "1D", np.zeros(count), "s"), column("MJD", "1D", made["mjd"], "day"),
        column("INT_TIME", "1D", np.full(count, 60.0), "s"),
    ]  # fmt: skip


def end(made: dict[str, np.ndarray], channels: int) -> list[fits.Column]:
    return [
        column("STA_INDEX", f"{made['stations'].shape[1]}I", made["stations"]),
        column("FLAG", f"{channels}L", made["flag"]),
    ]


def measured(
    insname: str, stars: int = 2, first: int = 1, corrname: str | None = None, seed: int = 1
) -> list[fits.BinTableHDU]:
    """OI_VIS (differential, with VISREFMAP), OI_VIS2, OI_T3 and OI_FLUX of an instrument, with CORRINDX if a matrix is named."""
    random, grid = np.random.default_rng(seed), GRIDS[insname]
    n = len(grid)
    keywords = {"date_obs": "2020-05-31", "insname": insname, "arrname": "VLTI"} | (
        {"corrname": corrname} if corrname else {}
    )
    keywords = {name.replace("_", "-"): value for name, value in keywords.items()}
    vis, t3 = rows(random, list(PAIRS), stars, first, n), rows(random, [(1, 2, 3), (2, 3, 4)], stars, first, n)
    flux = rows(random, [(1,), (2,)], stars, first, n)

    def pointing(name: str, count: int, offset: int) -> list[fits.Column]:
        return [column(f"CORRINDX_{name}", "1J", 1 + offset + n * np.arange(count))] if corrname else []

    count = len(vis["target"])
    return [
        table("OI_VIS", [
            *begin(vis), column("VISAMP", f"{n}D", vis["values"][0]), column("VISAMPERR", f"{n}D", np.abs(vis["values"][1])),
            column("VISPHI", f"{n}D", vis["values"][2], "deg"), column("VISPHIERR", f"{n}D", np.abs(vis["values"][3]), "deg"),
            column("VISREFMAP", f"{n * n}L", random.random((count, n, n)) < 0.5, dim=f"({n},{n})"),
            column("UCOORD", "1D", vis["uv"][0], "m"), column("VCOORD", "1D", vis["uv"][1], "m"), *end(vis, n),
            column("VISDATA", f"{n}C", vis["values"][0] + 1j * vis["values"][1]), column("E_U", "3D", random.normal(size=(count, 3))),
        ], **keywords, amptyp="differential", phityp="differential"),
        table("OI_VIS2", [
            *begin(vis), column("VIS2DATA", f"{n}D", vis["values"][0]), column("VIS2ERR", f"{n}D", np.abs(vis["values"][1])),
            *pointing("VIS2DATA", count, 0), column("UCOORD", "1D", vis["uv"][0], "m"), column("VCOORD", "1D", vis["uv"][1], "m"), *end(vis, n),
        ], **keywords),
        table("OI_T3", [
            *begin(t3), column("T3AMP", f"{n}D", t3["values"][0]), column("T3AMPERR", f"{n}D", np.abs(t3["values"][1])),
            column("T3PHI", f"{n}D", t3["values"][2], "deg"), column("T3PHIERR", f"{n}D", np.abs(t3["values"][3]), "deg"),
            *pointing("T3PHI", len(t3["target"]), n * count), column("U1COORD", "1D", t3["uv"][0], "m"),
            column("V1COORD", "1D", t3["uv"][1], "m"), column("U2COORD", "1D", t3["uv"][2], "m"), column("V2COORD", "1D", t3["uv"][3], "m"), *end(t3, n),
        ], **keywords),
        table("OI_FLUX", [
            *begin(flux), column("FLUXDATA", f"{n}D", flux["values"][0], "Jy"), column("FLUXERR", f"{n}D", np.abs(flux["values"][1]), "Jy"), *end(flux, n),
        ], **{name: value for name, value in keywords.items() if name != "corrname"}, calstat="U", revision=1),
    ]  # fmt: skip


def correlations(name: str, size: int, seed: int = 5) -> fits.BinTableHDU:
    """Every fifth pair of a matrix, each with a value that says which pair it is."""
    pairs = [(i, j) for i in range(1, size + 1) for j in range(i + 1, size + 1) if (i + j + seed) % 5 == 0]
    first, second = np.array(pairs).T
    return table("OI_CORR", [
        column("IINDX", "1J", first), column("JINDX", "1J", second), column("CORR", "1D", first + second / 10_000),
    ], corrname=name, ndata=size, revision=1)  # fmt: skip


def polarisation(insnames: list[str], channels: int, width: int = 16) -> fits.BinTableHDU:
    random, count = np.random.default_rng(9), 2 * len(insnames)
    jones = random.normal(size=(4, count, channels)) + 0j
    return table("OI_INSPOL", [
        column("TARGET_ID", "1I", [1, 2] * len(insnames)), column("INSNAME", f"{width}A", np.repeat(insnames, 2)),
        column("MJD_OBS", "1D", np.full(count, MJD)), column("MJD_END", "1D", np.full(count, MJD + 1)),
        *(column(name, f"{channels}C", jones[place]) for place, name in enumerate(("JXX", "JYY", "JXY", "JYX"))),
        column("STA_INDEX", "1I", np.ones(count)),
    ], arrname="VLTI", npol=1, orient="LABORATORY", model="none", **{"date-obs": "2020-05-31"}, revision=1)  # fmt: skip


def complete(path: Path, corrname: str = "OWN", *, notes: bool = True, **primary: str) -> Path:
    """Write the file; with `notes`, two units that are not OIFITS's. WIDE has a matrix over its VIS2DATA and T3PHI, and rows of polarisation."""
    head = fits.PrimaryHDU()
    said = {"CONTENT": "OIFITS2", "DATE-OBS": "2020-05-31", "TELESCOP": "VLTI", "INSTRUME": "TESTER", "OBJECT": "MULTI", "ORIGIN": "us", "AUTHOR": "us",
            "DATE": "2020-06-01", "OBSERVER": "nobody", "INSMODE": "none"}  # fmt: skip
    for keyword, value in (said | primary).items():
        head.header[keyword] = value
    head.header["HIERARCH ESO INS MODE LONG"] = "a value that nobody reads"
    wide = len(GRIDS["WIDE"])
    note = fits.BinTableHDU.from_columns(
        [column("WORD", "PA()", np.array(["a", "longer", "é"[:0]], object))], name="NOTES"
    )
    image = fits.ImageHDU(np.arange(12.0).reshape(3, 4), name="IMAGE-OI")
    extra = [note, image] if notes else []
    units = [
        head, targets(), array(), *(wavelengths(*one) for one in GRIDS.items()), *measured("WIDE", corrname=corrname), *measured("FINE", seed=2),
        correlations(corrname, (12 + 4) * wide), polarisation(["WIDE"], wide), *extra,
    ]  # fmt: skip
    fits.HDUList(units).writeto(path, overwrite=True, checksum=True)
    return path


def long(path: Path, size: int, channels: int = 210) -> Path:
    """A file of two stars whose OI_VIS2 has at least so many bytes."""
    grid = np.linspace(2.0e-6, 2.4e-6, channels)
    row = 46 + 17 * channels
    count = size // row + 1
    forms = {"TARGET_ID": "1I", "TIME": "1D", "MJD": "1D", "INT_TIME": "1D", "VIS2DATA": f"{channels}D", "VIS2ERR": f"{channels}D",
             "UCOORD": "1D", "VCOORD": "1D", "STA_INDEX": "2I", "FLAG": f"{channels}L"}  # fmt: skip
    made = np.zeros(count, [
        ("TARGET_ID", ">i2"), ("TIME", ">f8"), ("MJD", ">f8"), ("INT_TIME", ">f8"), ("VIS2DATA", ">f8", channels),
        ("VIS2ERR", ">f8", channels), ("UCOORD", ">f8"), ("VCOORD", ">f8"), ("STA_INDEX", ">i2", 2), ("FLAG", "S1", channels),
    ])  # fmt: skip
    assert made.itemsize == row
    number = np.arange(count)
    made["TARGET_ID"], made["MJD"], made["INT_TIME"] = 1 + number % 2, MJD + 0.1 + number * 1e-6, 0.05
    made["VIS2DATA"], made["UCOORD"], made["STA_INDEX"] = number[:, None], 30, (1, 2)
    units = [fits.PrimaryHDU(), targets(), array(), wavelengths("LONG", grid)]
    units[0].header["CONTENT"] = "OIFITS2"
    columns = [fits.Column(name, form) for name, form in forms.items()]
    first = table("OI_VIS2", columns, insname="LONG", arrname="VLTI", **{"date-obs": "2020-05-31"})
    first.header["NAXIS2"] = count
    fits.HDUList(units).writeto(path)
    with path.open("ab") as file:
        file.write(first.header.tostring().encode())
        file.write(made.data)
        file.write(bytes(-made.nbytes % 2880))
    return path
