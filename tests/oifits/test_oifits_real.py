"""The real files: indexed as OiDB has them but where OiDB is wrong, and cut in more ways than there are files."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import judged
import numpy as np
import pytest
from astropy.io import fits

from oifits.errors import Unsupported
from oifits.granule import FileIndex, Granule
from oifits.index import index_file
from oifits.selection import Selection
from oifits.source import open_file

pytestmark = pytest.mark.real_files
FILES = (
    "2004-FKV1137", "2009-11-eps_Aur", "2012-03-24_ALL", "2018-12-02T062655", "AMBER_070409", "Achernar_all", "GRAVI.2016-06-23",
    "GRAVITY.2016-01-09", "NGC5128_2005", "PRODUCT_V838", "T_PYX",
)  # fmt: skip
"""What their names begin with."""
FK5 = {"FKV1137": (75.6195, 41.0758)}
EPS_AUR, PIONIER = "2009-11-eps_Aur", "2012-03-24_ALL"
OVERLONG = ("2012-03-24_ALL", "Achernar", "T_PYX")


@pytest.fixture(scope="module")
def paths(real: Path) -> dict[str, Path]:
    return {name: next(path for path in (real / "oifits").glob(f"{name}*fits")) for name in FILES}


@pytest.fixture(scope="module")
def indexes(paths: dict[str, Path]) -> dict[str, FileIndex]:
    found = {}
    for path in paths.values():
        with open_file(path) as source:
            found[path.name] = index_file(source, FK5)
    return found


def of(indexes: dict[str, FileIndex], beginning: str) -> FileIndex:
    return next(index for name, index in indexes.items() if name.startswith(beginning))


def oidb_granules(path: Path) -> Iterator[dict[str, object]]:
    """OiDB's granules of a file, by oitools' rules: night by round(MJD), the least INT_TIME, wavelengths without bands."""
    with fits.open(path) as hdus:
        stars = {row["TARGET_ID"]: row for row in judged.tables(hdus, "OI_TARGET")[0].data}
        grids = {hdu.header["INSNAME"]: hdu.data for hdu in judged.tables(hdus, "OI_WAVELENGTH")}
        kept: dict[tuple[int, str, int], list[tuple[fits.BinTableHDU, np.ndarray]]] = {}
        for hdu in judged.data_tables(hdus):
            night = np.round(hdu.data["MJD"]).astype(int)
            for number, day in sorted({*zip(hdu.data["TARGET_ID"].tolist(), night.tolist(), strict=True)}):
                rows = (hdu.data["TARGET_ID"] == number) & (night == day)
                kept.setdefault((number, hdu.header["INSNAME"], day), []).append((hdu, rows))
        for (number, insname, _), parts in kept.items():
            grid = grids[insname]
            counts = Counter({hdu.name: 0 for hdu, _ in parts})
            for hdu, rows in parts:
                counts[hdu.name] += int(rows.sum())
            mjd = np.concatenate([hdu.data["MJD"][rows] for hdu, rows in parts])
            yield {
                "target_name": stars[number]["TARGET"], "s_ra": float(stars[number]["RAEP0"]), "s_dec": float(stars[number]["DECEP0"]),
                "t_exptime": min(float(hdu.data["INT_TIME"][rows].min()) for hdu, rows in parts),
                "t_min": float(mjd.min()), "t_max": float(mjd.max()),
                "em_res_power": float(np.mean(grid["EFF_WAVE"].astype(float) / grid["EFF_BAND"].astype(float))),
                "em_min": float(grid["EFF_WAVE"].min()), "em_max": float(grid["EFF_WAVE"].max()), "nb_channels": len(grid),
                "facility_name": parts[0][0].header.get("ARRNAME", ""), "instrument_name": insname,
                "nb_vis": counts["OI_VIS"], "nb_vis2": counts["OI_VIS2"], "nb_t3": counts["OI_T3"],
            }  # fmt: skip


def as_oidb(granule: Granule) -> dict[str, object]:
    """Columns that ours are to agree in with OiDB's."""
    return {
        "target_name": granule.target_name, "s_dec": granule.s_dec, "t_max": granule.middle_max, "em_res_power": granule.em_res_power,
        "nb_channels": granule.nb_channels, "facility_name": granule.arrname, "instrument_name": granule.insname,
        "nb_vis": granule.nb_vis, "nb_vis2": granule.nb_vis2, "nb_t3": granule.nb_t3,
    }  # fmt: skip


def test_there_are_58_granules(indexes: dict[str, FileIndex]) -> None:
    assert sum(len(index.granules) for index in indexes.values()) == 58


