"""From a model text to lavaan's parameter table, row for row."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ecosurvey.core import Text, did_you_mean
from ecosurvey.core.errors import ModelSyntaxError
from ecosurvey.sem.options import TableOptions
from ecosurvey.sem.syntax.defaults import add_defaults, apply_defaults
from ecosurvey.sem.syntax.drafts import Draft, draft_formulas
from ecosurvey.sem.syntax.exploratory import check_exploratory
from ecosurvey.sem.syntax.groups import (
    apply_modifiers,
    copy_rows,
    free_what_equality_identifies,
    labels_for_equality,
)
from ecosurvey.sem.syntax.headers import check_common, group_blocks, group_statements
from ecosurvey.sem.syntax.parser import parse_model
from ecosurvey.sem.syntax.roles import Roles, assign_roles
from ecosurvey.sem.syntax.source import Source
from ecosurvey.sem.syntax.statements import Formula, Relation, Statement
from ecosurvey.sem.types import Parameter, ParameterTable


def parameter_table(
    text: str,
    *,
    columns: Sequence[str] | None = None,
    groups: Sequence[str] = ("",),
    thresholds: Mapping[str, int] | None = None,
    options: TableOptions | None = None,
) -> ParameterTable:
    """Build the parameter table of a model, by lavaan's rules.

    Parameters
    ----------
    text : str
        The model, see :func:`parse_model`.
    columns : sequence of str, optional
        Names of the data's columns; a variable of the model that is not among them is an error.
    groups : sequence of str
        Group labels in order.
    thresholds : mapping of str to int, optional
        For each ordered variable of the data the number of its thresholds (categories less 1).
    options : TableOptions, optional
        Model type, identification, automatic rows, equality over groups.

    Returns
    -------
    ParameterTable
        Rows in lavaan's order: the user's, the automatic ones, the same for each group (or what
        its ``group:`` block says), then definitions and constraints, then equalities between rows
        that share a label.

    Raises
    ------
    ModelSyntaxError
        If the text cannot be read, or names what is not there.

    Notes
    -----
    As in lavaan 0.6-14, rows with equal labels keep their own ``free`` number and stand in
    ``==`` rows; a label shared with a fixed row fixes. Four deviations: a start value and a label
    on one term both hold (there, the first is lost), ``auto_`` options are heeded for
    every model type, a ``group:`` block belongs to the group it names (there, the first block to
    the first group of the data, whatever it says), and ``group_equal`` works with blocks too.

    Examples
    --------
    >>> table = parameter_table("f =~ x1 + x2 + x3")
    >>> [(row.lhs, row.op, row.rhs, row.free) for row in table][:3]
    [('f', '=~', 'x1', 0), ('f', '=~', 'x2', 1), ('f', '=~', 'x3', 2)]
    """
    options = options or TableOptions()
    source, statements = Source(text), parse_model(text)
    blocks = group_blocks(source, statements, groups)
    parts = [draft_formulas(source, of.statements) for of in blocks]
    written = [row for part in parts for row in part] or draft_formulas(source, statements)
    if not written:
        raise ModelSyntaxError(
            Text("the model has constraints but no formula", "模型有约束，却没有公式"),
            where=Text("model", "模型"),
            fix=Text(
                "Write at least one formula: f =~ x1 + x2.", "请至少写一个公式：f =~ x1 + x2。"
            ),
        )
    if any(row.op == "~1" for row in written) or thresholds:
        options = replace(options, meanstructure=True)
    roles = assign_roles(written)
    each = [assign_roles(part) for part in parts] or [roles]
    check_common(source, blocks, each)
    _check_columns(source, statements, roles, columns)
    ordered = {name: n for name, n in (thresholds or {}).items() if name in roles.observed}
    _check_thresholds(source, written, ordered)
    if parts:
        drafts = _block_by_block(source, parts, each, ordered, options)
    else:
        _order_covariances(written, roles)
        drafts = _all_groups(source, written, roles, ordered, options, len(groups))
    _spread_fixed_values(drafts)
    labels_for_equality(drafts, roles, options)
    equalities = _equal_references(source, drafts)
    rows = _numbered(drafts)
    rows += _relations(source, statements, rows)
    check_exploratory(source, written, drafts, statements, options)
    rows += equalities_by_label(rows, equalities)
    return ParameterTable(
        rows=tuple(rows),
        observed=roles.observed,
        latent=roles.latent,
        exogenous=roles.covariates if options.fixed_x else (),
        groups=tuple(groups),
        meanstructure=options.meanstructure,
        ordered=tuple(ordered),
        parameterization=options.parameterization,
    )


def model_roles(text: str, columns: Sequence[str]) -> Roles:
    """Return which variables a model has, and what they are in it; raise for a missing column."""
    source, statements = Source(text), parse_model(text)
    parts = group_statements(statements)
    roles = assign_roles([row for part in parts for row in draft_formulas(source, part)])
    _check_columns(source, statements, roles, columns)
    return roles


def _all_groups(
    source: Source,
    written: Sequence[Draft],
    roles: Roles,
    ordered: Mapping[str, int],
    options: TableOptions,
    n_groups: int,
) -> list[Draft]:
    block = add_defaults(written, roles, ordered, options)
    apply_defaults(block, roles, ordered, options)
    drafts: list[Draft] = []
    for group in range(1, n_groups + 1):
        copies = copy_rows(block, group)
        free_what_equality_identifies(copies, roles, ordered, options)
        apply_modifiers(source, copies, group, n_groups)
        drafts += copies
    return drafts


def _block_by_block(
    source: Source,
    parts: Sequence[Sequence[Draft]],
    each: Sequence[Roles],
    ordered: Mapping[str, int],
    options: TableOptions,
) -> list[Draft]:
    """Return the rows of groups that have each a model of their own."""
    drafts: list[Draft] = []
    for group, (part, roles) in enumerate(zip(parts, each, strict=True), start=1):
        _order_covariances(part, roles)
        block = add_defaults(part, roles, ordered, options)
        apply_defaults(block, roles, ordered, options)
        rows = copy_rows(block, group)
        # equality identifies what the first group has too
        shared = tuple(name for name in roles.latent if name in each[0].latent)
        free_what_equality_identifies(rows, replace(roles, latent=shared), ordered, options)
        apply_modifiers(source, rows, 1, 1)
        drafts += rows
    return drafts


def _check_columns(
    source: Source, statements: Sequence[Statement], roles: Roles, columns: Sequence[str] | None
) -> None:
    """Raise at the first observed variable that the data do not have."""
    if columns is None:
        return
    have = {str(name) for name in columns}
    for statement in statements:
        if not isinstance(statement, Formula):
            continue
        words = [*statement.lhs, *(t.word for t in statement.terms if statement.op != "|")]
        for word in words:
            if word.name and word.name in roles.observed and word.name not in have:
                hint = did_you_mean(word.name, [*have, *roles.latent])
                fix = Text(
                    f"{hint} Correct the name, or add the column.".strip(),
                    f"{hint.zh}请更正名称，或添加该列。",
                )
                if ":" in word.name:
                    fix = _of_product(word.name, have, roles)
                raise source.error(
                    Text(
                        f"{word.name!r} is not a column of the data",
                        f"{word.name!r} 不是数据中的列",
                    ),
                    word.span,
                    fix,
                )
    for name in roles.latent:
        if name in have:
            row = next(
                word.span
                for statement in statements
                if isinstance(statement, Formula)
                for word in statement.lhs
                if word.name == name
            )
            fix = Text("Give the latent variable another name.", "请给潜变量另起名称。")
            raise source.error(
                Text(
                    f"{name!r} is a factor here but a column of the data",
                    f"{name!r} 在此为因子，却也是数据中的列",
                ),
                row,
                fix,
            )


def _of_product(name: str, have: set[str], roles: Roles) -> Text:
    """Return what to do about a product that cannot be made."""
    parts = name.split(":")
    if set(parts) & set(roles.latent):
        return Text(
            "A product of factors is measured by products of their items: es.moderation() makes "
            "them, or add them as columns and define a factor by them.",
            "因子的乘积由其题项的乘积测量：可由 es.moderation() 生成，"
            "或将其作为列加入数据并以此定义因子。",
        )
    lost = next((part for part in parts if part not in have), None)
    if lost is None:  # products of columns are made for regressions only
        return Text("Add it as a column of its own.", "请把它作为单独的一列加入数据。")
    hint = did_you_mean(lost, have)
    return Text(
        f"{lost!r} is not a column either. {hint}".strip(),
        f"{lost!r} 也不是数据中的列。{hint.zh}",
    )


def _check_thresholds(source: Source, rows: Sequence[Draft], ordered: Mapping[str, int]) -> None:
    for row in rows:
        if row.op != "|":
            continue
        if row.lhs not in ordered:
            fix = Text(
                "Name it in ordered=, or drop the line.", "请在 ordered= 中写出它，或去掉该行。"
            )
            raise source.error(
                Text(f"{row.lhs!r} is not an ordered variable", f"{row.lhs!r} 不是有序变量"),
                row.span,
                fix,
            )
        known = [f"t{i + 1}" for i in range(ordered[row.lhs])]
        if row.rhs not in known:
            fix = Text(
                f"It has {len(known)}: {', '.join(known)}.",
                f"它有{len(known)}个：{'、'.join(known)}。",
            )
            raise source.error(
                Text(
                    f"{row.lhs!r} has no threshold {row.rhs!r}", f"{row.lhs!r} 没有阈值 {row.rhs!r}"
                ),
                row.span,
                fix,
            )


def _order_covariances(rows: Sequence[Draft], roles: Roles) -> None:
    """Write each covariance in the order of the model's variables."""
    place = {name: i for i, name in enumerate((*roles.latent, *roles.observed))}
    for row in rows:
        if row.op == "~~" and place[row.rhs] < place[row.lhs]:
            row.lhs, row.rhs = row.rhs, row.lhs


