"""How much of what the answers share comes of the way they were asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Text, trusted
from ecosurvey.core.text import number
from ecosurvey.report.model import Block, Paragraph, Section, TableBlock
from ecosurvey.report.sections.parts import callouts

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis
    from ecosurvey.reliability import CommonMethod

_IN_TEXT = ("harman", "single_factor", "method_factor")


def section(analysis: Analysis) -> Section | None:
    """Return the tests of common method variance; ``None`` where no model was measured."""
    found = analysis.common_method
    if found is None:
        return None
    blocks: list[Block] = [
        *callouts(finding for finding in found.findings if finding.severity == "warning"),
        Paragraph(_told(found)),
    ]
    blocks += [
        TableBlock(table, detail=table.key not in _IN_TEXT)
        for table in found.tables()
        if table.rows
    ]
    return Section("common_method", Text("Common method variance", "共同方法偏差"), tuple(blocks))


def _told(found: CommonMethod) -> Text:
    """Return the tests in sentences, from the weakest to the strongest."""
    said = [
        Text(
            "The first unrotated component carried {p}% of the variance of all items.",
            "首个未旋转主成分解释了全部题项方差的{p}%。",
        ).fill(p=number(100 * found.harman.first_component, 1))
    ]
    one, factor, vif = found.single_factor, found.method_factor, found.collinearity
    if one is not None:
        measures = one.one.fit_measures
        said.append(
            Text(
                "A model with one factor for all items reached CFI {c} and RMSEA {r}.",
                "全部题项归于单一因子的模型CFI为{c}，RMSEA为{r}。",
            ).fill(
                c=number(float(measures["cfi"]), 3, bounded=True),
                r=number(float(measures["rmsea"]), 3, bounded=True),
            )
        )
    if factor is not None and not trusted(factor.with_method.findings):
        said.append(
            Text(
                "A latent method factor beside the constructs gave no proper solution, so that "
                "nothing can be said from it.",
                "在各构念之外加入潜在方法因子的模型解不当，无法据此作出判断。",
            )
        )
    elif factor is not None:
        change = float(factor.loadings["change"].abs().max())
        said.append(
            Text(
                "A latent method factor beside the constructs carried {m}% of the items' variance "
                "(the constructs {s}%); no loading changed by more than {d}.",
                "在各构念之外加入潜在方法因子后，该因子平均解释题项方差的{m}%（构念为{s}%），"
                "载荷变化最大为{d}。",
            ).fill(
                m=number(100 * factor.share, 1),
                s=number(100 * factor.share_constructs, 1),
                d=number(change, 2, bounded=True),
            )
        )
    if vif is not None:
        said.append(
            Text(
                "The highest full-collinearity VIF of a construct was {v}.",
                "各构念完全共线性VIF最大为{v}。",
            ).fill(v=number(float(vif.vif.max()), 2))
        )
    said.append(
        Text(
            "None of these tests can prove that there is no method variance.",
            "上述检验均不能证明不存在共同方法偏差。",
        )
    )
    return Text(" ".join(text.en for text in said), "".join(text.zh for text in said))
