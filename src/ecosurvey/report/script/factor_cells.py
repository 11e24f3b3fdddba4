"""The cells about the key factors: ranked, from every angle, by group, and otherwise analysed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.analysis import GROUP_PERMUTATIONS
from ecosurvey.report.script.literals import arguments, quoted
from ecosurvey.report.script.model_cells import fitted, treatment

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis

_WORDS = "names | {v.id: v.label for v in asked.variables}"


def factor_cells(analysis: Analysis) -> str:
    """Return the calls that rank the factors, and those that ask how far the ranking holds."""
    if analysis.key_factors is None:
        return _means(analysis)
    text = (
        "\n# %% Key factors\nranked = es.key_factors(\n"
        "    structural, asked.outcome, asked.candidates or None, names=names,\n"
        f"    seed={analysis.config.seed},\n)\nresults.append(ranked)\nprint(ranked)\n"
    )
    if analysis.imputed_effects is not None:
        text += (
            "over = es.imputed_effects(structural, asked.outcome, ranked.factors, names=names)\n"
            "results.append(over)\nprint(over)\n"
        )
    parts = (_angles, _mediations, _moderations, _nobody_excluded, _by_group, _others, _means)
    return text + "".join(part(analysis) for part in parts)


def _angles(analysis: Analysis) -> str:
    if analysis.factor_study is None:
        return ""
    graded = all(item.scale.points for item in analysis.instrument.items)
    drawn = "drawn" if analysis.bootstrap is not None else "None"
    return (
        "points = {item.id: item.scale.points for item in asked.items}\n"
        "ends = {item: (at[0], at[-1]) for item, at in points.items() if at}\n"
        "study = es.factor_study(\n"
        "    structural, asked.outcome, ranking=ranked,\n"
        "    scores=es.scale_scores(items, scales),\n"
        f"    ends={'ends' if graded else 'None'},\n"
        "    names=names | {item.id: item.text for item in asked.items},\n"
        f"    bootstrap={drawn}, seed={analysis.config.seed},\n"
        ")\nresults.append(study)\nprint(study)\n"
    )


def _mediations(analysis: Analysis) -> str:
    if analysis.mediations is None:
        return ""
    drawn = "drawn" if analysis.bootstrap is not None else "None"
    return (
        "\n# %% Expected mediations\n"
        "from ecosurvey.keyfactors import mediations\n"
        "from ecosurvey.keyfactors.expected import expected_mediations\n\n"
        "indirect = mediations(\n    structural, expected_mediations(asked), names=names,\n"
        f"    bootstrap={drawn}, seed={analysis.config.seed},\n"
        ")\nresults.append(indirect)\nprint(indirect)\n"
    )


def _moderations(analysis: Analysis) -> str:
    if analysis.moderations is None:
        return ""
    design = analysis.clean.design if analysis.config.uses_design else None
    return (
        "\n# %% Expected moderations\n"
        "from ecosurvey.keyfactors import moderations\n"
        "from ecosurvey.keyfactors.expected import expected_moderations\n\n"
        "moderated = moderations(\n"
        "    asked.structural_syntax(), kept.frame, expected_moderations(asked),\n"
        + ('    missing="fiml",\n' if treatment(analysis) == "fiml" else "")
        + ("" if design is None else arguments(design.options))
        + f"    names={_WORDS},\n"
        ")\nresults.append(moderated)\nprint(moderated)\n"
    )


def _nobody_excluded(analysis: Analysis) -> str:
    if analysis.sensitivity is None or analysis.structural is None:
        return ""
    policy, config = quoted(analysis.clean.rules.policy), analysis.config
    ways = [quoted(config.treatment(gaps=gaps)) for gaps in (True, False)]
    missing = ways[0] if ways[0] == ways[1] else f"{ways[0]} if gaps else {ways[1]}"
    return (
        "\n# %% Key factors with nobody excluded\n"
        "from dataclasses import replace\n\n"
        "from ecosurvey.keyfactors import compare_policies\n\n"
        'lax = replace(kept.rules, exclude=True, policy="screening_only")\n'
        "everyone = es.clean(answered, rules=lax)\n"
        + ("gaps = bool(everyone.items.isna().to_numpy().any())\n" if " if " in missing else "")
        + fitted(analysis, analysis.structural, "otherwise", "everyone.frame", missing)
        + "ranked_otherwise = es.key_factors(\n"
        "    otherwise, asked.outcome, asked.candidates or None, names=names,\n"
        f"    seed={analysis.config.seed},\n)\n"
        "held = compare_policies(\n"
        f'    {{"screening_only": ranked_otherwise, {policy}: ranked}},\n'
        f'    {{"screening_only": everyone.n, {policy}: kept.n}},\n'
        ")\nresults.append(held)\nprint(held)\n"
    )


def _by_group(analysis: Analysis) -> str:
    found, config = analysis.group_factors, analysis.config
    if found is None:
        return ""
    ordered = _ordinal(analysis) if config.estimator == "WLSMV" else []
    missing = config.missing
    if missing in ("auto", "mice"):  # every answer would take many times as long
        missing = "pairwise" if ordered else "listwise"
    return (
        "\n# %% Key factors by group\n"
        f"(variable,) = (v for v in asked.variables if v.id == {quoted(config.groups)})\n"
        "by_group = es.group_factors(\n"
        "    asked.structural_syntax(), kept.frame, variable.id, asked.outcome,\n"
        "    asked.candidates or None, names=names | {variable.id: variable.label},\n"
        "    labels={str(option.code): option.label for option in variable.options},\n"
        f"    estimator={quoted(config.estimator)}, missing={quoted(missing)},\n"
        f"    ordered={quoted(ordered)},\n"
        f"    n_permutations={GROUP_PERMUTATIONS}, seed={config.seed},\n"
        ")\nresults.append(by_group)\nprint(by_group)\n"
    )


def _others(analysis: Analysis) -> str:
    if analysis.specification_curve is None:
        return ""
    from ecosurvey.keyfactors.expected import expected_controls

    controls = list(expected_controls(analysis.instrument, analysis.clean.frame))
    return (
        "\n# %% Other reasonable analyses\n"
        "from ecosurvey.cleaning import rows_by_policy\n\n"
        "curve = es.specification_curve(\n"
        "    structural, rows_by_policy(kept), asked.outcome, ranked.factors,\n"
        f"    controls={quoted(controls)},\n"
        f"    ordered={quoted(_ordinal(analysis))},\n"
        f"    limit={analysis.config.specifications}, names={_WORDS},\n"
        f"    seed={analysis.config.seed},\n"
        ")\nresults.append(curve)\nprint(curve)\n"
    )


def _means(analysis: Analysis) -> str:
    if analysis.group_means is None:
        return ""
    return (
        "\n# %% Latent means of the groups that case material speaks of\n"
        "from ecosurvey.keyfactors.expected import compared_groups\n"
        "from ecosurvey.keyfactors.group_means import group_means\n\n"
        "means = group_means(\n"
        "    kept.frame, *compared_groups(asked, kept.frame),\n"
        f"    {_WORDS},\n"
        ")\nresults.append(means)\nprint(means)\n"
    )


def _ordinal(analysis: Analysis) -> list[str]:
    return [item.id for item in analysis.instrument.items if item.scale.points]
