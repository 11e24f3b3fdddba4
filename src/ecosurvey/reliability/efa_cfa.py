"""Explore in one half of the respondents, confirm in the other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecosurvey.core import Cell, Column, DataError, Finding, OptionError, Result, Table, Text
from ecosurvey.core.fit_line import fit_line
from ecosurvey.core.frames import as_frame, need_columns
from ecosurvey.core.random import stream, used_seed
from ecosurvey.reliability.fit_columns import INDEX_COLUMNS, TEST_COLUMNS
from ecosurvey.reliability.membership import check_scales

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.factors import EfaResult
    from ecosurvey.sem import SemResult

SALIENT, APART = 0.40, 0.15  # Worthington & Whittaker (2006): loading, and lead over the next
_FEW = 5  # respondents an item in the half that is explored
_ALIKE = 0.85  # congruence of fairly similar factors: Lorenzo-Seva & ten Berge (2006)
_INDICES = ("cfi", "tli", "rmsea", "srmr")


@dataclass(frozen=True, slots=True, repr=False)
class EfaCfa(Result):
    """What one half suggested, and how it and the expected structure fit the other half.

    Attributes
    ----------
    explored, confirmed : int
        Respondents of the two halves.
    efa : EfaResult
        Of the explored half.
    again : EfaResult
        The same analysis of the other half.
    suggested : mapping of factor to item names
        Items by their salient factor; factors of one item are left out.
    left_out : tuple of str
        Items without a salient factor, or with two.
    congruence : mapping of factor to float
        Tucker's coefficient of each factor with its match in the other half.
    models : mapping of {"suggested", "expected"} to SemResult
        Fitted to the half that suggested nothing.
    seed : int
        Of the split.
    """

    explored: int
    confirmed: int
    efa: EfaResult
    again: EfaResult
    suggested: Mapping[str, tuple[str, ...]]
    left_out: tuple[str, ...]
    congruence: Mapping[str, float]
    models: Mapping[str, SemResult]
    seed: int
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        return f"EfaCfa({len(self.suggested)} factors, n={self.explored}+{self.confirmed})"

    def tables(self) -> tuple[Table, ...]:
        """Return the fit of the models in the second half, and where each item belongs."""
        return self._fit_table(), self._items_table()

    def _fit_table(self) -> Table:
        names = {
            "suggested": Text("Suggested by the first half", "前半样本提示的结构"),
            "expected": Text("Expected beforehand", "理论预设结构"),
        }
        rows: list[tuple[Cell, ...]] = []
        for key, fit in self.models.items():
            rows.append((names[key], len(fit.table.observed), *_measures(fit).values()))
        columns = (
            Column("model", Text("Model", "模型"), "label"),
            Column("items", Text("Items", "题项数"), "count"),
            *TEST_COLUMNS,
            Column("pvalue", Text("p", "p"), "p"),
            *INDEX_COLUMNS,
            Column("bic", Text("BIC", "BIC"), decimals=1),
        )
        notes = [
            Text(
                "Explored: {a} respondents, drawn at random (seed {seed}). The models are fitted "
                "to the other {b}, who had no part in choosing the suggested one.",
                "探索半：随机抽取的{a}名受访者（种子{seed}）；两个模型均拟合于另一半{b}人，"
                "该半未参与结构的选择。",
            ).fill(a=self.explored, b=self.confirmed, seed=self.seed)
        ]
        if self.left_out and "expected" in self.models:
            notes.append(
                Text(
                    "The models have different items, so their BIC are not to be compared.",
                    "两个模型题项不同，BIC不可比较。",
                )
            )
        title = Text("Fit in the half that was not explored", "验证半样本中的模型拟合")
        return Table("efa_cfa_fit", title, columns, tuple(rows), tuple(notes))

    def _items_table(self) -> Table:
        loadings = self.efa.loadings
        place = {item: name for name, items in self.suggested.items() for item in items}
        rows: list[tuple[Cell, ...]] = []
        for item in self.efa.sorted().index:
            sizes = loadings.loc[item].abs().sort_values(ascending=False, kind="stable")
            main = str(sizes.index[0])
            second = float(loadings.loc[item, sizes.index[1]]) if len(sizes) > 1 else None
            rows.append(
                (str(item), place.get(str(item), "–"), float(loadings.loc[item, main]), second)
            )
        columns = (
            Column("item", Text("Item", "题项"), "label"),
            Column("factor", Text("Suggested factor", "提示因子"), "text"),
            Column("loading", Text("Loading", "载荷")),
            Column("next", Text("Next largest", "次大载荷")),
        )
        said = "; ".join(f"{name} {value:.2f}" for name, value in self.congruence.items())
        notes = (
            Text(
                "An item belongs to a factor with a loading of {salient} or more that leads the "
                "next by {apart} (Worthington & Whittaker, 2006).",
                "载荷不低于{salient}且比次大载荷高出{apart}及以上者归入该因子"
                "（Worthington & Whittaker, 2006）。",
            ).fill(salient=f"{SALIENT:.2f}", apart=f"{APART:.2f}"),
            Text(
                "Tucker's congruence with the same analysis of the other half: {said}; "
                "from .85 fairly similar, above .95 equal.",
                "与另一半样本同法分析的Tucker一致性系数：{said}；.85以上为较相似，.95以上视为相同。",
            ).fill(said=said),
        )
        title = Text("Structure suggested by the explored half", "探索半样本提示的结构")
        return Table("efa_cfa_items", title, columns, tuple(rows), notes)


def efa_cfa(
    data: Any,
    expected: Mapping[str, Sequence[str]] | None = None,
    n_factors: int | None = None,
    *,
    items: Sequence[str] | None = None,
    share: float = 0.5,
    method: str = "minres",
    rotation: str = "oblimin",
    estimator: str = "MLR",
    missing: str = "listwise",
    ordered: bool = False,
    seed: int | None = None,
) -> EfaCfa:
    r"""Explore the items in one part of the respondents and confirm what it suggests in the other.

    An exploratory and a confirmatory analysis of the same answers confirm nothing: the second
    only repeats the first. Here respondents are split at random; the first part chooses the
    number of factors and the items of each; the second tests that structure, and the expected
    one beside it.

    Parameters
    ----------
    data : DataFrame
        Answers, reversed items turned.
    expected : mapping of construct to item names, optional
        The structure that the theory says.
    n_factors : int, optional
        Asked of :func:`ecosurvey.number_of_factors` in the first part if not given.
    items : sequence of str, optional
        Those of ``expected``, or all columns, if not given.
    share : float
        Of the respondents that are explored, between .2 and .8.
    method, rotation : str
        As in :func:`ecosurvey.efa`.
    estimator, missing : str
        As in :func:`ecosurvey.cfa`, for the second part.
    ordered : bool
        Take the answers as ordinal: polychoric correlations, and WLSMV in the second part.
    seed : int, optional
        Of the split; drawn and kept with the result if not given.

    Returns
    -------
    EfaCfa

    Raises
    ------
    OptionError
        If the share or the number of factors cannot be.
    DataError
        If a part has too few rows, or no factor has two items.

    References
    ----------
    Worthington, R. L., & Whittaker, T. A. (2006). Scale development research. The Counseling
    Psychologist, 34, 806-838. Osborne, J. W., & Fitzpatrick, D. C. (2012). Replication analysis in
    exploratory factor analysis. Practical Assessment, Research & Evaluation, 17, 15.

    Examples
    --------
    >>> import ecosurvey as es
    >>> model = "f =~ .8*a + .8*b + .7*c\ng =~ .8*d + .8*e + .7*h\nf ~~ .3*g"
    >>> found = efa_cfa(es.simulate(model, 800, seed=1), n_factors=2, seed=1)
    >>> sorted(sorted(own) for own in found.suggested.values())
    [['a', 'b', 'c'], ['d', 'e', 'h']]
    """
    from ecosurvey.factors import efa, number_of_factors
    from ecosurvey.sem import cfa

    frame, seed = as_frame(data), used_seed(seed)
    names = _names(frame, expected, items)
    need_columns(frame, names)
    first, second = _split(frame[names], share, seed)
    about: dict[str, Any] = {"correlation": "polychoric" if ordered else "pearson"}
    findings: list[Finding] = []
    if n_factors is None:
        asked = number_of_factors(first, n_iter=200, seed=seed, **about)
        n_factors, findings = asked.recommended, list(asked.findings)
    explored, again = (
        efa(half, n_factors, method, rotation, seed=seed, **about)  # type: ignore[arg-type]
        for half in (first, second)
    )
    suggested = _assigned(explored)
    if not suggested:
        raise DataError(
            Text(
                f"no factor of the {n_factors} has two items with a loading of {SALIENT} or more "
                f"that leads the next by {APART}",
                f"{n_factors}个因子中，没有一个有两个载荷不低于{SALIENT}且领先下一个{APART}的题项",
            ),
            fix=Text(
                "Explore fewer factors, or look at the loadings: es.efa(data, n_factors).",
                "请减少因子数，或查看载荷：es.efa(data, n_factors)。",
            ),
        )
    held = {item for own in suggested.values() for item in own}
    left_out = tuple(name for name in names if name not in held)
    structures = {"suggested": suggested, **({"expected": expected} if expected else {})}
    how: dict[str, Any] = {"ordered": True} if ordered else {"estimator": estimator}
    models = {
        key: cfa(_syntax(structure), second, missing=missing, **how)
        for key, structure in structures.items()
    }
    congruence = _matched(explored, again, suggested)
    findings += _doubts(len(first), names, left_out, congruence, models)
    return EfaCfa(
        len(first), len(second), explored, again, suggested, left_out, congruence, models, seed,
        (*explored.findings, *findings),
    )  # fmt: skip


def _names(
    frame: pd.DataFrame,
    expected: Mapping[str, Sequence[str]] | None,
    items: Sequence[str] | None,
) -> list[str]:
    """Return the items to explore."""
    if items is not None:
        return list(items)
    if expected is not None:
        check_scales(expected)
        return list(dict.fromkeys(item for own in expected.values() for item in own))
    return [str(name) for name in frame.columns]


def _split(frame: pd.DataFrame, share: float, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return two random parts of the rows that answered anything, in their old order."""
    import numpy as np

    if not 0.2 <= share <= 0.8:
        raise OptionError(
            Text(f"share={share} leaves one part too small", f"share={share} 使其中一部分太小"),
            fix=Text("Use .5.", "请使用.5。"),
        )
    kept = frame[frame.notna().any(axis=1)]
    n = len(kept)
    order = stream(seed, "efa_cfa").permutation(n)
    size = round(share * n)
    if min(size, n - size) <= frame.shape[1]:
        raise DataError(
            Text(
                f"{n} rows do not make two parts of more than {frame.shape[1]} rows each, "
                "one more than the items",
                f"{n}行不足以分成两部分，每部分多于{frame.shape[1]}行（比题项多一）",
            ),
            fix=Text(
                "Gather more answers, or explore fewer items.", "请收集更多答卷，或减少题项。"
            ),
        )
    return kept.iloc[np.sort(order[:size])], kept.iloc[np.sort(order[size:])]


