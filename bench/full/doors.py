"""Questions of the other doors: cone search, SIA, DataLink, cross-match, coverage; every format of a long table."""

from collections.abc import Iterator

from adapters.votable.formats import FORMATS, JSON, VOTABLE
from bench.full.adql import LONG, MANY
from bench.full.pages import PLACES, RADII, TABLES, WIDE
from bench.full.question import Question, adql, get, shown, tabled
from gateway.door import Doors
from gateway.doors import DOORS
from schema.jsdc import STAR

COLUMNS = "name, jsdc_id, raj2000, dej2000, vmag, kmag, ldd, e_ldd, sptype_simbad, calflag"
ROWS = (1_000, 100_000)
"""MAXREC of each format."""
MAP = "the map of a table is made the first time that it is asked for"


def cones() -> Iterator[Question]:
    """Cone searches of every table with positions."""
    for table in TABLES:
        if table.position:
            for ra, dec in PLACES[:3]:
                for radius in RADII:
                    yield get(
                        "scs", f"/scs/{table.qualified}", WIDE if radius > 5 else "", RA=str(ra), DEC=str(dec),
                        SR=str(radius), MAXREC="10000",
                    )  # fmt: skip


def formats() -> Iterator[Question]:
    """Every format, by TAP and by GraphQL."""
    for form in FORMATS:
        for rows in ROWS:
            reason = LONG if rows > 10_000 else ""
            yield adql("formats", f"SELECT {COLUMNS} FROM {STAR.qualified}", reason, form=form.media_type, most=rows)
            if form is not JSON:  # as which GraphQL has pages
                document = f"{{ stars(first: {rows}) {{ nodes {{ {shown(STAR)} }} }} }}"
                yield tabled("formats", document, form.media_type, reason)


def others() -> Iterator[Question]:
    """SIA, DataLink, coverage, and what the demo's tour asks by GET."""
    for ra, dec in PLACES:
        for radius in (0.1, 5, 30):
            yield get("sia", "/sia", WIDE if radius > 5 else "", POS=f"CIRCLE {ra} {dec} {radius}")
    yield get("sia", "/sia", POS="POLYGON 100 24 102 24 102 26 100 26", BAND="6e-7 9e-7")
    yield get("sia", "/sia", LONG, BAND="2e-6 2.4e-6", TIME="58000 58400")
    yield get("sia", "/sia", INSTRUMENT="GRAVITY", TIME="60000 60010")
    for identifier in ("ivo://jmmc.fr/oidb?000020000095", "ivo://jmmc.fr/jsdc?1"):
        yield get("datalink", "/datalink/links", ID=identifier)
    for table in TABLES:
        if table.position:
            yield get("moc", f"/moc/{table.qualified}", MAP)
            yield get("moc", f"/moc/{table.qualified}", MAP, ORDER="4", RESPONSEFORMAT="ascii")
    for request in Doors(DOORS).tour:
        if request.body is None and not request.path.startswith(("/moc", "/tap/sync")):
            yield get("tour", request.path, **request.query)


def matched(lists: dict[int, bytes]) -> Iterator[Question]:
    """Cross-matches of uploaded lists with stars and records."""
    for rows, document in lists.items():
        for table in ("jsdc.star", "oidb.granule", "obsportal.target"):
            for selection in ("best", "all"):
                for radius in (1, 30):
                    form = {
                        "REQUEST": "xmatch", "cat2": table, "colRA1": "ra", "colDec1": "dec", "selection": selection,
                        "distMaxArcsec": str(radius), "RESPONSEFORMAT": "csv",
                    }  # fmt: skip
                    text = f"{rows} places × {table}, {selection}, {radius}″"
                    reason = MANY if rows > 10_000 else LONG if rows > 1_000 else ""
                    yield Question("xmatch", text, "/xmatch", form, files={"cat1": document}, reason=reason)


def tables() -> Iterator[Question]:
    """Rows of GraphQL as VOTable: a cone of every table with positions."""
    for table in TABLES:
        if table.position:
            cone = "cone: { ra: 101, dec: 25, radius: 1 }"
            yield tabled("tables", f"{{ {table.plural}({cone}) {{ nodes {{ {shown(table)} }} }} }}", VOTABLE)
