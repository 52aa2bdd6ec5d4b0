"""The settings of `demo`: those of the environment, but for the databases, which are its own."""

from collections.abc import Mapping
from pathlib import Path

from gateway.settings import PREFIX, Settings, settings
from sample.federation import Federation
from schema import spica
from schema.catalog import SOURCES

TRUSTED = "127.0.0.1"
"""Tables of UPLOAD are fetched from this machine alone: all that TAP 1.1 wants is there to be tried."""
UNMADE = {
    f"{PREFIX}{name.upper()}": "postgresql://"
    for name in ("hub", "hub_writer", "hub_jobs", "spica_writer", "oidb_writer", *SOURCES)
}
"""Stand-ins for the DSNs of its databases: wrong settings are refused before PostgreSQL is started."""
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with
"""Hosts that mean all interfaces, at which nothing can be asked."""


def demo_settings(environment: Mapping[str, str], own: Mapping[str, str], spool: Path, port: int | None) -> Settings:
    """Read the environment for a demo.

    Parameters
    ----------
    own
        Settings of its databases and its people (`demo_databases`, `login_settings`), whatever the environment says of
        others.
    spool
        Where results of jobs go if the environment names no place.
    port
        That of `--port`; None for the environment's.

    Raises
    ------
    SettingError
        An environment variable is wrong.
    """
    usual = {f"{PREFIX}SPOOL": str(spool), f"{PREFIX}UPLOAD_HOSTS": TRUSTED}
    ports = {f"{PREFIX}PORT": str(port)} if port else {}
    return settings(usual | dict(environment) | dict(own) | ports)


def demo_databases(databases: Federation) -> dict[str, str]:
    """The settings that name the demo's databases."""
    roles = {"HUB": databases.hub, "HUB_WRITER": databases.writer, "HUB_JOBS": databases.jobs}
    roles["SPICA_WRITER"] = databases.sources[spica.SOURCE.name]
    sources = {name.upper(): dsn for name, dsn in databases.readers.items()}
    writers = {f"{name.upper()}_WRITER": dsn for name, dsn in databases.source_writers.items()}
    return {f"{PREFIX}{name}": dsn for name, dsn in (roles | sources | writers).items()}


def describe_settings(environment: Mapping[str, str], own: Mapping[str, str]) -> list[str]:
    """Sentences that say which settings are whose; their values may hold passwords."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.__dataclass_fields__}
    given = sorted(name for name in environment if name in known and name not in own)
    passed_over = sorted(name for name in environment if name in own)
    sentences = [f"Set by the demo: {', '.join([*own, *_usual(environment)])}"]
    if given:
        sentences.append(f"As the environment says: {', '.join(given)}")
    if passed_over:
        sentences.append(f"Not as the environment says, as the demo has databases of its own: {', '.join(passed_over)}")
    return sentences


def _usual(environment: Mapping[str, str]) -> list[str]:
    return [name for name in (f"{PREFIX}SPOOL", f"{PREFIX}UPLOAD_HOSTS") if name not in environment]


def demo_url(settings: Settings) -> str:
    """The address at which the demo asks itself."""
    return f"http://{TRUSTED if settings.host in EVERYWHERE else settings.host}:{settings.port}"
