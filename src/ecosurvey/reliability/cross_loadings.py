"""Cross-loadings: does an item go with its own construct more than with any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import Cell, Column, DataError, Finding, Result, Table, Text
from ecosurvey.core.text import p_relation
from ecosurvey.factors import read_moments
from ecosurvey.factors.association import Correlation
from ecosurvey.factors.moments import Missing
from ecosurvey.reliability.membership import membership

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ecosurvey.sem import SemResult


@dataclass(frozen=True, slots=True, repr=False)
class CrossLoadings(Result):
    """Correlations of every item with every construct's score.

    Attributes
    ----------
    correlations : DataFrame, items x constructs
        With the own construct's score the item itself is left out of it (if ``corrected``);
        NaN for the only item of a construct.
    items : DataFrame by item
        construct, own (correlation with it), closest (the other construct it goes with most, in
        absolute value), other (that correlation), difference (own less the absolute of other),
        t and pvalue (two-sided test of the difference; NaN where n is not known).
    structure : DataFrame, items x constructs, or None
        Structure coefficients of a confirmatory model: model-implied correlations of items with
        latent variables, loadings times latent correlations.
    corrected : bool
    n : int or None
    names : mapping of construct to Text
    missing : Text
    findings : tuple of Finding
    """

    correlations: pd.DataFrame
    items: pd.DataFrame
    structure: pd.DataFrame | None
    corrected: bool
    n: int | None
    names: Mapping[str, Text]
    missing: Text
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        p, c = self.correlations.shape
        astray = int((self.items["difference"] < 0).sum())
        return f"CrossLoadings({p} items, {c} constructs, {astray} items nearer to another)"

    def to_frame(self) -> pd.DataFrame:
        """Return one row an item: its construct, and its correlation with each."""
        frame = self.correlations.copy()
        frame.insert(0, "construct", self.items["construct"])
        return frame

    def tables(self) -> tuple[Table, ...]:
        """Return the cross-loadings, and a model's structure coefficients if there are any."""
        own = _OWN_LEFT_OUT if self.corrected else _OWN_KEPT
        first = self._table(
            "cross_loadings",
            Text("Cross-loadings: items with construct scores", "交叉载荷：题项与各构念得分的相关"),
            self.correlations,
            (own, _RED if (self.items["difference"] < 0).any() else _NONE, self.missing),
        )
        if self.structure is None:
            return (first,)
        second = self._table(
            "structure_coefficients",
            Text("Structure coefficients of the measurement model", "测量模型的结构系数"),
            self.structure,
            (_IMPLIED,),
        )
        return first, second

    def _table(self, key: str, title: Text, frame: pd.DataFrame, notes: tuple[Text, ...]) -> Table:
        place = {str(construct): str(i + 1) for i, construct in enumerate(frame.columns)}
        values = frame.to_numpy(dtype=float)
        rows: list[tuple[Cell, ...]] = []
        groups: list[tuple[int, Text]] = []
        alarms: list[int] = []
        before = ""
        for i, (item, own) in enumerate(self.items["construct"].items()):
            if own != before:
                name = self.names[own]
                groups.append((i, Text(f"{place[own]}. {name.en}", f"{place[own]}. {name.zh}")))
                before = own
            rows.append((str(item), *(float(v) if np.isfinite(v) else None for v in values[i])))
            if key == "cross_loadings" and self.items["difference"].iloc[i] < 0:
                alarms.append(i)
        columns = (
            Column("item", Text("Item", "题项"), "label"),
            *(Column(construct, Text(at, at), bounded=True) for construct, at in place.items()),
        )
        return Table(key, title, columns, tuple(rows), notes, tuple(groups), tuple(alarms))


_OWN_LEFT_OUT = Text(
    "Correlations of items with the mean of each construct's items; from its own construct's the "
    "item itself is left out.",
    "题项与各构念题项均值的相关；计算所属构念得分时剔除该题项本身。",
)
_OWN_KEPT = Text(
    "Correlations of items with the mean of each construct's items, the item itself included.",
    "题项与各构念题项均值的相关，所属构念得分包含该题项本身。",
)
_RED = Text(
    "Red, where there is colour: items that go with another construct more than with their own.",
    "彩色版中红色行为与其他构念相关更强的题项。",
)
_NONE = Text(
    "No item goes with another construct more than with its own.",
    "没有题项与其他构念的相关强于与所属构念的相关。",
)
_IMPLIED = Text(
    "Correlations of items with latent variables that the model implies: loadings times "
    "correlations of the latent variables.",
    "模型隐含的题项与潜变量的相关：载荷乘以潜变量相关。",
)


