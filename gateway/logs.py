"""The log: a line an event, for people or as JSON, each with the id of the request that it belongs to."""

import logging
from datetime import UTC, datetime

import orjson

from gateway.middleware.access import REQUEST_ID


class TextFormatter(logging.Formatter):
    """For people."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """A line, with the fields of the request at its end."""
        fields = dict(getattr(record, "access", {})) | ({"request": REQUEST_ID.get()} if REQUEST_ID.get() else {})
        shown = (f"{key}={value}" for key, value in fields.items() if key not in ("method", "path", "status"))
        return " ".join((super().formatMessage(record), *shown))


class JsonFormatter(logging.Formatter):
    """For machines: one object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        fields: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if REQUEST_ID.get():
            fields["request"] = REQUEST_ID.get()
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(fields | getattr(record, "access", {}), default=str).decode()


def configure(kind: str) -> None:
    """Log to standard error from now on."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if kind == "json" else TextFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("procrastinate").setLevel(logging.WARNING)  # it logs five lines for every job
