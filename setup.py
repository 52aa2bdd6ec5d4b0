"""What pyproject.toml cannot say: a wheel is built with the pages of `docs/` in it. An editable installation is not.

Nor are they built where PAGES=built says that they have just been.
"""

import os
import subprocess
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
SITE = ROOT / "gateway" / "site"


class BuildWithPages(build_py):
    """Builds the pages, then the packages."""

    def run(self) -> None:
        """Run the command."""
        if not self.editable_mode and os.environ.get("PAGES") != "built":
            sphinx = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "-q", "-d", "build/doctrees"]
            subprocess.run([*sphinx, "docs", str(SITE)], cwd=ROOT, check=True)  # noqa: S603 - our own documents
            (SITE / ".buildinfo").unlink(missing_ok=True)
        super().run()


setup(cmdclass={"build_py": BuildWithPages})
