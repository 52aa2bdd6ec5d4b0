"""MIVOT 1.0: what the columns of a table are in the words of data models, for clients that ask for it (`MIVOT=true`).

Each row is a source of MANGO (working draft 1.0), with its identifier and a property for its place and for each
quantity: a Brightness in a filter that SVO's Filter Profile Service knows (PhotDM 1.1), else a PhysicalProperty
(MeasurementDM 1.0). Where a value comes from and how far it is to be trusted is a Status of it, whose codes the FIELD
explains.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from types import MappingProxyType

from adapters.votable.fields import UPLOADS, element, field_ids, owner_of
from planning.plan import Cell
from schema.column import Column, Quantity
from schema.table import Table

NAMESPACE = "http://www.ivoa.net/xml/mivot"
MODELS = {
    "ivoa": "https://www.ivoa.net/xml/VODML/IVOA-v1.vo-dml.xml",
    "coords": "https://www.ivoa.net/xml/VODML/Coords-v1.0.vo-dml.xml",
    "meas": "https://www.ivoa.net/xml/VODML/Meas-v1.vo-dml.xml",
    "Phot": "https://www.ivoa.net/xml/VODML/Phot-v1.vodml.xml",
    "mango": "https://raw.githubusercontent.com/ivoa-std/MANGO/refs/heads/wd-v1.0/vo-dml/mango.vo-dml.xml",
}
"""Names of data models and where they are."""
REAL, TEXT, WHOLE = "ivoa:RealQuantity", "ivoa:string", "ivoa:integer"
UNMARKED = str.maketrans({"'": "’", '"': "”", "&": "+", "<": "‹", ">": "›"})
"""Characters that astropy 8.0.2 writes as they are when it hands the annotation on to pyvo, which then is no XML."""
FRAME = "_icrs"
"""Identifies the frame in GLOBALS."""
MOTION = MappingProxyType({"pos.pm;pos.eq.ra": "pmLongitude", "pos.pm;pos.eq.dec": "pmLatitude",
                           "pos.parallax.trig": "parallax"})  # fmt: skip
"""UCDs of quantities that belong to the place, and what they are in mango:EpochPosition."""
Ids = dict[Column, str]


@lru_cache(maxsize=64)
def mivot_resource(table: Table | None, cells: tuple[Cell, ...]) -> str:
    """Write the RESOURCE that annotates a table with these columns; "" where none of them is in a model.

    Rows of several tables are none of one source: only the columns of the first are annotated.
    """
    owner = next((found for cell in cells if (found := owner_of(table, cell)) and found.source != UPLOADS), None)
    if owner is None:
        return ""
    declared = {column.sql: column for column in owner.columns}  # a cone search gives some of them other UCDs
    own = ((cell.column.sql, name) for cell, name in field_ids(cells).items() if owner_of(table, cell) is owner)
    ids = {declared[sql]: name for sql, name in own if sql in declared}
    properties = list(_properties(owner, ids))
    if not properties:
        return ""
    filters = dict.fromkeys(value.filter for value in _values(owner, ids) if value.filter)
    models = "".join(element("MODEL", name=name, url=url) for name, url in MODELS.items())
    shared = element("GLOBALS", _frame() + "".join(map(_photometric_calibration, filters)))
    source = _instance(
        "mango:MangoObject", "", _identifier(owner, ids), _collection("mango:MangoObject.propertyDock", properties)
    )
    block = element(
        "VODML", f"{element('REPORT', status='OK')}{models}{shared}{element('TEMPLATES', source)}", xmlns=NAMESPACE
    )
    return element("RESOURCE", block, type="meta") + "\n"


def _values(table: Table, ids: Ids) -> Iterator[Column]:
    yield from (quantity.value for quantity in table.quantities.values() if quantity.value in ids)


def _identifier(table: Table, ids: Ids) -> str:
    named = next(
        (column for column in ids if column.ucd == "meta.id;meta.main"), table.key if table.key in ids else None
    )
    return _attribute("mango:MangoObject.identifier", TEXT, ids[named]) if named else ""


def _properties(table: Table, ids: Ids) -> Iterator[str]:
    if table.position and set(table.position) <= ids.keys():
        yield _place(table, table.position, ids)
    for quantity in table.quantities.values():
        if quantity.value in ids and quantity.value.ucd not in MOTION:
            yield _brightness(quantity, ids) if quantity.value.filter else _physical(quantity, ids)


def _place(table: Table, position: tuple[Column, Column], ids: Ids) -> str:
    axes = dict(zip(("longitude", "latitude"), position, strict=True))
    moving = {MOTION[value.ucd]: value for value in _values(table, ids) if value.ucd in MOTION}
    parts = [
        _attribute(f"mango:EpochPosition.{name}", REAL, ids[column], column.unit)
        for name, column in (axes | moving).items()
    ]
    of_axis = {column.ucd: column for column in ids}
    sigmas = [of_axis.get(f"stat.error;{column.ucd.removesuffix(';meta.main')}") for column in position]
    errors = [_error_2d("position", sigmas, ids)] if all(sigmas) else []
    kept = "".join(_instance("mango:EpochPositionErrors", "mango:EpochPosition.errors", *errors)) if errors else ""
    frame = element("REFERENCE", dmrole="mango:EpochPosition.spaceSys", dmref=FRAME)
    return _instance("mango:EpochPosition", "", *parts, kept, frame)


def _error_2d(role: str, sigmas: Sequence[Column | None], ids: Ids) -> str:
    parts = (
        _attribute(f"mango:error.PErrorSym2D.sigma{number}", REAL, ids[column], column.unit)
        for number, column in enumerate(sigmas, 1)
        if column
    )
    return _instance("mango:error.PErrorSym2D", f"mango:EpochPositionErrors.{role}", *parts)


def _brightness(quantity: Quantity, ids: Ids) -> str:
    value, error = quantity.value, quantity.error
    told = _attribute("mango:PhotometricProperty.value", REAL, ids[value], value.unit)
    sigma = ""
    if error in ids and error:
        inner = _attribute("mango:error.PErrorSym1D.sigma", REAL, ids[error], error.unit)
        sigma = _instance("mango:error.PErrorSym1D", "mango:PhotometricProperty.error", inner)
    calibration = element("REFERENCE", dmrole="mango:Brightness.photCal", dmref=_filter_id(value.filter))
    return _instance("mango:Brightness", "", _description(value), told, sigma, calibration, _status(quantity, ids))


def _physical(quantity: Quantity, ids: Ids) -> str:
    value, error = quantity.value, quantity.error
    inner = _attribute("coords:PhysicalCoordinate.cval", REAL, ids[value], value.unit)
    parts = [_instance("coords:PhysicalCoordinate", "meas:Measure.coord", inner)]
    if error in ids and error:
        radius = _attribute("meas:Symmetrical.radius", REAL, ids[error], error.unit)
        parts.append(
            _instance("meas:Error", "meas:Measure.error", _instance("meas:Symmetrical", "meas:Error.statError", radius))
        )
    measure = _instance("meas:GenericMeasure", "mango:PhysicalProperty.measure", *parts)
    return _instance("mango:PhysicalProperty", "", _description(value), measure, _status(quantity, ids))


def _status(quantity: Quantity, ids: Ids) -> str:
    """Origin and confidence."""
    told = [
        _instance("mango:Status", "", _description(column), _attribute("mango:Status.status", WHOLE, ids[column]))
        for column in (quantity.origin, quantity.confidence)
        if column in ids and column
    ]
    return _collection("mango:Property.associatedProperties", told) if told else ""


def _description(column: Column) -> str:
    text = column.description.translate(UNMARKED)
    return element("ATTRIBUTE", dmrole="mango:Property.description", dmtype=TEXT, value=text)


def _photometric_calibration(identifier: str) -> str:
    named = {"fpsIdentifier": "ivo://svo/fps", "identifier": identifier}
    told = "".join(
        element("ATTRIBUTE", dmrole=f"Phot:PhotometryFilter.{name}", dmtype=TEXT, value=value)
        for name, value in named.items()
    )
    filter_ = element("INSTANCE", told, dmrole="Phot:PhotCal.photometryFilter", dmtype="Phot:PhotometryFilter")
    return element("INSTANCE", filter_, dmid=_filter_id(identifier), dmtype="Phot:PhotCal")


def _filter_id(identifier: str) -> str:
    return "_photcal_" + identifier.replace("/", "_").replace(".", "_")


def _frame() -> str:
    name = element("ATTRIBUTE", dmrole="coords:SpaceFrame.spaceRefFrame", dmtype=TEXT, value="ICRS")
    frame = _instance("coords:SpaceFrame", "coords:PhysicalCoordSys.frame", name)
    return element("INSTANCE", frame, dmid=FRAME, dmtype="coords:SpaceSys")


def _instance(dmtype: str, role: str, *parts: str) -> str:
    return element("INSTANCE", "".join(parts), dmrole=role, dmtype=dmtype)


def _collection(role: str, parts: Sequence[str]) -> str:
    return element("COLLECTION", "".join(parts), dmrole=role)


def _attribute(role: str, dmtype: str, ref: str, unit: str = "") -> str:
    return element("ATTRIBUTE", dmrole=role, dmtype=dmtype, ref=ref, unit=unit)
