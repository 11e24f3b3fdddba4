"""The stages of an analysis: each takes what there is and adds its own results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ecosurvey.analysis import HTMT_SAMPLES, Analysis, AnalysisConfig
from ecosurvey.core import DataError, Finding, Text
from ecosurvey.core.kept import user_folder
from ecosurvey.pipeline.experts import judge_content
from ecosurvey.pipeline.factor_stages import (
    add_study,
    compare_exclusions,
    rank,
    rank_by_group,
    ranked_without_exclusions,
    studied,
    try_others,
)
from ecosurvey.pipeline.model_fits import complete, fit_model, names_of

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.cleaning import CleanData
    from ecosurvey.factors import Adequacy, EfaResult, NumberOfFactors
    from ecosurvey.instrument import Instrument
    from ecosurvey.keyfactors.group_means import GroupMeans
    from ecosurvey.qualitative.model import CodedMaterial
    from ecosurvey.reliability import CommonMethod, ItemCorrelations, Validity
    from ecosurvey.sem import SemResult
    from ecosurvey.sem.missing_data import MissingData

# samples enough for percentile intervals of alpha and omega, which nobody reads to the third digit
_RELIABILITY = 1000


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a run as the user sees it; ``weight`` is its usual share of the time."""

    label: Text
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Stage:
    """A step that adds results to an analysis.

    Attributes
    ----------
    step : Step
    run : callable
        Adds its results. A stage of which a part is begun ahead is given what that part found.
    begun : callable, optional
        What can be begun before its turn, by a worker; it is sent the analysis so far.
    after : Step
        After which it can be begun.
    """

    step: Step
    run: Callable[..., Analysis]
    begun: Callable[[Analysis], Any] | None = None
    after: Step | None = None


INSTRUMENT = Step(Text("Reading the questionnaire", "读取问卷"), 0.3)
RESPONSES = Step(Text("Reading the answers", "读取答卷"), 0.3)
CLEAN = Step(Text("Screening the answers", "筛查答卷质量"), 0.5)
DESCRIBE = Step(Text("Describing sample and items", "描述样本与题项"), 0.2)
RELIABILITY = Step(Text("Reliability", "信度分析"))
FACTORS = Step(Text("Exploratory factor analysis", "探索性因子分析"), 3)
IMPUTE = Step(Text("Imputing what was not answered", "插补缺失的答案"), 6)
MEASUREMENT = Step(Text("Measurement model", "测量模型"), 3)
STRUCTURE = Step(Text("Structural model", "结构模型"), 2)
BOOTSTRAP = Step(Text("Bootstrap of the structural model", "结构模型自助法抽样"), 10)
KEY_FACTORS = Step(Text("Key factors", "关键影响因素"), 4)
EXCLUSIONS = Step(Text("Key factors with nobody excluded", "不剔除样本时的关键影响因素"), 3)
GROUPS = Step(Text("Key factors by group", "分组的关键影响因素"), 4)
OTHERS = Step(Text("Other reasonable analyses", "其他合理分析"), 8)
STUDY = Step(Text("Key factors from other angles", "从其他角度考察关键影响因素"), 2)
CHECK = Step(Text("Checking with other programs", "独立程序复算"), 6)
WRITE = Step(Text("Writing the report", "撰写报告"), 10)

STEPS: tuple[Text, ...] = tuple(
    step.label
    for step in (
        INSTRUMENT, RESPONSES, CLEAN, DESCRIBE, RELIABILITY, FACTORS, MEASUREMENT, STRUCTURE,
        KEY_FACTORS, EXCLUSIONS, OTHERS, STUDY, CHECK, WRITE,
    )
)  # fmt: skip


def stages_of(config: AnalysisConfig) -> tuple[Stage, ...]:
    """Return the stages that the options ask for, in order."""
    models = config.wants("measurement") or config.wants("structure")
    ranked = config.wants("key_factors")
    imputed = models and config.missing == "mice"
    wanted = [
        (config.wants("describe"), Stage(DESCRIBE, describe)),
        (config.wants("reliability"), Stage(RELIABILITY, rely)),
        (config.wants("factors"), Stage(FACTORS, explore, explored, CLEAN)),
        (imputed, Stage(IMPUTE, impute_gaps)),
        (
            config.wants("measurement"),
            Stage(MEASUREMENT, measure, measured, IMPUTE if imputed else CLEAN),
        ),
        (config.wants("structure"), Stage(STRUCTURE, relate)),
        (config.wants("structure") and config.bootstrap > 0, Stage(BOOTSTRAP, resample)),
        (ranked, Stage(KEY_FACTORS, rank)),
        (ranked, Stage(EXCLUSIONS, compare_exclusions, ranked_without_exclusions, CLEAN)),
        (ranked and config.groups is not None, Stage(GROUPS, rank_by_group)),
        (ranked and config.specifications > 0, Stage(OTHERS, try_others)),
        (ranked, Stage(STUDY, add_study, studied, KEY_FACTORS)),
    ]
    return tuple(stage for asked, stage in wanted if asked)


