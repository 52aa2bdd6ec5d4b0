"""The capability of a Simple Cone Search (SCS 1.03 section 3, its VOResource extension)."""

from typing import Literal

from pydantic import AnyUrl
from pydantic_xml import BaseXmlModel, attr, element
from vo_models.vodataservice.models import ParamHTTP
from vo_models.voresource.models import AccessURL, Capability

NSMAP = {
    "": "", "cs": "http://www.ivoa.net/xml/ConeSearch/v1.0", "vs": "http://www.ivoa.net/xml/VODataService/v1.1",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}  # fmt: skip
STANDARD = "ivo://ivoa.net/std/ConeSearch"
Cone = tuple[float, float, float]
"""Right ascension, declination and radius, ICRS degrees."""


class TestQuery(BaseXmlModel, tag="testQuery", ns="", nsmap={"": ""}):
    """A query that finds something; degrees."""

    ra: float = element(tag="ra")
    dec: float = element(tag="dec")
    sr: float = element(tag="sr")


class ConeSearchCapability(Capability, tag="capability", ns="", nsmap=NSMAP):
    """The capability of a cone search."""

    type: Literal["cs:ConeSearch"] = attr(ns="xsi", default="cs:ConeSearch")
    standard_id: AnyUrl = attr(name="standardID", default=AnyUrl(STANDARD))
    max_sr: float = element(tag="maxSR", default=180.0)
    max_records: int = element(tag="maxRecords")
    verbosity: bool = element(tag="verbosity", default=True)
    test_query: TestQuery = element(tag="testQuery")


def cone_search(url: str, rows: int, test: Cone) -> ConeSearchCapability:
    """Describe a cone search that returns at most `rows` rows, and some in the cone `test`.

    Its URL gets the `?` that section 2.1.1 requires.
    """
    access = ParamHTTP(role="std", version="1.03", access_url=[AccessURL(value=AnyUrl(f"{url}?"), use="base")])
    return ConeSearchCapability(
        interface=[access], max_records=rows, test_query=TestQuery(ra=test[0], dec=test[1], sr=test[2])
    )
