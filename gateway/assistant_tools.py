"""The tools that assistants have at `/mcp`: each is a question that another door answers too, and changes nothing.

A tool is declared once: its JSON Schema and the check of its arguments derive from that.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, TypeAlias

from adapters.tap.parameters import TapRequest
from adapters.tap.query import run_tap_query
from adapters.votable.formats import CSV, Negotiated
from adapters.votable.stream import StreamOutcome
from gateway.state import State
from planning.errors import BadInput, NotFound
from resolvers.models import TableDescription, describe_tables
from resolvers.request import Request
from resolvers.search_field import LARGEST_PAGE
from schema.catalog import suggestion
from schema.search import KINDS

Arguments: TypeAlias = Mapping[str, Any]
Answer: TypeAlias = dict[str, Any]
MOST_ROWS, FEW_ROWS = 1000, 100
"""Most rows of a query, and how many where nothing is said."""
MOST_BYTES = 200_000
"""Of the rows of a query: what an assistant reads in one go."""
TYPES = {str: "string", int: "integer"}
"""Types of parameters, and what JSON Schema calls them."""
RESOLVE = """query($name: String!) {
  star(name: $name) { jsdcId name ra dec vmag { value } nameMatch { kind others } }
}"""
STAR = """query($name: String!) {
  star(name: $name) {
    jsdcId name ra dec spTypeSimbad objTypesSimbad nameMatch { kind others }
    vmag { value } hmag { value } kmag { value } plx { value error unit }
    ldd { value error unit confidence } lddChi2 calFlag irFlag
    exposures(first: 10, orderBy: [{ expMjdStart: DESC }]) {
      totalCount nodes { expId expMjdStart instrumentName obsProgram observation { obsType } }
    }
    granules(first: 10, orderBy: [{ tMin: DESC }]) {
      totalCount nodes { granuleId instrumentName calibLevel tMin dataRights obsCollection accessUrl }
    }
    spicaTargets { nodes {
      spicadbId completionRate priorityFinal
      programs { nodes { progname spicaMode piname } }
      runs(first: 5, orderBy: [{ tplStart: DESC }]) { totalCount nodes { tplStart runStatus } }
    } }
  }
}"""
SEARCH = """query($text: String!, $kinds: [SearchKind!], $first: Int!) {
  search(text: $text, kinds: $kinds, first: $first) {
    nodes { kind label matched rank source key magnitude } pageInfo { hasNextPage }
  }
}"""


@dataclass(frozen=True, slots=True)
class ToolParameter:
    """A parameter of a tool."""

    name: str
    description: str
    kind: type = str
    required: bool = True
    largest: int | None = None
    """Largest value of a number, which is at least 1; None for a text."""
    choices: tuple[str, ...] = ()
    """The texts that it may be; empty for any."""

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        told: dict[str, Any] = {"type": TYPES[self.kind], "description": self.description}
        told |= {"minimum": 1, "maximum": self.largest} if self.largest else {}
        return told | ({"enum": list(self.choices)} if self.choices else {})

    def check(self, value: Any) -> None:
        """Raise `BadInput` for a value that it cannot have."""
        message = self._wrong(value)
        if message:
            raise BadInput(message)

    def _wrong(self, value: Any) -> str:
        """What is wrong with a value; empty where nothing is."""
        if not isinstance(value, self.kind) or isinstance(value, bool):
            return f"{self.name} is no {TYPES[self.kind]}: {self.description}"
        if isinstance(value, int) and self.largest and not 1 <= value <= self.largest:
            return f"{self.name} is {value}: from 1 to {self.largest} is wanted"
        if self.choices and value not in self.choices:
            return f"{self.name} is {str(value)[:40]!r}: {' or '.join(self.choices)} is wanted"
        return ""


@dataclass(frozen=True, slots=True)
class AssistantTool:
    """A tool: a name, what it does, and what does it."""

    name: str
    title: str
    description: str
    parameters: tuple[ToolParameter, ...]
    answer: Callable[[State, Arguments], Awaitable[Answer]]
    """Answers a call whose arguments were checked; raises `GatewayError`."""

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of its arguments."""
        return {
            "type": "object",
            "properties": {parameter.name: parameter.schema() for parameter in self.parameters},
            "required": [parameter.name for parameter in self.parameters if parameter.required],
            "additionalProperties": False,
        }

    async def call(self, state: State, given: Arguments) -> Answer:
        """Check the arguments and answer; raises `GatewayError`."""
        known = {parameter.name: parameter for parameter in self.parameters}
        for name, value in given.items():
            if name not in known:
                message = f"{self.name} has no argument {name[:40]!r}{suggestion(name, list(known))}"
                raise BadInput(message)
            known[name].check(value)
        missing = [name for name, parameter in known.items() if parameter.required and name not in given]
        if missing:
            message = f"{self.name} wants {missing[0]}: {known[missing[0]].description}"
            raise BadInput(message)
        return await self.answer(state, given)


