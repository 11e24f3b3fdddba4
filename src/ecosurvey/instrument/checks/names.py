"""Every id is given once, and every reference resolves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ecosurvey.core import Text, did_you_mean, there_are
from ecosurvey.instrument.checks.collect import Complaint, Said
from ecosurvey.instrument.document.root import Document
from ecosurvey.instrument.reading.tree import Place


def identified(document: Document) -> Iterator[tuple[str, str, Place]]:
    """Yield (id, kind, place) of everything that can be referred to."""
    for c, construct in enumerate(document.constructs):
        yield construct.id, "construct", ("constructs", c, "id")
        for i, item in enumerate(construct.items):
            yield item.id, "item", ("constructs", c, "items", i, "id")
    for h, higher in enumerate(document.higher_order):
        yield higher.id, "higher_order", ("higher_order", h, "id")
    for k, check in enumerate(document.checks):
        yield check.id, "check", ("checks", k, "id")
    for v, variable in enumerate(document.variables):
        yield variable.id, "variable", ("variables", v, "id")


def ids(document: Document, kinds: Iterable[str]) -> set[str]:
    """Return the ids of some kinds of things."""
    wanted = set(kinds)
    return {name for name, kind, _ in identified(document) if kind in wanted}


def unknown(word: str, known: Iterable[str], what: Text, place: Place) -> Complaint:
    """Return the complaint that a word names nothing of the kind expected."""
    names = sorted(known)
    fix = did_you_mean(word, names) or (there_are(names) if names else None)
    return Complaint(
        place,
        Text(f"{word!r} is not {what} of this questionnaire", f"{word!r} 不是本问卷的{what.zh}"),
        fix,
    )


def check_unique(document: Document) -> Said:
    """Complain of an id that is given twice, whatever it names."""
    first: dict[str, str] = {}
    for name, kind, place in identified(document):
        if name in first:
            yield Complaint(
                place,
                Text(
                    f"the id {name!r} is already given to another {first[name]}",
                    f"编号 {name!r} 已用于另一个{first[name]}",
                ),
                Text("Rename one.", "请为其中之一改名。"),
            )
        first.setdefault(name, kind.replace("_", "-"))
    for part in ("hypotheses", "mediation"):
        seen: set[str] = set()
        for index, row in enumerate(getattr(document.model, part)):
            if row.id in seen:
                yield Complaint(
                    ("model", part, index, "id"),
                    Text(f"the id {row.id!r} is given twice", f"编号 {row.id!r} 出现两次"),
                )
            seen.add(row.id)
    made = [("option", name, place) for name, place in _expanded(document)]
    made += [("score", name, place) for name, place in _scores(document)]
    for kind, name, place in made:
        if name in first:
            yield Complaint(
                place,
                Text(
                    f"the {kind} column {name!r} has the name of the {first[name]}",
                    f"{kind} 列 {name!r} 与 {first[name]} 同名",
                ),
            )


def _expanded(document: Document) -> Iterator[tuple[str, Place]]:
    for v, variable in enumerate(document.variables):
        if variable.type in ("multi", "ranking"):
            for o, option in enumerate(variable.options):
                yield f"{variable.id}_{option.code}", ("variables", v, "options", o, "code")


def _scores(document: Document) -> Iterator[tuple[str, Place]]:
    for c, construct in enumerate(document.constructs):
        if construct.mode == "composite":
            yield f"{construct.id}_score", ("constructs", c, "id")


def check_references(document: Document) -> Said:
    """Complain of scales, references, pages, columns and conditions that name nothing."""
    yield from _scales(document)
    yield from _works(document)
    yield from _pages(document)
    everything = {name for name, _, _ in identified(document)}
    askable = ids(document, ("item", "check", "variable"))
    expanded = {name.rpartition("_") for name, _ in _expanded(document)}
    dotted = {f"{variable}.{code}" for variable, _, code in expanded}
    for name in document.columns:
        if name not in askable | dotted:
            yield unknown(
                name,
                askable | dotted,
                Text("an item, check or variable", "题项、检测题或变量"),
                ("columns", name),
            )
    for k, check in enumerate(document.checks):
        if check.after is not None and check.after not in everything | {"START", "END"}:
            yield unknown(check.after, everything, Text("an id", "编号"), ("checks", k, "after"))


def _scales(document: Document) -> Said:
    known = document.scales
    if document.defaults.scale is not None and document.defaults.scale not in known:
        yield unknown(
            document.defaults.scale, known, Text("a scale", "量表"), ("defaults", "scale")
        )
    for c, construct in enumerate(document.constructs):
        if construct.scale is not None and construct.scale not in known:
            yield unknown(
                construct.scale, known, Text("a scale", "量表"), ("constructs", c, "scale")
            )
        for i, item in enumerate(construct.items):
            place: Place = ("constructs", c, "items", i)
            if item.scale is not None and item.scale not in known:
                yield unknown(item.scale, known, Text("a scale", "量表"), (*place, "scale"))
            if not (item.scale or construct.scale or document.defaults.scale):
                yield Complaint(
                    place,
                    Text(f"item {item.id!r} has no scale", f"题项 {item.id!r} 没有量表"),
                    Text(
                        "Give it, its construct or 'defaults' one.",
                        "请为它、它的构念或“defaults”指定量表。",
                    ),
                )
    for k, check in enumerate(document.checks):
        if check.scale is not None and check.scale not in known:
            yield unknown(check.scale, known, Text("a scale", "量表"), ("checks", k, "scale"))
    for v, variable in enumerate(document.variables):
        if variable.scale is not None and variable.scale not in known:
            yield unknown(variable.scale, known, Text("a scale", "量表"), ("variables", v, "scale"))


def _works(document: Document) -> Said:
    known = document.references
    cited: list[tuple[str, Place]] = []
    for c, construct in enumerate(document.constructs):
        cited += [(ref, ("constructs", c, "refs", r)) for r, ref in enumerate(construct.refs)]
        cited += [
            (item.source.ref, ("constructs", c, "items", i, "source", "ref"))
            for i, item in enumerate(construct.items)
            if item.source and item.source.ref
        ]
    for h, higher in enumerate(document.higher_order):
        cited += [(ref, ("higher_order", h, "refs", r)) for r, ref in enumerate(higher.refs)]
    for n, hypothesis in enumerate(document.model.hypotheses):
        cited += [
            (ref, ("model", "hypotheses", n, "refs", r)) for r, ref in enumerate(hypothesis.refs)
        ]
    for n, way in enumerate(document.model.mediation):
        cited += [(ref, ("model", "mediation", n, "refs", r)) for r, ref in enumerate(way.refs)]
    for ref, place in cited:
        if ref not in known:
            yield unknown(ref, known, Text("one of the 'references'", "“references”"), place)


def _pages(document: Document) -> Said:
    showable = ids(document, ("construct", "item", "check", "variable"))
    seen: set[str] = set()
    for p, page in enumerate(document.layout):
        for n, name in enumerate(page.contents):
            place: Place = ("layout", p, "contents", n)
            if name not in showable:
                yield unknown(
                    name,
                    showable,
                    Text("a construct, item, check or variable", "构念、题项、检测题或变量"),
                    place,
                )
            elif name in seen:
                yield Complaint(
                    place, Text(f"{name!r} is already on a page", f"{name!r} 已在某一页上")
                )
            seen.add(name)
