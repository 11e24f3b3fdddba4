"""The reliability of every construct of a questionnaire, gathered in one result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import nan, sqrt
from typing import TYPE_CHECKING, Any

from ecosurvey.core import Cell, Column, DataError, Finding, Result, Table, Text
from ecosurvey.core.random import new_seed
from ecosurvey.factors import Moments, read_moments
from ecosurvey.factors.moments import Missing
from ecosurvey.reliability.alpha import Alpha, alpha_of, check_level
from ecosurvey.reliability.bootstrap import (
    BootstrapBounds,
    bootstrap_bounds,
    check_samples,
    lost_samples,
)
from ecosurvey.reliability.convergent import convergent
from ecosurvey.reliability.item_analysis import ItemAnalysis, item_analysis
from ecosurvey.reliability.membership import membership
from ecosurvey.reliability.omega import Omega, omega_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, repr=False)
class Reliability(Result):
    """Reliability by construct.

    Attributes
    ----------
    scales : DataFrame by construct
        items, n, alpha with alpha_ci_lower and alpha_ci_upper, alpha_standardized, omega with
        omega_ci_lower and omega_ci_upper, cr, ave, h (from the standardized loadings of a
        one-factor model of that construct alone), average_r, lowest_item_rest, score_sd (of the
        mean over the items), sem (standard error of measurement of that mean: score_sd times the
        root of one less omega, or less alpha where there is no omega). With a bootstrap
        alpha_boot_lower, alpha_boot_upper, omega_boot_lower, omega_boot_upper (percentiles).
    alphas : mapping of construct to Alpha
    omegas : mapping of construct to Omega
        Constructs of one item have neither; one whose correlations are singular no omega.
    items : ItemAnalysis or None
        Item analysis of all constructs; ``None`` if a matrix came in place of answers.
    names : mapping of construct to Text
    level : float
    missing : Text
    n_boot, seed : int
        Bootstrap samples, and where they came from.
    """

    scales: pd.DataFrame
    alphas: Mapping[str, Alpha]
    omegas: Mapping[str, Omega]
    items: ItemAnalysis | None
    names: Mapping[str, Text]
    level: float
    missing: Text
    findings: tuple[Finding, ...] = ()
    n_boot: int = 0
    seed: int = 0

    def __repr__(self) -> str:
        return f"Reliability({len(self.scales)} constructs)"

    def to_frame(self) -> pd.DataFrame:
        """Return one row a construct."""
        return self.scales

    def tables(self) -> tuple[Table, ...]:
        """Return the constructs' table, the bootstrap intervals, then the item analysis."""
        percent = f"{100 * self.level:g}%"
        low = Text(f"{percent} CI lower", f"{percent}置信下限")
        high = Text(f"{percent} CI upper", f"{percent}置信上限")
        alpha_, omega_ = Text("Cronbach's α", "Cronbach's α"), Text("McDonald's ω", "McDonald's ω")
        columns = (
            Column("construct", Text("Construct", "构念"), "label"),
            Column("items", Text("Items", "题项数"), "count"),
            _bounded("alpha", Text("α", "α"), alpha_),
            _bounded("alpha_ci_lower", low, alpha_),
            _bounded("alpha_ci_upper", high, alpha_),
            _bounded("omega", Text("ω", "ω"), omega_),
            _bounded("omega_ci_lower", low, omega_),
            _bounded("omega_ci_upper", high, omega_),
            _bounded("lowest_item_rest", Text("Lowest CITC", "最低CITC"), None),
            Column("sem", Text("SEM", "测量标准误")),
        )
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (
                self.names[str(construct)],
                int(row["items"]),
                *(float(row[column.key]) for column in columns[2:]),
            )
            for construct, row in self.scales.iterrows()
        )
        table = Table(
            "reliability",
            Text("Reliability of the constructs", "各构念的信度"),
            columns,
            rows,
            (
                Text(
                    "Intervals: Feldt for α; delta method for ω, from a one-factor model by "
                    "maximum likelihood. CITC: corrected item-total correlation. SEM: standard "
                    "error of measurement of the mean over the items.",
                    "α的置信区间采用Feldt法；ω由单因子模型极大似然估计得到，区间采用Delta法。"
                    "CITC为校正题总相关，测量标准误针对题项均分。",
                ),
                self.missing,
            ),
        )
        parts = (table,) if not self.n_boot else (table, self._bootstrap_table())
        return parts if self.items is None else (*parts, *self.items.tables())

    def _bootstrap_table(self) -> Table:
        percent = f"{100 * self.level:g}%"
        columns = [Column("construct", Text("Construct", "构念"), "label")]
        for key, word, formula in (
            ("alpha", Text("Cronbach's α", "Cronbach's α"), Text("Feldt", "Feldt法")),
            ("omega", Text("McDonald's ω", "McDonald's ω"), Text("Delta", "Delta法")),
        ):
            columns += [
                _bounded(f"{key}_ci_lower", _end(formula, "lower", "下限"), word),
                _bounded(f"{key}_ci_upper", _end(formula, "upper", "上限"), word),
                _bounded(f"{key}_boot_lower", _end(_BOOTSTRAP, "lower", "下限"), word),
                _bounded(f"{key}_boot_upper", _end(_BOOTSTRAP, "upper", "上限"), word),
            ]
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (self.names[str(construct)], *(float(row[column.key]) for column in columns[1:]))
            for construct, row in self.scales.iterrows()
        )
        note = Text(
            f"{percent} intervals. {self.n_boot} bootstrap samples, percentiles, seed "
            f"{self.seed}: they assume no normal answers.",
            f"{percent}置信区间。{self.n_boot}次自助抽样，百分位法，随机种子{self.seed}；"
            "自助法不要求作答服从正态分布。",
        )
        title = Text(
            "Reliability: intervals by formula and by bootstrap", "信度：公式法与自助法置信区间"
        )
        return Table("reliability_bootstrap", title, tuple(columns), rows, (note,))


