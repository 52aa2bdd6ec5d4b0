"""The packages that `make clients` writes: their examples have the right types, and are right.

Collected where WITH_NODE=1, as `.ci/run` says; pip and npm must reach their registries, or have what they want kept.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filled import one_at_a_time
from pages import HOST, ROOT

PYTHON, TYPESCRIPT = ROOT / "clients" / "python", ROOT / "clients" / "typescript"
TSC = TYPESCRIPT / "node_modules" / "typescript" / "bin" / "tsc"
STAR = "HD 48329 4.7061357 mas"
STRICT = {
    "target": "ES2022",
    "module": "nodenext",
    "strict": True,
    "skipLibCheck": True,
    "types": [],
    "outDir": "built",
}


def done(*command: str, cwd: Path, **environment: str) -> str:
    ran = subprocess.run(
        command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="module", autouse=True)
def made() -> None:
    with one_at_a_time(ROOT / ".cache" / "clients"):
        done("make", "clients", cwd=ROOT)


def assert_shown(printed: str) -> None:
    """The star, and of its baselines that `uv` has them where the gateway does."""
    star, *baselines = printed.splitlines()
    assert star == STAR
    assert len(baselines) > 5
    assert all(line.endswith(" true") for line in (line.lower() for line in baselines)), baselines


def test_typescript(packages: Path, server: str) -> None:
    folder = packages / "packages"
    shutil.rmtree(folder, ignore_errors=True)
    installed = folder / "node_modules" / "@jmmc" / "gateway-client"
    shutil.copytree(TYPESCRIPT / "dist", installed / "dist")
    shutil.copy(TYPESCRIPT / "package.json", installed)
    (folder / "example.ts").write_text((TYPESCRIPT / "example.ts").read_text().replace(HOST, server))
    (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": STRICT, "files": ["example.ts"]}))
    done("node", str(TSC), cwd=folder)
    assert_shown(done("node", "built/example.js", cwd=folder))


def test_what_caches_are_told() -> None:
    told = 'import * as told from "./index.js"; console.log(JSON.stringify([told.possibleTypes, told.connections, Object.keys(told.keys)]))'
    printed = done("node", "--input-type=module", "-e", told, cwd=TYPESCRIPT / "dist")
    possible, connections, keyless = json.loads(printed)
    assert {"Star", "Exposure", "Granule"} <= set(possible["Node"])
    assert set(connections["Star"]["exposures"]) == {"where", "ignoreNull", "orderBy", "cone", "region"}
    assert "Quantity" in keyless
    assert not {"Star", "Query"} & set(keyless)


def test_python(server: str, tmp_path: Path) -> None:
    example = tmp_path / "example.py"
    example.write_text((PYTHON / "example.py").read_text().replace(HOST, server))
    done(
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--follow-imports=silent",
        "--config-file=",
        str(example),
        cwd=tmp_path,
        MYPYPATH=str(PYTHON),
    )
    *shown, found = done(sys.executable, str(example), cwd=tmp_path, PYTHONPATH=str(PYTHON)).splitlines()
    assert_shown("\n".join(shown))
    assert found.startswith("found ")
    assert len(found) > len("found ")
