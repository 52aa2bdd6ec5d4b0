"""What observes the gateway: the access log always; metrics and traces where settings want them."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING

from starlette.middleware import Middleware

from gateway.door import Door, Endpoint
from gateway.middleware.access import Accesses
from gateway.settings import SettingError, Settings
from gateway.state import State
from gateway.workers.siblings import Worker
from hub.tracing import Observer, disregard, observe

if TYPE_CHECKING:
    from gateway.metrics import Metrics
    from gateway.traces import Traces


class Instruments:
    """The instruments of one application; raises `SettingError` for one whose library is not installed."""

    def __init__(self, settings: Settings) -> None:
        self.metrics = _metrics() if settings.metrics else None
        self.traces = _traces() if settings.traces else None
        self._observers: list[Observer] = [one.observe for one in (self.metrics, self.traces) if one]

    def middleware(self, label: Callable[[str], str]) -> list[Middleware]:
        """Middleware around everything else; `label` is what a path is counted under."""
        observers = [self.metrics.access] if self.metrics else []
        return [Middleware(Accesses, label=label, observers=observers), *self._traced(label)]

    def _traced(self, label: Callable[[str], str]) -> list[Middleware]:
        if not self.traces:
            return []
        from gateway.traces import Traced

        return [Middleware(Traced, label=label, traces=self.traces)]

    def doors(self) -> list[Door]:
        """`/metrics`, where settings want it."""
        return [Door(endpoints=(Endpoint("/metrics", self.metrics.respond),))] if self.metrics else []

    def begin(self, current: Callable[[], State], worker: Worker | None) -> None:
        """Observe from now on; `current` gives the state as it is then, `worker` is what this process is to others."""
        for observer in self._observers:
            observe(observer)
        if self.metrics:
            self.metrics.follow(current, worker)

    def end(self) -> None:
        """Observe no longer, and send what has not been sent."""
        for observer in self._observers:
            disregard(observer)
        if self.traces:
            self.traces.close()


def _metrics() -> "Metrics":
    _require("prometheus_client", "METRICS", "metrics")
    from gateway.metrics import Metrics

    return Metrics()


def _traces() -> "Traces":
    _require("opentelemetry", "TRACES", "otel")
    from gateway.traces import Traces, provider

    return Traces(provider())


def _require(module: str, setting: str, extra: str) -> None:
    if find_spec(module) is None:
        message = f"GATEWAY_{setting} is true: install jmmc-gateway[{extra}] first"
        raise SettingError(message)
