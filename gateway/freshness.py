"""ETags of answers to GET, made from the data versions of their sources; 304 asks no database.

The tag of an answer is the digest of its URL, its media type, the schema and limits, the versions that its sources had
before and after it was made, and its own content: a change that no version shows yet, as for a second, gives it another
tag. An answer whose end is not known when its tag is sent has a number of its own instead, which is remembered only
once it has ended well. So no tag is ever that of two contents. The sources of the last answer to an URL are remembered,
with what its tag has of its own, so that a client who holds it is answered 304 without making it again; others of the
same URL, which other clients hold, stay remembered beside it: a document may say when it was asked for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from secrets import token_hex

from starlette.responses import Response
from starlette.types import Scope

from gateway.accept import JsonFormat
from gateway.codings import ACCEPTED, Coding
from gateway.documents import Documents
from gateway.login.credentials import VARYING
from gateway.settings import Settings
from gateway.workers.siblings import Worker
from hub.cache import Cache
from hub.dependencies import DECLARATIONS, OPENINGS, RELEASES, SCHEMA
from hub.health import HealthMonitor
from hub.rows import Hub
from planning.asker import asker
from schema import tap_schema, user_tables
from schema.catalog import ALL, LOCAL, Catalog

CACHED_URLS = 16_000_000
"""Bytes of URLs whose sources are remembered."""
NUMBERS = 16
"""Answers to one URL, of unlike content, that are remembered: as many clients may hold one each."""
PERSONAL = frozenset((*(source.name for source in ALL if source.rights), user_tables.NAME))
"""Sources of which not everybody sees the same."""
SDL = Path(__file__).parents[1] / "schema" / "schema.graphql"
"""The schema of what is declared, as it was generated: to print it anew takes longer than to read it."""
Key = tuple[str, str]
"""What is accepted or answered, path and query of an URL."""
Versions = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """What is remembered of an answer."""

    sources: tuple[str, ...]
    own: tuple[str, ...] = ()
    """What the tags of its contents have of their own; newest last."""
    coded: bool = False
    """Whether it is sent in the content coding that a request prefers, and tagged so."""

    def again(self, sources: tuple[str, ...], own: str, *, coded: bool) -> "KnownAnswer":
        """What is remembered once there was one answer more."""
        others = [other for other in self.own if other != own] if sources == self.sources else []
        return KnownAnswer(sources, (*others, own)[-NUMBERS:], coded)


class Freshness:
    """What is known of answers already given, while the catalogue and the settings stay as they are."""

    def __init__(
        self, health: HealthMonitor, salt: str, seconds: int, begun: str | None = None, *, logins: bool = False
    ) -> None:
        """Remember nothing yet.

        `salt` is what every answer depends on; `seconds` is max-age, 0 for a client that is to ask each time; `begun`
        is what several processes with the same declarations have in common, None for none; `logins` says whether
        somebody may log in here.
        """
        self._health, self._logins = health, logins
        begun = begun or token_hex(8)
        # What is declared stays as it is while this lives; the schema is part of the salt.
        self._fixed = {DECLARATIONS: begun, tap_schema.NAME: begun, SCHEMA: "salt"}
        self._salt = blake2b(salt.encode(), digest_size=16).hexdigest()
        self._known: Cache[Key, KnownAnswer] = Cache(CACHED_URLS)
        self._control = f"public, max-age={seconds}" if seconds else "public, no-cache"

    def versions(self) -> dict[str, str | None]:
        """The versions of all sources as they are now; None of one whose version is not known."""
        names = (*(source.name for source in ALL), *LOCAL, *self._fixed, RELEASES, OPENINGS)
        return {name: self.version(name) for name in names}

    def version(self, source: str) -> str | None:
        """The version of a source as it is now; None where it is not known."""
        if source in self._fixed:
            return self._fixed[source]
        if source in (RELEASES, OPENINGS):
            return self._health.releases() if source == RELEASES else self._health.openings()
        return self._health.version(source)

    def headers(self, key: Key, sources: Iterable[str], versions: Versions, own: str) -> dict[str, str]:
        """ETag and Cache-Control of an answer made of these sources, which had these versions before it was.

        No ETag, and no leave to keep it, where a version is not known or is another one by now, or there is no source:
        then nobody has said what the answer was made of.
        """
        names = tuple(sorted(sources))
        tag = self._tag(key, names, versions, own) if self.same(names, versions) else None
        return UNKEPT if tag is None else {"ETag": tag, "Cache-Control": self._control}

    def personal(self, sources: Iterable[str]) -> bool:
        """Whether an answer made of these sources is nobody's, and to somebody may be another: a cache must ask who."""
        return self._logins and not asker().known and not PERSONAL.isdisjoint(sources)

    def same(self, sources: Iterable[str], versions: Versions) -> bool:
        """Whether these sources still have these versions: they never come back, so there was no other meanwhile."""
        return all(self.version(source) == versions.get(source) for source in sources)

    def remember(self, key: Key, sources: Iterable[str], own: str, *, coded: bool = False) -> None:
        """Know from now on what this answer was made from, and whether it has codings: it has ended well."""
        names = tuple(sorted(sources))
        known = (self._known.get(key) or KnownAnswer(names)).again(names, own, coded=coded)
        self._known.put(key, known, sum(map(len, (*key, *known.own))))

    def unchanged(self, key: Key, held: str, coding: Coding | None = None) -> Response | None:
        """304, for a client that holds the answer as it would be made now, in the coding that it would have."""
        known = self._known.get(key)
        if known is None:
            return None
        versions = {source: self.version(source) for source in known.sources}
        tags = [self._tag(key, known.sources, versions, own) for own in known.own]
        if coding and known.coded:
            tags = [tag and coding.tag(tag) for tag in tags]
        tag = next((tag for tag in reversed(tags) if tag and (tag in held or held == "*")), None)
        if tag is None:
            return None
        vary = ["Accept"] + [ACCEPTED] * known.coded + [VARYING] * self.personal(known.sources)
        headers = {"ETag": tag, "Cache-Control": self._control, "Vary": ", ".join(vary)}
        return Response(status_code=304, headers=headers)

    def _tag(self, key: Key, sources: tuple[str, ...], versions: Versions, own: str) -> str | None:
        known = [version for source in sources if (version := versions.get(source)) is not None]
        if not known or len(known) < len(sources):
            return None
        text = "\0".join((self._salt, *key, own, *sources, *known))
        return f'"{blake2b(text.encode(), digest_size=16).hexdigest()}"'


UNKEPT = {"Cache-Control": "no-store"}


def fresh(
    settings: Settings, hub: Hub, catalog: Catalog, documents: Documents, worker: Worker | None = None
) -> Freshness:
    """Begin to remember the answers of a catalogue, under all that any of them depends on beside its sources."""
    limits = f"{settings.document_limits} {settings.max_page} {settings.links}"
    schema = f"{SDL.read_text()} {catalog.published!r}"
    salt = f"{version('jmmc-gateway')} {limits} {documents.digest} {schema}"
    return Freshness(hub.health, salt, settings.max_age, worker.begun if worker else None, logins=settings.logs_in)


def key(scope: Scope, form: JsonFormat) -> Key:
    """What an answer in JSON is remembered by."""
    return form.content_type, address(scope)


def address(scope: Scope) -> str:
    """Path and query of an URL."""
    return f"{scope['path']}?{scope['query_string'].decode('latin-1')}"
