"""What leads to what from wave to wave: cross-lagged panel models of any variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ecosurvey.core import DataError, Finding, OptionError, Result, Table, Text, by_severity
from ecosurvey.core.frames import as_frame, need_columns
from ecosurvey.keyfactors.adjust import holm
from ecosurvey.sem import SemResult, sem
from ecosurvey.waves.lagged_model import Known, Measures, lagged_text, stable, within

if TYPE_CHECKING:
    import pandas as pd

FEWEST_FOR_INTERCEPTS = 3  # waves, with fewer of which a random intercept cannot be told
FEWEST_LINKED = 200  # people seen in both waves of an interval, below which lags are unsure
LEAST_LINKED = 0.5  # share of a wave's people seen in the next, below which it is said
FEWEST_A_PREDICTOR = 20  # of them for each variable of the wave before


@dataclass(frozen=True, slots=True)
class LaggedPath:
    """One path from a wave to the next.

    Attributes
    ----------
    source, target, earlier, later : str
    kind : {"stability", "cross"}
        From a variable to itself, or to another.
    est, se, z, pvalue, ci_lower, ci_upper : float
        Unstandardized.
    std, std_lower, std_upper : float
        In standard deviations of both (of what moves, with random intercepts).
    adjusted : float
        p by Holm over all cross-lagged paths of the model; NaN of a stability.
    """

    source: str
    target: str
    earlier: str
    later: str
    kind: Literal["stability", "cross"]
    est: float
    se: float
    z: float
    pvalue: float
    ci_lower: float
    ci_upper: float
    std: float
    std_lower: float
    std_upper: float
    adjusted: float = float("nan")


@dataclass(frozen=True, slots=True)
class StableShare:
    """How much of the differences between people stays over all waves.

    Attributes
    ----------
    variable : str
    variance, se : float
        Of the random intercept.
    share : float
        Of the variance in the first wave that it makes up, errors of measurement left out.
    """

    variable: str
    variance: float
    se: float
    share: float


@dataclass(frozen=True)
class CrossLagged(Result):
    """A cross-lagged panel model.

    Attributes
    ----------
    variables, waves : tuple of str
    random_intercepts : bool
    paths : tuple of LaggedPath
    shares : tuple of StableShare
        Of the random intercepts.
    linked : tuple of int
        People seen in both waves of each interval.
    fit : SemResult
    findings : tuple of Finding
    """

    variables: tuple[str, ...]
    waves: tuple[str, ...]
    random_intercepts: bool
    paths: tuple[LaggedPath, ...]
    shares: tuple[StableShare, ...]
    linked: tuple[int, ...]
    fit: SemResult
    findings: tuple[Finding, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a path, unrounded."""
        import pandas as pd

        names = list(LaggedPath.__dataclass_fields__)
        return pd.DataFrame([{n: getattr(path, n) for n in names} for path in self.paths])

    def tables(self) -> tuple[Table, ...]:
        """Return the paths, and what stays as it is."""
        from ecosurvey.waves.panel_tables import lagged_tables

        return lagged_tables(self)


