"""Persisted documents: a client sends the hash of a text instead of the text.

Two ways in, each the convention of those who use it. A trusted list, read when the process starts, as Relay (hash →
text) or Apollo (`apollo-persisted-query-manifest`) write it, which may be the only way; and automatic ones, sent once
with their SHA-256 and then by it alone (Apollo's `extensions.persistedQuery`), kept while there is room.
"""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from gateway.graphql_parameters import GraphQLParameters
from gateway.settings import SettingError
from hub.cache import Cache
from planning.errors import BadInput, GatewayError


class DocumentRefused(GatewayError):
    """The document that is asked for is not one that is known, or that may be asked."""

    status = 400


class NotPersisted(DocumentRefused):
    """No text was sent with this hash: to be sent again with it."""

    code = "PERSISTED_QUERY_NOT_FOUND"


class NotSupported(DocumentRefused):
    """Documents are not persisted here."""

    code = "PERSISTED_QUERY_NOT_SUPPORTED"


class NotListed(DocumentRefused):
    """Only trusted documents are answered, and this is none."""

    code = "PERSISTED_QUERY_NOT_IN_LIST"


class Documents:
    """The texts that clients may ask by their hash."""

    def __init__(self, trusted: Mapping[str, str], room: int, *, only: bool) -> None:
        self._trusted = {**trusted, **{_hash(text): text for text in trusted.values()}}
        self._sent: Cache[str, str] = Cache(room)
        self._room = room
        self._only = only
        self.digest = _hash(repr(sorted(self._trusted.items())))
        """Another one for each list of trusted documents: what a URL asks by name depends on the list."""

    def text(self, asking: GraphQLParameters) -> str:
        """The text that is asked; raises `GatewayError`."""
        name = _name(asking)
        if self._only:
            return self._listed(asking.query, name)
        if name is None:
            if asking.query is None:
                message = "query is missing: the text of a GraphQL document is wanted"
                raise BadInput(message)
            return asking.query
        return self._found(name) if asking.query is None else self._kept(name, asking.query)

    def _listed(self, text: str | None, name: str | None) -> str:
        found = self._trusted.get(_hash(text) if text else name or "")
        if found is None:
            message = "Only documents of the gateway's list are answered, and this is none: ask for it to be added"
            raise NotListed(message)
        return found

    def _found(self, name: str) -> str:
        found = self._trusted.get(name) or self._sent.get(name)
        if found is None:
            # The messages are those that Apollo's clients look for.
            raise NotPersisted("PersistedQueryNotFound") if self._room else NotSupported("PersistedQueryNotSupported")
        return found

    def _kept(self, name: str, text: str) -> str:
        if self._trusted.get(name) != text:
            if _hash(text) != name:
                message = "The hash of the persisted query is not the SHA-256 of its text"
                raise BadInput(message)
            self._sent.put(name, text, len(text))
        return text


def trusted(path: str) -> dict[str, str]:
    """The documents of a file by their names, none for no file; raises `SettingError`."""
    try:
        told: Any = orjson.loads(Path(path).read_bytes()) if path else {}
        if isinstance(told.get("operations"), list):
            told = {operation["id"]: operation["body"] for operation in told["operations"]}
        if not all(isinstance(text, str) for text in told.values()):
            raise TypeError
    except (OSError, orjson.JSONDecodeError, AttributeError, KeyError, TypeError) as error:
        wanted = "a JSON file of hash → text is wanted, or a manifest of Apollo"
        message = f"GATEWAY_DOCUMENTS is {path!r}, which cannot be read ({type(error).__name__}): {wanted}"
        raise SettingError(message) from error
    return dict(told)


def _name(asking: GraphQLParameters) -> str | None:
    """What a document is asked by: `documentId` of GraphQL over HTTP, or Apollo's hash."""
    persisted = asking.extensions.get("persistedQuery")
    if asking.document_id or persisted is None:
        return asking.document_id.removeprefix("sha256:") if asking.document_id else None
    told = persisted.get("sha256Hash") if isinstance(persisted, dict) and persisted.get("version") == 1 else None
    if not isinstance(told, str):
        message = 'persistedQuery cannot be read: {"version": 1, "sha256Hash": "…"} is wanted'
        raise BadInput(message)
    return told


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
