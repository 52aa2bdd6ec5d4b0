"""Traces for OpenTelemetry, where `GATEWAY_TRACES` wants them: request, operation, plan, a span a statement.

Where they go is told in OpenTelemetry's own environment (`OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_SERVICE_NAME`…).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagate import extract
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.middleware.access import REQUEST_ID
from gateway.middleware.load import ALWAYS


def provider() -> TracerProvider:
    """Make the provider of spans that sends them by OTLP."""
    tracing = TracerProvider(resource=Resource.create({"service.name": "jmmc-gateway"}))
    tracing.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return tracing


class Traces:
    """The traces of one process."""

    def __init__(self, provider_: TracerProvider) -> None:
        self._provider = provider_
        self.tracer = provider_.get_tracer("jmmc-gateway")

    @contextmanager
    def observe(self, step: str, about: Sequence[str]) -> Iterator[None]:
        """A span of a step."""
        with self.tracer.start_as_current_span(" ".join((step, *about)), record_exception=False) as span:
            if step == "statement":
                span.set_attributes({"db.system.name": "postgresql", "db.namespace": ",".join(about)})
            yield

    def close(self) -> None:
        """Send what has not been sent."""
        self._provider.shutdown()


class Traced:
    """Middleware: a span of each request, in the trace of its client (`traceparent`)."""

    def __init__(self, app: ASGIApp, label: Callable[[str], str], traces: Traces) -> None:
        self._app = app
        self._label = label
        self._traces = traces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        if scope["type"] != "http" or scope["path"] in ALWAYS:
            await self._app(scope, receive, send)
            return
        context = extract(Headers(scope=scope))
        name = f"{scope['method']} {self._label(scope['path'])}"
        with self._traces.tracer.start_as_current_span(name, context, SpanKind.SERVER) as span:
            span.set_attributes({"http.request.method": scope["method"], "url.path": scope["path"]})
            span.set_attribute("gateway.request_id", REQUEST_ID.get())
            await self._app(scope, receive, _noting(span, send))


def _noting(span: Span, send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            span.set_attribute("http.response.status_code", message["status"])
            if message["status"] >= 500:
                span.set_status(Status(StatusCode.ERROR))
        await send(message)

    return sent
