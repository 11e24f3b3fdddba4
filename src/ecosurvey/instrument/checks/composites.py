"""Composites and single-item constructs say what they are made of."""

from __future__ import annotations

from ecosurvey.core import Text
from ecosurvey.instrument.checks.collect import Complaint, Remark, Said
from ecosurvey.instrument.checks.names import unknown
from ecosurvey.instrument.document.root import Document
from ecosurvey.instrument.reading.tree import Place


def check_composites(document: Document) -> Said:
    """Complain of weights that belong to no item, and of error variances that have no place."""
    for c, construct in enumerate(document.constructs):
        place: Place = ("constructs", c)
        inside = [item.id for item in construct.items]
        if construct.weights is not None and construct.mode != "composite":
            yield Complaint(
                (*place, "weights"),
                Text(
                    f"weights are for composites, and {construct.id!r} is {construct.mode}",
                    f"权重只用于组合构念，而 {construct.id!r} 是 {construct.mode}",
                ),
                Text(
                    "Add mode: composite, or remove the weights.",
                    "请加上 mode: composite，或删去权重。",
                ),
                key=True,
            )
        for name in construct.weights or {}:
            if name not in inside:
                yield unknown(
                    name,
                    inside,
                    Text(f"an item of {construct.id}", f"{construct.id}的题项"),
                    (*place, "weights", name),
                )
        if construct.weights is not None and set(construct.weights) < set(inside):
            absent = ", ".join(name for name in inside if name not in construct.weights)
            yield Complaint(
                (*place, "weights"),
                Text(f"the weights of {absent} are missing", f"缺少 {absent} 的权重"),
            )
        if construct.weights and sum(map(abs, construct.weights.values())) <= 0:
            yield Complaint((*place, "weights"), Text("all weights are zero", "所有权重都为零"))
        if construct.error_variance is not None:
            if len(inside) != 1 or construct.mode != "reflective":
                yield Complaint(
                    (*place, "error_variance"),
                    Text(
                        f"an error variance is stated for a single item; {construct.id!r} "
                        f"is {construct.mode} with {len(inside)} items",
                        f"只有单题项构念可以给出误差方差；"
                        f"{construct.id!r} 是 {construct.mode}，有{len(inside)}个题项",
                    ),
                    key=True,
                )
            elif construct.error_variance < 0:
                yield Complaint(
                    (*place, "error_variance"),
                    Text("a variance cannot be negative", "方差不能为负"),
                )
        if construct.mode == "composite" and construct.id not in document.model.exclude:
            yield Remark(
                "composite",
                Text(
                    f"{construct.id} is a composite: it enters the structural model as a score "
                    "without error, and no reliability is reported for it",
                    f"{construct.id}是组合构念：以无误差的得分进入结构模型，不报告信度",
                ),
                construct.id,
            )
