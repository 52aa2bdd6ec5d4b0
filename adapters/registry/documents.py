"""How documents of vo-models are written."""

from pydantic_xml import BaseXmlModel


def written(document: BaseXmlModel) -> bytes:
    """The document with its XML declaration; elements without content are left out."""
    text = document.to_xml(skip_empty=True, xml_declaration=True, encoding="UTF-8")
    return text if isinstance(text, bytes) else text.encode()
