"""ETags of answers to GET, made from the data versions of the sources they touch; 304 asks no database.

The tag of an answer is the digest of its URL, its media type, the schema and limits, and the versions that its sources
had before it was made: data that changed meanwhile are younger than their tag says, never older. Which sources an URL
touches is remembered, so that a client who has the answer still is told so at once.
"""

from collections.abc import Iterable, Mapping
from hashlib import blake2b

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.accept import Json, accepted
from resolvers.cache import Cache
from resolvers.watch import Watch
from schema.catalog import ALL

CACHED_URLS = 16_000_000
"""Bytes of URLs whose sources are remembered."""
Key = tuple[str, str]
"""Media type, path and query of an URL."""


class Freshness:
    """What is known of answers already given."""

    def __init__(self, watch: Watch, salt: str, seconds: int) -> None:
        self._watch = watch
        self._salt = blake2b(salt.encode(), digest_size=16).hexdigest()
        self._sources: Cache[Key, tuple[str, ...]] = Cache(CACHED_URLS)
        self._control = f"public, max-age={seconds}" if seconds else "public, no-cache"

    def versions(self) -> dict[str, str | None]:
        """The versions of all sources as they are now."""
        return {source.name: self._watch.version(source.name) for source in ALL}

    def headers(self, key: Key, touched: Iterable[str], versions: Mapping[str, str | None]) -> dict[str, str]:
        """What a whole answer says of itself; nothing may keep it where a version is not known."""
        sources = tuple(sorted(touched))
        tag = self._tag(key, sources, versions)
        if tag is None:
            return UNKEPT
        self._sources.put(key, sources, len(key[1]))
        return {"ETag": tag, "Cache-Control": self._control}

    def unchanged(self, key: Key, held: str) -> Response | None:
        """304, for a client that holds the answer as it would be made now."""
        sources = self._sources.get(key)
        if sources is None:
            return None
        tag = self._tag(key, sources, {source: self._watch.version(source) for source in sources})
        if tag is None or (tag not in held and held != "*"):
            return None
        return Response(status_code=304, headers={"ETag": tag, "Cache-Control": self._control, "Vary": "Accept"})

    def _tag(self, key: Key, sources: tuple[str, ...], versions: Mapping[str, str | None]) -> str | None:
        known = [versions.get(source) for source in sources]
        if None in known:
            return None
        text = "\0".join((self._salt, *key, *sources, *filter(None, known)))
        return f'"{blake2b(text.encode(), digest_size=16).hexdigest()}"'


UNKEPT = {"Cache-Control": "no-store"}


def key(scope: Scope, form: Json) -> Key:
    """What an answer is remembered by."""
    return form.content_type, f"{scope['path']}?{scope['query_string'].decode('latin-1')}"


class Conditional:
    """Middleware that answers 304 before anything else looks at a request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        response = _unchanged(scope) if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") else None
        await (response or self._app)(scope, receive, send)


def _unchanged(scope: Scope) -> Response | None:
    headers = Headers(scope=scope)
    held = headers.get("if-none-match")
    if held is None:
        return None
    form = accepted(headers.get("accept"))
    freshness: Freshness = scope["app"].state.gateway.freshness
    return freshness.unchanged(key(scope, form), held) if isinstance(form, Json) else None
