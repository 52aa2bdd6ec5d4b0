"""HTML of the templates: everything is escaped, and said in the language of who reads."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from adapters.page.built_files import loaded
from adapters.page.instants import moment
from adapters.page.words import LANGUAGES, speaker
from planning.asker import asker
from schema.sexagesimal import dms, hms

PAGES = {
    "/browse": "Browse", "/sky": "Sky", "/compare": "Compare", "/adql": "ADQL", "/spica": "SPICA",
    "/statistics": "Statistics", "/health": "Health", "/graphql": "GraphQL", "/docs/": "Documentation",
}  # fmt: skip
"""The pages that every page leads to, and what they are called."""
TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined,
    trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip
TEMPLATES.filters |= {"moment": moment, "hms": hms, "dms": dms}
TEMPLATES.filters["given"] = lambda values: orjson.dumps(values).decode()
"""Values for the script of a page: `data-given="{{ values | given }}"`."""


def rendered(template: str, language: str, /, *, page: str = "", **values: object) -> str:
    """Write a page.

    Parameters
    ----------
    template
        Its name in `templates/`.
    language
        One of `LANGUAGES`.
    page
        The module of `web/src/pages` that it loads; "" for none.
    values
        What the template asks for.
    """
    shared = {
        "_": speaker(language), "language": language, "languages": LANGUAGES, "loaded": loaded(page), "pages": PAGES,
        "asked": "", "reader": asker(),
    }  # fmt: skip
    return TEMPLATES.get_template(template).render(shared | values)


def messages(*payloads: Mapping[str, Any]) -> list[str]:
    """What the errors of answers say, each once."""
    return list(dict.fromkeys(error["message"] for payload in payloads for error in payload.get("errors", ())))
