"""The cone search of BadCal as its clients ask it: the parameters of the Data Set Access library of AstroGrid.

Source: SearchCal's sclcatFilterCatalog.sh (`DSACATTAB=badcal.valid_stars&RA=0.0&DEC=0.0&SR=360.0`) and its
convert_badcal.sh (`Format=Comma-Separated`), which passes over five lines and takes what follows for identifier, place
in degrees, the same in sexagesimal notation, and name. What those lines said is not known.
"""

import csv
import io
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing

from adapters.votable.delimited import Delimited
from adapters.votable.formats import CSV, TSV, Format
from adapters.votable.parameters import Parameters
from planning.errors import NotFound
from schema.jsdc import BADCAL
from schema.sexagesimal import dms, hms

CATALOGUE = "badcal.valid_stars"
"""The only one that was served."""
FORMATS = {"comma-separated": CSV, "tab-separated": TSV}
"""By their names in the library, in lower case."""
COLUMNS = ("badcal_id", "ra", "dec", "name")
"""Columns of the table that are written, in order."""
HEAD = (
    ("# BadCal: stars unfit for calibration, ICRS J2000",),
    ("id", "ra", "dec", "ra_sexa", "dec_sexa", "name"),
    ("ID_MAIN", "POS_EQ_RA_MAIN_DEG", "POS_EQ_DEC_MAIN_DEG", "POS_EQ_RA_MAIN", "POS_EQ_DEC_MAIN", "NAME"),
    ("", "deg", "deg", "h:m:s", "d:m:s", ""),
    ("long", "double", "double", "char", "char", "char"),
)
"""Five lines: a title, names, UCDs as SearchCal has them, units and types."""


def badcal_table(parameters: Parameters) -> str:
    """The table that DSACATTAB names; that of bad calibrators without it. Raises `NotFound`."""
    named = parameters.get("dsacattab", "").strip() or CATALOGUE
    if named.lower() not in {CATALOGUE, BADCAL.qualified}:
        message = f"DSACATTAB is {named[:60]!r}: {CATALOGUE} is all there is"
        raise NotFound(message)
    return BADCAL.qualified


def cone_parameters(parameters: Parameters) -> Parameters:
    """The same as parameters of a cone search: no format by a name of the library."""
    return {**parameters, **({"format": ""} if separated(parameters) else {})}


def separated(parameters: Parameters) -> Format | None:
    """The format of lines that Format names as the library does; None for one by its name of today."""
    return FORMATS.get(parameters.get("format", "").strip().lower())


async def separated_lines(form: Format, rows: AsyncGenerator[bytes, None], limit: int) -> AsyncGenerator[bytes, None]:
    """Write the five lines, then at most `limit` rows.

    Parameters
    ----------
    rows
        `COLUMNS` as `COPY … (FORMAT csv)` under the options of the format; closed here.
    """
    cutter, written = Delimited(delimiter=_delimiter(form)), 0
    waiting = _lines(form, HEAD)
    async with aclosing(rows) as blocks:
        async for block in blocks:
            complete, count = cutter.feed(block, limit - written)
            written += min(count, limit - written)
            stars = csv.reader(io.StringIO(complete.decode()), delimiter=_delimiter(form))
            yield waiting + _lines(form, [_star(*star) for star in stars])
            waiting = b""
    yield waiting


def _star(key: str, ra: str, dec: str, name: str) -> tuple[str, ...]:
    return key, ra, dec, hms(float(ra)), dms(float(dec)), name


def _lines(form: Format, lines: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=_delimiter(form), lineterminator="\n").writerows(lines)
    return text.getvalue().encode()


def _delimiter(form: Format) -> str:
    return str(form.copy_options.get("delimiter", ","))
