"""The answers kept, completed with the background to predict from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecosurvey import AnalysisConfig, clean, complete_answers, load_instrument, read_responses
from ecosurvey.cleaning import CleanData
from ecosurvey.cleaning.complete import predictors
from ecosurvey.cleaning.design import CLUSTER, WEIGHT
from ecosurvey.core import OptionError

DEMO = Path(__file__).parents[1] / "instrument" / "demo.yaml"
META = "origin: origin, wave: wave}"
Cleaned = Callable[..., CleanData]


@pytest.fixture
def kept(tmp_path: Path, wave: pd.DataFrame) -> Cleaned:
    """Clean a longer wave with gaps, under the demonstration with changes to its text."""

    def run(*changes: tuple[str, str], **columns: object) -> CleanData:
        text = DEMO.read_text("utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "questionnaire.yaml"
        path.write_text(text, "utf-8")
        rng = np.random.default_rng(1)
        many = pd.concat([wave] * 4, ignore_index=True)
        items = [name for name in many if name[:3] in ("POL", "TAL", "VAL") and name[3:].isdigit()]
        level = rng.normal(0, 1, (len(many), 1))
        drawn = level + rng.normal(0, 0.7, (len(many), len(items)))
        many[items] = np.clip(np.round(drawn * 1.2 + 3), 1, 5)
        many["rid"] = [f"R{k}" for k in range(len(many))]
        many.loc[::7, items[0]] = np.nan
        many = many.assign(**columns)
        return clean(read_responses(many, load_instrument(path)))

    return run


def test_items_are_complete_and_answers_that_were_given_stay(kept: Cleaned) -> None:
    cleaned = kept()
    done = complete_answers(cleaned, m=3, iterations=2, seed=4)
    assert len(done.datasets) == 3 and sum(done.filled.values()) > 0
    names = [name for name in cleaned.items if cleaned.items[name].notna().any()]
    for copy in done.datasets:
        assert not copy[names].isna().to_numpy().any()
        known = cleaned.items[names].notna()
        pd.testing.assert_frame_equal(copy[names].where(known), cleaned.items[names].astype(float))
        assert copy.index.equals(cleaned.frame.index)
    again = complete_answers(cleaned, m=3, iterations=2, seed=4)
    pd.testing.assert_frame_equal(again.datasets[2], done.datasets[2])


def test_the_background_predicts_and_is_not_imputed(kept: Cleaned) -> None:
    n = 160
    role = np.where(np.arange(n) % 3, 1.0, 2.0)
    role[5] = 9.0  # one person alone predicts nobody
    cleaned = kept(role=role)
    beside = predictors(cleaned.frame, cleaned.responses.instrument, [])
    assert "role=2.0" in beside and "role=9.0" not in beside and "role=1.0" not in beside
    assert not set(beside) & set(complete_answers(cleaned, m=2, iterations=1, seed=1).datasets[0])


def test_weights_and_clusters_go_with_every_copy(kept: Cleaned) -> None:
    cleaned = kept(
        (META, META[:-1] + ", weight: w, cluster: college}"),
        w=np.linspace(1, 2, 160), college=np.repeat(np.arange(16), 10),
    )  # fmt: skip
    done = complete_answers(cleaned, m=2, iterations=1, seed=1)
    assert {WEIGHT, CLUSTER} <= set(done.datasets[0])
    assert "clusters_not_imputed" in {finding.code for finding in done.findings}


def test_chance_alone_is_no_sign_of_chains_that_have_not_settled() -> None:
    from ecosurvey.cleaning.impute import _remarks

    rng = np.random.default_rng(2)
    told = 0
    for _ in range(200):  # 60 variables in 5 chains of 5 draws without memory
        chains = rng.normal(size=(60, 5, 5))
        between = 5 * chains.mean(axis=2).var(axis=1, ddof=1)
        rhat = np.sqrt(0.8 + between / chains.var(axis=2, ddof=1).mean(axis=1) / 5)
        told += bool(_remarks({str(k): float(v) for k, v in enumerate(rhat)}, 5, 5))
    assert told <= 8  # 2 expected; more than 8 once in 4000 such tests
    assert _remarks({"a": 2.5}, 5, 5)


def test_what_makes_no_sense_together_is_refused() -> None:
    with pytest.raises(OptionError, match="do not go together"):
        AnalysisConfig(1, missing="mice", bootstrap=1000)
    with pytest.raises(OptionError, match="not possible with estimator='WLSMV'"):
        AnalysisConfig(1, missing="mice", estimator="WLSMV")
    with pytest.raises(OptionError, match="imputations=1 is not allowed"):
        AnalysisConfig(1, missing="mice", imputations=1)
    for estimator in ("ML", "MLR", "MLM"):
        made = AnalysisConfig(1, missing="mice", estimator=estimator)  # type: ignore[arg-type]
        assert made.treatment(gaps=True) == "mice" and made.treatment(gaps=False) == "listwise"
