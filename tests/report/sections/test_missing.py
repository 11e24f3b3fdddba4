"""The section on missing answers, and what results.json says of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import ecosurvey as es
from ecosurvey.analysis import AnalysisConfig
from ecosurvey.cleaning.missing import missing_table
from ecosurvey.report.model import FigureBlock, Paragraph, TableBlock
from ecosurvey.report.results_json import results_json
from ecosurvey.report.sections.missing import section


def _with_gaps(made: Any) -> tuple[pd.DataFrame, SimpleNamespace]:
    """Return answers whose gaps in a1 go with age, and the cleaning that kept them."""
    rng = np.random.default_rng(5)
    names = [item.id for item in made.instrument.items]
    frame = pd.DataFrame(rng.normal(size=(300, 4)) + rng.normal(size=(300, 1)), columns=names)
    frame["age"] = rng.normal(40, 10, size=300)
    frame.loc[frame["age"] > 50, "a1"] = np.nan
    cleaned = SimpleNamespace(
        **vars(made.clean)
        | {"tables": lambda: (missing_table(frame[names], made.instrument),), "items": frame[names]}
    )
    return frame, cleaned


def test_tells_treatment_reason_shares_and_tests(made: Any, remake: Any) -> None:
    frame, cleaned = _with_gaps(made)
    account = es.missing_data(frame[[*cleaned.items]], {"A": ["a1", "a2"]}, frame[["age"]])
    found = section(remake(missing_data=account, clean=cleaned))
    assert found is not None
    words = [block.words for block in found.blocks if isinstance(block, Paragraph)]
    (told,) = words  # what is advised, then what was done
    assert (
        told.en == f"{account.treatment.say.en} The models of this run used "
        "full-information maximum likelihood."
    )
    assert "age" in words[0].en
    assert "FIML" in words[0].zh
    shown = [block.table.key for block in found.blocks if isinstance(block, TableBlock)]
    assert shown == [
        "missing", "missing_shares", "missing_patterns", "little_mcar", "missing_related",
    ]  # fmt: skip
    assert sum(isinstance(block, FigureBlock) for block in found.blocks) == 1


@pytest.mark.parametrize(
    ("options", "word"),
    [({"estimator": "WLSMV"}, "pairwise deletion"), ({"missing": "listwise"}, "rows with complete"),
     ({"estimator": "MLM"}, "rows with complete")],
)  # fmt: skip
def test_the_treatment_told_is_the_one_that_was_run(
    options: dict[str, Any], word: str, made: Any, remake: Any
) -> None:
    frame, cleaned = _with_gaps(made)
    account = es.missing_data(frame[[*cleaned.items]], {"A": ["a1", "a2"]}, frame[["age"]])
    config = AnalysisConfig(1, **options)
    found = section(remake(missing_data=account, clean=cleaned, config=config))
    assert found is not None
    (told,) = [block.words for block in found.blocks if isinstance(block, Paragraph)]
    assert word in told.en


def test_says_so_where_nothing_is_missing(remake: Any) -> None:
    full = pd.DataFrame({"a": [1.0, 2, 3, 5], "b": [2.0, 1, 4, 3]})
    found = section(remake(missing_data=es.missing_data(full)))
    assert found is not None
    assert [type(block) for block in found.blocks] == [Paragraph]


def test_results_json_holds_test_and_treatment(made: Any, remake: Any) -> None:
    frame, cleaned = _with_gaps(made)
    account = es.missing_data(frame[[*cleaned.items]], {"A": ["a1", "a2"]}, frame[["age"]])
    told = results_json(remake(missing_data=account, clean=cleaned))["missing_data"]
    assert account.mcar is not None
    assert told["little_mcar"]["statistic"] == account.mcar.statistic
    assert told["share"] == frame["a1"].isna().mean() / 4
    assert told["treatment"]["auxiliary"] == ["age"]
    assert told["related"][0]["covariate"] == "age"
    assert results_json(remake(missing_data=None))["missing_data"] is None
