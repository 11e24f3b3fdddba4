"""What a matrix of polychoric correlations carries: thresholds, standard errors, doubts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import Cell, Column, Finding, Result, Table, Text
from ecosurvey.correlation.categories import Coded
from ecosurvey.correlation.margins import OrderedMargin
from ecosurvey.correlation.two_step import TwoStep

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class PolychoricResult(Result):
    """Polychoric (polyserial, Pearson) correlations with their sampling covariance.

    Attributes
    ----------
    correlations : DataFrame
        Smoothed, if that was asked for and needed.
    coded : Coded
        Names, categories and codes of the variables.
    statistics : TwoStep
        The estimates as arrays, unsmoothed, and their sampling covariance.
    findings : tuple of Finding
    """

    correlations: pd.DataFrame
    coded: Coded
    statistics: TwoStep
    findings: tuple[Finding, ...] = ()

    @property
    def n(self) -> int:
        """Number of rows, incomplete ones included."""
        return round(self.statistics.n)

    @cached_property
    def thresholds(self) -> pd.DataFrame:
        """One row a threshold, or mean of a continuous variable: item threshold est se."""
        import pandas as pd

        values, errors = self.statistics.values(), self._errors()
        rows = []
        for name, margin, cut in zip(
            self.coded.names, self.statistics.margins, self.statistics.places.cuts, strict=True
        ):
            for number, at in enumerate(range(cut.start, cut.stop), start=1):
                word = f"t{number}" if isinstance(margin, OrderedMargin) else "mean"
                rows.append((name, word, values[at], errors[at]))
        return pd.DataFrame(rows, columns=["item", "threshold", "est", "se"])

    @cached_property
    def standard_errors(self) -> pd.DataFrame:
        """Standard errors of the correlations, of covariances where continuous; zero diagonal."""
        import pandas as pd

        places, errors = self.statistics.places, self._errors()
        found = np.where(places.pairs >= 0, errors[places.pairs], 0.0)
        names = list(self.coded.names)
        return pd.DataFrame(found, index=names, columns=names)

    @cached_property
    def acov(self) -> pd.DataFrame:
        """Sampling covariance of all statistics, labelled as in lavaan: ``x1|t1``, ``x1~~x2``."""
        import pandas as pd

        labels = self.labels()
        gamma = self.statistics.gamma
        found = np.full((len(labels),) * 2, np.nan) if gamma is None else gamma / self.n
        return pd.DataFrame(found, index=labels, columns=labels)

    def labels(self) -> list[str]:
        """Return the names of the statistics in the order of ``acov``."""
        names, places = self.coded.names, self.statistics.places
        found = [""] * places.size
        for index, margin in enumerate(self.statistics.margins):
            cut = places.cuts[index]
            if isinstance(margin, OrderedMargin):
                for number, at in enumerate(range(cut.start, cut.stop), start=1):
                    found[at] = f"{names[index]}|t{number}"
            else:
                found[cut.start] = f"{names[index]}~1"
                found[places.variance[index]] = f"{names[index]}~~{names[index]}"
            for other in range(index + 1, len(names)):
                found[places.pairs[index, other]] = f"{names[index]}~~{names[other]}"
        return found

    def to_frame(self) -> pd.DataFrame:
        """Return the correlations."""
        return self.correlations

    def tables(self) -> tuple[Table, ...]:
        """Return the matrix and the thresholds."""
        return self._matrix_table(), self._threshold_table()

    def _errors(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        sampling = self.statistics.sampling
        if sampling is None:
            return np.full(self.statistics.places.size, np.nan)
        return np.sqrt(np.maximum(sampling.diagonal, 0.0) / self.n)

    def _matrix_table(self) -> Table:
        names = list(self.coded.names)
        columns = (
            Column("item", Text("Item", "题项"), "label"),
            *(Column(name, Text(name, name), bounded=True) for name in names),
        )
        values = self.correlations.to_numpy()
        rows: list[tuple[Cell, ...]] = [
            (name, *(float(values[i, j]) if j < i else None for j in range(len(names))))
            for i, name in enumerate(names)
        ]
        return Table(
            "polychoric",
            Text("Polychoric correlations", "多分格相关矩阵"),
            columns,
            tuple(rows),
            (Text(f"N = {self.n}.", f"N = {self.n}。"),),
        )

    def _threshold_table(self) -> Table:
        columns = (
            Column("item", Text("Item", "题项"), "label"),
            Column("threshold", Text("Threshold", "阈值"), "label"),
            Column("est", Text("Estimate", "估计值"), decimals=3),
            Column("se", Text("SE", "标准误"), decimals=3),
        )
        rows: list[tuple[Cell, ...]] = [
            (str(item), str(word), float(est), float(se))
            for item, word, est, se in self.thresholds.itertuples(index=False)
        ]
        title = Text("Thresholds", "阈值")
        return Table("thresholds", title, columns, tuple(rows))
