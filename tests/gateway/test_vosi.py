"""What TAP says of itself is well-formed, is what the declarations say, and is the truth."""

from xml.etree import ElementTree as ET

import httpx
import pytest
from starlette.applications import Starlette

from adapters.registry.examples import EXAMPLES
from adql.grammar.identifiers import delimited
from gateway.state import State
from schema import aliases, tap_rows
from schema.catalog import DECLARED
from schema.column import Column
from schema.table import Table
from schema.tap_schema import SOURCE
from schema.types import DOUBLE

pytestmark = pytest.mark.usefixtures("awake")
LISTED = (*DECLARED.tables.values(), *aliases.SOURCE.tables, *SOURCE.tables)
NAMES = {tap_rows.tap_table_name(table, delimited) for table in LISTED}
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


def xml(response: httpx.Response) -> ET.Element:
    assert response.status_code == 200, response.text
    return ET.fromstring(response.content)  # noqa: S314 - ours


async def test_tables_tell_every_column_as_it_is_declared(client: httpx.AsyncClient) -> None:
    root = xml(await client.get("/tap/tables"))
    assert root.tag == "{http://www.ivoa.net/xml/VOSITables/v1.0}tableset"
    tables = {node.findtext("name"): node for node in root.iter("table")}
    assert tables.keys() == NAMES
    for table in DECLARED.tables.values():
        told = [
            (node.findtext("name", "").strip('"'), node.findtext("description"))
            for node in tables[tap_rows.tap_table_name(table, delimited)].iter("column")
        ]
        assert told == [(column.name, column.description) for column in table.columns]
    flag = next(node for node in tables["jsdc.star"].iter("column") if node.findtext("name") == "CalFlag")
    assert "χ² of its diameter is above 5" in (flag.findtext("description") or ""), "escaped once"
    moment = next(
        node for node in tables["obsportal.exposure"].iter("column") if node.findtext("name") == "exp_date_updated"
    )
    kind = moment.find("dataType")
    assert kind is not None
    assert (kind.text, kind.get("arraysize"), kind.get("extendedType"), kind.get(TYPE)) == (
        "char",
        "*",
        "timestamp",
        "vs:VOTableType",
    )


async def test_detail_min_leaves_columns_out(client: httpx.AsyncClient) -> None:
    root = xml(await client.get("/tap/tables", params={"DETAIL": "min"}))
    assert {node.findtext("name") for node in root.iter("table")} == NAMES
    assert not list(root.iter("column"))
    assert all(node.findtext("description") for node in root.iter("table"))


async def test_one_table(client: httpx.AsyncClient) -> None:
    for name in ("crossid.granule", "jsdc.star", "tap_schema.columns", "TAP_SCHEMA.tables", "ivoa.obscore"):
        root = xml(await client.get(f"/tap/tables/{name}"))
        assert root.tag == "{http://www.ivoa.net/xml/VOSITables/v1.0}table"
        assert root.findtext("name") == name.lower()
        assert root.findtext("description")
        assert list(root.iter("column"))
    assert root.findtext("utype") == "ivo://ivoa.net/std/obscore#table-1.1"
    missing = await client.get("/tap/tables/jsdc.stars")
    assert missing.status_code == 404
    assert "perhaps you meant jsdc.star" in missing.text
    wrong = await client.get("/tap/tables", params={"detail": "all"})
    assert (wrong.status_code, "min or max" in wrong.text) == (400, True)


async def test_a_table_by_vizier_s_name(client: httpx.AsyncClient) -> None:
    for name in ("II/346/jsdc_v2", '"II/346/jsdc_v2"', "%22II%2F346%2Fjsdc_v2%22"):
        root = xml(await client.get(f"/tap/tables/{name}"))
        assert root.findtext("name") == '"II/346/jsdc_v2"'
        assert {"LDDCHI", '"_RAJ2000"'} <= {column.findtext("name") for column in root.iter("column")}


async def test_what_is_published_is_told_at_once(client: httpx.AsyncClient, app: Starlette) -> None:
    mine = Table(
        "published", "mine", "published.mine", "Mine", "mines", "A table of mine", (Column("a", DOUBLE, "A number"),)
    )
    state: State = app.state.gateway
    app.state.gateway = state.with_catalog(DECLARED.with_published((mine,)), state.operations.schema)
    try:
        root = xml(await client.get("/tap/tables"))
        assert {node.findtext("name") for node in root.iter("table")} == {*NAMES, "published.mine"}
        assert xml(await client.get("/tap/tables/published.mine")).findtext("description") == "A table of mine"
    finally:
        app.state.gateway = state
    assert (await client.get("/tap/tables/published.mine")).status_code == 404


