"""What a comparison of waves gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecosurvey.core import Finding, Result, Table, Text, number
from ecosurvey.waves.alignment import ItemFate
from ecosurvey.waves.change import WaveChange, WaveLevel
from ecosurvey.waves.chart import ChartPoint
from ecosurvey.waves.comparability import Comparability, DriftTest
from ecosurvey.waves.panel import Panel
from ecosurvey.waves.paths import WavePaths

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.instrument import Instrument


@dataclass(frozen=True)
class WaveComparison(Result):
    """What changed between waves, gated by whether it can be compared.

    Attributes
    ----------
    instrument : Instrument
        The newest.
    waves : tuple of str
    sizes, received : tuple of int
        Rows compared, and rows before screening (None where not known).
    comparability : tuple of Comparability
        One a construct.
    changes : tuple of WaveChange
        Of means and variances, of comparable constructs only.
    levels : tuple of WaveLevel
        The course of each comparable construct.
    chart : tuple of ChartPoint
        Control charts of the latent means, from three waves on.
    fates : tuple of ItemFate
    paths : WavePaths or None
    panel : Panel or None
        Change within people and attrition, where the waves are a panel.
    estimator : str
    alpha, level : float
    composition : tuple of str
    synthetic : bool
    findings : tuple of Finding
    """

    instrument: Instrument
    waves: tuple[str, ...]
    sizes: tuple[int, ...]
    received: tuple[int | None, ...]
    comparability: tuple[Comparability, ...]
    changes: tuple[WaveChange, ...]
    levels: tuple[WaveLevel, ...]
    chart: tuple[ChartPoint, ...]
    fates: tuple[ItemFate, ...]
    paths: WavePaths | None
    panel: Panel | None
    estimator: str
    alpha: float
    level: float
    composition: tuple[str, ...]
    synthetic: bool
    findings: tuple[Finding, ...]

    @property
    def alerts(self) -> tuple[WaveChange, ...]:
        """Changes beyond chance, of means and variances."""
        return tuple(change for change in self.changes if change.alert)

    @property
    def drifting(self) -> tuple[DriftTest, ...]:
        """Items that no longer measure as they did."""
        return tuple(t for one in self.comparability for t in one.tests if t.freed)

    @property
    def verdict(self) -> Text:
        """What changed, and what is not change, in one paragraph."""
        means = _largest([c for c in self.alerts if c.kind == "mean"])
        said = "; ".join(f"{c.name.en} {_signed(c.d)} SD ({c.earlier} to {c.later})" for c in means)
        zh = "；".join(
            f"{c.name.zh}{_signed(c.d)}个标准差（{c.earlier}至{c.later}）" for c in means
        )
        drift = ", ".join(t.item for t in self.drifting)
        drift_zh = drift.replace(", ", "、")
        apart = [
            self.instrument.name_of(c.construct) for c in self.comparability if not c.comparable
        ]
        lost, lost_zh = ", ".join(n.en for n in apart), "、".join(n.zh for n in apart)
        spreads = _largest([c for c in self.alerts if c.kind == "variance"])
        spread = ", ".join(f"{c.name.en} ({c.earlier} to {c.later})" for c in spreads)
        spread_zh = "、".join(f"{c.name.zh}（{c.earlier}至{c.later}）" for c in spreads)
        rate = f"{100 * self.alpha:g}%"
        return Text(
            f"Latent means that changed: {said or 'none'} (chance of any false alarm over all "
            f"constructs at most {rate})."
            + (f" Variances that changed: {spread}." if spread else "")
            + f" Drifting items, not counted as change: {drift or 'none'}."
            + (f" Not comparable, no trend shown: {lost}." if lost else ""),
            f"潜均值变化：{zh or '无'}（所有构念合计误报率不超过{rate}）。"
            + (f"方差变化：{spread_zh}。" if spread else "")
            + f"漂移题项（不计为变化）：{drift_zh or '无'}。"
            + (f"不可比较、不显示趋势：{lost_zh}。" if lost else ""),
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row a change, unrounded."""
        import pandas as pd

        names = [name for name in WaveChange.__dataclass_fields__ if name != "name"]
        return pd.DataFrame([{n: getattr(c, n) for n in names} for c in self.changes])

    def tables(self) -> tuple[Table, ...]:
        """Return comparability, drift, changes, levels, and paths and ranks if asked for."""
        from ecosurvey.waves import panel_tables, tables

        found = [
            tables.comparability_table(self), tables.drift_table(self), tables.items_table(self),
            tables.changes_table(self, "mean"), tables.changes_table(self, "variance"),
            tables.levels_table(self),
        ]  # fmt: skip
        if self.chart:
            found.append(tables.chart_table(self))
        if self.composition:
            found.append(tables.composition_table(self))
        if self.panel is not None:
            found += panel_tables.tables_of(self.panel)
        if self.paths is not None:
            found += [tables.paths_table(self.paths), tables.ranks_table(self.paths)]
        return tuple(found)


def _signed(value: float) -> str:
    return ("+" if value >= 0 else "") + number(value, 2)


def _largest(alerts: list[WaveChange]) -> list[WaveChange]:
    """Return each construct's largest change, constructs in their order."""
    found: dict[str, WaveChange] = {}
    for change in alerts:
        known = found.get(change.construct)
        if known is None or abs(change.d) > abs(known.d):
            found[change.construct] = change
    return list(found.values())
