"""A small searchable registry: RegTAP 1.2's tables filled from an OAI-PMH endpoint, asked by TAP.

The tables are those that pyvo's constraints read, in the schema `rr` of a PostgreSQL; queries run there as they are
sent, beside definitions of the functions that RegTAP 1.2 (section 8) and its MOC extension want. Only for tests: what
is sent is run.
"""

import io
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree as ET

import psycopg
from astropy.io.votable.tree import Field, Info, TableElement, VOTableFile
from astropy.io.votable.tree import Resource as VotableResource
from defusedxml.ElementTree import fromstring
from mocpy import MOC
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

RI = "{http://www.ivoa.net/xml/RegistryInterface/v1.0}"
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
DDL = """
DROP SCHEMA IF EXISTS rr CASCADE; CREATE SCHEMA rr; SET search_path = rr, public;
CREATE TABLE rr.resource (ivoid text PRIMARY KEY, res_type text, created text, short_name text, res_title text,
  updated text, content_level text, res_description text, reference_url text, creator_seq text, content_type text,
  source_format text, source_value text, res_version text, region_of_regard real, waveband text, rights text,
  rights_uri text);
CREATE TABLE rr.res_role (ivoid text, role_name text, role_ivoid text, email text, base_role text);
CREATE TABLE rr.res_subject (ivoid text, res_subject text);
CREATE TABLE rr.capability (ivoid text, cap_index smallint, cap_type text, cap_description text, standard_id text);
CREATE TABLE rr.interface (ivoid text, cap_index smallint, intf_index smallint, intf_type text, intf_role text,
  std_version text, query_type text, result_type text, wsdl_url text, url_use text, access_url text, mirror_url text,
  authenticated_only smallint);
CREATE TABLE rr.relationship (ivoid text, relationship_type text, related_id text, related_name text);
CREATE TABLE rr.res_schema (ivoid text, schema_index smallint, schema_description text, schema_name text,
  schema_title text, schema_utype text);
CREATE TABLE rr.res_table (ivoid text, schema_index smallint, table_index smallint, table_description text,
  table_name text, table_title text, table_type text, table_utype text);
CREATE TABLE rr.table_column (ivoid text, table_index smallint, name text, ucd text, unit text, utype text, std smallint,
  datatype text, column_description text);
CREATE TABLE rr.res_detail (ivoid text, cap_index smallint, detail_xpath text, detail_value text);
CREATE TABLE rr.stc_spatial (ivoid text, coverage int8multirange, ref_system_name text);
CREATE TABLE rr.stc_temporal (ivoid text, time_start float, time_end float);
CREATE TABLE rr.stc_spectral (ivoid text, spectral_start float, spectral_end float);
CREATE TABLE rr.g_num_stat (ivoid text);
CREATE FUNCTION rr.ivo_hasword(text, text) RETURNS int LANGUAGE sql IMMUTABLE AS
  $$ SELECT (to_tsvector('simple', $1) @@ plainto_tsquery('simple', $2))::int $$;
CREATE FUNCTION rr.ivo_hashlist_has(text, text) RETURNS int LANGUAGE sql IMMUTABLE AS
  $$ SELECT (lower($2) = ANY (string_to_array(lower($1), '#')))::int $$;
CREATE FUNCTION rr.ivo_nocasematch(text, text) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT ($1 ILIKE $2)::int $$;
CREATE FUNCTION rr.joined(text, text, text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT coalesce($1 || $3, '') || $2 $$;
CREATE AGGREGATE rr.ivo_string_agg(text, text) (SFUNC = rr.joined, STYPE = text);
CREATE FUNCTION rr.moc(int, point) RETURNS int8multirange LANGUAGE sql AS $$
  SELECT int8multirange(int8range(cell << (58 - 2 * $1), (cell + 1) << (58 - 2 * $1)))
  FROM gw.healpix_index($1, $2[0], $2[1]) AS cell $$;
CREATE FUNCTION rr.contains(int8multirange, int8multirange) RETURNS int LANGUAGE sql AS $$ SELECT ($1 <@ $2)::int $$;
"""
CAPABILITIES = """<vosi:capabilities xmlns:vosi="http://www.ivoa.net/xml/VOSICapabilities/v1.0"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:tr="http://www.ivoa.net/xml/TAPRegExt/v1.0"
 xmlns:vs="http://www.ivoa.net/xml/VODataService/v1.1">
<capability standardID="ivo://ivoa.net/std/TAP" xsi:type="tr:TableAccess">
<interface xsi:type="vs:ParamHTTP" role="std" version="1.1"><accessURL use="base">{base}/tap</accessURL></interface>
<language><name>ADQL</name><version ivo-id="ivo://ivoa.net/std/ADQL#v2.1">2.1</version>
<languageFeatures type="ivo://ivoa.net/std/TAPRegExt#features-adql-sets"><feature><form>UNION</form></feature></languageFeatures>
<languageFeatures type="ivo://org.gavo.dc/std/exts#extra-adql-keywords"><feature><form>MOC</form></feature></languageFeatures>
</language><outputFormat><mime>application/x-votable+xml</mime></outputFormat></capability>
<capability standardID="ivo://ivoa.net/std/VOSI#tables-1.1"><interface xsi:type="vs:ParamHTTP" role="std">
<accessURL use="full">{base}/tap/tables</accessURL></interface></capability></vosi:capabilities>"""
TABLES = """<vosi:tableset xmlns:vosi="http://www.ivoa.net/xml/VOSITables/v1.0"><schema><name>rr</name>
{tables}</schema></vosi:tableset>"""


