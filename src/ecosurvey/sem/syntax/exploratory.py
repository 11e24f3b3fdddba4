"""Exploratory blocks: what identifies them before rotation, and what rotation asks of a text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from ecosurvey.core import Text, counted
from ecosurvey.sem.options import TableOptions
from ecosurvey.sem.syntax.drafts import Draft
from ecosurvey.sem.syntax.source import Source
from ecosurvey.sem.syntax.statements import Modifiers, Relation, Statement

HELD = 7  # lavaan's code in ``user``: a zero that holds before rotation only


def factors_by_block(rows: Iterable[Draft]) -> dict[str, tuple[str, ...]]:
    """Return the factors of each exploratory block, in the order of the text."""
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        if row.efa:
            found.setdefault(row.efa, {})[row.lhs] = None
    return {block: tuple(names) for block, names in found.items()}


def missing_covariances(rows: Sequence[Draft]) -> list[Draft]:
    """Return the covariances within blocks that no rule has added: of factors in the middle."""
    have = {row.key for row in rows}
    pairs = [pair for names in factors_by_block(rows).values() for pair in combinations(names, 2)]
    added = [Draft(a, "~~", b, user=0) for a, b in pairs]
    return [row for row in added if row.key not in have]


def identify_blocks(rows: Sequence[Draft]) -> None:
    """Fix what identifies blocks: unit variances, no covariances, an echelon of zero loadings."""
    for names in factors_by_block(rows).values():
        for place, name in enumerate(names):
            own = [row for row in rows if row.op == "=~" and row.lhs == name]
            for row in own[:place]:
                row.fix(0.0)
                row.user = HELD
        for row in rows:
            if row.op != "~~" or row.lhs not in names or row.rhs not in names:
                continue
            row.fix(1.0 if row.lhs == row.rhs else 0.0)
            if row.lhs != row.rhs:
                row.user = HELD


def check_exploratory(
    source: Source,
    written: Sequence[Draft],
    rows: Sequence[Draft],
    statements: Sequence[Statement],
    options: TableOptions,
) -> None:
    """Raise where a block cannot be rotated: rotation must turn a solution into an equal one.

    Factors of a block need the same items and the same place in the model, and no values, bounds
    or equalities that hold for some of their parameters only.
    """
    blocks = factors_by_block(written)
    if not blocks:
        return
    first = next(row for row in written if row.efa)
    if options.group_equal:
        raise source.error(
            Text(
                "equality over groups is not offered with exploratory blocks",
                "含探索性因子块的模型不支持跨组相等",
            ),
            first.span,
            Text("Leave group_equal= out.", "请去掉 group_equal=。"),
        )
    for block, names in blocks.items():
        _check_rows(source, written, block, names)
        for group in sorted({row.group for row in rows}):
            _check_alike(source, [row for row in rows if row.group == group], block, names)
    _check_relations(
        source, rows, statements, {name for names in blocks.values() for name in names}
    )


def _check_rows(
    source: Source, written: Sequence[Draft], block: str, names: tuple[str, ...]
) -> None:
    latent = {row.lhs for row in written if row.op == "=~"}
    for row in written:
        if row.lhs not in names and row.rhs not in names:
            continue
        asked, turned = row.modifiers, row.lhs if row.lhs in names else row.rhs
        loading = row.op == "=~" and row.lhs in names
        if loading and (row.efa != block or row.rhs in latent):
            found = Text(
                f"{row.lhs!r} belongs to block {block!r} and has another definition, or a factor "
                "as its item",
                f"{row.lhs!r} 属于块 {block!r}，却另有定义，或以因子为题项",
            )
        elif asked != Modifiers(label=None if loading else asked.label):
            found = Text(
                f"parameters of the exploratory factor {turned!r} "
                "take no values, bounds or equalities",
                "探索性因子的参数不能带有数值、界限或相等约束",
            )
        elif row.op == "~~" and row.lhs in names and row.rhs in names:
            found = Text(
                "variances and covariances within a block follow from its rotation",
                "块内的方差与协方差由旋转决定",
            )
        else:
            continue
        raise source.error(
            found,
            row.span,
            Text(
                "Take it out, or make the factor a confirmatory one.", "请去掉，或改用验证性因子。"
            ),
        )


def _check_alike(source: Source, rows: Sequence[Draft], block: str, names: tuple[str, ...]) -> None:
    """Raise if the factors of a block have other items, or other relations, than its first."""

    def place(name: str) -> set[tuple[str, str, str, bool]]:
        around = set()
        for row in rows:
            if row.lhs == name and row.rhs not in names:
                around.add((row.op, "to", row.rhs, row.free or row.user == HELD))
            elif row.rhs == name and row.lhs not in names:
                around.add((row.op, "~~" if row.op == "~~" else "from", row.lhs, row.free))
        return {(op, "~~" if op == "~~" else side, other, free) for op, side, other, free in around}

    first = place(names[0])
    items = sum(1 for op, side, _, _ in first if op == "=~" and side == "to")
    for name in names:
        odd = place(name) ^ first
        if not odd and items > len(names):
            continue
        row = next(row for row in rows if row.efa == block and row.lhs == name)
        if not odd:
            found = Text(
                f"block {block!r} has {counted(len(names), 'factor', 'factors')} "
                f"and {counted(items, 'item', 'items')}",
                f"块 {block!r} 有{len(names)}个因子，却只有{items}个题项",
            )
            fix = Text("Take fewer factors.", "请减少因子。")
        else:
            op, _, other, _ = min(odd)
            found = Text(
                f"{names[0]!r} and {name!r} of block {block!r} differ in their relation "
                f"({op}) to {other or 'the mean'!r}",
                f"块 {block!r} 的 {names[0]!r} 与 {name!r} "
                f"同 {other or '均值'!r} 的关系（{op}）不同",
            )
            fix = Text(
                "A rotation mixes the factors of a block: write the same for each of them.",
                "旋转会混合块内的因子：请对每个因子写相同的内容。",
            )
        raise source.error(found, row.span, fix)


def _check_relations(
    source: Source, rows: Sequence[Draft], statements: Sequence[Statement], factors: set[str]
) -> None:
    """Raise for equalities or limits on what rotation changes."""
    turned = [row for row in rows if factors & {row.lhs, row.rhs}]
    labels = {row.label for row in turned if row.label}
    labels |= {s.lhs for s in statements if isinstance(s, Relation) and s.op == ":="}
    wrong = [row.span for row in turned if row.label and _shared(row, rows)]
    for statement in statements:
        if isinstance(statement, Relation) and statement.op != ":=":
            nonlinear = statement.op != "=="
            named = any(word.name in labels for word in statement.names)
            if nonlinear or named:
                wrong.append(statement.span)
    if wrong:
        raise source.error(
            Text(
                "equalities and limits cannot hold for what a rotation changes",
                "旋转会改变的参数不能带有相等或界限约束",
            ),
            wrong[0],
            Text(
                "Constrain parameters away from exploratory factors only.",
                "只能约束与探索性因子无关的参数。",
            ),
        )


def _shared(row: Draft, rows: Sequence[Draft]) -> bool:
    return sum(other.label == row.label for other in rows) > 1
