"""The step that minimizes a quadratic within a sphere (More & Sorensen 1983)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def trust_step(
    matrix: NDArray[np.float64], slope: NDArray[np.float64], radius: float
) -> NDArray[np.float64]:
    """Return the step s of length up to ``radius`` that minimizes g's + s'Hs / 2.

    H may be indefinite or singular; the full step -H^-1 g is returned where H is safely
    positive definite and the step fits.

    Parameters
    ----------
    matrix : (q, q) symmetric H, its diagonal near 1
    slope : (q,) g
    radius : float

    Examples
    --------
    >>> import numpy as np
    >>> trust_step(np.eye(2), np.array([3.0, 4.0]), 1.0).round(6).tolist()
    [-0.6, -0.8]
    """
    step = _by_cholesky(matrix, slope, radius)
    if step is not None:
        return step
    values, vectors = np.linalg.eigh(matrix)
    return _on_sphere(values, vectors, vectors.T @ slope, radius)


def step_to_minimum(
    matrix: NDArray[np.float64], slope: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    """Return the full step -H^-1 g; None unless H is safely positive definite."""
    return _by_cholesky(matrix, slope, np.inf)


def _by_cholesky(
    matrix: NDArray[np.float64], slope: NDArray[np.float64], radius: float
) -> NDArray[np.float64] | None:
    """Return the step for a safely positive definite matrix; None for any other.

    Newton's method on the length finds a in -(H + a I)^-1 g (the same, eq. 3.3): a few
    factorizations are cheaper than the eigenvalues.
    """
    from scipy.linalg import LinAlgError, cho_factor, cho_solve, solve_triangular

    added = 0.0
    for _ in range(20):
        try:
            shifted = matrix + added * np.eye(len(matrix)) if added else matrix
            factor = cho_factor(shifted, lower=True, check_finite=False)
        except LinAlgError:
            return None
        if np.abs(np.diag(factor[0])).min() < 1e-6:
            return None
        step: NDArray[np.float64] = -cho_solve(factor, slope, check_finite=False)
        length = float(np.linalg.norm(step))
        if length <= radius * (1 + 1e-3 if added else 1):
            return step * min(1.0, radius / length) if length > 0 else step
        inner = solve_triangular(factor[0], step, lower=True, check_finite=False)
        added += (length / float(np.linalg.norm(inner))) ** 2 * (length - radius) / radius
    return None


def _on_sphere(
    values: NDArray[np.float64],
    vectors: NDArray[np.float64],
    along: NDArray[np.float64],
    radius: float,
) -> NDArray[np.float64]:
    """Return -(H + a I)^-1 g with a >= 0 such that its length is the radius, or less if a = 0."""
    floor = max(0.0, -float(values[0])) + 1e-10 * max(1.0, float(np.abs(values).max()))
    low, high = floor, floor + float(np.linalg.norm(along)) / radius + 1e-10

    def length(added: float) -> float:
        return float(np.linalg.norm(along / (values + added)))

    if length(low) <= radius:  # the hard case, or a full step that fits
        step = -along / (values + low)
        if values[0] < -1e-8:  # go along the direction of negative curvature to the sphere
            rest = radius**2 - float(step[1:] @ step[1:])
            step[0] = np.copysign(np.sqrt(max(rest, 0.0)), step[0])
        return vectors @ step
    for _ in range(100):  # by the excess over the floor, which may be tiny (nearly the hard case)
        middle = floor + float(np.sqrt((low - floor) * (high - floor))) if low > floor else 0.0
        middle = middle if low < middle < high else (low + high) / 2
        if length(middle) > radius:
            low = middle
        else:
            high = middle
        if length(high) >= (1 - 1e-3) * radius or high - low <= 1e-15 * high:
            break
    return vectors @ (-along / (values + high))
