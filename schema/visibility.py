"""When a place can be observed: the columns of ObjObsSAP, and how the registries hear of it.

Source: IVOA ObjObsSAP 1.0, working draft of 2024-11-18, section 4.1.1. It wants `float` for times: such a number holds
an MJD to six minutes, so that those here are `double`. Of columns that a service may leave out, the draft gives the
UCDs `angle.validity` in its text and `phys.angDist` in its appendix; UCD1+ has neither, and its own stand here.
"""

from schema.column import Column
from schema.origin import Origin
from schema.table import Table
from schema.types import ASCII, DOUBLE, FLOAT

STANDARD = "ObjObsSAP#query-0.3"
"""As the draft of 1.0 has it (section 3.3)."""
NAMESPACE = "http://www.ivoa.net/xml/ObjectObservabilityDM/ObjectObservabilityDM-v1.0.xsd"
"""Of the data model, to which documents must refer (section 4.1)."""
LIMITS = "Coverage.Bounds.Limits"
VISIBILITY = Table(
    "",
    "visibility",
    "",
    "VisibilityRow",
    "visibilityRows",
    "Times in which an interferometer can observe a place",
    (
        Column("t_start", DOUBLE, "Begin (MJD, UTC)", "d", "time.start", f"Char.TimeAxis.{LIMITS}.StartTime"),
        Column("t_stop", DOUBLE, "End (MJD, UTC)", "d", "time.end", f"Char.TimeAxis.{LIMITS}.StopTime"),
        Column(
            "t_observability", DOUBLE, "How long it is", "s", "time.duration", "Char.TimeAxis.Coverage.Support.Extent"
        ),
        Column(
            "t_validity",
            DOUBLE,
            "Day (MJD) up to which the Earth's orientation is known or predicted: beyond, times change by seconds",
            "d",
            "time.validity",
            "Char.TimeAxis.Coverage.Time",
        ),
        Column("validity_accuracy", ASCII, "HIGH, or MEDIUM beyond t_validity", ucd="meta.code.qual"),
        Column("validity_predictor", ASCII, "Program, and the configuration that it knows", ucd="meta.software"),
        Column(
            "facility", ASCII, "Interferometer", ucd="meta.id;instr.tel", utype="Provenance.ObsConfig.Facility.name"
        ),
        Column("stations", ASCII, "Stations, in the order of the beams", ucd="meta.id;instr.setup"),
        Column("pops", ASCII, "Pipe of Pan of each station, of CHARA only", ucd="meta.code;instr.setup"),
        Column(
            "elevation_min", FLOAT, "Least elevation meanwhile", "deg", "pos.az.alt;stat.min", "Char.Position.Axis.Min"
        ),
        Column(
            "elevation_max",
            FLOAT,
            "Greatest elevation meanwhile",
            "deg",
            "pos.az.alt;stat.max",
            "Char.Position.Axis.Max",
        ),
        Column("moon_sep_min", FLOAT, "Least distance to the Moon meanwhile", "deg", "pos.angDistance;stat.min"),
        Column(
            "limited_by",
            ASCII,
            "What speaks against it and may be overruled: SAFE_ELEVATION, MOON; nothing unless SOFT=true",
            ucd="meta.code",
        ),
    ),
)
ORIGIN = Origin(
    "JMMC: when VLTI and CHARA can observe a place",
    "Times in which VLTI's quadruplets and CHARA's telescopes reach a place at night, with horizons, delay lines and "
    "Pipes of Pan, by the rule and the configuration of ASPRO2",
    ("optical-interferometry", "interferometers", "observation-planning"),
    wavebands=("Optical", "Infrared"),
    facilities=("VLTI", "CHARA"),
    instruments=("GRAVITY", "MATISSE", "PIONIER", "SPICA", "MIRC-X", "MYSTIC"),
)
