"""STILTS asks our coverage maps whether places are in them; collected where WITH_STILTS=1."""

import time
from pathlib import Path

import httpx
import pytest
from starlink import stilts


@pytest.mark.parametrize("table", ["jsdc.star", "oidb.granule", "ivoa.obscore"])
def test_each_row_is_in_the_map_of_its_table(server: str, tmp_path: Path, table: str) -> None:
    covered, rows = tmp_path / "map.fits", tmp_path / "rows.vot"
    covered.write_bytes(_map(f"{server}/moc/{table}"))
    rows.write_bytes(
        httpx.get(f"{server}/scs/{table}", params={"RA": "0", "DEC": "0", "SR": "180"}, timeout=60).content
    )
    ra, dec = {"jsdc.star": ("RAJ2000", "DEJ2000")}.get(table, ("s_ra", "s_dec"))
    within = f"addcol covered 'inMoc(\"{covered}\",{ra},{dec})'"
    opposite = f"addcol opposite 'inMoc(\"{covered}\",({ra}+180)%360,-{dec})'"
    placed = f"select !NULL_{ra}"
    counts = {
        name: int(stilts("tpipe", f"in={rows}", f"cmd={placed}", f"cmd={within}", f"cmd={opposite}", f"cmd={kept}", "omode=count").split()[-1])
        for name, kept in {"all": "select true", "covered": "select covered", "opposite": "select opposite"}.items()
    }  # fmt: skip
    assert counts["covered"] == counts["all"] > 100
    assert counts["opposite"] < counts["all"]


def _map(url: str) -> bytes:
    for _ in range(60):
        response = httpx.get(url, timeout=30)
        if response.status_code != 503:
            break
        time.sleep(0.5)
    assert response.status_code == 200, response.text
    return response.content
