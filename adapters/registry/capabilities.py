"""The document of `/capabilities` (VOSI 1.1 section 2.1), and for TAP its extension TAPRegExt 1.0."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

from pydantic import AnyUrl
from vo_models.tapregext.models import (
    DataLimit,
    DataLimits,
    DataModelType,
    Language,
    LanguageFeature,
    LanguageFeatureList,
    OutputFormat,
    TableAccess,
    TimeLimits,
    UploadMethod,
    Version,
)
from vo_models.vodataservice.models import ParamHTTP
from vo_models.voresource.models import AccessURL, Capability
from vo_models.vosi.capabilities.models import VOSICapabilities

from adapters.registry.documents import to_xml
from adapters.registry.security import PERSONAL
from adapters.registry.service import STANDARD, Jobs, LanguageFunction, ServiceDescription
from adapters.votable.formats import BINARY2, KNOWN, TABLEDATA, Format

TAP = f"{STANDARD}TAP"
OBSCORE = DataModelType(value="ObsCore-1.1", ivo_id=f"{STANDARD}ObsCore#core-1.1")
KEY = f"{STANDARD}TAPRegExt#"
IVO_IDS: Mapping[Format, str] = {TABLEDATA: f"{KEY}output-votable-td", BINARY2: f"{KEY}output-votable-binary2"}
"""Identifiers of TAPRegExt for output formats."""
FEATURES: Mapping[str, Sequence[str]] = {
    "adqlgeo": (
        "AREA", "BOX", "CENTROID", "CIRCLE", "CONTAINS", "COORD1", "COORD2", "COORDSYS", "DISTANCE", "INTERSECTS",
        "POINT", "POLYGON", "REGION",
    ),
    "adql-string": ("LOWER", "UPPER", "ILIKE"),
    "adql-offset": ("OFFSET",),
    "adql-sets": ("UNION", "EXCEPT", "INTERSECT"),
    "adql-common-table": ("WITH",),
    "adql-type": ("CAST",),
    "adql-conditional": ("COALESCE", "CASE"),
    "adql-unit": ("IN_UNIT",),
}  # fmt: skip
"""Optional features of ADQL that are supported, by TAPRegExt's feature type, as ADQL 2.1 section 4 names them.

CASE, which ADQL 2.1 has not, is listed beside COALESCE. STILTS up to 3.4 reports `adql-conditional` as unknown.
"""
KEYWORDS = (
    LanguageFeature(
        form="TABLESAMPLE",
        description="TABLESAMPLE(10) behind a table has about 10 % of its rows: another tenth each time",
    ),
    LanguageFeature(
        form="MOC",
        description="A map of the sky: MOC('4/13 17-18 8/3002') written out, or MOC(order, area) of an area that is",
    ),
)
EXTRA = "ivo://org.gavo.dc/std/exts#extra-adql-keywords"
"""The type that DaCHS has for these, which clients look for."""
AUXILIARY = {
    "VOSI#capabilities": "/tap/capabilities",
    "VOSI#availability": "/tap/availability",
    "VOSI#tables-1.1": "/tap/tables",
    "DALI#examples": "/tap/examples",
}
"""Other endpoints of TAP: standard and path."""
USER_TABLES = dict(zip(PERSONAL, ("/tap/load", "/tap/table-update", "/tap/permissions"), strict=True))
"""Those of tables that people keep, as OpenCADC's youcat calls them."""


@lru_cache(maxsize=16)
def tap_capabilities(service: ServiceDescription) -> bytes:
    """Write the document of TAP; cached for each address that clients use for the gateway."""
    auxiliary = (capability(f"{STANDARD}{name}", service.base + path) for name, path in AUXILIARY.items())
    kept = [capability(f"{STANDARD}{name}", service.base + path, use="base") for name, path in USER_TABLES.items()]
    others = (
        capability(record.ivoid, service.base + record.path, record.description, "base")
        for record in service.services
        if record.standard and record.ivoid != TAP
    )
    has_accounts = service.jobs and service.security
    return to_xml(
        VOSICapabilities(capability=[table_access(service), *auxiliary, *(kept if has_accounts else ()), *others]),
        service.security,
    )


