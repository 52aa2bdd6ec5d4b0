"""Persisted documents: a client sends the hash of a GraphQL text instead of the text.

Trusted documents are read from a file when the process starts, as Relay (hash → text) or Apollo
(`apollo-persisted-query-manifest`) write it, and may be all that is answered. Automatic ones are sent once with their
SHA-256 and then by it alone (Apollo's `extensions.persistedQuery`), and kept while there is room.
"""

import asyncio
import re
from collections.abc import Mapping
from contextvars import Context
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from gateway.graphql_parameters import GraphQLParameters
from gateway.settings import SettingError
from hub.cache import Cache
from hub.document_store import DocumentStore
from planning.errors import BadInput, GatewayError

DIGEST = re.compile("[0-9a-f]{64}")
PUTTING = 100
"""Documents that are on their way to the hub, at most: others are sent again where they are not known."""


class DocumentRefused(GatewayError):
    """The document is not known by its hash, or may not be asked."""

    status = 400


class UnknownDocument(DocumentRefused):
    """No document has this name."""

    code = "PERSISTED_QUERY_NOT_FOUND"


class NotPersisted(DocumentRefused):
    """The hash is not known: the client is to send the text with it. As Apollo's server has it, that is no error."""

    code = "PERSISTED_QUERY_NOT_FOUND"
    status = 200


class NotSupported(DocumentRefused):
    """Automatic documents are not kept: GATEWAY_MAX_PERSISTED_BYTES is 0."""

    code = "PERSISTED_QUERY_NOT_SUPPORTED"
    status = 200


class NotListed(DocumentRefused):
    """Only trusted documents are answered, and this is not one."""

    code = "PERSISTED_QUERY_NOT_IN_LIST"


class Documents:
    """The texts that clients may ask by their hash.

    Parameters
    ----------
    trusted
        Texts by their names.
    room
        Bytes of automatic documents that are kept.
    store
        Where automatic documents are shared with other gateways and workers; None for nowhere.
    only
        Whether nothing but trusted documents is answered.
    """

    def __init__(
        self, trusted: Mapping[str, str], room: int, store: DocumentStore | None = None, *, only: bool
    ) -> None:
        self._trusted = {**trusted, **{_hash(text): text for text in trusted.values()}}
        self._sent: Cache[str, str] = Cache(room)
        self._room = room
        self._store = store if room and not only else None
        self._putting: set[asyncio.Task[None]] = set()
        self._only = only
        self.digest = _hash(repr(sorted(self._trusted.items())))
        """Another one for each list of trusted documents: what a URL asks by name depends on the list."""

    async def text(self, parameters: GraphQLParameters) -> str:
        """The text of a request, sent or found by its hash; raises `DocumentRefused`, `BadInput`."""
        name = _name(parameters)
        if self._store and name and parameters.query is None and DIGEST.fullmatch(name) and not self._known(name):
            await self._look_up(self._store, name)
        return self._text(parameters, name)

    def _known(self, name: str) -> str | None:
        return self._trusted.get(name) or self._sent.get(name)

    async def _look_up(self, store: DocumentStore, name: str) -> None:
        """Know a text that was sent to another gateway or worker, if it was."""
        text = await store.find(name)
        if text is not None and _hash(text) == name:
            self._sent.put(name, text, len(text))

    def _text(self, parameters: GraphQLParameters, name: str | None) -> str:
        if self._only:
            return self._from_list(parameters.query, name)
        if name is None:
            if parameters.query is None:
                message = "query is missing: the text of a GraphQL document is wanted"
                raise BadInput(message)
            return parameters.query
        if parameters.query is None:
            return self._by_name(name, parameters)
        return self._keep(name, parameters.query)

    def _from_list(self, text: str | None, name: str | None) -> str:
        trusted = self._trusted.get(_hash(text) if text else name or "")
        if trusted is None:
            message = "Only documents of the gateway's list are answered, and this is none: ask for it to be added"
            raise NotListed(message)
        return trusted

    def _by_name(self, name: str, parameters: GraphQLParameters) -> str:
        text = self._known(name)
        if text is not None:
            return text
        if parameters.document_id:
            message = f"No document is called {parameters.document_id[:80]!r}: send its text"
            raise UnknownDocument(message)
        # The messages are those that Apollo's clients look for.
        raise NotPersisted("PersistedQueryNotFound") if self._room else NotSupported("PersistedQueryNotSupported")

    def _keep(self, name: str, text: str) -> str:
        if self._trusted.get(name) != text:
            if _hash(text) != name:
                message = "The hash of the persisted query is not the SHA-256 of its text"
                raise BadInput(message)
            if self._store and name not in self._sent and len(self._putting) < PUTTING:
                self._share(self._store, name, text)
            self._sent.put(name, text, len(text))
        return text

    def _share(self, store: DocumentStore, name: str, text: str) -> None:
        """Keep a text for others too, while its request goes on."""
        putting = asyncio.create_task(store.put(name, text), context=Context())
        self._putting.add(putting)
        putting.add_done_callback(self._putting.discard)


def trusted(path: str) -> dict[str, str]:
    """Read the documents of a file, by their names; none for no path. Raises `SettingError`."""
    try:
        texts: Any = orjson.loads(Path(path).read_bytes()) if path else {}
        if isinstance(texts.get("operations"), list):
            texts = {operation["id"]: operation["body"] for operation in texts["operations"]}
        if not all(isinstance(text, str) for text in texts.values()):
            raise TypeError
    except (OSError, orjson.JSONDecodeError, AttributeError, KeyError, TypeError) as error:
        expected = "a JSON file of hash → text is wanted, or a manifest of Apollo"
        message = f"GATEWAY_DOCUMENTS is {path!r}, which cannot be read ({type(error).__name__}): {expected}"
        raise SettingError(message) from error
    return dict(texts)


def _name(parameters: GraphQLParameters) -> str | None:
    """The name of a document: `documentId` of GraphQL over HTTP, or Apollo's hash; None where neither is sent."""
    persisted = parameters.extensions.get("persistedQuery")
    if parameters.document_id or persisted is None:
        return parameters.document_id.removeprefix("sha256:") if parameters.document_id else None
    name = persisted.get("sha256Hash") if isinstance(persisted, dict) and persisted.get("version") == 1 else None
    if not isinstance(name, str):
        message = 'persistedQuery cannot be read: {"version": 1, "sha256Hash": "…"} is wanted'
        raise BadInput(message)
    return name


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
