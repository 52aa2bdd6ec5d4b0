"""OAI-PMH 2.0, by which registries harvest our records (Registry Interfaces 1.0 section 3): verbs in, XML out.

All records fit into one answer, so there are no resumption tokens.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from vo_models.voresource.models import Resource

from adapters.registry.documents import to_xml_text
from adapters.registry.resources import Publisher, registry_record, registry_records
from adapters.votable.fields import element, text_element
from schema.origin import SUPPORT

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


@dataclass(frozen=True, slots=True)
class Held:
    """A record that is told of."""

    identifier: str
    updated: datetime
    """UTC."""
    resource: Resource | None = None
    """None for one that is deleted."""


class Refusal(Exception):
    """An error of OAI-PMH (section 3.6): its code and a message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def oai_response(publisher: Publisher, pairs: Sequence[tuple[str, str]], now: datetime) -> bytes:
    """Answer a request; errors of OAI-PMH are documents too, sent with HTTP 200.

    Parameters
    ----------
    publisher : Publisher
        Whose records are served.
    pairs : Sequence[tuple[str, str]]
        The arguments, in order; repeated ones are an error.
    now : datetime
        Time of the response, UTC.
    """
    arguments = dict(pairs)
    try:
        verb = " and ".join(value for name, value in pairs if name == "verb")
        if verb not in VERBS:
            raise Refusal("badVerb", f"{verb[:40]!r} is no verb of OAI-PMH: one of {', '.join(VERBS)} is wanted")
        if len(arguments) != len(pairs):
            raise Refusal("badArgument", "An argument is repeated")
        handler, required, optional = VERBS[verb]
        _check_arguments(arguments, required, optional)
        echoed: Arguments = arguments
        content = element(verb, handler(publisher, arguments))
    except Refusal as refusal:
        understood = set() if refusal.code in ("badVerb", "badArgument") else ARGUMENTS
        echoed = {name: value for name, value in arguments.items() if name in understood}
        content = text_element("error", refusal.message, code=refusal.code)
    request = text_element("request", f"{publisher.offered.base}/oai", **echoed)
    return f"{OPENING}{text_element('responseDate', _datestamp(now))}\n{request}\n{content}\n</OAI-PMH>\n".encode()


def _check_arguments(arguments: Arguments, required: Sequence[str], optional: Sequence[str]) -> None:
    if "resumptionToken" in arguments:
        raise Refusal("badResumptionToken", "All records are told at once: there are no tokens")
    missing = [name for name in required if name not in arguments]
    unknown = [name for name in arguments if name not in ("verb", *required, *optional)]
    if missing or unknown:
        raise Refusal(
            "badArgument", f"Missing: {', '.join(missing) or '-'}; not known here: {', '.join(unknown) or '-'}"
        )
    prefix = arguments.get("metadataPrefix")
    if prefix is not None and prefix not in FORMATS:
        raise Refusal("cannotDisseminateFormat", f"{prefix[:40]!r} is not told: {' or '.join(FORMATS)} is")


def _identify(publisher: Publisher, _arguments: Arguments) -> str:
    earliest = min(held.updated for held in _held(publisher))
    facts = {
        "repositoryName": "JMMC gateway", "baseURL": f"{publisher.offered.base}/oai", "protocolVersion": "2.0",
        "adminEmail": SUPPORT, "earliestDatestamp": _datestamp(earliest), "deletedRecord": "persistent",
        "granularity": "YYYY-MM-DDThh:mm:ssZ",
    }  # fmt: skip
    facts_xml = "".join(text_element(name, text) for name, text in facts.items())
    return facts_xml + element("description", _vor(publisher, registry_record(publisher)))


def _list_metadata_formats(publisher: Publisher, arguments: Arguments) -> str:
    if "identifier" in arguments:
        _record_of(publisher, arguments["identifier"])
    return "".join(
        element(
            "metadataFormat",
            text_element("metadataPrefix", prefix)
            + text_element("schema", schema)
            + text_element("metadataNamespace", namespace),
        )
        for prefix, (schema, namespace) in FORMATS.items()
    )


def _list_sets(_publisher: Publisher, _arguments: Arguments) -> str:
    return element("set", text_element("setSpec", SET) + text_element("setName", "Records of our own"))


def _list_identifiers(publisher: Publisher, arguments: Arguments) -> str:
    return "".join(map(_header, _selected(publisher, arguments)))