def capabilities_document(base: str, path: str, protocol: Capability, security: Sequence[str] = ()) -> bytes:
    """Write the document of a protocol with a path of its own, with its VOSI endpoints; `security` as for `to_xml`."""
    return to_xml(VOSICapabilities(capability=[protocol, *beside(base, path)]), security)


def beside(base: str, path: str) -> list[Capability]:
    """The VOSI endpoints of a protocol with a path of its own."""
    return [capability(f"{STANDARD}VOSI#{name}", f"{base}{path}/{name}") for name in ("capabilities", "availability")]


def capability(
    standard: str, url: str, description: str | None = None, use: Literal["full", "base"] = "full"
) -> Capability:
    """A capability without extension.

    Parameters
    ----------
    standard : str
        IVOID of the standard; "" for none.
    url : str
        Access URL.
    description : str | None
        For people; None for none.
    use : {"full", "base"}
        "base" for a URL that parameters are appended to.
    """
    access = ParamHTTP(role="std" if standard else None, access_url=[AccessURL(value=AnyUrl(url), use=use)])
    identifier = AnyUrl(standard) if standard else None
    return Capability(standard_id=identifier, description=description, interface=[access])


def table_access(service: ServiceDescription) -> TableAccess:
    """The capability of TAP: language, functions, formats, limits."""
    (default, hard), jobs = service.rows, service.jobs
    address = AccessURL(value=AnyUrl(f"{service.base}/tap"), use="base")
    return TableAccess(
        interface=[ParamHTTP(role="std", version="1.1", access_url=[address])],
        data_model=[OBSCORE],
        language=[_adql(service.functions)],
        output_format=list(_formats()),
        output_limit=DataLimits(default=DataLimit(value=default, unit="row"), hard=DataLimit(value=hard, unit="row")),
        **(_job_limits(jobs) if jobs else {}),
    )


def _job_limits(jobs: Jobs) -> dict[str, Any]:
    limit = DataLimit(value=jobs.upload_bytes, unit="byte")
    ways = ("inline", "http", "https") if jobs.fetches else ("inline",)
    return {
        "upload_method": [UploadMethod(ivo_id=f"{KEY}upload-{way}") for way in ways],
        "retention_period": TimeLimits(default=jobs.retention[0], hard=jobs.retention[1]),
        "execution_duration": TimeLimits(default=jobs.duration[0], hard=jobs.duration[1]),
        "upload_limit": DataLimits(default=limit, hard=limit),
    }


def _adql(functions: Iterable[LanguageFunction]) -> Language:
    features = [LanguageFeature(form=function.form, description=function.description) for function in functions]
    optional = [
        LanguageFeatureList(type=f"{KEY}features-{name}", feature=[LanguageFeature(form=form) for form in forms])
        for name, forms in FEATURES.items()
    ]
    return Language(
        name="ADQL",
        version=[Version(value=number, ivo_id=f"{STANDARD}ADQL#v{number}") for number in ("2.1", "2.0")],
        description="ADQL 2.1, with CASE; queries of ADQL 2.0 mean the same",
        language_features=[
            LanguageFeatureList(type=f"{KEY}features-udf", feature=features),
            *optional,
            LanguageFeatureList(type=EXTRA, feature=list(KEYWORDS)),
        ],
    )


def _formats() -> Iterator[OutputFormat]:
    aliases: dict[tuple[str, Format], list[str]] = {}
    for name, negotiated in KNOWN.items():
        short_names = aliases.setdefault((negotiated.media_type, negotiated.format), [])
        if "/" not in name or name.startswith("votable/"):
            short_names.append(name)
    for (media_type, form), names in aliases.items():
        yield OutputFormat(mime=media_type, alias=names, ivo_id=IVO_IDS.get(form))