def _spread_fixed_values(rows: Sequence[Draft]) -> None:
    """Fix every row that shares its label with a fixed one."""
    fixed = {row.label: row.ustart for row in reversed(rows) if row.label and not row.free}
    for row in rows:
        if row.free and row.label in fixed:
            row.fix(fixed[row.label])


def _equal_references(source: Source, rows: Sequence[Draft]) -> dict[int, int]:
    """Resolve ``equal()``: index of a row to that of the row it shall equal, of the first group.

    As in lavaan, one ``equal()`` for several groups makes the row of each equal to the row that it
    names in the first one, not to that of its own group.
    """
    known = {(row.group, f"{row.lhs}{row.op}{row.rhs}"): i for i, row in enumerate(rows)}
    links: dict[int, int] = {}
    for index, row in enumerate(rows):
        if not row.equal:
            continue
        name = "".join(row.equal.split())
        target = known.get((1, name))
        if target is None:
            hint = did_you_mean(name, [key for _, key in known])
            fix = Text(
                f'{hint} Name a row of the model, as in equal("f=~x1").'.strip(),
                f'{hint.zh}请写出模型中的一行，如 equal("f=~x1")。',
            )
            raise source.error(
                Text(
                    f"{row.equal!r} is not a parameter of the model",
                    f"{row.equal!r} 不是模型中的参数",
                ),
                row.span,
                fix,
            )
        model = rows[target]
        if not model.free:
            row.fix(model.ustart)
        model.label = model.label or f".p{target + 1}."
        row.label = name
        links[index] = target
    return links


