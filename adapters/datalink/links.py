"""Records → rows of a table of links, with terms of the datalink/core vocabulary."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import urlencode

from adapters.datalink.files import address, file_link, is_open, repaired_link
from adapters.datalink.link import LinkRow, fault
from adapters.datalink.lookup import Node
from adapters.datalink.nights import has_program, is_calibrator, is_same_target
from adapters.datalink.records import Record
from adapters.datalink.services import CALIBRATORS, GETSTAR
from adapters.votable.formats import VOTABLE
from schema.datalink import EXPOSURES, GRANULES, RUNS, STARS, TARGETS, DatalinkKind

PAGE = "https://obs.jmmc.fr/detail/exposure/"
"""URL of an exposure's page in the Obs Portal, before its name."""
NEAR = 1 / 3600
"""Radius in degrees of the cone that finds a survey target alone."""


def unknown_link(identifier: str) -> LinkRow:
    """The row of an identifier that names nothing."""
    return fault(
        "NotFoundFault", f"{identifier[:100]!r} is no record of ours: ask as obs_publisher_did of ivoa.obscore says"
    )


def record_links(record: Record, base: str) -> Iterator[LinkRow]:
    """Yield the links of a record: itself, the rest of its observation, its star, its survey target, services."""
    yield from OWN[record.requested.kind](record, base)
    level = record.node.get("calibLevel", 0)
    for exposure in record.exposures:
        if not _is_this(record, exposure):
            yield _log_link(exposure, "#progenitor")
    for granule in record.granules:
        yield from _related_link(granule, level, base)
    yield from _night_links(record, base)
    if record.requested.kind is not STARS:
        yield from _star_links(record, base)
    yield from _survey_links(record, base)


def _granule(record: Record, base: str) -> Iterator[LinkRow]:
    node = record.node
    opened = is_open(node)
    own_links = [replace(repaired_link(row, opened=opened), open=opened) for row in node["datalinks"]["nodes"]]
    if node["calibLevel"] == 0:
        log = {"expId": node["obsId"], "instrumentName": node["instrumentName"], "targetName": node["targetName"]}
        yield _log_link(log, "#this") if node["obsId"] else file_link(node, "#this", base)
        if node["obsId"]:
            yield from _raw_frames_link(node, base)
    else:
        own = next((link for link in own_links if link.semantics == "#this"), None)
        yield file_link(node, "#this", base, own)
    for link in own_links:
        if link.access_url != node["accessUrl"] and (opened or link.semantics != "#this"):
            yield replace(link, semantics="#auxiliary") if link.semantics == "#this" else link


def _exposure(record: Record, _base: str) -> Iterator[LinkRow]:
    yield _log_link(record.node, "#this")


def _run(record: Record, _base: str) -> Iterator[LinkRow]:
    if record.exposures:
        yield _log_link(record.exposures[0], "#this")
    else:
        yield fault("DefaultFault", "No exposure of this run is known to the Obs Portal")


def _star(record: Record, base: str) -> Iterator[LinkRow]:
    name = record.node["name"]
    yield LinkRow("#this", f"{name} in JSDC", _getstar(base, name), content_type=VOTABLE, local="star")
    yield LinkRow("#proc", f"{name} as GetStar gives it", service_def=GETSTAR, local="getstar")
    yield from _calibrators_link(record)
    if record.place:
        parameters = urlencode({"POS": "CIRCLE {} {} {:g}".format(*record.place, 3 * NEAR)})
        url = f"{base}/sia?{parameters}"
        yield LinkRow("#auxiliary", f"Observations of {name}", url, content_type=VOTABLE, local="observations")


def _target(record: Record, base: str) -> Iterator[LinkRow]:
    yield _survey_link(record.node, base, "#this")


OWN: Mapping[DatalinkKind, Callable[[Record, str], Iterator[LinkRow]]] = {
    GRANULES: _granule, EXPOSURES: _exposure, RUNS: _run, STARS: _star, TARGETS: _target,
}  # fmt: skip


