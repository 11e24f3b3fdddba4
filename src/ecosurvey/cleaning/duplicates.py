"""Sheets that were handed in twice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ecosurvey.cleaning.careless import Scored, nearest_sheet
from ecosurvey.cleaning.rules import Rules
from ecosurvey.cleaning.sheet import Sheet
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
    alike : array of shape (n,)
        Share of equal answers of near copies from one address; NaN for other sheets.
    """

    original: NDArray[np.int64]
    same_id: NDArray[np.bool_]
    findings: tuple[Finding, ...]
    alike: NDArray[np.float64]


def with_near_copies(
    found: Duplicates, rows: NDArray[np.int64], sheet: Sheet, near: Scored, rules: Rules
) -> Duplicates:
    """Count as duplicates, too, near copies that came from one address within the window.

    Neither sign would do alone: honest people may answer alike, and a campus shares an
    address. Of such a pair the earlier row is kept.

    Parameters
    ----------
    found : Duplicates
    rows : array of shape (n,)
        Row numbers.
    sheet : Sheet
    near : Scored
        Shares of equal answers with the nearest other sheet, in percent, and which of them
        are beyond what chance and likeness explain.
    rules : Rules
    """
    import numpy as np

    positions = np.flatnonzero(near.flagged)
    if not len(positions):
        return found
    least = _least(near)
    original, alike = found.original.copy(), found.alike.copy()
    window = 60 * rules.window_minutes
    for place, later in enumerate(positions):
        if original[later]:
            continue
        before = positions[:place]
        here = (sheet.address[before] == sheet.address[later]) & (sheet.address[later] >= 0)
        near_in_time = abs(sheet.submitted[before] - sheet.submitted[later]) <= window
        for earlier in before[here & near_in_time]:
            both = np.isfinite(sheet.shown[earlier]) & np.isfinite(sheet.shown[later])
            equal = (sheet.shown[earlier] == sheet.shown[later]).sum() / max(both.sum(), 1)
            if equal >= least:
                original[later], alike[later] = rows[earlier], equal
                break
    return replace(found, original=original, alike=alike)


def _least(near: Scored) -> float:
    """Return how alike every pair beyond the limit is at least."""
    return float(near.values[near.flagged].min()) / 100 - 1e-6  # the shares are of single precision


def near_findings(sheet: Sheet, near: Scored, kept: NDArray[np.bool_]) -> list[Finding]:
    """Tell of near duplicates that were kept with their likes."""
    both = near.flagged & kept
    share, _ = nearest_sheet(sheet.shown[both])
    count = int((share >= _least(near)).sum()) if both.any() else 0
    if not count:
        return []
    return [
        Finding(
            "near_duplicates",
            "warning",
            Text(
                f"sheets kept whose answers nearly equal another's ({near.cutoff}): {count}",
                f"有{count}份答卷与另一份高度相似（{near.cutoff}），均予保留",
            ),
            hint=Text(
                "Look at neighbouring rows, times and addresses; exclude them if they were made "
                "up or sent twice.",
                "请核对相邻行、提交时间与来源；如属编造或重复提交，应予剔除。",
            ),
        )
    ]


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
        meta.weight,
        meta.cluster,
    }
    asked = [name for name in frame.columns if name not in technical]
    items = [item.id for item in instrument.items]
    everything = frame[asked].join(responses.text) if len(responses.text.columns) else frame[asked]
    rows = frame.index.to_numpy(dtype=np.int64)
    alike = np.full(len(rows), np.nan)
    answers = frame[asked].to_numpy(dtype=float)
    enough = np.isfinite(answers).sum(axis=1) >= rules.duplicate_answers
    same = _first_equal(
        _hashes(everything), rows, enough & _varied(frame[items].to_numpy(dtype=float))
    )
    if not meta.respondent or meta.respondent not in frame:
        return Duplicates(same, np.zeros(len(rows), dtype=bool), (), alike)
    ids = frame[meta.respondent]
    known = ids.notna().to_numpy(dtype=bool)
    if ids.nunique() < MIN_UNIQUE * known.sum():
        told = (_no_ids(meta.respondent, ids),)
        return Duplicates(same, np.zeros(len(rows), dtype=bool), told, alike)
    keys = pd.util.hash_array(ids.fillna("").to_numpy(dtype=object)).astype(np.uint64)
    both = _hashes(frame[items]) * np.uint64(1_000_003) + keys
    repeated = _first_equal(both, rows, known)
    original = np.where(repeated > 0, repeated, same)
    differing = known & ids.duplicated(keep="first").to_numpy() & (original == 0)
    return Duplicates(original, repeated > 0, _differing(responses, differing), alike)


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
