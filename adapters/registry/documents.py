"""Serialization of vo-models' documents."""

from collections.abc import Sequence

from pydantic_xml import BaseXmlModel
from pydantic_xml.element.native import etree

from adapters.registry.security import secure


def to_xml(document: BaseXmlModel, security: Sequence[str] = ()) -> bytes:
    """Write a document with XML declaration; elements without content are left out.

    `security` identifies the ways to log in, which its interfaces then tell (`secure`); none where nobody can.
    """
    tree = document.to_xml_tree(skip_empty=True)
    if security:
        secure(tree, security)
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8"))
