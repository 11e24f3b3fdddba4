"""Multiple imputation by chained equations with predictive mean matching."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecosurvey.core import Column, DataError, Finding, OptionError, Result, Table, Text
from ecosurvey.core.frames import as_frame, numeric_matrix
from ecosurvey.core.random import new_seed, stream

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

RIDGE = 1e-5
FEW = 10
RHAT = 1.1
MIN_CHAINS = 4
UNLIKELY = 0.01


@dataclass(frozen=True, slots=True)
class Imputed(Result):
    """Completed copies of the data.

    Attributes
    ----------
    datasets : tuple of DataFrame
        ``m`` copies without gaps, index and columns as given.
    filled : dict
        Column -> number of values imputed in each copy.
    rhat : dict
        Column -> Gelman and Rubin's potential scale reduction of the chain means over the
        second half of the iterations; near 1 when the chains have mixed.
    seed : int
    iterations : int
    findings : tuple of Finding
    """

    datasets: tuple[pd.DataFrame, ...]
    filled: dict[str, int]
    rhat: dict[str, float]
    seed: int
    iterations: int
    findings: tuple[Finding, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Return how much was imputed, and whether the chains mixed."""
        columns = (
            Column("variable", Text("Variable", "变量"), "label"),
            Column("filled", Text("Values imputed", "插补数"), "count"),
            Column("rhat", Text("R-hat", "R-hat"), decimals=3),
        )
        rows = tuple((name, count, self.rhat[name]) for name, count in self.filled.items())
        note = Text(
            "{m} data sets by chained equations with predictive mean matching, {i} iterations, "
            "seed {s}.",
            "采用链式方程与预测均值匹配法，生成{m}个数据集，迭代{i}次，随机种子{s}。",
        ).fill(m=len(self.datasets), i=self.iterations, s=self.seed)
        title = Text("Multiple imputation", "多重插补")
        return (Table("imputation", title, columns, rows, (note,)),)


