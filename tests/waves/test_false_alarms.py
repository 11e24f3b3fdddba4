"""Over many pairs of waves: false alarms no oftener than claimed, planted changes found."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecosurvey.cleaning import clean
from ecosurvey.instrument import Instrument
from ecosurvey.responses import read_responses
from ecosurvey.waves import WaveComparison, compare_waves
from made_up_waves import answers, questionnaire

ROOT = Path(__file__).parents[2]
ALPHA = 0.05
REWORDED = """
versions: [{version: 1.0.0}, {version: 2.0.0}]
crosswalk:
  - {type: reworded, from: {version: 1.0.0, item: A1}, to: {version: 2.0.0, item: A1}}
"""


def _alarms(found: WaveComparison) -> tuple[bool, bool, bool, bool]:
    """Return whether a mean, a variance, the suspect, another item raised an alarm."""
    return (
        any(c.kind == "mean" for c in found.alerts),
        any(c.kind == "variance" for c in found.alerts),
        any(test.suspect for test in found.drifting),
        any(not test.suspect for test in found.drifting),
    )


@pytest.mark.parametrize(
    ("estimator", "constructs", "n", "pairs"),
    [
        ("MLR", "AB", 400, 12),
        pytest.param("MLR", "ABCD", 600, 400, marks=pytest.mark.long),
        pytest.param("WLSMV", "ABCD", 600, 300, marks=pytest.mark.long),
    ],
)
def test_nothing_changed_and_hardly_anything_is_reported(
    tmp_path: Path, estimator: str, constructs: str, n: int, pairs: int
) -> None:
    items = {c: tuple(f"{c}{k}" for k in range(1, 5)) for c in constructs}
    asked = questionnaire(tmp_path, items, REWORDED)
    alarms, pvalues = [], []
    for seed in range(pairs):
        rng = np.random.default_rng([seed, n])
        pair = [(str(k), answers(rng, n, items)) for k in range(2)]
        found = compare_waves(asked, pair, estimator=estimator, alpha=ALPHA)
        alarms.append(_alarms(found))
        pvalues += [test.pvalue for one in found.comparability for test in one.tests]
    error = np.sqrt(ALPHA * (1 - ALPHA) / pairs)
    assert (np.mean(alarms, axis=0) <= ALPHA + 3 * error).all(), np.mean(alarms, axis=0)
    # the drift test keeps its level item by item; tests of one construct depend on each other
    low = float(np.mean(np.array(pvalues) < 0.05))
    assert abs(low - 0.05) < 4 * np.sqrt(0.05 * 0.95 / len(pvalues) * 2), low


@pytest.mark.long
def test_other_draws_of_the_sample_give_the_same_answer(
    ecosystem: Instrument, tmp_path: Path
) -> None:
    """Of 30 other pairs of the sample's waves, all tell the change, and the rewording as none."""
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import make_sample as m\n"
        "from pathlib import Path\n"
        "for seed in range(1, 31):\n"
        "    m.SEED = seed\n"
        "    for wave in ('W1', 'W2'):\n"
        "        file = Path(sys.argv[2]) / f'{seed}_{wave}.csv'\n"
        "        m.make_wave(wave)[0].to_csv(file, index=False)\n"
    )
    folder = ROOT / "data" / "sample"
    subprocess.run([sys.executable, "-B", "-c", script, str(folder), str(tmp_path)], check=True)
    told: list[dict[str, bool]] = []
    for seed in range(1, 31):
        pair = [
            (wave, clean(read_responses(tmp_path / f"{seed}_{wave}.csv", ecosystem)))
            for wave in ("W1", "W2")
        ]
        found = compare_waves(ecosystem, pair)
        means = {c.construct for c in found.alerts if c.kind == "mean"}
        drift = {test.item for test in found.drifting}
        told.append({
            "change": "TEC" in means, "rewording": "CUL4" in drift, "culture": "CUL" in means,
            "other": bool(means - {"TEC", "CUL"}), "drift": bool(drift - {"CUL4"}),
        })  # fmt: skip
    share = pd.DataFrame(told).mean()
    assert share["change"] == 1.0
    assert share["rewording"] == 1.0
    assert share["culture"] <= 0.1
    assert share["other"] <= ALPHA + 3 * np.sqrt(ALPHA * (1 - ALPHA) / 30)
    assert share["drift"] <= ALPHA + 3 * np.sqrt(ALPHA * (1 - ALPHA) / 30)
