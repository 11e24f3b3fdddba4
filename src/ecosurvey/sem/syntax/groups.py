"""Several groups: the rows copied, modifiers told apart, and what equality brings along."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ecosurvey.core import OptionError, Text, did_you_mean
from ecosurvey.sem.options import TableOptions
from ecosurvey.sem.syntax.drafts import Draft
from ecosurvey.sem.syntax.roles import Roles
from ecosurvey.sem.syntax.source import Source


def apply_modifiers(source: Source, rows: Sequence[Draft], group: int, n_groups: int) -> None:
    """Let the user's values, labels and bounds for one group overrule the defaults."""
    for row in rows:
        asked = row.modifiers
        for name in type(asked).__slots__:
            values = getattr(asked, name)
            if values is None:
                continue
            if len(values) not in (1, n_groups):
                raise source.error(
                    Text(
                        f"{len(values)} values for {n_groups} group{'s' if n_groups > 1 else ''}",
                        f"{n_groups}个组却有{len(values)}个值",
                    ),
                    row.span,
                    Text("Give one value, or one for each group.", "请给出一个值，或每组各一个。"),
                )
            value = values[0] if len(values) == 1 else values[group - 1]
            if name == "fixed":
                row.release() if math.isnan(value) else row.fix(value)
            elif not (isinstance(value, float) and math.isnan(value)):
                setattr(row, "ustart" if name == "start" else name, value)


def copy_rows(rows: Sequence[Draft], group: int) -> list[Draft]:
    """Return the rows again, for another group."""
    return [replace(row, group=group) for row in rows]


def free_what_equality_identifies(
    rows: Sequence[Draft], roles: Roles, thresholds: Mapping[str, int], options: TableOptions
) -> None:
    """Release in later groups what equal loadings, intercepts or thresholds identify.

    With equal intercepts the latent means of the other groups can be estimated, with equal
    loadings their latent variances even where ``std_lv`` fixed them, with equal thresholds the
    scales of their latent responses (their residual variances by the theta parameterization).
    """
    equal = set(options.group_equal)
    means = bool({"intercepts", "thresholds"} & equal) and "means" not in equal
    for row in rows:
        if row.group == 1 or row.user:
            continue
        variance = row.op == "~~" and row.lhs == row.rhs
        if row.op == "~1" and row.lhs in roles.latent:
            if means:
                row.release()
        elif variance and row.lhs in roles.latent and row.lhs not in roles.composites:
            if options.std_lv and "loadings" in equal and "lv_variances" not in equal:
                row.release()
        elif "thresholds" in equal and row.lhs in thresholds:
            theta = options.parameterization == "theta"
            if (variance and theta) or (row.op == "~*~" and not theta):
                row.release()


def labels_for_equality(rows: Sequence[Draft], roles: Roles, options: TableOptions) -> None:
    """Give rows of the wanted kinds the label of their counterpart in the first group."""
    kinds = [_KINDS[kind] for kind in options.group_equal]
    if not kinds:
        return
    exempt = _exempt(rows, options.group_partial)
    first: dict[tuple[str, str, str], tuple[int, Draft]] = {
        row.key: (index, row) for index, row in enumerate(rows, start=1) if row.group == 1
    }
    for row in rows:
        if row.group == 1 or row.label or not row.free or row.key in exempt:
            continue
        if not any(belongs(row, roles) for belongs in kinds):
            continue
        index, model = first.get(row.key, (0, row))  # with blocks, the first group may lack it
        if model is not row and model.free and (not model.label or model.label == f".p{index}."):
            row.label = model.label = f".p{index}."


def _exempt(rows: Sequence[Draft], partial: Sequence[str]) -> set[tuple[str, str, str]]:
    known = {"".join((row.lhs, row.op, row.rhs)): row.key for row in rows}
    known |= {f"{row.rhs}~~{row.lhs}": row.key for row in rows if row.op == "~~"}
    exempt: set[tuple[str, str, str]] = set()
    for text in partial:
        plain = "".join(text.split())
        if plain not in known:
            raise OptionError(
                Text(
                    f"group_partial={text!r} is not a parameter of the model",
                    f"group_partial={text!r} 不是模型中的参数",
                ),
                fix=did_you_mean(plain, known)
                or Text(
                    "Write it as in the model: 'f=~x3', 'x2~1'.",
                    "请按模型中的写法，如 'f=~x3'、'x2~1'。",
                ),
            )
        exempt.add(known[plain])
    return exempt


def _is(op: str, *, same: bool | None = None, of: str = "") -> Callable[[Draft, Roles], bool]:
    def belongs(row: Draft, roles: Roles) -> bool:
        if row.op != op or (same is not None and (row.lhs == row.rhs) != same):
            return False
        if not of:
            return True
        names = roles.latent if of == "latent" else roles.modelled
        return row.lhs in names and (op == "~1" or row.rhs in names)

    return belongs


_KINDS: dict[str, Callable[[Draft, Roles], bool]] = {
    "loadings": _is("=~"),
    "intercepts": _is("~1", of="observed"),
    "means": _is("~1", of="latent"),
    "thresholds": _is("|"),
    "regressions": _is("~"),
    "residuals": _is("~~", same=True, of="observed"),
    "residual_covariances": _is("~~", same=False, of="observed"),
    "lv_variances": _is("~~", same=True, of="latent"),
    "lv_covariances": _is("~~", same=False, of="latent"),
}
