"""Limits on the size of a document, checked before validation.

The cost of graphql-core's validation grows with the square of the fields that a client repeats: `stars { id }` written
800 times (8 kB) costs graphql-core 3.3.2 1.1 s. So a document is measured first, each fragment once.
"""

from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLDeferDirective,
    OperationDefinitionNode,
    SelectionSetNode,
    Token,
    TokenKind,
)

from hub.limits import DocumentLimits
from planning.errors import TooMuch

DEFER = GraphQLDeferDirective.name
TEXTS = (TokenKind.STRING, TokenKind.BLOCK_STRING)
NUMBERS = (TokenKind.INT, TokenKind.FLOAT)
LONGEST_NUMBER = 1000
"""Characters; Python reads whole numbers of up to 4300 digits, and its refusal says how to make it read more."""


@dataclass(slots=True)
class SelectionSize:
    """Number of fields, levels, aliases and deferred fragments of a selection, fragments expanded."""

    fields: int = 0
    depth: int = 0
    aliases: int = 0
    deferred: int = 0

    def add(self, other: "SelectionSize", levels: int = 0) -> None:
        """Add the size of a selection that is nested `levels` deeper."""
        self.fields += other.fields
        self.aliases += other.aliases
        self.deferred += other.deferred
        self.depth = max(self.depth, other.depth + levels)


class Measurement:
    """Measures the operations of one document; each fragment is measured once and kept."""

    def __init__(self, document: DocumentNode, limits: DocumentLimits) -> None:
        self._limits = limits
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._known: dict[str, SelectionSize] = {}

    def check(self, operation: OperationDefinitionNode) -> None:
        """Raise `TooMuch` if an operation is over a limit."""
        limits, selections = self._limits, operation.selection_set.selections
        _refuse("fragments", len(self._fragments), limits.fragments)
        _refuse("root fields", len(selections), limits.roots)
        size = self._selection(operation.selection_set)
        _refuse("levels", size.depth, limits.depth)
        _refuse("fields", size.fields, limits.fields)
        _refuse("aliases", size.aliases, limits.aliases)
        _refuse("deferred fragments", size.deferred, limits.deferred)

    def _selection(self, selection: SelectionSetNode) -> SelectionSize:
        total = SelectionSize()
        names: dict[str, int] = {}
        for node in selection.selections:
            if isinstance(node, FragmentSpreadNode):
                total.add(self._fragment(node.name.value))
                key = f"...{node.name.value}"
            elif isinstance(node, FieldNode):
                total.add(self._field(node), levels=1)
                key = (node.alias or node.name).value
            else:
                total.add(self._selection(node.selection_set))  # type: ignore[attr-defined]
                key = "..."
            total.deferred += any(directive.name.value == DEFER for directive in node.directives or ())
            names[key] = names.get(key, 0) + 1
            _refuse(f"times {key} in one selection,", names[key], self._limits.repeats)
        return total

    def _field(self, node: FieldNode) -> SelectionSize:
        size = self._selection(node.selection_set) if node.selection_set else SelectionSize()
        return SelectionSize(size.fields + 1, size.depth, size.aliases + (node.alias is not None), size.deferred)

    def _fragment(self, name: str) -> SelectionSize:
        if name not in self._known:
            self._known[name] = SelectionSize()  # a fragment that spreads itself is refused by validation
            definition = self._fragments.get(name)
            if definition:
                self._known[name] = self._selection(definition.selection_set)
        return self._known[name]


def check(document: DocumentNode, limits: DocumentLimits) -> None:
    """Raise `TooMuch` if a parsed document, valid or not, is over a limit."""
    measurement = Measurement(document, limits)
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    _refuse("operations", len(operations), limits.operations)
    for node in operations:
        measurement.check(node)
    for noun, kinds, limit in (("text", TEXTS, limits.text), ("number", NUMBERS, LONGEST_NUMBER)):
        if document.loc and len(document.loc.source.body) > limit:
            _refuse(f"characters in one {noun}", _longest(document.loc.start_token, kinds), limit)


def _longest(token: Token, kinds: tuple[TokenKind, ...]) -> int:
    """Characters of the longest token of these kinds, a text's quotes included, from this one on."""
    longest = 0
    while token.next:
        token = token.next
        if token.kind in kinds:
            longest = max(longest, token.end - token.start)
    return longest


def _refuse(noun: str, count: int, limit: int) -> None:
    if count > limit:
        message = f"The document has {count} {noun} where {limit} are allowed: split the question"
        raise TooMuch(message)
