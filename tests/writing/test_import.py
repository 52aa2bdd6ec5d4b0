"""`importTargets`: line by line what a table changes; nothing in a trial, and all or nothing after it."""

from typing import Any

import pytest
from asking import GraphQL

from adapters.votable.listed_rows import listed_rows
from hub.rows import Connection
from planning.errors import BadInput
from resolvers.import_rows import import_row

QUERY = """mutation M($input: ImportTargetsInput!, $key: String) { importTargets(input: $input, idempotencyKey: $key) {
  dryRun alreadyDone lines { line targetMainId action spicadbId separation changes { field before after } problems { code message field } } userErrors { code message } } }"""
VOTABLE = """<?xml version='1.0'?><VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE><TABLE>
<FIELD datatype="char" arraysize="*" name="TARGET_RA"/><FIELD datatype="char" arraysize="*" name="TARGET_DEC"/><FIELD datatype="char" arraysize="*" name="TARGET_MAIN_ID"/>
<FIELD datatype="char" arraysize="*" name="TARGET_PINAME"/><FIELD datatype="char" arraysize="*" name="TARGET_PROGNAME"/><FIELD datatype="char" arraysize="3" name="TARGET_Flag_Type"/>
<FIELD datatype="short" name="TARGET_Flag_Priority_PI"/><FIELD datatype="double" name="TARGET_Vmag"/><FIELD datatype="char" arraysize="*" name="TARGET_SpT"/><FIELD datatype="float" name="TARGET_LD_JSDC2"/><FIELD datatype="char" arraysize="*" name="TARGET_SPICA_SETUP"/>
<DATA><TABLEDATA><TR><TD>01 02 03.5</TD><TD>+88 02 34.0</TD><TD>Nobody &amp; Son</TD><TD>nna</TD><TD>WP5</TD><TD>DIA</TD><TD>0</TD><TD>8.9</TD><TD>M1V</TD><TD>99.9</TD><TD>TBD by PI</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"""


async def count(owner: Connection) -> tuple[int, int]:
    return await owner.fetchval("SELECT count(*) FROM public.spica"), await owner.fetchval(
        "SELECT count(*) FROM gw.history"
    )


async def asked(graphql: GraphQL, who: str, document: str, key: str | None = None, **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await graphql(who, QUERY, input={"document": document, **more}, key=key))["importTargets"]
    return answer


def told(answer: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(line["action"], [one["code"] for one in line["problems"]]) for line in answer["lines"]]


async def test_a_new_target_of_an_export_is_tried_then_taken_once(graphql: GraphQL, owner: Connection) -> None:
    before = await count(owner)
    tried = await asked(graphql, "pi", VOTABLE, piname="PI S05", progname="S05")
    assert told(tried) == [("ADD", [])]
    assert (tried["dryRun"], tried["lines"][0]["spicadbId"], tried["lines"][0]["targetMainId"]) == (
        True,
        None,
        "Nobody & Son",
    )
    changes = {change["field"]: change["after"] for change in tried["lines"][0]["changes"]}
    assert changes == {
        "targetMainId": "Nobody & Son", "ra": pytest.approx(15.514583), "dec": pytest.approx(88.042778), "vmag": "8.9", "spt": "M1V",
        "piname": "PI S05", "spicaMode": "DIA", "priorityPi": "0",
    }  # fmt: skip
    assert await count(owner) == before
    for again in (False, True):
        taken = await asked(graphql, "pi", VOTABLE, "import", piname="PI S05", progname="S05", dryRun=False)
        assert (taken["userErrors"], taken["dryRun"], taken["alreadyDone"]) == ([], False, again)
    assert (await count(owner))[0] == before[0] + 1
    row = await owner.fetchrow(
        "SELECT s.*, p.* FROM public.spica s JOIN public.spica_target_program p USING (spicadb_id) WHERE target_main_id = 'Nobody & Son'"
    )
    assert (row["spt"], row["ld_jsdc2"], row["progname"], row["spica_setup"]) == ("M1V", None, "S05", None)
    known = await asked(graphql, "pi", VOTABLE, piname="PI S05", progname="S05")
    assert told(known) == [("NOTHING", [])]
    assert (known["lines"][0]["spicadbId"], known["lines"][0]["separation"]) == (
        row["spicadb_id"],
        pytest.approx(0, abs=0.001),
    )


