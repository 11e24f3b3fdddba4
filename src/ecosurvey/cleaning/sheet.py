"""The answers as arrays: what the indices of response quality are computed from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecosurvey.instrument import Check, Item
from ecosurvey.responses import Responses

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


NOT_ASKED = ("not_shown", "not_applicable")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Answers of every respondent, in the order shown.

    Attributes
    ----------
    shown : array of shape (n, p)
        Answers to the Likert items as given, not reverse-keyed, in the order shown.
    unit : array of shape (n, p)
        The same, from 0 (low end of the scale) to 1.
    steps : array of shape (p,)
        Highest code less the lowest of each item's scale.
    reverse : array of shape (p,)
        Which items are reverse-keyed.
    blocks : tuple of arrays
        Columns of each page.
    scales : tuple of arrays
        Columns of each construct's items.
    answers : array of shape (n, q)
        All items, also those that are continuous scores, in the order of the file.
    asked : array of shape (n,)
        Items that each respondent was shown; those skipped by the questionnaire's logic or
        not applicable do not count.
    failed : array of shape (n,)
        Attention checks that were answered wrong.
    checks : int
        Attention checks that there are.
    refused : array of shape (n,)
        True where the respondent says that the answers should not be used.
    own_words : int
        Questions that ask for this.
    seconds : array of shape (n,)
        Time taken; NaN where unknown.
    submitted : array of shape (n,)
        When the sheet came in, in seconds from an arbitrary start; NaN where unknown.
    address : array of shape (n,)
        A number for each device or address; -1 where unknown.
    """

    shown: NDArray[np.float64]
    unit: NDArray[np.float64]
    steps: NDArray[np.intp]
    reverse: NDArray[np.bool_]
    blocks: tuple[NDArray[np.intp], ...]
    scales: tuple[NDArray[np.intp], ...]
    answers: NDArray[np.float64]
    asked: NDArray[np.intp]
    failed: NDArray[np.float64]
    checks: int
    refused: NDArray[np.bool_]
    own_words: int
    seconds: NDArray[np.float64]
    submitted: NDArray[np.float64]
    address: NDArray[np.intp]

    @property
    def answered(self) -> NDArray[np.intp]:
        """Likert items answered by each respondent."""
        import numpy as np

        count: NDArray[np.intp] = np.isfinite(self.shown).sum(axis=1)
        return count


def make_sheet(responses: Responses) -> Sheet:
    """Return the arrays of a wave's answers."""
    import numpy as np

    instrument, frame = responses.instrument, responses.frame
    items: dict[str, Item] = {item.id: item for item in instrument.items}
    blocks = [
        [name for name in block if items[name].scale.kind == "likert"]
        for block in instrument.blocks()
    ]
    order = [name for block in blocks for name in block]
    place = {name: column for column, name in enumerate(order)}
    shown = frame[order].to_numpy(dtype=float, copy=True)
    low = np.array([items[name].scale.min for name in order], dtype=float)
    high = np.array([items[name].scale.max for name in order], dtype=float)
    attention = [check for check in instrument.checks if check.kind != "self_report"]
    own_words = [check for check in instrument.checks if check.kind == "self_report"]
    seconds = np.full(len(frame), np.nan)
    name = instrument.meta.duration_seconds
    if name and name in frame:
        seconds = frame[name].to_numpy(dtype=float, copy=True)
    return Sheet(
        shown=shown,
        unit=(shown - low) / (high - low),
        steps=np.rint(high - low).astype(np.intp),
        reverse=np.array([items[name].reverse for name in order], dtype=bool),
        blocks=tuple(
            np.array([place[n] for n in block], dtype=np.intp) for block in blocks if block
        ),
        scales=tuple(
            np.array([place[n] for n in names if n in place], dtype=np.intp)
            for names in instrument.scales().values()
        ),
        answers=frame[list(items)].to_numpy(dtype=float, copy=True),
        asked=len(items) - _hidden(responses, set(items)),
        failed=_failed(responses, attention).sum(axis=1).astype(float),
        checks=len(attention),
        refused=_failed(responses, own_words).sum(axis=1) > 0,
        own_words=len(own_words),
        seconds=seconds,
        submitted=_submitted(responses),
        address=_address(responses),
    )


def _submitted(responses: Responses) -> NDArray[np.float64]:
    import numpy as np
    import pandas as pd

    name = responses.instrument.meta.submitted_at
    frame = responses.frame
    if not name or name not in frame or not pd.api.types.is_datetime64_any_dtype(frame[name]):
        return np.full(len(frame), np.nan)
    since = frame[name] - frame[name].min()
    return np.array(since.dt.total_seconds(), dtype=float)


def _address(responses: Responses) -> NDArray[np.intp]:
    import numpy as np
    import pandas as pd

    name = responses.instrument.meta.address
    if not name or name not in responses.frame:
        return np.full(len(responses.frame), -1, dtype=np.intp)
    return pd.factorize(responses.frame[name])[0].astype(np.intp)


def _hidden(responses: Responses, items: set[str]) -> NDArray[np.intp]:
    """Return how many items each respondent was not asked."""
    import numpy as np

    log = responses.raw_missing
    mine = log[log["column"].isin(list(items)) & log["kind"].isin(list(NOT_ASKED))]
    counts = mine["row"].value_counts().reindex(responses.frame.index, fill_value=0)
    return np.asarray(counts, dtype=np.intp)


def _failed(responses: Responses, checks: list[Check]) -> NDArray[np.bool_]:
    """Return who answered which check wrong; an unanswered check is not failed."""
    import numpy as np

    failed = np.zeros((len(responses.frame), len(checks)), dtype=bool)
    for column, check in enumerate(checks):
        given = responses.frame[check.id].to_numpy(dtype=float)
        failed[:, column] = np.isfinite(given) & ~np.isin(given, check.expect)
    return failed
