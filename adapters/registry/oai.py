"""OAI-PMH 2.0, by which registries harvest our records (Registry Interfaces 1.0 section 3): verbs in, XML out.

All records fit into one answer, so there are no resumption tokens.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from vo_models.voresource.models import Resource

from adapters.registry.resources import SUPPORT, Publisher, registry, resources
from adapters.votable.fields import element, text_element

OPENING = """<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">
"""
DC = {"xmlns:oai_dc": "http://www.openarchives.org/OAI/2.0/oai_dc/", "xmlns:dc": "http://purl.org/dc/elements/1.1/"}
FORMATS = {
    "ivo_vor": ("http://www.ivoa.net/xml/RegistryInterface/v1.0", "http://www.ivoa.net/xml/RegistryInterface/v1.0"),
    "oai_dc": ("http://www.openarchives.org/OAI/2.0/oai_dc.xsd", "http://www.openarchives.org/OAI/2.0/oai_dc/"),
}
"""Prefix → schema and namespace."""
SET = "ivo_managed"
DAY = len("2026-11-21")
Arguments = Mapping[str, str]


class Refusal(Exception):
    """An error of OAI-PMH (section 3.6): its code, and what was wrong."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def answer(publisher: Publisher, pairs: Sequence[tuple[str, str]], now: datetime) -> bytes:
    """The answer to a request, be it an error, which OAI-PMH tells in XML with HTTP 200."""
    asked = dict(pairs)
    try:
        verb = " and ".join(value for name, value in pairs if name == "verb")
        if verb not in VERBS:
            raise Refusal("badVerb", f"{verb[:40]!r} is no verb of OAI-PMH: one of {', '.join(VERBS)} is wanted")
        if len(asked) != len(pairs):
            raise Refusal("badArgument", "An argument is repeated")
        make, required, optional = VERBS[verb]
        _check(asked, required, optional)
        told: Arguments = asked
        content = element(verb, make(publisher, asked))
    except Refusal as refusal:
        known = set() if refusal.code in ("badVerb", "badArgument") else ARGUMENTS
        told = {name: value for name, value in asked.items() if name in known}
        content = text_element("error", refusal.message, code=refusal.code)
    request = text_element("request", f"{publisher.offered.base}/oai", **told)
    return f"{OPENING}{text_element('responseDate', _stamp(now))}\n{request}\n{content}\n</OAI-PMH>\n".encode()


def _check(asked: Arguments, required: Sequence[str], optional: Sequence[str]) -> None:
    if "resumptionToken" in asked:
        raise Refusal("badResumptionToken", "All records are told at once: there are no tokens")
    missing = [name for name in required if name not in asked]
    unknown = [name for name in asked if name not in ("verb", *required, *optional)]
    if missing or unknown:
        raise Refusal(
            "badArgument", f"Missing: {', '.join(missing) or '-'}; not known here: {', '.join(unknown) or '-'}"
        )
    prefix = asked.get("metadataPrefix")
    if prefix is not None and prefix not in FORMATS:
        raise Refusal("cannotDisseminateFormat", f"{prefix[:40]!r} is not told: {' or '.join(FORMATS)} is")


def _identify(publisher: Publisher, _asked: Arguments) -> str:
    said = {
        "repositoryName": "JMMC gateway", "baseURL": f"{publisher.offered.base}/oai", "protocolVersion": "2.0",
        "adminEmail": SUPPORT, "earliestDatestamp": _stamp(publisher.updated), "deletedRecord": "no",
        "granularity": "YYYY-MM-DDThh:mm:ssZ",
    }  # fmt: skip
    written = "".join(text_element(name, text) for name, text in said.items())
    return written + element("description", _vor(registry(publisher)))


def _formats(publisher: Publisher, asked: Arguments) -> str:
    if "identifier" in asked:
        _of(publisher, asked["identifier"])
    return "".join(
        element(
            "metadataFormat",
            text_element("metadataPrefix", prefix)
            + text_element("schema", schema)
            + text_element("metadataNamespace", namespace),
        )
        for prefix, (schema, namespace) in FORMATS.items()
    )


