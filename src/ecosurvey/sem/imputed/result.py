"""The result of a model over imputations: a fit of the pooled estimates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import log, nan
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from ecosurvey.core import Column, DataError, Lang, OptionError, Result, Table, Text, check_choice
from ecosurvey.sem.imputed.likelihood import has_likelihood, mean_likelihood
from ecosurvey.sem.imputed.rubin import combine
from ecosurvey.sem.imputed.test import POOLINGS, PooledTest, Pooling, d2, d3
from ecosurvey.sem.measures import cfi, chisq, information, nfi, rmsea, size, srmr, tli
from ecosurvey.sem.results import SemResult
from ecosurvey.sem.standardize import standardized
from ecosurvey.sem.tables import result_tables
from ecosurvey.sem.values import row_estimates

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.sem.modification import ModificationIndices
    from ecosurvey.sem.residual_group import ResidualKind
    from ecosurvey.sem.residual_size import ResidualSize
    from ecosurvey.sem.residuals import Residuals
    from ecosurvey.sem.restrictions import RestrictionTest

_HIDDEN = ("==", "<", ">")
_NO_TEST = PooledTest("D3", nan, nan, nan, nan, nan, nan, nan, nan)
_FROM_TESTS = (chisq, cfi, tli, nfi, rmsea, srmr, size)


@dataclass(frozen=True, repr=False)
class ImputedSem(SemResult):
    """A model fitted to multiply imputed data, pooled.

    What a :class:`SemResult` gives is given at the pooled estimates, with their pooled covariances:
    standardized solution, effects, explained variance, implied moments. What needs the rows
    of one data set (scores, bootstrap, modification indices) is to be asked of one of ``fits``.

    Attributes
    ----------
    fits : tuple of SemResult
        The fits that were pooled, in the order of the data sets.
    pooled_test : PooledTest
        The test of the model, as chi-square and as F.
    proportional : bool
        Whether standard errors are ``(1 + r) W``.
    """

    fits: tuple[SemResult, ...] = ()
    pooled_test: PooledTest = _NO_TEST
    proportional: bool = False

    @property
    def m(self) -> int:
        """Number of data sets pooled."""
        return len(self.fits)

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """One row a parameter, as of one fit, and ``df`` (of t), ``fmi``, ``riv`` beside them.

        ``z`` is the estimate over its standard error, against t with ``df``.
        """
        import pandas as pd
        from scipy.stats import t

        each = [row_estimates(one.fit, self.level) for one in self.fits]
        found = combine(np.array([one.est for one in each]), np.array([one.se for one in each]))
        pooled = row_estimates(self.fit, self.level).se
        defined = np.array([row.op == ":=" for row in self.table.rows])
        se = pooled if self.proportional else np.where(defined, np.sqrt(found.variance), pooled)
        moved = se > 0
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(moved, found.est / se, np.nan)
            p = 2 * t.sf(np.abs(ratio), found.df)
            margin = np.where(moved, t.isf((1 - self.level) / 2, found.df) * se, 0.0)
        rows = self.table.rows
        frame = pd.DataFrame(
            {
                "lhs": [row.lhs for row in rows],
                "op": [row.op for row in rows],
                "rhs": [row.rhs for row in rows],
                "label": [row.label for row in rows],
                "group": [row.group for row in rows],
                "est": found.est,
                "se": se,
                "z": ratio,
                "pvalue": p,
                "ci_lower": found.est - margin,
                "ci_upper": found.est + margin,
                "std_lv": standardized(self.fit, "std_lv").est,
                "std_all": standardized(self.fit, "std_all").est,
                "df": np.where(moved, found.df, np.nan),
                "fmi": np.where(moved, found.fmi, np.nan),
                "riv": np.where(moved, found.riv, np.nan),
            }
        )
        return frame[~frame["op"].isin(_HIDDEN)].reset_index(drop=True)

    @cached_property
    def fit_measures(self) -> dict[str, float]:
        """Fit measures from the pooled tests, under lavaan's names, dots as underscores."""
        found: dict[str, float] = {}
        for family in _FROM_TESTS:
            found |= family.measures(self.fit)
        found.pop("fmin")
        if not has_likelihood(self.fit):
            return found
        at = mean_likelihood(self.fit, [one.fit.model for one in self.fits])
        n, k = self.fit.model.n, self.fit.n_par
        return found | {
            "logl": at.model,
            "unrestricted_logl": at.saturated,
            "aic": information.aic(at.model, k),
            "bic": information.bic(at.model, k, n),
            "bic2": -2 * at.model + k * log((n + 2) / 24),
        }

    @cached_property
    def missing_information(self) -> pd.DataFrame:
        """Fraction of missing information: lhs op rhs group fmi."""
        return self.parameters[["lhs", "op", "rhs", "group", "fmi"]]

    def compare(self, other: ImputedSem, pooling: Pooling | None = None) -> PooledTest:
        """Test this model against one nested in it, or in which it is nested.

        Parameters
        ----------
        other : ImputedSem
            Fitted to the same data sets.
        pooling : {"D3", "D2"}, optional
            That of the model's own test if left out. Differences are of plain chi-squares.

        Returns
        -------
        PooledTest
            In semTools: ``lavTestLRT.mi(fit, h1)``.

        Raises
        ------
        DataError
            If the fits are not of the same data sets, or have equally many degrees of freedom.
        """
        chosen = pooling or self.pooled_test.method
        check_choice("pooling", chosen, POOLINGS)
        if chosen == "D3" and not has_likelihood(self.fit):
            raise OptionError(
                Text("D3 needs a normal likelihood", "D3需要正态似然"),
                fix=Text("Use pooling='D2'.", "请使用pooling='D2'。"),
            )
        if self.m != other.m or self.n != other.n or self.fit.test.df == other.fit.test.df:
            raise DataError(
                Text("these two fits are not nested fits of the same data sets",
                     "两个拟合不是同一组数据集上的嵌套模型"),
                fix=Text("Fit both to the same imputations.", "请用同一组插补拟合两个模型。"),
            )  # fmt: skip
        restricted, freer = (self, other) if self.fit.test.df > other.fit.test.df else (other, self)
        return _difference(restricted, freer, chosen)

    def tables(self) -> tuple[Table, ...]:
        """Return the pooled measures, the pooled test, and the parameters by kind."""
        first, *rest = result_tables(self)
        note = Text(
            "{m} imputed data sets, pooled by Rubin's rules; tests by {how}. FMI: share of the "
            "sampling variance that comes from missing answers.",
            "合并{m}个插补数据集（Rubin法则）；检验按{how}合并。FMI：抽样方差中由缺失引起的比例。",
        ).fill(m=self.m, how=self.pooled_test.method)
        return (replace(first, notes=(*first.notes, note)), self._test_table(), *rest)

    def _test_table(self) -> Table:
        test = self.pooled_test
        columns = (
            Column("method", Text("Pooling", "合并方法"), "label"),
            Column("chisq", Text("χ²", "χ²"), decimals=3),
            Column("df", Text("df", "df"), decimals=0),
            Column("pvalue", Text("p", "p"), "p"),
            Column("f", Text("F", "F"), decimals=3),
            Column("df2", Text("df of the denominator", "分母df"), decimals=1),
            Column("pvalue_f", Text("p (F)", "p（F）"), "p"),
            Column("ariv", Text("ARIV", "ARIV"), decimals=3),
        )
        row = tuple(getattr(test, column.key) for column in columns)
        title = Text("Pooled test of the model", "合并后的模型检验")
        note = Text(
            "ARIV: average relative increase in variance by missing answers.",
            "ARIV：缺失引起的方差平均相对增量。",
        )
        return Table("pooled_test", title, columns, (row,), (note,))

    def summary(self, lang: Lang = "en") -> str:
        """Return the tables and findings as plain text."""
        return Result.summary(self, lang)

    def residuals(self, kind: ResidualKind = "cor_bentler") -> Residuals:
        """Return mean less implied moments; ``"raw"``, ``"cor_bentler"`` or ``"cor_bollen"``."""
        if kind in ("normalized", "standardized"):
            _ask_one("their standard errors", "其标准误")
        return super().residuals(kind)

    def residual_size(self, *args: Any, **options: Any) -> ResidualSize:
        """Not of pooled fits."""
        _ask_one("the error of SRMR", "SRMR的标准误")

    def modification_indices(
        self, add: str | None = None, *, minimum: float = 0.0
    ) -> ModificationIndices:
        """Not of pooled fits."""
        _ask_one("modification indices", "修正指数")

    def scores(self, *args: Any, **options: Any) -> NoReturn:
        """Not of pooled fits."""
        _ask_one("factor scores", "因子得分")

    def bootstrap(self, *args: Any, **options: Any) -> NoReturn:
        """Not of pooled fits."""
        _ask_one("the bootstrap", "自助法")

    def score_test(
        self, *, add: str | None = None, release: Sequence[int] | None = None
    ) -> RestrictionTest:
        """Not of pooled fits."""
        _ask_one("score tests", "得分检验")

    def cross_check(self) -> NoReturn:
        """Not of pooled fits."""
        _ask_one("the second engine", "第二引擎")


def _difference(restricted: ImputedSem, freer: ImputedSem, pooling: Pooling) -> PooledTest:
    """Return the pooled test of the restrictions that lead from one model to another."""
    df = restricted.fit.test.df - freer.fit.test.df
    pairs = zip(restricted.fits, freer.fits, strict=True)
    apart = [one.fit.test.stat - other.fit.test.stat for one, other in pairs]
    if pooling == "D2":
        return d2(apart, df)
    at = [
        mean_likelihood(each.fit, [one.fit.model for one in each.fits]).model
        for each in (restricted, freer)
    ]
    return d3(float(np.mean(apart)), 2 * (at[1] - at[0]), df, len(apart))


def _ask_one(what: str, what_zh: str) -> NoReturn:
    raise OptionError(
        Text(f"{what} cannot be had from pooled fits", f"合并后的拟合不提供{what_zh}"),
        fix=Text("Ask one of .fits, each of one data set.", "请向.fits中单个数据集的拟合索取。"),
    )
