"""Serialization of vo-models' documents."""

from collections.abc import Sequence
from typing import Any

from pydantic_xml import BaseXmlModel
from pydantic_xml.element.native import etree

from adapters.registry.security import secure


def to_xml(document: BaseXmlModel, security: Sequence[str] = ()) -> bytes:
    """Write a document with XML declaration; elements without content are left out.

    `security` identifies the ways to log in, which its interfaces then tell (`secure`); none where nobody can.
    """
    return bytes(etree.tostring(_tree(document, security), xml_declaration=True, encoding="UTF-8"))


def to_xml_text(document: BaseXmlModel, security: Sequence[str] = ()) -> str:
    """Write an element that stands in another document, which has the XML declaration; otherwise as `to_xml`."""
    return str(etree.tostring(_tree(document, security), encoding="unicode"))


def _tree(document: BaseXmlModel, security: Sequence[str]) -> Any:
    tree = document.to_xml_tree(skip_empty=True)
    if security:
        secure(tree, security)
    return tree
