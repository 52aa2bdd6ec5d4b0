"""TAP as its clients use it: pyvo, astroquery's TapPlus, and the queries that TOPCAT, OiDB and the NSS send."""

import csv
import io
import re
import warnings
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import httpx
import pytest
import pyvo
from astropy.io.votable import parse
from astropy.io.votable.tree import Resource, TableElement, VOTableFile
from astroquery.utils.tap.core import TapPlus
from pyvo.dal.exceptions import DALOverflowWarning, DALQueryError

from adapters.registry.examples import EXAMPLES, Example
from adql.grammar.identifiers import delimited
from schema import aliases, tap_rows
from schema.catalog import DECLARED
from schema.tap_schema import SOURCE

LISTED = (*DECLARED.tables.values(), *aliases.SOURCE.tables, *SOURCE.tables)
NAMES = {tap_rows.tap_table_name(table, delimited) for table in LISTED}
CONE = "1 = CONTAINS(POINT(RAJ2000, DEJ2000), CIRCLE(344.4127, -29.6222, 2))"
STARS = f"SELECT Name, RAJ2000, DEJ2000, Vmag, e_Vmag, LDD, e_LDD FROM jsdc.star WHERE {CONE}"


@pytest.fixture(scope="module")
def service(server: str) -> pyvo.dal.TAPService:
    return pyvo.dal.TAPService(f"{server}/tap")


def ask(server: str, query: str, **told: str) -> httpx.Response:
    answer = httpx.post(f"{server}/tap/sync", data={"LANG": "ADQL", "QUERY": query} | told, timeout=60)
    assert answer.status_code == 200, answer.text
    return answer


def read(answer: httpx.Response) -> VOTableFile:
    return parse(io.BytesIO(answer.content), verify="exception")


def rows(answer: httpx.Response) -> TableElement:
    return read(answer).get_first_table()


# pyvo


def test_pyvo_reads_what_the_service_says_of_itself(service: pyvo.dal.TAPService) -> None:
    tap = service.get_tap_capability()
    assert (service.maxrec, service.hardlimit) == (100_000, 20_000_000)
    adql = tap.get_adql()
    assert {version.content for version in adql.versions} == {"2.0", "2.1"}
    assert "ivo_healpix_index" in str(
        [form.form for form in adql.get_feature_list("ivo://ivoa.net/std/TAPRegExt#features-udf")]
    )
    assert {method.content for method in tap.datamodels} == {"ObsCore-1.1"}


def test_pyvo_lists_the_tables(service: pyvo.dal.TAPService) -> None:
    assert {table.name for table in service.tables} == NAMES
    star = service.tables["jsdc.star"]
    assert star.description == DECLARED.tables["jsdc.star"].description
    assert [column.name for column in star.columns] == [column.name for column in DECLARED.tables["jsdc.star"].columns]


def test_pyvo_finds_the_examples_and_they_run(service: pyvo.dal.TAPService) -> None:
    found = service.examples
    assert [example["QUERY"] for example in found] == [example.query for example in EXAMPLES]
    assert len(found[0].execute()) == 100


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.id)
def test_every_example_has_rows(server: str, example: Example) -> None:
    assert len(rows(ask(server, example.query)).array) > 0


def test_pyvo_asks(service: pyvo.dal.TAPService) -> None:
    found = service.run_sync(STARS)
    assert "HD 216956" in list(found["Name"])
    assert found.getdesc("LDD").unit == "mas"
    assert found.getdesc("RAJ2000").ucd == "pos.eq.ra;meta.main"
    assert found.to_table()["LDD"].description == "Limb-darkened diameter"


def test_pyvo_is_told_of_rows_that_were_cut(service: pyvo.dal.TAPService) -> None:
    whole = len(service.run_sync(STARS))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(service.run_sync(STARS, maxrec=whole)) == whole, "exactly as many: nothing was cut"
        assert len(service.run_sync(STARS.replace("SELECT", "SELECT TOP 3"))) == 3, "as asked: nothing was cut"
    cut = service.run_sync(STARS, maxrec=whole - 1)
    assert len(cut) == whole - 1
    with pytest.warns(DALOverflowWarning):  # which pyvo gives where the user set no limit
        pyvo.dal.DALQuery(f"{service.baseurl}/sync", QUERY=STARS, LANG="ADQL", MAXREC=str(whole - 1)).execute()


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT Nme FROM jsdc.star", "line 1, column 8.*perhaps you meant Name"),
        ("SELECT * FROM jsdc.stars", "line 1, column 15.*jsdc.star"),
        ("SELECT * FORM jsdc.star", "line 1, column 10"),
        ("SELECT pg_sleep(10) FROM jsdc.star", "line 1, column 8.*pg_sleep"),
    ],
)
def test_pyvo_is_told_what_is_wrong_and_where(service: pyvo.dal.TAPService, query: str, told: str) -> None:
    with pytest.raises(DALQueryError, match=f"(?is){told}"):
        service.run_sync(query)


