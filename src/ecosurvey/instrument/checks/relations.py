"""The structural model: its names, its identification, its ways to the outcome."""

from __future__ import annotations

from collections import Counter

from ecosurvey.core import Text
from ecosurvey.instrument.checks.collect import Complaint, Remark, Said
from ecosurvey.instrument.checks.names import ids, unknown
from ecosurvey.instrument.document.root import Document
from ecosurvey.instrument.graph import find_cycle, reaching
from ecosurvey.instrument.reading.tree import Place


def check_higher_order(document: Document) -> Said:
    """Complain of higher-order constructs that are not identified or contain themselves."""
    known = ids(document, ("construct", "higher_order"))
    left_out = set(document.model.exclude)
    composites = {part.id for part in document.constructs if part.mode == "composite"}
    owner: dict[str, str] = {}
    for h, higher in enumerate(document.higher_order):
        place: Place = ("higher_order", h, "of")
        for n, part in enumerate(higher.of):
            if part not in known:
                yield unknown(part, known, "a construct", (*place, n))
            elif part in left_out:
                yield Complaint((*place, n), f"{part!r} is excluded from the model")
            elif part in composites:
                yield Complaint(
                    (*place, n),
                    f"{part!r} is a composite; a higher-order construct shows itself in latents",
                )
            if owner.setdefault(part, higher.id) != higher.id:
                yield Remark(
                    "shared_dimension",
                    Text(
                        f"{part} belongs to both {owner[part]} and {higher.id}",
                        f"{part}同时属于{owner[part]}和{higher.id}",
                    ),
                    part,
                )
        if len(set(higher.of)) < len(higher.of):
            yield Complaint(place, f"{higher.id!r} names a construct twice")
        elif len(higher.of) < 2:
            yield Complaint(place, f"{higher.id!r} is made of fewer than two constructs")
        elif len(higher.of) == 2 and not higher.equal_loadings:
            yield Remark(
                "two_dimensions",
                Text(
                    f"{higher.id} has two dimensions: only its relations identify it",
                    f"{higher.id}只有两个维度，需借助与其他构念的关系才能识别",
                ),
                higher.id,
                Text(
                    "Set equal_loadings: true, or add a dimension.",
                    "可设equal_loadings: true，或增加维度。",
                ),
            )
    cycle = find_cycle((higher.id, part) for higher in document.higher_order for part in higher.of)
    if cycle:
        yield Complaint(("higher_order",), f"constructs contain each other: {' → '.join(cycle)}")


def check_identified(document: Document) -> Said:
    """Remark on constructs with fewer than three items."""
    left_out = set(document.model.exclude)
    for n, name in enumerate(document.model.exclude):
        if name not in ids(document, ("construct",)):
            yield unknown(
                name,
                ids(document, ("construct",)),
                "a first-order construct",
                ("model", "exclude", n),
            )
    kept = [
        part
        for part in document.constructs
        if part.id not in left_out and part.mode == "reflective"
    ]
    if not kept:
        yield Complaint(("model", "exclude"), "no construct is left for the model")
    for construct in kept:
        count = len(construct.items)
        if count == 1 and construct.error_variance is None:
            yield Remark(
                "single_item",
                Text(
                    f"{construct.id} has one item: its reliability cannot be estimated",
                    f"{construct.id}只有一个题项，无法估计其信度",
                ),
                construct.id,
                Text(
                    "Add items, or state its error_variance; it is taken as 0 otherwise.",
                    "请增加题项，或写明error_variance；否则按0处理。",
                ),
            )
        elif count == 2:
            yield Remark(
                "two_items",
                Text(
                    f"{construct.id} has two items: only its correlations identify it",
                    f"{construct.id}只有两个题项，仅在与其他构念相关时才可识别",
                ),
                construct.id,
            )


def check_hypotheses(document: Document) -> Said:
    """Complain of hypotheses about nothing, given twice, in a circle, or inside a construct."""
    model = document.model
    known = ids(document, ("construct", "higher_order")) - set(model.exclude)
    parts = {higher.id: set(higher.of) for higher in document.higher_order}
    seen: Counter[tuple[str, str]] = Counter()
    for n, row in enumerate(model.hypotheses):
        place: Place = ("model", "hypotheses", n)
        for end, name in (("from", row.from_), ("to", row.to)):
            if name not in known:
                yield unknown(name, known, "a construct", (*place, end))
        seen[row.from_, row.to] += 1
        if row.from_ == row.to:
            yield Complaint((*place, "to"), f"{row.id} leads from {row.from_!r} to itself")
        elif seen[row.from_, row.to] > 1:
            yield Complaint(place, f"the way {row.from_} → {row.to} is already a hypothesis")
        if row.from_ in parts.get(row.to, ()) or row.to in parts.get(row.from_, ()):
            yield Complaint(place, f"{row.from_} → {row.to}: one is a dimension of the other")
    # a self-loop has been told already
    cycle = find_cycle((h.from_, h.to) for h in model.hypotheses if h.from_ != h.to)
    if cycle and not model.non_recursive:
        index = next(n for n, h in enumerate(model.hypotheses) if (h.from_, h.to) == cycle[:2])
        yield Complaint(
            ("model", "hypotheses", index),
            f"the hypotheses run in a circle: {' → '.join(cycle)}",
            "Remove one, or declare non_recursive: true.",
        )
    yield from _mediation(document)