def impute(
    data: pd.DataFrame,
    *,
    m: int = 20,
    iterations: int = 10,
    donors: int = 5,
    seed: int | None = None,
) -> Imputed:
    """Complete the data ``m`` times, each value taken from a respondent with a like prediction.

    Each variable with gaps is regressed on all others in turn; a gap gets the answer of one of
    the ``donors`` respondents whose predictions are nearest. Imputed values are therefore codes
    that people gave: Likert items stay on their scale without a model of the categories.

    Parameters
    ----------
    data : DataFrame of shape (n, p)
        Numbers, NaN where missing; include auxiliary variables that go with the gaps.
    m : int
        Data sets: about the percentage of incomplete rows (White, Royston & Wood 2011).
    iterations : int
        Rounds through the variables.
    donors : int
        5 (Morris, White & Royston 2014).
    seed : int, optional
        Drawn and stored if not given.

    Returns
    -------
    Imputed

    Raises
    ------
    DataError
        If a column has no answer at all, or the rows are too few.

    Notes
    -----
    Predictions of those who answered use the estimated coefficients, of the others a draw from
    their posterior (type 1 matching).

    References
    ----------
    van Buuren & Groothuis-Oudshoorn (2011), J. Statistical Software 45(3),
    doi:10.18637/jss.v045.i03; Little (1988), J. Business & Economic Statistics 6, 287-296.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> x = np.random.default_rng(1).integers(1, 6, (50, 3)).astype(float)
    >>> x[:5, 0] = np.nan
    >>> done = impute(pd.DataFrame(x, columns=["a", "b", "c"]), m=2, seed=1)
    >>> len(done.datasets), done.filled, int(done.datasets[0].isna().to_numpy().sum())
    (2, {'a': 5}, 0)
    """
    import numpy as np
    import pandas as pd

    for name, value in (("m", m), ("iterations", iterations), ("donors", donors)):
        if not isinstance(value, int) or value < 1:
            raise OptionError(
                Text(f"{name}={value!r} is not allowed", f"不允许 {name}={value!r}"),
                fix=Text("Use a whole number from 1.", "请使用1或更大的整数。"),
            )
    frame = as_frame(data)
    values = numeric_matrix(frame, list(frame.columns))
    gaps = ~np.isfinite(values)
    names = [str(name) for name in frame.columns]
    for place, name in enumerate(names):
        known = int((~gaps[:, place]).sum())
        if gaps[:, place].any() and known < max(2, donors):
            raise DataError(
                Text(
                    f"column {name!r} has only {known} answers to impute from",
                    f"列 {name!r} 只有{known}个答案可供插补",
                ),
                fix=Text("Leave the column out, or lower donors.", "请去掉该列，或减小donors。"),
            )
    used = new_seed() if seed is None else seed
    order = [int(j) for j in np.argsort(gaps.sum(axis=0), kind="stable") if gaps[:, j].any()]
    copies, traces = [], np.zeros((m, iterations, len(order)))
    for copy in range(m):
        rng = stream(used, "impute", copy)
        full, traces[copy] = _chain(values, gaps, order, iterations, donors, rng)
        copies.append(pd.DataFrame(full, index=frame.index, columns=frame.columns))
    late = traces[:, iterations // 2 :]
    rhat = {names[j]: _rhat(late[:, :, k]) for k, j in enumerate(order)}
    filled = {names[j]: int(gaps[:, j].sum()) for j in order}
    return Imputed(tuple(copies), filled, rhat, used, iterations, _remarks(rhat, m, late.shape[1]))


def _chain(
    values: NDArray[np.float64],
    gaps: NDArray[np.bool_],
    order: Sequence[int],
    iterations: int,
    donors: int,
    rng: np.random.Generator,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return one completed copy, and the mean of the imputed values by iteration and variable."""
    import numpy as np

    full = values.copy()
    for j in order:  # to begin with, answers drawn from those of the same item
        gap = gaps[:, j]
        full[gap, j] = rng.choice(values[~gap, j], gap.sum())
    trace = np.zeros((iterations, len(order)))
    for round_ in range(iterations):
        for k, j in enumerate(order):
            gap = gaps[:, j]
            others = np.delete(full, j, axis=1)
            full[gap, j] = match(others[~gap], values[~gap, j], others[gap], donors, rng)
            trace[round_, k] = full[gap, j].mean()
    return full, trace


def match(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    x_gap: NDArray[np.float64],
    donors: int,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Return for each row of ``x_gap`` the y of one of the rows with the nearest prediction."""
    import numpy as np

    centre = x.mean(axis=0)
    scale = x.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    design = np.column_stack([np.ones(len(x)), (x - centre) / scale])
    wanted = np.column_stack([np.ones(len(x_gap)), (x_gap - centre) / scale])
    gram = design.T @ design
    gram[np.diag_indices_from(gram)] *= 1 + RIDGE
    gram[np.diag_indices_from(gram)] += RIDGE  # items without variation among those who answered
    inverse = np.linalg.inv(gram)
    beta = inverse @ design.T @ y
    rest = y - design @ beta
    free = max(len(y) - design.shape[1], 1)
    sigma = np.sqrt(rest @ rest / rng.chisquare(free))
    root = np.linalg.cholesky(0.5 * (inverse + inverse.T))
    drawn = beta + sigma * root @ rng.normal(size=len(beta))
    shuffled = rng.permutation(len(y))  # so that equal predictions have no fixed order
    predicted = design[shuffled] @ beta
    ranked = np.argsort(predicted, kind="stable")
    predicted, answers = predicted[ranked], y[shuffled][ranked]
    target = wanted @ drawn
    donors = min(donors, len(y))
    middle = np.searchsorted(predicted, target)
    first = np.clip(middle - donors, 0, max(len(y) - 2 * donors, 0))
    window = first[:, None] + np.arange(min(2 * donors, len(y)))
    distance = np.abs(predicted[window] - target[:, None])
    nearest = np.argsort(distance, axis=1, kind="stable")[:, :donors]
    pick = nearest[np.arange(len(target)), rng.integers(0, donors, len(target))]
    return np.asarray(answers[window[np.arange(len(target)), pick]])


def _rhat(chains: NDArray[np.float64]) -> float:
    import numpy as np

    m, length = chains.shape
    if m < 2 or length < 2:
        return float("nan")
    within = chains.var(axis=1, ddof=1).mean()
    between = length * chains.mean(axis=1).var(ddof=1)
    if within <= 0:
        return float("nan")
    return float(np.sqrt((length - 1) / length + between / within / length))


def _remarks(rhat: dict[str, float], m: int, length: int) -> tuple[Finding, ...]:
    """Say where chains differ by more than the largest of so many would by chance."""
    if m < MIN_CHAINS or length < 2:
        return ()
    slow = [
        name
        for name, value in rhat.items()
        if value > RHAT and _by_chance(value, m, length) * len(rhat) < UNLIKELY
    ]
    if not slow:
        return ()
    words = Text(
        f"the imputations of {', '.join(slow[:5])} may not have settled",
        f"{'、'.join(slow[:5])}的插补链可能尚未收敛",
    )
    hint = Text("Use more iterations.", "请增加迭代次数。")
    return (Finding("imputation_not_settled", "warning", words, hint=hint),)


def _by_chance(rhat: float, m: int, length: int) -> float:
    """Return how often chains without memory would differ so much: between over within is F."""
    from scipy.stats import f

    ratio = length * (rhat**2 - (length - 1) / length)
    return float(f.sf(ratio, m - 1, m * (length - 1)))


@dataclass(frozen=True, slots=True)
class Pooled:
    """An estimate over multiply imputed data.

    Attributes
    ----------
    estimate, se : float
    df : float
        Barnard and Rubin's degrees of freedom.
    fmi : float
        Fraction of the information that is missing.
    between, within : float
        Variance of the estimates, and mean of their squared errors.
    """

    estimate: float
    se: float
    df: float
    fmi: float
    between: float
    within: float


def pool(estimates: Sequence[float], errors: Sequence[float], complete_df: float) -> Pooled:
    """Combine the estimates of ``m`` completed data sets by Rubin's rules.

    ``T = U + (1 + 1/m) B``; degrees of freedom by Barnard & Rubin (1999, Biometrika 86,
    948-955).

    Parameters
    ----------
    estimates, errors : sequences of float
        One estimate and standard error for each data set.
    complete_df : float
        Degrees of freedom that complete data would have; infinity for large samples.

    Examples
    --------
    >>> one = pool([1.0, 1.2, 1.1], [0.2, 0.2, 0.2], 97)
    >>> round(one.estimate, 2), round(one.se, 4)
    (1.1, 0.2309)
    """
    import numpy as np

    q, u = np.array(estimates, dtype=float), np.array(errors, dtype=float) ** 2
    m = len(q)
    if m < 2 or u.shape != q.shape:
        raise OptionError(
            Text(
                f"{m} estimates and {len(u)} errors cannot be pooled",
                f"{m}个估计值与{len(u)}个标准误无法合并",
            ),
            fix=Text("Give two or more of each.", "两者各需两个或更多。"),
        )
    between, within = float(q.var(ddof=1)), float(u.mean())
    total = within + (1 + 1 / m) * between
    lam = (1 + 1 / m) * between / total if total > 0 else 0.0
    old = (m - 1) / lam**2 if lam > 0 else float("inf")
    seen = (1 - lam) * (
        complete_df
        if np.isinf(complete_df)
        else (complete_df + 1) / (complete_df + 3) * complete_df
    )
    df = 1 / (1 / old + 1 / seen) if seen > 0 else old
    riv = (1 + 1 / m) * between / within if within > 0 else float("inf")
    fmi = (riv + 2 / (df + 3)) / (riv + 1) if np.isfinite(riv) else 1.0
    return Pooled(float(q.mean()), float(np.sqrt(total)), df, float(fmi), between, within)
