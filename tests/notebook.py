"""Pages of docs/astronomers whose blocks of Python are cells of a notebook.

They are run in this process, one after the other in one namespace, as a kernel would: nbclient and a kernel would be further packages and
a process for each notebook, and would show no more.
"""

from pathlib import Path
from typing import Any

from astropy.utils import iers
from pages import HOST, ROOT, blocks_of

ASTRONOMERS = ROOT / "docs" / "astronomers"


def run(page: Path, server: str) -> dict[str, Any]:
    """The names that the cells of a page leave, asked of a server."""
    namespace: dict[str, Any] = {"__name__": page.stem}
    with iers.conf.set_temp("auto_download", False), iers.conf.set_temp("auto_max_age", None):
        for block in blocks_of(page):
            if block.language == "python":
                exec(compile(block.text.replace(HOST, server), block.name, "exec"), namespace)  # noqa: S102
    return namespace