def cross_loadings(
    data: Any,
    scales: Mapping[str, Sequence[str]],
    names: Mapping[str, Text] | None = None,
    *,
    corrected: bool = True,
    correlation: Correlation = "pearson",
    n_obs: int | None = None,
    missing: Missing = "pairwise",
    fit: SemResult | None = None,
) -> CrossLoadings:
    r"""Correlate every item with every construct's score.

    Scores are sums (or means: the same correlations) of a construct's items with equal weights.
    Of its own construct's score the item is no part, else a short scale would flatter it:

    .. math:: r_{ic} = \frac{\sum_{j \in c, j \ne i} s_{ij}}
              {\sqrt{s_{ii} \sum_{j, k \in c \setminus i} s_{jk}}}

    so that the own correlation is the corrected item-total correlation (CITC, psych's
    ``r.drop``). The rule of partial least squares is the same: an item's own loading is to
    exceed its cross-loadings (Chin, 1998); there the score has estimated weights and holds the
    item (``corrected=False`` leaves it in, with equal weights).

    Parameters
    ----------
    data : DataFrame
        Answers, all items running in their construct's direction; or their correlation or
        covariance matrix.
    scales : mapping of construct to items
        Two or more constructs.
    names : mapping of construct to Text, optional
    corrected : bool
        Whether an item is left out of its own construct's score.
    correlation : {"pearson", "spearman", "polychoric"}
        Of answers. With ranks or polychorics the score is the sum of standardized variables.
    n_obs : int, optional
        Respondents behind a matrix; without it differences are not tested.
    missing : {"pairwise", "listwise"}
        Treatment of gaps.
    fit : SemResult, optional
        A one-group confirmatory factor analysis of these scales, for its structure coefficients.

    Returns
    -------
    CrossLoadings
        A finding for each item that goes with another construct more than with its own, with
        Williams's test of two dependent correlations.

    Raises
    ------
    DataError
        For fewer than two constructs, items in two of them, unknown or constant items.

    References
    ----------
    Chin, W. W. (1998). The partial least squares approach to structural equation modeling. In
    G. A. Marcoulides (Ed.), Modern methods for business research, 295-336. Steiger, J. H.
    (1980). Tests for comparing elements of a correlation matrix. Psychological Bulletin, 87,
    245-251 (Williams's test, his equation 7).

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> r = np.full((4, 4), .2); r[:2, :2] = r[2:, 2:] = .6; np.fill_diagonal(r, 1)
    >>> frame = pd.DataFrame(r, list("abcd"), list("abcd"))
    >>> cross_loadings(frame, {"A": ["a", "b"], "B": ["c", "d"]}).correlations.round(3)
           A      B
    a  0.600  0.224
    b  0.600  0.224
    c  0.224  0.600
    d  0.224  0.600

    In R: ``cor(x[i], rowSums(x[others]))``; ``psych::paired.r`` for the test.
    """
    import pandas as pd

    items, member = membership(scales)
    moments = read_moments(
        data, items, n_obs=n_obs, missing=missing, what="cross-loadings", correlation=correlation
    )
    constructs = list(scales)
    cov = moments.cov if correlation == "pearson" else moments.corr
    values = item_score_correlations(cov, member, corrected=corrected)
    frame = pd.DataFrame(values, items, constructs)
    judged = _judge(frame, cov, member, moments.n, corrected=corrected)
    called = {c: (names or {}).get(c, Text(c, c)) for c in constructs}
    return CrossLoadings(
        correlations=frame,
        items=judged,
        structure=None if fit is None else structure_coefficients(fit, items, constructs),
        corrected=corrected,
        n=moments.n,
        names=called,
        missing=moments.missing_note(),
        findings=(*moments.findings, *_findings(judged, called)),
    )


def item_score_correlations(
    cov: NDArray[np.float64], member: NDArray[np.float64], *, corrected: bool
) -> NDArray[np.float64]:
    """Return correlations of items with sums of items.

    Parameters
    ----------
    cov : ndarray, shape (p, p)
        Covariances or correlations of the items.
    member : ndarray, shape (p, c)
        One where an item belongs to a construct.
    corrected : bool
        Whether an item is left out of the sum of its own construct.

    Returns
    -------
    ndarray, shape (p, c)
        NaN where nothing is left to correlate with.
    """
    own = np.diag(cov)[:, None]
    shared = cov @ member
    spread = np.repeat(np.diag(member.T @ shared)[None], len(cov), axis=0)
    left = np.repeat(member.sum(axis=0)[None], len(cov), axis=0)
    if corrected:
        spread = spread - member * (2 * shared - own)
        shared = shared - member * own
        left = left - member
    size = np.sqrt(own * np.maximum(spread, 0.0))
    some = (left > 0) & (size > 0)
    found: NDArray[np.float64] = np.divide(shared, size, out=np.full_like(size, nan), where=some)
    return found