def _is_this(record: Record, exposure: Node) -> bool:
    """Whether the record's own row leads to the log of this exposure."""
    if record.requested.kind is RUNS:
        return exposure is record.exposures[0]
    log = record.node.get("calibLevel") == 0 and record.node["obsId"] == exposure["expId"]
    return log or exposure is record.node


def _log_link(exposure: Node, semantics: str) -> LinkRow:
    name, instrument, target = exposure["expId"], exposure["instrumentName"], exposure["targetName"]
    text = f"Log of the exposure {name} of {target or 'an unnamed target'} with {instrument} (Obs Portal)"
    return LinkRow(semantics, text, PAGE + name, content_type="text/html", local="level-0")


def _raw_frames_link(log: Node, base: str) -> Iterator[LinkRow]:
    """OiDB's link to the raw frames, unless it only leads to the page of the log."""
    url = address(log, base)
    if not url.startswith(PAGE):
        yield LinkRow("#progenitor", "Raw frames in the archive", url, local="raw", open=is_open(log))


def _related_link(granule: Node, own: int, base: str) -> Iterator[LinkRow]:
    level = granule["calibLevel"]
    if level == 0:
        yield from _raw_frames_link(granule, base)
        return
    semantics = "#derivation" if level > own else "#progenitor" if level < own else "#auxiliary"
    yield file_link(granule, semantics, base)


def _night_links(record: Record, base: str) -> Iterator[LinkRow]:
    """Of a granule: files of its calibrators, and what other levels have of it that does not bear its name."""
    node = record.node
    known = {granule["granuleId"] for granule in record.granules}
    logs = {exposure["expId"] for exposure in record.exposures}
    for other in record.night:
        level = other["calibLevel"]
        if other["granuleId"] in known or other["obsId"] in logs:
            continue
        if is_calibrator(other) and level > 0 and node["calibLevel"] > 0 and not is_calibrator(node):
            yield file_link(other, "#calibration", base)
        elif is_same_target(node, other) and level != node["calibLevel"] and has_program(node):
            yield from _level_link(other, node["calibLevel"], base)


def _level_link(granule: Node, own: int, base: str) -> Iterator[LinkRow]:
    """The link to another level of an observation; at level 0 the page of the log."""
    if granule["calibLevel"] == 0 and granule["obsId"]:
        log = {
            "expId": granule["obsId"],
            "instrumentName": granule["instrumentName"],
            "targetName": granule["targetName"],
        }
        yield _log_link(log, "#progenitor")
    elif granule["calibLevel"]:
        yield from _related_link(granule, own, base)


def _star_links(record: Record, base: str) -> Iterator[LinkRow]:
    if record.star:
        name = record.star["name"]
        text = f"{name}, the star of JSDC that it is: photometry and diameters"
        yield LinkRow("#auxiliary", text, _getstar(base, name), content_type=VOTABLE, local="star")
        yield LinkRow("#proc", f"{name} as GetStar gives it", service_def=GETSTAR, local="getstar")
    yield from _calibrators_link(record)


def _calibrators_link(record: Record) -> Iterator[LinkRow]:
    if record.place:
        yield LinkRow(
            "#auxiliary", "Stars around it that may calibrate it (JSDC)", service_def=CALIBRATORS, local="calibrators"
        )


def _survey_links(record: Record, base: str) -> Iterator[LinkRow]:
    if record.target and record.requested.kind is not TARGETS:
        yield _survey_link(record.target, base, "#auxiliary")


def _survey_link(target: Node, base: str, semantics: str) -> LinkRow:
    place = urlencode({"RA": target["ra"], "DEC": target["dec"], "SR": f"{NEAR:.6f}", "VERB": 3})
    text = f"{target['targetMainId']} in the survey of CHARA/SPICA (SPICA-DB target {target['spicadbId']})"
    return LinkRow(semantics, text, f"{base}/scs/spica.target?{place}", content_type=VOTABLE, local="spica-target")


def _getstar(base: str, name: str) -> str:
    return f"{base}/getstar?{urlencode({'star': name, 'format': 'votable1.4'})}"