def _mediation(document: Document) -> Said:
    signs = {(h.from_, h.to): h.sign for h in document.model.hypotheses}
    for n, row in enumerate(document.model.mediation):
        place: Place = ("model", "mediation", n)
        if len(row.path) < 3:
            yield Complaint(
                (*place, "path"), f"{row.id}: an indirect way has at least three constructs"
            )
            continue
        steps = list(zip(row.path, row.path[1:], strict=False))
        absent = [f"{a} → {b}" for a, b in steps if (a, b) not in signs]
        if absent:
            yield Complaint((*place, "path"), f"{row.id}: no hypothesis states {', '.join(absent)}")
            continue
        said = [signs[step] for step in steps]
        if "?" not in said and row.sign != "?":
            product = "-" if said.count("-") % 2 else "+"
            if row.sign != product:
                yield Complaint(
                    (*place, "sign"),
                    f"{row.id} has sign {row.sign!r}, but its steps give {product!r}",
                )


def check_outcome(document: Document) -> Said:
    """Complain of outcomes, candidates, groups and controls that cannot be what they are."""
    model = document.model
    known = ids(document, ("construct", "higher_order")) - set(model.exclude)
    edges = [(h.from_, h.to) for h in model.hypotheses]
    targets = {target for _, target in edges}
    if model.outcome is not None and model.outcome not in known:
        yield unknown(model.outcome, known, "a construct", ("model", "outcome"))
    elif model.outcome is not None and model.outcome not in targets:
        yield Complaint(
            ("model", "outcome"), f"no hypothesis leads to the outcome {model.outcome!r}"
        )
    for n, name in enumerate(model.other_outcomes):
        spot: Place = ("model", "other_outcomes", n)
        if name not in known:
            yield unknown(name, known, "a construct", spot)
        elif name == model.outcome or name not in targets:
            yield Complaint(spot, f"{name!r} is not a further target of a hypothesis")
    ways = reaching(edges, model.outcome) if model.outcome else set()
    for n, name in enumerate(model.candidates):
        place: Place = ("model", "candidates", n)
        if name not in known:
            yield unknown(name, known, "a construct", place)
        elif model.outcome is None:
            yield Complaint(place, "candidates need an outcome", "Add outcome: … to the model.")
        elif name == model.outcome or name not in ways:
            yield Complaint(
                place, f"no way of hypotheses leads from {name!r} to the outcome {model.outcome!r}"
            )
    for n, pair in enumerate(model.residual_covariances):
        for m, name in enumerate(pair):
            if name not in known:
                yield unknown(name, known, "a construct", ("model", "residual_covariances", n, m))
            elif name not in targets:
                yield Complaint(
                    ("model", "residual_covariances", n, m),
                    f"{name!r} is no target of a hypothesis, so it has no residual",
                )
    yield from _variables_used(document, targets)


def _variables_used(document: Document, targets: set[str]) -> Said:
    model = document.model
    variables = {variable.id: variable for variable in document.variables}
    for n, name in enumerate(model.groups):
        place: Place = ("model", "groups", n)
        if name not in variables:
            yield unknown(name, variables, "a variable", place)
        elif variables[name].type not in ("single", "scale"):
            yield Complaint(
                place, f"{name!r} is of type {variables[name].type}; groups need a single choice"
            )
    if model.controls is None:
        return
    for n, name in enumerate(model.controls.variables):
        if name not in variables:
            yield unknown(name, variables, "a variable", ("model", "controls", "variables", n))
        elif variables[name].type in ("multi", "text", "longtext", "date") or (
            variables[name].type == "single" and not variables[name].ordered
        ):
            yield Complaint(
                ("model", "controls", "variables", n),
                f"{name!r} is not numeric, so it cannot be a control",
                "Use a number, a scale, or a single choice with ordered: true.",
            )
    for n, name in enumerate(model.controls.on):
        if name not in targets:
            yield Complaint(
                ("model", "controls", "on", n), f"{name!r} is no target of a hypothesis"
            )
