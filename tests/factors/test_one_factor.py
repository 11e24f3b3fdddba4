"""One factor of many matrices at once is that of each by itself."""

from __future__ import annotations

import numpy as np
import pytest

from ecosurvey.factors.extraction import LOWEST_UNIQUENESS, extract
from ecosurvey.factors.one_factor import one_factor


@pytest.mark.parametrize(("p", "n", "strength"), [(3, 40, 0.6), (4, 300, 0.8), (12, 80, 0.5)])
def test_many_matrices_give_what_each_gives_alone(p: int, n: int, strength: float) -> None:
    rng = np.random.default_rng(p)
    rows = rng.normal(size=(60, n, p)) + strength * rng.normal(size=(60, n, 1))
    corr = np.array([np.corrcoef(each, rowvar=False) for each in rows])
    loadings, unique, converged = one_factor(corr, np.full(p, 0.5))
    heywood = 0
    for at in range(60):
        alone = extract(corr[at], 1, "ml", np.full(p, 0.5))
        assert converged[at] == alone.converged
        np.testing.assert_allclose(loadings[at], alone.loadings[:, 0], atol=1e-7)
        np.testing.assert_allclose(unique[at], alone.uniqueness, atol=1e-7)
        heywood += bool(alone.uniqueness.min() <= 1.01 * LOWEST_UNIQUENESS)
    assert (heywood > 0) == (p == 3)  # both ways are tried


def test_no_matrix_gives_nothing() -> None:
    loadings, unique, converged = one_factor(np.empty((0, 4, 4)), np.full(4, 0.5))
    assert loadings.shape == unique.shape == (0, 4)
    assert not len(converged)