async def _document(state: State, text: str, variables: Arguments) -> Answer:
    """The answer to a GraphQL document; raises `BadInput` where there is nothing but errors."""
    result = await state.operations.answer(Request(text, None, dict(variables), safe=True))
    told: Answer = result.payload
    messages = [error["message"] for error in told.get("errors", ())]
    data: Answer = told.get("data") or {}
    if messages and not any(data.values()):
        raise BadInput("; ".join(messages))
    return data | ({"missing": messages} if messages else {})


async def _star(state: State, text: str, given: Arguments) -> Answer:
    told = await _document(state, text, given)
    if told["star"] is None:
        message = f"No star of JSDC is called {given['name'][:100]!r}: the tool search finds names that are alike"
        raise NotFound(message)
    return told


async def _resolve(state: State, given: Arguments) -> Answer:
    return await _star(state, RESOLVE, given)


async def _known(state: State, given: Arguments) -> Answer:
    return await _star(state, STAR, given)


async def _search(state: State, given: Arguments) -> Answer:
    kinds = [given["kind"]] if "kind" in given else None
    return await _document(state, SEARCH, {"text": given["text"], "kinds": kinds, "first": given.get("first", 10)})


async def _query(state: State, given: Arguments) -> Answer:
    request = TapRequest(given["query"], Negotiated(CSV, CSV.media_type), given.get("rows", FEW_ROWS), "", ())
    outcome, read = StreamOutcome(), bytearray()
    async with aclosing(run_tap_query(state.engine, request, (), outcome)) as blocks:
        async for block in blocks:
            read += block
            if len(read) > MOST_BYTES:
                break
    if outcome.failure:
        raise outcome.failure
    cut = len(read) > MOST_BYTES
    whole = read[: read.rfind(b"\n", 0, MOST_BYTES) + 1] if cut else read
    return {"csv": whole.decode(), "more": outcome.overflow or cut}


async def _tables(state: State, given: Arguments) -> Answer:
    tables = {table.name: table for table in describe_tables(state.catalog)}
    if "table" not in given:
        return {"tables": [{"name": table.name, "description": table.description} for table in tables.values()]}
    name = given["table"].lower()
    if name not in tables:
        close = get_close_matches(name, list(tables), n=3)
        message = f"There is no table {given['table'][:60]!r}: {' or '.join(close) or 'without table all are listed'}"
        raise NotFound(message)
    return _columns(tables[name])


def _columns(table: TableDescription) -> Answer:
    columns = [
        {
            "name": column.name,
            "type": column.type,
            "unit": column.unit,
            "ucd": column.ucd,
            "description": column.description,
        }
        for column in table.columns
    ]
    return {"name": table.name, "description": table.description, "columns": columns}


NAME = ToolParameter("name", "any name of a star, as HD 48329, alf Cen, ε Gem or Fomalhaut")
TOOLS = (
    AssistantTool(
        "resolve_name",
        "Resolve a name",
        "The star of JSDC that a name is of: its number, its name there, its place (ICRS degrees, J2000), how the name "
        "was found, and which other stars bear it.",
        (NAME,),
        _resolve,
    ),
    AssistantTool(
        "star",
        "One star",
        "What the databases of the JMMC know of a star: angular diameter and photometry (JSDC), the last observations "
        "with VLTI and CHARA (Obs Portal), interferometric data (OiDB), its place in the survey of CHARA/SPICA "
        "(SPICA-DB). Diameters in mas, times as MJD (UTC).",
        (NAME,),
        _known,
    ),
    AssistantTool(
        "search",
        "Search by name",
        "What is called like a text, or begins so: stars, targets, programmes, collections of data, exposures.",
        (
            ToolParameter("text", "a name, or its beginning"),
            ToolParameter(
                "kind",
                "what to search, if not all",
                required=False,
                choices=tuple(name for name, _ in KINDS.members.values()),
            ),
            ToolParameter("first", "how many matches; 10 if not said", int, required=False, largest=LARGEST_PAGE),
        ),
        _search,
    ),
    AssistantTool(
        "adql",
        "Query by ADQL",
        "Rows of a query in ADQL 2.1 over all databases, joins between them included, as CSV. Table names are as "
        f"describe_tables has them. At most {MOST_ROWS} rows and {MOST_BYTES} bytes; `more`: whether some are left.",
        (
            ToolParameter("query", "as SELECT TOP 10 name, ldd FROM jsdc.star WHERE vmag < 3"),
            ToolParameter("rows", f"most rows; {FEW_ROWS} if not said", int, required=False, largest=MOST_ROWS),
        ),
        _query,
    ),
    AssistantTool(
        "describe_tables",
        "Describe tables",
        "The tables that can be asked by ADQL; with `table` the columns of one, with units and UCDs.",
        (ToolParameter("table", "a table, as jsdc.star", required=False),),
        _tables,
    ),
)
BY_NAME: Mapping[str, AssistantTool] = {tool.name: tool for tool in TOOLS}
