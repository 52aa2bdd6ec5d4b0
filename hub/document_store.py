"""GraphQL texts that clients ask by their hash, kept in the hub: what is sent to one gateway, or worker, all know."""

import logging
from typing import Protocol

from hub.dependencies import unrecorded
from hub.writer import Writers
from planning.errors import GatewayError
from schema.named_queries import named_query
from schema.shared import DOCUMENT

LOG = logging.getLogger(__name__)
FIND = named_query("hub/document_store", "find").format(table=DOCUMENT)
PUT = named_query("hub/document_store", "put").format(table=DOCUMENT)


class DocumentStore(Protocol):
    """Where texts are kept by their SHA-256, in hexadecimal; what it cannot keep, clients send again."""

    async def find(self, digest: str) -> str | None:
        """The text; None where it is not there."""

    async def put(self, digest: str, text: str) -> None:
        """Keep a text."""


class HubDocuments:
    """A store in the hub, written to as the role that writes for users; of `room` characters in all."""

    def __init__(self, writers: Writers, room: int) -> None:
        self._writers, self._room = writers, room

    async def find(self, digest: str) -> str | None:
        """The text; None where it is not there, or the hub does not answer."""
        try:
            with unrecorded():
                async with self._writers.held() as writer:
                    rows = await writer.fetch(FIND, digest)
        except GatewayError as error:
            LOG.info("a document is not looked for in the hub: %s", error)
            return None
        return str(rows[0][0]) if rows else None

    async def put(self, digest: str, text: str) -> None:
        """Keep a text; where the hub does not answer, it is not kept."""
        try:
            async with self._writers.held() as writer:
                await writer.run(PUT, digest, text, self._room)
        except GatewayError as error:
            LOG.info("a document is not kept in the hub: %s", error)
