"""The columns of `ivoa.obs_radio`: ObsCore's extension for radio data, as far as it is of interferometers, and ours.

Names, units, UCDs and utypes are those of its tables (ObsCore Extension for Radio data, PEN 1.0 of 15 September 2025).
There is no extension for optical interferometry: what an OIFITS file counts, the last four, is ours (docs/obscore.md).
"""

from typing import Any

from schema.column import Column
from schema.obscore import DID
from schema.types import DOUBLE, INT, Scalar


def _column(name: str, description: str, unit: str, ucd: str, utype: str, **options: Any) -> Column:
    kind: Scalar = options.pop("kind", DOUBLE)
    return Column(name, kind, description, unit, ucd, utype=f"obscore:{utype}" if utype else "", **options)


_SPACE = "Char.SpatialAxis"
UV_MIN = _column(
    "uv_distance_min", "Shortest baseline: projected where that is recorded, else between stations", "m",
    "stat.fourier;pos;stat.min", "Char.UVAxis.Coverage.Bounds.Limits.LoLimit", principal=True,
)  # fmt: skip
UV_MAX = _column(
    "uv_distance_max", "Longest baseline: projected where that is recorded, else between stations", "m",
    "stat.fourier;pos;stat.max", "Char.UVAxis.Coverage.Bounds.Limits.HiLimit", principal=True,
)  # fmt: skip
UV_ECC = _column(
    "uv_distribution_ecc", "Eccentricity of the distribution in the uv plane, where projected baselines are recorded",
    "", "stat.fourier;pos", "Char.UVAxis.Coverage.Bounds.Eccentricity",
)  # fmt: skip
UV_FILL = _column(
    "uv_distribution_fill", "Points in the uv plane for each of its 1000 × 1000 cells, as the extension has it", "",
    "stat.fourier;pos;arith.ratio", "Char.UVAxis.Coverage.Bounds.FillingFactor",
)  # fmt: skip
TELESCOPES = _column(
    "instr_tel_number", "Telescopes", "", "meta.number;instr.baseline", "Provenance.ObsConfig.Instrument.Array.Number",
    kind=INT, principal=True,
)  # fmt: skip
UV = {"minDistance": UV_MIN, "maxDistance": UV_MAX, "eccentricity": UV_ECC, "telescopes": TELESCOPES}
"""What GraphQL has together in the field `uv` of rows, and of filters, by its names."""
COLUMNS = (
    DID,
    _column(
        "s_resolution_min", "Best angular resolution: shortest wavelength / longest baseline", "arcsec",
        "pos.angResolution;stat.min", f"{_SPACE}.Resolution.Bounds.Limits.LoLimit", principal=True,
    ),
    _column(
        "s_resolution_max", "Angular resolution at the longest wavelength: that / longest baseline", "arcsec",
        "pos.angResolution;stat.max", f"{_SPACE}.Resolution.Bounds.Limits.HiLimit", principal=True,
    ),
    _column(
        "s_fov_min", "Field of view at the shortest wavelength: that / diameter of the largest telescope", "deg",
        "phys.angSize;instr.fov;stat.min", f"{_SPACE}.Coverage.Bounds.Extent.LoLimit",
    ),
    _column(
        "s_fov_max", "Field of view at the longest wavelength: that / diameter of the largest telescope", "deg",
        "phys.angSize;instr.fov;stat.max", f"{_SPACE}.Coverage.Bounds.Extent.HiLimit",
    ),
    _column(
        "s_maximum_angular_scale", "Largest scale that is seen: middle of the wavelengths / shortest baseline",
        "arcsec", "phys.angSize;stat.max", f"{_SPACE}.Resolution.Scale.Limits.HiLimit",
    ),
    UV_MIN, UV_MAX, UV_ECC, UV_FILL, TELESCOPES,
    _column(
        "instr_tel_min_dist", "Shortest distance between telescopes", "m", "instr.baseline;stat.min",
        "Provenance.ObsConfig.Instrument.Array.MinDist",
    ),
    _column(
        "instr_tel_max_dist", "Longest distance between telescopes", "m", "instr.baseline;stat.max",
        "Provenance.ObsConfig.Instrument.Array.MaxDist", principal=True,
    ),
    _column(
        "instr_tel_diameter", "Diameter of the largest telescope", "m", "phys.size.diameter;instr.tel",
        "Provenance.ObsConfig.Instrument.Array.Diameter",
    ),
    Column("nb_vis", INT, "Complex visibilities (OI_VIS)", ucd="meta.number", principal=True),
    Column("nb_vis2", INT, "Squared visibilities (OI_VIS2)", ucd="meta.number", principal=True),
    Column("nb_t3", INT, "Triple products (OI_T3)", ucd="meta.number", principal=True),
    Column("nb_channels", INT, "Spectral channels", ucd="meta.number;em", principal=True),
)  # fmt: skip
