"""The page of a star, or of a target that is no star of JSDC: the answer to `star.graphql`, as HTML."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2.filters import do_urlencode

from adapters.page.common_names import common_names
from adapters.page.field_plot import field_plot
from adapters.page.granules import by_level
from adapters.page.identification import CONFIDENCES, KINDS, identifications
from adapters.page.instants import evening
from adapters.page.linked_data import linked_data
from adapters.page.quantities import BANDS, DISKS, ORIGINS, Values, measured, source
from adapters.page.rendering import TEMPLATES, messages, rendered
from adapters.page.spectral_plot import spectral_plot
from adapters.page.survey import MODES, STATES, steps
from adapters.page.tables import table_address
from adapters.page.timeline_plot import timeline_plot
from adapters.page.uv_plot import MEGAWAVELENGTHS, METRES, uv_plot
from adapters.page.visibility_plot import LINEAR, LOGARITHMIC, visibility_plot
from adapters.page.words import ENGLISH, Say, speaker
from adapters.votable.formats import JSON, TABLEDATA
from schema.derived import UNKNOWN
from schema.vocabularies import CAL_FLAG, IR_FLAG
from sky.disk import first_null, squared_visibility
from sky.reference_frames import galactic
from sky.separation import separation

HERE = Path(__file__).parent
DOCUMENT = (HERE / "star.graphql").read_text()
"""What is asked of GraphQL, as any front-end would; its variable is the name."""
FLAGS = dict([*CAL_FLAG.members.values(), *IR_FLAG.members.values()]) | {
    UNKNOWN: "A flag is set that is not known here"
}
"""Bits of CalFlag and of IRFlag in words."""
LENGTHS = (100, 330)
"""Baselines, m, at which the table of diameters has V²."""
NOTHING: Values = {"objectId": None, "nameMatch": None, "star": None}
"""Of a target of which no database has told anything."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Which plot is shown of those that there are several of, by parameters of the address."""

    scale: str = LINEAR
    """Of V²: `LINEAR` or `LOGARITHMIC`."""
    unit: str = METRES
    """Of the uv plane: `METRES` or `MEGAWAVELENGTHS`."""

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> "Shown":
        """What `v2` and `uv` say; the first of each where they say something else."""
        return cls(
            LOGARITHMIC if parameters.get("v2") == LOGARITHMIC else LINEAR,
            MEGAWAVELENGTHS if parameters.get("uv") == MEGAWAVELENGTHS else METRES,
        )


FIRST = Shown()
TEMPLATES.filters["measured"] = measured


def is_known(payload: Mapping[str, Any]) -> bool:
    """Whether a database has something of that name, or did not answer."""
    return bool(payload.get("errors") or (payload.get("data") or {}).get("object"))


def star_page(
    name: str, payload: Mapping[str, Any], now: datetime, language: str = ENGLISH, shown: Shown = FIRST
) -> str:
    """Write the page of what `is_known`.

    Parameters
    ----------
    name
        As it was asked.
    payload
        GraphQL's `data` and `errors`: of a database that does not answer the page says so, and shows the rest.
    now
        For how long something is not public yet, with a zone.
    language
        That of who reads.
    shown
        Which of the plots that there are several of.
    """
    say = speaker(language)
    found: Values = (payload.get("data") or {}).get("object") or {**NOTHING, "name": name}
    exposures, granules = (_nodes(found, part) for part in ("exposures", "granules"))
    star: Values | None = found.get("star")
    calibrators = _nodes(star or {}, "calibrators")
    called = (star and star["name"]) or found["name"]
    tables = _tables(found, exposures, granules, calibrators)
    alternates = _alternates(name, tables, say)
    return rendered(
        "star.html",
        language,
        page="star",
        asked=name,
        called=called,
        also=common_names(_nodes(star or {}, "identifiers"), called),
        found=found,
        star=star,
        errors=messages(payload),
        others=(found["nameMatch"] or {}).get("others") or (),
        resolved=say(KINDS[found["nameMatch"]["kind"]]) if found["nameMatch"] else "",
        place=star and _place(star),
        flags=[say(FLAGS[bit]) for bit in _flags(star)],
        disks=list(_disks(star)) if star else [],
        lengths=LENGTHS,
        bands=[(BANDS[field], star[field]) for field in BANDS if star and star[field]["value"] is not None],
        origins=ORIGINS,
        confidences=CONFIDENCES,
        source=source,
        curves={each: star and visibility_plot(star, exposures, each, say) for each in (LINEAR, LOGARITHMIC)},
        shown=shown,
        spectrum=star and spectral_plot(star, say),
        planes={each: uv_plot(exposures, each, say) for each in (METRES, MEGAWAVELENGTHS)},
        timeline=timeline_plot(exposures, say),
        field=star and field_plot(star, calibrators, say),
        exposures=[(row, one, _night(one)) for row, one in enumerate(exposures)],
        levels=by_level(granules, now, say),
        entries=[(entry, steps(_nodes(entry, "runs"), say)) for entry in _nodes(found, "spicaTargets")],
        modes=MODES,
        states=STATES,
        calibrators=_by_distance(star, calibrators) if star else [],
        identified=identifications(found, say),
        tables=tables,
        alternates=alternates,
        linked_data=linked_data(called, found, alternates),
    )


