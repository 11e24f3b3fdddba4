"""The rows that nobody writes: variances, covariances, thresholds, intercepts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, combinations_with_replacement

from ecosurvey.sem.options import TableOptions
from ecosurvey.sem.syntax.drafts import Draft
from ecosurvey.sem.syntax.exploratory import identify_blocks, missing_covariances
from ecosurvey.sem.syntax.roles import Roles
from ecosurvey.sem.types import Op


def add_defaults(
    rows: Sequence[Draft], roles: Roles, thresholds: Mapping[str, int], options: TableOptions
) -> list[Draft]:
    """Return the user's rows followed by those that lavaan's rules add.

    The order of the additions is lavaan's: thresholds, variances, covariances of exogenous
    latents, of terminal outcomes, moments of covariates, response scales, intercepts.
    """
    wanted: list[tuple[str, Op, str]] = []
    ordered = [name for name in roles.observed if name in thresholds]
    wanted += [(name, "|", f"t{i + 1}") for name in ordered for i in range(thresholds[name])]
    if options.auto("auto_var"):
        wanted += [(name, "~~", name) for name in (*roles.modelled, *roles.latent)]
    elif ordered:
        wanted += [(name, "~~", name) for name in ordered]
    if options.auto("auto_cov_lv_x"):
        wanted += [(a, "~~", b) for a, b in combinations(roles.exogenous_latent, 2)]
    if options.auto("auto_cov_y"):
        wanted += [(a, "~~", b) for a, b in combinations(roles.terminal, 2)]
    wanted += [(a, "~~", b) for a, b in combinations_with_replacement(roles.covariates, 2)]
    if options.auto("auto_delta"):
        wanted += [(name, "~*~", name) for name in ordered]
    if options.meanstructure:
        wanted += [(name, "~1", "") for name in (*roles.observed, *roles.latent)]
    written = {row.key for row in rows}
    added = [Draft(lhs, op, rhs, user=0) for lhs, op, rhs in wanted]
    whole = [*rows, *(row for row in added if row.key not in written)]
    return [*whole, *missing_covariances(whole)]


def apply_defaults(
    rows: Sequence[Draft], roles: Roles, thresholds: Mapping[str, int], options: TableOptions
) -> None:
    """Fix what must be fixed to identify the model, before the user's modifiers speak."""
    _fix_scales(rows, roles, options)
    identify_blocks(rows)
    if options.auto("auto_fix_single"):
        _fix_single_indicators(rows)
    latent, covariates = set(roles.latent), set(roles.covariates)
    for row in rows:
        if row.op == "~~" and row.lhs == row.rhs and row.lhs in roles.composites:
            row.fix(0.0)
        if row.user:
            continue
        if row.op == "~~" and options.orthogonal and row.lhs != row.rhs:
            if row.lhs in latent and row.rhs in latent:
                row.fix(0.0)
        elif row.op == "~1":
            kind = "int_lv_free" if row.lhs in latent else "int_ov_free"
            if not options.auto(kind) or row.lhs in thresholds:
                row.fix(0.0)
        elif row.op == "~*~" or (row.op == "~~" and row.lhs == row.rhs and row.lhs in thresholds):
            row.fix(1.0)
        covariate = row.lhs in covariates and (row.op == "~1" or row.rhs in covariates)
        if options.fixed_x and covariate and row.op in ("~~", "~1"):
            row.free, row.ustart, row.exo = False, float("nan"), 1


def _fix_scales(rows: Sequence[Draft], roles: Roles, options: TableOptions) -> None:
    """Give each latent a unit: its first loading, or its variance."""
    marked: set[str] = set()
    for row in rows:
        if row.op == "=~" and row.lhs not in marked:
            marked.add(row.lhs)
            if options.auto("auto_fix_first") and not row.efa:
                row.fix(1.0)
        if options.std_lv and row.op == "~~" and row.lhs == row.rhs and row.lhs in roles.latent:
            row.fix(1.0)


def _fix_single_indicators(rows: Sequence[Draft]) -> None:
    """Take a latent's only indicator to be free of error, unless it indicates others too."""
    items: dict[str, list[str]] = {}
    for row in rows:
        if row.op == "=~":
            items.setdefault(row.lhs, []).append(row.rhs)
    loaded = [item for names in items.values() for item in names]
    single = {
        names[0] for names in items.values() if len(names) == 1 and loaded.count(names[0]) == 1
    }
    for row in rows:
        if row.op == "~~" and row.lhs == row.rhs and row.lhs in single and not row.user:
            row.fix(0.0)
