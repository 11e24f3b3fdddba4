"""Assumptions from an earlier run: its standardized estimates, shrunk where asked, or a refusal."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import ecosurvey as es
from ecosurvey.core import OptionError

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def holzinger():
    return es.load_instrument(ROOT / "instruments" / "holzinger.yaml")


@pytest.fixture(scope="module")
def results(holzinger, tmp_path_factory):
    """What ``analyze`` writes of the structural model, without all the rest of a run."""
    from ecosurvey.report.results_json import to_json

    data = es.read_responses(ROOT / "data" / "sample" / "holzinger.csv", holzinger).frame
    fit = es.sem(holzinger.structural_syntax(), data, estimator="MLR")
    kept = fit.parameters[["lhs", "op", "rhs", "est", "se", "std_all"]]
    folder = tmp_path_factory.mktemp("run")
    told = {
        "instrument": {"id": "holzinger"},
        "structural": {"parameters": json.loads(kept.to_json(orient="records"))},
        "missing_data": {"share": 0.02},
    }
    (folder / "results.json").write_text(to_json(told), "utf-8")
    return folder, kept


def test_the_population_is_the_one_that_was_estimated(holzinger, results) -> None:
    folder, rows = results
    assumed = es.assumptions_from(folder, holzinger)
    by_name = {(r.lhs, r.op, r.rhs): r.std_all for r in rows.itertuples()}
    assert assumed.effects["visual -> speed"] == pytest.approx(by_name["speed", "~", "visual"])
    assert assumed.loadings["x1"] == pytest.approx(by_name["visual", "=~", "x1"])
    assert list(assumed.correlations.values()) == pytest.approx(
        [by_name["visual", "~~", "textual"]]
    )
    assert assumed.missing == 0.02
    from ecosurvey.planning import population_of

    population = population_of(holzinger, assumed)
    cov = population.root @ population.root.T
    at = {name: k for k, name in enumerate(population.names)}
    expected = assumed.loadings["x1"] * assumed.loadings["x4"] * by_name["visual", "~~", "textual"]
    assert cov[at["x1"], at["x4"]] == pytest.approx(expected)


def test_safeguard_takes_the_limit_nearer_to_nothing(holzinger, results) -> None:
    folder, rows = results
    plain = es.assumptions_from(folder / "results.json", holzinger)
    safe = es.assumptions_from(folder, holzinger, safeguard=True)
    row = next(r for r in rows.itertuples() if (r.lhs, r.rhs) == ("speed", "visual"))
    shrunk = plain.effects["visual -> speed"] * (1 - 0.8416212 * row.se / row.est)
    assert safe.effects["visual -> speed"] == pytest.approx(shrunk, rel=1e-6)
    assert all(abs(safe.effects[name]) < abs(value) for name, value in plain.effects.items())
    assert safe.loadings == plain.loadings


def test_an_effect_that_was_not_sure_at_all_becomes_none(holzinger, results, tmp_path) -> None:
    told = json.loads((results[0] / "results.json").read_text("utf-8"))
    for row in told["structural"]["parameters"]:
        if row["op"] == "~":
            row["se"] = 10.0
    (tmp_path / "results.json").write_text(json.dumps(told), "utf-8")
    safe = es.assumptions_from(tmp_path, holzinger, safeguard=True)
    assert set(safe.effects.values()) == {0.0}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "no results"),
        ("{}", "no structural model"),
        ("[1]", "no structural model"),
        ("nonsense", "no structural model"),
        ('{"structural": null, "instrument": {"id": "holzinger"}}', "no structural model"),
        ('{"structural": {"parameters": [{"lhs": "a"}]}, "instrument": {"id": "h"}}', "no struct"),
    ],
)
def test_what_is_no_result_is_refused(holzinger, tmp_path, text, says) -> None:
    if text is not None:
        (tmp_path / "results.json").write_text(text, "utf-8")
    with pytest.raises(OptionError, match=says):
        es.assumptions_from(tmp_path, holzinger)


def test_another_questionnaire_is_refused(holzinger, results) -> None:
    with pytest.raises(OptionError, match="not of 'other'"):
        es.assumptions_from(results[0], replace(holzinger, id="other"))
