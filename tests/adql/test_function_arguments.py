"""Every function with every kind and number of arguments: an answer, or a refusal that says what it takes."""

from collections.abc import Iterator
from itertools import permutations, product

import pytest

from adql import aggregates, sky
from adql.checked.catalogue import DECLARED
from adql.checked.functions import FUNCTIONS
from adql.compile import compile_query
from adql.errors import AdqlError
from hub.rows import Hub
from planning.sql import Statement

FROM = "jsdc.star AS s, ivoa.obscore AS o, obsportal.header AS h"
ARGUMENTS = (
    "s.vmag", "s.jsdc_id", "s.name", "s.synthetic", "o.s_region", "o.obs_release_date", "h.header_keywords", "NULL", "1",
    "0.5", "'deg'", "'1'", "TRUE", "POINT(s.raj2000, s.dej2000)", "CIRCLE(1, 2, 3)",
    "REGION('UNION (CIRCLE 1 2 3 BOX 4 5 1 1)')",
)  # fmt: skip
NAMES = tuple(dict.fromkeys((*FUNCTIONS, *sky.FUNCTIONS, *aggregates.AGGREGATES, "COALESCE", "IN_UNIT")))
OF_THEIR_OWN = {
    "IVO_SPECCONV": "IVO_SPECCONV(656, 'nm', 'keV')", "GAVO_SPECCONV": "GAVO_SPECCONV(656, 'nm', 'keV')",
    "IVO_HISTOGRAM": "IVO_HISTOGRAM(s.vmag, 0, 10, 5)", "GAVO_HISTOGRAM": "GAVO_HISTOGRAM(s.vmag, 0, 10, 5)",
    "IVO_EPOCH_PROP_POS": "IVO_EPOCH_PROP_POS(s.raj2000, s.dej2000, s.plx, s.pmra, NULL, 1, 2000, 2020)",
    "IVO_GEOM_TRANSFORM": "IVO_GEOM_TRANSFORM('ICRS', 'GALACTIC', POINT(s.raj2000, s.dej2000))",
    **dict.fromkeys(("IVO_SIMBADPOINT", "GAVO_SIMBADPOINT"), "POINT(1, 2)"), "MOC": "MOC(3, CIRCLE(1, 2, 3))",
    "REGION": "REGION('CIRCLE 1 2 3')", "IN_UNIT": "IN_UNIT(s.ldd, 'arcsec')",
}  # fmt: skip
"""Calls of functions that none of these arguments suit."""
MOST = 6
"""Arguments of the longest calls that are tried."""
SAYS = (
    "take", "want", "is of", "is not of", "is no number", "is no time", "no coordinate system", "cannot be told",
    "may not be", "is no unit", "cannot be converted", "the unit is", "written as",
)  # fmt: skip
"""What a refusal says: what would be right."""


def calls(name: str) -> Iterator[str]:
    """Calls with all pairs of arguments, with three of which two are of one kind, and with more of one kind."""
    for count in range(3):
        yield from (f"{name}({', '.join(arguments)})" for arguments in product(ARGUMENTS, repeat=count))
    yield from (f"{name}({one}, {one}, {other})" for one, other in permutations(ARGUMENTS, 2))
    for count in range(3, MOST + 1):
        yield from (f"{name}({', '.join([one] * count)})" for one in ARGUMENTS)


def refused(call: str) -> str | None:
    """What is wrong with a call; None if it compiles."""
    try:
        compile_query(f"SELECT {call} AS x FROM {FROM}", DECLARED)
    except AdqlError as error:
        return str(error)
    return None


@pytest.mark.parametrize("name", NAMES)
async def test_an_answer_or_a_refusal_that_says_what_is_right(name: str, direct_hub: Hub) -> None:
    sound = [OF_THEIR_OWN[name]] if name in OF_THEIR_OWN else []
    for call in calls(name):
        refusal = refused(call)
        if refusal is None:
            sound.append(call)
        else:
            assert any(words in refusal for words in SAYS), (call, refusal)
    assert sound
    outputs = ", ".join(f"{call} AS x{number}" for number, call in enumerate(sound))
    compiled = compile_query(f"SELECT {outputs} FROM {FROM}", DECLARED)
    statement = Statement(f"SELECT * FROM ({compiled.text}) AS q LIMIT 0", compiled.values, compiled.sources)
    assert await direct_hub.fetch(statement) == []


@pytest.mark.parametrize(
    ("call", "right"),
    {
        "DISTANCE(LDD, DEJ2000)": "two points or four numbers",
        "DISTANCE(LDD, DEJ2000, LDD)": "two points or four numbers",
        "CIRCLE(LDD, DEJ2000)": "a centre and a radius",
        "BOX(LDD, DEJ2000, LDD)": "a centre, a width and a height",
        "POLYGON(LDD, DEJ2000, LDD, LDD, LDD)": "three points or more, or as many pairs of numbers",
        "POINT(Name, DEJ2000)": "two numbers",
        "ROUND(LDD, Name)": "a number, and perhaps a whole number written out",
        "ABS('bright')": "one number",
    }.items(),
)
def test_what_is_right(call: str, right: str) -> None:
    with pytest.raises(AdqlError, match=right):
        compile_query(f"SELECT {call} AS d FROM jsdc.star", DECLARED)
