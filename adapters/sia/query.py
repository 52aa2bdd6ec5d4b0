"""Read a query of SIA 2.0 (section 2.1): values of one parameter are alternatives, all parameters must be met."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.sia.positions import position_conditions
from adapters.sia.values import invalid_value, parse_interval
from adapters.votable.formats import TABLEDATA, Negotiated, negotiate
from adapters.votable.parameters import LARGEST, int_parameter, selected_values
from planning import arguments
from planning.errors import TooMuch
from planning.plan import Cell, Selected
from schema.column import Column
from schema.observations import OBSCORE, canonical

Where = dict[str, Any]
MOST_CONDITIONS = 100
"""Values of those parameters that each make conditions of their own, of all together."""


@dataclass(frozen=True, eq=False, slots=True)
class SiaParameter:
    """A parameter of SIA, and the filter on ObsCore that a value of it means."""

    columns: tuple[Column, ...]
    filtered: Callable[[str, str, Sequence[str]], Where] | None
    """Returns the filter from name, value and GraphQL names of the columns; raises `BadInput`. None for equality."""
    description: str
    unit: str = ""
    """As VOUnits spells it."""


@dataclass(frozen=True, slots=True)
class SiaQuery:
    """A parsed query."""

    selected: Selected
    """Conditions on rows of `ivoa.obscore`."""
    limit: int
    """Most rows; 0 asks for the metadata alone."""
    format: Negotiated
    ignored: tuple[str, ...]
    """Names of unknown parameters, which are ignored (DALI 1.1 section 3.2)."""


def sia_query(parameters: Mapping[str, Sequence[str]], accept: str | None, largest: int) -> SiaQuery:
    """Read the parameters of a query.

    Parameters
    ----------
    parameters
        All values of each parameter, by lower-case name.
    accept
        The header of that name, which counts without RESPONSEFORMAT; None without the header.
    largest
        Most rows of an answer.

    Raises
    ------
    BadInput, TooMuch
        A parameter is wrong, or there are too many; the message names it.
    """
    _require_few(parameters)
    limit = min(int_parameter(selected_values(parameters, "maxrec"), "MAXREC", largest, 0, LARGEST), largest)
    selected = position_conditions(OBSCORE, parameters["pos"]) if "pos" in parameters else Selected()
    where = [_alternatives(name, parameters[name.lower()]) for name in PARAMETERS if name.lower() in parameters]
    selected += arguments.selected(OBSCORE, {"where": {"and": where}}) if where else Selected()
    ignored = tuple(name[:40] for name in parameters if name.upper() not in (*PARAMETERS, *OTHERS))
    form = negotiate(selected_values(parameters, "responseformat").get("responseformat"), accept, TABLEDATA)
    return SiaQuery(selected, limit, form, ignored)


def _require_few(parameters: Mapping[str, Sequence[str]]) -> None:
    made = {name: len(parameters.get(name.lower(), ())) for name in PARAMETERS if PARAMETERS[name].filtered}
    if sum(made.values()) > MOST_CONDITIONS:
        told = ", ".join(f"{name} {number} times" for name, number in made.items() if number)
        alike = ", ".join(name for name in PARAMETERS if not PARAMETERS[name].filtered)
        message = f"There is {told}: at most {MOST_CONDITIONS} of these are taken, and more of {alike} alone"
        raise TooMuch(message)


def _alternatives(name: str, values: Sequence[str]) -> Where:
    parameter = PARAMETERS[name]
    fields = [column.graphql for column in parameter.columns]
    if parameter.filtered is None:
        return {fields[0]: {"in": [canonical(value) for value in values]}}
    return {"or": [parameter.filtered(name, value, fields) for value in values]}


def _overlapping(name: str, value: str, fields: Sequence[str]) -> Where:
    """The interval between two columns overlaps that of the value; one that is infinite has no bound there."""
    low, high = parse_interval(name, value)
    start, end = fields
    return _bounded(end, "ge", low) | _bounded(start, "le", high)


def _within(name: str, value: str, fields: Sequence[str]) -> Where:
    low, high = parse_interval(name, value)
    (field,) = fields
    bounds = _bounded(field, "ge", low).get(field, {}) | _bounded(field, "le", high).get(field, {})
    return {field: bounds}


def _bounded(field: str, op: str, bound: float) -> Where:
    return {field: {op: bound}} if math.isfinite(bound) else {field: {"isNull": False}}


def _polarised(name: str, value: str, fields: Sequence[str]) -> Where:
    if not value.isalpha():
        raise invalid_value(name, value, "a polarisation state is wanted, as I, Q, RR or XY")
    return {fields[0]: {"like": f"%/{value.upper()}/%"}}


def _level(name: str, value: str, fields: Sequence[str]) -> Where:
    if value not in ("0", "1", "2", "3", "4"):
        raise invalid_value(name, value, "a calibration level is wanted, from 0 to 4")
    return {fields[0]: {"eq": int(value)}}


def _parameter(
    filtered: Callable[[str, str, Sequence[str]], Where] | None, names: str, description: str, unit: str = ""
) -> SiaParameter:
    known = {column.sql: column for column in OBSCORE.columns}
    return SiaParameter(tuple(known[name] for name in names.split()), filtered, description, unit)


PARAMETERS = {
    "BAND": _parameter(_overlapping, "em_min em_max", "Wavelength, or an interval of it", "m"),
    "TIME": _parameter(_overlapping, "t_min t_max", "Time (MJD), or an interval of it", "d"),
    "POL": _parameter(_polarised, "pol_states", "Polarisation state"),
    "FOV": _parameter(_within, "s_fov", "Field of view", "deg"),
    "SPATRES": _parameter(_within, "s_resolution", "Angular resolution", "arcsec"),
    "SPECRP": _parameter(_within, "em_res_power", "Spectral resolving power"),
    "EXPTIME": _parameter(_within, "t_exptime", "Exposure time", "s"),
    "TIMERES": _parameter(_within, "t_resolution", "Resolution in time", "s"),
    "ID": _parameter(None, "obs_publisher_did", "Identifier of the record"),
    "COLLECTION": _parameter(None, "obs_collection", "Collection"),
    "FACILITY": _parameter(None, "facility_name", "Interferometer"),
    "INSTRUMENT": _parameter(None, "instrument_name", "Instrument"),
    "DPTYPE": _parameter(None, "dataproduct_type", "Type of data product: `visibility` is all there is"),
    "CALIB": _parameter(_level, "calib_level", "Calibration level"),
    "TARGET": _parameter(None, "target_name", "Target, as the observers name it"),
    "FORMAT": _parameter(None, "access_format", "Media type of the file"),
}
"""All but POS, in the order of the standard."""
OTHERS = ("POS", "MAXREC", "RESPONSEFORMAT", "REQUEST", "VERSION", "RUNID", "LINKS")
CELLS = tuple(Cell(column, column.name) for column in OBSCORE.columns)
