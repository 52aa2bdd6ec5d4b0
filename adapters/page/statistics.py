"""The page of statistics: the answer to `statistics.graphql` as plots, each with its numbers as a table and as CSV."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from adapters.page.bars import Bin, Counts, bar_plot
from adapters.page.cells import harmless
from adapters.page.rendering import messages, rendered
from adapters.page.words import Say, speaker
from schema.catalog import SOURCES
from schema.statistics import FIGURES

DOCUMENT = (Path(__file__).parent / "statistics.graphql").read_text()
"""What is asked of GraphQL, as any front-end would."""
UNITS = {"month": "month", "year": "year", "night": "night"}
"""Of the bins of time, as the address has them; the first where it has none."""
BY_INSTRUMENT = {
    "month": "Exposures by month and instrument",
    "year": "Exposures by year and instrument",
    "night": "Exposures by night and instrument",
}
BY_FACILITY = {
    "month": "Exposures by month and interferometer",
    "year": "Exposures by year and interferometer",
    "night": "Exposures by night and interferometer",
}
BY_LEVEL = {
    "month": "Granules of OiDB by month and calibration level",
    "year": "Granules of OiDB by year and calibration level",
    "night": "Granules of OiDB by night and calibration level",
}
"""Titles, by unit."""
BANDS = ("V", "G", "J", "H", "K", "L", "M", "N")
Groups = Sequence[Mapping[str, Any]] | None
Row = Sequence[str | int | float]


@dataclass(frozen=True, slots=True)
class Figure:
    """Numbers that belong together."""

    name: str
    """By which its CSV is asked."""
    title: str
    header: Sequence[str]
    rows: Sequence[Row]
    plot: Markup | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader has chosen; "" for all."""

    unit: str
    instrument: str
    facility: str
    first: str
    """Day of the first exposures, ISO 8601."""
    last: str
    band: str


def figures(data: Mapping[str, Any], choice: Choice, language: str) -> Iterator[Figure]:
    """Make the figures of what GraphQL answered; of a database that does not answer there are none."""
    say = speaker(language)
    for name, part, key, titles in (
        ("instruments", "byInstrument", "instrumentName", BY_INSTRUMENT),
        ("facilities", "byFacility", "interferometerName", BY_FACILITY),
        ("levels", "levels", "calibLevel", BY_LEVEL),
    ):
        if data.get(part) is not None:
            prefix = "L" if name == "levels" else ""
            yield _over_time(name, say(titles[choice.unit]), _counts(data[part], key, prefix), say)
    yield from _modes(data.get("modes"), say)
    yield from _survey(data.get("survey"), say)
    yield from _magnitudes(data.get("magnitudes"), choice.band, say)


def _counts(groups: Sequence[Mapping[str, Any]], key: str, prefix: str = "") -> Counts:
    """Groups of bins by a key; those whose time is not known are in no bin."""
    counts: dict[Bin, dict[str, int]] = {}
    for group in groups:
        low, high, label = (group["bins"][0][name] for name in ("low", "high", "label"))
        if low is not None and high is not None:
            each = counts.setdefault(Bin(label, low, high), {})
            value = group["key"][key]
            each[f"{prefix}{'?' if value is None else value}"] = group["count"]
    return dict(sorted(counts.items(), key=lambda item: item[0].low))


def _over_time(name: str, title: str, counts: Counts, say: Say) -> Figure:
    series = sorted({series for each in counts.values() for series in each})
    header = [say("Period"), *series, say("Total")]
    rows: list[Row] = [
        [one.label, *(each.get(name, 0) for name in series), sum(each.values())] for one, each in counts.items()
    ]
    return Figure(name, title, header, rows, bar_plot(say("Time (UTC)"), title, counts, dated=True))


