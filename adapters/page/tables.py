"""Addresses at which the rows of a page are files: its GraphQL document, asked by its hash, with a format."""

from collections.abc import Mapping
from hashlib import sha256

import orjson
from jinja2.filters import do_urlencode

from adapters.page.built_files import documents


def table_address(document: str, variables: Mapping[str, object], file_format: str = "votable") -> str:
    """Where the rows of one of `web/src/documents` are a file; "" where the pages' scripts are not built.

    Parameters
    ----------
    document
        The name of its operation.
    variables
        What it is asked with.
    file_format
        A name that RESPONSEFORMAT knows.
    """
    text = documents().get(f"web:{document}")
    if text is None:
        return ""
    asked = {"documentId": sha256(text.encode()).hexdigest(), "variables": orjson.dumps(variables).decode()}
    return f"/graphql?{do_urlencode(asked | {'RESPONSEFORMAT': file_format})}"
