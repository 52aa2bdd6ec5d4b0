"""What a document says of its columns beside names and units: models (MIVOT), filters, codes, what VOTable 1.5 adds."""

import io
import json
import warnings
from typing import Any

import httpx
import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from astropy.io import fits
from astropy.io.votable import parse
from astropy.io.votable.tree import VOTableFile
from pyvo.dal import TAPService
from pyvo.mivot.viewer.mivot_viewer import MivotViewer
from pyvo.utils import activate_features

from schema.jsdc import CONFIDENCE, ORIGIN, STAR
from schema.vocabularies import CAL_FLAG, RUN_STATUS

activate_features("MIVOT")
CONE = {"RA": "344.41", "DEC": "-29.62", "SR": "5", "VERB": "3", "MAXREC": "5"}
COLUMNS = "Name, RAJ2000, DEJ2000, Vmag, e_Vmag, f_Vmag, q_Vmag, LDD, e_LDD, f_LDD, q_LDD, plx, CalFlag"
QUERY = {"LANG": "ADQL", "QUERY": f"SELECT TOP 5 {COLUMNS} FROM jsdc.star WHERE Vmag > 0 ORDER BY Vmag"}


def document(server: str, path: str, **told: str) -> VOTableFile:
    answer = result(server, **told) if path == "/tap/async" else httpx.get(server + path, params=told, timeout=60)
    assert answer.status_code == 200, answer.text
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return parse(io.BytesIO(answer.content))


def result(server: str, **told: str) -> httpx.Response:
    """The result of a job, as pyvo asks for one."""
    parameters = {name: value for name, value in told.items() if name not in ("LANG", "QUERY", "RESPONSEFORMAT")}
    service = TAPService(f"{server}/tap")
    job = service.submit_job(told["QUERY"], **parameters, RESPONSEFORMAT=told["RESPONSEFORMAT"])
    job.run().wait(phases=["COMPLETED", "ERROR", "ABORTED"], timeout=60)
    assert job.phase == "COMPLETED"
    return httpx.get(job.result_uri, timeout=60)


def same(leaf: Any, cell: Any) -> bool:
    """Whether a leaf of a model has the value of a cell; None is what is missing."""
    return (
        leaf.value is None
        if cell is np.ma.masked or (isinstance(cell, float) and np.isnan(cell))
        else leaf.value == cell
    )


@pytest.mark.parametrize(("path", "told"), [("/tap/sync", QUERY), ("/tap/async", QUERY), ("/scs/jsdc.star", CONE)])
@pytest.mark.parametrize("form", ["votable", "votable/b2"])
def test_pyvo_reads_the_annotation(server: str, path: str, told: dict[str, str], form: str) -> None:
    held = document(server, path, **told, RESPONSEFORMAT=form, MIVOT="true")
    rows = held.get_first_table().array
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        viewer = MivotViewer(held, resolve_ref=True)
    assert set(viewer.get_models()) >= {"mango", "Phot", "coords"}
    seen = 0
    while viewer.next_row_view():
        source, row = viewer.dm_instance, rows[seen]
        assert source.dmtype == "mango:MangoObject"
        assert source.identifier.value == row["Name"]
        place, *properties = source.propertyDock
        assert (place.longitude.value, place.latitude.value) == (row["RAJ2000"], row["DEJ2000"])
        assert place.spaceSys.frame.spaceRefFrame.value == "ICRS"
        bright = {
            one.photCal.photometryFilter.identifier.value: one for one in properties if one.dmtype == "mango:Brightness"
        }
        visible = bright["Generic/Johnson.V"]
        assert same(visible.value, row["Vmag"])
        assert same(visible.error.sigma, row["e_Vmag"])
        assert same(visible.associatedProperties[0].status, row["f_Vmag"])
        assert same(visible.associatedProperties[1].status, row["q_Vmag"])
        (size,) = (one for one in properties if one.description.value == "Limb-darkened diameter")
        assert same(size.measure.coord.cval, row["LDD"])
        assert same(size.measure.error.statError.radius, row["e_LDD"])
        assert size.measure.coord.cval.unit == "mas"
        assert same(size.associatedProperties[0].status, row["f_LDD"])
        assert same(size.associatedProperties[1].status, row["q_LDD"])
        seen += 1
    assert seen == len(rows) > 0


