"""What must hold of the screening whatever was answered."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ecosurvey.cleaning import CleanData, clean
from ecosurvey.cleaning.keying import score_items
from ecosurvey.core import DataError
from ecosurvey.instrument import load_instrument
from ecosurvey.responses import read_responses

DEMO = load_instrument(Path(__file__).parents[1] / "instrument" / "demo.yaml")
ITEMS = [item.id for item in DEMO.items]
ASKED = [*ITEMS, "ATT1", "ATT2", "USE", "consent"]
QUIET = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ANSWERS = arrays(
    float,
    st.tuples(st.integers(4, 14), st.just(len(ASKED))),
    elements=st.sampled_from([1, 2, 3, 4, 5, np.nan]),
)


def sheet(answers: np.ndarray) -> pd.DataFrame:
    frame = pd.DataFrame(answers, columns=ASKED)
    for name in ("USE", "consent"):  # two answers there
        frame[name] = frame[name].where(frame[name].isin([1, 2]), 1)
    frame["rid"] = [f"R{k}" for k in range(len(frame))]
    frame["seconds"] = frame["POL1"].fillna(3) * 10
    return frame


def cleaned(frame: pd.DataFrame) -> CleanData | None:
    try:
        return clean(read_responses(frame, DEMO))
    except DataError as error:
        assert "nobody is left" in str(error) or "every row is empty" in str(error)
        return None


@QUIET
@given(ANSWERS)
def test_every_row_is_kept_or_logged_and_the_flow_adds_up(answers: np.ndarray) -> None:
    result = cleaned(sheet(answers))
    if result is None:
        return
    received = set(result.responses.frame.index)
    kept, out = set(result.frame.index), set(result.exclusions["row"])
    assert kept | out == received and not kept & out
    assert result.flow[0].remaining - sum(s.excluded for s in result.flow) == result.n
    assert all(
        a.remaining >= b.remaining for a, b in zip(result.flow, result.flow[1:], strict=False)
    )
    for name in result.flagged:  # nothing is flagged without evidence
        assert result.flags.loc[result.flagged[name], name].notna().all()


@QUIET
@given(ANSWERS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(answers: np.ndarray, random: object) -> None:
    frame = sheet(answers)
    order = list(range(len(frame)))
    random.shuffle(order)  # type: ignore[attr-defined]
    one, other = cleaned(frame), cleaned(frame.iloc[order].reset_index(drop=True))
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert grounds(one) == grounds(other)


def grounds(result: CleanData) -> set[tuple[str, str]]:
    """Who was excluded for what; which of two equal sheets is the later one is left out."""
    log = result.exclusions[result.exclusions["rule"] != "duplicate"]
    return set(zip(log["respondent"], log["rule"], strict=True))


@QUIET
@given(ANSWERS)
def test_labels_and_codes_give_the_same_result(answers: np.ndarray) -> None:
    frame = sheet(answers)
    worded = frame.copy()
    labels = {code: text.zh for code, text in DEMO.item("POL1").scale.labels.items()}
    for name in ITEMS:
        worded[name] = worded[name].map(labels)
    one, other = cleaned(frame), cleaned(worded)
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        pd.testing.assert_frame_equal(one.frame, other.frame)
        pd.testing.assert_frame_equal(one.exclusions, other.exclusions)


@QUIET
@given(ANSWERS)
def test_keying_twice_gives_back_the_answers(answers: np.ndarray) -> None:
    frame = sheet(answers)
    twice = score_items(score_items(frame, DEMO.items), DEMO.items)
    pd.testing.assert_frame_equal(twice, frame)
