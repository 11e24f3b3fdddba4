"""The survey's design: weights from the file or from known margins, and clusters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ecosurvey.cleaning.weights import Weights, rake, summary_of
from ecosurvey.core import Cell, Column, DataError, Finding, Result, Table, Text, counted, number
from ecosurvey.instrument import Instrument
from ecosurvey.responses import Responses
from ecosurvey.responses.coding.columns import as_text

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

# columns of the analysed frame; no id of a questionnaire begins so
WEIGHT, CLUSTER = "_weight", "_cluster"


@dataclass(frozen=True, slots=True)
class SurveyDesign(Result):
    """How the people analysed stand for the population.

    Attributes
    ----------
    weights : Weights or None
        Of mean 1 over the rows analysed: those of the file, drawn to the known margins, trimmed.
    clusters : Series or None
        Row -> its class, college or other sampling unit; a row without one stands alone.
    findings : tuple of Finding
    words : mapping of str to Text
        ``question`` and ``question=code`` -> how the questionnaire calls them.
    """

    weights: Weights | None
    clusters: pd.Series | None
    findings: tuple[Finding, ...] = ()
    words: Mapping[str, Text] = field(default_factory=dict)

    @property
    def columns(self) -> dict[str, pd.Series]:
        """The columns that models are given."""
        found = {}
        if self.weights is not None:
            found[WEIGHT] = self.weights.weights
        if self.clusters is not None:
            found[CLUSTER] = self.clusters
        return found

    @property
    def options(self) -> dict[str, Any]:
        """What a fit is told of these columns."""
        known = {WEIGHT: "sampling_weights", CLUSTER: "cluster"}
        return {known[column]: column for column in self.columns}

    def tables(self) -> tuple[Table, ...]:
        """Return weights and clusters in numbers, then the margins before and after."""
        columns = (
            Column("what", Text("Survey design", "抽样设计"), "label"),
            Column("value", Text("Value", "数值"), "text"),
        )
        rows: list[tuple[Cell, ...]] = []
        tables: tuple[Table, ...] = ()
        if self.weights is not None:
            made = self.weights
            rows += [
                (Text("Rows weighted", "加权行数"), number(len(made.weights), 0)),
                (Text("Smallest weight", "最小权重"), number(float(made.weights.min()))),
                (Text("Largest weight", "最大权重"), number(float(made.weights.max()))),
                (Text("Design effect of weighting", "加权设计效应"), number(made.design_effect)),
                (Text("Effective n (Kish)", "有效样本量（Kish）"), number(made.effective_n, 1)),
            ]
            tables = tuple(self._worded(table) for table in made.tables() if table.rows)
        if self.clusters is not None:
            sizes = self.clusters.value_counts()
            rows += [
                (Text("Clusters", "群数"), number(len(sizes), 0)),
                (Text("Mean size of a cluster", "群平均规模"), number(float(sizes.mean()), 1)),
                (Text("Largest cluster", "最大群规模"), number(int(sizes.max()), 0)),
            ]
        title = Text("Weights and clusters", "权重与群组")
        return (Table("survey_design", title, columns, tuple(rows)), *tables)

    def _worded(self, table: Table) -> Table:
        """Return the table of margins with the questionnaire's words for questions and codes."""
        rows: list[tuple[Cell, ...]] = []
        for name, code, *rest in table.rows:
            question = self.words.get(str(name), str(name))
            rows.append((question, self.words.get(f"{name}={code}", str(code)), *rest))
        return replace(table, rows=tuple(rows), notes=())


def survey_design(frame: pd.DataFrame, responses: Responses) -> SurveyDesign | None:
    """Return weights and clusters of the rows kept, as the questionnaire states them.

    Weights are those of the column that ``meta: weight`` names, 1 without; raked to the margins
    under ``weighting:``; drawn to the limits of ``trim``; of mean 1. Rows that lack an answer of
    the margins keep their own weight.

    Parameters
    ----------
    frame : DataFrame
        Rows kept.
    responses : Responses

    Returns
    -------
    SurveyDesign or None
        ``None`` if the questionnaire states no design.

    Raises
    ------
    DataError
        If a column is not there, a weight is not positive, or the margins cannot be met.
    """
    meta, weighting = responses.instrument.meta, responses.instrument.weighting
    findings: list[Finding] = []
    weights = clusters = None
    if meta.weight or weighting.margins:
        base = _column(frame, meta.weight, Text("weights", "权重")) if meta.weight else None
        if base is not None:
            _refuse_weights(base, str(meta.weight))
        weights, told = _weigh(frame, base, weighting.margins, weighting.trim)
        findings += told
    if meta.cluster:
        clusters, told = _clusters(_column(frame, meta.cluster, Text("clusters", "群组")))
        findings += told
    if weights is None and clusters is None:
        return None
    return SurveyDesign(weights, clusters, tuple(findings), _words(responses.instrument))


def _words(instrument: Instrument) -> dict[str, Text]:
    words: dict[str, Text] = {}
    for variable in instrument.variables:
        words[variable.id] = variable.label
        labels = {option.code: option.label for option in variable.options}
        labels = labels or dict(variable.scale.labels if variable.scale else {})
        words |= {f"{variable.id}={code}": label for code, label in labels.items()}
    return words


