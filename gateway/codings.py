"""Content codings of answers: which one a request accepts (RFC 9110 section 12.5.3), and what writes it.

ISA-L writes gzip two to eight times as fast as zlib, at a ratio between its levels 1 and 6; Zstandard at level 1 packs
tighter and is a little slower. Python has the latter as `compression.zstd` from 3.14 on.
"""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from isal import isal_zlib
from starlette.datastructures import Headers, MutableHeaders

from adapters.votable.formats import ARROW
from gateway.accept import EVENTS
from gateway.headers import RawHeaders, header

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LEAST = 1400
"""Bytes of an answer below which it is sent as it is: it fits into one packet anyway."""
GZIP_WINDOW = 31
"""What zlib calls the window of 32 kB inside the container of gzip."""
ZSTD_WINDOW, ZSTD_HASH = 17, 12
"""As powers of two: 128 kB and 4096 entries stay in a processor's cache, an eighth faster and 2 % larger than level 1's
own 512 kB and 16 384."""
ENCODED = "Content-Encoding"
ACCEPTED = "Accept-Encoding"
_BODILESS = (204, 206, 304)
"""Statuses of answers without content, or with a part of it."""
_QUALITY = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.ASCII)
_TEXT = ("json", "xml", "javascript")
"""How media types of text end that do not begin with text/."""
Encode: TypeAlias = Callable[[bytes, bool], bytes]
"""From a block, and whether it is the last, to what is sent for it: all of it can be decoded when it arrives."""


def _gzip() -> Encode:
    deflate = isal_zlib.compressobj(1, wbits=GZIP_WINDOW)

    def encode(block: bytes, last: bool) -> bytes:
        mode = isal_zlib.Z_FINISH if last else isal_zlib.Z_SYNC_FLUSH
        return bytes(deflate.compress(block) + deflate.flush(mode))

    return encode


def _zstd() -> Encode:
    parameter = zstd.CompressionParameter
    options: dict[int, int] = {
        parameter.compression_level: 1, parameter.window_log: ZSTD_WINDOW, parameter.hash_log: ZSTD_HASH,
    }  # fmt: skip
    frame = zstd.ZstdCompressor(options=options)

    def encode(block: bytes, last: bool) -> bytes:
        return frame.compress(block, frame.FLUSH_FRAME if last else frame.FLUSH_BLOCK)

    return encode


@dataclass(frozen=True, slots=True)
class Coding:
    """A content coding."""

    name: str
    """As headers say it."""
    encoder: Callable[[], Encode]
    """Begins one answer."""

    def tag(self, tag: str) -> str:
        """The ETag of an answer in this coding, from that of the same answer as it is (RFC 9110 section 8.8.3.3).

        Examples
        --------
        `"5f3a"` is `"5f3a-gzip"`; a weak tag, which says nothing of bytes, stays as it is.
        """
        return f'{tag[:-1]}-{self.name}"' if tag.startswith('"') else tag

    def plain_tags(self, held: str) -> str:
        """The header If-None-Match with the tags of this coding as those of the same answers as they are."""
        return held.replace(f'-{self.name}"', '"')


ZSTD, GZIP = Coding("zstd", _zstd), Coding("gzip", _gzip)


@dataclass(frozen=True, slots=True)
class AcceptedCoding:
    """The coding that a request prefers: None for the content as it is, which may be forbidden."""

    coding: Coding | None = None
    identity: bool = True
    """Whether the content may also be sent as it is."""


AS_IT_IS = AcceptedCoding()


def accepted_coding(headers: RawHeaders) -> AcceptedCoding:
    """The coding that the headers of a request prefer. Ranges are of the content as it is."""
    return AS_IT_IS if header(headers, b"range") is not None else _preferred(header(headers, b"accept-encoding") or "")


def qualities(accept_encoding: str) -> dict[str, float]:
    """What the header Accept-Encoding says of each coding that it names; 0 where a coding is not accepted."""
    return dict(map(_ranked, accept_encoding.split(",")))


@lru_cache(maxsize=256)
def _preferred(accept_encoding: str) -> AcceptedCoding:
    """The best of zstd, gzip and identity; of equally good ones the first. `*` is no promise to know zstd."""
    quality = qualities(accept_encoding)
    other = quality.get("*", 0.0)
    ranks = {ZSTD: quality.get("zstd", 0.0), GZIP: quality.get("gzip", quality.get("x-gzip", other))}
    best = max(ranks, key=ranks.__getitem__)
    identity = quality.get("identity", 0.0 if "*" in quality and not other else None)
    if ranks[best] > 0 and ranks[best] >= (identity or 0):
        return AcceptedCoding(best, identity != 0)
    return AS_IT_IS


def _ranked(entry: str) -> tuple[str, float]:
    """A coding and its quality; 0 where that cannot be read."""
    name, _, parameter = "".join(entry.lower().split()).partition(";")
    match = _QUALITY.fullmatch(parameter or "q=1")
    return name, float(match[1]) if match else 0.0


def codable(status: int, headers: Headers, length: int | None) -> bool:
    """Whether an answer is worth a coding: text or Arrow, and long; `length` is None where it is not known yet.

    FITS and Parquet are left as they are, which readers want to jump about in and which are packed already; so is what
    nobody may store: what a client is told of its jobs, whose identifiers are their keys, and text of its own beside
    them must not show in how long the answer is (BREACH).
    """
    return (
        encodable(status, headers)
        and _packable(headers.get("content-type", ""))
        and (length is None or length >= LEAST)
    )


def encodable(status: int, headers: Headers) -> bool:
    """Whether an answer may have a coding at all: it has content, all of it, and no coding yet."""
    kept = "no-store" not in headers.get("cache-control", "")
    return status not in _BODILESS and kept and ENCODED not in headers and not _is(headers, EVENTS)


def encode_headers(headers: MutableHeaders, coding: Coding) -> None:
    """Say of an answer that it is in a coding; its length and ranges are those of the content as it is."""
    headers[ENCODED] = coding.name
    del headers["content-length"], headers["accept-ranges"]
    if tag := headers.get("etag"):
        headers["etag"] = coding.tag(tag)


def varies(headers: Headers, name: str) -> bool:
    """Whether Vary names a header."""
    return name.lower() in "".join(",".join(headers.getlist("vary")).lower().split()).split(",")


def _packable(content_type: str) -> bool:
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type.startswith("text/") or media_type.endswith(_TEXT) or media_type == ARROW.media_type


def _is(headers: Headers, media_type: str) -> bool:
    return headers.get("content-type", "").startswith(media_type)
