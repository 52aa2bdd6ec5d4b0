"""Models of stars as ASPRO2 reads them: elements of targetModel.xsd (JMMC-OpenDev/aspro-conf).

In SPICA-DB they are JSON, a list of blocks with their type and parameters; a2p2 turns them into these elements, of
which ASPRO2 finds the text in a VOTable's column and puts it into its own file.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from adapters.votable.fields import element, text_element
from resolvers.spica_survey import Row

DEFAULTS = {"flux_weight": 1.0, "x": 0.0, "y": 0.0}
"""Parameters that every model has."""
CENTRE = ("x", "y")
"""Where a model is: the first stays where it is."""
UNITS = {"x": "mas", "y": "mas", "diameter": "mas"}


def models_xml(row: Row) -> str:
    """The models of a target or calibrator: a disk of its diameter where it has none of its own, if that is known."""
    return "".join(_models(row))


def _models(row: Row) -> Iterator[str]:
    model = row.get("model")
    listed = orjson.loads(orjson.dumps(model)) if model is not None else None
    blocks = [block for block in listed if isinstance(block, dict)] if isinstance(listed, list) else []
    disk = [{"diameter": row["diam"]}] if row.get("diam") else []
    for number, block in enumerate(blocks or disk, 1):
        yield _model(block, str(block.get("type", "disk")), number)


def _model(block: Mapping[str, Any], kind: str, number: int) -> str:
    values = DEFAULTS | {name: float(value) for name, value in block.items() if isinstance(value, int | float)}
    parameters = "".join(_parameter(name, value, number) for name, value in values.items())
    return element("tm:model", parameters, name=str(block.get("name", f"{kind}{number}")), type=kind)


def _parameter(name: str, value: float, number: int) -> str:
    fixed = number == 1 and name in CENTRE
    units = text_element("units", UNITS[name]) if name in UNITS else ""
    content = f"{units}{text_element('value', str(value))}{text_element('hasFixedValue', str(fixed).lower())}"
    return element("tm:parameter", content, name=f"{name}{number}", type=name)
