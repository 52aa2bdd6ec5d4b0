"""Answering GraphQL requests: a text is parsed, checked, validated and planned once, then run with its variables.

Fields that cannot be compiled, and rows that are not what their declaration says, go to graphql-core's executor over
the plain resolvers of `query.py` while the other fields run as compiled; both ways give the same answers.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from graphql import FieldNode, GraphQLError, GraphQLSchema, OperationDefinitionNode, OperationType, get_variable_values
from graphql.execution.values import VariableValues

from hub.cache import Cache
from hub.dependencies import SCHEMA, UNKNOWN, Dependencies, collecting
from hub.limits import DocumentLimits
from hub.rows import Hub
from hub.threads import compute
from hub.tracing import step
from planning.errors import BadInput, GatewayError, WrongMethod
from resolvers.collector import Collector, fragment_details
from resolvers.compiled import (
    CompiledField,
    CompiledOperation,
    Entry,
    Planned,
    compiled_field,
    response_key,
    step_costs,
)
from resolvers.completion import Unexpected
from resolvers.cost import EXECUTION, Pricing, affordable
from resolvers.deferral import ObjectPart, PartCollector
from resolvers.document import Document, read_document
from resolvers.execution import OperationRun, gather_results, settle
from resolvers.executor import Executed, execute_plainly, reduced_operation
from resolvers.field_errors import FieldErrors
from resolvers.import_mutation import ReadTable, no_table
from resolvers.incremental import Deliveries
from resolvers.introspection import Introspection, about_schema
from resolvers.introspection_count import ExecutionCount
from resolvers.later import Laters
from resolvers.query import Context
from resolvers.request import OperationResult, Request, refused
from resolvers.selection import PlainField, Unplannable
from resolvers.variables import brief, check, measure
from schema.catalog import DECLARED, Catalog

CACHED_TEXT = 100_000
"""Bytes of GraphQL whose documents are kept: an AST is an object or two a byte, and collecting garbage looks at all."""
TRUSTED_TEXT = 4_000_000
"""The same of trusted documents, which are kept from the start and are not looked at: see `gateway.permanent`."""
SHORT = 1000
"""Characters of a document up to which it is read at once; a longer one in a thread, unless it is kept."""
MANY = 1000
"""Rows of an answer from which on it is put together in a thread."""
Result = TypeVar("Result")


@dataclass(frozen=True, eq=False, slots=True)
class PlanCache:
    """Caches of parsed documents and of their plans, each of so many bytes of text."""

    documents: Cache[str, Document]
    plans: Cache[tuple[str, str | None, tuple[Any, ...]], CompiledOperation]

    @classmethod
    def of(cls, room: int) -> "PlanCache":
        """Make empty caches."""
        return cls(Cache(room), Cache(room))


@dataclass(frozen=True, eq=False, slots=True)
class PreparedRequest:
    """A request with its operation and coerced variables."""

    request: Request
    document: Document
    operation: OperationDefinitionNode
    variables: VariableValues


@dataclass(frozen=True, eq=False, slots=True)
class FirstDelivery:
    """The first part of an answer, and those that come later, which its holder closes."""

    result: OperationResult
    deliveries: Deliveries


@dataclass(frozen=True, eq=False, slots=True)
class OperationPlan:
    """An operation that is ready to run."""

    request: PreparedRequest
    compiled: CompiledOperation | None
    """None if it is not compiled: graphql-core's executor runs it."""
    cost: int
    """Estimated cost, in rows."""


