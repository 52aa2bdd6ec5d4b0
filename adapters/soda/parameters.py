"""The parameters of SODA 1.0 (section 3), and those that interferometry needs beside them.

Values of one parameter are alternatives; what a row or a channel is to meet is one of each parameter.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from adapters.sia.values import Interval, parse_interval, parse_numbers
from adapters.votable.parameters import FORMATS, format_name, repeated_values, selected_values
from oifits.selection import Circle, Selection
from planning.errors import BadInput, TooMuch

MOST_IDS, MOST_VALUES = 20, 100
"""Files of one request, and values of one parameter."""
FITS = "application/fits"
FORMS = ("fits", FITS, "image/fits", "application/x-oifits", "*/*")
"""Names of the only format."""
REFUSED = ("polygon", "range", "pol")
"""Parameters of SODA that cut something else: images, polarisation."""
STATION = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
CIRCLE = "a right ascension, a declination and a radius in degrees are wanted"
LENGTHS = "two stations, as A0-G1, or lengths in metres from one to another, as 30 100, are wanted"


@dataclass(frozen=True, slots=True)
class SodaRequest:
    """Which part of which files."""

    ids: tuple[str, ...]
    selection: Selection


def soda_request(pairs: Iterable[tuple[str, str]]) -> SodaRequest:
    """Read the parameters, of which ID is required.

    Raises
    ------
    BadInput
        A value cannot be read, or a parameter is one that does not cut OIFITS.
    TooMuch
        There are more identifiers, or values of a parameter, than are answered at once.
    """
    given = repeated_values(pairs)
    _require_known(given)
    ids = tuple(dict.fromkeys(given.get("id", ())))
    if not ids:
        message = (
            "ID is missing: an obs_publisher_did of a granule of OiDB is wanted, as ivo://jmmc.fr/oidb?000020000095"
        )
        raise BadInput(message)
    if len(ids) > MOST_IDS:
        message = f"{len(ids)} files are asked for where {MOST_IDS} are merged: ask in several requests"
        raise TooMuch(message)
    lengths, baselines = _baselines(given.get("baseline", ()))
    return SodaRequest(ids, Selection(
        targets=tuple(given.get("target", ())), insnames=tuple(given.get("insname", ())),
        bands=tuple(_positive("BAND", value) for value in given.get("band", ())),
        times=tuple(parse_interval("TIME", value) for value in given.get("time", ())),
        lengths=lengths, baselines=baselines,
        circles=(*map(_circle, given.get("circle", ())), *map(_position, given.get("pos", ()))),
    ))  # fmt: skip


def _require_known(given: Mapping[str, Sequence[str]]) -> None:
    """Refuse what would be passed over, and with it give more than was asked for."""
    if refused := next((name for name in REFUSED if name in given), None):
        message = f"{refused.upper()} does not cut OIFITS: TARGET, CIRCLE, INSNAME, BAND, TIME and BASELINE do"
        raise BadInput(message)
    if long := next((name for name, values in given.items() if name != "id" and len(values) > MOST_VALUES), None):
        message = f"{long.upper()[:40]} has {len(given[long])} values where {MOST_VALUES} are read"
        raise TooMuch(message)
    form = format_name(selected_values(given, *FORMATS))
    if form and form.partition(";")[0].strip().lower() not in FORMS:
        message = f"RESPONSEFORMAT is {form[:40]!r}: {FITS} is all that there is"
        raise BadInput(message)


def _positive(name: str, value: str) -> Interval:
    low, high = parse_interval(name, value)
    if high <= 0:
        message = f"{name} is {value[:60]!r}: wavelengths in metres are wanted, as 2.1e-6 2.2e-6"
        raise BadInput(message)
    return low, high


def _baselines(values: Sequence[str]) -> tuple[tuple[Interval, ...], tuple[tuple[str, str], ...]]:
    """Intervals of lengths, and pairs of stations; `U1-U2-U3` is the three pairs of a triangle."""
    lengths: list[Interval] = []
    pairs: list[tuple[str, str]] = []
    for value in values:
        names = value.split("-")
        different = len({name.casefold() for name in names}) == len(names) > 1
        if different and all(STATION.fullmatch(name) for name in names):
            pairs += [(one, other) for place, one in enumerate(names) for other in names[place + 1 :]]
        else:
            numbers = parse_numbers("BASELINE", value, LENGTHS)
            if len(numbers) != 2 or numbers[0] > numbers[1] or numbers[1] < 0 or numbers[0] == math.inf:
                message = f"BASELINE is {value[:60]!r}: {LENGTHS}"
                raise BadInput(message)
            lengths.append((numbers[0], numbers[1]))
    return tuple(lengths), tuple(pairs)


def _circle(value: str, name: str = "CIRCLE") -> Circle:
    numbers = parse_numbers(name, value, CIRCLE)
    if len(numbers) != 3 or not (-90 <= numbers[1] <= 90 and 0 <= numbers[2] <= 180 and math.isfinite(numbers[0])):
        message = f"{name} is {value[:60]!r}: {CIRCLE}"
        raise BadInput(message)
    return numbers[0], numbers[1], numbers[2]


def _position(value: str) -> Circle:
    """POS, of which a circle is understood."""
    kind, _, numbers = value.partition(" ")
    if kind.upper() != "CIRCLE":
        message = f"POS is {value[:60]!r}: CIRCLE with {CIRCLE}"
        raise BadInput(message)
    return _circle(numbers, "POS")