def _modes(groups: Groups, say: Say) -> Iterator[Figure]:
    if groups is None:
        return
    header = [say("Instrument"), say("Mode"), say("Exposures"), say("Targets")]
    rows = [
        [
            group["key"]["instrumentName"] or "?", group["key"]["instrumentMode"] or "?", group["count"],
            group["countDistinct"]["targetName"],
        ]
        for group in sorted(groups, key=lambda group: -group["count"])
    ]  # fmt: skip
    yield Figure("modes", say("Exposures by instrument mode"), header, rows)


def _survey(groups: Groups, say: Say) -> Iterator[Figure]:
    """How far the programmes of the survey are: each target counts once in each of its programmes."""
    if groups is None:
        return
    rates: dict[str, list[tuple[float, int]]] = {}
    for group in groups:
        rate = (group["related"]["target"] or {}).get("completionRate") or 0.0
        rates.setdefault(group["key"]["progname"], []).append((rate, group["count"]))
    header = [say("Programme"), say("Targets"), say("Begun"), say("Complete"), say("Mean completion [%]")]
    rows: list[Row] = []
    counts: dict[Bin, dict[str, int]] = {}
    for name, each in sorted(rates.items()):
        all_, begun = sum(number for _, number in each), sum(number for rate, number in each if rate > 0)
        complete = sum(number for rate, number in each if rate >= 1)
        mean = sum(rate * number for rate, number in each) / all_
        counts[Bin(name, len(rows), len(rows) + 0.9)] = {say("begun"): begun, say("not yet begun"): all_ - begun}
        rows.append([name, all_, begun, complete, round(100 * mean, 1)])
    shown = {one: {name: number for name, number in each.items() if number} for one, each in counts.items()}
    title = say("Targets of SPICA by programme, and how far they are")
    yield Figure("survey", title, header, rows, bar_plot("", title, shown, named=True))


def _magnitudes(groups: Groups, band: str, say: Say) -> Iterator[Figure]:
    if groups is None:
        return
    bins = [
        (Bin(group["bins"][0]["label"], group["bins"][0]["low"], group["bins"][0]["high"]), group["count"])
        for group in groups
        if group["bins"][0]["low"] is not None
    ]
    title = say("Stars of JSDC by magnitude {band}", band=band)
    plot = bar_plot(f"{band} [mag]", title, {one: {"": count} for one, count in bins})
    yield Figure(
        "magnitudes", title, [f"{band} [mag]", say("Stars")], [[one.label, count] for one, count in bins], plot
    )


def called(key: str, say: Say) -> str:
    """A line of `/statistics` in words: the title of its figure, and the value that it counts."""
    titles = (one.key for figures in FIGURES.values() for one in figures)
    title = max((one for one in titles if f"{key} ".startswith(f"{one} ")), key=len, default=key)
    value = key.removeprefix(title).strip()
    return f"{say(title)} {say(value)}".strip()


def statistics_page(payload: Mapping[str, Any], choice: Choice, language: str, address: Mapping[str, str]) -> str:
    """Write the page.

    Parameters
    ----------
    payload
        GraphQL's `data` and `errors`: of a database that does not answer the page says so, and shows the rest.
    choice, language
        Of who reads.
    address
        The parameters of the page, for the addresses of its files.
    """
    data = payload.get("data") or {}
    offered = data.get("instruments") or ()
    return rendered(
        "statistics.html", language, page="statistics",
        figures=list(figures(data, choice, language)), choice=choice, units=UNITS, bands=BANDS, address=address,
        instruments=_names(offered, "instrumentName"), facilities=_names(offered, "interferometerName"),
        titles={name: source.title for name, source in SOURCES.items()},
        statistics=data.get("statistics") or (), called=called,
        errors=messages(payload),
    )  # fmt: skip


def _names(groups: Sequence[Mapping[str, Any]], key: str) -> list[str]:
    return sorted({group["key"][key] for group in groups if group["key"][key]})


def figure_csv(figure: Figure) -> str:
    """The numbers of a figure as CSV (RFC 4180)."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(figure.header)
    writer.writerows(harmless(figure.rows))
    return written.getvalue()