def steps_of(config: AnalysisConfig) -> tuple[Step, ...]:
    """Return the steps of a run that writes its report, in order."""
    between = [stage.step for stage in stages_of(config)]
    return (INSTRUMENT, RESPONSES, CLEAN, *between, CHECK, WRITE)


def describe(analysis: Analysis) -> Analysis:
    """Describe respondents, items and scale scores."""
    from ecosurvey.descriptives import describe_items, describe_sample, describe_scales
    from ecosurvey.descriptives.background import background

    asked, kept = analysis.instrument, analysis.clean
    return replace(
        analysis,
        sample=describe_sample(kept.frame, background(kept)),
        items=describe_items(
            kept.items,
            {item.id: item.text for item in asked.items},
            {i.id: (i.scale.points[0], i.scale.points[-1]) for i in asked.items if i.scale.points},
            reverse=[item.id for item in asked.items if item.reverse],
        ),
        scales=describe_scales(kept.items, asked.scales(), names_of(asked)),
        missing_data=_gaps(kept, asked),
    )


def rely(analysis: Analysis) -> Analysis:
    """Estimate the reliability of each scale, and read what experts said of its items."""
    from ecosurvey.reliability import ordinal_reliability, reliability

    asked, answers = analysis.instrument, analysis.clean.items
    config = analysis.config
    found = reliability(
        answers, asked.scales(), names_of(asked), seed=config.seed, jobs=config.jobs,
        n_boot=min(config.bootstrap, _RELIABILITY) if config.bootstrap >= 100 else 0,
    )  # fmt: skip
    graded = {
        construct: items
        for construct, items in asked.scales().items()
        if all(2 <= len(asked.item(item).scale.points) <= _GRADES for item in items)
    }
    ordinal = None
    if graded:
        ordinal = ordinal_reliability(answers, graded, names_of(asked), seed=analysis.config.seed)
    content, said = judge_content(asked)
    return replace(
        analysis, reliability=found, ordinal=ordinal, content=content,
        findings=(*analysis.findings, *said),
    )  # fmt: skip


_GRADES = 7  # with more, answers are as good as continuous (Rhemtulla et al., 2012)


@dataclass(frozen=True, slots=True)
class Explored:
    """What exploring the factors found; parts that could not be had are None, and why is told."""

    item_correlations: ItemCorrelations | None = None
    adequacy: Adequacy | None = None
    retention: NumberOfFactors | None = None
    efa: EfaResult | None = None
    told: tuple[Finding, ...] = ()


def explored(analysis: Analysis) -> Explored:
    """Explore the factors of the items; where that cannot be done a finding says why."""
    from ecosurvey.factors import adequacy, efa, number_of_factors
    from ecosurvey.reliability import item_correlations

    asked, answers, found = analysis.instrument, analysis.clean.items, Explored()
    ordinal = analysis.config.estimator == "WLSMV"
    try:
        correlated = item_correlations(
            answers, asked.scales(), names_of(asked),
            correlation="polychoric" if ordinal else "pearson",
        )  # fmt: skip
        found = Explored(correlated)
        fitness = adequacy(answers)
        number = number_of_factors(
            answers, seed=analysis.config.seed, comparison=answers.shape[1] <= COMPARED
        )
        return Explored(correlated, fitness, number, efa(answers, max(number.recommended, 1)))
    except DataError as error:
        return replace(found, told=(_not_explored(error, answers),))


def explore(analysis: Analysis, found: Explored) -> Analysis:
    """Add the factors of the items."""
    number = found.retention
    return replace(
        analysis, item_correlations=found.item_correlations, adequacy=found.adequacy,
        retention=number, parallel=None if number is None else number.parallel, efa=found.efa,
        findings=(*analysis.findings, *found.told),
    )  # fmt: skip


COMPARED = 30  # items; with more, comparison data take longer than all else in a run


def _not_explored(error: DataError, answers: pd.DataFrame) -> Finding:
    return Finding(
        "efa_skipped",
        "warning",
        Text(
            f"No exploratory factor analysis: {error.found}.",
            f"未进行探索性因子分析（{len(answers)}份作答、{answers.shape[1]}个题项）："
            f"{error.words.found.zh}。",
        ),
        hint=error.remedy(Text("Gather more answers.", "请增加样本量，或减少题项。")),
    )


