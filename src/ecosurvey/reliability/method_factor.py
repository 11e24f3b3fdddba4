"""Common method variance by a latent factor that all items share beside their constructs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import Cell, Column, ConvergenceError, Finding, OptionError, Result, Table, Text
from ecosurvey.reliability.fit_columns import INDEX_COLUMNS, TEST_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.sem import SemResult

CONTINUOUS = ("ML", "MLR", "MLM")
SHARE_HIGH = 0.25  # Williams, Cote & Buckley (1989): median share of published studies
CHANGE_HIGH = 0.20  # of a standardized loading or correlation


@dataclass(frozen=True, slots=True, repr=False)
class MethodFactor(Result):
    """A measurement model with and without a factor that all items share.

    Attributes
    ----------
    without, with_method : SemResult
    tied : bool
        Whether all items load the method factor equally.
    delta_chisq, delta_df, pvalue : float
        Difference of the models, scaled where the tests are.
    share : float
        Share of the items' variance due to the method factor, averaged over items.
    share_constructs : float
        The same of the constructs, in the same model.
    loadings : DataFrame
        One row an item: construct, item, without, with_method, method, change (standardized).
    correlations : DataFrame
        One row a pair of constructs: first, second, without, with_method, change.
    names : mapping of str to Text
    findings : tuple of Finding
        ``method_factor_improper`` where the model with the method factor has no proper solution:
        none of its numbers can then be read.
    """

    without: SemResult
    with_method: SemResult
    tied: bool
    delta_chisq: float
    delta_df: int
    pvalue: float
    share: float
    share_constructs: float
    loadings: pd.DataFrame
    correlations: pd.DataFrame
    names: Mapping[str, Text]
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        return f"MethodFactor(share={self.share:.3f}, delta_chisq={self.delta_chisq:.2f})"

    def to_frame(self) -> pd.DataFrame:
        """Return one row an item."""
        return self.loadings

    def tables(self) -> tuple[Table, ...]:
        """Return the fit of both models, the loadings, and the correlations."""
        return self._fit_table(), self._loadings_table(), self._correlations_table()

    def _fit_table(self) -> Table:
        keys = ("chisq", "df", "cfi", "tli", "rmsea", "srmr")
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (name, *(float(fit.fit_measures[key]) for key in keys), None)
            for name, fit in (
                (Text("Constructs", "理论构念模型"), self.without),
                (Text("Constructs and method factor", "加入方法因子的模型"), self.with_method),
            )
        )
        last = (Text("Difference", "差异"), self.delta_chisq, self.delta_df, None, None, None, None)
        scaled = _PLAIN if self.without.estimator == "ML" else _SCALED
        kind = (
            Text("equal loadings", "载荷相等") if self.tied else Text("free loadings", "载荷自由")
        )
        return Table(
            "method_factor",
            Text("Unmeasured latent method factor", "未测量潜在方法因子检验（ULMF）"),
            (
                Column("model", Text("Model", "模型"), "label"),
                *TEST_COLUMNS,
                *INDEX_COLUMNS,
                Column("pvalue", Text("p", "p"), "p"),
            ),
            (*rows, (*last, self.pvalue)),
            (
                Text(
                    f"Method factor uncorrelated with the constructs, {kind.en}. Of the items' "
                    f"variance it carries {100 * self.share:.1f}%, the constructs "
                    f"{100 * self.share_constructs:.1f}%.",
                    f"方法因子与各构念不相关，{kind.zh}。方法因子平均解释题项方差的"
                    f"{100 * self.share:.1f}%，构念解释{100 * self.share_constructs:.1f}%。",
                ),
                *scaled,
            ),
        )

    def _loadings_table(self) -> Table:
        body: list[tuple[Cell, ...]] = []
        groups: list[tuple[int, Text]] = []
        for construct, of in self.loadings.groupby("construct", sort=False):
            groups.append((len(body), self.names[str(construct)]))
            body += [
                (str(item), *map(float, numbers))
                for item, *numbers in of.drop(columns="construct").itertuples(index=False)
            ]
        return Table(
            "method_factor_loadings",
            Text("Loadings without and with the method factor", "加入方法因子前后的标准化载荷"),
            (
                Column("item", Text("Item", "题项"), "label"),
                Column("without", Text("Without", "加入前"), bounded=True),
                Column("with_method", Text("With", "加入后"), bounded=True),
                Column("method", Text("On the method factor", "方法因子载荷"), bounded=True),
                Column("change", Text("Change", "变化"), bounded=True),
            ),
            tuple(body),
            groups=tuple(groups),
        )

    def _correlations_table(self) -> Table:
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (self.names[str(first)], self.names[str(second)], *map(float, numbers))
            for first, second, *numbers in self.correlations.itertuples(index=False)
        )
        return Table(
            "method_factor_correlations",
            Text(
                "Correlations of the constructs without and with the method factor",
                "加入方法因子前后的构念间相关",
            ),
            (
                Column("first", Text("Construct", "构念"), "label"),
                Column("second", Text("with", "与"), "label"),
                Column("without", Text("Without", "加入前"), bounded=True),
                Column("with_method", Text("With", "加入后"), bounded=True),
                Column("change", Text("Change", "变化"), bounded=True),
            ),
            rows,
        )


_PLAIN: tuple[Text, ...] = ()
_SCALED = (
    Text(
        "χ² of the models is plain; the test of their difference is scaled for nonnormal answers "
        "(Satorra & Bentler, 2001), so that it is not the difference of the two.",
        "表中各模型χ²未经校正；差异检验已按非正态性校正（Satorra & Bentler, 2001），"
        "故不等于两模型χ²之差。",
    ),
)


def method_factor(
    fit: SemResult,
    data: Any,
    names: Mapping[str, Text] | None = None,
    *,
    tied: bool = True,
    missing: str = "listwise",
) -> MethodFactor:
    """Add a factor that all items share to a measurement model, and see what it takes away.

    The method factor is uncorrelated with the constructs. With equal loadings, the usual form,
    its variance is free, so that there is a solution where it adds nothing. Free loadings ask
    for more than most data can tell (Chin, Thatcher & Wright, 2012).

    Parameters
    ----------
    fit : SemResult
        A one-group confirmatory factor analysis by ML, MLR or MLM.
    data : DataFrame
        The answers it was fitted to.
    names : mapping of construct to Text, optional
    tied : bool
        Equal loadings of all items on the method factor.
    missing : {"listwise", "fiml"}
        As in the fit.

    Returns
    -------
    MethodFactor

    Raises
    ------
    OptionError
        If the model has groups, ordered items, or was fitted to other rows.
    ConvergenceError
        If the model with the method factor does not converge.

    References
    ----------
    Podsakoff, P. M., MacKenzie, S. B., Lee, J.-Y., & Podsakoff, N. P. (2003). Journal of
    Applied Psychology, 88, 879-903. Richardson, H. A., Simmering, M. J., & Sturman, M. C.
    (2009). A tale of three perspectives. Organizational Research Methods, 12, 762-800, on how
    little it can prove.

    Examples
    --------
    >>> from ecosurvey import cfa, method_factor
    >>> method_factor(cfa(model, answers), answers).share  # doctest: +SKIP
    """
    from ecosurvey.reliability.standard_solution import read_loadings
    from ecosurvey.sem import cfa, compare

    check_fit(fit)
    before = read_loadings(fit.standardized("std_all"))
    items = list(dict.fromkeys(before["item"]))
    text = f"{fit.model}\n{_added(fit, items, tied=tied)}"
    wider = cfa(text, data, estimator=fit.estimator, missing=missing)
    if wider.n != fit.n:
        raise OptionError(
            Text(
                f"the model with a method factor used {wider.n} "
                f"rows, the measurement model {fit.n}",
                f"含方法因子的模型使用了{wider.n}行，而测量模型使用了{fit.n}行",
            ),
            fix=Text(
                "Give the data that the measurement model was fitted to.",
                "请给出测量模型所用的数据。",
            ),
        )
    difference = compare(wider, fit).models[1].difference if wider.converged else None
    if difference is None:
        raise ConvergenceError(
            Text("the model with a method factor did not converge", "含方法因子的模型未收敛"),
            fix=Text("Use tied=True.", "请使用 tied=True。")
            if not tied
            else Text("Look at the measurement model first.", "请先查看测量模型。"),
        )
    after = read_loadings(wider.standardized("std_all"))
    method = after[after["construct"] == _name(fit)].set_index("item")["loading"]
    own = after[after["construct"] != _name(fit)].reset_index(drop=True)
    loadings = before[["construct", "item"]].assign(
        without=before["loading"],
        with_method=own["loading"],
        method=method.loc[before["item"]].to_numpy(dtype=float),
    )
    loadings["change"] = loadings["with_method"] - loadings["without"]
    correlations = _correlations(fit, wider, list(dict.fromkeys(before["construct"])))
    called = {c: (names or {}).get(c, Text(c, c)) for c in before["construct"]}
    variance = float(np.asarray(wider.latent_covariances.loc[_name(fit), _name(fit)]).item())
    share = float((method**2).mean()) if variance > 0 else 0.0
    return MethodFactor(
        fit, wider, tied, difference.chisq_diff, int(difference.df_diff), difference.pvalue, share,
        float((loadings["with_method"] ** 2).mean()), loadings, correlations, called,
        _improper(wider) or tuple(_findings(share, variance, loadings, correlations, called)),
    )  # fmt: skip


def check_fit(fit: SemResult) -> None:
    """Raise unless a fit is of one group and of continuous items."""
    if len(fit.groups) > 1:
        raise OptionError(
            Text(
                f"the comparison is made in one group, but the fit has {len(fit.groups)}",
                f"该比较只在一个组内进行，而拟合有{len(fit.groups)}个组",
            ),
            fix=Text(
                "Fit the measurement model without group.", "请去掉 group，重新拟合测量模型。"
            ),
        )
    if fit.estimator not in CONTINUOUS:
        raise OptionError(
            Text(
                f"estimator={fit.estimator!r}: the comparison is made for continuous items",
                f"estimator={fit.estimator!r}：该比较适用于连续题项",
            ),
            fix=Text(
                f"Fit the measurement model by one of: {', '.join(CONTINUOUS)}.",
                f"请用以下方法之一拟合测量模型：{'、'.join(CONTINUOUS)}。",
            ),
        )


def _name(fit: SemResult) -> str:
    """Return a name for the method factor that the model does not use."""
    name, used = "method", set(fit.parameters["lhs"]) | set(fit.parameters["rhs"])
    while name in used:
        name += "_"
    return name


def _added(fit: SemResult, items: list[str], *, tied: bool) -> str:
    """Return the lines of a method factor, uncorrelated with what is not explained."""
    name, table = _name(fit), fit.parameters
    latent = list(dict.fromkeys(table.loc[table["op"] == "=~", "lhs"]))
    explained = set(table.loc[table["op"] == "~", "lhs"])
    explained |= set(table.loc[table["op"] == "=~", "rhs"])
    apart = " + ".join(f"0*{other}" for other in latent if other not in explained)
    measured = [f"1*{item}" if tied else item for item in items]
    if not tied:
        measured[0] = f"NA*{measured[0]}"
    lines = [f"{name} =~ {' + '.join(measured)}", f"{name} ~~ {apart}"]
    lines += [] if tied else [f"{name} ~~ 1*{name}"]
    return "\n".join(lines)


def _correlations(without: SemResult, wider: SemResult, constructs: list[str]) -> pd.DataFrame:
    import pandas as pd

    i, j = np.triu_indices(len(constructs), 1)
    before = without.latent_correlations.loc[constructs, constructs].to_numpy()[i, j]
    after = wider.latent_correlations.loc[constructs, constructs].to_numpy()[i, j]
    return pd.DataFrame(
        {
            "first": [constructs[k] for k in i],
            "second": [constructs[k] for k in j],
            "without": before,
            "with_method": after,
            "change": after - before,
        }
    )


def _improper(wider: SemResult) -> tuple[Finding, ...]:
    """Tell that nothing can be read from the method factor, where its model has no solution."""
    wrong = [finding.message for finding in wider.findings if finding.severity == "serious"]
    if not wrong:
        return ()
    return (
        Finding(
            "method_factor_improper",
            "warning",
            Text(
                "The model with a method factor has an improper solution, so that its loadings, "
                f"correlations and shares mean nothing: {' '.join(words.en for words in wrong)}",
                "加入方法因子的模型解不当，其载荷、相关与方差比例均无意义："
                f"{''.join(words.zh for words in wrong)}",
            ),
        ),
    )


def _findings(
    share: float,
    variance: float,
    loadings: pd.DataFrame,
    correlations: pd.DataFrame,
    called: Mapping[str, Text],
) -> list[Finding]:
    if variance <= 0:
        return [_NOTHING]
    found = []
    if share > SHARE_HIGH:
        found.append(
            Finding(
                "method_share",
                "warning",
                Text(
                    f"The method factor carries {100 * share:.0f}% of the items' variance, more "
                    f"than {100 * SHARE_HIGH:.0f}%.",
                    f"方法因子平均解释题项方差的{100 * share:.0f}%，超过{100 * SHARE_HIGH:.0f}%。",
                ),
            )
        )
    worst = correlations.loc[correlations["change"].abs() > CHANGE_HIGH]
    for first, second, before, after, _ in worst.itertuples(index=False):
        a, b = called[first], called[second]
        found.append(
            Finding(
                "method_changes_correlation",
                "note",
                Text(
                    f"With a method factor '{a.en}' and '{b.en}' correlate {after:.2f} in place of "
                    f"{before:.2f}.",
                    f"加入方法因子后，“{a.zh}”与“{b.zh}”的相关由{before:.2f}变为{after:.2f}。",
                ),
                where=f"{first}, {second}",
            )
        )
    if (loadings["change"].abs() > CHANGE_HIGH).any():
        names = loadings.loc[loadings["change"].abs() > CHANGE_HIGH, "item"]
        listed = ", ".join(map(str, names[:8])) + (" …" if len(names) > 8 else "")
        found.append(
            Finding(
                "method_changes_loading",
                "note",
                Text(
                    f"With a method factor these loadings change by more than {CHANGE_HIGH:.2f}: "
                    f"{listed}.",
                    f"加入方法因子后，以下题项的载荷变化超过{CHANGE_HIGH:.2f}：{listed}。",
                ),
            )
        )
    return found


_NOTHING = Finding(
    "no_method_variance",
    "note",
    Text(
        "A method factor shared by all items takes up no variance.",
        "所有题项共有的方法因子未解释任何方差。",
    ),
)