def cross_lagged(
    data: Any,
    variables: Mapping[str, Measures],
    *,
    random_intercepts: bool = False,
    equal_lags: bool = False,
    errors: Known | None = None,
    waves: Sequence[str] | None = None,
    estimator: str = "MLR",
    level: float = 0.95,
) -> CrossLagged:
    r"""Fit a cross-lagged panel model: what leads to what from one wave to the next.

    :math:`y_{k} = \alpha_k + B_k\,y_{k-1} + \zeta_k`, all variables on all of the wave before,
    residuals of a wave correlated. With random intercepts
    :math:`y_{ik} = \mu_k + s_i + w_{ik}`, :math:`w_{k} = B_k\,w_{k-1} + \zeta_k`: the lasting
    differences :math:`s` between people are taken out, and the paths tell of moves within people.

    Parameters
    ----------
    data : DataFrame
        One row a person.
    variables : mapping of str to sequence
        Name -> its column in every wave, oldest first; or a list of item columns in every wave,
        in the same order: then a factor is behind them, loadings equal over the waves,
        uniquenesses of an item correlated.
    random_intercepts : bool
        From three waves on.
    equal_lags : bool
        Hold :math:`B_k` equal over the intervals (unstandardized).
    errors : mapping of str to (K, K) array, optional
        Known variances and covariances over the waves of a column's errors of measurement. Without
        them columns count as measured without error, which draws stabilities toward 0 and moves
        cross-lagged paths either way.
    waves : sequence of str, optional
        Labels.
    estimator : {"MLR", "ML"}
        Gaps, waves in which people were not seen included, by full-information likelihood.
    level : float
        Of the intervals.

    Returns
    -------
    CrossLagged

    Raises
    ------
    OptionError, DataError
        With fewer than two variables or waves (three for random intercepts), where columns are
        lacking, or where the model does not converge.

    Notes
    -----
    Held to lavaan 0.6-14 for both models, of columns, of columns with known errors and of items.
    A cross-lagged path is no proof of a cause: what changes over time and was not measured is not
    taken out, and an effect of another span than that between the waves is not seen.

    References
    ----------
    Hamaker, Kuiper & Grasman (2015), Psychological Methods 20, 102-116; Mulder & Hamaker (2021),
    Structural Equation Modeling 28, 638-648; known errors: Bollen (1989), Structural equations
    with latent variables, ch. 5.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> x1, y1 = rng.normal(size=(2, 500))
    >>> y2 = 0.5 * y1 + 0.3 * x1 + rng.normal(size=500)
    >>> x2 = 0.6 * x1 + rng.normal(size=500)
    >>> rows = pd.DataFrame({"x1": x1, "y1": y1, "x2": x2, "y2": y2})
    >>> found = cross_lagged(rows, {"x": ["x1", "x2"], "y": ["y1", "y2"]})
    >>> [(p.source, p.target, round(p.est, 2)) for p in found.paths if p.kind == "cross"]
    [('y', 'x', 0.05), ('x', 'y', 0.34)]
    """
    count = _check(variables, random_intercepts)
    labels = tuple(str(k) for k in range(1, count + 1)) if waves is None else tuple(waves)
    if len(labels) != count:
        raise OptionError(
            Text(f"{len(labels)} labels for {count} waves", f"{count}轮却有{len(labels)}个标签"),
            fix=Text("Give one a wave.", "请每轮给一个标签。"),
        )
    seen = _columns(variables, count)
    columns = [column for wave in seen for column in wave]
    frame = as_frame(data)
    need_columns(frame, columns)
    rows = frame[columns]
    text = lagged_text(
        variables, random_intercepts=random_intercepts, equal_lags=equal_lags, errors=errors
    )
    gaps = bool(rows.isna().to_numpy().any())
    fit = sem(
        text, rows, estimator=estimator, missing="fiml" if gaps else "listwise",
        meanstructure=True, fixed_x=False, level=level,
    )  # fmt: skip
    if not fit.converged:
        raise DataError(
            Text("the cross-lagged model did not converge", "交叉滞后模型未收敛"),
            fix=Text(
                "Give fewer variables, or leave the random intercepts out.",
                "请减少变量，或去掉随机截距。",
            ),
        )
    there = [rows[list(wave)].notna().any(axis=1) for wave in seen]
    linked = tuple(int((a & b).sum()) for a, b in pairwise(there))
    paths = _paths(fit, list(variables), labels)
    shares = _shares(fit, list(variables)) if random_intercepts else ()
    return CrossLagged(
        tuple(variables), labels, random_intercepts, paths, shares, linked, fit,
        by_severity([*fit.findings, *_findings(labels, linked, there, shares, len(variables))]),
    )  # fmt: skip


def _check(variables: Mapping[str, Measures], random_intercepts: bool) -> int:
    """Return the number of waves of variables that can be modelled."""
    if len(variables) < 2:
        raise OptionError(
            Text(f"{len(variables)} variables given", f"给出了{len(variables)}个变量"),
            fix=Text("A cross-lagged model needs two.", "交叉滞后模型至少需要两个。"),
        )
    counts = {len(measures) for measures in variables.values()}
    if len(counts) > 1:
        raise OptionError(
            Text("variables have different numbers of waves", "各变量的轮数不同"),
            fix=Text("Give all the same.", "请使各变量轮数相同。"),
        )
    count = counts.pop()
    fewest = FEWEST_FOR_INTERCEPTS if random_intercepts else 2
    if count < fewest:
        raise OptionError(
            Text(f"{count} waves given", f"给出了{count}轮"),
            fix=Text(f"At least {fewest} are needed.", f"至少需要{fewest}轮。"),
        )
    for name, measures in variables.items():
        kinds = {1 if isinstance(one, str) else len(one) for one in measures}
        several = {isinstance(one, str) for one in measures}
        if len(kinds) > 1 or len(several) > 1 or 0 in kinds:
            raise OptionError(
                Text(
                    f"{name!r} is not measured by the same number of columns in every wave",
                    f"{name!r}各轮的测量列数不同",
                ),
                fix=Text(
                    "Give one column a wave, or the same items a wave.",
                    "请每轮给一列，或每轮给相同的题项。",
                ),
            )
    return count


