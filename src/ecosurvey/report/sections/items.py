"""How the items were answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Text
from ecosurvey.report.figures import likert
from ecosurvey.report.model import Block, FigureBlock, Section, TableBlock
from ecosurvey.report.sections.parts import detail

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis
    from ecosurvey.instrument import Item, Scale

_MOST_POINTS = 7  # more answers than this cannot be told apart by colour


def section(analysis: Analysis) -> Section | None:
    """Return the spread of the answers by response scale, the items and the scale scores."""
    if analysis.items is None:
        return None
    blocks: list[Block] = [
        FigureBlock(likert.illustrate(drawing)) for drawing in spreads(analysis) if drawing.bars
    ]
    first, *rest = analysis.items.tables()
    blocks.append(TableBlock(first))
    if analysis.scales is not None:
        blocks += [TableBlock(table) for table in analysis.scales.tables()]
    blocks += detail(rest)
    return Section("items", Text("Items and scales", "题项与量表描述"), tuple(blocks))


def spreads(analysis: Analysis) -> tuple[likert.LikertDrawing, ...]:
    """Return a drawing for each response scale: answers as given, before reverse-keying."""
    by_scale: dict[str, list[Item]] = {}
    scales: dict[str, Scale] = {}
    for item in analysis.instrument.items:
        if 2 <= len(item.scale.points) <= _MOST_POINTS and item.scale.kind == "likert":
            by_scale.setdefault(item.scale.id, []).append(item)
            scales[item.scale.id] = item.scale
    caption = Text(
        "Answers as given, before reverse-keying ((r) marks reverse-worded items)",
        "作答分布（反向计分前；(r)为反向题）",
    )
    return tuple(
        likert.describe(
            "likert" if index == 0 else f"likert_{index + 1}",
            caption,
            [scales[name].labels.get(p, Text(str(p), str(p))) for p in scales[name].points],
            [_bar(analysis, item) for item in items],
        )
        for index, (name, items) in enumerate(by_scale.items())
    )


def _bar(analysis: Analysis, item: Item) -> likert.Bar:
    given = analysis.responses.frame.loc[analysis.clean.frame.index, item.id]
    counts = [int((given == point).sum()) for point in item.scale.points]
    total = sum(counts)
    shares = tuple(count / total if total else 0.0 for count in counts)
    names = {construct.id: construct.name for construct in analysis.instrument.constructs}
    mark = " (r)" if item.reverse else ""
    return likert.Bar(item.id + mark, names.get(item.construct, Text("", "")), shares)