@pytest.mark.parametrize("name", FILES)
def test_granules_are_oidbs(name: str, paths: dict[str, Path], indexes: dict[str, FileIndex]) -> None:
    """Number, names, places, times, powers and counts; what differs otherwise is OiDB's to be put right, each in a test below."""
    path = paths[name]
    ours, theirs = indexes[path.name].granules, list(oidb_granules(path))
    assert len(ours) == len(theirs)
    by_key = {
        (their["target_name"], their["instrument_name"], round(float(str(their["t_max"])), 6)): their
        for their in theirs
    }
    for granule in ours:
        their = by_key[granule.target_name, granule.insname, round(granule.middle_max, 6)]
        columns = as_oidb(granule)
        for column, value in columns.items():
            assert their[column] == (value if isinstance(value, str) else pytest.approx(value, rel=1e-6)), column
        right_ascension = their["s_ra"] if granule.target_name not in FK5 else FK5[granule.target_name][0]
        assert granule.s_ra == pytest.approx(right_ascension, rel=1e-5)
        first = their["t_min"] if granule.target_name not in FK5 else 53011.11015
        assert granule.middle_min == pytest.approx(first, abs=1e-5)


def test_granules_are_those_that_oitools_itself_found(real: Path, indexes: dict[str, FileIndex]) -> None:
    """Of the files that its own tests have figures of."""
    with (real / "oifits" / "granules_extracted_by_oitools.csv").open() as text:
        listed = [row for row in csv.DictReader(text) if row["file"] in indexes]
    assert len(listed) == 20
    for row in listed:
        named = [
            one
            for one in indexes[row["file"]].granules
            if (one.target_name, one.insname) == (row["target_name"], row["instrument_name"])
        ]
        (granule,) = named
        for name, value in as_oidb(granule).items():
            assert (
                (float(row[name]) == pytest.approx(value, rel=1e-6))
                if isinstance(value, float)
                else row[name] == str(value)
            ), name


def test_exposures_are_unions_where_oidb_has_the_least_integration(indexes: dict[str, FileIndex]) -> None:
    """OiDB: 0 s of GRAVITY's 300, 36.55 of 241, 118.9 of 474; and 1 582 489 s where INT_TIME is not in seconds."""
    gravity = {one.insname: one.t_exptime for one in of(indexes, "GRAVI.2016").granules}
    assert gravity == pytest.approx({"GRAVITY_SC": 300.0, "GRAVITY_FT": 241.23}, abs=0.01)
    assert of(indexes, "2018-12-02").granules[0].t_exptime == pytest.approx(473.772, abs=0.001)
    assert of(indexes, "AMBER").granules[0].t_exptime == pytest.approx(121.25, abs=0.01)
    for name in OVERLONG:
        index = of(indexes, name)
        assert {one.t_exptime for one in index.granules} == {None}
        assert any("INT_TIME is longer" in problem for problem in index.problems)


def test_times_begin_and_end_with_exposures(indexes: dict[str, FileIndex]) -> None:
    """OiDB's t_min and t_max are the middles of the first and the last exposure."""
    one = of(indexes, "2018-12-02").granules[0]
    assert (one.t_max - one.t_min) * 86_400 == pytest.approx(one.t_exptime, abs=0.001)
    assert one.t_min < one.middle_min <= one.middle_max < one.t_max


def test_nights_are_those_of_the_array(indexes: dict[str, FileIndex]) -> None:
    """OiDB's round(MJD) ends a night of CHARA at 4 h in the morning: .468 and .512 of one night are two."""
    granules = of(indexes, EPS_AUR).granules
    of_one = [one for one in granules if one.night == 55137]
    assert {round(one.middle_max) for one in of_one} == {55138, 55139}
    assert {one.night for one in of(indexes, "NGC5128").granules} == {53429, 53516}


def test_wavelengths_have_their_bands(indexes: dict[str, FileIndex]) -> None:
    """OiDB's range of one channel has no width, so that no wavelength is within."""
    (one,) = (one for one in of(indexes, "T_PYX").granules if one.nb_channels == 1)
    assert (one.em_min, one.em_max) == pytest.approx((1.5509e-6, 1.7959e-6), rel=1e-4)


