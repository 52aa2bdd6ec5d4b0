"""XML documents of OiDB's REST: an element for each row, whose children are named like its columns."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from adapters.votable.fields import element, text_element
from planning.errors import BadInput
from planning.instants import instant_text

XML = "application/xml"
Result = TypeVar("Result")
PIECE = 65_536
"""Bytes of a document that are parsed at once."""
LONGEST = 100_000
"""Characters of a value."""
LONGEST_TAG = 1_000_000
"""Bytes of a tag with its attributes, which are parsed at once."""
Row = Mapping[str, Any]
"""Values by name of column; None where there is none."""


def read_document(body: bytes, read: Callable[[Element], Result]) -> Result:
    """What is read of the root of a document, by a function that keeps nothing of it.

    For a thread: other threads have their turns meanwhile. No call of C goes over all of a large document, neither to
    read it nor to free it. Raises `BadInput` for what is no XML, or has a DTD, and as `read`.
    """
    parser = DefusedXMLParser(forbid_dtd=True)
    try:
        for start in range(0, len(body), PIECE):
            parser.feed(body[start : start + PIECE])
            if start - parser.parser.CurrentByteIndex > LONGEST_TAG:
                message = f"A tag is longer than {LONGEST_TAG} bytes"
                raise BadInput(message)
        root: Element = parser.close()
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        message = f"Failed to parse the document: {error}"
        raise BadInput(message) from error
    try:
        return read(root)
    finally:
        _dismantle(root)


def _dismantle(root: Element) -> None:
    """Take a tree apart, leaves last, so that it is freed an element at a time."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        waiting += node
        node.clear()


def require_root(root: Element, name: str) -> Element:
    """The root, if that is its name; raises `BadInput`."""
    if root.tag != name:
        message = f"The document is a <{root.tag[:60]}>: a <{name}> is wanted"
        raise BadInput(message)
    return root


def outermost(root: Element, name: str) -> Iterator[Element]:
    """The elements of a name, wherever they are, but for those that are within another one of that name."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.tag == name:
            yield node
        else:
            waiting += reversed(node)


def text_of(node: Element) -> str:
    """The text of an element and of all in it, its white space normalised (XPath's normalize-space).

    Raises `BadInput` for one that is longer than any value is.
    """
    texts: list[str] = []
    length = 0
    for text in node.itertext():
        texts.append(text)
        length += len(text)
        if length > LONGEST:
            message = f"{str(node.tag)[:60]} is longer than {LONGEST} characters"
            raise BadInput(message)
    return " ".join("".join(texts).split())


def row_element(name: str, row: Row, **attributes: str | None) -> str:
    """An element of a row: a child for each column, empty where there is no value."""
    children = "".join(text_element(column, written(value)) for column, value in row.items())
    return element(name, children, **attributes)


def written(value: Any) -> str:
    """A value as text; "" for None."""
    if value is None:
        return ""
    return instant_text(value) if isinstance(value, datetime) else str(value)


def response(*parts: str) -> str:
    """A `<response>` of these elements."""
    return element("response", "".join(parts))


def listed(name: str, elements: Iterable[str]) -> str:
    """An element of others."""
    return element(name, "".join(elements))
