"""Effects equal what lavaan computes from definitions written by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ecosurvey.core import DataError
from ecosurvey.sem.effects import Effect, effects
from ecosurvey.sem.fit import Fit
from ecosurvey.sem.network import EffectKind

# name of the case, definition in its text, and the effect that it spells out
DEFINED: list[tuple[str, str, str, str, EffectKind]] = [
    ("democracy", "indirect", "ind60", "dem65", "indirect"),
    ("democracy", "total", "ind60", "dem65", "total"),
    ("democracy_mlr", "total", "ind60", "dem65", "total"),
    ("path", "i1", "x1", "x7", "indirect"),
    ("path", "i2", "x1", "x9", "indirect"),
    ("path", "i2", "x1", "x9", "total"),
    ("feedback", "t", "visual", "textual", "total"),
    ("feedback", "u", "visual", "speed", "total"),
]


def one(fit: Fit, source: str, target: str, kind: EffectKind) -> Effect:
    (found,) = [row for row in effects(fit, target, source).rows if row.kind == kind]
    return found


@pytest.mark.parametrize(("case", "name", "source", "target", "kind"), DEFINED)
def test_effect_equals_lavaans_definition(
    case: str,
    name: str,
    source: str,
    target: str,
    kind: EffectKind,
    fit_case: Callable[[str], Fit],
    reference: Callable[[str], Any],
) -> None:
    found = one(fit_case(case), source, target, kind)
    raw, std = reference(case)["parameters"], reference(case)["std_all"]
    at = raw["lhs"].index(name)
    for key in ("est", "se", "z", "pvalue", "ci_lower", "ci_upper"):
        assert getattr(found, key) == pytest.approx(raw[key][at], abs=2e-6), key
    at = std["lhs"].index(name)
    for key, theirs in (("std_all", "est_std"), ("std_se", "se"), ("std_ci_lower", "ci_lower")):
        assert getattr(found, key) == pytest.approx(std[theirs][at], abs=5e-6), key


def test_specific_paths_sum_to_the_indirect_effect(fit_case: Callable[[str], Fit]) -> None:
    found = effects(fit_case("path"))
    for whole in found.of_kind("indirect"):
        parts = [
            row.std_all
            for row in found.of_kind("specific")
            if (row.source, row.target) == (whole.source, whole.target)
        ]
        assert sum(parts) == pytest.approx(whole.std_all, abs=1e-12)


def test_total_is_direct_plus_indirect(fit_case: Callable[[str], Fit]) -> None:
    found = effects(fit_case("feedback"))
    for total in found.of_kind("total"):
        rest = [
            row.est
            for row in found.rows
            if (row.source, row.target) == (total.source, total.target)
            and row.kind in ("direct", "indirect")
        ]
        assert sum(rest) == pytest.approx(total.est, abs=1e-12)


def test_effects_are_told_apart_by_group(fit_case: Callable[[str], Fit]) -> None:
    found = effects(fit_case("groups_mimic"), outcome="speed", source="visual")
    assert [row.group for row in found.of_kind("total")] == ["Pasteur", "Grant-White"]
    totals = [row.est for row in found.of_kind("total")]
    assert totals[0] == pytest.approx(totals[1], abs=1e-8)  # regressions are equal there


def test_unsettled_feedback_is_serious(fit_case: Callable[[str], Fit]) -> None:
    from dataclasses import replace

    fit = fit_case("feedback")
    x = fit.x.copy()
    for row in fit.model.table:
        if row.op == "~" and row.rhs in ("speed", "textual"):
            x[row.free - 1] = 1.2
    found = effects(replace(fit, x=x))
    assert [f.code for f in found.findings] == ["unstable_feedback"]
    assert found.findings[0].severity == "serious"


def test_unknown_outcome_is_an_error(fit_case: Callable[[str], Fit]) -> None:
    with pytest.raises(DataError, match="Did you mean 'speed'"):
        effects(fit_case("mimic"), outcome="sped")


def test_frame_and_summary_speak(fit_case: Callable[[str], Fit]) -> None:
    found = effects(fit_case("path"))
    frame = found.to_frame()
    assert "x1 -> x4 -> x7" in set(frame["path"])
    assert np.isfinite(frame["std_all"]).all()
    assert "x1 → x4 → x7" in found.summary()
    assert "间接效应" in found.summary("zh")
