"""The page of an exposure, at the path that the Obs Portal has it and OiDB's `access_url` names."""

from collections.abc import Mapping
from html import escape
from typing import Any

import orjson

from schema.obsportal import WIRE

DOCUMENT = (
    "query DetailExposure($name: [String!]!) { exposures(where: { expId: { in: $name } }, first: 1) "
    f"{{ nodes {{ {' '.join(column.graphql for column in WIRE)} }} }} }}"
)
"""The stored document of the page."""
STYLE = """body { font-family: sans-serif; margin: 2em } th, td { text-align: left; vertical-align: top; padding: 3px }
td { overflow-wrap: anywhere }"""
"""What stands in the page beside its text."""
PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{name}</title>
<style>{style}</style></head>
<body><h1>{name}</h1>
<table>
{rows}
</table>
<p><a href="{links}">What there is about it</a> (DataLink)</p></body>
</html>
"""
ROW = '<tr title="{description}"><th>{name}</th><td>{value} {unit}</td></tr>'


def exposure_page(exposure: Mapping[str, Any], links: str) -> str:
    """Write the page of an exposure, as `DOCUMENT` gives it; `links` is the address of its DataLink."""
    rows = (
        ROW.format(
            name=column.name,
            value=escape(_text(exposure[column.graphql])),
            unit=escape(column.unit),
            description=escape(column.description),
        )
        for column in WIRE
        if exposure[column.graphql] is not None
    )
    return PAGE.format(style=STYLE, name=escape(str(exposure["expId"])), rows="\n".join(rows), links=escape(links))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
