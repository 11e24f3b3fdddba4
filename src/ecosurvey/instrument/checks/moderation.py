"""Moderation names relations that are stated; the measurement text names what is asked."""

from __future__ import annotations

import re

from ecosurvey.core import Text
from ecosurvey.instrument.checks.collect import Complaint, Remark, Said
from ecosurvey.instrument.checks.names import ids, unknown
from ecosurvey.instrument.document.root import Document
from ecosurvey.instrument.reading.tree import Place

_LINE = re.compile(r"\s*([A-Za-z][\w.]*)\s*(=~|~~|~1|~)\s*(.*)")
_NAME = re.compile(r"(?:^|\+)\s*(?:[^+*]*\*)?\s*([A-Za-z][\w.]*)\s*")


def check_moderation(document: Document) -> Said:
    """Complain of moderators that are nothing, and of relations that no hypothesis states."""
    model = document.model
    constructs = ids(document, ("construct", "higher_order")) - set(model.exclude)
    known = constructs | ids(document, ("variable",))
    stated = {(h.from_, h.to) for h in model.hypotheses}
    for n, row in enumerate(model.moderation):
        place: Place = ("model", "moderation", n)
        if row.moderator not in known:
            yield unknown(
                row.moderator,
                known,
                Text("a construct or variable", "构念或变量"),
                (*place, "moderator"),
            )
        if (row.from_, row.to) not in stated:
            yield Complaint(
                place,
                Text(
                    f"{row.id}: no hypothesis states {row.from_} → {row.to}",
                    f"{row.id}：没有假设提出 {row.from_} → {row.to}",
                ),
            )
        elif row.moderator in (row.from_, row.to):
            yield Complaint(
                (*place, "moderator"),
                Text(
                    f"{row.id}: {row.moderator!r} moderates itself",
                    f"{row.id}：{row.moderator!r} 调节它自己",
                ),
            )
        yield Remark(
            "moderation",
            Text(
                f"{row.id} expects {row.moderator} to moderate {row.from_} → {row.to}: "
                "compare groups or add product terms; the structural model has no interactions",
                f"{row.id}假设{row.moderator}调节{row.from_}→{row.to}："
                "需作多组比较或加入乘积项；结构模型本身不含交互项",
            ),
            row.id,
        )


def check_measurement_text(document: Document) -> Said:
    """Complain if the given measurement model names what is no item or construct."""
    text = document.model.measurement
    if text is None:
        return
    place: Place = ("model", "measurement")
    latents = ids(document, ("construct", "higher_order"))
    items = ids(document, ("item",))
    measured: set[str] = set()
    for line in re.split(r"[\n;]", text):
        bare = line.split("#")[0]
        if not bare.strip():
            continue
        found = _LINE.fullmatch(bare.rstrip())
        if found is None or found[2] in ("~", "~1"):
            yield Complaint(
                place,
                Text(
                    f"{bare.strip()[:60]!r} is no line of a measurement model",
                    f"{bare.strip()[:60]!r} 不是测量模型的一行",
                ),
                Text(
                    "Write lines such as 'POL =~ POL1 + POL2' or 'POL1 ~~ POL2'.",
                    "请写成 'POL =~ POL1 + POL2' 或 'POL1 ~~ POL2' 的形式。",
                ),
            )
            continue
        left, operator, right = found[1], found[2], found[3]
        if operator == "=~":
            measured.add(left)
            if left not in latents:
                yield unknown(left, latents, Text("a construct", "构念"), place)
        for name in [*_NAME.findall(right), *([left] if operator == "~~" else [])]:
            if name not in items | latents:
                yield unknown(
                    name, items | latents, Text("an item or construct", "题项或构念"), place
                )
    model = document.model
    composites = {part.id for part in document.constructs if part.mode == "composite"}
    for name in {end for h in model.hypotheses for end in (h.from_, h.to)} & latents:
        if name not in measured | composites:
            yield Complaint(
                place,
                Text(
                    f"{name!r} stands in a hypothesis but is not measured here",
                    f"{name!r} 出现在假设中，但此处没有测量",
                ),
            )