def test_pyvo_follows_the_links_of_what_it_found(service: pyvo.dal.TAPService) -> None:
    for query in (
        "SELECT TOP 3 obs_publisher_did, target_name FROM ivoa.obscore WHERE calib_level = 2",
        "SELECT o.obs_publisher_did, s.Name FROM ivoa.obscore AS o JOIN jsdc.star AS s ON s.Name = 'HD 216956' WHERE o.calib_level = 2",
        "SELECT TOP 3 exp_id FROM obsportal.exposure",
    ):
        found = service.run_sync(query, maxrec=3)
        links = list(found.iter_datalinks())
        assert len(links) == len(found) > 0
        assert all(len(each) > 0 and each.to_table()["error_message"][0] == "" for each in links)


# astroquery


def test_tap_plus(server: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        plus = TapPlus(url=f"{server}/tap", use_names_over_ids=True)
        # Columns it reads from nobody but ESA, by an attribute that the schema of VOSI does not allow.
        names = {table.name for table in plus.load_tables(only_names=True)}
        assert names == NAMES
        for form in ("votable", "csv", "json"):
            found = plus.launch_job(STARS, output_format=form).get_results()
            assert "HD 216956" in list(found["Name"]), form
    assert (found["Name"].unit, found["LDD"].unit) == (None, "mas"), "JSON tells both"


# TOPCAT


TOPCAT = (
    "SELECT TOP 1 * FROM TAP_SCHEMA.schemas",
    "SELECT TOP 1 * FROM TAP_SCHEMA.columns",
    "SELECT COUNT(*) AS nrow FROM TAP_SCHEMA.columns",
    "SELECT schema_name, description, utype, schema_index FROM TAP_SCHEMA.schemas",
    "SELECT schema_name, table_name, table_type, description, utype, table_index FROM TAP_SCHEMA.tables",
    ("SELECT table_name, column_name, description, unit, ucd, utype, datatype, arraysize, xtype, \"size\", principal, indexed, "
    "std, column_index FROM TAP_SCHEMA.columns WHERE table_name = 'jsdc.star'"),
    "SELECT key_id, from_table, target_table, description, utype FROM TAP_SCHEMA.keys WHERE from_table = 'oidb.granule'",
    "SELECT key_id, from_column, target_column FROM TAP_SCHEMA.key_columns",
    "SELECT TOP 1 * FROM ivoa.obscore",
    "SELECT TOP 1000 * FROM jsdc.star WHERE 1=CONTAINS(POINT('ICRS', RAJ2000, DEJ2000), CIRCLE('ICRS', 344.4, -29.6, 1.0))",
)  # fmt: skip


@pytest.mark.parametrize("query", TOPCAT)
@pytest.mark.parametrize(
    "told", [{"REQUEST": "doQuery", "FORMAT": "votable/td"}, {"REQUEST": "doQuery", "MAXREC": "5"}], ids=str
)
def test_topcat(server: str, query: str, told: dict[str, str]) -> None:
    assert len(rows(ask(server, query, **told)).array) > 0


def test_the_columns_that_topcat_shows_are_those_declared(server: str) -> None:
    found = rows(ask(server, TOPCAT[5])).to_table()
    assert sorted(found["column_name"]) == sorted(column.name for column in DECLARED.tables["jsdc.star"].columns)


# OiDB (its modules/tap.xqm and adql.xqm) and the NSS (its nss.py)

OIDB = (
    ("SELECT ALL TOP 25 t.id, t.target_name, t.s_ra, t.s_dec, t.t_min, t.instrument_name FROM oidb AS t "
    "WHERE t.calib_level >= 1 AND t.instrument_name LIKE 'G%' ORDER BY t.t_min DESC, t.id OFFSET 0"),
    "SELECT DISTINCT t.instrument_name FROM oidb AS t ORDER BY t.instrument_name",
    ("SELECT ALL TOP 10 * FROM oidb AS t WHERE CONTAINS(POINT('ICRS', t.s_ra, t.s_dec), CIRCLE('ICRS', 344.4127, -29.6222, 0.5)) = 1 "
    "ORDER BY t.id OFFSET 1"),
    "SELECT COUNT(*) AS n FROM oidb AS t WHERE (t.data_rights = 'public' OR t.obs_release_date < '2026-01-01')",
    "SELECT t.instrument_name, COUNT(DISTINCT t.target_name) AS n FROM oidb AS t GROUP BY t.instrument_name ORDER BY n DESC",
)  # fmt: skip
NSS = (
    "SELECT * FROM spica.program",
    "SELECT TOP 5 a.*, '' AS coldelimiter___, b.* FROM spica.followup AS a LEFT JOIN spica.target AS b ON a.spicadb_id = b.spicadb_id",
)


@pytest.mark.parametrize("query", [*OIDB, *NSS])
def test_oidb_and_nss(server: str, query: str) -> None:
    told = {"query": query, "lang": "ADQL", "request": "doQuery", "format": "votable/td", "maxrec": "-1"}
    answer = httpx.get(f"{server}/tap/sync", params=told, timeout=60)
    assert answer.status_code == 200, answer.text
    assert len(rows(answer).array) > 0
    assert 'value="ERROR"' not in answer.text


def test_oidb_asks_for_columns_alone(server: str) -> None:
    answer = httpx.get(f"{server}/tap/sync", params={"QUERY": "SELECT TOP 0 * FROM oidb", "LANG": "ADQL"})
    table = rows(answer)
    assert (len(table.array), len(table.fields)) == (0, len(DECLARED.tables["oidb.granule"].columns))


# What a result says


def test_a_result_tells_where_it_is_from(server: str) -> None:
    document = read(ask(server, STARS, RUNID="mine"))
    resource = document.resources[0]
    assert isinstance(resource, Resource)
    told = {info.name: info.value for info in resource.infos}
    assert (told["QUERY_STATUS"], told["QUERY"], told["RUNID"]) == ("OK", STARS, "mine")
    assert told["standardID"] == "ivo://ivoa.net/std/TAP"
    assert (told["citation"], told["resource_version"]) == ("2016A&A...589A.112C", "3")
    assert resource.type == "results"


def test_a_result_tells_frames_and_quantities(server: str) -> None:
    query = f"SELECT s.*, o.t_min, o.s_ra FROM jsdc.star AS s, ivoa.obscore AS o WHERE {CONE} AND o.obs_id = 'x'"
    document = read(ask(server, query, MAXREC="0"))
    table = document.get_first_table()
    refs = {field.name: field.ref for field in table.fields}
    assert (refs["RAJ2000"], refs["s_ra"], refs["t_min"], refs["Vmag"]) == ("ICRS_J2000", "ICRS", "UTC", None)
    assert {system.ID for system in document.resources[0].coordinate_systems} == {"ICRS", "ICRS_J2000"}
    groups = {group.name: [entry.ref for entry in group.entries] for group in table.groups}
    assert groups["LDD_quantity"] == ["LDD", "e_LDD", "f_LDD", "q_LDD"]


def test_two_of_one_table_are_kept_apart(server: str) -> None:
    query = "SELECT a.LDD, a.e_LDD, b.LDD AS other, b.e_LDD AS e_other FROM jsdc.star AS a, jsdc.star AS b"
    (group,) = rows(ask(server, query, MAXREC="0")).groups
    assert [entry.ref for entry in group.entries] == ["LDD", "e_LDD"]


def test_every_format_has_the_same_rows(server: str) -> None:
    query = "SELECT TOP 20 jsdc_id, Name, Vmag FROM jsdc.star ORDER BY jsdc_id"
    wanted = [str(value) for value in rows(ask(server, query)).array["jsdc_id"]]
    binary = rows(ask(server, query, RESPONSEFORMAT="application/x-votable+xml;serialization=BINARY2"))
    assert [str(value) for value in binary.array["jsdc_id"]] == wanted
    for name, delimiter in (("csv", ","), ("tsv", "\t")):
        told = list(csv.DictReader(io.StringIO(ask(server, query, FORMAT=name).text), delimiter=delimiter))
        assert [row["jsdc_id"] for row in told] == wanted


def test_addresses_are_those_that_clients_know(server: str) -> None:
    root = ET.fromstring(httpx.get(f"{server}/tap/capabilities").content)  # noqa: S314 - ours
    addresses = [node.text or "" for node in root.iter("accessURL")]
    assert {urlsplit(address).netloc for address in addresses} == {urlsplit(server).netloc}
    asking = re.compile("/scs/|/tap$|/visibility$")  # these want parameters
    known = [address for address in addresses if not asking.search(address)]
    assert {httpx.get(address).status_code for address in known} <= {200}
