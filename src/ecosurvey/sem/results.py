"""The result of fitting a model: what a researcher asks of it, each a delegate of two lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import Finding, Lang, Result, Table, by_severity
from ecosurvey.sem.checks import free_names
from ecosurvey.sem.fit import Fit, implied
from ecosurvey.sem.measures import fit_measures
from ecosurvey.sem.standardize import Standardization, standardized
from ecosurvey.sem.types import ParameterTable
from ecosurvey.sem.values import explained_variance, row_estimates

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.core.kept import Kept
    from ecosurvey.core.parallel import Progress
    from ecosurvey.sem.bootstrap import BootstrapResult, IntervalKind
    from ecosurvey.sem.effects import Effects
    from ecosurvey.sem.engines import CrossCheck
    from ecosurvey.sem.export import ExportValues
    from ecosurvey.sem.modification import ModificationIndices
    from ecosurvey.sem.residual_group import ResidualKind
    from ecosurvey.sem.residual_size import ResidualSize, SizeKind
    from ecosurvey.sem.residuals import Residuals
    from ecosurvey.sem.restrictions import RestrictionTest
    from ecosurvey.sem.scores import FactorScores, ScoreMethod

_HIDDEN = ("==", "<", ">")


@dataclass(frozen=True)
class GroupMoments:
    """The moments of one group, labelled.

    Attributes
    ----------
    cov : DataFrame
    mean : Series or None
        None if the model has no means.
    """

    cov: pd.DataFrame
    mean: pd.Series[float] | None


@dataclass(frozen=True)
class SemResult(Result):
    """A fitted structural equation model.

    Attributes
    ----------
    fit : Fit
        The engine's own object, for functions on arrays.
    model : str
        The model's text.
    findings : tuple of Finding
        What must be known about data and solution, the most serious first.
    group : str or None
        The grouping column.
    level : float
        Of the confidence intervals.
    engine : str
        ``"own"`` or ``"semopy"``.
    weights, cluster : str or None
        The columns of sampling weights and of clusters.
    """

    fit: Fit
    model: str
    findings: tuple[Finding, ...]
    group: str | None = None
    level: float = 0.95
    engine: str = "own"
    weights: str | None = None
    cluster: str | None = None

    @property
    def converged(self) -> bool:
        """Whether the search arrived at a solution."""
        return self.fit.converged

    @property
    def estimator(self) -> str:
        """The estimator as the user named it."""
        return self.fit.method.estimator

    @property
    def n(self) -> int:
        """Number of rows used."""
        return round(self.fit.model.n)

    @property
    def groups(self) -> tuple[str, ...]:
        """Labels of the groups; ``("",)`` for one group."""
        return self.fit.model.table.groups

    @property
    def table(self) -> ParameterTable:
        """The parameter table, row for row as lavaan's."""
        return self.fit.model.table

    @property
    def warnings(self) -> list[str]:
        """What is doubtful or wrong, as plain sentences; empty if nothing is."""
        return [f.say() for f in by_severity(self.findings) if f.severity != "note"]

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """One row a parameter: lhs op rhs label group est se z pvalue ci_* std_lv std_all."""
        import pandas as pd

        found = row_estimates(self.fit, self.level)
        rows = self.table.rows
        frame = pd.DataFrame(
            {
                "lhs": [row.lhs for row in rows],
                "op": [row.op for row in rows],
                "rhs": [row.rhs for row in rows],
                "label": [row.label for row in rows],
                "group": [row.group for row in rows],
                "est": found.est,
                "se": found.se,
                "z": found.z,
                "pvalue": found.pvalue,
                "ci_lower": found.ci_lower,
                "ci_upper": found.ci_upper,
                "std_lv": standardized(self.fit, "std_lv").est,
                "std_all": standardized(self.fit, "std_all").est,
            }
        )
        return frame[~frame["op"].isin(_HIDDEN)].reset_index(drop=True)

    def standardized(self, kind: Standardization = "std_all") -> pd.DataFrame:
        """Return the standardized solution with its own standard errors and intervals.

        Parameters
        ----------
        kind : {"std_all", "std_lv", "std_nox"}
        """
        import pandas as pd

        found = standardized(self.fit, kind, self.level)

        rows = self.table.rows
        columns = {
            "lhs": [row.lhs for row in rows],
            "op": [row.op for row in rows],
            "rhs": [row.rhs for row in rows],
            "group": [row.group for row in rows],
            "est_std": found.est,
            "se": found.se,
            "z": found.z,
            "pvalue": found.pvalue,
            "ci_lower": found.ci_lower,
            "ci_upper": found.ci_upper,
        }
        frame = pd.DataFrame(columns)
        return frame[~frame["op"].isin(_HIDDEN)].reset_index(drop=True)

    @cached_property
    def fit_measures(self) -> dict[str, float]:
        """All fit measures under lavaan's names, dots as underscores."""
        return fit_measures(self.fit)

    @cached_property
    def vcov(self) -> pd.DataFrame:
        """Sampling covariances of the free parameters, named as in the model text."""
        import pandas as pd

        names = free_names(self.fit.model)
        return pd.DataFrame(self.fit.vcov.copy(), index=names, columns=names)

    @cached_property
    def missing_information(self) -> pd.DataFrame:
        """Fraction of missing information: lhs op rhs group fmi; for ML on answers with gaps."""
        import pandas as pd

        from ecosurvey.sem.missing_information import missing_information

        rows = self.table.rows
        frame = pd.DataFrame(
            {
                "lhs": [row.lhs for row in rows],
                "op": [row.op for row in rows],
                "rhs": [row.rhs for row in rows],
                "group": [row.group for row in rows],
                "fmi": missing_information(self.fit),
            }
        )
        return frame[~frame["op"].isin(_HIDDEN)].reset_index(drop=True)

    @cached_property
    def implied(self) -> tuple[GroupMoments, ...]:
        """The implied moments of each group."""
        import pandas as pd

        found = []
        for place, moments in zip(
            self.fit.model.layouts, implied(self.fit.model, self.fit.x), strict=True
        ):
            names = list(place.observed)
            mean = pd.Series(moments.mu.copy(), index=names)
            found.append(
                GroupMoments(
                    pd.DataFrame(moments.sigma.copy(), index=names, columns=names),
                    mean if self.fit.model.meanstructure else None,
                )
            )
        return tuple(found)

    @cached_property
    def observed(self) -> tuple[GroupMoments, ...]:
        """The sample moments of each group, as the estimator fits them."""
        import pandas as pd

        found = []
        for moments in self.fit.model.moments:
            names = list(moments.names)
            found.append(
                GroupMoments(
                    pd.DataFrame(moments.cov.copy(), index=names, columns=names),
                    pd.Series(moments.mean.copy(), index=names),
                )
            )
        return tuple(found)

    @cached_property
    def latent_covariances(self) -> pd.DataFrame:
        """Model-implied covariances of the latent variables; groups stacked by label."""
        return self._latent(correlations=False)

    @cached_property
    def latent_correlations(self) -> pd.DataFrame:
        """Model-implied correlations of the latent variables; groups stacked by label."""
        return self._latent(correlations=True)

    @cached_property
    def r_squared(self) -> pd.Series[float]:
        """Explained variance of every dependent variable; groups stacked by label.

        One less the residual variance over the implied variance; NaN where the residual
        variance is negative.
        """
        import pandas as pd

        found = explained_variance(self.fit.model, self.fit.x)
        values = np.array(list(found.values()), dtype=float)
        if len(self.groups) > 1:
            return pd.Series(values, index=pd.MultiIndex.from_tuples(list(found)))
        return pd.Series(values, index=[name for _, name in found])

    def effects(self, outcome: str | None = None, source: str | None = None) -> Effects:
        """Return total, direct and indirect effects, raw and standardized, with errors.

        Parameters
        ----------
        outcome, source : str, optional
            Only effects on this variable, or of it.
        """
        from ecosurvey.sem.effects import effects

        return effects(self.fit, outcome, source, self.level)

    def modification_indices(
        self, add: str | None = None, *, minimum: float = 0.0
    ) -> ModificationIndices:
        """Return score tests of the parameters that could be added or freed.

        Parameters
        ----------
        add : str, optional
            Parameters to test, as model text; all that lavaan tries, if left out.
        minimum : float
            Smallest index to report.
        """
        from ecosurvey.sem.modification import modification_indices

        return modification_indices(self.fit, add, minimum=minimum)

    def residuals(self, kind: ResidualKind = "cor_bentler") -> Residuals:
        """Return observed less implied moments with standard errors and z.

        Parameters
        ----------
        kind : {"raw", "cor_bentler", "cor_bollen", "normalized", "standardized"}
        """
        from ecosurvey.sem.residuals import residuals

        return residuals(self.fit, kind)

    def residual_size(
        self, kind: SizeKind = "cor_bentler", *, means: bool = False, close: float = 0.05
    ) -> ResidualSize:
        """Return SRMR (or RMR, CRMR) with its error, interval and tests of exact and close fit."""
        from ecosurvey.sem.residual_size import residual_size

        return residual_size(self.fit, kind, means=means, close=close)

    def scores(self, method: ScoreMethod = "regression") -> FactorScores:
        """Return the factor scores of every row, with their determinacy.

        Parameters
        ----------
        method : {"regression", "bartlett"}
        """
        from ecosurvey.sem.scores import factor_scores

        return factor_scores(self.fit, method)

    def bootstrap(
        self,
        n: int = 1000,
        ci: IntervalKind = "perc",
        *,
        level: float | None = None,
        seed: int | None = None,
        jobs: int | None = None,
        on_progress: Progress | None = None,
        kept: Kept | None = None,
    ) -> BootstrapResult:
        """Return bootstrap errors and intervals of parameters, definitions and effects.

        Parameters
        ----------
        n : int
            Replicates.
        ci : {"perc", "bca", "bc", "norm", "basic"}
        level : float, optional
            Of the intervals; the fit's own if left out.
        seed : int, optional
            The same seed gives the same result for any number of ``jobs``.
        jobs : int, optional
            Processes to share the work.
        on_progress : callable, optional
            Told how many replicates are done.
        kept : Kept, optional
            Where replicates of the same model, answers and seed are looked for and left.
        """
        from ecosurvey.sem.bootstrap import bootstrap

        at = self.level if level is None else level
        return bootstrap(
            self.fit, n, ci, level=at, seed=seed, jobs=jobs, on_progress=on_progress, kept=kept
        )

    def wald_test(self, restrictions: str) -> RestrictionTest:
        """Test equations between labels that the model does not impose: ``"a == b; c == 0"``."""
        from ecosurvey.sem.restrictions import wald_test

        return wald_test(self.fit, restrictions)

    def score_test(
        self, *, add: str | None = None, release: Sequence[int] | None = None
    ) -> RestrictionTest:
        """Test what releasing equality constraints, or adding parameters, would gain."""
        from ecosurvey.sem.restrictions import score_test

        return score_test(self.fit, add=add, release=release)

    def to_syntax(self, values: ExportValues = "start") -> str:
        """Return model text that fits this model again.

        Parameters
        ----------
        values : {"start", "fixed", "none"}
            Whether the estimates stand in it as start values, as fixed values, or not at all.
        """
        from ecosurvey.sem.export import to_syntax

        return to_syntax(self.fit, values)

    def cross_check(self) -> CrossCheck:
        """Refit with semopy, and tabulate the differences with the tolerance it can claim."""
        from ecosurvey.sem.engines import cross_check

        return cross_check(self.fit)

    def to_frame(self) -> pd.DataFrame:
        """Return :attr:`parameters`."""
        return self.parameters

    def tables(self) -> tuple[Table, ...]:
        """Return the tables of the fit: its measures, then its parameters by kind."""
        from ecosurvey.sem.tables import result_tables

        return result_tables(self)

    def summary(self, lang: Lang = "en") -> str:
        """Return the result as plain text, in the order of lavaan's blocks."""
        from ecosurvey.sem.summary import summary_text

        return summary_text(self.fit, self.fit_measures, self.findings, lang, self.level)

    def _latent(self, *, correlations: bool) -> pd.DataFrame:
        import pandas as pd

        frames = {}
        for label, place, moments in zip(
            self.groups,
            self.fit.model.layouts,
            implied(self.fit.model, self.fit.x),
            strict=True,
        ):
            names = list(place.latent)
            cov = moments.factor_cov[: len(names), : len(names)].copy()
            if correlations:
                with np.errstate(invalid="ignore"):
                    scale = np.sqrt(np.diag(cov))
                    cov = cov / np.outer(scale, scale)
            frames[label] = pd.DataFrame(cov, index=names, columns=names)
        return frames[""] if list(frames) == [""] else pd.concat(frames)
