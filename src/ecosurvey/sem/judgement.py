"""Whether a model fits well enough to be read: the finding that a reviewer would ask for."""

from __future__ import annotations

from ecosurvey.core import Finding, Text, number
from ecosurvey.core.fit_line import fit_line
from ecosurvey.sem.fit import Fit
from ecosurvey.sem.measures import headline_measures

_LIMITS: dict[str, float] = {"cfi": 0.90, "rmsea": 0.08, "srmr": 0.08}


def judge_fit(fit: Fit) -> tuple[Finding, ...]:
    """Return a warning naming the measures that are beyond their usual limits, if any.

    CFI below .90 (Bentler & Bonett 1980), RMSEA above .08 (Browne & Cudeck 1993), SRMR above
    .08 (Hu & Bentler 1999); the robust version where there is one, else the scaled one. The
    limits are habits, not laws (Marsh, Hau & Wen 2004), and RMSEA misleads where degrees of freedom
    are few (Kenny, Kaniskan & McCoach 2015), so this is a warning and never more.
    """
    if not fit.converged or not fit.test.df > 0 or fit.baseline is None:
        return ()
    line = fit_line(headline_measures(fit))
    said = []
    for name, limit in _LIMITS.items():
        value = getattr(line, name)
        if value < limit if name == "cfi" else value > limit:
            said.append(f"{name.upper()} = {number(value, 3, bounded=True)}")
    if not said:
        return ()
    shown = ", ".join(said)
    return (
        Finding(
            "poor_fit",
            "warning",
            Text(f"the model fits poorly: {shown}.", f"模型拟合欠佳：{shown}。"),
            hint=Text(
                "Read its paths and rankings with caution; residuals() and "
                "modification_indices() show where it fails.",
                "解读路径与排名须谨慎；残差与修正指数可指出问题所在。",
            ),
        ),
    )
