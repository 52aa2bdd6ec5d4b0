"""`ivo_specconv`: wavelength, frequency or energy of light in vacuum as whichever of them a query wants."""

from dataclasses import dataclass

from adql.checked.typed import ColumnMetadata, TypedExpression
from adql.checked.units import read
from adql.errors import AdqlError
from adql.template import Node, fragment, real
from adql.tree import Call, TextPosition
from schema.types import DOUBLE

C = 299_792_458.0
"""Speed of light (m/s); this and the next are exact (SI 2019)."""
H = 6.62607015e-34
"""Planck's constant (J s)."""


@dataclass(frozen=True, slots=True)
class SpectralQuantity:
    """A way to say what light it is."""

    ucd: str
    energy: float
    """Of a photon of 1 m, 1 Hz or 1 J, in J."""
    inverse: bool = False
    """Whether a photon of twice the value has half the energy."""


MEASURES: dict[tuple[tuple[str, int], ...], SpectralQuantity] = {
    (("length", 1),): SpectralQuantity("em.wl", H * C, inverse=True),
    (("frequency", 1),): SpectralQuantity("em.freq", H),
    (("energy", 1),): SpectralQuantity("em.energy", 1.0),
}


def converted(node: Call, value: TypedExpression, *units: TypedExpression) -> TypedExpression:
    """A wavelength, frequency or energy in another unit.

    Parameters
    ----------
    units
        The unit of the value, if it is said, and the one to convert to; written out as character strings.

    Raises
    ------
    AdqlError
        A unit is not known or is none of these three, or contradicts what is known of the value.
    """
    *given, to_unit = (unit.string for unit in units)
    if to_unit is None or None in given:
        raise AdqlError(f"{node.function} wants units written out as character strings", node.at)
    known = value.metadata.unit
    unit = next(iter(given), None) or known
    if not unit:
        hint = f"say it: {node.function.lower()}(656, 'nm', 'keV')"
        raise AdqlError(f"{node.function} wants a value whose unit is known", node.at, hint)
    if known and known != unit:
        raise AdqlError(f"the unit is {known}, not {unit}", node.at, f"leave '{unit}' out")
    sql = _sql(value.sql, _read(unit, node.at), _read(to_unit, node.at))
    ucd = MEASURES[read(to_unit)[0]].ucd
    return TypedExpression(sql, DOUBLE, ColumnMetadata(value.metadata.description, to_unit, ucd))


def _read(unit: str, at: TextPosition) -> tuple[SpectralQuantity, float]:
    """What a unit measures, and its size in m, Hz or J."""
    try:
        measured, size = read(unit)
    except ValueError as error:
        raise AdqlError(str(error), at) from None
    if measured not in MEASURES:
        raise AdqlError(f"{unit} is no unit of wavelength, frequency or energy", at)
    return MEASURES[measured], size


def _sql(value: Node, from_unit: tuple[SpectralQuantity, float], to_unit: tuple[SpectralQuantity, float]) -> Node:
    (one, size), (other, target) = from_unit, to_unit
    if one is other:
        return fragment("({0} * {1})", value, real(size / target))
    if one.inverse == other.inverse:
        return fragment("({0} * {1})", value, real(one.energy / other.energy * size / target))
    ratio = one.energy / other.energy if one.inverse else other.energy / one.energy
    return fragment("({0} / {1})", real(ratio / (size * target)), value)
