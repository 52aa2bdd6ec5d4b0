"""Read what is asked of a night at its door: names in any case, lists with commas or blanks between."""

import re
from dataclasses import dataclass
from datetime import date

from adapters.votable.formats import TABLEDATA, negotiate
from adapters.votable.parameters import FORMATS, Parameters, bool_parameter, float_parameter, format_name
from planning.errors import BadInput
from resolvers.spica_night_request import EVERY, LOWEST, NightRequest, hour_angles
from schema.catalog import suggestion
from schema.spica_rules import MODES
from sky.chara import SAFE

ASPROX = "asprox"
"""Name of ASPRO2's own format."""
LISTS = ("modes", "programmes", "priorities", "stations")
ANGLES = ("min_hour_angle", "max_hour_angle")
KNOWN = ("date", *LISTS, "pops", "min_elevation", *ANGLES, "observable", *FORMATS)
SEPARATORS = re.compile(r"[\s,]+")


@dataclass(frozen=True, slots=True)
class NightQuery:
    """What is asked, and in which format."""

    request: NightRequest
    media_type: str
    """Of a VOTable; "" for ASPRO2's own file."""


def parse_night(parameters: Parameters, accept: str | None) -> NightQuery:
    """Read the parameters; by default only targets that can be observed.

    Parameters
    ----------
    parameters
        By lower-case name.
    accept
        The header of that name, which counts where no format is named; None for none.

    Raises
    ------
    BadInput
        A parameter is unknown, missing or wrong; `NightRequest.check` looks at what it has.
    """
    for name in parameters:
        if name not in KNOWN:
            message = f"A night has no parameter {name[:40]!r}{suggestion(name, list(KNOWN))}"
            raise BadInput(message)
    lists = {name: tuple(word for word in SEPARATORS.split(parameters.get(name, "")) if word) for name in LISTS}
    for mode in lists["modes"]:
        if mode not in MODES:
            message = f"MODES has {mode[:20]!r}{suggestion(mode, list(MODES))}"
            raise BadInput(message)
    lowest = parameters.get("min_elevation", "").strip()
    request = NightRequest(
        _date(parameters.get("date", "").strip()),
        frozenset(lists["modes"]),
        frozenset(lists["programmes"]),
        frozenset(map(_priority, lists["priorities"])),
        lists["stations"] or NightRequest.stations,
        parameters.get("pops", "").strip(),
        float_parameter(parameters, "MIN_ELEVATION", 0, SAFE, "degrees") if lowest else LOWEST,
        hour_angles(*(_angle(parameters, name) for name in ANGLES)),
        bool_parameter(parameters, "OBSERVABLE", default=True),
    )
    request.check()
    return NightQuery(request, _media_type(parameters, accept))


def _angle(parameters: Parameters, name: str) -> float | None:
    given = parameters.get(name, "").strip()
    return float_parameter(parameters, name.upper(), *EVERY, "hours") if given else None


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"DATE is {text[:40]!r}: the date of the evening is wanted, as 2026-12-01"
        raise BadInput(message) from None


def _priority(text: str) -> int:
    if not re.fullmatch("[1-4]", text):
        message = f"PRIORITIES has {text[:20]!r}: numbers from 1 to 4 are wanted"
        raise BadInput(message)
    return int(text)


def _media_type(parameters: Parameters, accept: str | None) -> str:
    named = format_name(parameters)
    if named and named.strip().lower() == ASPROX:
        return ""
    negotiated = negotiate(named, accept, TABLEDATA)
    if negotiated.format is TABLEDATA:
        return negotiated.media_type
    if not named:
        return TABLEDATA.media_type
    message = f"RESPONSEFORMAT={named[:60]} is not offered here: use votable or {ASPROX}"
    raise BadInput(message)
