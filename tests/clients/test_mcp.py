"""Assistants: tools by the SDK's own client, over HTTP, in both of its protocols."""

from typing import Any

import httpx
import pytest
from mcp.client.client import Client

from gateway.assistant_tools import MOST_BYTES, MOST_ROWS, TOOLS

both_protocols = pytest.mark.parametrize("mode", ["legacy", "auto"])
"""With a handshake, as of 2025, and without."""


def opened(server: str, mode: str = "legacy") -> Client:
    return Client(f"{server}/mcp", mode=mode)


async def told(client: Client, tool: str, **arguments: Any) -> Any:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    return result.structured_content


async def refusal(client: Client, tool: str, arguments: dict[str, Any]) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    [content] = result.content
    assert content.type == "text"
    return content.text


@both_protocols
async def test_tools_are_listed_and_say_that_they_only_read(server: str, mode: str) -> None:
    async with opened(server, mode) as assistant:
        tools = (await assistant.list_tools()).tools
        assert [tool.name for tool in tools] == [tool.name for tool in TOOLS]
        for tool in tools:
            assert tool.annotations
            assert tool.annotations.read_only_hint
            assert tool.input_schema["additionalProperties"] is False


@both_protocols
async def test_every_tool_answers(server: str, mode: str) -> None:
    async with opened(server, mode) as assistant:
        resolved = await told(assistant, "resolve_name", name="ε Gem")
        assert resolved["star"]["name"] == "HD 48329"
        star = (await told(assistant, "star", name="* eps Gem"))["star"]
        assert star["ldd"]["unit"] == "mas"
        assert star["exposures"]["totalCount"] == 3
        assert star["spicaTargets"]["nodes"][0]["runs"]["nodes"][0]["runStatus"] == "validated"
        found = (await told(assistant, "search", text="foma", kind="STAR", first=1))["search"]
        assert found["nodes"][0]["label"] == "HD 216956"
        rows = await told(assistant, "adql", query="SELECT name, ldd FROM jsdc.star WHERE name = 'HD 48329'")
        assert rows == {"csv": rows["csv"], "more": False}
        assert rows["csv"].splitlines()[0].lower() == "name,ldd"
        assert rows["csv"].splitlines()[1].startswith("HD 48329,4.7")
        assert "jsdc.star" in [table["name"] for table in (await told(assistant, "describe_tables"))["tables"]]
        columns = (await told(assistant, "describe_tables", table="JSDC.star"))["columns"]
        assert {"name": "LDD", "unit": "mas"}.items() <= next(c for c in columns if c["name"] == "LDD").items()


@both_protocols
async def test_rows_are_bounded(server: str, mode: str) -> None:
    async with opened(server, mode) as assistant:
        few = await told(assistant, "adql", query="SELECT identifier FROM jsdc.identifier", rows=5)
        assert few["more"]
        assert len(few["csv"].splitlines()) == 6
        many = await told(assistant, "adql", query="SELECT * FROM jsdc.star", rows=MOST_ROWS)
        assert len(many["csv"].encode()) <= MOST_BYTES
        assert many["csv"].endswith("\n")


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("resolve_name", {"name": "Nemo"}, "No star of JSDC is called 'Nemo': the tool search finds names that are alike"),
        ("star", {}, "star wants name: any name of a star, as HD 48329, alf Cen, ε Gem or Fomalhaut"),
        ("star", {"name": 3}, "name is no string: any name of a star, as HD 48329, alf Cen, ε Gem or Fomalhaut"),
        ("star", {"name": "a", "names": "b"}, "star has no argument 'names'; perhaps you meant name"),
        ("search", {"text": "a" * 101}, "text has 101 characters: at most 100 are searched for"),
        ("search", {"text": "a", "first": 51}, "first is 51: from 1 to 50 is wanted"),
        ("search", {"text": "a", "kind": "MOON"}, "kind is 'MOON': STAR or TARGET or PROGRAMME or COLLECTION or EXPOSURE is wanted"),
        ("adql", {"query": "SELECT nme FROM jsdc.star"}, "nme"),
        ("adql", {"query": "SELECT name FROM jsdc.star", "rows": 1001}, "rows is 1001: from 1 to 1000 is wanted"),
        ("describe_tables", {"table": "jsdc.stars"}, "There is no table 'jsdc.stars': jsdc.star"),
        ("stars", {"name": "Vega"}, "There is no tool 'stars'; perhaps you meant star"),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_told_in_words(server: str, tool: str, arguments: dict[str, Any], message: str) -> None:
    async with opened(server) as client:
        text = await refusal(client, tool, arguments)
    assert message in text
    assert "Traceback" not in text


async def test_only_a_post_of_the_protocol_is_answered(server: str) -> None:
    async with httpx.AsyncClient(base_url=server) as client:
        for method in ("GET", "DELETE"):
            refused = await client.request(method, "/mcp")
            assert refused.status_code == 405
            assert refused.headers["allow"] == "POST"
        headers = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
        assert (await client.post("/mcp", content=b"{", headers=headers)).status_code == 400
        large = await client.post("/mcp", content=b" " * 20_000_000, headers=headers)
        assert large.status_code == 413
        assert large.json()["errors"][0]["message"].startswith("The body is larger than")
