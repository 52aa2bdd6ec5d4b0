"""`/metrics` for Prometheus, where `GATEWAY_METRICS` wants it: requests, statements, pools, sources, caches."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from gateway.middleware.access import Access
from gateway.state import State, state_of
from gateway.workers.siblings import Worker
from schema.catalog import SOURCES

ASKED = "metrics"
"""What workers ask each other."""
HEAD = b"# HELP "
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60)


class Metrics:
    """What is counted in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        registry = self.registry
        self._requests = Counter("gateway_requests", "Requests answered", ("door", "status"), registry=registry)
        self._seconds = Histogram(
            "gateway_request_seconds", "Time to the last byte", ("door",), buckets=SECONDS, registry=registry
        )
        self._bytes = Counter("gateway_response_bytes", "Bytes of answers", ("door",), registry=registry)
        self._statements = Counter("gateway_statements", "Statements", ("source", "outcome"), registry=registry)
        self._statement_seconds = Histogram(
            "gateway_statement_seconds", "Time of a statement", ("source",), buckets=SECONDS, registry=registry
        )

    def access(self, access: Access) -> None:
        """Count a request."""
        self._requests.labels(access.door, str(access.status)).inc()
        self._seconds.labels(access.door).observe(access.seconds)
        self._bytes.labels(access.door).inc(access.size)

    @contextmanager
    def observe(self, step: str, about: Sequence[str]) -> Iterator[None]:
        """Count a statement, for each source that it touches."""
        start, outcome = perf_counter(), "failed"
        try:
            yield
            outcome = "answered"
        finally:
            for source in about if step == "statement" else ():
                self._statements.labels(source, outcome).inc()
                self._statement_seconds.labels(source).observe(perf_counter() - start)

    async def respond(self, request: Request) -> Response:
        """What was counted, in Prometheus's text format; by all workers where there are several."""
        worker = state_of(request.scope).worker
        text = merged([self._of(worker), *await worker.ask(ASKED)]) if worker else generate_latest(self.registry)
        return Response(text, headers={"Content-Type": CONTENT_TYPE_LATEST})

    def follow(self, current: Callable[[], State], worker: Worker | None) -> None:
        """Give the state of sources, pools and caches too, as `current` has it when `/metrics` is read.

        `worker` is what this process is to others, which it tells the same; None where it is alone.
        """
        self.registry.register(_Now(current))
        if worker:
            worker.answering(ASKED, partial(self._of, worker))

    def _of(self, worker: Worker) -> bytes:
        return generate_latest(Labelled(self.registry, {"worker": str(worker.index + 1)}))


class Labelled(Collector):
    """What a registry has, with labels more."""

    def __init__(self, registry: CollectorRegistry, labels: Mapping[str, str]) -> None:
        self._registry, self._labels = registry, labels

    def collect(self) -> Iterator[Metric]:  # noqa: D102 - prometheus_client's
        for metric in self._registry.collect():
            labelled = Metric(metric.name, metric.documentation, metric.type, metric.unit)
            labelled.samples = [sample._replace(labels={**sample.labels, **self._labels}) for sample in metric.samples]
            yield labelled


def merged(texts: Iterable[bytes]) -> bytes:
    """Several texts in Prometheus's format as one, in which all samples of a metric stand together, as it wants.

    Of each metric the texts have the head `# HELP`, `# TYPE`, and samples that differ in a label.
    """
    metrics: dict[bytes, list[bytes]] = {}
    for text in texts:
        for block in text.split(HEAD)[1:]:
            name, samples = block.split(b" ", 1)[0], block.split(b"\n", 2)[2]
            known = metrics.get(name)
            metrics[name] = [*known, samples] if known else [HEAD + block]
    return b"".join(part for parts in metrics.values() for part in parts)


class _Now(Collector):
    def __init__(self, current: Callable[[], State]) -> None:
        self._current = current

    def collect(self) -> Iterator[Metric]:
        gateway = self._current()
        watch, operations = gateway.hub.health, gateway.operations
        up = GaugeMetricFamily("gateway_source_up", "Whether a source answers", labels=("source",))
        latency = GaugeMetricFamily(
            "gateway_source_seconds", "Time of its last answer to the watch", labels=("source",)
        )
        for name in SOURCES:
            up.add_metric((name,), watch.up(name))
            latency.add_metric((name,), watch.pulse(name).latency or 0.0)
        pools = GaugeMetricFamily("gateway_pool_connections", "Connections", labels=("pool", "state"))
        for pool in gateway.hub.use():
            for state, number in (("used", pool.used), ("idle", pool.idle), ("largest", pool.largest)):
                pools.add_metric((pool.name, state), number)
        caches = GaugeMetricFamily("gateway_cache_lookups", "Lookups since the start", labels=("cache", "outcome"))
        for name, cache in operations.caches():
            caches.add_metric((name, "hit"), cache.hits)
            caches.add_metric((name, "miss"), cache.misses)
        subscriptions = GaugeMetricFamily("gateway_subscriptions", "Subscriptions that are open")
        subscriptions.add_metric((), gateway.subscriptions.number)
        yield from (up, latency, pools, caches, subscriptions, *_shares(gateway))


def _shares(gateway: State) -> Iterator[Metric]:
    held = GaugeMetricFamily("gateway_share_held", "What clients hold of what they share", labels=("of",))
    largest = GaugeMetricFamily("gateway_share_largest", "What the client holds that holds most", labels=("of",))
    refusals = CounterMetricFamily("gateway_share_refusals", "Refusals since the start", labels=("of",))
    for name, share in gateway.shared():
        held.add_metric((name,), share.number)
        largest.add_metric((name,), share.largest)
        refusals.add_metric((name,), share.refused)
    yield from (held, largest, refusals)
