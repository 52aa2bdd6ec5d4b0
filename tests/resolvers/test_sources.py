"""Which databases answer can be asked, and no answer that says so is kept."""

from datetime import UTC, datetime

from hub.dependencies import UNKNOWN, collecting
from resolvers.operation import Operations
from resolvers.request import Request
from schema.catalog import SOURCES

QUESTION = "{ sources { name title description citation up since version } }"


async def test_every_database_is_told_with_its_state(operations: Operations) -> None:
    with collecting() as dependencies:
        answer = await operations.answer(Request(QUESTION))
    told = answer.payload["data"]["sources"]
    assert [(each["name"], each["title"], each["up"]) for each in told] == [
        (name, source.title, True) for name, source in SOURCES.items()
    ]
    assert all(each["since"] <= datetime.now(UTC) for each in told)
    assert told[list(SOURCES).index("jsdc")]["citation"] == "2016A&A...589A.112C"
    assert UNKNOWN in dependencies.names
