"""The models of the marker-variable technique, written under names of their own and fitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ecosurvey.core import ConvergenceError, DataError, Text
from ecosurvey.core.frames import as_frame, need_columns
from ecosurvey.reliability.membership import membership

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.sem import SemResult

MARKER = "marker variable"
TITLES = {
    "cfa": Text("CFA", "CFA模型"),
    "baseline": Text("Baseline", "基线模型"),
    "method_c": Text("Method-C (equal effects)", "Method-C（方法效应相等）"),
    "method_u": Text("Method-U (free effects)", "Method-U（方法效应自由）"),
    "method_r": Text("Method-R (correlations held)", "Method-R（限制构念相关）"),
}


@dataclass(frozen=True, slots=True)
class MarkerModels:
    """Texts of the models: items i1, i2, ... of factors f1, f2, ..., the marker's k1, ... of m."""

    items: tuple[tuple[str, ...], ...]
    marker: tuple[str, ...]

    @property
    def factors(self) -> tuple[str, ...]:
        """Names of the constructs' factors."""
        return tuple(f"f{j + 1}" for j in range(len(self.items)))

    def substantive(self, held: SemResult | None = None) -> str:
        """Return the constructs with unit variance, their correlations free or held."""
        lines = []
        for factor, items in zip(self.factors, self.items, strict=True):
            lines.append(f"{factor} =~ NA*{' + '.join(items)}\n{factor} ~~ 1*{factor}")
        for i, first in enumerate(self.factors):
            for second in self.factors[i + 1 :]:
                fixed = ""
                if held is not None:
                    value = float(np.asarray(held.latent_correlations.loc[first, second]).item())
                    fixed = f"{value!r}*"
                lines.append(f"{first} ~~ {fixed}{second}")
        return "\n".join(lines)

    def free(self) -> str:
        """Return the CFA, the marker among the constructs."""
        own = f"m =~ NA*{' + '.join(self.marker)}\nm ~~ 1*m"
        return f"{self.substantive()}\n{own}\nm ~~ {' + '.join(self.factors)}"

    def marked(
        self, cfa: SemResult, effects: Literal["none", "c", "u"], held: SemResult | None = None
    ) -> str:
        """Return the marker fixed at the CFA's numbers, with effects on the other items."""
        table = cfa.parameters.set_index(["lhs", "op", "rhs"])["est"]
        fixed = [f"{float(table['m', '=~', item])!r}*{item}" for item in self.marker]
        noise = [f"{item} ~~ {float(table[item, '~~', item])!r}*{item}" for item in self.marker]
        label = {"none": None, "c": "same*", "u": ""}[effects]
        every = [item for items in self.items for item in items]
        if label is not None:
            fixed += [f"{label}{item}" for item in every]
        apart = " + ".join(f"0*{factor}" for factor in self.factors)
        own = f"m =~ {' + '.join(fixed)}\nm ~~ 1*m\n" + "\n".join(noise) + f"\nm ~~ {apart}"
        return f"{self.substantive(held)}\n{own}"


def rename_items(
    data: Any, scales: Mapping[str, Sequence[str]], marker: Sequence[str]
) -> tuple[pd.DataFrame, MarkerModels]:
    """Return the answers under names that no model text can trip over."""
    every, _ = membership({**scales, MARKER: list(marker)}, least=3)
    if len(marker) < 3:
        raise DataError(
            Text(f"the marker has {len(marker)} items", f"标记变量只有{len(marker)}个题项"),
            fix=Text("Take a marker of three items or more.", "请使用至少三个题项的标记变量。"),
        )
    short = next((c for c, items in scales.items() if len(items) < 2), None)
    if short is not None:
        raise DataError(
            Text(
                f"construct {short!r} has one item, beside a method factor it is not identified",
                f"构念 {short!r} 只有一个题项，与方法因子并存时不可识别",
            ),
            fix=Text("Leave it out.", "请去掉它。"),
        )
    frame = as_frame(data).rename(columns=str)
    need_columns(frame, every)
    count = len(every) - len(marker)
    new = [f"i{k + 1}" for k in range(count)] + [f"k{k + 1}" for k in range(len(marker))]
    known = dict(zip(every, new, strict=True))
    items = tuple(tuple(known[item] for item in items) for items in scales.values())
    return frame[every].set_axis(new, axis=1), MarkerModels(items, tuple(new[count:]))


def fit_sequence(frame: pd.DataFrame, lines: MarkerModels, missing: str) -> dict[str, SemResult]:
    """Fit CFA, Baseline, Method-C and Method-U."""
    first = fit_one(frame, lines.free(), missing, "cfa")
    found = {"cfa": first}
    for key, effects in (("baseline", "none"), ("method_c", "c"), ("method_u", "u")):
        found[key] = fit_one(frame, lines.marked(first, effects), missing, key)  # type: ignore[arg-type]
    return found


def fit_one(frame: pd.DataFrame, text: str, missing: str, key: str) -> SemResult:
    """Fit one model, and raise unless it converged."""
    from ecosurvey.sem import cfa

    fit = cfa(text, frame, estimator="ML", missing=missing)
    if not fit.converged:
        raise ConvergenceError(
            Text(f"the model {TITLES[key].en} did not converge", f"模型 {TITLES[key].zh} 未收敛"),
            fix=Text(
                "Look at the CFA of constructs and marker first.",
                "请先查看构念与标记变量的验证性因子分析。",
            ),
        )
    return fit
