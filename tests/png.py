"""Small pictures with few colours: what the guide shows, as PNG with the words seen in it.

Only what is written here is read here: eight bits a pixel from a palette, no filter, one comment.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COMMENT = b"Comment\0\0\0\0\0"  # keyword, not compressed, no language
_MOST = 256  # colours of a palette


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels as height x width x 3, and the words that can be read in them."""

    pixels: np.ndarray
    words: str

    @property
    def size(self) -> tuple[int, int]:
        """Return (width, height)."""
        return self.pixels.shape[1], self.pixels.shape[0]


def read_ppm(content: bytes) -> np.ndarray:
    """Return the pixels of what pdftoppm writes."""
    _, size, _, _ = content.split(b"\n", 3)
    width, height = map(int, size.split())
    return np.frombuffer(content[-width * height * 3 :], np.uint8).reshape(height, width, 3)


def write(picture: Picture, path: Path) -> None:
    """Write a picture with as many shades as a palette holds."""
    palette, places = _reduced(picture.pixels)
    height, width = picture.pixels.shape[:2]
    lines = np.zeros((height, width + 1), np.uint8)  # each begins with its filter: none
    lines[:, 1:] = places.reshape(height, width)
    path.write_bytes(
        _SIGNATURE
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0))
        + _chunk(b"PLTE", palette.astype(np.uint8).tobytes())
        + _chunk(b"iTXt", _COMMENT + picture.words.encode())
        + _chunk(b"IDAT", zlib.compress(lines.tobytes(), 9))
        + _chunk(b"IEND", b"")
    )


def read(path: Path) -> Picture:
    """Return a picture that `write` wrote."""
    content, parts = path.read_bytes(), {}
    at = len(_SIGNATURE)
    while at < len(content):
        (length,) = struct.unpack_from(">I", content, at)
        parts[content[at + 4 : at + 8]] = content[at + 8 : at + 8 + length]
        at += length + 12
    width, height = struct.unpack_from(">II", parts[b"IHDR"])
    lines = np.frombuffer(zlib.decompress(parts[b"IDAT"]), np.uint8).reshape(height, width + 1)
    palette = np.frombuffer(parts[b"PLTE"], np.uint8).reshape(-1, 3)
    return Picture(palette[lines[:, 1:]], parts[b"iTXt"][len(_COMMENT) :].decode())


def _reduced(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the colours left when shades are rounded until they are few, and each pixel's."""
    for step in (8, 17, 34, 51, 85):
        shades = np.minimum(np.rint(pixels / step) * step, 255)
        palette, places = np.unique(shades.reshape(-1, 3), axis=0, return_inverse=True)
        if len(palette) <= _MOST:
            return palette, places
    raise AssertionError


def _chunk(kind: bytes, content: bytes) -> bytes:
    body = kind + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))
