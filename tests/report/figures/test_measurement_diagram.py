"""The measurement diagram: numbers on their own arrows, nothing on top of anything."""

from __future__ import annotations

import math
from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ecosurvey as es
from ecosurvey.core import Text
from ecosurvey.report.diagrams import illustrations
from ecosurvey.report.figures import measurement_diagram as diagram
from ecosurvey.report.figures.canvas import Box, overlaps
from ecosurvey.report.figures.measurement_diagram import Card, Loading
from ecosurvey.report.figures.style import WIDE

WORDS = ("Trust", "International-standard teaching system", "国际标准教学体系",
         "Hochschulübergreifend", "x",
         "Multi-party cooperation platform of colleges and enterprises")  # fmt: skip


def _word(text: str) -> Text:
    return Text(text, text)


def _meet(one: tuple[tuple[float, float], ...], box: Box) -> bool:
    """Tell whether an arrow passes through the inside of a box."""
    for (x0, y0), (x1, y1) in pairwise(one):
        for step in range(81):
            x, y = x0 + (x1 - x0) * step / 80, y0 + (y1 - y0) * step / 80
            if box.x0 + 0.5 < x < box.x1 - 0.5 and box.y0 + 0.5 < y < box.y1 - 0.5:
                return True
    return False


def check(made: diagram.Plan) -> None:
    items = [item for card in made.cards for item in card.items]
    boxes = [*(card.box for card in made.cards), *(item.box for item in items)]
    labels = [item.label for item in items if item.loading.say()]
    assert overlaps(boxes) == 0
    assert overlaps(labels) == 0
    assert not any(label.meets(box) for label in labels for box in boxes)
    for box in (*boxes, *labels):
        assert 0 <= box.x0 < box.x1 <= made.width + 0.01
        assert 0 <= box.y0 < box.y1 <= made.height + 0.01
    assert made.width <= WIDE * 72 + 0.01
    for item in items:
        assert not any(_meet(item.way, box) for box in boxes)
        assert not any(_meet(item.way, other.label) for other in items if other is not item)


@st.composite
def drawings(draw: st.DrawFn) -> diagram.MeasurementDrawing:
    value = st.floats(-0.999, 0.999) | st.just(math.nan)
    loading = st.builds(
        Loading, st.sampled_from(WORDS).map(_word), value, st.booleans(), st.booleans()
    )
    card = st.builds(
        Card,
        st.sampled_from(WORDS).map(_word),
        st.lists(loading, min_size=1, max_size=7).map(tuple),
    )
    return diagram.describe(draw(st.lists(card, min_size=1, max_size=14)))


@settings(max_examples=40, deadline=None)
@given(drawings(), st.sampled_from(["en", "zh"]))
def test_no_model_makes_anything_meet(drawing: diagram.MeasurementDrawing, lang: Any) -> None:
    made = diagram.plan(drawing, lang)
    assert sum(len(card.items) for card in made.cards) == sum(
        len(card.loadings) for card in drawing.cards
    )
    check(made)


def test_columns_are_of_like_height() -> None:
    item = tuple(Loading(_word(f"i{k}"), 0.7, True) for k in range(4))
    made = diagram.plan(diagram.describe([Card(_word(f"C{k}"), item) for k in range(12)]), "en")
    columns = [round(card.box.x0) for card in made.cards]
    assert [columns.count(x) for x in sorted(set(columns))] == [4, 4, 4]


@pytest.fixture(scope="module")
def fit() -> Any:
    truth = "f =~ .8*a + .7*b + .6*c\ng =~ .8*d + -.7*e + .6*h\nf ~~ .5*g"
    model = "f =~ a + b + c\ng =~ d + e + h\ng ~ f"
    return es.sem(model, es.simulate(truth, 400, seed=3), estimator="ML")


def test_a_fitted_model_gives_both_diagrams_with_its_estimates(fit: Any) -> None:
    made = illustrations(fit, _word)
    assert list(made) == ["measurement", "structural"]
    (drawing,) = made["measurement"].draw.args  # type: ignore[attr-defined]
    wanted = fit.standardized()
    wanted = wanted[wanted["op"] == "=~"]["est_std"].tolist()
    assert [one.estimate for card in drawing.cards for one in card.loadings] == wanted
    assert "2 constructs and 6 loadings" in made["measurement"].alt.en
    (paths,) = made["structural"].draw.args  # type: ignore[attr-defined]
    assert [(a.source, a.target) for a in paths.arrows] == [("f", "g")]


def test_a_model_that_is_only_written_down_is_drawn_without_numbers() -> None:
    text = "f =~ a + b\ng =~ c + d\nh =~ f + g\nh ~ age"
    made = illustrations(text, _word)
    (cards,) = made["measurement"].draw.args  # type: ignore[attr-defined]
    assert [card.second_order for card in cards.cards] == [False, False, True]
    assert {one.say() for card in cards.cards for one in card.loadings} == {""}
    (paths,) = made["structural"].draw.args  # type: ignore[attr-defined]
    assert {c.key for c in paths.constructs if c.observed} == {"age"}
    for part in ("measurement", "structural"):
        drawn = es.path_diagram(text, part, names={"f": "First"}, lang="en")  # type: ignore[arg-type]
        words = [line for t in drawn.axes[0].texts for line in t.get_text().split("\n")]
        assert "First" in words
        assert not any("nan" in word for word in words)


def test_a_part_that_the_model_lacks_is_refused() -> None:
    with pytest.raises(es.OptionError, match="part='structural' is not known"):
        es.path_diagram("f =~ a + b + c", "structural")
    with pytest.raises(es.OptionError, match="part='both' is not known"):
        es.path_diagram("f =~ a + b + c", "both")  # type: ignore[arg-type]


def test_the_first_of_several_groups_is_drawn() -> None:
    frame = es.simulate("f =~ .8*a + .7*b + .6*c\ng =~ .8*d + .7*e + .6*h\nf ~~ .5*g", 400, seed=3)
    frame["who"] = ["x", "y"] * 200
    fit = es.sem("f =~ a + b + c\ng =~ d + e + h\ng ~ f", frame, group="who", estimator="ML")
    made = illustrations(fit, _word)
    (paths,) = made["structural"].draw.args  # type: ignore[attr-defined]
    assert len(paths.arrows) == 1
    explained = {c.key: c.r_squared for c in paths.constructs}
    assert explained["g"] == pytest.approx(paths.arrows[0].estimate ** 2)
    assert len(list(combinations(paths.constructs, 2))) == 1
