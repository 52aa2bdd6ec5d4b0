"""`python -m bench hats`: LSDB reads a table as a HATS collection, made on the fly and as files, in the same minute.

LSDB, with pandas and dask, is installed into a folder of its own in the cache directory. The gateway is asked twice, as
it keeps what it has written: the first time is that of the rows as they are in the database.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.full.clusters import STARS, FullServer, running, started
from bench.servers import ALONE, ROOT, gateway, static_files
from localpg.places import cache_home

LSDB = "lsdb==0.11.1"
CLIENT = Path(__file__).parent / "peers" / "lsdb_client.py"
TABLE = "jsdc.star"


def main(arguments: list[str]) -> int:
    """Measure and print; 0 if all that LSDB found is what numpy and astropy find in the files, else 1."""
    parser = argparse.ArgumentParser(prog="python -m bench hats", description=__doc__)
    parser.add_argument("--stars", type=int, default=STARS, help=f"how many there are ({STARS})")
    parser.add_argument("--dsn", type=Path, help="databases that run already, as `python -m bench full` takes them")
    options = parser.parse_args(arguments)
    with running(options.dsn) if options.dsn else started("system", options.stars) as server:
        told = asyncio.run(_measured(server))
    print(
        f"{told['rows']} rows; {told['cone']} in the cone, {told['pairs']} pairs; strict validation: {told['strict']}"
    )
    for (name, memory), reading in zip(told["asked"], told["readings"], strict=True):
        print(f"{name}{f', gateway at most {memory:.0f} MB' if memory else ''}")
        for what, seconds in reading["seconds"].items():
            right = {True: "right", False: "WRONG", None: ""}[reading["right"].get(what)]
            print(f"  {what}: {seconds:.2f} s {right}")
    return 0 if told["strict"] and all(all(one["right"].values()) for one in told["readings"]) else 1


async def _measured(server: FullServer) -> dict[str, Any]:
    known = server.federation
    with TemporaryDirectory() as folder:
        files = Path(folder) / TABLE
        await asyncio.to_thread(_export, known.hub, known.readers, files)
        async with gateway(known.hub, known.readers, settings=ALONE) as made, static_files(Path(folder)) as static:
            live, kept = f"{made.url}/hats/{TABLE}", f"{static.url}/{TABLE}"
            told = await asyncio.to_thread(_asked, files, [live, kept, live])
            asked = [("on the fly", made.peak_memory()), ("as files", 0.0), ("on the fly, again", 0.0)]
            return told | {"asked": asked}


def _export(hub: str, readers: dict[str, str], folder: Path) -> None:
    sources = {f"GATEWAY_{name.upper()}": dsn for name, dsn in readers.items()}
    command = [sys.executable, "-m", "gateway", "export-hats", str(folder), TABLE]
    subprocess.run(command, cwd=ROOT, env=os.environ | sources | {"GATEWAY_HUB": hub}, check=True)


def _asked(folder: Path, urls: list[str]) -> dict[str, Any]:
    """What LSDB tells of a folder and the same at some addresses."""
    answer = subprocess.run([_interpreter(), str(CLIENT), str(folder), *urls], check=True, stdout=subprocess.PIPE)
    told: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return told


def _interpreter() -> str:
    """The interpreter that has LSDB, which is installed if it is not there."""
    home = cache_home() / LSDB.replace("==", "-")
    python = home / "bin" / "python"
    if not (home / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", LSDB], check=True)
        (home / "ready").touch()
    return str(python)
