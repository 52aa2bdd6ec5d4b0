"""What is shipped: the wheel holds each tracked file of our packages and no other, and works without the checkout."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parent.parent
NOT_SHIPPED = {"bench"}


def tracked() -> list[str]:
    """Files of the repository that are there, by name."""
    told = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in told.stdout.split("\0") if name and (ROOT / name).exists()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from tracked files alone: what else lies in the checkout is not to be in it."""
    copy = tmp_path_factory.mktemp("copy")
    for name in tracked():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes((ROOT / name).read_bytes())
    built = tmp_path_factory.mktemp("wheel")
    options = ("--quiet", "--disable-pip-version-check", "--no-index", "--no-deps", "--no-build-isolation")
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", built, copy], check=True)
    return next(built.glob("*.whl"))


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where it is installed, as far as Python is concerned."""
    folder = tmp_path_factory.mktemp("unpacked")
    with ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run(unpacked: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the console script of the wheel from a folder elsewhere."""
    script = "import sys; from gateway.__main__ import main; sys.argv[0] = 'jmmc-gateway'; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(unpacked), "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


SITE = "gateway/site/"


def test_it_holds_each_tracked_file_of_the_packages_and_the_pages(wheel: Path) -> None:
    names = tracked()
    packages = {name.split("/")[0] for name in names if name.count("/") == 1 and name.endswith("/__init__.py")}
    expected = {name for name in names if name.split("/")[0] in packages - NOT_SHIPPED}
    with ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    pages = {str(path.relative_to(ROOT)) for path in (ROOT / SITE).rglob("[!.]*") if path.is_file()}
    assert f"{SITE}index.html" in pages, "make docs builds them"
    assert held == expected | pages


def test_it_brings_its_licence_and_its_script(unpacked: Path) -> None:
    metadata = next(unpacked.glob("*.dist-info"))
    licences = {str(path.relative_to(metadata / "licenses")) for path in (metadata / "licenses").rglob("*.*")}
    assert (metadata / "licenses" / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()
    assert "sample/CREDITS.md" in licences
    assert "License-Expression: BSD-3-Clause\n" in (metadata / "METADATA").read_text()
    assert "jmmc-gateway = gateway.__main__:main" in (metadata / "entry_points.txt").read_text()


def test_version_is_that_of_the_distribution(unpacked: Path, tmp_path: Path) -> None:
    version = next(unpacked.glob("*.dist-info")).name.removesuffix(".dist-info").rpartition("-")[2]
    told = run(unpacked, tmp_path, "--version")
    assert (told.returncode, told.stdout) == (0, f"jmmc-gateway {version}\n")


def test_files_are_found_where_it_is_installed(unpacked: Path, tmp_path: Path) -> None:
    script = (
        "import adapters.page.built_files as page, hub.installation as sql, sample.load as load, sample.records as data\n"
        "from sample.federation import fingerprint\n"
        "print(*(len(list(folder.rglob('*.*'))) for folder in (page.BUILT, sql.SQL, load.DEFINITIONS, data.DATA)))\n"
        "print(sql.__file__)"
    )
    environment = {"PYTHONPATH": str(unpacked), "HOME": str(tmp_path)}
    command = [sys.executable, "-c", script]
    told = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    counts, origin = told.stdout.splitlines()
    assert Path(origin).is_relative_to(unpacked)
    assert all(int(count) > 5 for count in counts.split())


@pytest.mark.parametrize("command", ["breaking", "generate"])
def test_commands_for_developers_want_a_checkout(command: str, unpacked: Path, tmp_path: Path) -> None:
    told = run(unpacked, tmp_path, command)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == (
        f"`{command}` is for a checkout of the repository, and this is an installed package: run it in a clone\n"
    )


def test_help_names_the_script(unpacked: Path, tmp_path: Path) -> None:
    assert run(unpacked, tmp_path, "--help").stdout.startswith("usage: jmmc-gateway ")
