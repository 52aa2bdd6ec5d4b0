"""`ivo_simbadpoint`: a name as a place (UDF catalogue 1.2), by the gateway's own resolver of names.

Names are written out in the query, and are looked up before it is compiled: the statement has places, by which an index
finds rows.
"""

from adql.errors import AdqlError
from adql.parse import parse
from adql.tree import Call, StringLiteral
from adql.walk import nodes

POINTS = ("IVO_SIMBADPOINT", "GAVO_SIMBADPOINT")
MOST = 20
"""Names of a query."""


def names_in(text: str) -> tuple[str, ...]:
    """The names of a query whose places it wants, in order; raises `AdqlError` for more than 20, or what is no ADQL."""
    if not any(function in text.upper() for function in POINTS):
        return ()
    calls = (node for node in nodes(parse(text)) if isinstance(node, Call) and node.function in POINTS)
    names: dict[str, Call] = {
        one.value: call for call in calls for one in call.arguments[:1] if isinstance(one, StringLiteral)
    }
    if len(names) > MOST:
        raise AdqlError(f"a query names {MOST} stars at most", [*names.values()][MOST].at)
    return tuple(sorted(names))
