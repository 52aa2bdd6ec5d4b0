"""Plans of what has a goal are written once, and each change of one is told."""

from pathlib import Path

import pytest

from bench.full import golden_plans
from bench.full.clusters import FullServer
from sample.federation import Federation


async def test_a_plan_that_changes_is_told(
    federation: Federation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(golden_plans, "FOLDER", tmp_path / "golden")
    server = FullServer("wheel", "", federation, None)
    assert await golden_plans.kept(server, update=True)
    capsys.readouterr()
    assert await golden_plans.kept(server, update=False)
    assert capsys.readouterr().out.strip() == ""
    path = tmp_path / "golden" / "wheel.txt"
    written = path.read_text()
    assert "-- through the hub" in written
    assert "-- straight to jsdc" in written
    assert "Remote SQL" in written
    path.write_text(written.replace("Index Scan", "Seq Scan"))
    assert not await golden_plans.kept(server, update=False)
    told = capsys.readouterr().out.splitlines()
    assert any(line.startswith("-") and "Seq Scan" in line for line in told)
    assert any(line.startswith("+") and "Index Scan" in line for line in told)
