"""Reading for OiDB's REST, by queries of TAP: what embargoes hide is hidden here as at every other door."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from adapters.catalogs.reading import read_table, text_literal
from adapters.oidb.documents import XML, Row, listed, row_element, written
from adapters.tap.engine import Engine
from adapters.tap.parameters import TapRequest
from adapters.votable.fields import element, text_element
from adapters.votable.formats import TABLEDATA, Negotiated
from planning.errors import NotFound
from schema.oidb import GRANULE
from schema.oidb_collections import COLLECTION

MOST = 100_000
"""Rows that a list of names may have."""
MOST_PROGRAMS = 500
"""Programmes whose investigators are looked for at once."""
LINKS = 10_000
"""Links of one granule."""
ATTRIBUTES = ("id", "created", "updated", "owner")
"""Columns of a collection that are attributes of its element."""
ID = "collection_id"
SEPARATOR = ";"
"""Between the keywords of a cell."""
LETTERS = re.compile("[A-Za-z]*")


async def granule_document(engine: Engine, number: int) -> str:
    """The `<granule>` of a number, with all columns; raises `NotFound`."""
    for row in await _rows(engine, f"SELECT * FROM oidb WHERE id = {number}", 1):  # noqa: S608 - a number
        return row_element("granule", row)
    message = f"No granule found with id {number}"
    raise NotFound(message)


def links_request(number: int) -> TapRequest:
    """The query for the links of a granule."""
    query = f"SELECT * FROM oidb_datalink AS t WHERE t.id = {number}"  # noqa: S608 - a number
    return TapRequest(query, Negotiated(TABLEDATA, XML), LINKS, "", ())


async def collections_document(engine: Engine) -> str:
    """The `<collections>` that there are, each with its id and when it was made."""
    query = f"SELECT {ID}, created FROM {COLLECTION.qualified} ORDER BY {ID}"  # noqa: S608 - declared
    rows = await _rows(engine, query, MOST)
    return listed("collections", (element("collection", "", **_attributes(row)) for row in rows))


async def collection_document(engine: Engine, name: str) -> str:
    """The `<collection>` of an id; raises `NotFound`."""
    query = f"SELECT * FROM {COLLECTION.qualified} WHERE {ID} = {text_literal(name)}"  # noqa: S608 - quoted
    for row in await _rows(engine, query, 1):
        children = {column: value for column, value in row.items() if column not in (*ATTRIBUTES, ID) and value}
        return row_element("collection", children, **_attributes(row))
    message = f"No such collection ({name[:80]})"
    raise NotFound(message)


def _attributes(row: Row) -> dict[str, str | None]:
    values = {**row, "id": row[ID]}
    return {name: written(values[name]) for name in ATTRIBUTES if values.get(name) is not None}


async def keywords(engine: Engine, patterns: Sequence[str]) -> list[str]:
    """The keywords of collections and granules that contain one of the patterns, in any case; all where none is given.

    OiDB has those of Astronomy & Astrophysics, which these are taken from.
    """
    found = set()
    for table in (COLLECTION, GRANULE):
        query = f"SELECT DISTINCT keywords FROM {table.qualified} WHERE keywords IS NOT NULL"  # noqa: S608 - declared
        for row in await _rows(engine, query, MOST):
            found |= {word.strip() for word in row["keywords"].split(SEPARATOR)}
    wanted = [pattern.upper() for pattern in patterns]
    return sorted(word for word in found if word and (not wanted or any(part in word.upper() for part in wanted)))


async def investigators_of(engine: Engine, programs: Sequence[str]) -> dict[str, str]:
    """Who is responsible for programmes of an observatory, as the Obs Portal's logs name them; by name of programme.

    OiDB asks ESO's page of the programme.
    """
    found: dict[str, str] = {}
    for start in range(0, len(programs), MOST_PROGRAMS):
        listed_names = ", ".join(map(text_literal, programs[start : start + MOST_PROGRAMS]))
        query = (
            "SELECT DISTINCT obs_program, obs_program_pi_coi FROM obsportal.exposure "  # noqa: S608 - quoted
            f"WHERE obs_program_pi_coi IS NOT NULL AND obs_program IN ({listed_names})"
        )
        found |= {row["obs_program"]: row["obs_program_pi_coi"] for row in await _rows(engine, query, MOST)}
    return found


async def instruments_document(engine: Engine, facility: str, instrument: str) -> str:
    """The `<instruments>` that have granules, with their facilities.

    Parameters
    ----------
    facility, instrument
        Name of a facility, and what the name of an instrument begins with; what follows their letters, as the number
        of telescopes, is passed over. One that fits nothing is, as at OiDB, not looked at; so is "".
    """
    query = f"SELECT DISTINCT facility_name, instrument_name FROM {GRANULE.qualified}"  # noqa: S608 - declared
    rows = await _rows(engine, query, MOST)
    pairs = sorted({(row["facility_name"] or "", _plain(row["instrument_name"] or "")) for row in rows})
    if _plain(facility):
        pairs = [pair for pair in pairs if pair[0].upper() == _plain(facility)] or pairs
    if _plain(instrument):
        pairs = [pair for pair in pairs if pair[1].startswith(_plain(instrument))] or pairs
    return listed("instruments", (element("instrument", "", facility=one, name=name) for one, name in pairs if name))


async def modes(engine: Engine, instrument: str) -> list[dict[str, str]]:
    """The modes of an instrument that granules were observed in, with their wavelengths (m), as texts."""
    query = (
        "SELECT instrument_name, instrument_mode, MIN(em_min) AS em_min, MAX(em_max) AS em_max "  # noqa: S608 - quoted
        f"FROM {GRANULE.qualified} WHERE instrument_name LIKE {text_literal(instrument + '%')} "
        "AND instrument_mode IS NOT NULL GROUP BY instrument_name, instrument_mode ORDER BY instrument_mode"
    )
    return [
        {
            "name": row["instrument_mode"],
            "waveLengthMin": written(row["em_min"]),
            "waveLengthMax": written(row["em_max"]),
        }
        for row in await _rows(engine, query, MOST)
        if row["instrument_name"] == instrument or row["instrument_name"].startswith(f"{instrument}_")
    ]


async def status_document(engine: Engine) -> str:
    """The `<status>` of OiDB: a list of what there is, and the same as text."""
    query = f"SELECT COUNT(*) AS number FROM {COLLECTION.qualified}"  # noqa: S608 - declared
    (row,) = await _rows(engine, query, 1)
    said = {
        "Current datetime": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "Collections": written(row["number"]),
        "TAP service": "OK",
    }
    items = "".join(text_element("dt", name) + text_element("dd", value) for name, value in said.items())
    width = max(map(len, said)) + 1
    summary = "\n".join(["", *(f"{name:{width}}= {value}" for name, value in said.items()), "", "report-completed"])
    shown = element("div", element("dl", items, **{"class": "dl-horizontal"}))
    return listed("status", (shown, text_element("summary", summary)))


def files_document(rows: Sequence[Row], *, cut: bool) -> str:
    """The `<granules>` of rows, by the file that they are in; those whose file is hidden are left out."""
    by_url: dict[str, list[Row]] = {}
    for row in rows:
        if row["access_url"]:
            by_url.setdefault(row["access_url"], []).append(row)
    overflow = ["<overflow/>"] if cut else []
    return listed("granules", [*_files(by_url), *overflow])


def _files(by_url: dict[str, list[Row]]) -> Iterator[str]:
    for url, rows in by_url.items():
        link = element("url-link", text_element("a", url.rpartition("/")[2] or url, href=url))
        yield listed("file", (text_element("url", url), link, *(row_element("granule", row) for row in rows)))


def _plain(name: str) -> str:
    """The letters that a name begins with, in capitals."""
    letters = LETTERS.match(name)
    return letters[0].upper() if letters else ""


async def _rows(engine: Engine, query: str, limit: int) -> list[dict[str, Any]]:
    read = await read_table(engine, query, limit)
    names = [column["name"] for column in read["metadata"]]
    return [dict(zip(names, cells, strict=True)) for cells in read["data"]]
