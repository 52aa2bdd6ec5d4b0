"""gql, the client of Python programs, unmodified: documents checked by our schema, pages, far times, subscriptions."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from gql import Client, GraphQLRequest, gql
from gql.client import AsyncClientSession
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport
from graphql import GraphQLError

from hub.rows import connect
from sample.federation import Federation

PAGE = gql("""
query Page($first: Int!, $after: String) {
  exposures(first: $first, after: $after, orderBy: [{expDateUpdated: DESC}]) {
    nodes { id expId expDateUpdated } pageInfo { hasNextPage endCursor }
  }
}""")
CHANGED = gql('subscription { sourceVersionChanged(sources: ["jsdc"]) { source version } }')
TOUCH = "UPDATE public.badcal SET comment = comment WHERE badcal_id = (SELECT min(badcal_id) FROM public.badcal)"


@pytest.fixture
async def session(server: str) -> AsyncIterator[AsyncClientSession]:
    client = Client(
        transport=HTTPXAsyncTransport(f"{server}/graphql", timeout=60),
        fetch_schema_from_transport=True,
        execute_timeout=60,
    )
    async with client as connected:
        yield connected


async def test_pages_to_their_end(session: AsyncClientSession) -> None:
    seen: list[str] = []
    variables: dict[str, object] = {"first": 400}
    more = True
    while more:
        page = (await session.execute(GraphQLRequest(PAGE, variable_values=variables)))["exposures"]
        seen += [node["id"] for node in page["nodes"]]
        more, variables["after"] = page["pageInfo"]["hasNextPage"], page["pageInfo"]["endCursor"]
    total = await session.execute(gql("{ exposures(first: 0) { totalCount } }"))
    assert len(set(seen)) == len(seen) == total["exposures"]["totalCount"]


async def test_a_document_is_checked_by_our_schema(session: AsyncClientSession) -> None:
    with pytest.raises(GraphQLError, match="nothing"):
        await session.execute(gql("{ nothing }"))


async def test_an_error_of_a_field_reaches_the_program(session: AsyncClientSession) -> None:
    with pytest.raises(TransportQueryError) as caught:
        await session.execute(gql('{ good: stars(first: 1) { nodes { name } } bad: star(id: "2_0") { name } }'))
    assert [(error["path"], error["extensions"]["code"]) for error in caught.value.errors or ()] == [
        (["bad"], "BAD_INPUT")
    ]
    assert caught.value.data["good"]["nodes"]  # type: ignore[index]


@pytest.mark.parametrize("subprotocol", [WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL])
async def test_it_subscribes(server: str, federation: Federation, subprotocol: str) -> None:
    address = f"{server.replace('http', 'ws')}/graphql"
    transport = WebsocketsTransport(url=address, subprotocols=[subprotocol])
    owner = await connect(federation.sources["jsdc"])

    async def touch() -> None:
        while True:  # until the server follows, which no message says
            await owner.execute(TOUCH)
            await asyncio.sleep(0.5)

    try:
        async with Client(transport=transport) as session:
            touching = asyncio.create_task(touch())
            try:
                async with asyncio.timeout(60):
                    told = await anext(session.subscribe(CHANGED))
            finally:
                touching.cancel()
                await asyncio.wait([touching])
    finally:
        await owner.close()
    assert told["sourceVersionChanged"]["source"] == "jsdc"
