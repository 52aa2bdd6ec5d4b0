"""A statement is planned and run with its own settings, and the next one on its connection without them."""

import pytest
from serving import watch

from hub.limits import Limits
from hub.rows import Hub, open_hub
from planning.errors import BadInput
from planning.sql import Statement
from sample.federation import Federation

ASKED = "SELECT current_setting('enable_nestloop'){fault}"
OFF = (("enable_nestloop", "off"),)


def asked(*, own: bool, fault: str = "", direct: bool = False) -> Statement:
    return Statement(ASKED.format(fault=fault), (), ("jsdc",), direct, settings=OFF if own else ())


async def streamed(hub: Hub, statement: Statement) -> bytes:
    return b"".join([block async for block in hub.blocks(statement, {})]).strip()


async def test_settings_are_those_of_one_statement(federation: Federation) -> None:
    """On one connection, at the hub and straight at a source; after an error too."""
    hub = await open_hub(federation.hub, Limits(connections=1, streams=1, direct=1), watch(), federation.readers)
    try:
        await hub.settled()
        for direct in (False, True):
            own, other = asked(own=True, direct=direct), asked(own=False, direct=direct)
            for statement, expected in ((own, "off"), (other, "on"), (own, "off")):
                assert (await hub.fetch(statement))[0][0] == expected
                assert await streamed(hub, statement) == expected.encode()
        with pytest.raises(BadInput):
            await hub.fetch(asked(own=True, fault=", 1 / (random() * 0)::int"))
        assert (await hub.fetch(asked(own=False)))[0][0] == "on"
    finally:
        await hub.close()