async def test_capabilities(client: httpx.AsyncClient) -> None:
    for path in ("/tap/capabilities", "/capabilities"):
        response = await client.get(path, headers={"Host": "tap.example.org"})
        root = xml(response)
        assert response.headers["content-type"].startswith("text/xml")
        assert root.tag == "{http://www.ivoa.net/xml/VOSICapabilities/v1.0}capabilities"
        found = {node.get("standardID"): node for node in root.iter("capability")}
        tap = found["ivo://ivoa.net/std/TAP"]
        assert tap.get(TYPE) == "tr:TableAccess"
        assert tap.findtext("interface/accessURL") == "http://tap.example.org/tap"
        assert [node.text for node in tap.iter("version")] == ["2.1", "2.0"], "what a client takes that takes the first"
        features = {
            node.get("type"): [form.text for form in node.iter("form")] for node in tap.iter("languageFeatures")
        }
        assert features["ivo://ivoa.net/std/TAPRegExt#features-adql-conditional"] == ["COALESCE", "CASE"]
        assert features["ivo://org.gavo.dc/std/exts#extra-adql-keywords"] == ["TABLESAMPLE", "MOC"]
        forms = features["ivo://ivoa.net/std/TAPRegExt#features-udf"]
        assert "ivo_simbadpoint(identifier VARCHAR(*)) -> POINT" in forms
        assert "ivo_hms_to_degrees(hms VARCHAR(*)) -> DOUBLE PRECISION" in forms
        mimes = {node.text for node in tap.iter("mime")}
        assert mimes >= {
            "application/x-votable+xml;version=1.5",
            "application/x-votable+xml;serialization=BINARY2;version=1.4",
        }
        model = tap.find("dataModel")
        assert model is not None
        assert (model.get("ivo-id"), model.text) == ("ivo://ivoa.net/std/ObsCore#core-1.1", "ObsCore-1.1")
        assert "ivo://ivoa.net/std/VOSI#tables-1.1" in found


@pytest.mark.parametrize("host", ["%%", "a b", '<x y="z">', "", "[::1", "host:123456789"])
async def test_whatever_a_request_calls_its_host_documents_are_sound(client: httpx.AsyncClient, host: str) -> None:
    for path in ("/tap/capabilities", "/tap/examples"):
        xml(await client.get(path, headers={"Host": host}))
    query = {"QUERY": "SELECT TOP 1 obs_publisher_did FROM ivoa.obscore", "LANG": "ADQL"}
    xml(await client.get("/tap/sync", params=query, headers={"Host": host}))


@pytest.mark.parametrize("path", ["/capabilities", "/availability", "/tables", "/tables?detail=min"])
async def test_what_users_expect_at_the_root_is_there(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).content == (await client.get(f"/tap{path}")).content


async def test_availability(client: httpx.AsyncClient) -> None:
    root = xml(await client.get("/tap/availability"))
    space = "{http://www.ivoa.net/xml/VOSIAvailability/v1.0}"
    assert (root.tag, root.findtext(f"{space}available")) == (f"{space}availability", "true")
    assert (root.findtext(f"{space}upSince") or "").endswith("Z")
    assert not root.findall(f"{space}note")


async def test_examples_are_rdfa(client: httpx.AsyncClient) -> None:
    response = await client.get("/tap/examples")
    root = xml(response)
    assert response.headers["content-type"].startswith("application/xhtml+xml")
    shown = [node for node in root.iter() if node.get("typeof") == "example"]
    assert [node.get("resource") for node in shown] == [f"#{node.get('id')}" for node in shown]
    queries = [child.text for node in shown for child in node.iter() if child.get("property") == "query"]
    assert queries == [example.query for example in EXAMPLES]
    assert {example.table for example in EXAMPLES} <= NAMES


@pytest.mark.parametrize("host", ["a.b.1", "256.256.256.256", "a.0X1", "xn--", "Xn--.a", "foo:99999", "[1]", 'a"<b'])
@pytest.mark.parametrize("path", ["/sia/capabilities", "/tap/capabilities", "/oai/capabilities", "/oai?verb=Identify"])
async def test_a_host_that_is_none_is_not_told(client: httpx.AsyncClient, path: str, host: str) -> None:
    told = await client.get(path, headers={"Host": host})
    assert (told.status_code, host in told.text) == (200, False)


async def test_a_host_that_is_one_is_told(client: httpx.AsyncClient) -> None:
    for host in ("10.0.0.1:80", "[::1]", "xn--caf-dma.fr"):
        assert f"http://{host}/oai<" in (await client.get("/oai?verb=Identify", headers={"Host": host})).text