def test_only_who_asks_gets_it(server: str) -> None:
    plain = httpx.get(f"{server}/tap/sync", params=QUERY).content
    assert b"VODML" not in plain
    posted = httpx.post(f"{server}/tap/sync", data=QUERY | {"MIVOT": "true"}).content
    assert b"VODML" in posted
    assert b"VODML" not in result(server, **QUERY, RESPONSEFORMAT="votable").content
    wrong = httpx.get(f"{server}/scs/jsdc.star", params=CONE | {"MIVOT": "perhaps"})
    assert (wrong.status_code, "MIVOT is &apos;perhaps&apos;" in wrong.text or "MIVOT is 'perhaps'" in wrong.text) == (
        400,
        True,
    )
    nothing = QUERY | {"QUERY": "SELECT TOP 1 table_name FROM tap_schema.tables", "MIVOT": "true"}
    assert b"VODML" not in httpx.get(f"{server}/tap/sync", params=nothing).content


def test_filters_are_told(server: str) -> None:
    told = {
        field.name: field.description for field in document(server, "/scs/jsdc.star", **CONE).get_first_table().fields
    }
    for column in STAR.columns:
        if column.filter:
            assert column.filter in told[column.name]
    assert sum(bool(column.filter) for column in STAR.columns) == 8


def test_codes_in_votable_and_json(server: str) -> None:
    table: Any = document(server, "/tap/sync", **QUERY).get_first_table()
    codes = {str(code): meaning for code, (_, meaning) in ORIGIN.members.items()}
    told = {value: meaning for meaning, value in table.get_field_by_id_or_name("f_LDD").values.options}
    assert told == codes
    flag = table.get_field_by_id_or_name("CalFlag").description
    assert all(
        f"bit {bit}: {meaning[0].lower()}{meaning[1:]}" in flag for bit, (_, meaning) in CAL_FLAG.members.items()
    )
    columns = httpx.get(f"{server}/tap/sync", params=QUERY | {"RESPONSEFORMAT": "json"}).json()["metadata"]
    assert next(column for column in columns if column["name"] == "f_LDD")["codes"] == codes
    runs = QUERY | {"QUERY": "SELECT TOP 1 run_status FROM spica.followup"}
    (field,) = document(server, "/tap/sync", **runs).get_first_table().fields
    assert {value for _, value in field.values.options} == set(RUN_STATUS.members)


def test_codes_in_arrow_parquet_and_fits(server: str) -> None:
    def content(form: str) -> bytes:
        return httpx.get(f"{server}/tap/sync", params=QUERY | {"RESPONSEFORMAT": form}, timeout=60).content

    codes = {str(code): meaning for code, (_, meaning) in CONFIDENCE.members.items()}
    arrow = pa.ipc.open_stream(content("arrow")).schema
    parquet = pyarrow.parquet.read_schema(io.BytesIO(content("parquet")))
    for schema in (arrow, parquet):
        assert json.loads(schema.field("q_LDD").metadata[b"codes"]) == codes
        assert schema.metadata[b"citation"] == b"2016A&A...589A.112C"
        assert schema.metadata[b"creator"].decode().startswith("Bourgès, L.; Mella, G.")
    with fits.open(io.BytesIO(content("fits"))) as held:
        header = held[1].header
        number = held[1].columns.names.index("q_LDD") + 1
        assert all(f"{code}: {meaning}" in header[f"TCOMM{number}"] for code, meaning in codes.items())


def test_votable_1_5_says_where_directions_are_from(server: str) -> None:
    older, newer = (
        document(server, "/scs/jsdc.star", **CONE, RESPONSEFORMAT=f"application/x-votable+xml;version={version}")
        for version in ("1.4", "1.5")
    )
    (old,), (new,) = (held.resources[0].coordinate_systems for held in (older, newer))
    assert (held_version := (older.version, newer.version)) == ("1.4", "1.5"), held_version
    assert (old.refposition, new.refposition, new.system) == (None, "BARYCENTER", "ICRS")
