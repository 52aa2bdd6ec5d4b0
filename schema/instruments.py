"""Instruments as people know them, by the many names that files and databases have for them."""

INSTRUMENTS = (
    ("GRAVITY", "GRAVITY"), ("SPECTRO_", "GRAVITY"), ("MATISSE", "MATISSE"), ("PIONIER", "PIONIER"), ("AMBER", "AMBER"),
    ("MIDI", "MIDI"), ("VINCI", "VINCI"), ("MIRCX", "MIRC-X"), ("MIRC-X", "MIRC-X"), ("MIRC", "MIRC"),
    ("H_PRISM", "MIRC"), ("MYSTIC", "MYSTIC"), ("SPICA", "SPICA"), ("VEGA", "VEGA"), ("CLIMB", "CLIMB"),
    ("CLASSIC", "CLASSIC"), ("PAVO", "PAVO"), ("JOUFLU", "JouFLU"), ("FLUOR", "FLUOR"),
    ("SILMARIL", "SILMARIL"), ("NPOI", "NPOI"), ("IONIC", "IONIC"),
)  # fmt: skip
"""What INSNAME begins with, and the instrument; SPECTRO_SC and SPECTRO_FT are of GRAVITY's first months."""


def canonical(name: str) -> str:
    """SQL of the instrument, by SQL of a name of it: the name itself where it is none of these.

    A placeholder may stand for a column in it.
    """
    upper = f"upper({name})"
    cases = "".join(f" WHEN {upper} LIKE '{_pattern(prefix)}%' THEN '{known}'" for prefix, known in INSTRUMENTS)
    return f"CASE{cases} ELSE {name} END"


def _pattern(prefix: str) -> str:
    return prefix.replace("_", r"\_")
