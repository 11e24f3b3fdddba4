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
                yield unknown(part, known, Text("a construct", "构念"), (*place, n))
            elif part in left_out:
                yield Complaint(
                    (*place, n),
                    Text(f"{part!r} is excluded from the model", f"{part!r} 已被排除在模型之外"),
                )
            elif part in composites:
                yield Complaint(
                    (*place, n),
                    Text(
                        f"{part!r} is a composite; "
                        "a higher-order construct shows itself in latents",
                        f"{part!r} 是组合构念；高阶构念须由潜变量反映",
                    ),
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
            yield Complaint(
                place,
                Text(f"{higher.id!r} names a construct twice", f"{higher.id!r} 两次包含同一构念"),
            )
        elif len(higher.of) < 2:
            yield Complaint(
                place,
                Text(
                    f"{higher.id!r} is made of fewer than two constructs",
                    f"{higher.id!r} 包含的构念不足两个",
                ),
            )
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
        yield Complaint(
            ("higher_order",),
            Text(
                f"constructs contain each other: {' → '.join(cycle)}",
                f"构念互相包含：{' → '.join(cycle)}",
            ),
        )


def check_identified(document: Document) -> Said:
    """Remark on constructs with fewer than three items."""
    left_out = set(document.model.exclude)
    for n, name in enumerate(document.model.exclude):
        if name not in ids(document, ("construct",)):
            yield unknown(
                name,
                ids(document, ("construct",)),
                Text("a first-order construct", "一阶构念"),
                ("model", "exclude", n),
            )
    kept = [
        part
        for part in document.constructs
        if part.id not in left_out and part.mode == "reflective"
    ]
    if not kept:
        yield Complaint(
            ("model", "exclude"),
            Text("no construct is left for the model", "模型中没有剩下任何构念"),
        )
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
                yield unknown(name, known, Text("a construct", "构念"), (*place, end))
        seen[row.from_, row.to] += 1
        if row.from_ == row.to:
            yield Complaint(
                (*place, "to"),
                Text(
                    f"{row.id} leads from {row.from_!r} to itself",
                    f"{row.id} 从 {row.from_!r} 指向它自己",
                ),
            )
        elif seen[row.from_, row.to] > 1:
            yield Complaint(
                place,
                Text(
                    f"the way {row.from_} → {row.to} is already a hypothesis",
                    f"路径 {row.from_} → {row.to} 已是一条假设",
                ),
            )
        if row.from_ in parts.get(row.to, ()) or row.to in parts.get(row.from_, ()):
            yield Complaint(
                place,
                Text(
                    f"{row.from_} → {row.to}: one is a dimension of the other",
                    f"{row.from_} → {row.to}：其中一个是另一个的维度",
                ),
            )
    # a self-loop has been told already
    cycle = find_cycle((h.from_, h.to) for h in model.hypotheses if h.from_ != h.to)
    if cycle and not model.non_recursive:
        index = next(n for n, h in enumerate(model.hypotheses) if (h.from_, h.to) == cycle[:2])
        yield Complaint(
            ("model", "hypotheses", index),
            Text(
                f"the hypotheses run in a circle: {' → '.join(cycle)}",
                f"假设构成循环：{' → '.join(cycle)}",
            ),
            Text(
                "Remove one, or declare non_recursive: true.",
                "请删去一条，或声明 non_recursive: true。",
            ),
        )
    yield from _mediation(document)


def _mediation(document: Document) -> Said:
    signs = {(h.from_, h.to): h.sign for h in document.model.hypotheses}
    for n, row in enumerate(document.model.mediation):
        place: Place = ("model", "mediation", n)
        if len(row.path) < 3:
            yield Complaint(
                (*place, "path"),
                Text(
                    f"{row.id}: an indirect way has at least three constructs",
                    f"{row.id}：间接路径至少有三个构念",
                ),
            )
            continue
        steps = list(zip(row.path, row.path[1:], strict=False))
        absent = [f"{a} → {b}" for a, b in steps if (a, b) not in signs]
        if absent:
            yield Complaint(
                (*place, "path"),
                Text(
                    f"{row.id}: no hypothesis states {', '.join(absent)}",
                    f"{row.id}：没有假设提出 {'、'.join(absent)}",
                ),
            )
            continue
        said = [signs[step] for step in steps]
        if "?" not in said and row.sign != "?":
            product = "-" if said.count("-") % 2 else "+"
            if row.sign != product:
                yield Complaint(
                    (*place, "sign"),
                    Text(
                        f"{row.id} has sign {row.sign!r}, but its steps give {product!r}",
                        f"{row.id} 的符号为 {row.sign!r}，但其各步给出 {product!r}",
                    ),
                )


def check_outcome(document: Document) -> Said:
    """Complain of outcomes, candidates, groups and controls that cannot be what they are."""
    model = document.model
    known = ids(document, ("construct", "higher_order")) - set(model.exclude)
    edges = [(h.from_, h.to) for h in model.hypotheses]
    targets = {target for _, target in edges}
    if model.outcome is not None and model.outcome not in known:
        yield unknown(model.outcome, known, Text("a construct", "构念"), ("model", "outcome"))
    elif model.outcome is not None and model.outcome not in targets:
        yield Complaint(
            ("model", "outcome"),
            Text(
                f"no hypothesis leads to the outcome {model.outcome!r}",
                f"没有假设指向结果变量 {model.outcome!r}",
            ),
        )
    for n, name in enumerate(model.other_outcomes):
        spot: Place = ("model", "other_outcomes", n)
        if name not in known:
            yield unknown(name, known, Text("a construct", "构念"), spot)
        elif name == model.outcome or name not in targets:
            yield Complaint(
                spot,
                Text(
                    f"{name!r} is not a further target of a hypothesis",
                    f"{name!r} 不是任何假设的另一目标",
                ),
            )
    ways = reaching(edges, model.outcome) if model.outcome else set()
    for n, name in enumerate(model.candidates):
        place: Place = ("model", "candidates", n)
        if name not in known:
            yield unknown(name, known, Text("a construct", "构念"), place)
        elif model.outcome is None:
            yield Complaint(
                place,
                Text("candidates need an outcome", "候选因素需要结果变量"),
                Text("Add outcome: … to the model.", "请在模型中加上 outcome: …。"),
            )
        elif name == model.outcome or name not in ways:
            yield Complaint(
                place,
                Text(
                    f"no way of hypotheses leads from {name!r} to the outcome {model.outcome!r}",
                    f"没有假设路径从 {name!r} 通向结果变量 {model.outcome!r}",
                ),
            )
    for n, pair in enumerate(model.residual_covariances):
        for m, name in enumerate(pair):
            if name not in known:
                yield unknown(
                    name,
                    known,
                    Text("a construct", "构念"),
                    ("model", "residual_covariances", n, m),
                )
            elif name not in targets:
                yield Complaint(
                    ("model", "residual_covariances", n, m),
                    Text(
                        f"{name!r} is no target of a hypothesis, so it has no residual",
                        f"{name!r} 不是任何假设的目标，因此没有残差",
                    ),
                )
    yield from _variables_used(document, targets)


def _variables_used(document: Document, targets: set[str]) -> Said:
    model = document.model
    variables = {variable.id: variable for variable in document.variables}
    for n, name in enumerate(model.groups):
        place: Place = ("model", "groups", n)
        if name not in variables:
            yield unknown(name, variables, Text("a variable", "变量"), place)
        elif variables[name].type not in ("single", "scale"):
            yield Complaint(
                place,
                Text(
                    f"{name!r} is of type {variables[name].type}; groups need a single choice",
                    f"{name!r} 的类型是 {variables[name].type}；分组需要单选题",
                ),
            )
    if model.controls is None:
        return
    for n, name in enumerate(model.controls.variables):
        if name not in variables:
            yield unknown(
                name, variables, Text("a variable", "变量"), ("model", "controls", "variables", n)
            )
        elif variables[name].type in ("multi", "text", "longtext", "date") or (
            variables[name].type == "single" and not variables[name].ordered
        ):
            yield Complaint(
                ("model", "controls", "variables", n),
                Text(
                    f"{name!r} is not numeric, so it cannot be a control",
                    f"{name!r} 不是数值，因此不能作为控制变量",
                ),
                Text(
                    "Use a number, a scale, or a single choice with ordered: true.",
                    "请使用数值、量表，或带 ordered: true 的单选题。",
                ),
            )
    for n, name in enumerate(model.controls.on):
        if name not in targets:
            yield Complaint(
                ("model", "controls", "on", n),
                Text(f"{name!r} is no target of a hypothesis", f"{name!r} 不是任何假设的目标"),
            )
