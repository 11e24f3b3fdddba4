"""Common method variance: Harman's single factor, and full collinearity of the constructs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import Column, Finding, Result, Table, Text
from ecosurvey.factors import read_moments
from ecosurvey.factors.extraction import extract
from ecosurvey.factors.moments import Missing, invert
from ecosurvey.reliability.membership import membership

if TYPE_CHECKING:
    import pandas as pd

HARMAN_HIGH = 0.50  # Podsakoff et al. (2003); 0.40 is often asked for in Chinese journals
HARMAN_STRICT = 0.40
VIF_HIGH = 3.3  # Kock (2015)


@dataclass(frozen=True, slots=True, repr=False)
class Harman(Result):
    """Harman's single-factor test, exploratory form.

    Attributes
    ----------
    first_component : float
        Share of the total variance of the first unrotated principal component: what SPSS
        prints and most papers report.
    first_factor : float
        Share of the total variance of one common factor (minres).
    components : int
        Principal components with an eigenvalue above one.
    eigenvalues : tuple of float
    n : int or None
    missing : Text
    """

    first_component: float
    first_factor: float
    components: int
    eigenvalues: tuple[float, ...]
    n: int | None
    missing: Text
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        return f"Harman(first_component={self.first_component:.3f}, components={self.components})"

    def tables(self) -> tuple[Table, ...]:
        """Return the shares."""
        return (
            Table(
                "harman",
                Text("Harman's single-factor test", "Harman单因素检验"),
                (
                    Column("measure", Text("Measure", "指标"), "label"),
                    Column("value", Text("Value", "值"), decimals=1),
                ),
                (
                    (
                        Text(
                            "First unrotated component, % of variance",
                            "首个未旋转主成分方差解释率（%）",
                        ),
                        100 * self.first_component,
                    ),
                    (
                        Text("One common factor, % of variance", "单一公因子方差解释率（%）"),
                        100 * self.first_factor,
                    ),
                    (
                        Text("Components with eigenvalue above 1", "特征值大于1的成分数"),
                        str(self.components),
                    ),
                ),
                (
                    Text(
                        "A weak test: passing it does not rule out common method variance.",
                        "该检验灵敏度较低，通过检验并不能排除共同方法偏差。",
                    ),
                    self.missing,
                ),
            ),
        )


def harman(
    data: Any,
    items: Sequence[str] | None = None,
    *,
    n_obs: int | None = None,
    missing: Missing = "pairwise",
) -> Harman:
    """Test whether one factor carries most of the variance of all items.

    Parameters
    ----------
    data : DataFrame
        Answers to all items of all constructs; or their correlation matrix.
    items : sequence of str, optional
    n_obs : int, optional
    missing : {"pairwise", "listwise"}

    Returns
    -------
    Harman

    References
    ----------
    Podsakoff, P. M., MacKenzie, S. B., Lee, J.-Y., & Podsakoff, N. P. (2003). Common method
    biases in behavioral research. Journal of Applied Psychology, 88, 879-903.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> r = pd.DataFrame(np.where(np.eye(5) == 1, 1, .25), list("abcde"), list("abcde"))
    >>> round(harman(r).first_component, 2)
    0.4
    """
    moments = read_moments(data, items, n_obs=n_obs, missing=missing, least=3, what="Harman's test")
    values = np.linalg.eigvalsh(moments.corr)[::-1]
    first = float(values[0]) / moments.p
    factor = float((extract(moments.corr, 1, "minres").loadings ** 2).sum()) / moments.p
    findings = list(moments.findings)
    if first > HARMAN_STRICT:
        limit = HARMAN_HIGH if first > HARMAN_HIGH else HARMAN_STRICT
        findings.append(
            Finding(
                "common_method",
                "warning" if first > HARMAN_HIGH else "note",
                Text(
                    f"The first component carries {100 * first:.1f}% of the variance, "
                    f"above {100 * limit:.0f}%.",
                    f"首个主成分解释了{100 * first:.1f}%的方差，超过{100 * limit:.0f}%。",
                ),
                hint=Text(
                    "Common method variance may inflate correlations; test a method factor.",
                    "可能存在共同方法偏差，建议检验方法潜因子模型。",
                ),
            )
        )
    return Harman(
        first,
        factor,
        int((values > 1).sum()),
        tuple(float(v) for v in values),
        moments.n,
        moments.missing_note(),
        tuple(findings),
    )


@dataclass(frozen=True, slots=True, repr=False)
class FullCollinearity(Result):
    """Variance inflation of every construct by all others.

    Attributes
    ----------
    vif : Series by construct
    names : mapping of str to Text
    """

    vif: pd.Series
    names: Mapping[str, Text]
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        return f"FullCollinearity(highest={self.vif.max():.2f})"

    def tables(self) -> tuple[Table, ...]:
        """Return one row a construct."""
        return (
            Table(
                "full_collinearity",
                Text("Full collinearity of the constructs", "构念的完全共线性检验"),
                (
                    Column("construct", Text("Construct", "构念"), "label"),
                    Column("vif", Text("VIF", "VIF")),
                ),
                tuple((self.names[str(c)], float(v)) for c, v in self.vif.items()),
                (
                    Text(
                        f"Above {VIF_HIGH} suggests common method variance (Kock, 2015).",
                        f"VIF高于{VIF_HIGH}提示可能存在共同方法偏差（Kock, 2015）。",
                    ),
                ),
            ),
        )


def full_collinearity(
    data: Any,
    scales: Mapping[str, Sequence[str]] | None = None,
    names: Mapping[str, Text] | None = None,
) -> FullCollinearity:
    """Return the variance inflation factor of each construct, given all others.

    Parameters
    ----------
    data : DataFrame
        With ``scales`` the answers, from which mean scores are made (of the items answered);
        without it the scores, or the correlation matrix of the constructs (the latent
        correlations of a CFA, say).
    scales : mapping of construct to items, optional
    names : mapping of construct to Text, optional

    Returns
    -------
    FullCollinearity

    References
    ----------
    Kock, N. (2015). Common method bias in PLS-SEM: a full collinearity assessment approach.
    International Journal of e-Collaboration, 11(4), 1-10.

    Examples
    --------
    >>> import pandas as pd
    >>> r = pd.DataFrame([[1, .6], [.6, 1]], ["A", "B"], ["A", "B"])
    >>> [round(float(v), 4) for v in full_collinearity(r).vif]
    [1.5625, 1.5625]
    """
    import pandas as pd

    moments = read_moments(
        data if scales is None else scale_means(data, scales), what="full collinearity"
    )
    vif = pd.Series(np.diag(invert(moments, "variance inflation")), list(moments.names), name="vif")
    called = {c: (names or {}).get(c, Text(c, c)) for c in moments.names}
    high = [
        Finding(
            "high_vif",
            "warning",
            Text(
                f"The VIF of '{called[str(c)].en}' is {v:.2f}, above {VIF_HIGH}.",
                f"“{called[str(c)].zh}”的VIF为{v:.2f}，高于{VIF_HIGH}。",
            ),
            where=str(c),
        )
        for c, v in vif.items()
        if v > VIF_HIGH
    ]
    return FullCollinearity(vif, called, (*moments.findings, *high))


def scale_means(data: Any, scales: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return each row's mean over the answered items of each construct."""
    import pandas as pd

    from ecosurvey.core.frames import as_frame, numeric_matrix

    membership(scales, least=1)
    frame = as_frame(data)
    scores = {}
    for construct, items in scales.items():
        values = numeric_matrix(frame, list(items))
        answered = (~np.isnan(values)).sum(axis=1)
        total = np.nansum(values, axis=1)
        scores[construct] = np.divide(
            total, answered, out=np.full(len(total), np.nan), where=answered > 0
        )
    return pd.DataFrame(scores, index=frame.index)
