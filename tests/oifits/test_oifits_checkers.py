"""What others' checkers say of what was cut of real files: no kind of violation that the source has not.

JMMC's oitools (OITOOLS: its class path, with lib/jel-2.1.2.jar) and oifitslib (OIFITS_CHECK: its program oifits-check) are on no registry.
"""

import os
import re
import subprocess
from pathlib import Path

import judged
import pytest
from test_oifits_real import FILES, selections

from oifits.selection import Selection

pytestmark = [pytest.mark.real_files, pytest.mark.oifits_checkers]
OITOOLS, OIFITS_CHECK = os.environ.get("OITOOLS", ""), os.environ.get("OIFITS_CHECK", "")
PARTICULAR = re.compile(r"'[^']*'|\"[^\"]*\"|\[[^]]*\]|#?\d[\d.eE+-]*")
"""What tells of which table, row or value a line is."""


def told(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def by_oitools(path: Path) -> set[str]:
    lines = told("java", "-Xmx300m", "-cp", OITOOLS, "fr.jmmc.oitools.OIFitsViewer", "-c", str(path)).splitlines()
    assert any("severe errors" in line for line in lines), lines
    return {PARTICULAR.sub("", line) for line in lines if line.startswith(("SEVERE", "WARNING"))}


def by_oifitslib(path: Path) -> set[str]:
    lines = told(OIFITS_CHECK, str(path)).splitlines()
    assert any(line.startswith("OIFITS version") for line in lines), lines
    counted = {line.partition(",")[0] for line in lines if "occurrence" in line}
    return counted | {PARTICULAR.sub("", line) for line in lines if line.startswith(("WARNING!", "***"))}


@pytest.mark.parametrize("name", FILES)
def test_parts_violate_nothing_that_their_source_does_not(name: str, real: Path, tmp_path: Path) -> None:
    (path,) = (real / "oifits").glob(f"{name}*fits")
    source, made = tmp_path / "source.fits", tmp_path / "made.fits"
    source.write_bytes(path.read_bytes())
    java, c = by_oitools(source), by_oifitslib(source)
    for way, selection in selections(path).items():
        made.write_bytes(judged.cut_bytes([path], selection))
        assert by_oitools(made) <= java, way
        assert by_oifitslib(made) <= c, way


@pytest.mark.parametrize(
    "names", [("Achernar", "T_PYX", "2012-03-24_ALL"), ("GRAVI.2016", "2018-12"), ("AMBER", "PRODUCT", "NGC5128", "2004", "2009", "GRAVITY")]
)  # fmt: skip
def test_mergers_violate_nothing_that_their_sources_do_not(names: tuple[str, ...], real: Path, tmp_path: Path) -> None:
    paths = [next((real / "oifits").glob(f"{name}*fits")) for name in names]
    java, c = set[str](), set[str]()
    for number, path in enumerate(paths):
        source = tmp_path / f"source{number}.fits"
        source.write_bytes(path.read_bytes())
        java, c = java | by_oitools(source), c | by_oifitslib(source)
    made = tmp_path / "made.fits"
    made.write_bytes(judged.cut_bytes(paths, Selection()))
    assert by_oitools(made) <= java
    assert by_oifitslib(made) <= c