async def test_work_packages_and_the_exports_own_investigator(graphql: GraphQL) -> None:
    assert told(await asked(graphql, "pi", VOTABLE))[0] == ("REFUSED", ["FORBIDDEN"])
    assert told(await asked(graphql, "service", VOTABLE))[0][1] == []


async def test_what_is_wrong_is_told_line_by_line_and_nothing_is_taken(graphql: GraphQL, owner: Connection) -> None:
    mine = await owner.fetchrow(
        "SELECT ra, dec, spicadb_id FROM public.spica JOIN public.spica_target_program USING (spicadb_id) WHERE piname = 'PI S05' AND ra IS NOT NULL LIMIT 1"
    )
    other = await owner.fetchrow(
        "SELECT ra, dec FROM public.spica WHERE spicadb_id NOT IN (SELECT spicadb_id FROM public.spica_target_program WHERE piname = 'PI S05') AND ra BETWEEN 1 AND 359 LIMIT 1"
    )
    lines = [
        "ra,dec,target_main_id,spt,vmag",
        f"{mine['ra']},{mine['dec'] + 1 / 3600},,changed,",
        "10.5,80.25,,B0V,1.5",
        "10.5,80.2505,,B0V,1.5",
        f"{other['ra']},{other['dec']},,mine now,",
        "10,-5,Fomalhaut,A3V,",
        "north,10,,A3V,",
        "20,30,,A3V,bright",
    ]
    before = await count(owner)
    for dry in (True, False):
        answer = await asked(graphql, "pi", "\n".join(lines), dryRun=dry)
        assert told(answer) == [
            ("CHANGE", []), ("ADD", []), ("REFUSED", ["CONFLICT"]), ("REFUSED", ["FORBIDDEN"]), ("REFUSED", ["BAD_INPUT"]),
            ("REFUSED", ["BAD_INPUT"]), ("REFUSED", ["BAD_INPUT"]),
        ]  # fmt: skip
        assert answer["lines"][0]["separation"] == pytest.approx(1, abs=0.01)
        assert {change["field"]: change["after"] for change in answer["lines"][0]["changes"]}["spt"] == "changed"
        assert "Line 2 is the same target, 1.8 arcsec" in answer["lines"][2]["problems"][0]["message"]
        assert "arcsec from the place" in answer["lines"][4]["problems"][0]["message"]
        assert "bright" in answer["lines"][6]["problems"][0]["message"]
        assert (answer["dryRun"], len(answer["userErrors"])) == (True, 0 if dry else 5)
        assert await count(owner) == before


@pytest.mark.parametrize(
    "document", ["", "<VOTABLE/>", "<!DOCTYPE x [<!ENTITY e 'e'>]><VOTABLE>&e;</VOTABLE>", "a,a\n1,2", "a,b\n1", '"a']
)
def test_what_is_no_table_is_refused(document: str) -> None:
    with pytest.raises(BadInput):
        listed_rows(document)


async def test_of_no_table_the_payload_says_so(graphql: GraphQL) -> None:
    answer = await asked(graphql, "pi", "<html/>")
    assert [(error["code"], "VOTable" in error["message"]) for error in answer["userErrors"]] == [("BAD_INPUT", True)]
    many = "spt\n" + "A0V\n" * 1001
    assert "at most 1000" in (await asked(graphql, "pi", many))["userErrors"][0]["message"]
    assert (await asked(graphql, "", VOTABLE))["userErrors"][0]["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize("text", ["TBD by PI", "TBD", "by SPICA-NSS", "None", "NaN", "", "  ", "-", "n/a"])
def test_placeholders_say_nothing(text: str) -> None:
    row = import_row(1, {"TARGET_SPT": text, "TARGET_VMAG": "99.9", "TARGET_NOBS": text}, None, None)
    assert (dict(row.target), dict(row.entry)) == ({}, {})


@pytest.mark.parametrize(("ra", "dec"), [("1_0", "20"), ("10", "٢٠"), ("nan", "20"), ("10", "inf")])
def test_a_place_is_read_as_numbers_are_written(ra: str, dec: str) -> None:
    row = import_row(1, {"ra": ra, "dec": dec, "vmag": "9_9.9"}, None, None)
    assert row.place is None
    assert "ra" not in {column.name for column in row.target}
