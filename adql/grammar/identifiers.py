"""Spelling of names in ADQL (ADQL 2.1 section 2.1.2), as TAP_SCHEMA and VOSI publish them for pasting into queries."""

import re

from adql.grammar.words import RESERVED

REGULAR = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)


def delimited(name: str) -> str:
    """The name, in double quotes if it is a reserved word or no regular identifier."""
    if REGULAR.fullmatch(name) and name.upper() not in RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'