def structure_coefficients(
    fit: SemResult, items: Sequence[str], constructs: Sequence[str]
) -> pd.DataFrame:
    """Return the correlations of items with latent variables that a fitted model implies."""
    import pandas as pd

    standard = fit.standardized("std_all")
    value = "est_std" if "est_std" in standard.columns else "est"
    measured = standard[standard["op"] == "=~"]
    known = fit.latent_correlations
    for name in (*constructs, *items):
        if name not in known.columns and name not in set(measured["rhs"]):
            raise DataError(
                Text(f"the model does not hold {name!r}", f"模型中没有 {name!r}"),
                fix=Text("Give the scales it measures.", "请给出它所测量的量表。"),
            )
    pattern = np.zeros((len(items), len(constructs)))
    row = {item: i for i, item in enumerate(items)}
    column = {construct: j for j, construct in enumerate(constructs)}
    for construct, item, size in zip(
        measured["lhs"], measured["rhs"], measured[value], strict=True
    ):
        if item in row and construct in column:
            pattern[row[item], column[construct]] = float(size)
    latent = known.loc[list(constructs), list(constructs)].to_numpy(dtype=float)
    return pd.DataFrame(pattern @ latent, list(items), list(constructs))


def williams(first: float, second: float, between: float, n: int) -> tuple[float, float]:
    r"""Test whether one variable correlates alike with two others.

    .. math:: t = (r_{12} - r_{13}) \sqrt{\frac{(n - 1)(1 + r_{23})}
              {2 \frac{n - 1}{n - 3} |R| + \bar r^2 (1 - r_{23})^3}}, \quad df = n - 3

    Parameters
    ----------
    first, second : float
        The two correlations, :math:`r_{12}` and :math:`r_{13}`.
    between : float
        Correlation :math:`r_{23}` of the two others.
    n : int

    Returns
    -------
    t, pvalue : float
        Two-sided; NaN where it is not defined.

    Examples
    --------
    >>> t, p = williams(.5, .3, .4, 103)
    >>> round(t, 3), round(p, 3)
    (2.097, 0.039)

    In R: ``psych::paired.r(.5, .3, .4, 103)``.
    """
    from scipy.special import stdtr

    if n <= 3 or not np.isfinite([first, second, between]).all():
        return nan, nan
    determinant = 1 - first**2 - second**2 - between**2 + 2 * first * second * between
    mean = (first + second) / 2
    below = 2 * (n - 1) / (n - 3) * determinant + mean**2 * (1 - between) ** 3
    if below <= 0:
        return nan, nan
    t = (first - second) * sqrt(max((n - 1) * (1 + between), 0.0) / below)
    return t, float(2 * stdtr(n - 3, -abs(t)))


def _judge(
    frame: pd.DataFrame,
    cov: NDArray[np.float64],
    member: NDArray[np.float64],
    n: int | None,
    *,
    corrected: bool,
) -> pd.DataFrame:
    """Return each item's own correlation beside the largest other one."""
    import pandas as pd

    values, home = frame.to_numpy(dtype=float), member.argmax(axis=1)
    records = []
    for i, at in enumerate(home):
        size = np.abs(values[i])
        size[at] = -1.0
        rival = int(np.nanargmax(size))
        own, other = float(values[i, at]), float(values[i, rival])
        weight = member[:, at].copy()
        weight[i] -= 1.0 if corrected else 0.0
        between = _between(cov, weight, member[:, rival]) * (1 if other >= 0 else -1)
        t, pvalue = (nan, nan) if n is None else williams(own, abs(other), between, n)
        records.append(
            {
                "construct": str(frame.columns[at]),
                "own": own,
                "closest": str(frame.columns[rival]),
                "other": other,
                "difference": own - abs(other),
                "t": t,
                "pvalue": pvalue,
            }
        )
    return pd.DataFrame(records, index=frame.index)


def _between(cov: NDArray[np.float64], one: NDArray[np.float64], two: NDArray[np.float64]) -> float:
    """Return the correlation of two weighted sums."""
    size = float(one @ cov @ one) * float(two @ cov @ two)
    return float(one @ cov @ two) / sqrt(size) if size > 0 else nan


def _findings(items: pd.DataFrame, called: Mapping[str, Text]) -> list[Finding]:
    found = []
    for item, row in items[items["difference"] < 0].iterrows():
        own, other = called[row["construct"]], called[row["closest"]]
        sure = bool(row["pvalue"] < 0.05)
        p = float(row["pvalue"])
        told = f", p {p_relation(p)}" if np.isfinite(p) else ""
        found.append(
            Finding(
                "cross_loading",
                "warning" if sure else "note",
                Text(
                    f"Item {item!r} correlates {row['other']:.2f} with '{other.en}' but "
                    f"{row['own']:.2f} with the rest of its own construct '{own.en}' "
                    f"(difference {row['difference']:.2f}{told}).",
                    f"题项“{item}”与“{other.zh}”的相关为{row['other']:.2f}，与所属构念“{own.zh}”"
                    f"其余题项的相关仅为{row['own']:.2f}"
                    f"（差值{row['difference']:.2f}{told.replace(', ', '，')}）。",
                ),
                where=str(item),
                hint=Text(
                    "Read the item again: it may belong to the other construct, or to none.",
                    "请复核该题项：可能归属另一构念，或不属于任何构念。",
                ),
            )
        )
    return found
