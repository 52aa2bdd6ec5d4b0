"""Gzip is uncompressed in bounded pieces, cut as it may be, and what is none passes as it is."""

import gzip
import io
import zlib
from collections.abc import AsyncIterator, Callable

import pytest

from adapters.votable.gzipped import LARGEST_RATIO, PIECE, UNSUSPECTED, Gunzip, gunzipped, plain_file
from planning.errors import BadInput, TooMuch

TEXT = b"".join(b"%d,%d\n" % (number, number * number) for number in range(200_000))
assert len(TEXT) > 8 * PIECE


async def cut(text: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(text), size):
        yield text[start : start + size]


@pytest.mark.parametrize("size", [1000, 65_536, 10_000_000])
@pytest.mark.parametrize(
    "pack",
    [
        lambda: gzip.compress(TEXT),
        lambda: gzip.compress(TEXT[:100]) + gzip.compress(b"") + gzip.compress(TEXT[100:]),
        lambda: gzip.compress(TEXT) + bytes(700),
        lambda: TEXT,
    ],
    ids=["one", "members", "padded", "plain"],
)
async def test_the_same_text(pack: Callable[[], bytes], size: int) -> None:
    packed = pack()
    blocks = [block async for block in gunzipped(cut(packed, size))]
    assert b"".join(blocks) == TEXT
    assert max(map(len, blocks)) <= max(PIECE, size)
    async with plain_file(io.BytesIO(packed), len(TEXT)) as plain:
        assert plain.read() == TEXT


@pytest.mark.parametrize("text", [b"", b"\x1f", b"\x1f\x8a", b"<"])
async def test_what_is_no_gzip_passes(text: bytes) -> None:
    assert b"".join([block async for block in gunzipped(cut(text, 1))]) == text


async def test_byte_by_byte() -> None:
    assert b"".join([block async for block in gunzipped(cut(gzip.compress(b"a b"), 1))]) == b"a b"


@pytest.mark.parametrize("part", [slice(0, 12), slice(0, -1), slice(0, 200)])
async def test_what_is_cut_short(part: slice) -> None:
    with pytest.raises(BadInput, match="cut short"):
        assert [block async for block in gunzipped(cut(gzip.compress(TEXT[:10_000])[part], 50))]


async def test_a_bomb_is_refused_before_it_grows() -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join([packer.compress(bytes(1 << 20)) for _ in range(32)]) + packer.flush()
    written: list[bytes] = []
    with pytest.raises(TooMuch, match=f"more than {LARGEST_RATIO} times"):
        written.extend(Gunzip().feed(bomb[: 1 << 14]))
    assert UNSUSPECTED - PIECE <= sum(map(len, written)) <= UNSUSPECTED


async def test_what_grows_beyond_the_bound_is_refused() -> None:
    with pytest.raises(TooMuch, match="the most that is taken"):
        async with plain_file(io.BytesIO(gzip.compress(TEXT)), len(TEXT) - 1):
            pass
