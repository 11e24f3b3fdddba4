"""How an incremental index is formed from plain tests, from scaled tests, and robustly."""

from __future__ import annotations

from typing import Protocol

from ecosurvey.sem.measures.evidence import Evidence, mean_scaling


class PlainIndex(Protocol):
    """An index of the model's and the baseline's test."""

    def __call__(
        self, chisq: float, df: float, baseline_chisq: float, baseline_df: float, /
    ) -> float:
        """Return the index."""
        ...


class RobustIndex(Protocol):
    """An index that can also correct unscaled tests by their scaling factors."""

    def __call__(
        self,
        chisq: float,
        df: float,
        baseline_chisq: float,
        baseline_df: float,
        c: float = 1.0,
        baseline_c: float = 1.0,
        /,
    ) -> float:
        """Return the index."""
        ...


def plain_and_scaled(name: str, index: PlainIndex, seen: Evidence) -> dict[str, float]:
    """Return ``name`` and, where there are scaled tests, ``name_scaled`` from those."""
    found = {name: index(seen.chisq, seen.df, seen.baseline_chisq, seen.baseline_df)}
    model, base = seen.scaled, seen.baseline_scaled
    if model is not None and base is not None:
        found[f"{name}_scaled"] = index(model.stat, model.df, base.stat, base.df)
    return found


def robust(name: str, index: RobustIndex, seen: Evidence) -> dict[str, float]:
    """Return ``name_robust``: the unscaled tests corrected by c and c_B, where that is defined."""
    whole, none = seen.corrected, seen.baseline_corrected
    if whole is not None and none is not None and seen.can_correct:
        if whole.df == 0:
            return {f"{name}_robust": index(0.0, 0.0, none.stat, none.df)}
        pair = whole.scaling_factor, none.scaling_factor
        return {f"{name}_robust": index(whole.stat, whole.df, none.stat, none.df, *pair)}
    model, base = seen.scaled, seen.baseline_scaled
    if model is None or base is None or not seen.has_robust or seen.ordinal:
        return {}
    tests = seen.chisq, seen.df, seen.baseline_chisq, seen.baseline_df
    if seen.df == 0:
        return {f"{name}_robust": index(*tests)}
    factors = mean_scaling(model, seen.df), mean_scaling(base, seen.baseline_df)
    return {f"{name}_robust": index(*tests, *factors)}
