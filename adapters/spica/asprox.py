"""A night of SPICA as ASPRO2's own file of an observation (`.asprox`), which its menu opens.

Written to the schema AsproOIModel.xsd of JMMC-OpenDev/aspro-conf (schemaVersion 2018.04).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from adapters.spica.models import models_xml
from adapters.spica.sheet import PRIMARIES, SCIENCE, SECONDARIES, sheet_rows
from adapters.spica.votable import INSTRUMENT
from adapters.votable.fields import element, text_element
from planning.errors import NotFound
from resolvers.spica_night import SpicaNight
from resolvers.spica_survey import Row
from schema.sexagesimal import dms, hms
from sky.chara import CHARA, CONFIGURATION

OPENING = """<?xml version="1.0" encoding="UTF-8"?>
<a:observationSetting xmlns:a="http://www.jmmc.fr/aspro-oi/0.1" xmlns:tm="http://www.jmmc.fr/jmcs/models/0.1">
"""
END = "</a:observationSetting>\n"
FLUXES = "BVGRIJHKLMN"
"""Bands of ASPRO2's elements FLUX_…, in the order of its schema."""
NOT_IN_ID = re.compile(r"[^A-Za-z0-9_]")


def night_asprox(night: SpicaNight) -> bytes:
    """Write the night: targets with their calibrators beside them, and the settings that they were computed with.

    Raises `NotFound` where there is no target, which ASPRO2 does not open.
    """
    rows = sheet_rows(night)
    if not rows:
        message = (
            "There is no target to observe that night: another DATE, a lower MIN_ELEVATION or OBSERVABLE=false may do"
        )
        raise NotFound(message)
    ids, angles = _ids(rows), _hour_angles(night)
    parts = [*_settings(night), *(_target(row, key, angles) for row, key in zip(rows, ids, strict=True))]
    parts.append(_user_infos(rows, ids))
    return (OPENING + "".join(f"{part}\n" for part in parts) + END).encode()


def _settings(night: SpicaNight) -> Iterator[str]:
    request = night.request
    yield text_element("schemaVersion", "2018.04")
    yield text_element("targetVersion", "0.0")
    yield text_element("name", f"SPICA {request.evening}")
    yield _parent("when", {"date": str(request.evening), "nightRestriction": "true", "atmosphereQuality": "Average"})
    place = {"name": f"{CHARA.name} {CONFIGURATION}", "minElevation": f"{request.lowest:g}"}
    yield _parent("interferometerConfiguration", place)
    stations = " ".join(request.ordered)
    yield _parent("instrumentConfiguration", {"name": INSTRUMENT, "stations": stations, "pops": night.pop_digits})


def _parent(tag: str, texts: Mapping[str, str]) -> str:
    return element(tag, "".join(text_element(name, text) for name, text in texts.items()))


def _ids(rows: Iterable[Row]) -> list[str]:
    """An XML ID for each row, made of its name as ASPRO2 makes them, numbered where it repeats."""
    used: dict[str, int] = {}
    ids = []
    for row in rows:
        plain = NOT_IN_ID.sub("_", row["target_main_id"] or f"SPICA_{row['spicadb_id']}")
        plain = plain if plain[0].isalpha() else f"_{plain}"
        used[plain] = used.get(plain, 0) + 1
        ids.append(plain if used[plain] == 1 else f"{plain}_{used[plain]}")
    return ids


def _hour_angles(night: SpicaNight) -> str:
    """The configuration of each target: the hour angles that are wanted; "" for all."""
    if night.request.hour_angles is None:
        return ""
    texts = (f"{hours:g}" for hours in night.request.hour_angles)
    return _parent("configuration", dict(zip(("HAMin", "HAMax"), texts, strict=True)))


def _target(row: Row, key: str, configuration: str) -> str:
    place = {"RA": hms(row["ra"]).replace(" ", ":"), "DEC": dms(row["dec"]).replace(" ", ":"), "EQUINOX": "2000.0"}
    texts = {"name": row["target_main_id"] or key.replace("_", " "), **place}
    texts |= {"IDS": f"HD {row['hd'].removeprefix('HD ')}"} if row.get("hd") else {}
    texts |= {"SPECTYP": row["spt"]} if row.get("spt") else {}
    fluxes = {band: row.get(f"{band.lower()}mag") for band in FLUXES}
    texts |= {f"FLUX_{band}": f"{value:.6g}" for band, value in fluxes.items() if value is not None and value == value}  # noqa: PLR0124 - NaN
    content = "".join(text_element(name, text) for name, text in texts.items())
    content += text_element("useAnalyticalModel", "true") + models_xml(row) + configuration
    return element("target", content, id=key)


def _user_infos(rows: Sequence[Row], ids: Sequence[str]) -> str:
    """Which targets are calibrators, and of which others."""
    keys = {row["target_main_id"]: key for row, key in zip(rows, ids, strict=True) if row["nss_type"] != SCIENCE}
    parts = [text_element("calibrators", " ".join(keys.values()))] if keys else []
    for row, key in zip(rows, ids, strict=True):
        if row["nss_type"] == SCIENCE:
            beside = dict.fromkeys(keys[row[name]] for name in (*PRIMARIES, *SECONDARIES) if row[name] in keys)
            texts = {"targetRef": key, "description": _description(row)}
            parts.append(_parent("targetInfo", texts | ({"calibrators": " ".join(beside)} if beside else {})))
    return element("targetUserInfos", "".join(parts))


def _description(row: Row) -> str:
    """What of SPICA-DB travels with a target, as the scheduler's columns `meta.code.class` do."""
    known = {name: row[name] for name in ("spicadb_id", "progname", "piname", "spica_mode", "priority_final")}
    return "; ".join(f"{name}: {value}" for name, value in known.items() if value is not None)