class Operations:
    """What GraphQL requests share: the catalogue and its schema, the hub, the caches.

    `schema` is that of `catalog`, as `query.assemble` makes it; neither changes: see `with_catalog`.
    """

    def __init__(
        self, schema: GraphQLSchema, hub: Hub, limits: DocumentLimits, largest_page: int, catalog: Catalog = DECLARED
    ) -> None:
        self.schema = schema
        self.catalog = catalog
        self.hub = hub
        self.limits = limits
        self.largest_page = largest_page
        self.read_table: ReadTable = no_table
        """Reads the tables that mutations bring with them."""
        self._trusted: set[str] = set()
        self._shipped: frozenset[str] = frozenset()
        self._shelves = (PlanCache.of(CACHED_TEXT), PlanCache.of(TRUSTED_TEXT))
        self._introspection = Introspection()

    def with_catalog(self, catalog: Catalog, schema: GraphQLSchema) -> "Operations":
        """Return operations over another catalogue with its schema: empty caches, the same trusted texts."""
        operations = Operations(schema, self.hub, self.limits, self.largest_page, catalog)
        operations._trusted, operations._shipped = self._trusted, self._shipped
        operations.read_table = self.read_table
        return operations

    def caches(self) -> Iterator[tuple[str, Cache[Any, Any]]]:
        """Yield the caches with their names, for metrics."""
        for whose, shelf in zip(("others", "trusted"), self._shelves, strict=True):
            yield f"documents, {whose}", shelf.documents
            yield f"plans, {whose}", shelf.plans
        yield "introspection", self._introspection.answers
        yield "rows by key", self.hub.kept.rows

    async def answer(self, request: Request) -> OperationResult:
        """Answer a request; raises nothing but cancellation.

        A result with errors is marked as not cacheable.
        """
        with self.answering(request) as dependencies:
            plan = await self.planned(request)
            result = plan if isinstance(plan, OperationResult) else await self.run(plan)
            if not result.whole:
                dependencies.refuse_caching()
            return result

    @contextmanager
    def answering(self, request: Request) -> Iterator[Dependencies]:
        """Enter this context while a request is planned and run, so that tracing shows it under its name.

        Yields the sources that the answer depends on; for one that reads none, that is the schema.
        """
        names = (request.operation_name,) if request.operation_name else ()
        with collecting(otherwise=(SCHEMA,)) as dependencies, step("operation", names):
            yield dependencies

    async def planned(self, request: Request) -> OperationPlan | OperationResult:
        """Do as `plan`, and keep others waiting for no request, however large it is."""
        return await self.offloaded(request, lambda: self.plan(request))

    async def offloaded(self, request: Request, work: Callable[[], Result]) -> Result:
        """Do what is to be done with a request before it runs: in a thread, unless document and variables are short."""
        text = request.query
        short = len(text) <= SHORT or text in self._shelf(text).documents
        return work() if short and brief(request.variables) else await compute(work)

    def plan(self, request: Request) -> OperationPlan | OperationResult:
        """Plan a request; return a refusal if it is invalid, costs too much, or is not a query."""
        try:
            with step("plan"):
                document = self.document(request.query)
                _posted(document, request)
                if document.errors:
                    return refused(*document.errors)
                _not_subscription(document.operation(request.operation_name))
                prepared = self.prepare(request, document)
                compiled = self._compiled(prepared)
                cost = self._cost(compiled.fields if compiled else (), prepared.variables)
                return OperationPlan(prepared, compiled, cost)
        except (GraphQLError, GatewayError) as error:
            return refused(error)

    def document(self, text: str) -> Document:
        """Parse a text, check it against the limits and validate it; cached.

        Validation errors are in the document. Raises `GraphQLError` for a syntax error, `TooMuch` beyond a limit.
        """
        documents = self._shelf(text).documents
        document = documents.get(text)
        if document is None:
            document = read_document(text, self.schema, self.limits, valid=text in self._shipped)
            documents.put(text, document, len(text))
        return document

    def trust(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Keep documents by these names in a cache of their own, which requests of others cannot flush.

        Returns the error message of each that is not valid, by name.
        """
        wrong = {}
        for name, text in texts.items():
            self._trusted.add(text)
            try:
                for error in self.document(text).errors[:1]:
                    wrong[name] = error.message
            except (GraphQLError, GatewayError) as error:
                wrong[name] = error.message
        return wrong

    def ship(self, texts: Iterable[str]) -> None:
        """Trust documents that come with the package, unread until they are asked: its tests have validated them."""
        self._shipped |= frozenset(texts)

    def _shelf(self, text: str) -> PlanCache:
        return self._shelves[text in self._trusted or text in self._shipped]

    def _coerced(self, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> VariableValues:
        values = get_variable_values(self.schema, operation.variable_definitions or (), dict(variables), max_errors=10)
        if isinstance(values, list):
            raise values[0]
        return values

    def prepare(self, request: Request, document: Document) -> PreparedRequest:
        """Select the operation of a request and coerce its variables.

        Raises `BadInput`, `GraphQLError`; `TooMuch` where there are more variables than are coerced.
        """
        if not brief(request.variables):
            mutates = document.mutates(request.operation_name)
            limits = replace(self.limits, text=self.limits.written) if mutates else self.limits
            check(measure(request.variables), limits)
        operation = document.operation(request.operation_name)
        return PreparedRequest(request, document, operation, self._coerced(operation, request.variables))

    def compiled(self, prepared: PreparedRequest) -> CompiledOperation:
        """Compile an operation; cached. Raises `Unplannable` unless it is a query, and `GraphQLError`."""
        request, switches = prepared.request, prepared.document.switches
        key = (request.query, request.operation_name, tuple(map(prepared.variables.coerced.get, switches)))
        plans = self._shelf(request.query).plans
        compiled = plans.get(key)
        if compiled is None:
            known = fragment_details(prepared.document.node.definitions)
            counting = ExecutionCount(self.schema, self.catalog, known, self.limits.cost // EXECUTION)
            operation, variables = prepared.operation, prepared.variables
            collector = Collector(self.schema, self.catalog, known, operation, variables, counting)
            parts = PartCollector(self.schema, known, operation, variables)
            fields = tuple(map(compiled_field, collector.roots()))
            compiled = CompiledOperation(fields, parts.first() if prepared.document.defers else None)
            plans.put(key, compiled, len(request.query))
        return compiled

    def _compiled(self, prepared: PreparedRequest) -> CompiledOperation | None:
        try:
            return self.compiled(prepared)
        except (Unplannable, GraphQLError):  # for the latter the executor reports error and location
            return None

    def _cost(self, planned: Planned, variables: VariableValues) -> int:
        pricing = Pricing(self.catalog, variables, self.largest_page)
        costs = [cost for entry in planned for cost in step_costs(pricing, entry)]
        return affordable(costs, self.limits.cost)

    async def run(self, plan: OperationPlan) -> OperationResult:
        """Run a plan; failures of databases are in the result's errors."""
        prepared, cost = plan.request, plan.cost
        if plan.compiled is None:
            return await self._executed(prepared)
        planned = plan.compiled.fields
        execution = OperationRun(self.hub, self.catalog, prepared.variables, self.largest_page, [])
        values = await gather_results([self._value(prepared, execution, entry) for entry in planned])
        if execution.failures or any(isinstance(value, Executed) for value in values):
            work = partial(_settled, planned, values, FieldErrors(self.limits.errors))
            return OperationResult(await compute(work) if cost > MANY else work(), cost=cost)
        return OperationResult(
            {"data": {response_key(entry): value for entry, value in zip(planned, values, strict=True)}}, cost=cost
        )

    async def deliver(self, plan: OperationPlan) -> "OperationResult | FirstDelivery":
        """Run a plan, and deliver what is deferred after the rest; what is not deferred has a result, as of `run`."""
        if plan.compiled is None or plan.compiled.part is None:
            return await self.run(plan)
        laters, part = Laters(), plan.compiled.part
        execution = OperationRun(self.hub, self.catalog, plan.request.variables, self.largest_page, [], laters)
        try:
            values = await gather_results(
                [self._part_value(plan.request, execution, entry, part) for entry in plan.compiled.fields]
            )
            keys = map(response_key, plan.compiled.fields)
            deliveries = Deliveries(dict(zip(keys, values, strict=True)), part, laters, self.limits.errors, plan.cost)
            result = await deliveries.first()
        except BaseException:
            await laters.close()
            raise
        return FirstDelivery(result, deliveries) if deliveries.begun else result

    async def _part_value(
        self, prepared: PreparedRequest, execution: OperationRun, entry: Entry, part: ObjectPart
    ) -> Any:
        key, value = response_key(entry), self._value(prepared, execution, entry)
        if key in part.fields or execution.laters is None:
            return await value
        return execution.laters.begin(_by_key(key, value)).get(key)

    async def _value(self, prepared: PreparedRequest, execution: OperationRun, entry: Entry) -> Any:
        match entry:
            case PlainField(nodes=nodes):
                return await self.execute_field(prepared, nodes)
            case CompiledField(root=root, levels=levels):
                try:
                    return await execution.answer(root, levels)
                except Unexpected:
                    return await self.execute_field(prepared, root.field.nodes)
            case (_, constant):
                return constant.value

    async def execute_field(self, prepared: PreparedRequest, nodes: Sequence[FieldNode]) -> Executed:
        """Answer one field of Query by graphql-core's executor, over a document cut down to it."""
        operation = reduced_operation(prepared.operation, nodes)
        if about_schema(nodes):
            return await self._about_schema(prepared, operation, nodes)
        # A field that reads no source may still change at any time.
        with collecting(otherwise=(UNKNOWN,)):
            return await self._execute(prepared, operation)

    async def _about_schema(
        self, prepared: PreparedRequest, operation: OperationDefinitionNode, nodes: Sequence[FieldNode]
    ) -> Executed:
        """Answer introspection, from memory where no variable has a part in it."""
        request = prepared.request
        key = (nodes[0].alias or nodes[0].name).value
        fixed = not prepared.operation.variable_definitions
        with collecting(otherwise=(SCHEMA,)):
            return await self._introspection.answer(
                (request.query, request.operation_name, key) if fixed else None,
                partial(self._execute, prepared, operation),
            )

    async def execute_document(self, document: Document, request: Request) -> OperationResult:
        """Answer a document by graphql-core's executor: slower, and right by construction."""
        try:
            prepared = self.prepare(request, document)
        except (GraphQLError, GatewayError) as error:
            return refused(error)
        return await self._executed(prepared)

    async def _executed(self, prepared: PreparedRequest) -> OperationResult:
        with collecting(otherwise=(UNKNOWN,)):
            executed = await self._execute(prepared, prepared.operation)
        errors = FieldErrors(self.limits.errors)
        errors.extend(executed.errors)
        return OperationResult({"data": executed.data} | errors.payload())

    async def _execute(self, prepared: PreparedRequest, operation: OperationDefinitionNode) -> Executed:
        context = Context(self.hub, self.catalog, self.largest_page, self.read_table)
        document, variables = prepared.document.node, prepared.variables
        return await execute_plainly(self.schema, document, operation, variables, context)


async def _by_key(key: str, value: Awaitable[Any]) -> dict[str, Any]:
    return {key: await value}


def _posted(document: Document, request: Request) -> None:
    """Raise `WrongMethod` for a mutation that is asked by GET, or over a WebSocket."""
    if request.safe and document.mutates(request.operation_name):
        message = "A mutation is asked by POST: neither GET nor a WebSocket changes anything"
        raise WrongMethod(message)


def _not_subscription(operation: OperationDefinitionNode) -> None:
    """Raise `GatewayError` for a subscription."""
    if operation.operation is OperationType.SUBSCRIPTION:
        message = "A subscription is asked over WebSocket (graphql-transport-ws) or with Accept: text/event-stream"
        raise BadInput(message)


def _settled(planned: Planned, values: Sequence[Any], errors: FieldErrors) -> dict[str, Any]:
    """The response where a field failed or comes from the executor: data and errors put together."""
    data: dict[str, Any] | None = {}
    for entry, value in zip(planned, values, strict=True):
        key = response_key(entry)
        if isinstance(value, Executed):
            errors.extend(value.errors)
            data = None if data is None or value.data is None else data | value.data
        elif data is not None:
            data[key] = settle(value, [key], errors)
    return {"data": data} | errors.payload()