def harvest(dsn: str, records: bytes) -> None:
    """Fill the tables anew with the answer of ListRecords (`ivo_vor`); deleted records are not there."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(DDL)
        for resource in fromstring(records).iter(f"{RI}Resource"):
            for table, row in _rows(resource):
                marks = ", ".join(["%s"] * len(row))
                connection.execute(f"INSERT INTO rr.{table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))


def regtap(dsn: str) -> Starlette:
    """TAP over these tables."""

    async def sync(request: Request) -> Response:
        (query,) = parse_qs((await request.body()).decode())["QUERY"]
        with psycopg.connect(dsn, options="-c search_path=rr,public") as connection:
            cursor = connection.execute(query.encode())
            names = [column.name for column in cursor.description or ()]
            return Response(_votable(names, cursor.fetchall()), media_type="application/x-votable+xml")

    def capabilities(request: Request) -> Response:
        return Response(CAPABILITIES.format(base=str(request.base_url).rstrip("/")), media_type="text/xml")

    def tables(_request: Request) -> Response:
        with psycopg.connect(dsn) as connection:
            rows = connection.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = 'rr'::regnamespace AND relkind = 'r'"
            )
            listed = "".join(f"<table><name>rr.{name}</name></table>" for (name,) in rows)
        return Response(TABLES.format(tables=listed), media_type="text/xml")

    routes = {"/tap/sync": sync, "/tap/capabilities": capabilities, "/tap/tables": tables}
    return Starlette(routes=[Route(path, handler, methods=["GET", "POST"]) for path, handler in routes.items()])


def _rows(resource: ET.Element) -> list[tuple[str, dict[str, Any]]]:
    """The rows of a record; what RegTAP 1.2 (section 4.2) wants in lower case is."""
    ivoid = resource.findtext("identifier", "").lower()

    def text(path: str) -> str | None:
        return resource.findtext(path)

    source = resource.find("content/source")
    wavebands = [str(one.text).lower() for one in resource.iter("waveband")]
    creators = [str(one.findtext("name")) for one in resource.iter("creator")]
    rows: list[tuple[str, dict[str, Any]]] = [("resource", {
        "res_type": resource.get(TYPE, "").lower(), "created": resource.get("created"), "updated": resource.get("updated"),
        "short_name": text("shortName"), "res_title": text("title"), "res_description": text("content/description"),
        "reference_url": text("content/referenceURL"), "creator_seq": "; ".join(creators), "waveband": "#".join(wavebands) or None,
        "source_format": source.get("format") if source is not None else None, "source_value": text("content/source"),
        "res_version": text("curation/version"), "rights": text("rights"), "content_type": "#".join(
            str(one.text).lower() for one in resource.findall("content/type")),
    })]  # fmt: skip
    rows += [("res_subject", {"res_subject": one.text}) for one in resource.iter("subject")]
    for base_role in ("publisher", "creator", "contact"):
        for one in resource.findall(f"curation/{base_role}"):
            name = one.text if base_role == "publisher" else one.findtext("name")
            rows.append(("res_role", {"role_name": name, "base_role": base_role, "email": one.findtext("email")}))
    for relation in resource.iter("relationship"):
        kind = relation.findtext("relationshipType", "").lower()
        rows += [
            (
                "relationship",
                {"relationship_type": kind, "related_id": one.get("ivo-id", "").lower(), "related_name": one.text},
            )
            for one in relation.iter("relatedResource")
        ]
    for index, capability in enumerate(resource.findall("capability")):
        known = {"cap_index": index}
        about = {
            "cap_type": capability.get(TYPE, "").lower() or None,
            "standard_id": capability.get("standardID", "").lower(),
        }
        rows.append(("capability", known | about))
        rows += [
            (
                "res_detail",
                known | {"detail_xpath": "/capability/dataModel/@ivo-id", "detail_value": model.get("ivo-id")},
            )
            for model in capability.iter("dataModel")
        ]
        for number, interface in enumerate(capability.findall("interface")):
            url = interface.find("accessURL")
            assert url is not None
            rows.append(("interface", known | {
                "intf_index": number, "intf_type": interface.get(TYPE, "").lower(), "intf_role": interface.get("role"),
                "std_version": interface.get("version"), "url_use": url.get("use"), "access_url": url.text,
                "authenticated_only": 0,
            }))  # fmt: skip
    rows += _tables(resource)
    for moc in resource.findall("coverage/spatial"):
        ranges = ",".join(
            f"[{start},{end})" for start, end in MOC.from_string(str(moc.text)).to_depth29_ranges.tolist()
        )
        rows.append(("stc_spatial", {"coverage": "{" + ranges + "}"}))
    for name, table in (("temporal", "stc_temporal"), ("spectral", "stc_spectral")):
        stem = "time" if name == "temporal" else "spectral"
        for interval in resource.findall(f"coverage/{name}"):
            start, end = map(float, str(interval.text).split())
            rows.append((table, {f"{stem}_start": start, f"{stem}_end": end}))
    return [(table, {"ivoid": ivoid} | row) for table, row in rows]


def _tables(resource: ET.Element) -> list[tuple[str, dict[str, Any]]]:
    rows: list[tuple[str, dict[str, Any]]] = []
    numbers = iter(range(1000))
    for index, schema in enumerate(resource.findall("tableset/schema")):
        rows.append(("res_schema", {"schema_index": index, "schema_name": schema.findtext("name")}))
        for table in schema.findall("table"):
            number = next(numbers)
            rows.append(("res_table", {
                "schema_index": index, "table_index": number, "table_name": table.findtext("name"),
                "table_description": table.findtext("description"), "table_utype": (table.findtext("utype") or "").lower() or None,
            }))  # fmt: skip
            for column in table.findall("column"):
                about = {name: column.findtext(name) for name in ("name", "ucd", "unit", "utype")}
                described = {
                    "column_description": column.findtext("description"),
                    "datatype": column.findtext("dataType"),
                }
                rows.append(("table_column", {"table_index": number} | about | described))
    return rows


def _votable(names: list[str], rows: list[tuple[Any, ...]]) -> bytes:
    document = VOTableFile()
    resource = VotableResource(type="results")
    resource.infos.append(Info(name="QUERY_STATUS", value="OK"))
    document.resources.append(resource)
    table = TableElement(document)
    resource.tables.append(table)
    table.fields.extend(Field(document, name=name, datatype="unicodeChar", arraysize="*") for name in names)
    table.create_arrays(len(rows))
    for number, row in enumerate(rows):
        table.array[number] = tuple("" if value is None else str(value) for value in row)
    written = io.BytesIO()
    document.to_xml(written)
    return written.getvalue()