@pytest.mark.parametrize(
    ("beginning", "insname", "shortest", "longest"),
    [
        ("GRAVI.2016", "GRAVITY_FT", 11.2, 33.6), ("GRAVI.2016", "GRAVITY_SC", 11.2, 33.6), ("2018-12", "MATISSE", 11.2, 128.7),
        ("Achernar", "PIONIER_Pnat(1.5900000/1.7679999)", 37.0, 128.6), ("T_PYX", "PIONIER_Pnat(1.5336840/1.7901617)", 40.8, 113.2),
        ("2004", "NPOI_2004-01-07", 6.1, 66.5), (EPS_AUR, "H_PRISM", 89.6, 293.2), ("PRODUCT", "AMBER", 6.6, 33.3),
        ("AMBER", "AMBER(1.6619521/2.3767191)", 58.4, 71.5), ("AMBER", "AMBER(1.6789563/2.4283954)", 72.9, 103.0),
    ],
)  # fmt: skip
def test_baselines_of_good_rows(
    indexes: dict[str, FileIndex], beginning: str, insname: str, shortest: float, longest: float
) -> None:
    one = next(one for one in of(indexes, beginning).granules if one.insname == insname)
    assert (one.uv_distance_min, one.uv_distance_max) == pytest.approx((shortest, longest), abs=0.05)


def test_names_stations_levels_and_points(indexes: dict[str, FileIndex]) -> None:
    names = {(one.facility_name, one.instrument_name) for index in indexes.values() for one in index.granules}
    assert names == {
        ("NPOI", "NPOI"), ("CHARA", "MIRC"), ("VLTI", "PIONIER"), ("VLTI", "MATISSE"), ("VLTI", "AMBER"), ("VLTI", "GRAVITY"), ("VLTI", "MIDI"),
    }  # fmt: skip
    assert of(indexes, "Achernar").granules[0].stations == ("A1", "G1", "I1", "K0")  # of 17 in OI_ARRAY
    levels = {name[:5]: index.granules[0].calib_level for name, index in indexes.items()}
    assert [levels[name] for name in ("2018-", "GRAVI", "PRODU", "AMBER")] == [2, 2, 2, None]
    points = {one.insname: (one.n_good, one.n_points) for one in of(indexes, "GRAVI.2016").granules}
    assert points["GRAVITY_SC"] == (2300, 4200)
    assert {(one.n_good, one.n_points) for one in of(indexes, "NGC5128").granules} == {(160, 342)}


def test_what_is_not_plausible_is_told(indexes: dict[str, FileIndex]) -> None:
    told = {name[:8]: " | ".join(index.problems) for name, index in indexes.items()}
    assert "RAEP0 of FKV1137 is in hours" in told["2004-FKV"]
    assert "OI_VIS2: MJD has no time of day" in told["2004-FKV"]
    assert "OI_VIS: TIME counts from noon" in told["GRAVITY."]
    assert "OI_VIS: TIME is MJD in seconds" in told["PRODUCT_"]
    assert "DATE-OBS is 1564-02-15" in told["NGC5128_"]
    assert "OI_VIS: TIME is a Julian date" in told["NGC5128_"]
    assert [name for name, text in told.items() if not text] == ["2009-11-", "2018-12-", "AMBER_07", "GRAVI.20"]


def test_the_star_of_a_wrong_place_is_told_beside_it(indexes: dict[str, FileIndex]) -> None:
    problem = next(one for one in of(indexes, "2004-FKV").problems if one.startswith("OI_TARGET"))
    assert problem == (
        "OI_TARGET: RAEP0 of FKV1137 is in hours: it is at 5.0413 +41.0758, in degrees 75.6195 +41.0758, its star at "
        "75.6195 +41.0758"
    )


@pytest.mark.parametrize("name", FILES)
def test_points_of_the_uv_plane_are_what_astropy_reads(
    name: str, paths: dict[str, Path], indexes: dict[str, FileIndex]
) -> None:
    """Of the first granule of each file: numpy's principal components, and its points counted one by one."""
    granule = indexes[paths[name].name].granules[0]
    points: list[tuple[float, float]] = []
    with fits.open(paths[name]) as hdus:
        stars = {row["TARGET"].strip(): row["TARGET_ID"] for row in judged.tables(hdus, "OI_TARGET")[0].data}
        for hdu in judged.data_tables(hdus):
            if hdu.header["INSNAME"] != granule.insname or hdu.name == "OI_FLUX":
                continue
            for row in hdu.data[hdu.data["TARGET_ID"] == stars[granule.target_name]]:
                inside = granule.middle_min - 1e-9 <= row["MJD"] <= granule.middle_max + 1e-9 or row["MJD"] % 1 == 0
                if not inside or np.all(row["FLAG"]):
                    continue
                names = (
                    (("UCOORD", "VCOORD"),) if hdu.name != "OI_T3" else (("U1COORD", "V1COORD"), ("U2COORD", "V2COORD"))
                )
                sides = [(float(row[u]), float(row[v])) for u, v in names]
                points += sides if len(sides) == 1 else [*sides, tuple(np.sum(sides, axis=0))]
    sides = {(round(100 * u), round(100 * v)) for u, v in points if u or v}
    distinct = {max(one, (-one[0], -one[1]), key=lambda at: (at[1], at[0])) for one in sides}
    both = np.array([*distinct, *(-np.array(list(distinct)))]) / 100
    _, vectors = np.linalg.eigh(np.cov(both.T))
    extents = np.abs(both @ vectors).max(axis=0)
    assert granule.uv_distribution_fill == pytest.approx(len(distinct) / 1e6, rel=0.01)
    assert granule.uv_distribution_ecc == pytest.approx(np.sqrt(1 - (extents.min() / extents.max()) ** 2), abs=0.005)


