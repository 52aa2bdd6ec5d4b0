"""The tour of the doors: one request to each, sent over HTTP as any client would, and whether its answer is right."""

import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

FOMALHAUT = {"RA": "344.4127", "DEC": "-29.6222"}


@dataclass(frozen=True, slots=True)
class TourRequest:
    """A request of the tour."""

    title: str
    path: str
    """Without a query, which clients would replace by `query`."""
    query: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    """Of a POST; None for a GET."""
    headers: Mapping[str, str] = field(default_factory=dict)
    right: Callable[[str], bool] = bool
    """Whether the text of an answer is what it should be."""

    def request(self, url: str) -> Request:
        """The HTTP request to the gateway at this address."""
        query = f"?{urlencode(self.query)}" if self.query else ""
        return Request(f"{url}{self.path}{query}", self.body.encode() if self.body else None, dict(self.headers))  # noqa: S310 - ours

    def command(self, url: str) -> str:
        """The same with curl, to be pasted."""
        request = self.request(url)
        headers = [word for name, value in self.headers.items() for word in ("-H", f"{name}: {value}")]
        return shlex.join(["curl", "-s", *headers, *(["-d", self.body] if self.body else []), request.full_url])


@dataclass(frozen=True, slots=True)
class TourAnswer:
    """The answer to a request of the tour; its status is 0 where no connection was made."""

    request: TourRequest
    url: str
    status: int
    text: str

    @property
    def right(self) -> bool:
        """Whether it is what it should be."""
        try:
            return self.status == 200 and self.request.right(self.text)
        except (KeyError, TypeError, ValueError):  # it is not of the shape that is looked into
            return False


def graphql(title: str, document: str, accept: str, right: Callable[[str], bool]) -> TourRequest:
    """A request to `/graphql` by POST, whose answer is of this media type."""
    headers = {"Content-Type": "application/json", "Accept": accept}
    return TourRequest(title, "/graphql", body=json.dumps({"query": document}), headers=headers, right=right)


def ask(url: str, request: TourRequest) -> TourAnswer:
    """Send a request of the tour to the gateway at this address."""
    try:
        with urlopen(request.request(url), timeout=30) as response:  # noqa: S310 - an address of ours
            return TourAnswer(request, url, response.status, response.read().decode())
    except HTTPError as error:
        return TourAnswer(request, url, error.code, error.read().decode())
    except (URLError, TimeoutError) as error:
        return TourAnswer(request, url, 0, str(error))
