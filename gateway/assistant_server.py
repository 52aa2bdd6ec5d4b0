"""The Model Context Protocol over streamable HTTP, by the SDK of its authors: read when it is first asked for."""

import logging
from importlib.metadata import version
from typing import Any

import orjson
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from starlette.requests import Request

from gateway.assistant_tools import BY_NAME, TOOLS, AssistantTool
from gateway.state import State, state_of
from planning.errors import GatewayError, Internal
from schema.catalog import suggestion

LOG = logging.getLogger(__name__)
Context = ServerRequestContext[Any, Any]
ABOUT = (
    "Optical interferometry by the Jean-Marie Mariotti Center: stellar diameters (JSDC), observations of VLTI and "
    "CHARA (Obs Portal), interferometric data (OiDB), the survey of CHARA/SPICA (SPICA-DB). Tools only read."
)


def session_manager(largest: int) -> StreamableHTTPSessionManager:
    """What answers requests while its `run()` is entered: each by itself, as JSON, without sessions.

    `largest` is the most bytes of a request.
    """
    server: Server[Any] = Server(
        "jmmc-gateway",
        version=version("jmmc-gateway"),
        title="The JMMC gateway",
        instructions=ABOUT,
        on_list_tools=_listed,
        on_call_tool=_called,
    )
    return StreamableHTTPSessionManager(server, json_response=True, stateless=True, max_request_body_size=largest)


async def _listed(_context: Context, _params: PaginatedRequestParams | None) -> ListToolsResult:
    return ListToolsResult(tools=[_tool(tool) for tool in TOOLS])


def _tool(tool: AssistantTool) -> Tool:
    hints = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
    return Tool(
        name=tool.name, title=tool.title, description=tool.description, input_schema=tool.schema(), annotations=hints
    )


async def _called(context: Context, params: CallToolRequestParams) -> CallToolResult:
    """A call; what is wrong with it, and what a database fails in, is told to the assistant in words."""
    try:
        tool = BY_NAME.get(params.name)
        if tool is None:
            return _refused(f"There is no tool {params.name[:40]!r}{suggestion(params.name, list(BY_NAME))}")
        answer = await tool.call(_state(context), params.arguments or {})
    except GatewayError as error:
        return _refused(error.message)
    except Exception:
        LOG.exception("a tool failed: %s", params.name[:40])
        return _refused(Internal("The gateway made a mistake; it has been logged").message)
    text = TextContent(type="text", text=orjson.dumps(answer).decode())
    return CallToolResult(content=[text], structured_content=orjson.loads(text.text))


def _state(context: Context) -> State:
    """The state that the HTTP request of a call is answered with."""
    request: Request | None = context.request
    assert request is not None  # noqa: S101 - for mypy: there is one over HTTP
    return state_of(request.scope)


def _refused(message: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=message)], is_error=True)
