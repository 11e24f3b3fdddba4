"""P values adjusted for how many there are: the family-wise rate, or the false discovery rate."""

from __future__ import annotations

from collections.abc import Sequence


def holm(pvalues: Sequence[float]) -> list[float]:
    """Return p values adjusted by Holm's step-down method; NaN stays NaN and is not counted.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6, 65-70.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    known = sorted((p, i) for i, p in enumerate(pvalues) if p == p)
    adjusted = [float("nan")] * len(pvalues)
    highest = 0.0
    for rank, (p, i) in enumerate(known):
        highest = max(highest, min(1.0, (len(known) - rank) * p))
        adjusted[i] = highest
    return adjusted


def benjamini_hochberg(pvalues: Sequence[float]) -> list[float]:
    """Return p values adjusted by Benjamini and Hochberg's step-up method; NaN is not counted.

    Of the results called significant below 0.05, at most 5% are expected to be false if the
    tests are independent or positively dependent.

    References
    ----------
    Benjamini & Hochberg (1995), Journal of the Royal Statistical Society B 57, 289-300.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03])
    [0.03, 0.04, 0.04]
    """
    known = sorted(((p, i) for i, p in enumerate(pvalues) if p == p), reverse=True)
    adjusted = [float("nan")] * len(pvalues)
    lowest = 1.0
    for behind, (p, i) in enumerate(known):
        lowest = min(lowest, p * len(known) / (len(known) - behind))
        adjusted[i] = lowest
    return adjusted
