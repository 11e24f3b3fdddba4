"""Waves drawn from known populations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ecosurvey.instrument import Instrument, load_instrument

CUTS = (-1.9, -1.1, -0.3, 0.9)  # skewed five-point answers, as of the sample
LOADINGS = (0.8, 0.75, 0.7, 0.65)

TEXT = """
schema: ecosurvey/instrument/1
id: small
version: {version}
title: {{en: Small, zh: 小问卷}}
languages: [en, zh]
scales: {{agree: {{type: likert, min: 1, max: {points}}}}}
defaults: {{scale: agree}}
constructs:
{constructs}
{rest}
"""


def questionnaire(
    folder: Path,
    items: Mapping[str, Sequence[str]],
    rest: str = "",
    *,
    version: str = "2.0.0",
    points: int = 5,
    wording: Mapping[str, str] | None = None,
) -> Instrument:
    """Return a questionnaire of these constructs, with a history if given."""
    lines = []
    for construct, names in items.items():
        lines.append(f"  - id: {construct}\n    label: {{en: {construct} name, zh: {construct}名}}")
        lines.append("    items:")
        for name in names:
            words = (wording or {}).get(name, f"words of {name}")
            lines.append(f"      - {{id: {name}, label: {{en: {words}, zh: {words}}}}}")
    path = folder / f"small-{version}.yaml"
    text = TEXT.format(version=version, points=points, constructs="\n".join(lines), rest=rest)
    path.write_text(text, "utf-8")
    return load_instrument(path)


def answers(
    rng: np.random.Generator,
    n: int,
    items: Mapping[str, Sequence[str]],
    *,
    means: Mapping[str, float] | None = None,
    spreads: Mapping[str, float] | None = None,
    shifts: Mapping[str, float] | None = None,
    cuts: Sequence[float] = CUTS,
) -> pd.DataFrame:
    """Draw five-point answers: factors of these means and spreads, thresholds shifted by item."""
    columns: dict[str, np.ndarray] = {}
    common = rng.normal(size=n)
    for construct, names in items.items():
        own = 0.5 * common + np.sqrt(0.75) * rng.normal(size=n)
        factor = (means or {}).get(construct, 0.0) + (spreads or {}).get(construct, 1.0) * own
        for name, loading in zip(names, LOADINGS, strict=False):
            response = loading * factor + np.sqrt(1 - loading**2) * rng.normal(size=n)
            response += (shifts or {}).get(name, 0.0)
            columns[name] = 1.0 + np.searchsorted(cuts, response)
    return pd.DataFrame(columns)