def _assigned(found: EfaResult) -> dict[str, tuple[str, ...]]:
    """Return the items of each factor that has two or more."""
    members: dict[str, list[str]] = {str(name): [] for name in found.loadings.columns}
    for item, row in found.loadings.abs().iterrows():
        sizes = row.sort_values(ascending=False, kind="stable")
        lead = sizes.iloc[0] - (sizes.iloc[1] if len(sizes) > 1 else 0.0)
        if sizes.iloc[0] >= SALIENT and lead >= APART:
            members[str(sizes.index[0])].append(str(item))
    enough = 3 if sum(len(own) > 1 for own in members.values()) == 1 else 2
    return {name: tuple(own) for name, own in members.items() if len(own) >= enough}


def _syntax(structure: Mapping[str, Sequence[str]]) -> str:
    return "\n".join(f"{name} =~ {' + '.join(own)}" for name, own in structure.items())


def _matched(one: EfaResult, other: EfaResult, kept: Mapping[str, Any]) -> dict[str, float]:
    """Return the congruence of each factor with its match, matched one to one."""
    from scipy.optimize import linear_sum_assignment

    from ecosurvey.factors import tucker_congruence

    table = tucker_congruence(one.loadings, other.loadings).abs()
    size = table.to_numpy(dtype=float)
    rows, columns = linear_sum_assignment(-size)
    factors = [str(name) for name in table.index]
    found = {factors[int(r)]: float(size[r, c]) for r, c in zip(rows, columns, strict=True)}
    return {name: found[name] for name in kept}


