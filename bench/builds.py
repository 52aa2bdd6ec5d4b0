"""Earlier builds of the gateway, from their commits, with the packages of this one."""

import subprocess
from pathlib import Path

from bench.servers import ROOT


def extract(commit: str, folder: Path) -> None:
    """Write the files of a commit into a folder. Raises `RuntimeError` if this clone does not have it."""
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=False)
    if archive.returncode:
        message = f"commit {commit} is not in this clone"
        raise RuntimeError(message)
    subprocess.run(["tar", "x", "-C", folder], input=archive.stdout, check=True)
