"""Cross-match of an uploaded list with all stars, against STILTS tmatch2 on the same files.

STILTS is given the stars as it reads them fastest (colfits), and the list as it is uploaded. It starts a JVM each time,
which is part of what a user waits for.
"""

import asyncio
import base64
import shutil
import subprocess
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import httpx
import numpy as np
from numpy.typing import NDArray

from bench import servers
from bench.client import WrongAnswerError
from bench.databases import Databases
from bench.measurement import Measurement, faster, not_run, spaced
from bench.timing import Timing, compare
from schema.jsdc import STAR

PEER = "STILTS tmatch2"
CASES = ((10_000, 2.0), (100_000, 2.0), (10_000, 55.0), (10_000, 180.0))
"""Sizes of the lists, and radii in arcseconds."""
OFFSET = 0.5
"""Standard deviation of each position from its star, arcseconds."""
HEAD = (
    '<VOTABLE version="1.3" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE><TABLE>'
    '<FIELD name="n" datatype="int"/>'
    '<FIELD name="ra" datatype="double" unit="deg"/><FIELD name="dec" datatype="double" unit="deg"/>'
    '<DATA><BINARY><STREAM encoding="base64">'
)
TAIL = "</STREAM></BINARY></DATA></TABLE></RESOURCE></VOTABLE>"
ROW = np.dtype([("n", ">i4"), ("ra", ">f8"), ("dec", ">f8")])


async def measure(places: Databases) -> list[Measurement]:
    """Match lists by the gateway and by STILTS; where STILTS is not installed, the measurement says so."""
    if shutil.which("stilts") is None:
        return [not_run("Cross-match of a list", PEER, "stilts is not installed")]
    with TemporaryDirectory() as name:
        folder = Path(name)
        stars = await _stars(places.foreign, folder)
        async with servers.gateway(places.foreign, places.readers, places.jobs) as ours:
            return [await _matched(folder, ours.url, stars, *case) for case in CASES]


async def _stars(hub: str, folder: Path) -> NDArray[np.float64]:
    """Positions of all stars (ICRS degrees, shape n × 2); also written to `stars.colfits` in the folder."""
    ra, dec = (column.sql for column in STAR.position or ())
    connection = await asyncpg.connect(hub)
    try:
        query = f"SELECT {STAR.key.sql}, {ra} AS ra, {dec} AS dec FROM {STAR.qualified}"
        await connection.copy_from_query(query, output=folder / "stars.csv", format="csv", header=True)
    finally:
        await connection.close()
    await _stilts("tpipe", f"in={folder / 'stars.csv'}", "ifmt=csv", f"out={folder / 'stars.colfits'}")
    return np.loadtxt(folder / "stars.csv", delimiter=",", skiprows=1, usecols=(1, 2))


async def _matched(folder: Path, url: str, stars: NDArray[np.float64], size: int, radius: float) -> Measurement:
    given = folder / f"list-{size}.vot"
    given.write_bytes(_listed(stars, size))
    counts: dict[str, int] = {}

    async def upload(client: httpx.AsyncClient, _number: int) -> None:
        params = {
            "REQUEST": "xmatch", "cat2": STAR.qualified, "colRA1": "ra", "colDec1": "dec", "selection": "best",
            "distMaxArcsec": str(radius), "RESPONSEFORMAT": "csv", "cols2": STAR.key.name,
        }  # fmt: skip
        answer = await client.post("/xmatch", data=params, files={"cat1": (given.name, given.read_bytes())})
        answer.raise_for_status()
        counts["gateway"] = answer.text.count("\n") - 1

    async def match(_number: int) -> None:
        await _stilts(
            "tmatch2", "matcher=sky", f"params={radius}", f"in1={given}", f"in2={folder / 'stars.colfits'}",
            "values1=ra dec", "values2=ra dec", "find=best1", "join=1and2", f"out={folder / 'pairs.csv'}",
        )  # fmt: skip
        counts["stilts"] = (folder / "pairs.csv").read_text().count("\n") - 1

    async with httpx.AsyncClient(base_url=url, timeout=120) as client:
        timings: dict[str, Timing] = await compare({"gateway": partial(upload, client), "stilts": match}, 3, 1)
    if counts["gateway"] != counts["stilts"] or counts["gateway"] < 0.9 * size:
        message = f"not the same pairs, but {counts}"
        raise WrongAnswerError(message)
    title = f"Cross-match of {spaced(size)} sources with {spaced(len(stars))} stars, {radius:g}″"
    return faster(title, timings["gateway"], PEER, timings["stilts"], 1)


def _listed(stars: NDArray[np.float64], size: int) -> bytes:
    """A BINARY2 VOTable of so many positions near stars."""
    chance = np.random.default_rng(size)
    chosen = stars[chance.choice(len(stars), size, replace=size > len(stars))]
    rows = np.empty(size, ROW)
    rows["n"] = np.arange(size)
    rows["dec"] = np.clip(chosen[:, 1] + chance.normal(0, OFFSET, size) / 3600, -90, 90)
    east = chance.normal(0, OFFSET, size) / 3600 / np.maximum(1e-3, np.cos(np.radians(rows["dec"])))
    rows["ra"] = (chosen[:, 0] + east) % 360
    return f"{HEAD}{base64.b64encode(rows.tobytes()).decode()}{TAIL}".encode()


async def _stilts(*arguments: str) -> None:
    await asyncio.to_thread(subprocess.run, ["stilts", "-Xmx2g", *arguments], check=True, capture_output=True)
