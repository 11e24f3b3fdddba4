"""Numbers and cases side by side: the display, fit, cases, agreement of coders, literature."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ecosurvey.core import Text
from ecosurvey.report.figures import heatmap, joint, literature_flow, saturation
from ecosurvey.report.model import Block, FigureBlock, Paragraph, Section, TableBlock
from ecosurvey.report.sections.parts import callouts

if TYPE_CHECKING:
    from ecosurvey.core import Table
    from ecosurvey.qualitative import JointDisplay

_HIDDEN = {
    "mask": Text(
        "Passages are masked, and sources, segments, cases and coders are numbered.",
        "原文已隐去，资料、片段、案例与编码者均以编号代替。",
    ),
    "drop": Text(
        "Passages are left out, and sources, segments, cases and coders are numbered.",
        "原文未列出，资料、片段、案例与编码者均以编号代替。",
    ),
}

_SYNTHETIC = Text(
    "The case material is synthetic: the passages were written to show the method; no such case "
    "exists and nobody said any of this.",
    "案例材料为合成材料：原文为演示方法而撰写，并无这些案例，也无人说过这些话。",
)


def sections(display: JointDisplay, *, remarks: bool = False) -> tuple[Section, ...]:
    """Return the sections of a joint display, with its findings if they are told nowhere else."""
    tables = {table.key: table for table in display.tables()}

    def those(*keys: str, detail: bool = False) -> list[Block]:
        return [TableBlock(tables[key], detail=detail) for key in keys if key in tables]

    codings = display.material.codings
    lead = Text(
        "Codings of passages: {codings} (passages {segments}, sources {sources}, cases {cases}, "
        "coders {coders}). They stand beside the estimates from {n} answers.",
        "将{coders}名编码者对{cases}个案例、{sources}份资料中{segments}个片段的{codings}次编码，"
        "与{n}份答卷的估计结果并列。",
    ).fill(
        codings=int((codings["code"] != "").sum()),
        segments=len(codings[["source", "segment"]].drop_duplicates()),
        sources=codings["source"].nunique(), cases=len(display.cases.cases),
        coders=len(display.material.coders), n=display.numbers.n,
    )  # fmt: skip
    first: list[Block] = [Paragraph(lead)]
    if display.material.synthetic:
        first.append(Paragraph(_SYNTHETIC))
    if display.privacy != "show":
        first.append(Paragraph(_HIDDEN[display.privacy]))
    first += [FigureBlock(joint.illustrate(display)), *those("joint_display", "joint_fit")]
    first += those("joint_hypotheses", "joint_groups")
    found = [
        Section("joint-display", Text("Numbers and cases side by side", "量化结果与案例证据并列"),
                tuple(first)),
        Section("cases", Text("Evidence of the cases", "案例证据"),
                (*those("case_evidence", "case_types"), *those("joint_quotations", detail=True))),
        Section("codes", Text("Codes and coders", "编码与编码者"), tuple(_codes(display, tables))),
    ]  # fmt: skip
    if display.literature is not None:
        flow = FigureBlock(literature_flow.illustrate(display.literature))
        found.append(
            Section("literature", Text("Literature", "文献"),
                    (flow, *those("literature_screening", detail=True)))
        )  # fmt: skip
    if remarks and display.findings:
        found.append(
            Section("joint-remarks", Text("Remarks", "说明与提示"), callouts(display.findings))
        )
    return tuple(section for section in found if section.blocks)


def _codes(display: JointDisplay, tables: dict[str, Table]) -> list[Block]:
    found: list[Block] = []
    shown = ("code_frequencies", "coder_agreement")
    found += [TableBlock(tables[key]) for key in shown if key in tables]
    if "coder_disagreements" in tables:
        found.append(TableBlock(tables["coder_disagreements"], detail=True))
    if "code_cooccurrence" in tables:
        together = display.co_occurrence.jaccard
        names = [Text(name, name) for name in map(str, together.index)]
        caption = Text("Codes that occur together (Jaccard)", "编码共现（Jaccard系数）")
        key, values = "code_cooccurrence", together.to_numpy(dtype=float).tolist()
        drawing = heatmap.describe_correlations(key, caption, names, values)
        drawing = replace(drawing, hide=0.005)
        found += [FigureBlock(heatmap.illustrate(drawing)),
                  TableBlock(tables["code_cooccurrence"], detail=True)]  # fmt: skip
    if len(display.saturation.observed) > 1:
        found += [FigureBlock(saturation.illustrate(display.saturation)),
                  TableBlock(tables["saturation"], detail=True)]  # fmt: skip
    return found
