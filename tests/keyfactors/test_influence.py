"""One step from the estimates is where a refit without the row would be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ecosurvey.core import DataError
from ecosurvey.keyfactors.influence import influence
from ecosurvey.sem import sem, simulate

MODEL = "A =~ a1 + a2 + a3\nB =~ b1 + b2 + b3\nY =~ y1 + y2 + y3\nY ~ A + B"
POPULATION = (
    "A =~ .8*a1 + .8*a2 + .7*a3; B =~ .8*b1 + .7*b2 + .8*b3; Y =~ .8*y1 + .8*y2 + .7*y3;"
    "A ~~ .3*B; Y ~ {a}*A + {b}*B"
)


def _data(a: float, b: float, n: int, seed: int) -> pd.DataFrame:
    return simulate(POPULATION.format(a=a, b=b), n, seed=seed)


def test_one_step_deletion_agrees_with_refits() -> None:
    data = _data(0.5, 0.2, 250, 3)
    found = influence(sem(MODEL, data), "Y")
    fit = sem(MODEL, data)
    now = {e.source: e.std_all for e in fit.effects("Y").rows if e.kind == "total"}
    moves, refits = [], []
    for row in (*(r.position for r in found.rows[:6]), 7, 77, 177):
        left = sem(MODEL, data.drop(index=data.index[row]))
        totals = {e.source: e.std_all for e in left.effects("Y").rows if e.kind == "total"}
        refits += [totals[name] - now[name] for name in found.factors]
        moves += [found.without[row, k] - now[name] for k, name in enumerate(found.factors)]
    # first order: what is left is of the size of a change squared
    np.testing.assert_allclose(moves, refits, atol=0.15 * np.abs(refits).max())
    assert np.corrcoef(moves, refits)[0, 1] > 0.99


def test_a_planted_row_is_the_most_influential() -> None:
    data = _data(0.5, 0.2, 200, 4)
    data.iloc[17] = [6, 6, 6, 0, 0, 0, -6, -6, -6]
    found = influence(sem(MODEL, data), "Y")
    assert found.rows[0].position == 17
    assert found.rows[0].factor == "A"
    assert any(finding.code for finding in found.findings)


def test_moments_have_no_rows_to_leave_out() -> None:
    data = _data(0.5, 0.2, 200, 4)
    with pytest.raises(DataError, match="moments only"):
        influence(sem(MODEL, cov=data.cov(), n=200), "Y")


def test_rows_are_called_by_their_names_in_the_data() -> None:
    data = _data(0.5, 0.2, 200, 4)
    data.iloc[30, 2] = data.iloc[3, 1] = np.nan
    data.iloc[17] = [6, 6, 6, 0, 0, 0, -6, -6, -6]
    data.index = pd.Index(range(2, 202))  # as a spreadsheet counts
    found = influence(sem(MODEL, data, missing="fiml"), "Y", labels=list(data.index))
    assert (found.rows[0].label, found.rows[0].position) == ("19", 17)
    assert found.to_frame().iloc[0, 0] == "19"
    fewer = influence(sem(MODEL, data), "Y", labels=list(data.index))  # two rows were left out
    assert fewer.rows[0].label == ""
    assert fewer.to_frame().iloc[0, 0] == 17  # the seventeenth of the rows that were used
