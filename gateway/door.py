"""A door: a protocol at an address, declared once.

Its routes, its line at `/`, its label in the metrics, its records in the registries, its part of the tour and the
format of its refusals all derive from its `Door`, which stands at the end of its module in `gateway/routes/`;
`gateway/doors.py` lists them.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.types import Scope

from adapters.registry.service import TABLE, ServiceRecord
from gateway.asked import telling
from gateway.refusals import Refuse, json_refusal, votable_refusal
from gateway.tour import TourRequest
from hub.modules import read_module
from planning.errors import GatewayError

Params = ParamSpec("Params")
Respond: TypeAlias = Callable[Concatenate[Request, Params], Awaitable[Response]]
Handler: TypeAlias = Callable[[Request], Awaitable[Response]]
FOLDERS = ("exist", "restxq")
"""Segments that paths of the real systems begin with, and that several doors have."""
FORM = ("GET", "POST")
"""Methods of what takes its parameters from the query string or from a form."""


def refusing(refuse: Refuse) -> Callable[[Respond[Params]], Respond[Params]]:
    """Decorate a handler so that a `GatewayError` which it raises becomes a response."""

    def decorate(handler: Respond[Params]) -> Respond[Params]:
        async def respond(http: Request, /, *args: Params.args, **kwargs: Params.kwargs) -> Response:
            try:
                return await handler(http, *args, **kwargs)
            except GatewayError as error:
                return refuse(error, http.scope)

        return respond

    return decorate


def late(module: str) -> Callable[[str], Handler]:
    """Return what makes handlers, by their names in a module, which is read when one of them is first asked."""

    def named(name: str) -> Handler:
        async def respond(http: Request) -> Response:
            handler: Handler = getattr(await read_module(module), name)
            return await handler(http)

        return respond

    return named


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A path of a door; its handler may raise `GatewayError`, which the door refuses in its own format."""

    path: str
    handler: Handler
    methods: Sequence[str] = ("GET",)
    aliases: Sequence[str] = ()
    """Further paths, which clients of the real systems have in their code."""

    @property
    def paths(self) -> tuple[str, ...]:
        """Its path and its aliases."""
        return (self.path, *self.aliases)


@dataclass(frozen=True, slots=True)
class Door:
    """A protocol at an address.

    Parameters
    ----------
    endpoints
        Its paths; a route of Starlette's is taken as it is, without refusals.
    addresses
        Those shown at `/`; `{table}` stands for each table that has a position.
    votable
        Whether its clients read VOTables: its answers then carry an ETag, and what is not there is a VOTable too.
    kept
        Whether its answers carry an ETag, though it is not of those.
    refuse
        Writes its refusals, also those of middleware. None for a VOTable where it speaks VOTable, else for JSON.
    service
        What the registries of the Virtual Observatory hear of it; None for nothing.
    tour
        What `demo` asks it.
    """

    endpoints: tuple[Endpoint | Route | Mount | WebSocketRoute, ...]
    addresses: tuple[str, ...] = ()
    votable: bool = False
    kept: bool = False
    refuse: Refuse | None = None
    service: ServiceRecord | None = None
    tour: tuple[TourRequest, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """What its paths begin with, as `/tap`: what a request is counted under."""
        return frozenset(_name(path) for endpoint in self.endpoints for path in _paths(endpoint))

    @property
    def has_folders(self) -> bool:
        """Whether it has files in folders, whose addresses end in a slash."""
        return any(isinstance(endpoint, Mount) for endpoint in self.endpoints)

    @property
    def refusal(self) -> Refuse:
        """What writes its refusals."""
        return self.refuse or (votable_refusal if self.votable else json_refusal)

    def routes(self) -> list[BaseRoute]:
        """Its routes."""
        return [route for endpoint in self.endpoints for route in self._routes(endpoint)]

    def _routes(self, endpoint: Endpoint | Route | Mount | WebSocketRoute) -> Iterator[BaseRoute]:
        if not isinstance(endpoint, Endpoint):
            yield endpoint
            return
        handler = telling(refusing(self.refusal)(endpoint.handler), self.service)
        for path in endpoint.paths:
            yield Route(path, handler, methods=list(endpoint.methods))


class Doors:
    """The doors of an application."""

    def __init__(self, doors: Iterable[Door]) -> None:
        self._doors = tuple(doors)
        self._by_name = {name: door for door in self._doors for name in door.names}

    def at(self, path: str) -> Door | None:
        """The door of a path, whether or not there is something at it."""
        return self._by_name.get(_name(path))

    def label(self, path: str) -> str:
        """What a request for a path is counted under: one of few names, whatever clients ask for."""
        name = _name(path)
        return name if name in self._by_name else "other"

    def votable(self, path: str) -> bool:
        """Whether clients of the door at a path read VOTables."""
        door = self.at(path)
        return door is not None and door.votable

    def kept(self, path: str) -> bool:
        """Whether answers of the door at a path carry an ETag."""
        door = self.at(path)
        return door is not None and (door.votable or door.kept)

    def refusal(self, scope: Scope, error: GatewayError) -> Response:
        """A refusal before a handler is reached, in the format of the door that is asked."""
        door = self.at(scope["path"])
        refuse = door.refusal if door else json_refusal
        return refuse(error, scope)

    def routes(self) -> list[BaseRoute]:
        """The routes of all doors."""
        return [route for door in self._doors for route in door.routes()]

    def addresses(self, tables: Iterable[str]) -> list[str]:
        """The addresses shown at `/`; where `{table}` stands, one for each of these tables."""
        shown = [address for door in self._doors for address in door.addresses]
        names = list(tables)
        return [address.replace(TABLE, name) for address in shown for name in (names if TABLE in address else [""])]

    @property
    def services(self) -> tuple[ServiceRecord, ...]:
        """What the registries hear of."""
        return tuple(door.service for door in self._doors if door.service)

    @property
    def tour(self) -> tuple[TourRequest, ...]:
        """What is asked of all doors, one after the other."""
        return tuple(request for door in self._doors for request in door.tour)


def _paths(endpoint: Endpoint | Route | Mount | WebSocketRoute) -> tuple[str, ...]:
    return endpoint.paths if isinstance(endpoint, Endpoint) else (endpoint.path,)


def _name(path: str) -> str:
    """The first segment of a path that is no folder, with those before it."""
    if not path.startswith("/"):
        return ""
    name = ""
    for segment in path[1:].split("/", len(FOLDERS) + 1)[: len(FOLDERS) + 1]:
        name += f"/{segment}"
        if segment not in FOLDERS:
            break
    return name