_BOOTSTRAP = Text("Bootstrap", "自助法")


def _end(how: Text, en: str, zh: str) -> Text:
    return Text(f"{how.en}, {en}", f"{how.zh}{zh}")


def _bounded(key: str, heading: Text, spanner: Text | None) -> Column:
    return Column(key, heading, bounded=True, decimals=3, spanner=spanner)


def reliability(
    data: Any,
    scales: Mapping[str, Sequence[str]],
    names: Mapping[str, Text] | None = None,
    *,
    n_obs: int | None = None,
    missing: Missing = "pairwise",
    level: float = 0.95,
    n_boot: int = 0,
    seed: int | None = None,
    jobs: int | None = None,
) -> Reliability:
    """Compute alpha, omega and the item analysis of every construct.

    Parameters
    ----------
    data : DataFrame
        Answers, all items running in their construct's direction; or their covariance or
        correlation matrix.
    scales : mapping of construct to items
        As ``instrument.scales()`` gives.
    names : mapping of construct to Text, optional
        What constructs are called in tables and findings.
    n_obs : int, optional
        Respondents behind a matrix.
    missing : {"pairwise", "listwise"}
        Treatment of gaps, within each construct.
    level : float
        Of the intervals.
    n_boot : int
        Bootstrap samples for intervals beside Feldt's and the delta method's; 0 for none.
    seed : int, optional
        Where the samples come from; a fresh one, kept in the result, by default.
    jobs : int, optional
        Processes, -1 for one a core. The intervals do not depend on it.

    Returns
    -------
    Reliability
        A construct of one item is kept, with gaps and a finding.

    Raises
    ------
    DataError
        For unknown, constant or empty items, or an item in two constructs.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> trait = np.random.default_rng(1).normal(size=(200, 1))
    >>> noise = np.random.default_rng(2).normal(size=(200, 4))
    >>> answers = pd.DataFrame(trait + noise, columns=list("abcd"))
    >>> reliability(answers, {"A": list("abcd")}).scales[["items", "n"]].values.tolist()
    [[4, 200]]
    """
    import pandas as pd

    check_level(level)
    check_samples(n_boot)
    membership(scales, least=1)
    called = {c: (names or {}).get(c, Text(c, c)) for c in scales}
    alphas: dict[str, Alpha] = {}
    omegas: dict[str, Omega] = {}
    findings: list[Finding] = []
    records = []
    note = Text("", "")
    by_answers = True
    seed = new_seed() if seed is None else seed
    for construct, items in scales.items():
        moments = read_moments(
            data, items, n_obs=n_obs, missing=missing, least=1, what="reliability"
        )
        by_answers = by_answers and moments.rows is not None
        if moments.p == 1:
            findings.append(single_item(construct, called[construct]))
        else:
            note = moments.missing_note()
            alphas[construct] = alpha_of(moments, level)
            found, said = _omega(moments, level)
            if found is not None:
                omegas[construct] = found
            scale_findings = (*alphas[construct].findings, *said)
            findings += [
                _of(finding, called[construct], construct)
                for finding in scale_findings
                if finding.code != "empty_rows"  # the numbers of rows under the table say it
            ]
        row = _row(moments, alphas.get(construct), omegas.get(construct))
        if n_boot:
            drawn = None
            if construct in omegas:
                drawn = bootstrap_bounds(moments, n_boot, seed, level, jobs)
                if drawn.failed:
                    lost = lost_samples(drawn.failed, n_boot, called[construct], construct)
                    findings.append(lost)
            row |= _bootstrapped(drawn)
        records.append(row)
    analysis = item_analysis(data, scales, called, missing=missing) if by_answers else None
    findings += () if analysis is None else analysis.findings
    return Reliability(
        scales=pd.DataFrame(records, index=list(scales)),
        alphas=alphas,
        omegas=omegas,
        items=analysis,
        names=called,
        level=level,
        missing=_rows_note(note, records),
        findings=tuple(dict.fromkeys(findings)),
        n_boot=n_boot,
        seed=seed,
    )


