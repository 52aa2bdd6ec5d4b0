"""Read a query of ObjObsSAP (1.0, section 3.1): a place, a range of time, and how the telescopes are to be used."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.votable.formats import CSV, JSON, TABLEDATA, TSV, Negotiated, negotiate
from adapters.votable.parameters import (
    LARGEST,
    Parameters,
    bool_parameter,
    float_parameter,
    int_parameter,
    parse_real,
    selected_values,
)
from planning.errors import BadInput
from planning.mjd import EPOCH
from resolvers.visibility_request import EARLIEST, HIGHEST_LOWEST, LATEST, LONGEST, LOWEST, VisibilityRequest
from sky.instants import DAY, parse_timestamp
from sky.night import DARK, FIRST, LAST

FORMATS = (TABLEDATA, CSV, TSV, JSON)
"""Formats that rows made here are written in."""
DEFAULT_DAYS = 30.0
"""Days that are looked at where no time is given."""
SEPARATORS = re.compile(r"[\s,]+")
PARAMETERS = (
    "pos", "time", "min_obs", "facility", "interferometer", "instrument", "stations", "pops", "minelev", "night",
    "soft", "maxrec", "responseformat",
)  # fmt: skip
PASSED_OVER = ("request", "version", "runid")
"""Of all protocols (DALI 1.1); they change nothing here."""
POSITION = "right ascension and declination are wanted, ICRS degrees with a comma between, as POS=41.03,-13.86"
RANGE = (
    "a range is wanted, begin/end in MJD or ISO 8601 (UTC), as 61375/61405; without its begin it is from now on, "
    "without its end as long as is looked at"
)


@dataclass(frozen=True, slots=True)
class VisibilityQuery:
    """What is asked, and how it is to be answered."""

    request: VisibilityRequest
    limit: int
    """Most rows; 0 asks for the metadata alone."""
    format: Negotiated
    dated: bool
    """Whether both ends of the time are given, so that the answer does not depend on when it is asked for."""
    cut: bool
    """Whether the time is shorter than was asked for."""
    ignored: tuple[str, ...]
    """Names of unknown parameters (DALI 1.1 section 3.2)."""


def visibility_query(
    parameters: Mapping[str, Sequence[str]], accept: str | None, largest: int, now: float
) -> VisibilityQuery:
    """Read the parameters of a query.

    Parameters
    ----------
    parameters
        All values of each parameter, by lower-case name.
    accept
        The header of that name, which counts without RESPONSEFORMAT; None without the header.
    largest
        Most rows of an answer.
    now
        MJD in UTC.

    Raises
    ------
    BadInput
        A parameter is wrong, missing or given twice; the message names it.
    """
    if "upload" in parameters:
        message = "UPLOAD is not used by ObjObsSAP 1.0: ask for one place after the other by POS"
        raise BadInput(message)
    given = selected_values(parameters, *PARAMETERS)
    limit = min(int_parameter(given, "MAXREC", largest, 0, LARGEST), largest)
    start, asked_end = _range(given.get("time", ""), now)
    end = min(asked_end, start + LONGEST, LATEST)
    ra, dec = _position(given.get("pos", "")) if limit or "pos" in given else (0.0, 0.0)
    request = VisibilityRequest(
        ra,
        dec,
        start,
        end,
        _interferometer(given),
        given.get("instrument", "").upper(),
        tuple(word for word in SEPARATORS.split(given.get("stations", "")) if word),
        given.get("pops", ""),
        float_parameter(given, "MINELEV", 0, HIGHEST_LOWEST, "degrees") if "minelev" in given else LOWEST,
        given.get("night", DARK).lower(),
        float_parameter(given, "MIN_OBS", 0, math.inf, "seconds") if "min_obs" in given else 0.0,
        bool_parameter(given, "SOFT", default=False),
    )
    request.check()
    ignored = tuple(name[:40] for name in parameters if name not in (*PARAMETERS, *PASSED_OVER))
    begin, _, stop = given.get("time", "").partition("/")
    return VisibilityQuery(
        request, limit, _format(given, accept), bool(begin and stop), end < asked_end and bool(stop), ignored
    )


def _position(text: str) -> tuple[float, float]:
    values = [parse_real(part) for part in text.split(",")]
    if len(values) != 2 or not (0 <= values[0] <= 360 and -90 <= values[1] <= 90):
        message = f"POS is {text[:40]!r}: {POSITION}" if text else f"POS is missing: {POSITION}"
        raise BadInput(message)
    return values[0], values[1]


def _range(text: str, now: float) -> tuple[float, float]:
    """The range of time, MJD; from now on where its begin is not given, for ever where its end is not."""
    if not text:
        return now, now + DEFAULT_DAYS
    first, slash, last = (part.strip() for part in text.partition("/"))
    if not slash or not (first or last) or "/" in last:
        message = f"TIME is {text[:60]!r}: {RANGE}"
        raise BadInput(message)
    start, end = _instant(text, first) if first else now, _instant(text, last) if last else math.inf
    if not start < end:
        message = f"TIME is {text[:60]!r}, which ends before it begins: {RANGE}"
        raise BadInput(message)
    if not EARLIEST <= start < LATEST:
        wanted = f"from {EARLIEST:.0f} to {LATEST:.0f} is wanted, {FIRST} to {LAST}"
        message = f"TIME is {text[:60]!r}, which begins at MJD {start:.10g}: {wanted}"
        raise BadInput(message)
    return start, end


def _instant(text: str, end: str) -> float:
    mjd = parse_real(end)
    if math.isnan(mjd):
        try:
            mjd = parse_timestamp(end) / DAY + EPOCH
        except ValueError:
            message = f"TIME is {text[:60]!r}: {RANGE}"
            raise BadInput(message) from None
    return mjd


def _interferometer(given: Parameters) -> str:
    """What FACILITY, the standard's name, or INTERFEROMETER says."""
    told = {given[name].upper() for name in ("facility", "interferometer") if given.get(name)}
    if len(told) > 1:
        message = f"FACILITY and INTERFEROMETER are {' and '.join(sorted(told))[:60]}: one of them is wanted"
        raise BadInput(message)
    return next(iter(told), "")


def _format(given: Parameters, accept: str | None) -> Negotiated:
    negotiated = negotiate(given.get("responseformat"), accept, TABLEDATA)
    if negotiated.format in FORMATS:
        return negotiated
    if "responseformat" not in given:
        return Negotiated(TABLEDATA, TABLEDATA.media_type)
    message = f"RESPONSEFORMAT={given['responseformat'][:60]} is not offered here: use votable, csv, tsv or json"
    raise BadInput(message)
