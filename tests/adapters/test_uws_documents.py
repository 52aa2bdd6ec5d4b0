"""What passes through vo-models comes out as it went in: times in UTC, texts escaped once, results."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from vo_models.uws.models import JobSummary

from adapters.registry.availability import availability_document
from adapters.registry.capabilities import capabilities_document, capability, tap_capabilities
from adapters.registry.resources import Publisher, registry_records
from adapters.registry.service import LanguageFunction, ServiceDescription, ServiceRecord
from adapters.registry.tableset import table_document, tableset_document
from adapters.uws.documents import JobParameters, job_document, list_document, parameters_document, results_document
from adapters.uws.notation import uws_instant
from jobs.job import Job, Phase
from schema.obsportal import EXPOSURE, SOURCE

HOSTILE = "a < b && c > d, &amp;lt; &lt;, \"é\" '星' ]]>"
TOKYO, NEWFOUNDLAND = timezone(timedelta(hours=9)), timezone(-timedelta(hours=3, minutes=30))
MOMENT = datetime(2026, 1, 31, 23, 59, 58, 123456, UTC)
WRITTEN = "2026-01-31T23:59:58.123Z"
UWS = "{http://www.ivoa.net/xml/UWS/v1.0}"
JOB = Job(
    "one", Phase.COMPLETED, "127.0.0.1", True, "spool", HOSTILE, MOMENT, MOMENT, MOMENT, MOMENT, 600,
    (("QUERY", HOSTILE), ("UPLOAD", "a,param:x"), ("UPLOAD", "b,param:x")), (), None, None,
    "application/x-votable+xml;serialization=BINARY2", 2**40, 1, None,
)  # fmt: skip


@pytest.mark.parametrize("zone", [UTC, TOKYO, NEWFOUNDLAND])
def test_times_are_converted(zone: timezone) -> None:
    moment = MOMENT.astimezone(zone)
    job = replace(JOB, created=moment, started=moment, ended=moment, destruction=moment)
    root = fromstring(job_document(job, "http://gateway/tap/async/one"))
    for name in ("creationTime", "startTime", "endTime", "destruction"):
        assert root.findtext(f"{UWS}{name}") == WRITTEN
    assert fromstring(list_document([job], "x")).findtext(f".//{UWS}creationTime") == WRITTEN
    assert uws_instant(moment) == WRITTEN
    available = fromstring(availability_document(moment, [HOSTILE], available=True))
    assert available.findtext("{*}upSince") in {WRITTEN, WRITTEN.removesuffix("Z")}
    assert available.findtext("{*}note") == HOSTILE
    records = registry_records(publisher(moment))
    assert {record.updated.isoformat()[:19] for record in records} == {WRITTEN[:19]}


def test_a_job_comes_out_as_it_went_in() -> None:
    address = "http://gateway/tap/async/one?a=1&b=2"
    root = fromstring(job_document(JOB, address))
    assert (root.findtext(f"{UWS}runId"), root.findtext(f"{UWS}phase")) == (HOSTILE, "COMPLETED")
    expected = [("QUERY", HOSTILE), ("UPLOAD", "a,param:x"), ("UPLOAD", "b,param:x")]
    assert [(one.get("id"), one.text) for one in root.iter(f"{UWS}parameter")] == expected
    alone = fromstring(parameters_document(JOB))
    assert [(one.get("id"), one.text) for one in alone.iter(f"{UWS}parameter")] == expected
    for document in (root, fromstring(results_document(JOB, address))):
        (result,) = document.iter(f"{UWS}result")
        attributes = {name.rpartition("}")[2]: value for name, value in result.attrib.items()}
        assert (attributes["id"], attributes["href"]) == ("result", f"{address}/results/result")
        assert (attributes["size"], attributes["mime-type"]) == (str(2**40), JOB.media_type)
    failed = fromstring(job_document(replace(JOB, phase=Phase.ERROR, error=HOSTILE, lasting=True), address))
    assert failed.findtext(f".//{UWS}message") == HOSTILE
    assert failed.find(f"{UWS}errorSummary").get("type") == "fatal"
    assert list(failed.iter(f"{UWS}result")) == []


def test_vo_models_loses_the_results_that_it_has_read() -> None:
    """So nothing of ours is read by it and written again; this says when it could be (0.5.4)."""
    text = job_document(JOB, "http://gateway/tap/async/one")
    read = JobSummary[JobParameters].from_xml(text)
    assert read.results.results[0].href.endswith("/one/results/result")
    assert b"<uws:result/>" in read.to_xml()  # type: ignore[operator]


def publisher(updated: datetime = MOMENT) -> Publisher:
    records = (
        ServiceRecord("TAP", "/tap", HOSTILE, "JMMC TAP", HOSTILE, HOSTILE),
        ServiceRecord("SIA#query-2.0", "/sia", HOSTILE, "s", HOSTILE, HOSTILE),
    )
    function = LanguageFunction("ivo_x(a DOUBLE) -> BIGINT", HOSTILE)
    offered = ServiceDescription("http://gateway", (1, 2), (function,), records, None)
    dated = dict.fromkeys((*(record.name for record in records), "registry", ""), updated)
    return Publisher("jmmc.fr", offered, dated, {})


def texts(document: Any, name: str) -> set[str]:
    return {node.text or "" for node in document.iter() if node.tag.rpartition("}")[2] == name}


def test_descriptions_are_escaped_once() -> None:
    columns = tuple(replace(column, description=HOSTILE) for column in EXPOSURE.columns)
    table = replace(EXPOSURE, description=HOSTILE, members=columns)
    document = fromstring(table_document(table))
    assert texts(document, "description") == {HOSTILE}
    source = replace(SOURCE, description=HOSTILE, title=HOSTILE, declared=(table,))
    whole = fromstring(tableset_document([source], columns=True))
    assert (texts(whole, "description"), texts(whole, "title")) == ({HOSTILE}, {HOSTILE})
    own = fromstring(capabilities_document("http://gateway", "/x", capability("ivo://x", "http://gateway/x", HOSTILE)))
    assert texts(own, "description") == {HOSTILE}
    tap = fromstring(tap_capabilities(publisher().offered))
    assert HOSTILE in texts(tap, "description")
    assert len({text for text in texts(tap, "description") if text.startswith("a ")}) == 1
    for record in registry_records(publisher()):
        root = fromstring(record.to_xml())
        assert all(
            text == HOSTILE for text in texts(root, "description") | texts(root, "title") if text.startswith("a ")
        )
