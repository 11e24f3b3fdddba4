"""The figure that one result makes by itself, whether it comes from a run or from a notebook."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ecosurvey.core import Text
from ecosurvey.report.figures import correlation_map, heatmap, intervals, scree

if TYPE_CHECKING:
    from ecosurvey.factors import EfaResult, ParallelAnalysis
    from ecosurvey.reliability import ItemCorrelations, Reliability
    from ecosurvey.report.model import Illustration
    from ecosurvey.sem import SemResult

_HIDE = 0.30  # smaller loadings are coloured but not printed
USUAL = 0.70  # the line that readers look for (Nunnally, 1978)


def illustration_of(result: Any) -> Illustration | None:
    """Return the figure of a result; ``None`` if it has none."""
    from ecosurvey.factors import EfaResult, NumberOfFactors, ParallelAnalysis
    from ecosurvey.reliability import ItemCorrelations, Reliability
    from ecosurvey.sem import SemResult

    known: dict[type, Callable[[Any], Illustration]] = {
        ParallelAnalysis: eigenvalues,
        NumberOfFactors: lambda found: eigenvalues(found.parallel),
        EfaResult: loadings,
        ItemCorrelations: items,
        Reliability: reliability,
        SemResult: latent_correlations,
    }
    for kind, made in known.items():
        if isinstance(result, kind):
            return made(result)
    return None


def eigenvalues(found: ParallelAnalysis) -> Illustration:
    """Return the scree plot with the band of random eigenvalues."""
    drawn = scree.describe(
        found.eigenvalues.tolist(),
        found.random_mean.tolist(),
        found.random_percentile.tolist(),
        percentile=found.percentile,
        retained=found.n_factors,
    )
    return scree.illustrate(drawn)


def loadings(found: EfaResult) -> Illustration:
    """Return the loadings of an exploratory solution as a heat map."""
    frame = found.loadings
    rows = [Text(str(name), str(name)) for name in frame.index]
    columns = [Text(str(name), str(name)) for name in frame.columns]
    caption = Text(
        "Loadings of the exploratory factor analysis; loadings below .30 in absolute value are "
        "coloured without number",
        "探索性因子分析载荷热图；绝对值小于.30的载荷只着色、不标数值",
    )
    values = frame.to_numpy(dtype=float).tolist()
    return heatmap.illustrate(
        heatmap.describe("efa_heatmap", caption, rows, columns, values, hide=_HIDE, bounded=False)
    )


def items(found: ItemCorrelations) -> Illustration:
    """Return the correlations of the items, framed by construct."""
    return correlation_map.illustrate(correlation_map.describe(found))


def reliability(found: Reliability) -> Illustration:
    """Return each scale's omega with its interval."""
    return intervals.illustrate(forest(found))


def forest(found: Reliability) -> intervals.IntervalDrawing:
    """Return the drawing of each scale's omega with its interval."""
    frame = found.scales[["omega", "omega_ci_lower", "omega_ci_upper"]]
    rows = [
        intervals.Row(found.names[str(scale)], float(value), float(low), float(high))
        for scale, value, low, high in frame.itertuples()
    ]
    caption = Text(
        "Reliability of the scales: McDonald's ω with {p}% intervals; the dashed line marks .70",
        "各量表信度：McDonald ω及{p}%置信区间；虚线为.70",
    ).fill(p=f"{100 * found.level:g}")
    axis = Text("McDonald's ω", "McDonald ω")
    return intervals.describe(
        "reliability_forest",
        caption,
        axis,
        rows,
        marks=(USUAL,),
        limits=(None, 1.0),
        bounded=True,
    )


def latent_correlations(
    found: SemResult, name_of: Callable[[str], Text] = lambda name: Text(name, name)
) -> Illustration:
    """Return the correlations of the latent variables as a heat map."""
    frame = found.latent_correlations
    frame = frame.iloc[: frame.shape[1]]  # groups are stacked: the first is drawn
    names = [name_of(str(name)) for name in frame.columns]
    caption = Text("Correlations of the latent variables", "潜变量相关系数")
    values = frame.to_numpy(dtype=float).tolist()
    return heatmap.illustrate(
        heatmap.describe_correlations("latent_correlations", caption, names, values)
    )
