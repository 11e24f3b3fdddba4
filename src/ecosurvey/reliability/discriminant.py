"""Discriminant validity from correlations of items: HTMT and HTMT2, with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import Cell, Column, Finding, OptionError, Result, Table, Text
from ecosurvey.core.random import new_seed, stream
from ecosurvey.core.remember import remembered
from ecosurvey.factors import read_moments
from ecosurvey.factors.association import Correlation
from ecosurvey.factors.moments import Missing
from ecosurvey.factors.resampling import bootstrap_correlations
from ecosurvey.reliability.alpha import check_level
from ecosurvey.reliability.membership import membership

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

HTMT_HIGH, HTMT_STRICT = 0.90, 0.85  # Henseler, Ringle & Sarstedt (2015)


@dataclass(frozen=True, slots=True, repr=False)
class Htmt(Result):
    """Heterotrait-monotrait ratios of the constructs.

    Attributes
    ----------
    htmt, htmt2 : DataFrame, constructs x constructs
        Arithmetic and geometric form; symmetric, one on the diagonal.
    pairs : DataFrame
        One row a pair: first, second, htmt, htmt2, and with a bootstrap the percentile
        bounds htmt_ci_lower, htmt_ci_upper, htmt2_ci_lower, htmt2_ci_upper.
    level : float
    n_boot, failed, seed : int
        Bootstrap samples, those without a value, and where they came from.
    names : dict of str to Text
        What constructs are called.
    n : int or None
    missing : Text
    """

    htmt: pd.DataFrame
    htmt2: pd.DataFrame
    pairs: pd.DataFrame
    level: float
    n_boot: int
    failed: int
    seed: int
    names: Mapping[str, Text]
    n: int | None
    missing: Text
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        return f"Htmt({len(self.htmt)} constructs, n={self.n}, n_boot={self.n_boot})"

    def to_frame(self) -> pd.DataFrame:
        """Return one row a pair of constructs."""
        return self.pairs

    def tables(self) -> tuple[Table, ...]:
        """Return the ratios as a triangle, and with a bootstrap the intervals."""
        names = list(self.htmt.index)
        columns = (
            Column("construct", Text("Construct", "构念"), "label"),
            *(
                Column(str(i + 1), Text(str(i + 1), str(i + 1)), bounded=True)
                for i in range(len(names))
            ),
        )
        rows: list[tuple[Cell, ...]] = []
        for i, name in enumerate(names):
            below = self.htmt.to_numpy()[i, :i]
            above = self.htmt2.to_numpy()[i, i + 1 :]
            label = Text(f"{i + 1}. ", f"{i + 1}. ")
            called = self.names[name]
            rows.append(
                (
                    Text(label.en + called.en, label.zh + called.zh),
                    *map(float, below),
                    None,
                    *map(float, above),
                )
            )
        triangle = Table(
            "htmt",
            Text("Discriminant validity: HTMT and HTMT2", "区分效度：HTMT与HTMT2"),
            columns,
            tuple(rows),
            (
                Text(
                    "Below the diagonal HTMT, above it HTMT2; wanted below "
                    f"{HTMT_STRICT:.2f} (strict) or {HTMT_HIGH:.2f}.",
                    f"对角线下方为HTMT，上方为HTMT2；建议低于{HTMT_STRICT:.2f}（严格）或"
                    f"{HTMT_HIGH:.2f}。",
                ),
                self.missing,
            ),
        )
        return (triangle,) if not self.n_boot else (triangle, self._interval_table())

    def _interval_table(self) -> Table:
        percent = f"{100 * self.level:g}%"
        low = Text(f"{percent} CI lower", f"{percent}置信下限")
        high = Text(f"{percent} CI upper", f"{percent}置信上限")
        columns = [
            Column("first", Text("Construct", "构念"), "label"),
            Column("second", Text("with", "与"), "label"),
        ]
        for key, word in (("htmt", "HTMT"), ("htmt2", "HTMT2")):
            over = Text(word, word)
            columns += [
                Column(key, Text("Ratio", "比值"), bounded=True, spanner=over),
                Column(f"{key}_ci_lower", low, bounded=True, spanner=over),
                Column(f"{key}_ci_upper", high, bounded=True, spanner=over),
            ]
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (
                self.names[str(row["first"])],
                self.names[str(row["second"])],
                *(float(row[column.key]) for column in columns[2:]),
            )
            for _, row in self.pairs.iterrows()
        )
        return Table(
            "htmt_intervals",
            Text("HTMT with bootstrap intervals", "HTMT及其自助法置信区间"),
            tuple(columns),
            rows,
            (
                Text(
                    f"{self.n_boot} bootstrap samples, percentile intervals, seed {self.seed}.",
                    f"{self.n_boot}次自助抽样，百分位置信区间，随机种子{self.seed}。",
                ),
            ),
        )


def htmt(
    data: Any,
    scales: Mapping[str, Sequence[str]],
    names: Mapping[str, Text] | None = None,
    *,
    n_boot: int = 0,
    seed: int | None = None,
    level: float = 0.95,
    n_obs: int | None = None,
    missing: Missing = "pairwise",
    correlation: Correlation = "pearson",
) -> Htmt:
    r"""Compute heterotrait-monotrait ratios of correlations, arithmetic and geometric.

    .. math:: HTMT_{ij} = \bar r_{ij} / \sqrt{\bar r_{ii} \, \bar r_{jj}}

    with the mean absolute correlation of items across two constructs, and within each. HTMT2
    takes geometric means, which suits loadings that differ.

    Parameters
    ----------
    data : DataFrame
        Answers, one column an item; or their correlation matrix (a polychoric one, say).
    scales : mapping of construct to items
    names : mapping of construct to Text, optional
        What constructs are called in tables.
    n_boot : int
        Bootstrap samples for percentile intervals; 0 for none. Needs the answers.
    seed : int, optional
        Where the samples come from; a fresh one, kept in the result, by default.
    level : float
        Two-sided, so that the upper bound of a 90% interval is the 95% bound of the one-sided
        test of Henseler et al.
    n_obs : int, optional
        Respondents behind a correlation matrix.
    missing : {"pairwise", "listwise"}
        Treatment of gaps. semTools deletes listwise.
    correlation : {"pearson", "spearman", "polychoric"}
        Of the answers.

    Returns
    -------
    Htmt
        A construct of one item has no correlation within, hence NaN: see the findings.

    Raises
    ------
    DataError
        For fewer than two constructs, items in two of them, unknown or constant items.

    References
    ----------
    Henseler, J., Ringle, C. M., & Sarstedt, M. (2015). Journal of the Academy of Marketing
    Science, 43, 115-135. Roemer, E., Schuberth, F., & Henseler, J. (2021). HTMT2. Industrial
    Management & Data Systems, 121, 2637-2650.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> r = np.full((4, 4), .3); r[:2, :2] = r[2:, 2:] = .6; np.fill_diagonal(r, 1)
    >>> frame = pd.DataFrame(r, list("abcd"), list("abcd"))
    >>> round(float(htmt(frame, {"A": ["a", "b"], "B": ["c", "d"]}).htmt.loc["A", "B"]), 3)
    0.5

    In R: ``semTools::htmt(model, data, htmt2 = FALSE)``.
    """
    import pandas as pd

    check_level(level)
    if n_boot and n_boot < 100:
        raise OptionError(
            Text(
                f"n_boot={n_boot} is too few for an interval", f"n_boot={n_boot} 太少，无法得到区间"
            ),
            fix=Text("Take 1000 or more.", "请取1000或更多。"),
        )
    items, member = membership(scales)
    moments = read_moments(
        data, items, n_obs=n_obs, missing=missing, what="HTMT", correlation=correlation
    )
    constructs = list(scales)
    called = {c: (names or {}).get(c, Text(c, c)) for c in constructs}
    first, second = np.triu_indices(len(constructs), 1)
    plain, geometric = htmt_kernel(moments.corr[None], member)
    pairs = pd.DataFrame(
        {
            "first": [constructs[i] for i in first],
            "second": [constructs[j] for j in second],
            "htmt": plain[0, first, second],
            "htmt2": geometric[0, first, second],
        }
    )
    seed = new_seed() if seed is None else seed
    failed = 0
    if n_boot:
        rows = moments.need_rows("a bootstrap")

        def draw() -> dict[str, NDArray[np.float64]]:
            drawn = bootstrap_correlations(rows, n_boot, stream(seed, "htmt"), correlation)
            both = zip(*(htmt_kernel(block, member) for block in drawn), strict=True)
            plain, geometric = (np.concatenate(blocks)[:, first, second] for blocks in both)
            return {"htmt": plain, "htmt2": geometric}

        draws = remembered("htmt", [rows, member, n_boot, seed, correlation], draw)
        for key, values in draws.items():
            bounds, lost = percentile_bounds(values, level)
            pairs[f"{key}_ci_lower"], pairs[f"{key}_ci_upper"] = bounds
            failed = max(failed, lost)
    return Htmt(
        htmt=pd.DataFrame(plain[0], constructs, constructs),
        htmt2=pd.DataFrame(geometric[0], constructs, constructs),
        pairs=pairs,
        level=level,
        n_boot=n_boot,
        failed=failed,
        seed=seed,
        names=called,
        n=moments.n,
        missing=moments.missing_note(),
        findings=(*moments.findings, *_findings(pairs, scales, called, failed, n_boot)),
    )


def htmt_kernel(
    corr: NDArray[np.float64], member: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return HTMT and HTMT2 of m correlation matrices.

    Parameters
    ----------
    corr : ndarray, shape (m, p, p)
    member : ndarray, shape (p, c)
        One where an item belongs to a construct.

    Returns
    -------
    htmt, htmt2 : ndarray, shape (m, c, c)
        NaN for a construct of one item; one on the diagonal of the others.
    """
    size = np.abs(corr)
    with np.errstate(divide="ignore"):
        return (
            _ratios(size, member, geometric=False),
            _ratios(np.log(size), member, geometric=True),
        )


