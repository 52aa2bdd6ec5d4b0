"""`search.votable` as ASPRO2 and OiDB call the Obs Portal, answered in the Obs Portal's own spelling.

Source: ASPRO2's QueryRawObservationsAction.java and Obsvot2RawObservations.xsl, OiDB's modules/obsportal.xqm, and the
VOTables of ASPRO2's tests (src/test/resources/obsportal). OiDB's XQuery looks for FIELD and TD in the namespace
`http://www.ivoa.net/xml/VOTable/v1.4`, which the Obs Portal writes, though that of VOTable 1.4 ends in v1.3.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from adapters.votable.envelope import Param
from adapters.votable.parameters import (
    LARGEST,
    Parameters,
    bool_parameter,
    float_parameter,
    int_parameter,
    radius_parameter,
)
from planning.errors import BadInput
from planning.plan import Cell
from resolvers.request import Request
from schema import obsportal
from schema.column import Column
from schema.types import ASCII, DOUBLE, INSTANT, JSON, TEXT, UTC, Scalar, time_text

OPENING = """<?xml version="1.0" encoding="UTF-8"?>
<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.4" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:noNamespaceSchemaLocation="http://www.ivoa.net/xml/VOTable/v1.4">
"""
"""As the Obs Portal writes it, to the letter."""
DEFAULT_RADIUS = 30.0
"""Arcseconds, as ASPRO2 sends."""
KNOWN = (
    "ra",
    "dec",
    "radius",
    "all_fields",
    "date_updated_from",
    "date_updated_to",
    "interferometer",
    "instrument",
    "instrument_mode",
    "program_id",
    "maxrec",
)
WIRE_TEXT = replace(TEXT)
WIRE: dict[Scalar, Scalar] = {
    ASCII: WIRE_TEXT,
    INSTANT: replace(TEXT, sql=INSTANT.sql, text=f"{time_text(UTC, '-MM-DD HH24:MI:SS')} || '+00:00'"),
    DOUBLE: replace(DOUBLE, text="coalesce({}::text, 'NaN')"),
}
"""Types of our columns to those under which the Obs Portal writes them."""
PYTHON_REPR = replace(
    JSON,
    text=(
        """replace(replace(regexp_replace({}::text, '(?<=[:\\[] )(-?[0-9.]+(?:e-?[0-9]+)?)', '"\\1"', 'g'), """
        """'null', 'None'), '"', '''')"""
    ),
)
"""Projected baselines: the repr of a Python dict whose numbers are strings."""
BASELINES = obsportal.WIRE[4]


def obsportal_request(parameters: Parameters, largest: int) -> Request:
    """The stored document that answers a call with at most `largest` rows, and its variables; raises `BadInput`."""
    for name in parameters:
        if name not in KNOWN:
            message = f"search.votable has no parameter {name[:40]!r}: it takes {', '.join(KNOWN)}"
            raise BadInput(message)
    limit = min(int_parameter(parameters, "maxrec", largest, 0, LARGEST), largest)
    variables: dict[str, Any] = {"first": limit, "where": _where(parameters)}
    if "ra" in parameters or "dec" in parameters:
        variables["cone"] = _cone(parameters)
    return Request(
        obsportal_document(all_fields=bool_parameter(parameters, "all_fields", default=True)), None, variables
    )


@cache
def obsportal_document(*, all_fields: bool) -> str:
    """The stored document: all 29 columns, which OiDB reads, or the principal ones, which ASPRO2 asks for."""
    fields = " ".join(column.graphql for column in obsportal.WIRE if all_fields or column.principal)
    return (
        "query SearchVotable($cone: Cone, $where: ExposureFilter, $first: Int) "
        f"{{ exposures(cone: $cone, where: $where, first: $first) {{ nodes {{ {fields} }} }} }}"
    )


@cache
def obsportal_cells(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """The cells under the Obs Portal's types, which decide how PostgreSQL prints them."""
    return tuple(replace(cell, column=replace(cell.column, type=_wire(cell.column))) for cell in cells)


def _wire(column: Column) -> Scalar:
    return PYTHON_REPR if column is BASELINES else WIRE.get(column.type, column.type)


def obsportal_params(changed: datetime | None) -> tuple[Param, ...]:
    """The two PARAMs of the Obs Portal's VOTable.

    `changed` is when an exposure was last updated; None, where that is not known, writes an empty date.
    """
    date = changed.isoformat(" ", "seconds") if changed else ""
    return (Param("status", "OK", WIRE_TEXT), Param("last_mod_date", date, WIRE_TEXT))


def _cone(parameters: Parameters) -> Mapping[str, float]:
    radius = radius_parameter(parameters, "radius", "arcsec", 648_000) if parameters.get("radius") else DEFAULT_RADIUS
    return {
        "ra": float_parameter(parameters, "ra", 0, 360),
        "dec": float_parameter(parameters, "dec", -90, 90),
        "radius": radius / 3600,
    }


def _where(parameters: Parameters) -> dict[str, Any]:
    columns: dict[str, Column] = {
        "interferometer": obsportal.INTERFEROMETER_NAME,
        "instrument": obsportal.INSTRUMENT_NAME,
        "program_id": obsportal.OBS_PROGRAM,
    }
    where: dict[str, Any] = {
        columns[name].graphql: {"eq": parameters[name]} for name in columns if parameters.get(name)
    }
    if mode := parameters.get("instrument_mode"):
        where |= _mode(mode)
    bounds = {op: _instant(name, parameters[name]) for name, op in _BOUNDS.items() if parameters.get(name)}
    return where | ({obsportal.EXPOSURE.by_field["expDateUpdated"].graphql: bounds} if bounds else {})


_BOUNDS = {"date_updated_from": "ge", "date_updated_to": "le"}


def _mode(mode: str) -> dict[str, Any]:
    """An instrument mode by its number or by its name."""
    if mode.isascii() and mode.isdigit() and len(mode) < 10:
        return {obsportal.INSTRUMENT_MODE_ID.graphql: {"eq": int(mode)}}
    return {obsportal.MODE_OWN[0].graphql: {"eq": mode}}


def _instant(name: str, value: str) -> str:
    try:
        # A plus that was not escaped arrives as a blank.
        return datetime.fromisoformat(value.strip().replace(" ", "+") if "T" in value else value.strip()).isoformat()
    except ValueError as error:
        message = f"{name} is {value[:40]!r}: an ISO 8601 time is wanted, as 2022-01-14T10:40:32+00:00"
        raise BadInput(message) from error
