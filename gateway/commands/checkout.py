"""The checkout that commands for developers read and write: there is none where the wheel is installed."""

from pathlib import Path

from gateway.settings import SettingError

ROOT = Path(__file__).parents[2]


def require_checkout(command: str) -> None:
    """Raise `SettingError` where the package does not lie in a checkout of its repository."""
    if not (ROOT / "pyproject.toml").exists():
        message = (
            f"`{command}` is for a checkout of the repository, and this is an installed package: run it in a clone"
        )
        raise SettingError(message)