MERGED = {
    "2009-11-eps_Aur": "", "2012-03-24_ALL": "", "AMBER_070409": "", "Achernar_all": "", "NGC5128_2005": "", "PRODUCT_V838": "",
    "T_PYX": "", "2004-FKV1137": "times in TIME", "GRAVITY.2016-01-09": "OI_FLUX, which is no table",
}  # fmt: skip
"""Files of OIFITS 1, each with why it cannot be merged with one of OIFITS 2; "" where it can."""


@pytest.mark.parametrize("name", MERGED)
def test_files_of_both_versions_become_one_of_the_second(name: str, paths: dict[str, Path]) -> None:
    both = [paths[name], paths["2018-12-02T062655"]]
    if MERGED[name]:
        with pytest.raises(Unsupported, match=MERGED[name]):
            judged.cut_bytes(both, Selection())
        return
    with judged.opened(judged.cut_bytes(both, Selection())) as after, fits.open(both[0]) as before:
        after.verify("exception")
        assert after[0].header["CONTENT"] == "OIFITS2"
        made = [hdu for hdu in judged.data_tables(after) if "JMMC CUT OI_REVN" in hdu.header]
        for hdu, source in zip(made, judged.data_tables(before), strict=True):
            assert hdu.header["OI_REVN"] == 2
            assert not hdu.data["TIME"].any()
            for column in set(source.columns.names) - {"TIME", "TARGET_ID"}:
                assert judged.bytes_of(hdu, column, slice(None)) == judged.bytes_of(source, column, slice(None)), column
        for array in judged.tables(after, "OI_ARRAY"):
            assert {"FOV", "FOVTYPE"} <= set(array.columns.names)


def test_without_places_nothing_is_said_of_them(paths: dict[str, Path]) -> None:
    with open_file(paths["2004-FKV1137"]) as source:
        index = index_file(source)
    assert index.granules[0].s_ra == pytest.approx(5.0413, abs=1e-3)
    assert not any("OI_TARGET" in problem for problem in index.problems)


def selections(path: Path) -> dict[str, Selection]:
    """A target, an instrument, an instrument in a band, a time and a pair of stations of a file."""
    with fits.open(path) as hdus:
        stars = [row["TARGET"] for row in judged.tables(hdus, "OI_TARGET")[0].data]
        grids = [
            (hdu.header["INSNAME"], hdu.data["EFF_WAVE"].astype(float)) for hdu in judged.tables(hdus, "OI_WAVELENGTH")
        ]
        first = next(judged.data_tables(hdus))
        mjd = first.data["MJD"]
        array = next(hdu for hdu in judged.tables(hdus, "OI_ARRAY") if hdu.header["ARRNAME"] == first.header["ARRNAME"])
        names = {row["STA_INDEX"]: row["STA_NAME"] for row in array.data}
        one, other = (names[number] for number in first.data["STA_INDEX"][0][:2])
    (insname, grid), early = grids[0], float(np.median(mjd))
    middle = float(grid[len(grid) // 2])
    return {
        "target": Selection(targets=(stars[-1],)),
        "instrument": Selection(insnames=(insname,)),
        "band": Selection(insnames=(insname,), bands=((middle, middle + 1e-9),)),
        "half": Selection(bands=((0.0, middle),)),
        "time": Selection(times=((float(mjd.min()) - 1e-9, early),)),
        "pair": Selection(baselines=((one, other),)),
    }


@pytest.mark.parametrize("way", ["target", "instrument", "band", "half", "time", "pair"])
@pytest.mark.parametrize("name", FILES)
def test_cuts_keep_every_bit(name: str, way: str, paths: dict[str, Path]) -> None:
    """66 ways, each cell as astropy reads it."""
    path = paths[name]
    selection = selections(path)[way]
    with fits.open(path, memmap=False) as before, judged.opened(judged.cut_bytes([path], selection)) as after:
        after.verify("exception")
        judged.require_same(before, after, selection)
