"""Service descriptors: how a table says which service is to be asked about its rows (DataLink 1.1 section 4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from adapters.votable.fields import element, text_element, typed
from schema.types import ASCII, Scalar


@dataclass(frozen=True, slots=True)
class Input:
    """A parameter of a service: with a value, taken from the FIELD `ref`, or, with neither, for the user to give."""

    name: str
    type: Scalar = ASCII
    value: str = ""
    ref: str = ""
    unit: str = ""
    ucd: str = ""
    description: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A service that can be asked about the rows of a table."""

    id: str
    access_url: str
    inputs: tuple[Input, ...]
    standard_id: str = ""
    content_type: str = ""
    description: str = ""
    example: str = ""
    """An URL that works."""
    utype: str = "adhoc:service"
    """`adhoc:this` for what describes the very service that answers."""


def resources(descriptors: Iterable[Descriptor]) -> str:
    """Write the RESOURCE of each; the table that their FIELDs are of must be in the same document."""
    return "".join(map(_resource, descriptors))


@lru_cache(maxsize=128)
def _resource(told: Descriptor) -> str:
    params = {
        "accessURL": told.access_url, "standardID": told.standard_id, "contentType": told.content_type,
        "exampleURL": told.example,
    }  # fmt: skip
    written = [
        element("PARAM", name=name, datatype="char", arraysize="*", value=value)
        for name, value in params.items()
        if value
    ]
    about = [text_element("DESCRIPTION", told.description)] if told.description else []
    inputs = element("GROUP", "".join(map(_input, told.inputs)), name="inputParams")
    content = "\n".join(["", *about, *written, inputs, ""])
    return element("RESOURCE", content, type="meta", utype=told.utype, ID=told.id) + "\n"


def _input(told: Input) -> str:
    content = text_element("DESCRIPTION", told.description) if told.description else ""
    if told.options:
        content += element("VALUES", "".join(element("OPTION", value=option) for option in told.options))
    about = {"name": told.name, "value": told.value, "ref": told.ref, "unit": told.unit, "ucd": told.ucd}
    return element("PARAM", content, **about, **typed(told.type))
