"""Assumptions from an earlier run: its standardized estimates, shrunk where asked, or a refusal."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import ecosurvey as es
from ecosurvey.core import OptionError
from ecosurvey.core.random import stream

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


@pytest.mark.parametrize("points", [2, 3, 4, 5])
def test_shares_of_up_to_five_points_are_the_runs(points) -> None:
    import numpy as np

    from ecosurvey.planning.earlier import shares_of_points

    rng = np.random.default_rng(points)
    answers = rng.choice(points, 400, p=rng.dirichlet(np.full(points, 4.0))) + 1.0
    shares = np.bincount(answers.astype(int), minlength=points + 1)[1:] / 400
    found = shares_of_points(
        np.arange(1.0, points + 1), 400, answers.mean(), answers.std(ddof=1),
        100 * shares[0], 100 * shares[-1],
    )  # fmt: skip
    np.testing.assert_allclose(found, shares, atol=1e-8)


def test_shares_of_seven_points_have_the_runs_moments() -> None:
    import numpy as np

    from ecosurvey.planning.earlier import shares_of_points

    rng = np.random.default_rng(1)
    answers = np.clip(np.rint(4.6 + 1.4 * rng.normal(size=900)), 1, 7)
    ends = [100 * float((answers == end).mean()) for end in (1, 7)]
    found = np.array(shares_of_points(range(1, 8), 900, answers.mean(), answers.std(ddof=1), *ends))
    values = np.arange(1.0, 8.0)
    assert found @ values == pytest.approx(answers.mean())
    assert found @ values**2 == pytest.approx((answers**2).mean())
    assert 100 * found[[0, -1]] == pytest.approx(ends)


def test_answers_lie_as_the_run_found_them_item_by_item(tmp_path) -> None:
    from ecosurvey.planning import population_of
    from ecosurvey.planning.answers import draw_sample

    asked = es.load_instrument(ROOT / "instruments" / "ecosystem.yaml")
    rows = [
        {"item": "POL1", "n": 900, "mean": 4.0, "sd": 0.9, "floor_percent": 1.0,
         "ceiling_percent": 33.0},
        {"item": "POL2", "n": 900, "mean": None, "sd": None, "floor_percent": 1.0,
         "ceiling_percent": 2.0},
        {"item": "gone", "n": 900, "mean": 4.0, "sd": 0.9, "floor_percent": 1.0,
         "ceiling_percent": 33.0},
    ]  # fmt: skip
    told = {
        "instrument": {"id": "ecosystem"}, "structural": {"parameters": []},
        "tables": {"items": {"rows": rows}},
    }  # fmt: skip
    (tmp_path / "results.json").write_text(json.dumps(told), "utf-8")
    assumed = es.assumptions_from(tmp_path, asked)
    assert set(assumed.answers) == {"POL1"}
    population = population_of(asked, assumed)
    answers, _ = draw_sample(population, assumed, 20_000, stream(1, "t"))
    own = answers[:, population.names.index("POL1")]
    assert own.mean() == pytest.approx(4.0, abs=0.03)
    assert own.std() == pytest.approx(0.9, abs=0.03)
