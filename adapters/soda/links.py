"""Links of a granule to parts of its file and to a picture of it, where the file is one that can be cut."""

from collections.abc import Container, Iterator
from urllib.parse import urlencode

from adapters.datalink.link import LinkRow
from adapters.datalink.records import Record
from adapters.soda.descriptor import CUTOUT
from schema.datalink import GRANULES
from schema.publisher_did import GRANULE, numbered_granule

SVG = "image/svg+xml"


def part_links(record: Record, open_granules: Container[int], base: str) -> Iterator[LinkRow]:
    """Yield the links; none but of granules whose file is cut for who asks (`adapters.soda.files.open_granules`)."""
    node = record.node
    if record.requested.kind is not GRANULES or node["granuleId"] not in open_granules:
        return
    subject = f"{node['targetName']} with {node['instrumentName']}"
    yield LinkRow("#cutout", f"Part of the file of {subject}", service_def=CUTOUT, content_type="application/fits")
    identifier = urlencode({"ID": f"{GRANULE}{numbered_granule(node['granuleId'])}"})
    text = f"uv coverage, squared visibility, closure phase and flux of {subject}"
    yield LinkRow("#preview", text, f"{base}/soda/preview?{identifier}", content_type=SVG)
