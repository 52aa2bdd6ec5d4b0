"""STILTS on DataLink; collected where GATEWAY_STILTS=1."""

import json
import subprocess
from pathlib import Path

import httpx


def lint(*told: str) -> tuple[int, int, int]:
    """Errors, warnings and failures that datalinklint finds."""
    done = subprocess.run(["stilts", *told, "format=json"], capture_output=True, text=True, timeout=60, check=True)
    totals = json.loads(done.stdout)["totals"]
    return totals["ERROR"], totals["WARNING"], totals["FAILURE"]


def test_datalinklint(server: str) -> None:
    query = "{ obscore(first: 12, orderBy: [{ tMin: DESC }]) { nodes { obsPublisherDid } } }"
    nodes = httpx.post(f"{server}/graphql", json={"query": query}).json()["data"]["obscore"]["nodes"]
    ids = [node["obsPublisherDid"] for node in nodes] + ["ivo://jmmc.fr/jsdc?HD 48329", "ivo://jmmc.fr/spicadb?22", "?"]
    url = str(httpx.URL(f"{server}/datalink/links", params=[("ID", told) for told in ids]))
    assert lint("datalinklint", f"votable={url}") == (0, 0, 0)


def test_votlint(server: str, tmp_path: Path) -> None:
    for number, path in enumerate(
        ("/datalink/links?ID=ivo://jmmc.fr/oidb?000020000091", "/scs/ivoa.obscore?RA=1&DEC=1&SR=180&MAXREC=5")
    ):
        (saved := tmp_path / f"{number}.vot").write_bytes(httpx.get(server + path).content)
        done = subprocess.run(
            ["stilts", "votlint", f"votable={saved}", "ucd=true", "unit=true"],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        assert done.stdout + done.stderr == ""
