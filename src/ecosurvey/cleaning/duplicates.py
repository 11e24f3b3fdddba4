"""Sheets that were handed in twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecosurvey.cleaning.rules import Rules
from ecosurvey.core import Finding, Text
from ecosurvey.responses import Responses

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

MIN_DIFFERENT = 3
# a column with fewer different values than this share of its rows names no respondents
MIN_UNIQUE = 0.5


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Which sheets repeat an earlier one.

    Attributes
    ----------
    original : array of shape (n,)
        Row number of the earlier sheet; 0 where there is none.
    same_id : array of shape (n,)
        True where the respondent's id is also the same.
    findings : tuple of Finding
        Ids that came with different answers: not excluded, but to be looked at.
    """

    original: NDArray[np.int64]
    same_id: NDArray[np.bool_]
    findings: tuple[Finding, ...]


def find_duplicates(responses: Responses, rules: Rules) -> Duplicates:
    """Find sheets that repeat an earlier one; the earlier is kept.

    A sheet is a duplicate if every answer, open text included, equals that of an earlier
    sheet, with at least ``rules.duplicate_answers`` answers of 3 or more different values
    (so that two straight-liners are not taken for one person); or if the items' answers
    and the respondent's id are equal, whatever their number. Nothing is made of equal
    addresses, which a whole campus may share.
    """
    import numpy as np
    import pandas as pd

    frame, instrument = responses.frame, responses.instrument
    meta = instrument.meta
    technical = {
        meta.respondent,
        meta.submitted_at,
        meta.duration_seconds,
        meta.origin,
        meta.wave,
        meta.address,
    }
    asked = [name for name in frame.columns if name not in technical]
    items = [item.id for item in instrument.items]
    everything = frame[asked].join(responses.text) if len(responses.text.columns) else frame[asked]
    rows = frame.index.to_numpy(dtype=np.int64)
    answers = frame[asked].to_numpy(dtype=float)
    enough = np.isfinite(answers).sum(axis=1) >= rules.duplicate_answers
    same = _first_equal(
        _hashes(everything), rows, enough & _varied(frame[items].to_numpy(dtype=float))
    )
    if not meta.respondent or meta.respondent not in frame:
        return Duplicates(same, np.zeros(len(rows), dtype=bool), ())
    ids = frame[meta.respondent]
    known = ids.notna().to_numpy(dtype=bool)
    if ids.nunique() < MIN_UNIQUE * known.sum():
        return Duplicates(same, np.zeros(len(rows), dtype=bool), (_no_ids(meta.respondent, ids),))
    keys = pd.util.hash_array(ids.fillna("").to_numpy(dtype=object)).astype(np.uint64)
    both = _hashes(frame[items]) * np.uint64(1_000_003) + keys
    repeated = _first_equal(both, rows, known)
    original = np.where(repeated > 0, repeated, same)
    differing = known & ids.duplicated(keep="first").to_numpy() & (original == 0)
    return Duplicates(original, repeated > 0, _differing(responses, differing))


def _hashes(frame: pd.DataFrame) -> NDArray[np.uint64]:
    import numpy as np
    import pandas as pd

    hashes = pd.util.hash_pandas_object(frame, index=False)
    return np.asarray(hashes, dtype=np.uint64)


def _varied(answers: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which rows hold at least three different answers."""
    import numpy as np

    ordered = np.sort(answers, axis=1)  # NaN goes last, and is unequal to itself
    steps: NDArray[np.intp] = (np.diff(ordered, axis=1) > 0).sum(axis=1)
    return np.asarray(steps + 1 >= MIN_DIFFERENT, dtype=bool)


def _first_equal(
    keys: NDArray[np.uint64], rows: NDArray[np.int64], eligible: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the row number of the first eligible row with the same key; 0 for itself."""
    import numpy as np

    found = np.zeros(len(keys), dtype=np.int64)
    positions = np.flatnonzero(eligible)
    _, first, inverse = np.unique(keys[positions], return_index=True, return_inverse=True)
    origin = positions[first[inverse]]
    found[positions] = np.where(origin == positions, 0, rows[origin])
    return found


def _no_ids(name: str, ids: pd.Series) -> Finding:
    message = Text(
        f"{name} has only {ids.nunique()} different values in {ids.notna().sum()} rows, so it "
        "was not used to find duplicates",
        f"{name}在{ids.notna().sum()}行中只有{ids.nunique()}个不同取值，未用于识别重复答卷",
    )
    return Finding("respondents_not_unique", "warning", message, name)


def _differing(responses: Responses, differing: NDArray[np.bool_]) -> tuple[Finding, ...]:
    if not differing.any():
        return ()
    name = responses.instrument.meta.respondent
    ids = responses.frame.loc[differing, name].unique()
    shown = ", ".join(map(str, ids[:5])) + (" …" if len(ids) > 5 else "")
    return (
        Finding(
            "repeated_respondent",
            "warning",
            Text(
                f"respondents with several different sheets, all kept: {len(ids)} ({shown})",
                f"有{len(ids)}个受访者编号对应多份不同答卷，均予保留（{shown}）",
            ),
            str(name),
            Text("Decide which sheet counts.", "请确定以哪一份为准。"),
        ),
    )