def refusal_page(name: str, message: str, language: str = ENGLISH) -> str:
    """Write the page of what is not shown, with the reason."""
    return rendered("refusal.html", language, asked=name, message=message)


def _nodes(found: Values, part: str) -> Sequence[Values]:
    return (found.get(part) or {}).get("nodes") or ()


def _tables(
    found: Values, exposures: Sequence[Values], granules: Sequence[Values], calibrators: Sequence[Values]
) -> Mapping[str, str]:
    """Addresses of the VOTables of what is not empty."""
    known = {"objectId": found["objectId"]}
    tables = {
        "exposures": table_address("StarExposures", known) if exposures else "",
        "granules": table_address("StarGranules", known) if granules else "",
        "calibrators": table_address("StarCalibrators", {"ids": sorted(one["jsdcId"] for one in calibrators)})
        if calibrators
        else "",
    }
    return {table: address for table, address in tables.items() if address}


def _alternates(name: str, tables: Mapping[str, str], say: Say) -> Sequence[tuple[str, str, str]]:
    """The title, the media type and the address of what machines read of a star."""
    titles = {"exposures": say("Exposures"), "granules": say("Granules"), "calibrators": say("Calibrators")}
    whole = (say("All of this page"), JSON.media_type, f"/star/{do_urlencode(name)}?format=json")
    return [whole, *((titles[table], TABLEDATA.media_type, address) for table, address in tables.items())]


def _place(star: Values) -> Mapping[str, float]:
    longitude, latitude = galactic(star["ra"], star["dec"])
    return {"longitude": longitude, "latitude": latitude}


def _flags(star: Values | None) -> Sequence[str]:
    return [bit for field in ("calFlagBits", "irFlagBits") for bit in (star or {}).get(field) or ()]


def _disks(star: Values) -> Iterator[tuple[str, float, float, float, Sequence[float]]]:
    """Of each band: its name, its wavelength, µm, the diameter, mas, the first null, m, and V² at `LENGTHS`."""
    for field, (band, micron) in DISKS.items():
        if star[field]:
            metres = micron * 1e-6
            values = squared_visibility(star[field], LENGTHS, metres).tolist()
            yield band, micron, star[field], first_null(star[field], metres), values


def _night(exposure: Values) -> str:
    mjd = exposure["expMjdStart"]
    return "" if mjd is None else evening(mjd, exposure["interferometerName"]).isoformat()


def _by_distance(star: Values, calibrators: Sequence[Values]) -> Sequence[tuple[int, Values, float]]:
    """The row of each calibrator in the table of them, which is by `jsdcId`; it; how far it is, degrees."""
    rows = {one: row for row, one in enumerate(sorted(each["jsdcId"] for each in calibrators))}
    away = [(separation(star["ra"], star["dec"], one["ra"], one["dec"]), one) for one in calibrators]
    return [(rows[one["jsdcId"]], one, distance) for distance, one in sorted(away, key=lambda pair: pair[0])]
