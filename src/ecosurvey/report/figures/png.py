"""A drawing as PNG: its pixels as they are, which suits even paper with sharp letters best.

Pillow tries five filters on every line of pixels, and mostly takes those that suit photographs:
of line drawings it makes larger files in three times the time.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

_LEVEL = 3  # of zlib: 4 takes half as long again for files a twelfth smaller
_LINES = 64  # as many at once as fit into the processor's cache
_INCH = 0.0254
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png(figure: Figure, dpi: int) -> bytes:
    """Return a figure as the bytes of a PNG file; the figure keeps the resolution."""
    import numpy as np
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure.set_dpi(dpi)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    return encode(pixels, dpi)


def encode(pixels: NDArray[np.uint8], dpi: float) -> bytes:
    """Return opaque pixels as the bytes of a PNG file, the same bytes each time.

    Parameters
    ----------
    pixels : array of shape (height, width, 3 or 4)
        Red, green and blue, 0 to 255; a fourth layer is taken to be 255 throughout.
    dpi : float

    Examples
    --------
    >>> import numpy as np
    >>> encode(np.zeros((2, 3, 3), np.uint8), 300)[1:4]
    b'PNG'
    """
    import numpy as np

    height, width = pixels.shape[:2]
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS, 9)
    lines = np.zeros((min(_LINES, height), 1 + 3 * width), np.uint8)  # each begins: no filter
    packed = []
    for first in range(0, height, _LINES):
        part = pixels[first : first + _LINES]
        for layer in range(3):
            lines[: len(part), 1 + layer :: 3] = part[..., layer]
        packed.append(packer.compress(lines[: len(part)].data))
    packed.append(packer.flush())
    metre = round(dpi / _INCH)
    return b"".join(
        (
            _SIGNATURE,
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            _chunk(b"pHYs", struct.pack(">IIB", metre, metre, 1)),
            _chunk(b"IDAT", b"".join(packed)),
            _chunk(b"IEND", b""),
        )
    )


def header_of(picture: bytes, name: str) -> bytes:
    """Return a PNG file of a picture's size and resolution without its pixels, marked by a name.

    Examples
    --------
    >>> import numpy as np
    >>> picture = encode(np.zeros((9, 9, 3), np.uint8), 300)
    >>> header_of(picture, "a") != header_of(picture, "b")
    True
    """
    at = len(_SIGNATURE)
    while picture[at + 4 : at + 8] not in (b"IDAT", b""):
        at += 12 + int.from_bytes(picture[at : at + 4], "big")
    return picture[:at] + _chunk(b"tEXt", name.encode("utf-8")) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)
