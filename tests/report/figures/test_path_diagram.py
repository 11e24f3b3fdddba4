"""The path diagram: arrows one way, nothing on top of anything."""

from __future__ import annotations

import math
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosurvey.core import Text
from ecosurvey.report.figures import path_diagram
from ecosurvey.report.figures.canvas import Box, overlaps
from ecosurvey.report.figures.path_diagram import Arrow, Construct, PathDrawing
from ecosurvey.report.figures.path_diagram.layers import arrange
from ecosurvey.report.figures.path_diagram.plan import Plan

NAMES = {
    "POL": Text("Policy and institutional guarantee", "政策与制度保障"),
    "FUN": Text("Funding and resource allocation", "资金与资源配置"),
    "CUL": Text("Campus culture and brand", "校园文化与品牌"),
    "TEC": Text("Digital technology support", "数字技术支持"),
    "ENT": Text("Enterprise participation", "企业参与"),
    "BAR": Text("Cross-border barriers", "跨境合作障碍"),
    "PLT": Text("Multi-party cooperation platform", "多方合作平台"),
    "STD": Text("International-standard teaching system", "国际标准教学体系"),
    "TCH": Text("Internationalized double-qualified staff", "国际化双师队伍"),
    "ECO": Text("Ecosystem construction effectiveness", "生态系统建设成效"),
    "BCU": Text("Cultural barriers", "文化差异障碍"),
    "BST": Text("Standards barriers", "标准对接障碍"),
    "BCO": Text("Coordination barriers", "主体协同障碍"),
    "CHN": Text("Chain integration", "多链融合"),
    "VCC": Text("Value co-creation", "价值共创"),
    "TAL": Text("International talent supply", "国际人才供给"),
    "COM": Text("International competitiveness", "国际竞争力"),
}
SOURCES = ("POL", "FUN", "CUL", "TEC", "ENT", "BAR")
MIDDLE = ("PLT", "STD", "TCH")


def study(every: bool = True) -> PathDrawing:
    arrows = [Arrow(s, m, 0.1 + 0.02 * k, k % 3 > 0) for m in MIDDLE for k, s in enumerate(SOURCES)]
    arrows += [Arrow(m, "ECO", 0.3, True) for m in MIDDLE]
    arrows += [Arrow("BAR", "ECO", -0.2, True), Arrow("ENT", "ECO", 0.15, True)]
    if every:
        arrows += [Arrow("BAR", f, 0.8, True, loading=True) for f in ("BCU", "BST", "BCO")]
        arrows += [Arrow("ECO", f, 0.8, True, loading=True) for f in ("CHN", "VCC", "TAL", "COM")]
    explained = {*MIDDLE, "ECO"}
    constructs = [Construct(k, n, 0.5 if k in explained else math.nan) for k, n in NAMES.items()]
    return path_diagram.describe(constructs, arrows)


def way_inside(way: tuple[tuple[float, float], ...], box: Box) -> bool:
    """Tell whether an arrow runs through the inside of a box."""
    for (x0, y0), (x1, y1) in pairwise(way):
        for step in range(1, 40):
            x, y = x0 + (x1 - x0) * step / 40, y0 + (y1 - y0) * step / 40
            if box.x0 + 1 < x < box.x1 - 1 and box.y0 + 1 < y < box.y1 - 1:
                return True
    return False


def check(made: Plan) -> None:
    boxes = [node.box for node in made.nodes]
    labels = [link.label for link in made.links]
    assert overlaps(boxes) == 0
    assert overlaps(labels) == 0
    assert not any(label.meets(box) for label in labels for box in boxes)
    for box in (*boxes, *labels):
        assert 0 <= box.x0 < box.x1 <= made.width + 0.01
        assert 0 <= box.y0 < box.y1 <= made.height + 0.01
    for link in made.links:
        for node in made.nodes:
            assert not way_inside(link.way, node.box)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_study_of_seventeen_constructs_is_drawn_without_overlap(lang: str) -> None:
    made = path_diagram.plan(study(), lang)  # type: ignore[arg-type]
    assert made.conflicts == 0
    check(made)
    assert made.width <= 6.9 * 72 + 0.01


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_twelve_causes_of_one_outcome_run_from_left_to_right(lang: str) -> None:
    causes = [name for name in NAMES if name != "ECO"][:12]
    drawing = path_diagram.describe(
        [Construct(k, n) for k, n in NAMES.items()], [Arrow(c, "ECO", 0.2, True) for c in causes]
    )
    made = path_diagram.plan(drawing, lang)  # type: ignore[arg-type]
    check(made)
    place = {node.construct.key: node.box.centre for node in made.nodes}
    assert all(place[cause][0] < place["ECO"][0] for cause in causes)


def test_every_arrow_points_downwards_and_facets_of_causes_stand_above() -> None:
    made = path_diagram.plan(study(), "en")
    y = {node.construct.key: node.box.centre[1] for node in made.nodes}
    for link in made.links:
        upward = link.arrow.source == "BAR" and link.arrow.loading
        assert (y[link.arrow.target] > y[link.arrow.source]) == upward


def test_arrows_begin_and_end_on_the_right_boxes_with_their_own_numbers() -> None:
    made = path_diagram.plan(study(), "en")
    boxes = {node.construct.key: node.box for node in made.nodes}
    for link in made.links:
        for point, name in ((link.way[0], link.arrow.source), (link.way[-1], link.arrow.target)):
            assert Box.around(*point, 0.2, 0.2).meets(boxes[name])
    assert [link.arrow for link in made.links].count(Arrow("BAR", "ECO", -0.2, True)) == 1


def test_a_circle_of_causes_is_still_drawn() -> None:
    nodes = [Construct(name, Text(name, name)) for name in "ABC"]
    ring = [Arrow("A", "B", 0.3, True), Arrow("B", "C", 0.3, True), Arrow("C", "A", 0.3, True)]
    check(path_diagram.plan(path_diagram.describe(nodes, ring), "en"))


def test_constructs_without_arrow_are_left_out_and_an_empty_model_is_no_error() -> None:
    drawing = path_diagram.describe([Construct("A", Text("A", "A"))], [])
    assert drawing.constructs == ()
    assert path_diagram.plan(drawing, "en").nodes == ()


def test_crossings_that_can_be_avoided_are_avoided() -> None:
    made = arrange("abcxyz", [("a", "z"), ("b", "y"), ("c", "x")])
    assert made.crossings() == 0


@st.composite
def models(draw: st.DrawFn) -> PathDrawing:
    count = draw(st.integers(2, 9))
    words = draw(st.lists(st.sampled_from(list(NAMES.values())), min_size=count, max_size=count))
    nodes = [Construct(f"v{i}", words[i]) for i in range(count)]
    pairs = [(i, j) for i, j in combinations(range(count), 2)]
    chosen = draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=14, unique=True))
    value = st.floats(-0.99, 0.99)
    arrows = [Arrow(f"v{i}", f"v{j}", draw(value), draw(st.booleans())) for i, j in chosen]
    return path_diagram.describe(nodes, arrows)


@settings(max_examples=25, deadline=None)
@given(models(), st.sampled_from(["en", "zh"]))
def test_no_model_makes_boxes_overlap_or_arrows_run_through_boxes(
    drawing: PathDrawing, lang: str
) -> None:
    made = path_diagram.plan(drawing, lang)  # type: ignore[arg-type]
    assert overlaps(node.box for node in made.nodes) == 0
    for link in made.links:
        assert not any(way_inside(link.way, node.box) for node in made.nodes)
    if made.conflicts == 0:
        check(made)
