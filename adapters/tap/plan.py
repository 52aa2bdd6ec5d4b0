"""The plan of a job: what PostgreSQL would do, as DaCHS tells it (`/plan`, an extension of TAP), before the job runs.

How long a job takes nobody knows: PostgreSQL's cost is no time, and what it expects of a source without statistics is a
guess. So the quote of a job stays empty, and here the cost is put into words.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

import orjson

from adapters.tap.engine import Engine
from adapters.tap.parameters import TapRequest
from adapters.tap.query import compiled_query
from adapters.tap.uploads import Content, staged_uploads
from adapters.votable.fields import legal_xml
from schema.catalog import SOURCES

if TYPE_CHECKING:
    from adql.compiled import CompiledQuery

NAMESPACE = "http://docs.g-vo.org/std/TAPPlan.xsd"
"""Of DaCHS's documents of plans."""
COSTS = {1e3: "little work", 1e5: "some work", 1e7: "much work"}
"""What a cost below this many units of PostgreSQL (one: a page of 8 kB read in order) is called."""
MOST_COST = "very much work: ask for less, or by a column with an index"
UNKNOWN = "how long it takes is not known: the quote is empty"
SHIPPED = re.compile(r'"?(\w+)"?\."?(\w+)"?')
"""Names in what a foreign scan does for several relations at once, as `Aggregate on (jsdc.star t1)`."""
register_namespace("plan", NAMESPACE)


async def query_plan(engine: Engine, request: TapRequest, uploads: Sequence[Content] = ()) -> bytes:
    """The document of the plan of a query, which is not run; its uploads are, to be planned with.

    Raises
    ------
    GatewayError
        The query is wrong, or a database does not answer.
    """
    async with staged_uploads(engine.writers, uploads, engine.bounds) as tables:
        query = await compiled_query(engine, request, tables)
        from adql.statement import statement

        asked = statement(query, request.format.format.row, request.limit + 1)
        rows = await engine.hub.fetch(replace(asked, text=f"EXPLAIN (FORMAT JSON, VERBOSE) {asked.text}"))
    top: Mapping[str, Any] = orjson.loads(rows[0][0])[0]["Plan"]
    document = Element(_name("plan"))
    SubElement(document, _name("query")).text = legal_xml(request.query)
    _written(_operation(document, in_words(query, top), top), top, _tables(engine, query))
    written: bytes = tostring(document, encoding="utf-8", xml_declaration=True)
    return written


def in_words(query: "CompiledQuery", top: Mapping[str, Any]) -> str:
    """A plan in a sentence: which databases are asked, how many rows are expected, how much work it is."""
    titles = [SOURCES[name].title for name in query.sources if name in SOURCES] or ["the hub"]
    way = "asked directly" if query.direct else "asked through the hub"
    rows, cost = round(top["Plan Rows"]), top["Total Cost"]
    work = next((words for least, words in COSTS.items() if cost < least), MOST_COST)
    return f"{' and '.join(titles)}, {way}: about {rows} rows expected; {work}; {UNKNOWN}"


def _name(tag: str) -> str:
    return f"{{{NAMESPACE}}}{tag}"


def _operation(parent: Element, description: str, node: Mapping[str, Any]) -> Element:
    """An operation with its rows and its cost, before and after its first row."""
    operation = SubElement(parent, _name("operation"))
    SubElement(operation, _name("description")).text = description
    SubElement(SubElement(operation, _name("rows")), _name("value")).text = str(round(node["Plan Rows"]))
    cost = SubElement(operation, _name("cost"))
    for bound, key in (("min", "Startup Cost"), ("max", "Total Cost")):
        SubElement(cost, _name(bound)).text = str(node[key])
    return operation


def _written(parent: Element, node: Mapping[str, Any], tables: Mapping[tuple[str, str], str]) -> None:
    named = [(str(node.get("Schema")), str(node.get("Relation Name"))), *SHIPPED.findall(node.get("Relations", ""))]
    known = dict.fromkeys(tables[name] for name in named if name in tables)
    operation = _operation(parent, node["Node Type"] + (f" of {' and '.join(known)}" if known else ""), node)
    for child in node.get("Plans", ()):
        _written(operation, child, tables)


def _tables(engine: Engine, query: "CompiledQuery") -> Mapping[tuple[str, str], str]:
    """Names in ADQL of the tables that a plan may name, by schema and relation there: of no others a client is told."""
    known = [table for table in engine.catalogue.tables.values() if not table.alias]
    if not query.direct:
        return {tuple(table.qualified.split(".", 1)): table.qualified for table in known}  # type: ignore[misc]
    own = [table for table in known if table.source == query.sources[0] and "." in table.remote]
    return {tuple(table.remote.split(".", 1)): table.qualified for table in own}  # type: ignore[misc]
