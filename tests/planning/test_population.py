"""The population is the one that was assumed: moments, shares, effects, and clear refusals."""

from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtr

from ecosurvey.core import DataError, InstrumentError, OptionError
from ecosurvey.instrument import load_instrument
from ecosurvey.planning import Assumptions, load_assumptions, population_of
from ecosurvey.planning.answers import draw_sample
from ecosurvey.planning.population import latent_means

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def ecosystem():
    return load_instrument(ROOT / "instruments" / "ecosystem.yaml")


def test_responses_have_variance_one_and_the_assumed_correlations(ecosystem) -> None:
    found = population_of(ecosystem, Assumptions(loadings={"POL": 0.8, "FUN2": 0.6}))
    cov = found.root @ found.root.T
    at = {name: k for k, name in enumerate(found.names)}
    np.testing.assert_allclose(np.diag(cov), 1.0, atol=1e-12)
    assert cov[at["POL1"], at["POL3"]] == pytest.approx(0.64)
    assert cov[at["FUN1"], at["FUN2"]] == pytest.approx(0.75 * 0.6)
    assert cov[at["POL1"], at["FUN2"]] == pytest.approx(0.8 * 0.3 * 0.6)
    # second order: BCU and BST meet in BAR, and policy helps where barriers hinder
    assert cov[at["BCU1"], at["BST1"]] == pytest.approx(0.75**4)
    assert cov[at["POL1"], at["BCU1"]] == pytest.approx(0.8 * -0.3 * 0.75**2)


def test_effects_are_those_of_the_closed_form(ecosystem) -> None:
    """The correlation of an outcome with a predictor is B Phi, worked out by hand."""
    found = population_of(ecosystem, Assumptions(effects={"H2c": 0.35, "POL -> TCH": 0.1}))
    cov = found.root @ found.root.T
    at = {name: k for k, name in enumerate(found.names)}
    expected = 0.35 + 0.1 * 0.3 + 0.2 * 0.3  # FUN itself, through POL and CUL
    assert cov[at["FUN1"], at["TCH1"]] == pytest.approx(0.75**2 * expected)
    assert found.paths["FUN", "TCH"] == 0.35
    assert found.paths["BAR", "ECO"] == -0.2


def test_residuals_correlate_as_assumed(ecosystem) -> None:
    """Partial correlation of PLT and STD given all predictors."""
    found = population_of(ecosystem, Assumptions(residual_correlation=0.25))
    names = [f"{c}1" for c in ("POL", "FUN", "CUL", "TEC", "ENT", "PLT", "STD")]
    at = [found.names.index(name) for name in names]
    cov = (found.root @ found.root.T)[np.ix_(at, at)] / 0.75**2
    np.fill_diagonal(cov, 1.0)
    bar = found.names.index("BCU1")
    seen = (found.root @ found.root.T)[bar, at] / 0.75**3
    seven = np.block([[cov, seen[:, None]], [seen[None, :], np.ones((1, 1))]])
    given = [0, 1, 2, 3, 4, 7]
    left = seven[np.ix_([5, 6], [5, 6])] - seven[np.ix_([5, 6], given)] @ np.linalg.solve(
        seven[np.ix_(given, given)], seven[np.ix_(given, [5, 6])]
    )
    assert left[0, 1] / np.sqrt(left[0, 0] * left[1, 1]) == pytest.approx(0.25)


def test_answers_have_the_assumed_shares(ecosystem) -> None:
    shares = [0.05, 0.10, 0.20, 0.40, 0.25]
    found = population_of(ecosystem, Assumptions(answers={"agree5": shares}))
    cut = found.cuts[found.names.index("POL1")]
    np.testing.assert_allclose(np.diff(np.concatenate([[0], ndtr(cut), [1]])), shares, atol=1e-12)
    rng = np.random.default_rng(1)
    drawn = found.draw(40_000, rng)[:, found.names.index("POL1")]
    counts = np.bincount(drawn.astype(int), minlength=6)[1:] / 40_000
    np.testing.assert_allclose(counts, shares, atol=4 * 0.5 / 200)


