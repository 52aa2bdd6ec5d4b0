"""GraphQL, asked as a person."""

from typing import Any

import httpx


class GraphQL:
    """Asks GraphQL as a person."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def __call__(self, who: str, query: str, **variables: Any) -> dict[str, Any]:
        body = {"query": query, "variables": variables}
        answer = (await self._client.post("/graphql", json=body, headers={"x-asker": who})).json()
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data
