"""Service descriptors: RESOURCEs that say which service takes the rows of a table (DataLink 1.1 section 4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from adapters.votable.fields import element, text_element, type_attributes
from schema.types import ASCII, Scalar


@dataclass(frozen=True, slots=True)
class Input:
    """An input of a service: fixed (`value`), taken from a FIELD (`ref`, its ID), or left to the user (neither)."""

    name: str
    type: Scalar = ASCII
    value: str = ""
    ref: str = ""
    unit: str = ""
    ucd: str = ""
    description: str = ""
    options: tuple[str, ...] = ()
    """Allowed values; empty for any."""


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A service for the rows of a table."""

    id: str
    access_url: str
    inputs: tuple[Input, ...]
    standard_id: str = ""
    """IVOID of the service's standard; "" for none."""
    content_type: str = ""
    """Media type of its responses; "" if not stated."""
    description: str = ""
    example: str = ""
    """A URL that works; "" for none."""
    utype: str = "adhoc:service"
    """`adhoc:service`, or `adhoc:this` for the service that wrote this document."""


def descriptor_resources(descriptors: Iterable[Descriptor]) -> str:
    """Write a RESOURCE for each descriptor; their tables must be in the same document, for `ref` to resolve."""
    return "".join(map(_descriptor_resource, descriptors))


@lru_cache(maxsize=128)
def _descriptor_resource(descriptor: Descriptor) -> str:
    params = {
        "accessURL": descriptor.access_url, "standardID": descriptor.standard_id,
        "contentType": descriptor.content_type, "exampleURL": descriptor.example,
    }  # fmt: skip
    param_elements = [
        element("PARAM", name=name, datatype="char", arraysize="*", value=value)
        for name, value in params.items()
        if value
    ]
    description = [text_element("DESCRIPTION", descriptor.description)] if descriptor.description else []
    inputs = element("GROUP", "".join(map(_input_param, descriptor.inputs)), name="inputParams")
    content = "\n".join(["", *description, *param_elements, inputs, ""])
    return element("RESOURCE", content, type="meta", utype=descriptor.utype, ID=descriptor.id) + "\n"


def _input_param(parameter: Input) -> str:
    content = text_element("DESCRIPTION", parameter.description) if parameter.description else ""
    if parameter.options:
        content += element("VALUES", "".join(element("OPTION", value=option) for option in parameter.options))
    attributes = {
        "name": parameter.name,
        "value": parameter.value,
        "ref": parameter.ref,
        "unit": parameter.unit,
        "ucd": parameter.ucd,
    }
    return element("PARAM", content, **attributes, **type_attributes(parameter.type))
