"""What an address of Browse asks: conditions, columns, order, place and page; and the variables of its documents."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from adapters.page.browse_conditions import Column, where_of
from adapters.page.places import cone_of
from planning.errors import BadInput
from schema.catalog import suggestion

RADIUS = 0.1
"""Degrees, where an address names a place alone."""
FIRST = (("meta.id;src",), ("time.start", "time.epoch"), ("meta.id;instr", "instr.tel"))
"""UCDs of columns that are looked at first: whose row it is, when, by what."""
SHOWN = 12
"""Columns of a table that has no principal ones."""
BESIDE = ("lang", "format", "responseformat", "open", "view")
"""Parameters that do not say which rows are shown."""


@dataclass(frozen=True, slots=True)
class BrowseState:
    """The rows that an address shows of a table."""

    conditions: Mapping[str, str]
    """By field; see `browse_conditions`."""
    columns: tuple[str, ...] = ()
    """Fields, in published order."""
    order: str = ""
    """A field, with a minus for descending; "" for the order of the key, or from a place outwards."""
    place: str = ""
    """A name, or right ascension and declination; "" for the whole sky."""
    radius: float = RADIUS
    """Degrees."""
    box: tuple[float, ...] = ()
    """Right ascension and declination of the centre, width and height, ICRS degrees."""
    polygon: tuple[float, ...] = ()
    """Right ascension and declination of each corner, ICRS degrees."""
    after: str = ""
    before: str = ""
    end: bool = False
    """Whether the last page is asked."""
    row: int = 0
    """Number of the first row of the page, from 0, as far as who made the address knows."""

    def pairs(self, default: Sequence[str]) -> list[tuple[str, str]]:
        """The parameters of its address, where `default` are the columns that need not be named."""
        pairs = [*self.conditions.items(), ("place", self.place)]
        if self.place and self.radius != RADIUS:
            pairs.append(("radius", f"{self.radius:.10g}"))
        pairs += [(name, _numbers(getattr(self, name))) for name in ("box", "polygon")]
        if self.columns != tuple(default):
            pairs.append(("columns", ",".join(self.columns)))
        pairs += [("order", self.order), ("after", self.after), ("before", self.before)]
        pairs += [("end", "1" if self.end else ""), ("row", str(self.row or ""))]
        return [(name, value) for name, value in pairs if value]

    def address(self, default: Sequence[str], **changes: Any) -> str:
        """Its query string with some of it changed, from the first page on unless a page is among that."""
        first: dict[str, Any] = {"after": "", "before": "", "end": False, "row": 0}
        changed = replace(self, **(first | changes))
        return "?" + urlencode(changed.pairs(default), safe=",|")


def in_reading_order(table: Mapping[str, Any]) -> Mapping[str, Any]:
    """A table with its columns as they are looked at: what a row is of, by which instrument and when, then the rest."""
    return {**table, "columns": sorted(table["columns"], key=lambda column: _rank(column, table["key"]))}


def _rank(column: Column, key: str | None) -> int:
    ucd = column["ucd"] or ""
    if column["type"] == "JSON" or ucd.startswith("meta.ref"):
        return len(FIRST) + 2
    if ucd.startswith("meta.id;meta.main") or (column["field"] == key and column["type"] == "String"):
        return 0
    return next((rank for rank, kinds in enumerate(FIRST, 1) if ucd.startswith(kinds)), len(FIRST) + 1)


def default_columns(table: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields of a table that are shown where an address names none."""
    columns: Sequence[Column] = table["columns"]
    principal = [column["field"] for column in columns if column["principal"]]
    return tuple(principal or [column["field"] for column in columns][:SHOWN])


def read_state(pairs: Iterable[tuple[str, str]], table: Mapping[str, Any]) -> BrowseState:
    """Read the parameters of an address, those without a value left out; raises `BadInput` for one that is unknown."""
    given: dict[str, str] = {}
    for name, value in pairs:
        if value.strip() and name.lower() not in BESIDE:
            given[name] = f"{given[name]},{value}" if name in given else value.strip()
    fields = [column["field"] for column in table["columns"]]
    own = {name: given.pop(name) for name in OWN if name in given}
    unknown = [name for name in given if name not in fields]
    if unknown:
        message = f"{unknown[0][:60]} is no column of {table['name']}{suggestion(unknown[0], fields)}"
        raise BadInput(message)
    wanted = own.get("columns", "").split(",")
    columns = tuple(field for field in fields if field in wanted) or default_columns(table)
    if own.get("order", "").removeprefix("-") not in ("", "separation", *fields):
        message = f"order={own['order'][:60]}: {table['name']} has no such column"
        raise BadInput(message)
    return BrowseState(
        conditions=given,
        columns=columns,
        order=own.get("order", ""),
        place=own.get("place", "") if table["positioned"] else "",
        radius=_float("radius", own.get("radius", RADIUS)),
        box=_floats("box", own.get("box", "")),
        polygon=_floats("polygon", own.get("polygon", "")),
        after=own.get("after", ""),
        before=own.get("before", ""),
        end="end" in own,
        row=int(own["row"]) if own.get("row", "").isdecimal() else 0,
    )


OWN = ("place", "radius", "box", "polygon", "columns", "order", "after", "before", "end", "row")


def rows_variables(state: BrowseState, table: Mapping[str, Any]) -> dict[str, Any]:
    """The variables of a table's document: which rows, in which order, with which columns; not how many."""
    variables: dict[str, Any] = dict.fromkeys(state.columns, True)
    if where := _where(state, table):
        variables["where"] = where
    if order := state.order or ("separation" if state.place else ""):
        variables["orderBy"] = [{order.removeprefix("-"): "DESC_NULLS_LAST" if order.startswith("-") else "ASC"}]
    if state.place:
        variables |= {"cone": cone_of(state.place, state.radius), "separation": True}
    if state.box:
        variables["region"] = {"box": dict(zip(("ra", "dec", "width", "height"), state.box, strict=False))}
    if state.polygon:
        corners = zip(state.polygon[::2], state.polygon[1::2], strict=False)
        variables["region"] = {"polygon": [list(corner) for corner in corners]}
    return variables


def page_variables(state: BrowseState, size: int) -> dict[str, Any]:
    """The variables for the page of so many rows that a state names."""
    if state.before or state.end:
        return {"last": size} | ({"before": state.before} if state.before else {})
    return {"first": size} | ({"after": state.after} if state.after else {})


def _where(state: BrowseState, table: Mapping[str, Any]) -> dict[str, Any]:
    columns = {column["field"]: column for column in table["columns"]}
    conditions = [where_of(columns[field], text) for field, text in state.conditions.items()]
    return {"and": conditions} if len(conditions) > 1 else dict(*conditions)


def _numbers(values: Sequence[float]) -> str:
    return ",".join(f"{value:.10g}" for value in values)


def _floats(name: str, text: str) -> tuple[float, ...]:
    return tuple(_float(name, part) for part in text.replace(",", " ").split())


def _float(name: str, text: str | float) -> float:
    if not _is_number(str(text)):
        message = f"{name}={str(text)[:60]} is no number: degrees are wanted"
        raise BadInput(message)
    return float(text)


def _is_number(text: str) -> bool:
    try:
        return float(text) * 0 == 0
    except ValueError:
        return False