def _columns(variables: Mapping[str, Measures], count: int) -> list[list[str]]:
    """Return each wave's columns; every column may stand once."""
    found: list[list[str]] = []
    for k in range(count):
        given = [measures[k] for measures in variables.values()]
        found.append([c for one in given for c in ([one] if isinstance(one, str) else one)])
    flat = [column for wave in found for column in wave]
    twice = next((c for c in flat if flat.count(c) > 1), None)
    if twice is not None:
        raise OptionError(
            Text(f"{twice!r} is given twice", f"{twice!r}出现两次"),
            fix=Text("Give each column once.", "请每列只给一次。"),
        )
    own = {within(name, k + 1) for name in variables for k in range(count)}
    own |= {stable(name) for name in variables}
    taken = sorted(own & set(flat))
    if taken:
        raise OptionError(
            Text(f"{taken[0]!r} is a name of the model's own", f"{taken[0]!r}是模型内部用名"),
            fix=Text("Rename the column.", "请给该列改名。"),
        )
    return found


def _paths(fit: SemResult, names: Sequence[str], labels: Sequence[str]) -> tuple[LaggedPath, ...]:
    raw, standard = _rows(fit.parameters), _rows(fit.standardized())
    found: list[LaggedPath] = []
    for k in range(2, len(labels) + 1):
        for target in names:
            for source in names:
                key = (within(target, k), "~", within(source, k - 1))
                a, b = raw[key], standard[key]
                found.append(
                    LaggedPath(
                        source, target, labels[k - 2], labels[k - 1],
                        "stability" if source == target else "cross",
                        *(float(a[c]) for c in ("est", "se", "z", "pvalue", "ci_lower",
                                                "ci_upper")),
                        *(float(b[c]) for c in ("est_std", "ci_lower", "ci_upper")),
                    )
                )  # fmt: skip
    at = [k for k, path in enumerate(found) if path.kind == "cross"]
    for k, adjusted in zip(at, holm([found[k].pvalue for k in at]), strict=True):
        found[k] = replace(found[k], adjusted=adjusted)
    return tuple(found)


def _rows(frame: pd.DataFrame) -> dict[tuple[str, str, str], Any]:
    """Return the rows of a table of parameters by their sides."""
    return {(row["lhs"], row["op"], row["rhs"]): row for row in frame.to_dict("records")}


def _shares(fit: SemResult, names: Sequence[str]) -> tuple[StableShare, ...]:
    raw = _rows(fit.parameters)
    found = []
    for name in names:
        lasting = raw[stable(name), "~~", stable(name)]
        moving = float(raw[within(name, 1), "~~", within(name, 1)]["est"])
        own = float(lasting["est"])
        total = own + moving
        share = own / total if own >= 0 and total > 0 else float("nan")
        found.append(StableShare(name, own, float(lasting["se"]), share))
    return tuple(found)


def _findings(
    labels: Sequence[str],
    linked: Sequence[int],
    there: Sequence[pd.Series],
    shares: Sequence[StableShare],
    predictors: int,
) -> list[Finding]:
    found = []
    fewest = max(FEWEST_LINKED, FEWEST_A_PREDICTOR * predictors)
    for k, (earlier, later, n) in enumerate(zip(labels, labels[1:], linked, strict=False)):
        before = int(there[k].sum())
        if n < LEAST_LINKED * before:
            words = Text(
                f"of {before} people of {earlier} only {n} were seen in {later}; paths from wave "
                "to wave rest on the assumption that earlier answers tell of who left (missing at "
                "random).",
                f"{earlier}的{before}人中仅{n}人参与{later}；跨轮路径依赖“流失可由先前作答说明”（随机缺失）"
                "的假设。",
            )
            found.append(Finding("many_left", "warning", words, later))
        if n < fewest:
            words = Text(
                f"{n} people are linked from {earlier} to {later}; paths from {predictors} "
                f"variables of the wave before are unsure below {fewest}.",
                f"{earlier}至{later}仅匹配到{n}人；以前一轮{predictors}个变量为自变量的跨轮路径，"
                f"少于{fewest}人时不稳定。",
            )
            found.append(Finding("few_linked", "warning", words, later))
    for share in shares:
        if np.isfinite(share.se) and share.variance < 1.645 * share.se:
            words = Text(
                f"hardly any difference between people in {share.variable} is seen to last over "
                "the waves: its random intercept adds little but error.",
                f"{share.variable}几乎没有跨轮稳定的个体差异：随机截距徒增误差。",
            )
            found.append(Finding("little_is_stable", "note", words, share.variable))
    return found
