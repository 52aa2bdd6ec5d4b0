"""The built files of `web/`, which `make web` writes and the package ships: which of them a page loads."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

BUILT = Path(__file__).parent / "built"
"""The folder: `assets/`, whose names have the hash of what is in them, `pages.json` and `documents.json`."""
ADDRESS = "/web"
"""Where the gateway has it."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a page loads, as addresses."""

    styles: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    preloaded: tuple[str, ...] = ()
    """Modules that the scripts import: asked at once, not when the scripts have been read."""


@cache
def loaded(page: str = "") -> Loaded:
    """What a page loads of what every page has, and of its own: a module of `web/src/pages`; "" for none of its own."""
    files = _pages()
    entries = [files[name] for name in ("base", page) if name in files]
    return Loaded(
        tuple(f"{ADDRESS}/{style}" for entry in entries for style in entry["styles"]),
        tuple(f"{ADDRESS}/{entry['script']}" for entry in entries),
        tuple(f"{ADDRESS}/{name}" for entry in entries for name in entry["imports"]),
    )


@cache
def documents() -> Mapping[str, str]:
    """The GraphQL documents that the pages ask by their hash, by name."""
    return _read("documents.json")


def page_document(name: str) -> str:
    """The text of a document of `web/src/documents`, as a page asks it; raises `KeyError` where it is not built."""
    return documents()[f"web:{name}"]


@cache
def _pages() -> Mapping[str, Any]:
    return _read("pages.json")


def _read(name: str) -> Mapping[str, Any]:
    """A file of the build; nothing where there is none, in a checkout before `make web`."""
    file = BUILT / name
    read: Mapping[str, Any] = orjson.loads(file.read_bytes()) if file.exists() else {}
    return read