def _measures(fit: SemResult) -> dict[str, float | None]:
    """Return the measures to print, the robust ones where there are any."""
    line = fit_line(fit.fit_measures)
    found = {name: getattr(line, name) for name in ("chisq", "df", "pvalue", *_INDICES)}
    found["bic"] = float(fit.fit_measures.get("bic", math.nan))
    return {name: value if math.isfinite(value) else None for name, value in found.items()}


def _doubts(
    n: int,
    names: Sequence[str],
    left_out: Sequence[str],
    congruence: Mapping[str, float],
    models: Mapping[str, SemResult],
) -> list[Finding]:
    found: list[Finding] = []
    if n < _FEW * len(names):
        said = Text(
            "{n} respondents explore {p} items: fewer than {few} an item, so that the structure "
            "may be of chance.",
            "探索半仅{n}人、{p}个题项，人均不足{few}倍，所得结构可能出于偶然。",
        ).fill(n=n, p=len(names), few=_FEW)
        found.append(Finding("few_to_explore", "warning", said))
    if left_out:
        said = Text(
            "items without one salient factor, left out of the suggested model: {items}.",
            "以下题项没有唯一的显著因子，未纳入提示模型：{items}。",
        ).fill(items=", ".join(left_out))
        found.append(Finding("items_without_factor", "note", said))
    unlike = [name for name, value in congruence.items() if value < _ALIKE]
    if unlike:
        said = Text(
            "factors that the other half does not show again (congruence below .85): {which}.",
            "另一半样本未能重现的因子（一致性系数低于.85）：{which}。",
        ).fill(which=", ".join(unlike))
        found.append(Finding("factors_not_replicated", "warning", said))
    for fit in models.values():
        found += fit.findings
    return found
