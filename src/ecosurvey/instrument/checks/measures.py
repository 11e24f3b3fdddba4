"""Scales, items, checks and background questions make sense by themselves."""

from __future__ import annotations

from collections import Counter
from itertools import chain

from ecosurvey.core import Text
from ecosurvey.instrument.checks.collect import Complaint, Remark, Said
from ecosurvey.instrument.document.measures import ScalePart
from ecosurvey.instrument.document.questions import CheckPart, VariablePart
from ecosurvey.instrument.document.root import Document
from ecosurvey.instrument.reading.tree import Place

MAX_POINTS = 101


def points(scale: ScalePart) -> range | set[int] | None:
    """Return the codes of a scale; ``None`` where any number is an answer."""
    if scale.type == "likert":
        if not isinstance(scale.min, int) or not isinstance(scale.max, int):
            return None
        return range(scale.min, scale.max + 1) if scale.min < scale.max else None
    return set(scale.labels) if scale.type == "nominal" else None


def check_scales(document: Document) -> Said:
    """Complain of scales without ends or labels, and of labels that cannot be told apart."""
    missing = {row.code for row in document.missing}
    counted = Counter(row.code for row in document.missing)
    for index, row in enumerate(document.missing):
        if counted[row.code] > 1:
            yield Complaint(
                ("missing", index, "code"),
                Text(f"the missing code {row.code} stands twice", f"缺失编码 {row.code} 出现两次"),
            )
    for name, scale in document.scales.items():
        place: Place = ("scales", name)
        if scale.type == "likert":
            yield from _likert(scale, place)
        elif scale.type == "nominal" and not scale.labels:
            yield Complaint(
                place,
                Text("a nominal scale needs labels", "名义量表需要标签"),
                Text("Write labels: {1: …, 2: …}.", "请写成 labels: {1: …, 2: …}。"),
            )
        elif (
            scale.type == "numeric"
            and scale.min is not None
            and scale.max is not None
            and scale.min >= scale.max
        ):
            yield Complaint(
                (*place, "min"),
                Text(
                    f"min {scale.min} is not below max {scale.max}",
                    f"min {scale.min} 不小于 max {scale.max}",
                ),
            )
        yield from _same_words(
            [(label, (*place, "labels", code)) for code, label in scale.labels.items()]
        )
        for index, code in enumerate(scale.allow_missing):
            if code not in missing:
                yield Complaint(
                    (*place, "allow_missing", index),
                    Text(
                        f"{code} is not among the codes of 'missing'",
                        f"{code} 不在“missing”的编码之中",
                    ),
                )
        codes = points(scale)
        for code in sorted(missing):
            if codes is not None and code in codes:
                yield Complaint(
                    place,
                    Text(
                        f"the missing code {code} is also a point of the scale {name!r}",
                        f"缺失编码 {code} 同时是量表 {name!r} 的一个点",
                    ),
                )


def _likert(scale: ScalePart, place: Place) -> Said:
    if not isinstance(scale.min, int) or not isinstance(scale.max, int):
        yield Complaint(
            place,
            Text(
                "a Likert scale needs whole numbers for min and max",
                "李克特量表的 min 与 max 须为整数",
            ),
            Text("Write min: 1, max: 5.", "请写成 min: 1, max: 5。"),
        )
    elif scale.min >= scale.max:
        yield Complaint(
            (*place, "min"),
            Text(
                f"min {scale.min} is not below max {scale.max}",
                f"min {scale.min} 不小于 max {scale.max}",
            ),
        )
    elif scale.max - scale.min >= MAX_POINTS:
        yield Complaint(
            (*place, "max"),
            Text(
                f"a Likert scale has at most {MAX_POINTS} points",
                f"李克特量表最多有{MAX_POINTS}个点",
            ),
            Text("Use type: numeric.", "请使用 type: numeric。"),
        )
    else:
        for code in scale.labels:
            if not scale.min <= code <= scale.max:
                yield Complaint(
                    (*place, "labels", code),
                    Text(
                        f"the label of {code} lies outside {scale.min} to {scale.max}",
                        f"{code} 的标签不在{scale.min}到{scale.max}之内",
                    ),
                    key=True,
                )


def _same_words(labelled: list[tuple[object, Place]]) -> Said:
    from ecosurvey.instrument.document.base import Words

    seen: dict[str, Place] = {}
    for label, place in labelled:
        if isinstance(label, Words):
            for text in label.any():
                if seen.setdefault(text.strip(), place) != place:
                    yield Complaint(
                        place,
                        Text(
                            f"the words {text!r} already stand for another code",
                            f"文字 {text!r} 已代表另一个编码",
                        ),
                    )


