"""One seed, many independent streams: each named purpose draws from its own."""

from __future__ import annotations

import secrets
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def new_seed() -> int:
    """Return a fresh seed, to be stored with the result so that the run can be repeated."""
    return secrets.randbits(32)


def stream(seed: int, purpose: str, index: int = 0) -> np.random.Generator:
    """Return the random stream of one purpose and one replicate.

    The stream depends on nothing but its arguments, so results do not change with the
    number of workers, or when another part of the analysis draws more or fewer numbers.

    Examples
    --------
    >>> float(stream(1, "bootstrap", 7).random()) == float(stream(1, "bootstrap", 7).random())
    True
    """
    import numpy as np

    key = (zlib.crc32(purpose.encode()), index)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))
