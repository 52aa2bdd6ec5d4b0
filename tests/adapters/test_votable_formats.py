"""Which format a client gets, and under which media type."""

import pytest

from adapters.votable.formats import (
    ARROW,
    BINARY2,
    CSV,
    FITS,
    JSON,
    PARQUET,
    TABLEDATA,
    TSV,
    UNVERSIONED,
    VOTABLE,
    Format,
    Negotiated,
    from_accept,
    negotiate,
)
from planning.errors import BadInput


@pytest.mark.parametrize(
    ("asked", "form", "media_type"),
    [
        ("votable", TABLEDATA, VOTABLE),
        ("VOTable/TD", TABLEDATA, f"{VOTABLE};serialization=TABLEDATA"),
        ("votable/b2", BINARY2, f"{VOTABLE};serialization=BINARY2"),
        ("text/xml", TABLEDATA, "text/xml"),
        ("application/x-votable+xml", TABLEDATA, VOTABLE),
        ("application/x-votable xml", TABLEDATA, VOTABLE),
        ("application/x-votable+xml; serialization=binary2", BINARY2, f"{VOTABLE};serialization=BINARY2"),
        ('application/x-votable+xml;serialization="TABLEDATA"', TABLEDATA, f"{VOTABLE};serialization=TABLEDATA"),
        ("CSV", CSV, "text/csv;header=present"),
        ("text/csv", CSV, "text/csv"),
        ("tsv", TSV, "text/tab-separated-values"),
        ("json", JSON, "application/json"),
        ("application/json", JSON, "application/json"),
        ("FITS", FITS, "application/fits"),
        ("application/fits", FITS, "application/fits"),
        ("parquet", PARQUET, "application/vnd.apache.parquet"),
        ("application/vnd.apache.parquet", PARQUET, "application/vnd.apache.parquet"),
        ("arrow", ARROW, "application/vnd.apache.arrow.stream"),
        ("application/vnd.apache.arrow.stream", ARROW, "application/vnd.apache.arrow.stream"),
    ],
)
def test_responseformat_decides(asked: str, form: Format, media_type: str) -> None:
    assert negotiate(asked, "application/json", TABLEDATA) == Negotiated(form, media_type)


def test_an_open_serialisation_is_the_services_choice() -> None:
    assert negotiate("votable", None, BINARY2) == Negotiated(BINARY2, VOTABLE)
    assert negotiate("text/xml", None, BINARY2) == Negotiated(BINARY2, "text/xml")
    assert negotiate("votable/td", None, BINARY2).format is TABLEDATA
    assert negotiate("votable", None, CSV).format is TABLEDATA


@pytest.mark.parametrize("asked", ["html", "votable/b", "text/csv;header=absent", f"{VOTABLE};serialization=FITS"])
def test_an_unknown_responseformat_is_refused_with_the_known(asked: str) -> None:
    with pytest.raises(BadInput) as refusal:
        negotiate(asked, None, TABLEDATA)
    assert asked in refusal.value.message
    assert all(name in refusal.value.message for name in UNVERSIONED)
    assert "version=1.4 or 1.5" in refusal.value.message


VERSIONED = [
    ("application/x-votable+xml;version=1.5", TABLEDATA, f"{VOTABLE};version=1.5", "1.5"),
    ("application/x-votable+xml; version=1.4", TABLEDATA, f"{VOTABLE};version=1.4", "1.4"),
    ('text/xml; charset=utf-8; version="1.5"', TABLEDATA, "text/xml;version=1.5", "1.5"),
    ("application/x-votable+xml;version=1.5;serialization=binary2", BINARY2, f"{VOTABLE};serialization=BINARY2;version=1.5", "1.5"),
    ("application/x-votable+xml;serialization=TABLEDATA;version=1.5", TABLEDATA, f"{VOTABLE};serialization=TABLEDATA;version=1.5", "1.5"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "form", "media_type", "version"), VERSIONED)
def test_a_version_of_votable_is_written_as_asked(asked: str, form: Format, media_type: str, version: str) -> None:
    assert negotiate(asked, None, TABLEDATA) == Negotiated(form, media_type, version)
    assert from_accept(f"text/csv;q=0.1, {asked};q=0.9") == Negotiated(form, media_type, version)
    assert negotiate(f"{VOTABLE};version={version}", None, BINARY2).format is BINARY2


@pytest.mark.parametrize("asked", [f"{VOTABLE};version=1.2", f"{VOTABLE};version=", "text/csv;version=1.5"])
def test_another_version_is_refused(asked: str) -> None:
    with pytest.raises(BadInput, match=r"version=1\.4 or 1\.5"):
        negotiate(asked, None, TABLEDATA)
    assert from_accept(asked) is None


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/csv", CSV),
        ("text/csv; charset=utf-8", CSV),
        ("*/*, text/csv", CSV),
        ("text/html, text/csv;q=0.5", CSV),
        ("text/csv;q=0.2, application/x-votable+xml;serialization=BINARY2;q=0.7", BINARY2),
        ("text/csv;q=0, text/tab-separated-values", TSV),
        ("application/x-votable+xml, application/json;q=0.9", TABLEDATA),
        ("application/json", JSON),
        ("application/json, text/csv;q=0.5", JSON),
        ("application/graphql-response+json, application/json;q=0.9", None),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", None),
        ("*/*", None),
        ("text/csv;q=0", None),
        ("text/csv;q=high", None),
        ("csv", None),
        ("", None),
    ],
)
def test_accept(accept: str, form: Format | None) -> None:
    found = from_accept(accept)
    assert (found and found.format) is form
    assert negotiate(None, accept, BINARY2).format is (BINARY2 if form in (None, TABLEDATA) else form)


def test_nothing_asked_gives_the_default() -> None:
    assert negotiate(None, None, TABLEDATA) == Negotiated(TABLEDATA, VOTABLE)
    assert negotiate("", "", CSV) == Negotiated(CSV, "text/csv;header=present")
