"""The parameters of a fit as lines of text, by group and kind."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan
from unicodedata import east_asian_width

from ecosurvey.core import Lang, Text
from ecosurvey.sem.estimates import Estimates
from ecosurvey.sem.fit import Fit
from ecosurvey.sem.standardize import standardized_values
from ecosurvey.sem.types import Parameter
from ecosurvey.sem.values import explained_variance, row_estimates

_NAME, _CELL = 18, 9
_HEADS = (
    Text("Estimate", "估计值"),
    Text("Std.Err", "标准误"),
    Text("z-value", "z值"),
    Text("P(>|z|)", "p值"),
    Text("Std.lv", "Std.lv"),
    Text("Std.all", "Std.all"),
)
_KINDS: tuple[tuple[Text, Callable[[Parameter], bool], bool], ...] = (
    (Text("Latent Variables:", "潜变量："), lambda row: row.op == "=~", True),
    (Text("Composites:", "组合构念："), lambda row: row.op == "<~", True),
    (Text("Regressions:", "回归："), lambda row: row.op == "~", True),
    (Text("Covariances:", "协方差："), lambda row: row.op == "~~" and row.lhs != row.rhs, True),
    (Text("Intercepts:", "截距："), lambda row: row.op == "~1", False),
    (Text("Thresholds:", "阈值："), lambda row: row.op == "|", False),
    (Text("Variances:", "方差："), lambda row: row.op == "~~" and row.lhs == row.rhs, False),
    (Text("Scales y*:", "潜在反应尺度："), lambda row: row.op == "~*~", False),
)


def parameter_blocks(fit: Fit, lang: Lang = "en", level: float = 0.95) -> list[str]:
    """Return the lines: for each group its parameters by kind and R-square, then definitions.

    Names with a dot are of variables that the model explains: their variances, covariances
    and intercepts are those of residuals.
    """
    table = fit.model.table
    cells = _cells(fit, level)
    explained = explained_variance(fit.model, fit.x)
    lines: list[str] = []
    for number, label in enumerate(table.groups, start=1):
        if len(table.groups) > 1:
            heading = Text("Group {n} [{label}]:", "第{n}组［{label}］：")
            lines += ["", heading.fill(n=number, label=label).say(lang)]
        rows = [  # moments of fixed covariates are the sample's, not estimates
            (i, row) for i, row in enumerate(table.rows) if row.group == number and not row.exo
        ]
        dependent = {row.lhs for _, row in rows if row.op == "~"}
        dependent |= {row.rhs for _, row in rows if row.op == "=~"}
        for heading, belongs, nested in _KINDS:
            part = [(i, row) for i, row in rows if belongs(row)]
            if part:
                lines += _kind(heading.say(lang), part, cells, dependent, nested, lang)
        shares = {name: value for (group, name), value in explained.items() if group == label}
        if shares:
            lines += ["", Text("R-Square:", "R方：").say(lang), _head(lang, 1)]
            lines += [_row(name, [_number(value)]) for name, value in shares.items()]
    return lines + _relations(fit, cells, lang)


def _cells(fit: Fit, level: float) -> list[list[str]]:
    """Return the six shown numbers of every row of the table."""
    found: Estimates = row_estimates(fit, level)
    lv, _ = standardized_values(fit.model, fit.x, "std_lv")
    both, _ = standardized_values(fit.model, fit.x, "std_all")
    lines = []
    for index in range(len(fit.model.table)):
        moved = found.se[index] > 0
        tested = [found.se[index], found.z[index], found.pvalue[index]]
        lines.append(
            [
                _number(float(found.est[index])),
                *(_number(float(value)) if moved else "" for value in tested),
                _number(float(lv[index])),
                _number(float(both[index])),
            ]
        )
    return lines


def _kind(
    heading: str,
    part: list[tuple[int, Parameter]],
    cells: list[list[str]],
    dependent: set[str],
    nested: bool,
    lang: Lang,
) -> list[str]:
    lines = ["", heading, _head(lang, 6)]
    last = ""
    for index, row in part:

        def dotted(name: str, row: Parameter = row) -> str:
            return f".{name}" if row.op in ("~~", "~1") and name in dependent else name

        if nested:
            owner = dotted(row.lhs)
            if owner != last:
                lines.append(f" {owner if owner.startswith('.') else ' ' + owner} {row.op}")
                last = owner
            name = dotted(row.rhs)
        else:
            name = f"{row.lhs}|{row.rhs}" if row.op == "|" else dotted(row.lhs)
        lines.append(_row(name, cells[index], _shown_label(row.label)))
    return lines


def _shown_label(label: str) -> str:
    """Return the label; one that equality over groups made is shortened to fit, as lavaan's."""
    private = label.startswith(".p") and label.endswith(".")
    return label.replace("p", "", 1) if private and len(label) > 4 else label


def _relations(fit: Fit, cells: list[list[str]], lang: Lang) -> list[str]:
    rows = list(enumerate(fit.model.table.rows))
    lines: list[str] = []
    defined = [(index, row) for index, row in rows if row.op == ":="]
    if defined:
        lines += ["", Text("Defined Parameters:", "定义参数：").say(lang), _head(lang, 6)]
        lines += [_row(row.lhs, cells[index]) for index, row in defined]
    asked = [row for _, row in rows if row.op in ("==", "<", ">") and row.user == 1]
    if asked:
        lines += ["", Text("Constraints:", "约束：").say(lang)]
        lines += [f"    {row.lhs} {row.op} {row.rhs}" for row in asked]
    return lines


def _head(lang: Lang, count: int) -> str:
    return " " * _NAME + "".join(_right(words.say(lang)) for words in _HEADS[:count])


def _row(name: str, cells: list[str], label: str = "") -> str:
    lead = f"   {name}" if name.startswith(".") else f"    {name}"
    if label:
        lead += " " * max(1, _NAME - _width(lead) - len(label) - 2) + f"({label})"
    over = max(0, _width(lead) - _NAME)  # a long name pushes into the first column's blanks
    first = cells[0].rjust(_CELL - over) if over < _CELL - len(cells[0]) else f" {cells[0]}"
    return lead + " " * max(0, _NAME - _width(lead)) + first + "".join(map(_right, cells[1:]))


def _right(cell: str) -> str:
    return " " * max(1, _CELL - _width(cell)) + cell


def _width(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _number(value: float) -> str:
    return "NA" if isnan(value) else f"{value:.3f}"