def _sets(_publisher: Publisher, _asked: Arguments) -> str:
    return element("set", text_element("setSpec", SET) + text_element("setName", "Records of our own"))


def _identifiers(publisher: Publisher, asked: Arguments) -> str:
    return "".join(_header(resource) for resource in _chosen(publisher, asked))


def _records(publisher: Publisher, asked: Arguments) -> str:
    return "".join(_record(resource, asked["metadataPrefix"]) for resource in _chosen(publisher, asked))


def _one(publisher: Publisher, asked: Arguments) -> str:
    return _record(_of(publisher, asked["identifier"]), asked["metadataPrefix"])


Verb = tuple[Callable[[Publisher, Arguments], str], tuple[str, ...], tuple[str, ...]]
SELECTIVE = ("from", "until", "set", "resumptionToken")
VERBS: Mapping[str, Verb] = {
    "Identify": (_identify, (), ()),
    "ListMetadataFormats": (_formats, (), ("identifier",)),
    "ListSets": (_sets, (), ("resumptionToken",)),
    "ListIdentifiers": (_identifiers, ("metadataPrefix",), SELECTIVE),
    "ListRecords": (_records, ("metadataPrefix",), SELECTIVE),
    "GetRecord": (_one, ("identifier", "metadataPrefix"), ()),
}
"""What each verb makes, and the arguments that it must and may have."""
ARGUMENTS = {"verb", "identifier", "metadataPrefix", *SELECTIVE}


def _chosen(publisher: Publisher, asked: Arguments) -> Iterator[Resource]:
    """The records between two dates, both included: all are of one."""
    start, end = (_moment(name, asked[name]) if name in asked else "" for name in ("from", "until"))
    if start and end and (len(start) != len(end) or start > end):
        raise Refusal("badArgument", "from is no later than until, and both are days or both are moments")
    stamp = _stamp(publisher.updated)
    if asked.get("set", SET) != SET or start > stamp or (end and end < stamp[: len(end)]):
        raise Refusal("noRecordsMatch", "No record changed between these dates, or there is no such set")
    return resources(publisher)


def _moment(name: str, told: str) -> str:
    """A date in one of OAI-PMH's two forms (section 3.3), which sort as what they tell."""
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        moment = None
    if moment is None or told not in (_stamp(moment), _stamp(moment)[:DAY]):
        message = f"{name} is {told[:40]!r}: a UTC date is wanted, as 2026-11-21T00:00:00Z or 2026-11-21"
        raise Refusal("badArgument", message)
    return told


def _of(publisher: Publisher, identifier: str) -> Resource:
    found = next((one for one in resources(publisher) if str(one.identifier) == identifier), None)
    if found is None:
        raise Refusal("idDoesNotExist", f"There is no record {identifier[:100]!r}")
    return found


def _record(resource: Resource, prefix: str) -> str:
    told = _vor(resource) if prefix == "ivo_vor" else _dublin_core(resource)
    return element("record", _header(resource) + element("metadata", told))


def _header(resource: Resource) -> str:
    said = {"identifier": str(resource.identifier), "datestamp": _stamp(resource.updated), "setSpec": SET}
    return element("header", "".join(text_element(name, text) for name, text in said.items()))


def _vor(resource: Resource) -> str:
    text = resource.to_xml(skip_empty=True, encoding="unicode")
    return text if isinstance(text, str) else text.decode()


def _dublin_core(resource: Resource) -> str:
    said = {
        "title": resource.title, "identifier": str(resource.identifier), "description": resource.content.description,
        "publisher": resource.curation.publisher.value or "", "date": _stamp(resource.updated),
    }  # fmt: skip
    return element("oai_dc:dc", "".join(text_element(f"dc:{name}", text) for name, text in said.items()), **DC)


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