def _numbered(drafts: Sequence[Draft]) -> list[Parameter]:
    rows: list[Parameter] = []
    free = 0
    for index, row in enumerate(drafts, start=1):
        free += row.free
        rows.append(
            Parameter(
                lhs=row.lhs,
                op=row.op,
                rhs=row.rhs,
                user=row.user,
                group=row.group,
                free=free if row.free else 0,
                ustart=row.ustart,
                exo=row.exo,
                label=row.label,
                plabel=f".p{index}.",
                lower=row.lower,
                upper=row.upper,
                efa=row.efa,
            )
        )
    return rows


def _relations(
    source: Source, statements: Sequence[Statement], rows: Sequence[Parameter]
) -> list[Parameter]:
    """Return the rows of definitions and constraints, their labels checked."""
    known = {name for row in rows for name in (row.label, row.plabel) if name}
    found = [statement for statement in statements if isinstance(statement, Relation)]
    later = {relation.lhs for relation in found if relation.op == ":="}
    made: list[Parameter] = []
    for relation in found:
        for word in relation.names:
            if word.name in known:
                continue
            if word.name in later and relation.op != ":=":
                continue
            fix = did_you_mean(word.name, known) or Text(
                f"Label a parameter: {word.name}*x1.", f"请给参数加上标签：{word.name}*x1。"
            )
            raise source.error(
                Text(
                    f"{word.name!r} is not a label of the model", f"{word.name!r} 不是模型中的标签"
                ),
                word.span,
                fix,
            )
        if relation.op == ":=":
            if relation.lhs in known:
                raise source.error(
                    Text(
                        f"{relation.lhs!r} is defined but already a label",
                        f"{relation.lhs!r} 在此定义，却已是标签",
                    ),
                    relation.span,
                    Text("Rename it.", "请重命名。"),
                )
            known.add(relation.lhs)
        label = relation.lhs if relation.op == ":=" else ""
        made.append(
            Parameter(relation.lhs, relation.op, relation.rhs, user=1, group=0, label=label)
        )
    return made


def equalities_by_label(rows: Sequence[Parameter], links: Mapping[int, int]) -> list[Parameter]:
    """Return the ``==`` rows between free rows that share a label, or are linked."""
    first: dict[str, int] = {}
    follows: dict[int, list[int]] = {}
    for index, row in enumerate(rows):
        if not row.free:
            continue
        head = links.get(index)
        if head is None and row.label:
            head = first.setdefault(row.label, index)
        if head is not None and head != index:
            follows.setdefault(head, []).append(index)
    return [
        Parameter(rows[head].plabel, "==", rows[index].plabel, user=2, group=0, ustart=math.nan)
        for head, indices in sorted(follows.items())
        for index in indices
    ]
