"""Sheets that came from one device or address within a short time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.cleaning.careless.rule import Rule, Scored, not_scored
from ecosurvey.cleaning.rules import Rules
from ecosurvey.cleaning.sheet import Sheet
from ecosurvey.core import Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def within_window(
    address: NDArray[np.intp], seconds: NDArray[np.float64], window: float
) -> NDArray[np.float64]:
    """Return how many other sheets of the same address came within ``window`` seconds.

    Parameters
    ----------
    address : array of shape (n,)
        A number for each address; -1 where unknown.
    seconds : array of shape (n,)
        When each sheet was submitted; NaN where unknown.
    window : float
        Before or after.

    Returns
    -------
    array of shape (n,)
        NaN where address or time is unknown.

    Examples
    --------
    >>> import numpy as np
    >>> within_window(np.array([0, 0, 0, 1]), np.array([0.0, 50, 500, 0]), 60)
    array([1., 1., 0., 0.])
    """
    import numpy as np

    known = (address >= 0) & np.isfinite(seconds)
    found = np.full(len(address), np.nan)
    for one in np.unique(address[known]):
        rows = np.flatnonzero(known & (address == one))
        rows = rows[np.argsort(seconds[rows], kind="stable")]
        times = seconds[rows]
        last = np.searchsorted(times, times + window, side="right")
        first = np.searchsorted(times, times - window, side="left")
        found[rows] = last - first - 1
    return found


def score_same_address(sheet: Sheet, rules: Rules) -> Scored:
    """List sheets that share device or address with another within ``rules.window_minutes``.

    For a person to look at, never an exclusion: a class that answers together in its computer
    room, or a campus behind one address, does the same.
    """
    import numpy as np

    if not ((sheet.address >= 0) & np.isfinite(sheet.submitted)).any():
        return not_scored(len(sheet.address))
    values = within_window(sheet.address, sheet.submitted, 60 * rules.window_minutes)
    return Scored(values, values >= 1, f"≥ 1, {rules.window_minutes:g} min")


SAME_ADDRESS = Rule(
    "same_address",
    Text("Same device or address within minutes", "短时间内来自同一设备或地址"),
    "duplication",
    "review",
    Text("other sheets from there: {value:.0f}", "同源的其他答卷{value:.0f}份"),
    score_same_address,
)
