"""A query of SIA 2.0 (section 2.1): values of one parameter are alternatives, parameters must all be met."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.sia.positions import positions
from adapters.sia.values import interval, wrong
from adapters.votable.parameters import LARGEST, once, whole
from planning import arguments
from planning.plan import Cell, Plan, Selected, StatementShape
from schema.observations import OBSCORE, canonical
from schema.table import Column

Where = dict[str, Any]


@dataclass(frozen=True, eq=False, slots=True)
class SiaParameter:
    """A parameter: how one of its values is a filter of ObsCore's columns."""

    columns: tuple[Column, ...]
    filtered: Callable[[str, str, Sequence[str]], Where] | None
    """Of its name, a value and the columns' names in filters; raises `BadInput`. None for equality."""
    description: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class SiaQuery:
    """What was asked: a plan, and how many rows at most."""

    plan: Plan
    limit: int
    ignored: tuple[str, ...]
    """Parameters that SIA does not have: they say nothing (DALI 1.1 section 3.2)."""


def query(told: Mapping[str, Sequence[str]], largest: int) -> SiaQuery:
    """Read the parameters; raises `BadInput` that names the one which is wrong."""
    limit = min(whole(once(told, "maxrec"), "MAXREC", largest, 0, LARGEST), largest)
    chosen = positions(OBSCORE, told["pos"]) if "pos" in told else Selected()
    where = [_alternatives(name, told[name.lower()]) for name in PARAMETERS if name.lower() in told]
    chosen += arguments.selected(OBSCORE, {"where": {"and": where}}) if where else Selected()
    ignored = tuple(name[:40] for name in told if name.upper() not in (*PARAMETERS, *OTHERS))
    return SiaQuery(
        Plan(StatementShape(OBSCORE, CELLS, chosen.conditions, (), limit + 1), chosen.values), limit, ignored
    )


def _alternatives(name: str, values: Sequence[str]) -> Where:
    parameter = PARAMETERS[name]
    fields = [column.graphql for column in parameter.columns]
    if parameter.filtered is None:
        return {fields[0]: {"in": [canonical(value) for value in values]}}
    return {"or": [parameter.filtered(name, value, fields) for value in values]}


def _overlapping(name: str, told: str, fields: Sequence[str]) -> Where:
    """What reaches from one column to another has a part in common with the interval."""
    low, high = interval(name, told)
    start, end = fields
    return _bounded(end, "ge", low) | _bounded(start, "le", high)


def _within(name: str, told: str, fields: Sequence[str]) -> Where:
    low, high = interval(name, told)
    (field,) = fields
    bounds = _bounded(field, "ge", low).get(field, {}) | _bounded(field, "le", high).get(field, {})
    return {field: bounds}


def _bounded(field: str, op: str, bound: float) -> Where:
    return {field: {op: bound}} if math.isfinite(bound) else {field: {"isNull": False}}


def _polarised(name: str, told: str, fields: Sequence[str]) -> Where:
    if not told.isalpha():
        raise wrong(name, told, "a polarisation state is wanted, as I, Q, RR or XY")
    return {fields[0]: {"like": f"%/{told.upper()}/%"}}


def _level(name: str, told: str, fields: Sequence[str]) -> Where:
    if told not in ("0", "1", "2", "3", "4"):
        raise wrong(name, told, "a calibration level is wanted, from 0 to 4")
    return {fields[0]: {"eq": int(told)}}


def _of(
    filtered: Callable[[str, str, Sequence[str]], Where] | None, names: str, description: str, unit: str = ""
) -> SiaParameter:
    known = {column.sql: column for column in OBSCORE.columns}
    return SiaParameter(tuple(known[name] for name in names.split()), filtered, description, unit)


PARAMETERS = {
    "BAND": _of(_overlapping, "em_min em_max", "Wavelength, or an interval of it", "m"),
    "TIME": _of(_overlapping, "t_min t_max", "Time (MJD), or an interval of it", "d"),
    "POL": _of(_polarised, "pol_states", "Polarisation state"),
    "FOV": _of(_within, "s_fov", "Field of view", "deg"),
    "SPATRES": _of(_within, "s_resolution", "Angular resolution", "arcsec"),
    "SPECRP": _of(_within, "em_res_power", "Spectral resolving power"),
    "EXPTIME": _of(_within, "t_exptime", "Exposure time", "s"),
    "TIMERES": _of(_within, "t_resolution", "Resolution in time", "s"),
    "ID": _of(None, "obs_publisher_did", "Identifier of the record"),
    "COLLECTION": _of(None, "obs_collection", "Collection"),
    "FACILITY": _of(None, "facility_name", "Interferometer"),
    "INSTRUMENT": _of(None, "instrument_name", "Instrument"),
    "DPTYPE": _of(None, "dataproduct_type", "Type of data product: `visibility` is all there is"),
    "CALIB": _of(_level, "calib_level", "Calibration level"),
    "TARGET": _of(None, "target_name", "Target, as the observers name it"),
    "FORMAT": _of(None, "access_format", "Media type of the file"),
}
"""All but POS, in the order of the standard."""
OTHERS = ("POS", "MAXREC", "RESPONSEFORMAT", "REQUEST", "VERSION", "RUNID")
CELLS = tuple(Cell(column, column.name) for column in OBSCORE.columns)
