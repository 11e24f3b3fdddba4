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
            yield Complaint(("missing", index, "code"), f"the missing code {row.code} stands twice")
    for name, scale in document.scales.items():
        place: Place = ("scales", name)
        if scale.type == "likert":
            yield from _likert(scale, place)
        elif scale.type == "nominal" and not scale.labels:
            yield Complaint(place, "a nominal scale needs labels", "Write labels: {1: …, 2: …}.")
        elif (
            scale.type == "numeric"
            and scale.min is not None
            and scale.max is not None
            and scale.min >= scale.max
        ):
            yield Complaint((*place, "min"), f"min {scale.min} is not below max {scale.max}")
        yield from _same_words(
            [(label, (*place, "labels", code)) for code, label in scale.labels.items()]
        )
        for index, code in enumerate(scale.allow_missing):
            if code not in missing:
                yield Complaint(
                    (*place, "allow_missing", index), f"{code} is not among the codes of 'missing'"
                )
        codes = points(scale)
        for code in sorted(missing):
            if codes is not None and code in codes:
                yield Complaint(
                    place, f"the missing code {code} is also a point of the scale {name!r}"
                )


def _likert(scale: ScalePart, place: Place) -> Said:
    if not isinstance(scale.min, int) or not isinstance(scale.max, int):
        yield Complaint(
            place, "a Likert scale needs whole numbers for min and max", "Write min: 1, max: 5."
        )
    elif scale.min >= scale.max:
        yield Complaint((*place, "min"), f"min {scale.min} is not below max {scale.max}")
    elif scale.max - scale.min >= MAX_POINTS:
        yield Complaint(
            (*place, "max"), f"a Likert scale has at most {MAX_POINTS} points", "Use type: numeric."
        )
    else:
        for code in scale.labels:
            if not scale.min <= code <= scale.max:
                yield Complaint(
                    (*place, "labels", code),
                    f"the label of {code} lies outside {scale.min} to {scale.max}",
                    key=True,
                )


def _same_words(labelled: list[tuple[object, Place]]) -> Said:
    from ecosurvey.instrument.document.base import Words

    seen: dict[str, Place] = {}
    for label, place in labelled:
        if isinstance(label, Words):
            for text in label.any():
                if seen.setdefault(text.strip(), place) != place:
                    yield Complaint(place, f"the words {text!r} already stand for another code")


def check_items(document: Document) -> Said:
    """Complain of constructs without items, impossible keying, and wordings given twice."""
    seen: dict[str, str] = {}
    if not document.constructs:
        yield Complaint(("constructs",), "there are no constructs")
    for c, construct in enumerate(document.constructs):
        place: Place = ("constructs", c)
        if not construct.items:
            yield Complaint((*place, "items"), f"the construct {construct.id!r} has no items")
        for i, item in enumerate(construct.items):
            scale = document.scales.get(
                item.scale or construct.scale or document.defaults.scale or ""
            )
            spot: Place = (*place, "items", i)
            if scale and scale.type == "nominal":
                yield Complaint(
                    spot, f"item {item.id!r} has a nominal scale, which cannot measure a construct"
                )
            if scale and item.reverse and (scale.min is None or scale.max is None):
                yield Complaint(
                    (*spot, "reverse"),
                    f"item {item.id!r} is reverse-keyed but its scale has no min and max",
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
            yield Complaint(("checks", k, "expect"), f"the check {check.id!r} expects no answer")
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
                ("checks", k, "expect", e), f"{code} is not on the scale {check.scale!r} ({shown})"
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
                    f"the code {option.code} of {variable.id!r} stands twice",
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
            place, f"{variable.id!r} is a choice without options", "Give options, or a scale."
        )
    if variable.type == "scale" and not variable.scale:
        yield Complaint(place, f"{variable.id!r} is of type scale but names none")
    if variable.options and (not chosen or variable.scale):
        yield Complaint(
            (*place, "options"),
            f"{variable.id!r} cannot have options",
            "Its type or scale gives the answers." if variable.scale else "Use type: single.",
            key=True,
        )
    if variable.range is not None and variable.type not in ("integer", "number"):
        yield Complaint(
            (*place, "range"),
            f"a range is for numbers, and {variable.id!r} is {variable.type}",
            key=True,
        )
    if variable.range is not None and variable.range[0] >= variable.range[1]:
        yield Complaint((*place, "range"), f"the range of {variable.id!r} is empty")
    if variable.screen is not None:
        codes = {option.code for option in variable.options} | set(
            (points(scale) if scale else None) or ()
        )
        if variable.type not in ("single", "scale"):
            yield Complaint((*place, "screen"), "only a single choice can screen", key=True)
        for n, code in enumerate(variable.screen.keep):
            if codes and code not in codes:
                yield Complaint(
                    (*place, "screen", "keep", n), f"{code} is not an answer of {variable.id!r}"
                )


def check_all_measures(document: Document) -> Said:
    """Run the checks of this module."""
    return chain(
        check_scales(document),
        check_items(document),
        check_checks(document),
        check_variables(document),
    )
