"""How ADQL writes a name (ADQL 2.1 section 2.1.2): as TAP_SCHEMA and VOSI tell it, to be pasted into queries."""

import re

from adql.grammar.words import RESERVED

REGULAR = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)


def delimited(name: str) -> str:
    """The name, in double quotes where it is a reserved word or no regular identifier."""
    if REGULAR.fullmatch(name) and name.upper() not in RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'