def check_items(document: Document) -> Said:
    """Complain of constructs without items, impossible keying, and wordings given twice."""
    seen: dict[str, str] = {}
    if not document.constructs:
        yield Complaint(("constructs",), Text("there are no constructs", "没有构念"))
    for c, construct in enumerate(document.constructs):
        place: Place = ("constructs", c)
        if not construct.items:
            yield Complaint(
                (*place, "items"),
                Text(
                    f"the construct {construct.id!r} has no items",
                    f"构念 {construct.id!r} 没有题项",
                ),
            )
        for i, item in enumerate(construct.items):
            scale = document.scales.get(
                item.scale or construct.scale or document.defaults.scale or ""
            )
            spot: Place = (*place, "items", i)
            if scale and scale.type == "nominal":
                yield Complaint(
                    spot,
                    Text(
                        f"item {item.id!r} has a nominal scale, which cannot measure a construct",
                        f"题项 {item.id!r} 使用名义量表，不能用来测量构念",
                    ),
                )
            if scale and item.reverse and (scale.min is None or scale.max is None):
                yield Complaint(
                    (*spot, "reverse"),
                    Text(
                        f"item {item.id!r} is reverse-keyed but its scale has no min and max",
                        f"题项 {item.id!r} 为反向计分，但其量表没有 min 与 max",
                    ),
                )
            for text in item.label.any():
                first = seen.setdefault(text.strip(), item.id)
                if first != item.id:
                    yield Remark(
                        "same_wording",
                        Text(
                            f"items {first} and {item.id} have the same wording",
                            f"题项{first}与{item.id}的措辞相同",
                        ),
                        item.id,
                    )
        if construct.items and all(item.reverse for item in construct.items):
            yield Remark(
                "all_reverse",
                Text(
                    f"every item of {construct.id} is reverse-keyed",
                    f"{construct.id}的所有题项均为反向计分",
                ),
                construct.id,
                Text("Name the construct by its high end instead.", "可改为按高分端命名该构念。"),
            )


def check_checks(document: Document) -> Said:
    """Complain of attention checks whose passing answers are not on their scale."""
    for k, check in enumerate(document.checks):
        if not check.expect:
            yield Complaint(
                ("checks", k, "expect"),
                Text(
                    f"the check {check.id!r} expects no answer",
                    f"检测题 {check.id!r} 没有预期的答案",
                ),
            )
        yield from _on_scale(document, check, k)


def _on_scale(document: Document, check: CheckPart, k: int) -> Said:
    scale = document.scales.get(check.scale or "")
    codes = points(scale) if scale else None
    for e, code in enumerate(check.expect):
        if codes is not None and code not in codes:
            shown = (
                f"{min(codes)} to {max(codes)}" if isinstance(codes, range) else str(sorted(codes))
            )
            yield Complaint(
                ("checks", k, "expect", e),
                Text(
                    f"{code} is not on the scale {check.scale!r} ({shown})",
                    f"{code} 不在量表 {check.scale!r} 上（{shown}）",
                ),
            )


def check_variables(document: Document) -> Said:
    """Complain of background questions that lack options, or have what their type cannot use."""
    for v, variable in enumerate(document.variables):
        place: Place = ("variables", v)
        yield from _variable(document, variable, place)
        codes = Counter(option.code for option in variable.options)
        for o, option in enumerate(variable.options):
            if codes[option.code] > 1:
                yield Complaint(
                    (*place, "options", o, "code"),
                    Text(
                        f"the code {option.code} of {variable.id!r} stands twice",
                        f"{variable.id!r} 的编码 {option.code} 出现两次",
                    ),
                )
        yield from _same_words(
            [(o.label, (*place, "options", n, "label")) for n, o in enumerate(variable.options)]
        )


def _variable(document: Document, variable: VariablePart, place: Place) -> Said:
    chosen = variable.type in ("single", "multi", "ranking", "scale")
    scale = document.scales.get(variable.scale or "")
    if (
        variable.type in ("single", "multi", "ranking")
        and not variable.options
        and not variable.scale
    ):
        yield Complaint(
            place,
            Text(
                f"{variable.id!r} is a choice without options",
                f"{variable.id!r} 是选择题却没有选项",
            ),
            Text("Give options, or a scale.", "请给出选项或量表。"),
        )
    if variable.type == "scale" and not variable.scale:
        yield Complaint(
            place,
            Text(
                f"{variable.id!r} is of type scale but names none",
                f"{variable.id!r} 的类型是 scale，却没有指明量表",
            ),
        )
    if variable.options and (not chosen or variable.scale):
        yield Complaint(
            (*place, "options"),
            Text(f"{variable.id!r} cannot have options", f"{variable.id!r} 不能有选项"),
            Text("Its type or scale gives the answers.", "其类型或量表已给出答案。")
            if variable.scale
            else Text("Use type: single.", "请使用 type: single。"),
            key=True,
        )
    if variable.range is not None and variable.type not in ("integer", "number"):
        yield Complaint(
            (*place, "range"),
            Text(
                f"a range is for numbers, and {variable.id!r} is {variable.type}",
                f"范围只用于数值，而 {variable.id!r} 是 {variable.type}",
            ),
            key=True,
        )
    if variable.range is not None and variable.range[0] >= variable.range[1]:
        yield Complaint(
            (*place, "range"),
            Text(f"the range of {variable.id!r} is empty", f"{variable.id!r} 的范围是空的"),
        )
    if variable.screen is not None:
        codes = {option.code for option in variable.options} | set(
            (points(scale) if scale else None) or ()
        )
        if variable.type not in ("single", "scale"):
            yield Complaint(
                (*place, "screen"),
                Text("only a single choice can screen", "只有单选题可用于筛选"),
                key=True,
            )
        for n, code in enumerate(variable.screen.keep):
            if codes and code not in codes:
                yield Complaint(
                    (*place, "screen", "keep", n),
                    Text(
                        f"{code} is not an answer of {variable.id!r}",
                        f"{code} 不是 {variable.id!r} 的答案",
                    ),
                )


def check_all_measures(document: Document) -> Said:
    """Run the checks of this module."""
    return chain(
        check_scales(document),
        check_items(document),
        check_checks(document),
        check_variables(document),
    )