def _bootstrapped(drawn: BootstrapBounds | None) -> dict[str, float]:
    (low, high), (omega_low, omega_high) = (
        ((nan, nan), (nan, nan)) if drawn is None else (drawn.alpha, drawn.omega)
    )
    return {
        "alpha_boot_lower": low, "alpha_boot_upper": high,
        "omega_boot_lower": omega_low, "omega_boot_upper": omega_high,
    }  # fmt: skip


def _omega(moments: Moments, level: float) -> tuple[Omega | None, tuple[Finding, ...]]:
    try:
        found = omega_of(moments, level)
    except DataError as error:
        return None, (
            Finding(
                "no_omega",
                "serious",
                Text(
                    f"Omega cannot be computed: {error.found.removeprefix('omega ')}.",
                    "无法计算ω系数：相关矩阵奇异（题项完全相关、线性依赖或样本量不足）。",
                ),
            ),
        )
    return found, found.findings


def _row(moments: Moments, alpha: Alpha | None, omega: Omega | None) -> dict[str, float | int]:
    validity = None if omega is None else convergent(omega.loadings.to_numpy())
    spread = sqrt(max(float(moments.cov.sum()), 0.0)) / moments.p
    known = omega.value if omega else alpha.raw if alpha else nan
    return {
        "items": moments.p,
        "n": moments.n if moments.n is not None else -1,
        "alpha": alpha.raw if alpha else nan,
        "alpha_ci_lower": alpha.ci_lower if alpha else nan,
        "alpha_ci_upper": alpha.ci_upper if alpha else nan,
        "alpha_standardized": alpha.standardized if alpha else nan,
        "omega": omega.value if omega else nan,
        "omega_ci_lower": omega.ci_lower if omega else nan,
        "omega_ci_upper": omega.ci_upper if omega else nan,
        "cr": validity.cr if validity else nan,
        "ave": validity.ave if validity else nan,
        "h": validity.h if validity else nan,
        "average_r": alpha.average_r if alpha else nan,
        "lowest_item_rest": float(alpha.items["item_rest"].min()) if alpha else nan,
        "score_sd": spread,
        "sem": spread * sqrt(1 - known) if known <= 1 else nan,
    }


def _rows_note(note: Text, records: list[dict[str, float | int]]) -> Text:
    """Say the range of rows where constructs differ in it."""
    counts = [int(record["n"]) for record in records if record["n"] >= 0]
    if len(set(counts)) < 2:
        return note
    span = f"{min(counts)}–{max(counts)}"
    return Text(f"N = {span} by construct.", f"各构念有效样本量为{span}。")


def _of(finding: Finding, name: Text, construct: str) -> Finding:
    """Return a scale's finding with the scale's name before it; those of items name the item."""
    if finding.where:
        return finding
    return replace(
        finding,
        message=Text(f"{name.en}: {finding.message.en}", f"{name.zh}：{finding.message.zh}"),
        where=construct,
    )


def single_item(construct: str, name: Text) -> Finding:
    """Return the finding that a construct has one item."""
    return Finding(
        "single_item_construct",
        "note",
        Text(
            f"'{name.en}' has one item: its consistency cannot be judged.",
            f"“{name.zh}”仅有一个题项，无法评估内部一致性。",
        ),
        where=construct,
    )
