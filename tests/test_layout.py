"""The house is as its plan says; `make check` holds its imports to the contracts in pyproject.toml."""

import ast
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from longest import SECONDS

ROOT = Path(__file__).parent.parent
PACKAGES = (
    "gateway",
    "schema",
    "resolvers",
    "planning",
    "hub",
    "oifits",
    "sky",
    "adapters",
    "adql",
    "jobs",
    "sample",
    "identity",
    "publishing",
    "localpg",
    "sql",
)
MODULES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
LONGEST_MODULE, LONGEST_BODY = 400, 60


@pytest.mark.parametrize("package", PACKAGES)
def test_name_is_ours_alone(package: str) -> None:
    assert set(packages_distributions()[package]) == {"jmmc-gateway"}


@pytest.mark.parametrize("package", sorted(set(PACKAGES) - {"sql"}))
def test_types_are_offered(package: str) -> None:
    assert (ROOT / package / "py.typed").exists()


@pytest.mark.parametrize("path", [path for path in MODULES if path.name == "__init__.py"], ids=str)
def test_init_holds_a_docstring_only(path: Path) -> None:
    body = ast.parse(path.read_text()).body
    assert len(body) == 1
    assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_and_functions_are_short(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= LONGEST_MODULE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert (node.end_lineno or 0) - node.body[0].lineno < LONGEST_BODY, node.name


def test_files_that_take_long_are_there() -> None:
    assert set(SECONDS) <= {path.name for path in (ROOT / "tests").rglob("test_*.py")}


def test_names_of_test_modules_are_unique() -> None:
    """Else pytest, whose tests share no packages, refuses to collect them together."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert len(names) == len(set(names))
