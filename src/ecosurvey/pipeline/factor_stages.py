"""The stages about the key factors: ranked, by group, moderated, and under other analyses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ecosurvey.analysis import GROUP_PERMUTATIONS
from ecosurvey.core import DataError, EcosurveyError, Finding, Text, trusted
from ecosurvey.pipeline.model_fits import fit_model, names_of, ordinal_items, treatment_of

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis
    from ecosurvey.instrument.parts import Variable
    from ecosurvey.keyfactors import FactorStudy, KeyFactors, Mediations, Moderations
    from ecosurvey.sem import SemResult


def rank(analysis: Analysis) -> Analysis:
    """Rank the factors of the outcome, with the effects by way of others and on condition."""
    from ecosurvey.keyfactors import key_factors
    from ecosurvey.keyfactors.imputed_effects import imputed_effects
    from ecosurvey.sem.imputed import ImputedSem

    asked, fit = analysis.instrument, analysis.structural
    if fit is None or not fit.converged or asked.outcome is None:
        return analysis
    factors = key_factors(
        fit, asked.outcome, asked.candidates or None, names=names_of(asked),
        seed=analysis.config.seed,
    )  # fmt: skip
    analysis = replace(analysis, key_factors=factors)
    if isinstance(fit, ImputedSem):
        over = imputed_effects(fit, factors.outcome, factors.factors, names=names_of(asked))
        analysis = replace(analysis, imputed_effects=over)
    return replace(
        analysis, mediations=_mediations(analysis, fit), moderations=_moderations(analysis)
    )


@dataclass(frozen=True, slots=True)
class WithEverybody:
    """The ranking with nobody excluded for quality, and from how many answers.

    ``factors`` is None where the model does not converge.
    """

    factors: KeyFactors | None
    n: int


def ranked_without_exclusions(analysis: Analysis) -> WithEverybody | None:
    """Rank the factors with nobody excluded for quality.

    None where the screening excluded nobody for quality, or there is nothing to rank.
    """
    from ecosurvey.cleaning import clean
    from ecosurvey.keyfactors import key_factors

    asked, kept = analysis.instrument, analysis.clean
    text = asked.structural_syntax()
    if text is None or asked.outcome is None or kept.rules.policy == "screening_only":
        return None
    everyone = clean(
        analysis.responses, rules=replace(kept.rules, exclude=True, policy="screening_only")
    )
    if everyone.n == kept.n:
        return None
    fit = fit_model(text, everyone, analysis.config)
    if not fit.converged:
        return WithEverybody(None, everyone.n)
    lax = key_factors(
        fit, asked.outcome, asked.candidates or None, names=names_of(asked),
        seed=analysis.config.seed,
    )  # fmt: skip
    return WithEverybody(lax, everyone.n)


def compare_exclusions(analysis: Analysis, everybody: WithEverybody | None) -> Analysis:
    """Hold the ranking with nobody excluded for quality beside that of the run."""
    from ecosurvey.keyfactors import compare_policies

    kept, ranked = analysis.clean, analysis.key_factors
    if ranked is None or everybody is None:
        return analysis
    lax, policy = everybody.factors, kept.rules.policy
    if lax is None:
        return replace(analysis, findings=(*analysis.findings, _not_without_exclusions()))
    compared = compare_policies(
        {"screening_only": lax, policy: ranked}, {"screening_only": everybody.n, policy: kept.n}
    )
    return replace(analysis, sensitivity=compared)


def _not_without_exclusions() -> Finding:
    return Finding(
        "policy_not_fitted",
        "warning",
        Text(
            "With nobody excluded for quality the structural model does not converge, so the key "
            "factors cannot be held beside those reported.",
            "不因质量剔除样本时结构模型未收敛，无法与所报告的关键因素对照。",
        ),
    )


def rank_by_group(analysis: Analysis) -> Analysis:
    """Rank the factors in each group of a background variable."""
    from ecosurvey.keyfactors import group_factors

    asked, config = analysis.instrument, analysis.config
    group, text = config.groups, asked.structural_syntax()
    if group is None or text is None or asked.outcome is None or analysis.key_factors is None:
        return analysis
    (variable,) = (v for v in asked.variables if v.id == group)
    ordinal = ordinal_items(asked) if config.estimator == "WLSMV" else ()
    usual = "pairwise" if ordinal else "listwise"  # full information takes too long here
    try:
        found = group_factors(
            text, analysis.clean.frame, group, asked.outcome, asked.candidates or None,
            estimator=config.estimator, ordered=ordinal,
            missing=usual if config.missing in ("auto", "mice") else config.missing,
            n_permutations=GROUP_PERMUTATIONS, names=names_of(asked) | {group: variable.label},
            labels={str(option.code): option.label for option in variable.options},
            seed=config.seed, jobs=config.jobs,
        )  # fmt: skip
    except EcosurveyError as error:  # the rest of the run does not depend on it
        return replace(analysis, findings=(*analysis.findings, _not_grouped(error, variable)))
    return replace(analysis, group_factors=found)


def _not_grouped(error: EcosurveyError, variable: Variable) -> Finding:
    mend = Text("Join small groups.", "请合并小组，或增加样本量。")
    if not isinstance(error, DataError):
        mend = Text("Use another estimator.", "请改用其他估计方法（如MLR），或不分组。")
    return Finding(
        "groups_skipped",
        "warning",
        Text("no ranking by {g}: {why}.", "未按{g}分组排名：{why}。").fill(
            g=variable.label, why=error.words.found
        ),
        variable.id,
        hint=error.remedy(mend),
    )


def try_others(analysis: Analysis) -> Analysis:
    """Rank the factors by other reasonable analyses of the same answers."""
    from ecosurvey.cleaning import rows_by_policy
    from ecosurvey.keyfactors import specification_curve
    from ecosurvey.keyfactors.expected import expected_controls

    asked, config, fit = analysis.instrument, analysis.config, analysis.structural
    ranked = analysis.key_factors
    if ranked is None or fit is None or not trusted(fit.findings):
        return analysis
    controls = expected_controls(asked, analysis.clean.frame)
    labels = {v.id: v.label for v in asked.variables if v.id in controls}
    found = specification_curve(
        fit, rows_by_policy(analysis.clean), ranked.outcome, ranked.factors, controls=controls,
        ordered=ordinal_items(asked), limit=config.specifications, names=names_of(asked) | labels,
        seed=config.seed, jobs=config.jobs,
    )  # fmt: skip
    return replace(analysis, specification_curve=found)


def _mediations(analysis: Analysis, fit: SemResult) -> Mediations | None:
    """Test the indirect ways that the questionnaire expects."""
    from ecosurvey.keyfactors import mediations
    from ecosurvey.keyfactors.expected import expected_mediations

    asked = analysis.instrument
    if not asked.mediations or not trusted(fit.findings):
        return None
    return mediations(
        fit, expected_mediations(asked), names=names_of(asked), bootstrap=analysis.bootstrap,
        seed=analysis.config.seed,
    )  # fmt: skip


def _moderations(analysis: Analysis) -> Moderations | None:
    """Test the moderations that the questionnaire expects.

    Gaps are treated as in the models where that is full-information likelihood, which products
    of items allow too; else complete rows are used, and the table says so.
    """
    from ecosurvey.keyfactors import moderations
    from ecosurvey.keyfactors.expected import expected_moderations

    asked, text = analysis.instrument, analysis.instrument.structural_syntax()
    if text is None or not asked.moderations:
        return None
    labels = {variable.id: variable.label for variable in asked.variables}
    design = analysis.clean.design if analysis.config.uses_design else None
    return moderations(
        text, analysis.clean.frame, expected_moderations(asked),
        missing="fiml" if treatment_of(analysis) == "fiml" else "listwise",
        names=names_of(asked) | labels, **({} if design is None else design.options),
    )  # fmt: skip


def studied(analysis: Analysis) -> FactorStudy | None:
    """Look at the ranked factors from every angle.

    None where none are ranked, or the solution is improper: it has no correlations to divide
    among the factors.
    """
    from ecosurvey.descriptives import scale_scores
    from ecosurvey.keyfactors import factor_study

    asked, fit, factors = analysis.instrument, analysis.structural, analysis.key_factors
    if fit is None or factors is None or not trusted(fit.findings):
        return None
    points = {item.id: item.scale.points for item in asked.items}
    ends = {item: (at[0], at[-1]) for item, at in points.items() if at}
    known = names_of(asked) | {item.id: item.text for item in asked.items}
    return factor_study(
        fit, factors.outcome, ranking=factors,
        scores=scale_scores(analysis.clean.items, asked.scales()),
        ends=ends if len(ends) == len(points) else None,  # test scores have no ends
        names=known, bootstrap=analysis.bootstrap, seed=analysis.config.seed,
    )  # fmt: skip


def add_study(analysis: Analysis, study: FactorStudy | None) -> Analysis:
    """Add the factors as seen from other angles."""
    return replace(analysis, factor_study=study)
