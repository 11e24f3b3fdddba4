"""What a latent interaction says: slopes, where they differ from zero, and one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import Cell, Column, Finding, Result, Table, Text, number, p_relation

if TYPE_CHECKING:
    from ecosurvey.sem import SemResult

Floats = NDArray[np.float64]
_REACH = 3.0  # SDs of the moderator beyond which there is hardly anybody


@dataclass(frozen=True, slots=True)
class SimpleSlope:
    """The effect of the predictor at one level of the moderator (in its SDs)."""

    at: float
    slope: float
    se: float
    z: float
    pvalue: float
    ci_lower: float
    ci_upper: float


@dataclass(frozen=True, slots=True, eq=False)
class Moderation(Result):
    """A latent interaction.

    Attributes
    ----------
    fit : SemResult
        The model with the product factor.
    predictor, moderator, outcome : str
    est, se, pvalue : float
        Of the product's path, unstandardized.
    est_std : float
        The same by the standard deviations of predictor, moderator and outcome (Wen, Marsh & Hau
        2010): the change of the standardized slope by one SD of the moderator.
    slopes : tuple of SimpleSlope
        At one SD below the moderator's mean, at it, and one SD above.
    limits : tuple of float
        Johnson-Neyman: levels of the moderator (in SDs) where the effect's interval touches
        zero; none, one or two of them.
    regions : tuple of (float, float)
        Levels (in SDs, perhaps infinite) between which the effect differs from zero.
    share : float
        Share of respondents in those regions, of a normal moderator.
    spread : tuple of float
        Standard deviations of predictor, moderator and outcome.
    curve : (4, 81) array
        Levels from -4 to 4 SDs, slope, lower and upper limit: what the figure draws.
    level : float
    findings : tuple of Finding
    names : tuple of Text
        Of predictor, moderator and outcome.
    """

    fit: SemResult
    predictor: str
    moderator: str
    outcome: str
    est: float
    se: float
    pvalue: float
    est_std: float
    slopes: tuple[SimpleSlope, ...]
    limits: tuple[float, ...]
    regions: tuple[tuple[float, float], ...]
    share: float
    spread: tuple[float, float, float]
    curve: Floats
    level: float
    findings: tuple[Finding, ...] = ()
    names: tuple[Text, ...] = ()

    def shown(self) -> tuple[Text, Text, Text]:
        """Return the names of predictor, moderator and outcome for the reader."""
        if self.names:
            return self.names[0], self.names[1], self.names[2]
        codes = (self.predictor, self.moderator, self.outcome)
        x, m, y = (Text(code, code) for code in codes)
        return x, m, y

    def sentence(self) -> Text:
        """Say whether the effect depends on the moderator, and where it differs from zero."""
        x, m, y = self.shown()
        test = {"b": number(self.est_std, 2), "p": p_relation(self.pvalue)}
        if self.pvalue < 1 - self.level:
            way = ("positive", "正") if self.est > 0 else ("negative", "负")
            said = Text(
                f"The higher {{m}}, the more {way[0]} the relation of {{x}} to {{y}} "
                "(interaction β = {b}, p {p}).",
                f"{{m}}越高，{{x}}与{{y}}的关系越趋{way[1]}向（交互作用β = {{b}}，p {{p}}）。",
            )
        else:
            said = Text(
                "That the relation of {x} to {y} depends on {m} is not supported "
                "(interaction β = {b}, p {p}).",
                "{x}与{y}的关系取决于{m}未得到支持（交互作用β = {b}，p {p}）。",
            )
        where = _where(self.regions)
        return Text("{s} {w}", "{s}{w}").fill(
            s=said.fill(x=x, m=m, y=y, **test),
            w=where.fill(m=m, share=f"{100 * self.share:.0f}"),
        )

    def tables(self) -> tuple[Table, ...]:
        """Return the simple slopes, with the interaction and the limits in the notes."""
        columns = (
            Column("at", Text("Moderator, SD", "调节变量（标准差）"), decimals=1),
            Column("slope", Text("Slope", "简单斜率"), decimals=3),
            Column("se", Text("SE", "标准误"), decimals=3),
            Column("z", Text("z", "z")),
            Column("pvalue", Text("p", "p"), "p"),
            Column("ci_lower", Text("CI low", "置信下限"), decimals=3),
            Column("ci_upper", Text("CI high", "置信上限"), decimals=3),
        )
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (s.at, s.slope, s.se, s.z, s.pvalue, s.ci_lower, s.ci_upper) for s in self.slopes
        )
        where = ", ".join(number(limit, 2) for limit in self.limits) or "—"
        note = Text(
            "Interaction b = {b} (SE {se}), standardized {s}. Johnson-Neyman limits at SD of the "
            "moderator: {w}. Slopes are unstandardized.",
            "交互项 b = {b}（标准误{se}），标准化{s}。Johnson–Neyman临界点（调节变量标准差）：{w}。"
            "斜率为非标准化。",
        ).fill(b=number(self.est, 3), se=number(self.se, 3), s=number(self.est_std, 3), w=where)
        x, m, y = self.shown()
        title = Text(
            "Effect of {x} on {y} by level of {m}", "{m}不同水平下{x}对{y}的效应"
        ).fill(x=x, y=y, m=m)  # fmt: skip
        return (Table("simple_slopes", title, columns, rows, (note,)),)


def _where(regions: tuple[tuple[float, float], ...]) -> Text:
    """Say at which levels the slope differs from zero."""
    seen = [(low, high) for low, high in regions if low < _REACH and high > -_REACH]
    if any(low < -_REACH and high > _REACH for low, high in seen):
        return Text(
            "The slope differs from zero at all levels of {m} within three SD of its mean.",
            "在{m}均值上下三个标准差内，斜率均显著异于零。",
        )
    if not seen:
        return Text(
            "At no level of {m} within three SD of its mean does the slope differ from zero.",
            "在{m}均值上下三个标准差内，斜率均不显著异于零。",
        )
    spans = [_span(low, high) for low, high in seen]
    en, zh = " and ".join(span.en for span in spans), "以及".join(span.zh for span in spans)
    return Text(
        f"The slope differs from zero where {{m}} is {en} (about {{share}}% of respondents).",
        f"当{{m}}{zh}时，斜率显著异于零（约占{{share}}%的受访者）。",
    )


def _span(low: float, high: float) -> Text:
    a, b = number(low, 2), number(high, 2)
    if low < -_REACH:
        return Text(f"below {b} SD", f"低于{b}个标准差")
    if high > _REACH:
        return Text(f"above {a} SD", f"高于{a}个标准差")
    return Text(f"between {a} and {b} SD", f"介于{a}与{b}个标准差之间")
