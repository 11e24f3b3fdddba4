from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import ndtr

from ecosurvey.correlation.bivariate import bivariate_cdf, bivariate_density, density_slope

limits = st.floats(-6, 6)
correlations = st.floats(-0.9999, 0.9999)


def one(h: float, k: float, rho: float) -> float:
    return float(bivariate_cdf(np.array([h]), np.array([k]), np.array([rho]))[0])


def by_integration(h: float, k: float, rho: float) -> float:
    """Integrate the conditional distribution, split where it turns."""
    rest = np.sqrt((1 - rho) * (1 + rho))

    def integrand(x: float) -> float:
        return float(np.exp(-x * x / 2) / np.sqrt(2 * np.pi) * ndtr((k - rho * x) / rest))

    turn = k / rho if abs(rho) > 1e-3 else 0.0
    width = 8 * rest / abs(rho) if abs(rho) > 1e-3 else 0.0
    inner = sorted({p for p in (turn - width, turn, turn + width) if -9 < p < h})
    edges = [-9.0, *inner, h]
    return sum(
        quad(integrand, a, b, epsabs=1e-15, epsrel=1e-12, limit=300)[0] for a, b in pairwise(edges)
    )


@pytest.mark.parametrize("rho", [0.0, 0.1, -0.3, 0.31, -0.75, 0.76, -0.925, 0.93, -0.97, 0.999])
def test_probability_equals_numerical_integration(rho: float) -> None:
    for h in (-2.3, -0.4, 0.0, 0.7, 1.9):
        for k in (-1.7, 0.0, 0.7, 2.6):
            assert one(h, k, rho) == pytest.approx(by_integration(h, k, rho), abs=1e-13)


@given(limits, limits, correlations)
def test_probability_is_symmetric_in_its_arguments(h: float, k: float, rho: float) -> None:
    assert one(h, k, rho) == pytest.approx(one(k, h, rho), abs=1e-14)


@given(limits, limits, correlations)
@example(1e-295, 1e-295, 0.9375)  # their product underflows, and with it the sign
@example(5e-324, 5e-324, 0.9999)  # so does the slope's denominator
def test_quadrants_add_up_to_the_margin(h: float, k: float, rho: float) -> None:
    assert one(h, k, rho) + one(h, -k, -rho) == pytest.approx(float(ndtr(h)), abs=1e-13)


@pytest.mark.parametrize("rho", [-1.0, -0.95, -0.4, 0.0, 0.4, 0.95, 1.0])
def test_probability_at_the_origin_is_sheppards(rho: float) -> None:
    assert one(0.0, 0.0, rho) == pytest.approx(0.25 + np.arcsin(rho) / (2 * np.pi), abs=1e-15)


def test_infinite_limits_give_the_margins() -> None:
    for rho in (0.5, -0.99):
        assert one(np.inf, 0.3, rho) == pytest.approx(float(ndtr(0.3)), abs=1e-15)
        assert one(-0.2, np.inf, rho) == pytest.approx(float(ndtr(-0.2)), abs=1e-15)
        assert one(-np.inf, 0.3, rho) == 0.0


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(-0.9, 0.9))
def test_density_and_its_slope_are_derivatives(h: float, k: float, rho: float) -> None:
    a, b, step = np.array([h]), np.array([k]), 1e-5
    up, down = np.array([rho + step]), np.array([rho - step])
    density = bivariate_density(a, b, np.array([rho]))
    numeric = (bivariate_cdf(a, b, up) - bivariate_cdf(a, b, down)) / (2 * step)
    assert density[0] == pytest.approx(numeric[0], abs=1e-7)
    slope = density_slope(a, b, np.array([rho]), density)
    numeric = (bivariate_density(a, b, up) - bivariate_density(a, b, down)) / (2 * step)
    assert slope[0] == pytest.approx(numeric[0], abs=1e-6)
