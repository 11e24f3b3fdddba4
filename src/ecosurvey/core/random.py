"""One seed, many independent streams: each named purpose draws from its own."""

from __future__ import annotations

import secrets
import zlib
from typing import TYPE_CHECKING

from ecosurvey.core import Text
from ecosurvey.core.errors import OptionError

if TYPE_CHECKING:
    import numpy as np


def new_seed() -> int:
    """Return a fresh seed, to be stored with the result so that the run can be repeated."""
    return secrets.randbits(32)


def used_seed(seed: int | None) -> int:
    """Return the seed, a fresh one if there is none, or refuse.

    Raises
    ------
    OptionError
        If it is no whole number of 0 or more.

    Examples
    --------
    >>> used_seed(7)
    7
    """
    if seed is None:
        return new_seed()
    if isinstance(seed, bool) or int(seed) != seed or seed < 0:
        raise OptionError(
            Text(f"seed={seed!r} is no seed", f"seed={seed!r} 不是随机种子"),
            fix=Text("Use a whole number of 0 or more.", "请使用0或更大的整数。"),
        )
    return int(seed)


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
