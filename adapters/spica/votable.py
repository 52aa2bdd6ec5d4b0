"""A night of SPICA as a VOTable, as the scheduler (spica-nss `nss.py`) sends it to ASPRO2 by SAMP.

ASPRO2 finds columns by UCD and the settings of an observation by PARAMs (`vot2AsproObservation.xsl` of 2025).
"""

from datetime import datetime
from typing import Any

from adapters.spica.models import models_xml
from adapters.spica.sheet import instant_text, sheet_rows
from adapters.votable.envelope import Head, Param, document_footer, document_header
from adapters.votable.formats import TABLEDATA
from adapters.votable.inline import tabledata_rows
from planning.plan import Cell
from resolvers.spica_night import SpicaNight
from resolvers.spica_night_rows import to_datetime
from resolvers.spica_survey import Row
from schema.spica_night import SHEET
from schema.types import ASCII, BOOLEAN, DOUBLE
from sky.chara import CHARA, CONFIGURATION
from sky.orientation import orientation_table

CELLS = tuple(Cell(column, column.name) for column in SHEET.columns)
INSTRUMENT = "SPICA"


def night_votable(night: SpicaNight) -> bytes:
    """Write the night; a WARNING is an INFO, and so is the last day of which the Earth's orientation was observed."""
    observed = to_datetime(orientation_table().last_observed).date().isoformat()
    infos = (("iers", f"observed until {observed}"), *(("WARNING", warning) for warning in night.warnings))
    head = Head(SHEET, CELLS, infos=infos, params=_params(night))
    values = (_values(row) for row in sheet_rows(night))
    return document_header(head, TABLEDATA) + tabledata_rows(values) + document_footer(TABLEDATA)


def _values(row: Row) -> list[Any]:
    """Values of the cells, the models as the elements that ASPRO2 makes of them."""
    shown = row | {"model": models_xml(row) or None}
    values = [shown.get(cell.column.sql) for cell in CELLS]
    return [instant_text(value) if isinstance(value, datetime) else value for value in values]


def _params(night: SpicaNight) -> tuple[Param, ...]:
    twilights = night.setup.night.twilights
    dark = [instant_text(to_datetime(instant)) for instant in night.setup.night.dark]
    sun = [instant_text(to_datetime(instant)) for instant in twilights["sun"]]
    return (
        Param("OPERATION", "NEW", ASCII),
        Param("INTERFEROMETER", CHARA.name, ASCII),
        Param("PERIOD", f"{CHARA.name} {CONFIGURATION}", ASCII),
        Param("INSTRUMENT", INSTRUMENT, ASCII),
        Param("CONFIGURATIONS", " ".join(night.request.ordered), ASCII),
        Param("POPS", night.pop_digits, ASCII),
        Param("NIGHT", "true", BOOLEAN),
        Param("DATE", night.request.evening.isoformat(), ASCII),
        Param("MIN_ELEVATION", f"{night.request.lowest:g}", DOUBLE, "deg"),
        Param("SUNSET", sun[0], ASCII, description="The Sun sets, UTC"),
        Param("NIGHT_START", dark[0], ASCII, description="Astronomical twilight ends, UTC"),
        Param("NIGHT_END", dark[1], ASCII, description="Astronomical twilight begins, UTC"),
        Param("SUNRISE", sun[1], ASCII, description="The Sun rises, UTC"),
        Param("MOON_ILLUMINATION", f"{night.moon_illumination:.3f}", DOUBLE, description="Lit part of the Moon's disk"),
    )
