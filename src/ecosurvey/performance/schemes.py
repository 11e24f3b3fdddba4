"""The schemes of weights: which is the main one, and what each says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ecosurvey.core import OptionError, Text, check_choice
from ecosurvey.performance.experts import Experts, weights_of
from ecosurvey.performance.measured import Measured, scored
from ecosurvey.performance.model import SCHEMES
from ecosurvey.performance.resampling import tables_of
from ecosurvey.performance.scores import Part
from ecosurvey.performance.weights import critic_weights, entropy_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def weights_by_scheme(
    parts: Sequence[Part],
    measured: Sequence[Measured],
    totals: Mapping[str, float],
    experts: Experts | None,
    scaling: str,
) -> dict[str, Floats]:
    """Return the weights of every scheme that can be had, in the order of the parts."""
    check_choice("scaling", scaling, ("scale", "observed"))
    table = tables_of([scored(wave, len(parts)) for wave in measured], scaling)
    found: dict[str, Floats] = {}
    if totals:
        found["model"] = np.array([totals[part.id] for part in parts], dtype=float)
    found["equal"] = np.full(len(parts), 1 / len(parts))
    if len(table) >= 2:
        found["entropy"], found["critic"] = entropy_weights(table), critic_weights(table)
    if experts is not None:
        found["expert"] = weights_of(experts, [part.id for part in parts])
    return found


def main_scheme(scheme: str | None, modelled: bool, judged: bool) -> str:
    """Return the main scheme: as asked for, if it can be had, else the model's or equal weights."""
    if scheme is None:
        return "model" if modelled else "equal"
    check_choice("scheme", scheme, SCHEMES)
    if scheme == "model" and not modelled:
        raise OptionError(
            Text(
                "weights of the model need a structural model with an outcome",
                "模型权重需要有结果变量的结构模型",
            ),
            fix=Text("Give fit=, or choose another scheme.", "请给出 fit=，或选择另一种权重方案。"),
        )
    if scheme == "expert" and not judged:
        raise OptionError(
            Text("there are no experts' comparisons", "没有专家的比较"),
            fix=Text("Give experts=.", "请给出 experts=。"),
        )
    return scheme