def _column(frame: pd.DataFrame, name: str, what: Text) -> pd.Series:
    if name not in frame:
        raise DataError(
            Text(
                f"the questionnaire takes {what} from the column {name!r}, which the file lacks",
                f"问卷要从列 {name!r} 读取{what.zh}，但文件中没有这一列",
            ),
            fix=Text(
                "Add the column, give its header under 'columns:', or leave it out of 'meta:'.",
                "请补上该列，在“columns:”下给出其表头，或从“meta:”中删去。",
            ),
        )
    return frame[name]


def _refuse_weights(base: pd.Series, name: str) -> None:
    import numpy as np

    values = base.to_numpy(dtype=float)
    bad = ~(np.isfinite(values) & (values > 0))
    if bad.any():
        raise DataError(
            Text(
                f"{counted(int(bad.sum()), 'row has', 'rows have')} no positive weight in "
                f"{name!r}; the first is row {base.index[bad][0]}",
                f"{int(bad.sum())}行的权重 {name!r} 不是正数；第一处在第{base.index[bad][0]}行",
            ),
            fix=Text("Fill the weights, or leave these rows out.", "请填好权重，或去掉这些行。"),
        )


def _weigh(
    frame: pd.DataFrame,
    base: pd.Series | None,
    margins: Mapping[str, Mapping[int, float]],
    trim: tuple[float, float] | None,
) -> tuple[Weights, list[Finding]]:
    import numpy as np
    import pandas as pd

    start = np.ones(len(frame)) if base is None else base.to_numpy(dtype=float)
    start = start / start.mean()
    if not margins:
        return summary_of(pd.Series(trimmed(start, trim), index=frame.index, name="weight")), []
    known = frame[list(margins)].notna().all(axis=1).to_numpy()
    if not known.any():
        raise DataError(
            Text(
                f"nobody answered {' and '.join(margins)}, to which the weights are drawn",
                f"没有人回答 {'、'.join(margins)}，而权重要以此调整",
            ),
            fix=Text(
                "Leave these margins out under 'weighting:'.",
                "请在“weighting:”下去掉这些边际分布。",
            ),
        )
    shares = {name: {float(c): s for c, s in given.items()} for name, given in margins.items()}
    raked = rake(frame[known], shares, base=start[known].tolist(), trim=trim)
    weights = start.copy()
    weights[known] = raked.weights.to_numpy() * start[known].mean()
    whole = summary_of(pd.Series(weights / weights.mean(), index=frame.index, name="weight"))
    told = list(_unanswered(known, list(margins)))
    whole = replace(
        whole, converged=raked.converged, iterations=raked.iterations, margins=raked.margins,
        findings=tuple(dict.fromkeys((*raked.findings, *whole.findings))),
    )  # fmt: skip
    return whole, [*whole.findings, *told]


def trimmed(weights: NDArray[np.float64], trim: tuple[float, float] | None) -> NDArray[np.float64]:
    """Return weights of mean 1 within the limits: all times one factor, then cut.

    The factor is the one with which the weights have mean 1 after the cut, so that what is cut
    from some is spread over the others in proportion.

    Examples
    --------
    >>> import numpy as np
    >>> trimmed(np.array([9.0, 1, 1, 1]) / 3, (0.2, 2.0)).round(3).tolist()
    [2.0, 0.667, 0.667, 0.667]
    """
    import numpy as np
    from scipy.optimize import brentq

    if trim is None:
        return weights
    low, high = trim

    def excess(factor: float) -> float:
        return float(np.clip(np.exp(factor) * weights, low, high).mean() - 1)

    reach = float(np.log(max(high, 1 / max(low, 1e-9)) / weights.min() * weights.max()) + 50)
    factor = brentq(excess, -reach, reach, xtol=1e-14)
    return np.asarray(np.clip(np.exp(factor) * weights, low, high))


def _unanswered(known: NDArray[np.bool_], names: Sequence[str]) -> Sequence[Finding]:
    count = int((~known).sum())
    if not count:
        return ()
    said = ", ".join(names)
    words = Text(
        f"{counted(count, 'row does', 'rows do')} not answer {said}, to which the weights are "
        f"drawn, and {'keeps its' if count == 1 else 'keep their'} own",
        f"有{count}行未回答{said}，无法按已知边际加权，保留其原权重",
    )
    return (Finding("margins_unanswered", "warning", words),)


def _clusters(named: pd.Series) -> tuple[pd.Series, list[Finding]]:
    import pandas as pd

    alone = named.isna()
    labels = [
        f"row {row}" if lacks else as_text(value)
        for row, lacks, value in zip(named.index, alone, named, strict=True)
    ]
    clusters = pd.Series(labels, index=named.index, name="cluster")
    found = []
    if alone.any():
        words = Text(
            counted(
                int(alone.sum()),
                "row names no cluster; it stands alone",
                "rows name no cluster; each stands alone",
            ),
            f"有{int(alone.sum())}行未注明所属群，各自单独成群",
        )
        found.append(Finding("no_cluster", "warning", words))
    return clusters, found
