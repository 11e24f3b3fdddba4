"""Conditions of showing a question: each tests an earlier answer that can be given."""

from __future__ import annotations

from collections.abc import Iterator

from ecosurvey.core import Text
from ecosurvey.instrument.checks.collect import Complaint, Said
from ecosurvey.instrument.checks.names import ids, unknown
from ecosurvey.instrument.document.conditions import ConditionPart
from ecosurvey.instrument.document.root import Document
from ecosurvey.instrument.graph import find_cycle
from ecosurvey.instrument.reading.tree import Place

Codes = dict[str, set[int] | None]


def check_conditions(document: Document) -> Said:
    """Complain of conditions that test nothing, what is not asked, or answers there are not."""
    askable = ids(document, ("item", "check", "variable"))
    codes = _codes(document)
    edges: list[tuple[str, str]] = []
    for owner, condition, place in _conditions(document):
        yield from _condition(condition, askable, codes, place)
        for name in owner:
            edges += [(name, tested) for tested in _tested(condition) if tested in askable]
    cycle = find_cycle(edges)
    if cycle:
        yield Complaint(
            ("variables",),
            Text(
                f"questions are shown depending on each other: {' → '.join(cycle)}",
                f"题目的显示条件互相依赖：{' → '.join(cycle)}",
            ),
        )


def _conditions(document: Document) -> Iterator[tuple[tuple[str, ...], ConditionPart, Place]]:
    """Yield (questions shown by it, condition, place) for every condition of the file."""
    for c, construct in enumerate(document.constructs):
        if construct.show_if is not None:
            inside = tuple(item.id for item in construct.items)
            yield inside, construct.show_if, ("constructs", c, "show_if")
        for i, item in enumerate(construct.items):
            if item.show_if is not None:
                yield (item.id,), item.show_if, ("constructs", c, "items", i, "show_if")
    for v, variable in enumerate(document.variables):
        if variable.show_if is not None:
            yield (variable.id,), variable.show_if, ("variables", v, "show_if")


def _codes(document: Document) -> Codes:
    """Return the answers that a choice question has; ``None`` where any number is one."""
    found: Codes = {}
    for variable in document.variables:
        scale = document.scales.get(variable.scale or "")
        if variable.options:
            found[variable.id] = {option.code for option in variable.options}
        elif scale is not None and scale.type == "nominal":
            found[variable.id] = set(scale.labels)
    return found


def _tested(condition: ConditionPart) -> Iterator[str]:
    if condition.var is not None:
        yield condition.var
    for inner in (*(condition.all or ()), *(condition.any or ())):
        yield from _tested(inner)
    if condition.not_ is not None:
        yield from _tested(condition.not_)


def _condition(part: ConditionPart, askable: set[str], codes: Codes, place: Place) -> Said:
    tests = [name for name in ("in_", "has", "gte", "lte") if getattr(part, name) is not None]
    groups = [name for name in ("all", "any", "not_") if getattr(part, name) is not None]
    if part.var is None and not groups:
        yield Complaint(
            place,
            Text("the condition tests nothing", "该条件没有检验任何内容"),
            Text(
                "Write {var: …, in: […]}, {all: […]}, {any: […]} or {not: …}.",
                "请写成 {var: …, in: […]}、{all: […]}、{any: […]} 或 {not: …}。",
            ),
        )
    elif (part.var is not None and groups) or len(groups) > 1:
        yield Complaint(
            place,
            Text("the condition mixes several kinds of test", "该条件混用了多种检验"),
            Text("Join them with all, any or not.", "请用 all、any 或 not 连接。"),
        )
    elif part.var is not None:
        if part.var not in askable:
            yield unknown(part.var, askable, Text("a question", "题目"), (*place, "var"))
        if not tests:
            yield Complaint(
                place,
                Text(
                    f"the condition says nothing of {part.var!r}",
                    f"该条件没有说明对 {part.var!r} 的要求",
                ),
                Text("Add in, has, gte or lte.", "请加上 in、has、gte 或 lte。"),
            )
        yield from _answers(part, codes.get(part.var), place)
    for name in ("all", "any"):
        for index, inner in enumerate(getattr(part, name) or ()):
            yield from _condition(inner, askable, codes, (*place, name, index))
    if part.not_ is not None:
        yield from _condition(part.not_, askable, codes, (*place, "not"))


def _answers(part: ConditionPart, known: set[int] | None, place: Place) -> Said:
    """Complain of codes that the question does not have: the condition could never hold."""
    if known is None:
        return
    asked = [(code, (*place, "in", n)) for n, code in enumerate(part.in_ or ())]
    asked += [(part.has, (*place, "has"))] if part.has is not None else []
    for code, spot in asked:
        if code not in known:
            shown = ", ".join(map(str, sorted(known)))
            yield Complaint(
                spot,
                Text(
                    f"{code} is not an answer of {part.var!r} ({shown})",
                    f"{code} 不是 {part.var!r} 的答案（{shown}）",
                ),
            )
