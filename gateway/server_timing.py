"""How long the stages of a request took: parse, plan, run, write, in the header Server-Timing (W3C)."""

from time import perf_counter


class ServerTiming:
    """The stages of one request, one after the other; the first begins when this is made."""

    def __init__(self) -> None:
        self._stages: list[tuple[str, float]] = []
        self._start = perf_counter()

    def end(self, stage: str) -> None:
        """Note the time since the stage before ended."""
        now = perf_counter()
        self._stages.append((stage, now - self._start))
        self._start = now

    @property
    def headers(self) -> dict[str, str]:
        """The header, in milliseconds."""
        return {"Server-Timing": ", ".join(f"{stage};dur={1000 * seconds:.2f}" for stage, seconds in self._stages)}
