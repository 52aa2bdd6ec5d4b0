"""The door that verifies credentials, for tests: a header says who asks."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from planning.asker import NOBODY, Asker, asked_by

HEADER = "x-asker"


class AskedAs:
    """An application, each of whose requests is of the person that its header names; of nobody without one."""

    def __init__(self, app: ASGIApp, people: Mapping[str, Asker]) -> None:
        self._app, self._people = app, people

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        named = Headers(scope=scope).get(HEADER, "") if "headers" in scope else ""
        with asked_by(self._people.get(named, NOBODY)):
            await self._app(scope, receive, send)
