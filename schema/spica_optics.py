"""What SPICA sees of the sky, as SQL of constants: its wavelengths, CHARA's telescopes, and its field of view."""

from schema import uv

LOW, HIGH = "6e-7::double precision", "9e-7::double precision"
"""Shortest and longest wavelength, metres (ASPRO2's configuration)."""
PUPIL = f"{uv.DIAMETERS['CHARA']}::double precision"
FOV = uv.field_of_view(f"(({LOW} + {HIGH}) / 2)", PUPIL)
"""Degrees, at the middle of its wavelengths."""
FOV_MIN, FOV_MAX = uv.field_of_view(LOW, PUPIL), uv.field_of_view(HIGH, PUPIL)
