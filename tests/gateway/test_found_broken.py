"""Faults that were found by trying to break pages and doors, each as a request to the whole gateway."""

import re

import httpx
import pytest

from adapters.page.built_files import page_document
from adapters.page.spica import Reader, targets_page
from planning.asker import Asker
from planning.changes import impossible
from schema.catalog import SOURCES

FIELDS = re.findall(r"\w+", page_document("SpicaTargets"))


@pytest.mark.parametrize("path", ["/sky", "/browse", "/browse/jsdc.star", "/compare"])
async def test_an_accept_that_names_nothing_is_no_mistake_of_ours(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path, headers={"Accept": "application/json;q=nan"})
    assert response.status_code < 500


@pytest.mark.parametrize("form", ["csv", "votable", "json"])
async def test_tables_of_browse_vary_by_who_asks(client: httpx.AsyncClient, form: str) -> None:
    response = await client.get("/browse/oidb.granule", params={"format": form, "columns": "accessUrl"})
    assert {"Authorization", "Cookie"} <= {name.strip() for name in response.headers["vary"].split(",")}


def test_targets_whose_programmes_are_not_told() -> None:
    target = dict.fromkeys(FIELDS) | {"spicadbId": 1, "targetMainId": "HD 1"}
    payload = {
        "data": {"spicaTargets": {"totalCount": 1, "nodes": [target], "pageInfo": dict.fromkeys(FIELDS)}},
        "errors": [],
    }
    assert "HD 1" in targets_page({}, payload, "", Reader(Asker(), writable=True), "en")


async def test_a_record_is_found_in_any_case(client: httpx.AsyncClient) -> None:
    asked = {"verb": "GetRecord", "metadataPrefix": "ivo_vor"}
    first, second = [
        await client.get("/oai", params=asked | {"identifier": name})
        for name in ("ivo://jmmc.fr/gateway/jsdc", "IVO://JMMC.FR/Gateway/JSDC")
    ]
    records = [re.findall("<record><header>(<identifier>.*?</identifier>)", text) for text in (first.text, second.text)]
    assert records == [["<identifier>ivo://jmmc.fr/gateway/jsdc</identifier>"]] * 2


@pytest.mark.parametrize(
    ("values", "said"), [({"nobs_required": -5}, "from 0 to 10000"), ({"spica_setup": "x" * 60_000}, "at most 50000")]
)
def test_what_nobody_means_is_not_written(values: dict[str, object], said: str) -> None:
    table = next(one for one in SOURCES["spica"].tables if one.remote.endswith("spica_target_program"))
    by_name = {column.name: column for column in table.columns}
    [(_, message)] = impossible(table, {by_name[name]: value for name, value in values.items()})
    assert said in message
