"""Pictures of pages for `docs/`, small enough for a repository: PNG with a palette."""

import base64
import struct
import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from playwright.async_api import Page

Bytes = NDArray[np.uint8]
LARGEST = 150_000
"""Bytes."""
TALLEST = 2400
"""Pixels of a picture, from the top of its page."""
PALETTES = (255, 63, 31, 15)
"""Numbers of colours, of which the first is taken with which a picture is small enough."""
DECODE = """async (data) => {
  const bitmap = await createImageBitmap(await (await fetch('data:image/png;base64,' + data)).blob());
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  context.drawImage(bitmap, 0, 0);
  const { data: pixels, width, height } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  let text = '';
  for (let at = 0; at < pixels.length; at += 8192) text += String.fromCharCode(...pixels.subarray(at, at + 8192));
  return { width, height, pixels: btoa(text) };
}"""


async def picture(page: Page) -> bytes:
    """The page as it is now, from its top, as PNG."""
    width, height = (
        page.viewport_size["width"] if page.viewport_size else 0,
        await page.evaluate("document.documentElement.scrollHeight"),
    )
    clip = {"x": 0.0, "y": 0.0, "width": float(width), "height": float(min(height, TALLEST))}
    shot = await page.screenshot(full_page=True, clip=clip, scale="css", animations="disabled")  # type: ignore[arg-type]
    blank = await page.context.new_page()
    read = await blank.evaluate(DECODE, base64.b64encode(shot).decode())
    await blank.close()
    pixels = np.frombuffer(base64.b64decode(read["pixels"]), np.uint8).reshape(read["height"], read["width"], 4)
    return next((one for one in _written(pixels[..., :3]) if len(one) <= LARGEST), shot)


def _written(pixels: Bytes) -> Iterator[bytes]:
    """A picture with fewer and fewer colours."""
    for colours in PALETTES:
        palette, indices = reduced(pixels, colours)
        yield png(palette, indices)


def reduced(pixels: Bytes, colours: int) -> tuple[Bytes, Bytes]:
    """The commonest colours (n, 3), and the number of one of these for each pixel, the nearest.

    Parameters
    ----------
    pixels
        Red, green and blue, of the shape (height, width, 3).
    colours
        How many, 256 at most.
    """
    packed = pixels.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    found, places, counts = np.unique(packed, return_inverse=True, return_counts=True)
    known = np.stack([found >> 16, found >> 8 & 255, found & 255], -1).astype(np.int32)
    palette = known[np.argsort(-counts, kind="stable")[:colours]]
    nearest = np.array([np.argmin(((palette - one) ** 2).sum(-1)) for one in known], np.uint8)
    return palette.astype(np.uint8), nearest[places].reshape(packed.shape)


def png(palette: Bytes, indices: Bytes) -> bytes:
    """PNG (W3C Recommendation, third edition) of colours by their number."""
    height, width = indices.shape
    rows = np.concatenate([np.zeros((height, 1), np.uint8), indices], 1).tobytes()
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", header), (b"PLTE", palette.tobytes()), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