def _list_records(publisher: Publisher, arguments: Arguments) -> str:
    prefix = arguments["metadataPrefix"]
    return "".join(_record(publisher, held, prefix) for held in _selected(publisher, arguments))


def _get_record(publisher: Publisher, arguments: Arguments) -> str:
    return _record(publisher, _record_of(publisher, arguments["identifier"]), arguments["metadataPrefix"])


VerbHandler = tuple[Callable[[Publisher, Arguments], str], tuple[str, ...], tuple[str, ...]]
SELECTIVE = ("from", "until", "set", "resumptionToken")
VERBS: Mapping[str, VerbHandler] = {
    "Identify": (_identify, (), ()),
    "ListMetadataFormats": (_list_metadata_formats, (), ("identifier",)),
    "ListSets": (_list_sets, (), ("resumptionToken",)),
    "ListIdentifiers": (_list_identifiers, ("metadataPrefix",), SELECTIVE),
    "ListRecords": (_list_records, ("metadataPrefix",), SELECTIVE),
    "GetRecord": (_get_record, ("identifier", "metadataPrefix"), ()),
}
"""By verb: its handler, and the arguments that it must and may have."""
ARGUMENTS = {"verb", "identifier", "metadataPrefix", *SELECTIVE}


def _held(publisher: Publisher) -> Iterator[Held]:
    """All records, those that there are no longer behind the others."""
    for resource in registry_records(publisher):
        yield Held(str(resource.identifier), resource.updated, resource)
    for identifier, since in publisher.gone.items():
        yield Held(identifier, since)


def _selected(publisher: Publisher, arguments: Arguments) -> Sequence[Held]:
    """Records changed between `from` and `until`, both included."""
    start, end = (_parse_date(name, arguments[name]) if name in arguments else "" for name in ("from", "until"))
    if start and end and (len(start) != len(end) or start > end):
        raise Refusal("badArgument", "from is no later than until, and both are days or both are moments")
    records = [
        record
        for record in _held(publisher)
        if start <= (stamp := _datestamp(record.updated))[: len(start) or None]
        and (not end or stamp[: len(end)] <= end)
    ]
    if arguments.get("set", SET) != SET or not records:
        raise Refusal("noRecordsMatch", "No record changed between these dates, or there is no such set")
    return records


def _parse_date(name: str, text: str) -> str:
    """Check a date in one of OAI-PMH's two forms (section 3.3); they sort as text."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or text not in (_datestamp(moment), _datestamp(moment)[:DAY]):
        message = f"{name} is {text[:40]!r}: a UTC date is wanted, as 2026-11-21T00:00:00Z or 2026-11-21"
        raise Refusal("badArgument", message)
    return text


def _record_of(publisher: Publisher, identifier: str) -> Held:
    """The record of an identifier, whatever its case (IVOA Identifiers 2.0)."""
    name = identifier.lower()
    held = next((record for record in _held(publisher) if record.identifier.lower() == name), None)
    if held is None:
        raise Refusal("idDoesNotExist", f"There is no record {identifier[:100]!r}")
    return held


def _record(publisher: Publisher, held: Held, prefix: str) -> str:
    if held.resource is None:
        return element("record", _header(held))
    metadata = _vor(publisher, held.resource) if prefix == "ivo_vor" else _dublin_core(held.resource)
    return element("record", _header(held) + element("metadata", metadata))


def _header(held: Held) -> str:
    fields = {"identifier": held.identifier, "datestamp": _datestamp(held.updated), "setSpec": SET}
    status = None if held.resource else "deleted"
    return element("header", "".join(text_element(name, text) for name, text in fields.items()), status=status)


def _vor(publisher: Publisher, resource: Resource) -> str:
    """A record as VOResource, whose interfaces say how one may log in, as those of its capabilities do."""
    return to_xml_text(resource, publisher.offered.security)


def _dublin_core(resource: Resource) -> str:
    curation, content = resource.curation, resource.content
    fields = [
        ("title", resource.title), ("identifier", str(resource.identifier)),
        *(("creator", creator.name.value or "") for creator in curation.creator or ()),
        *(("subject", subject) for subject in content.subject), ("description", content.description),
        ("publisher", curation.publisher.value or ""), ("date", _datestamp(resource.updated)),
    ]  # fmt: skip
    return element("oai_dc:dc", "".join(text_element(f"dc:{name}", text) for name, text in fields), **DC)


def _datestamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