def _ratios(
    values: NDArray[np.float64], member: NDArray[np.float64], *, geometric: bool
) -> NDArray[np.float64]:
    count = member.sum(axis=0)
    c = len(count)
    diagonal = np.arange(c)
    p = np.arange(values.shape[1])
    values = values.copy()
    values[:, p, p] = 0.0  # an item with itself counts neither here nor there
    with np.errstate(invalid="ignore", divide="ignore"):
        total = np.stack([_block(values, member, j) for j in range(c)], axis=2)
        cells = np.outer(count, count)
        cells[diagonal, diagonal] = count * (count - 1)
        mean = total / cells
        within = mean[:, diagonal, diagonal]
        if geometric:
            ratio = np.exp(mean - (within[:, :, None] + within[:, None, :]) / 2)
        else:
            ratio = mean / np.sqrt(within[:, :, None] * within[:, None, :])
    return np.asarray(ratio, dtype=np.float64)


def _block(values: NDArray[np.float64], member: NDArray[np.float64], j: int) -> NDArray[np.float64]:
    """Sum, for each construct, over its items' values with the items of construct j."""
    columns = values[:, :, member[:, j] > 0].sum(axis=2)  # sums, not products: log 0 is infinite
    return np.stack(
        [columns[:, member[:, i] > 0].sum(axis=1) for i in range(member.shape[1])], axis=1
    )