def test_a_shift_follows_the_paths(ecosystem) -> None:
    found = population_of(ecosystem, Assumptions())
    moved = found.shifted({"TEC": 0.35}, {"CUL4": -0.45})
    means = latent_means(moved, ["TEC", "POL", "PLT", "ECO"])
    assert means["TEC"] == pytest.approx(0.35)
    assert means["POL"] == pytest.approx(0.0)
    assert means["PLT"] == pytest.approx(0.2 * 0.35)
    assert means["ECO"] == pytest.approx(2 * 0.2 * 0.2 * 0.35)  # by PLT and by STD
    at = found.names.index("CUL4")
    np.testing.assert_allclose(moved.cuts[at], found.cuts[at] - 0.45)
    np.testing.assert_allclose(moved.cuts[0], found.cuts[0])


def test_gaps_and_carelessness_have_the_assumed_shares(ecosystem) -> None:
    assumed = Assumptions(missing=0.1, careless=0.2)
    found = population_of(ecosystem, assumed)
    answers, manner = draw_sample(found, assumed, 4_000, np.random.default_rng(2))
    assert np.isnan(answers).mean() == pytest.approx(0.1, abs=0.005)
    assert (manner > 0).mean() == pytest.approx(0.2, abs=0.03)
    line = answers[manner == 2]
    raw = line.copy()
    raw[:, list(found.reversed)] = 6 - raw[:, list(found.reversed)]
    assert (np.nanmax(raw, axis=1) == np.nanmin(raw, axis=1)).all()  # one button throughout
    known = answers[~np.isnan(answers)]
    assert known.min() == 1 and known.max() == 5


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"effects": {"H99": 0.2}}, "H99"),
        ({"effects": {"PLT -> POL": 0.2}}, "PLT -> POL"),
        ({"loadings": {"POX": 0.7}}, "POX"),
        ({"correlations": {"POL": 0.3}}, "POL"),
        ({"correlations": {"POL, PLT": 0.3}}, "PLT"),
        ({"answers": {"agree5": [0.5, 0.5]}}, "5 points"),
    ],
)
def test_what_is_not_in_the_questionnaire_is_named(ecosystem, bad, says) -> None:
    with pytest.raises(OptionError, match=says):
        population_of(ecosystem, Assumptions(**bad))


def test_impossible_effects_are_refused(ecosystem) -> None:
    with pytest.raises(DataError):
        population_of(ecosystem, Assumptions(effect=0.6))
    with pytest.raises(OptionError, match="missing"):
        Assumptions(missing=1.0)
    with pytest.raises(OptionError, match="not a number"):
        Assumptions(effects={"H1a": "much"})  # type: ignore[dict-item]


def test_assumptions_are_read_from_a_file(tmp_path) -> None:
    path = tmp_path / "assumed.yaml"
    path.write_text("effects: {H1a: 0.3}\nmissing: 0.05\nanswers: {agree5: [1, 2, 3, 2, 1]}\n")
    found = load_assumptions(path)
    assert found.effects == {"H1a": 0.3} and found.missing == 0.05


@pytest.mark.parametrize(
    "text",
    ["efects: {H1a: 0.3}\n", "missing: often\n", "- 1\n", "effect: {a: 1}\n", "effects: 0.3\n",
     "answers: {agree5: 3}\n", "careless: true\n", "loading: 1.2\n"],
)  # fmt: skip
def test_a_file_that_says_nonsense_is_refused_with_its_name(tmp_path, text) -> None:
    path = tmp_path / "assumed.yaml"
    path.write_text(text)
    with pytest.raises(OptionError, match=r"assumed\.yaml"):
        load_assumptions(path)


def test_a_file_that_is_not_there_is_said(tmp_path) -> None:
    with pytest.raises(InstrumentError):
        load_assumptions(tmp_path / "none.yaml")
