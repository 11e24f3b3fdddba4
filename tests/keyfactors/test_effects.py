"""Effects are those that lavaan defines by ":=", with its errors and its bootstrap intervals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecosurvey.keyfactors import EffectIntervals, effect_intervals
from ecosurvey.sem import SemResult, sem

REFERENCE = Path(__file__).parents[1] / "reference" / "keyfactors"
EXPECTED = json.loads((REFERENCE / "expected_effects.json").read_text())
MODEL = (
    "X =~ x1 + x2 + x3\nW =~ w1 + w2 + w3\nM =~ m1 + m2 + m3\nN =~ n1 + n2 + n3\n"
    "Y =~ y1 + y2 + y3\nM ~ X + W\nN ~ X\nY ~ X + M + N + W"
)
# what lavaan calls each effect: source, kind, path
EFFECTS = {
    "through_M": ("X", "specific", ("X", "M", "Y")),
    "through_N": ("X", "specific", ("X", "N", "Y")),
    "indirect": ("X", "indirect", ()),
    "total": ("X", "total", ()),
    "total_W": ("W", "total", ()),
}


@pytest.fixture(scope="module")
def fit() -> SemResult:
    return sem(MODEL, pd.read_csv(REFERENCE / "effects.csv"))


@pytest.fixture(scope="module")
def found(fit: SemResult) -> EffectIntervals:
    drawn = fit.bootstrap(1000, "perc", seed=1)
    return effect_intervals(fit, "Y", bootstrap=drawn, n_draws=20_000, seed=1)


def _row(found: EffectIntervals, name: str) -> tuple[float, ...]:
    source, kind, path = EFFECTS[name]
    (row,) = (
        r
        for r in found.rows
        if (r.source, r.kind) == (source, kind) and (kind != "specific" or r.path == path)
    )
    return row.est, row.se, row.mc_lower, row.mc_upper, row.boot_lower, row.boot_upper


@pytest.mark.parametrize("name", EFFECTS)
def test_effects_and_errors_are_those_of_lavaan(
    fit: SemResult, found: EffectIntervals, name: str
) -> None:
    source, kind, path = EFFECTS[name]
    (raw,) = (
        e
        for e in fit.effects("Y").rows
        if (e.source, e.kind) == (source, kind) and (kind != "specific" or e.path == path)
    )
    expected = EXPECTED["raw"][name]
    for value, key in ((raw.est, "est"), (raw.se, "se"), (raw.pvalue, "pvalue")):
        assert value == pytest.approx(expected[key], abs=1e-5)
    assert raw.z == pytest.approx(expected["z"], rel=1e-4)
    est, se, *_ = _row(found, name)
    assert est == pytest.approx(EXPECTED["std"][name]["est"], abs=1e-5)
    assert se == pytest.approx(EXPECTED["std"][name]["se"], abs=1e-5)


@pytest.mark.parametrize("name", EFFECTS)
def test_bootstrap_intervals_are_those_of_lavaan_but_for_the_draws(
    found: EffectIntervals, name: str
) -> None:
    *_, low, high = _row(found, name)
    # a limit of 1000 draws has an error of .085 SD (normal density at the quantile), twice here
    room = 3.5 * np.sqrt(2) * 0.085 * EXPECTED["bootstrap"]["sd"][name]
    assert low == pytest.approx(EXPECTED["bootstrap"]["lower"][name], abs=room)
    assert high == pytest.approx(EXPECTED["bootstrap"]["upper"][name], abs=room)


@pytest.mark.parametrize("name", EFFECTS)
def test_monte_carlo_intervals_are_near_the_bootstrap_of_lavaan(
    found: EffectIntervals, name: str
) -> None:
    _, _, low, high, *_ = _row(found, name)
    sd = EXPECTED["bootstrap"]["sd"][name]
    assert low == pytest.approx(EXPECTED["bootstrap"]["lower"][name], abs=0.5 * sd)
    assert high == pytest.approx(EXPECTED["bootstrap"]["upper"][name], abs=0.5 * sd)


def test_contrast_and_proportion_are_those_of_lavaan(found: EffectIntervals) -> None:
    contrast = next(c for c in found.contrasts if {c.first[1], c.second[1]} == {"M", "N"})
    sign = 1 if contrast.first[1] == "M" else -1
    expected = EXPECTED["std"]["contrast"]
    assert sign * contrast.est == pytest.approx(expected["est"], abs=1e-5)
    assert contrast.se == pytest.approx(expected["se"], rel=0.05)  # of draws, by the delta method
    assert contrast.pvalue == pytest.approx(EXPECTED["raw"]["contrast"]["pvalue"], abs=0.01)
    share = next(m for m in found.mediated if m.source == "X")
    assert share.reason == ""
    assert share.proportion == pytest.approx(EXPECTED["std"]["share"]["est"], abs=1e-5)
    assert share.ci_lower == pytest.approx(EXPECTED["bootstrap"]["lower"]["share"], abs=0.06)
    assert share.ci_upper == pytest.approx(EXPECTED["bootstrap"]["upper"]["share"], abs=0.06)
