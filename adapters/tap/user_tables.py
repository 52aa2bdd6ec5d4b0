"""Tables that people keep, in the queries of those who may read them."""

from adapters.tap.engine import Engine
from adql.checked.catalogue import Catalogue
from publishing.readable import ReadableTable, may_name, readable, with_readable


async def readable_tables(engine: Engine) -> tuple[ReadableTable, ...]:
    """The tables of people that whoever asks may read; none where nothing can be kept. Raises `GatewayError`."""
    return await readable(engine.hub) if engine.writers else ()


async def readable_catalogue(engine: Engine, text: str) -> Catalogue:
    """What a query may name, for whoever asks; raises `GatewayError` where the hub does not answer."""
    if not may_name(text):
        return engine.catalogue
    return with_readable(engine.catalogue, await readable_tables(engine))