def percentile_bounds(values: NDArray[np.float64], level: float) -> tuple[NDArray[np.float64], int]:
    """Return percentile bounds (2, m) of draws (n, m), and how many draws had a gap.

    Columns that never have a value (a construct of one item) are NaN and do not count.
    """
    tail = 100 * (1 - level) / 2
    some = np.isfinite(values).any(axis=0)
    bounds = np.full((2, values.shape[1]), np.nan)
    if not some.any():
        return bounds, 0
    usable = values[:, some]
    whole = np.isfinite(usable).all(axis=1)
    if whole.any():
        bounds[:, some] = np.percentile(usable[whole], [tail, 100 - tail], axis=0)
    return bounds, int((~whole).sum())


def _findings(
    pairs: pd.DataFrame,
    scales: Mapping[str, Sequence[str]],
    called: Mapping[str, Text],
    failed: int,
    n_boot: int,
) -> list[Finding]:
    found = [
        Finding(
            "single_item_construct",
            "note",
            Text(
                f"HTMT is not defined for '{called[c].en}', which has one item.",
                f"“{called[c].zh}”仅有一个题项，HTMT无定义。",
            ),
            where=c,
        )
        for c, items in scales.items()
        if len(items) == 1
    ]
    for _, row in pairs.iterrows():
        worst = float(row["htmt"])
        if worst > HTMT_HIGH:
            a, b = called[row["first"]], called[row["second"]]
            found.append(
                Finding(
                    "high_htmt",
                    "warning",
                    Text(
                        f"HTMT of '{a.en}' and '{b.en}' is {worst:.2f}, above {HTMT_HIGH:.2f}.",
                        f"“{a.zh}”与“{b.zh}”的HTMT为{worst:.2f}，高于{HTMT_HIGH:.2f}。",
                    ),
                    where=f"{row['first']}, {row['second']}",
                    hint=Text(
                        "The answers hardly tell the two constructs apart.",
                        "作答难以区分这两个构念。",
                    ),
                )
            )
    if failed:
        found.append(
            Finding(
                "bootstrap_failures",
                "warning",
                Text(
                    f"{failed} of {n_boot} bootstrap samples gave no value and are left out.",
                    f"{n_boot}次自助抽样中有{failed}次未得到有效值，已剔除。",
                ),
            )
        )
    return found
