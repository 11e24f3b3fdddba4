"""Loadings and correlations of constructs, read from the standardized solution of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import DataError, Text

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.sem import SemResult

DEGREES = (  # Rönkkö & Cho (2022), by the outer bound of the interval
    (1.0, "severe", Text("severe", "严重")),
    (0.9, "moderate", Text("moderate", "中度")),
    (0.8, "marginal", Text("marginal", "轻微")),
    (0.0, "none", Text("none", "无")),
)


def read_loadings(standard: pd.DataFrame) -> pd.DataFrame:
    """Return the loadings of items, with their residual variances, from a standardized solution.

    Parameters
    ----------
    standard : DataFrame
        lhs, op, rhs, est (or est_std), se, pvalue; lavaan's rows.
    """
    import pandas as pd

    value = "est_std" if "est_std" in standard.columns else "est"
    measured = standard[standard["op"] == "=~"]
    latent = set(measured["lhs"])
    measured = measured[~measured["rhs"].isin(latent)]
    if not len(measured):
        raise DataError(
            Text("the model measures nothing", "模型没有测量任何潜变量"),
            fix=Text("Give a model with '=~' lines.", "请给出含有“=~”的模型。"),
        )
    own = standard[(standard["op"] == "~~") & (standard["lhs"] == standard["rhs"])]
    residual = dict(zip(own["lhs"], own[value], strict=True))
    return pd.DataFrame(
        {
            "construct": list(measured["lhs"]),
            "item": list(measured["rhs"]),
            "loading": measured[value].to_numpy(dtype=float),
            "se": measured["se"].to_numpy(dtype=float),
            "pvalue": measured["pvalue"].to_numpy(dtype=float),
            "residual": [float(residual[item]) for item in measured["rhs"]],
        }
    )


def read_correlations(fit: SemResult, constructs: list[str]) -> pd.DataFrame:
    """Return the correlations of constructs by pair, with intervals by the delta method.

    Those of facets follow from the factor behind them, and are in it with their errors.

    Parameters
    ----------
    fit : SemResult
        Of one group.
    constructs : list of str
    """
    import pandas as pd

    from ecosurvey.sem.latent_intervals import latent_intervals

    pairs, found = latent_intervals(fit.fit)
    at = {frozenset(pair): k for k, pair in enumerate(pairs)}
    records = []
    for i, first in enumerate(constructs):
        for second in constructs[i + 1 :]:
            k = at[frozenset((first, second))]
            low, high = float(found.ci_lower[k]), float(found.ci_upper[k])
            outer = max(abs(low), abs(high))
            problem = next((code for at, code, _ in DEGREES if outer >= at), "")
            records.append(
                {
                    "first": first,
                    "second": second,
                    "correlation": float(found.est[k]),
                    "ci_lower": low,
                    "ci_upper": high,
                    "problem": problem,
                }
            )
    columns = ["first", "second", "correlation", "ci_lower", "ci_upper", "problem"]
    return pd.DataFrame(records, columns=columns)
