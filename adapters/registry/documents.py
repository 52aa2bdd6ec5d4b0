"""Serialization of vo-models' documents."""

from pydantic_xml import BaseXmlModel


def to_xml(document: BaseXmlModel) -> bytes:
    """Write a document with XML declaration; elements without content are left out."""
    text = document.to_xml(skip_empty=True, xml_declaration=True, encoding="UTF-8")
    return text if isinstance(text, bytes) else text.encode()
