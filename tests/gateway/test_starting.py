"""A gateway that cannot start says why in a sentence, without a traceback and without what may be a password."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.types import Message

from gateway.commands.serve import StartupErrors
from planning.errors import HubUnavailable


async def told(error: Exception) -> str:
    """What the log says of a start that ends with this error."""
    messages: list[Message] = []

    @asynccontextmanager
    async def failing(_app: Starlette) -> AsyncIterator[None]:
        raise error
        yield

    async def receive() -> Message:
        return {"type": "lifespan.startup"}

    async def send(message: Message) -> None:
        messages.append(message)

    with pytest.raises(type(error)):
        await StartupErrors(Starlette(lifespan=failing))({"type": "lifespan", "state": {}}, receive, send)
    ((kind, text),) = [(message["type"], message["message"]) for message in messages]
    assert kind == "lifespan.startup.failed"
    return str(text)


async def test_what_was_foreseen_is_said_in_its_own_words() -> None:
    assert await told(HubUnavailable("The hub sleeps")) == "The hub sleeps"


async def test_of_what_was_not_foreseen_the_place_is_said() -> None:
    said = await told(RuntimeError("postgresql://gateway:secret@hub/hub"))
    assert said.startswith("The gateway cannot start, by a mistake: RuntimeError in ")
    assert "test_starting.py, line " in said
    assert "secret" not in said
    assert "\n" not in said