def impute_gaps(analysis: Analysis) -> Analysis:
    """Complete the answers several times, where there are gaps, and say what that enters."""
    kept, config = analysis.clean, analysis.config
    if config.treatment(gaps=bool(kept.items.isna().to_numpy().any())) != "mice":
        words = Text(
            "No answer to an item is missing, so nothing was imputed.",
            "题项没有缺失，未作插补。",
        )
        told = Finding("nothing_imputed", "note", words)
        return replace(analysis, findings=(*analysis.findings, told))
    words = Text(
        "Imputed answers enter the measurement model, the structural model and the ranking of the "
        "key factors, pooled over {m} data sets. What compares respondents one by one (influence, "
        "necessary conditions) or draws samples of them cannot be pooled and is left out; all else "
        "(descriptions, reliability, exploratory factors, HTMT, method variance, groups, "
        "moderations, other analyses) is of the answers as they were given.",
        "插补的答案用于测量模型、结构模型与关键因素排序，结果合并自{m}个数据集。逐一比较受访者的分析"
        "（影响点、必要条件）与抽样无法合并，故从略；其余结果（描述统计、信度、探索性因子分析、HTMT、"
        "共同方法偏差、分组、调节与其他设定）基于原始作答。",
    ).fill(m=config.imputations)
    told = Finding("imputed_in_models", "note", words)
    return replace(analysis, imputed=complete(kept, config), findings=(*analysis.findings, told))


Measured = tuple["SemResult", "Validity | None", "CommonMethod | None"]


def measured(analysis: Analysis) -> Measured:
    """Fit the measurement model, judge its validity, and look for common method variance."""
    from ecosurvey.reliability import common_method, validity

    asked, kept, config = analysis.instrument, analysis.clean, analysis.config
    fit = fit_model(asked.measurement_syntax(), kept, config, analysis.imputed)
    if not fit.converged:
        return fit, None, None
    valid = validity(fit, kept.items, names_of(asked), n_boot=HTMT_SAMPLES, seed=config.seed)
    plain, compared = config, fit
    if analysis.imputed is not None:  # differences to further models are not pooled
        plain = replace(config, missing="auto")
        compared = fit_model(asked.measurement_syntax(), kept, plain)
        if not compared.converged:
            return fit, valid, None
    missing = plain.treatment(gaps=bool(kept.items.isna().to_numpy().any()))
    common = common_method(compared, kept.frame, names_of(asked), missing=missing)
    return fit, valid, common


def measure(analysis: Analysis, found: Measured) -> Analysis:
    """Add the measurement model and what was learnt from it."""
    fit, valid, common = found
    return replace(analysis, measurement=fit, validity=valid, common_method=common)


def relate(analysis: Analysis) -> Analysis:
    """Fit the structural model, if there is one, and judge the hypotheses."""
    from ecosurvey.keyfactors import judge
    from ecosurvey.keyfactors.expected import expected_paths

    text = analysis.instrument.structural_syntax()
    if text is None:
        return analysis
    fit = fit_model(text, analysis.clean, analysis.config, analysis.imputed)
    judged = judge(fit, expected_paths(analysis.instrument)) if fit.converged else None
    return replace(analysis, structural=fit, hypotheses=judged)


def resample(analysis: Analysis) -> Analysis:
    """Bootstrap the structural model."""
    fit, config = analysis.structural, analysis.config
    if fit is None or not fit.converged:
        return analysis
    kept = user_folder() if config.cache else None
    drawn = fit.bootstrap(config.bootstrap, seed=config.seed, jobs=config.jobs, kept=kept)
    return replace(analysis, bootstrap=drawn)


def beside(
    analysis: Analysis, material: CodedMaterial | None, means: GroupMeans | None
) -> Analysis:
    """Put case material beside the numbers, where the questionnaire names such material."""
    from ecosurvey.qualitative.run import joint_of_run

    joint = joint_of_run(
        analysis.instrument, material, len(analysis.clean.frame), analysis.key_factors,
        analysis.hypotheses, means, synthetic=analysis.synthetic, seed=analysis.config.seed,
    )  # fmt: skip
    return replace(analysis, group_means=means, joint=joint)


def means_of(analysis: Analysis) -> GroupMeans | None:
    """Compare the groups' latent means of the constructs that case material speaks of."""
    from ecosurvey.keyfactors.expected import compared_groups
    from ecosurvey.keyfactors.group_means import group_means

    asked, kept = analysis.instrument, analysis.clean
    if asked.qualitative is None:
        return None
    scales, groups = compared_groups(asked, kept.frame)
    known = names_of(asked) | {variable.id: variable.label for variable in asked.variables}
    return group_means(kept.frame, scales, groups, known, jobs=analysis.config.jobs)


def _gaps(kept: CleanData, asked: Instrument) -> MissingData:
    """Account for missing answers, and ask whether the gaps go with the background."""
    from ecosurvey.descriptives.background import background
    from ecosurvey.sem.missing_data import missing_data

    known = {name: told for name, told in background(kept).items() if name in kept.frame}
    coded = [name for name, (_, codes) in known.items() if codes]
    beside = kept.frame[list(known)] if known else None
    words = {name: label for name, (label, _) in known.items()}
    return missing_data(kept.items, asked.scales(), beside, categorical=coded, names=words)
