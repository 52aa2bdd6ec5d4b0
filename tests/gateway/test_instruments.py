"""Health, the log, metrics and traces: what is told of the gateway at work, and what is not."""

import json
import logging
import re
import timeit
from pathlib import Path
from typing import Any

import httpx
import pytest
from door import opened
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.parser import text_string_to_metric_families
from serving import PATIENT, patient
from waiting import within

from gateway import logs, traces
from gateway.app import create_app
from hub.tracing import step
from sample.federation import Federation

STAR = {"query": 'query Eps { star(name: "HD 48329") { name } }'}
TWO = {"query": "query Night { star(id: 1) { name } exposures(first: 1) { nodes { expId observation { obsType } } } }"}
FOMALHAUT = {"RA": "344.4127", "DEC": "-29.6222", "SR": "1"}
SECRETS = re.compile(r"postgresql://|gateway_reader|/tmp/|password|HD 48329")


async def known(client: httpx.AsyncClient) -> Any:
    """What /health tells, once the watch has found out all of it."""

    async def told() -> Any:
        found = (await client.get("/health")).json()
        every = "DB Tag [database_version]" in found and all(source["version"] for source in found["Sources"].values())
        return found if every else None

    return await within(told, 20)


async def test_health_speaks_as_the_obs_portal(client: httpx.AsyncClient) -> None:
    told = await known(client)
    for key in (
        "Server start",
        "Version",
        "DB Tag [database_version]",
        "DB Tag [synchronize_start]",
        "DB Tag [synchronize_end]",
        "DB connections (hub, answers)",
    ):
        assert told[key]
    assert re.fullmatch(
        r"Pool size: \d+ Connections in pool: \d+ Current Overflow: -?\d+ Current Checked out connections: \d+",
        told["DB connections (hub, answers)"],
    )
    for name in ("obsportal", "oidb", "jsdc", "spica"):
        source = told["Sources"][name]
        assert source["state"] == "up"
        assert source["version"]
        assert 0 < source["latency_ms"] < PATIENT * 1000
        assert source["since"].startswith("20")
    assert told["Sources"]["crossid"]["version"]
    assert not SECRETS.search(json.dumps(told))


async def test_health_is_a_page_for_people(client: httpx.AsyncClient) -> None:
    answer = await client.get("/health", headers={"accept": "text/html"})
    assert answer.headers["content-type"].startswith("text/html")
    assert "All databases answer." in answer.text
    assert re.search(r'<th scope="row">OiDB</th><td class="well">yes', answer.text)
    assert "Overflow" not in answer.text
    assert not SECRETS.search(answer.text)


async def test_a_request_keeps_its_id(client: httpx.AsyncClient) -> None:
    answer = await client.post("/graphql", json=STAR, headers={"x-request-id": "from-the-proxy.1"})
    assert answer.headers["x-request-id"] == "from-the-proxy.1"
    for wrong in ("", "with blank", "x" * 65, "<script>"):
        answer = await client.post("/graphql", json=STAR, headers={"x-request-id": wrong})
        assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])


def lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


async def test_the_log_is_json_with_a_line_a_request_and_no_secret(federation: Federation, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with opened(federation.hub, log, log="json") as door:
        async with door.client() as client:
            await client.get("/graphql", params=STAR, headers={"x-request-id": "mine"})
            await client.get("/scs/jsdc.star", params=FOMALHAUT)
            await client.get("/nowhere")
    told = [line for line in lines(log) if line["logger"] == "gateway.access"]
    told.sort(key=lambda line: line["path"])  # a stream's line comes when it is cleared away
    assert [(line["path"], line["status"]) for line in told] == [
        ("/graphql", 200),
        ("/nowhere", 404),
        ("/scs/jsdc.star", 200),
    ]
    assert told[0]["request"] == "mine"
    assert "plan;dur=" in told[0]["stages"]
    assert told[2]["bytes"] > 1000
    assert all(line["ms"] > 0 for line in told)
    assert not SECRETS.search(log.read_text())


async def test_nobody_writes_lines_of_the_log(client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "gateway.access"):
        await client.get("/none%0d%0a2026-11-21 ERROR forged")
    assert [record.getMessage() for record in caplog.records if record.name == "gateway.access"] == [
        "GET /none%0D%0A2026-11-21%20ERROR%20forged 404"
    ]


def test_the_log_tells_what_failed() -> None:
    try:
        raise ValueError("so")
    except ValueError as error:
        record = logging.LogRecord(
            "gateway", logging.ERROR, __file__, 1, "it %s", ("failed",), (ValueError, error, error.__traceback__)
        )
    assert json.loads(logs.JsonFormatter().format(record))["exception"].endswith("ValueError: so")
    assert "it failed" in logs.TextFormatter().format(record)


async def test_metrics_count_requests_and_statements(federation: Federation) -> None:
    app = create_app(patient(federation, metrics=True))
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://gateway") as client,
    ):
        for _ in range(3):
            await client.post("/graphql", json=TWO)
        await client.get("/scs/oidb.granule", params=FOMALHAUT)
        await client.get("/scs/nothing", params=FOMALHAUT)
        text = (await client.get("/metrics")).text
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert found["gateway_requests_total", "/graphql", "200"] == 3
    assert found["gateway_requests_total", "/scs", "404"] == 1
    # Rows by key are kept: a list is read each time, what it links to once.
    assert found["gateway_statements_total", "answered", "obsportal"] >= 4
    assert found["gateway_statements_total", "answered", "jsdc"] >= 1
    assert found["gateway_response_bytes_total", "/scs"] > 1000
    assert found["gateway_request_seconds_count", "/graphql"] == 3
    assert found["gateway_source_up", "spica"] == 1
    assert found["gateway_cache_lookups", "plans, others", "hit"] >= 2
    assert found["gateway_pool_connections", "hub, answers", "largest"] == 16
    assert not SECRETS.search(text)


async def test_metrics_and_traces_are_off_unless_wanted(client: httpx.AsyncClient) -> None:
    assert (await client.get("/metrics")).status_code == 404


async def test_a_trace_leads_from_the_request_to_each_statement(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(traces, "provider", lambda: provider)
    app = create_app(patient(federation, traces=True))
    transport = httpx.ASGITransport(app)
    caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://gateway") as client,
    ):
        await client.post(
            "/graphql", json=TWO | {"operationName": "Night"}, headers={"traceparent": caller, "x-request-id": "traced"}
        )
        finished = exporter.get_finished_spans()
    spans = {span.name: span for span in finished if f"{span.context.trace_id:032x}" == caller.split("-")[1]}
    assert set(spans) == {"POST /graphql", "operation Night", "plan", "statement jsdc", "statement obsportal"}
    request, operation = spans["POST /graphql"], spans["operation Night"]
    assert request.parent is not None
    assert f"{request.parent.span_id:016x}" == "b7ad6b7169203331"
    assert request.attributes is not None
    assert request.attributes["gateway.request_id"] == "traced"
    assert request.attributes["http.response.status_code"] == 200
    assert {f"{span.context.trace_id:032x}" for span in spans.values()} == {"0af7651916cd43dd8448eb211c80319c"}
    for name in ("plan", "statement jsdc", "statement obsportal"):
        assert spans[name].parent == operation.context
    assert operation.parent == request.context


def test_an_observer_that_is_not_there_costs_nothing() -> None:
    def told() -> None:
        with step("statement", ("jsdc",)):
            pass

    assert min(timeit.repeat(told, number=10_000, repeat=5)) / 10_000 < 5e-6
