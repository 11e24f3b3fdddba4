"""The way of the data, in order: each step takes the result before it.

instrument ─► responses ─► clean ─► describe ─► reliability ─► factors ─► SEM ─► key factors ─► report
"""  # noqa: E501

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ecosurvey.analysis import ESTIMATORS, Analysis, AnalysisConfig, Estimator
from ecosurvey.core import LANGUAGES, Finding, Lang, Text, by_severity, check_choice, trusted
from ecosurvey.core.io import atomic_folder, check_writable
from ecosurvey.core.random import new_seed

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.cleaning import CleanData
    from ecosurvey.descriptives import ScaleStatistics
    from ecosurvey.instrument import Instrument
    from ecosurvey.keyfactors import FactorStudy, HypothesisTable, KeyFactors
    from ecosurvey.keyfactors.group_means import GroupMeans
    from ecosurvey.responses import Responses
    from ecosurvey.sem import SemResult
    from ecosurvey.sem.missing_data import MissingData

STEPS: tuple[Text, ...] = (
    Text("Reading the questionnaire", "读取问卷"),
    Text("Reading the answers", "读取答卷"),
    Text("Screening the answers", "筛查答卷质量"),
    Text("Describing sample and items", "描述样本与题项"),
    Text("Reliability", "信度分析"),
    Text("Exploratory factor analysis", "探索性因子分析"),
    Text("Measurement model", "测量模型"),
    Text("Structural model", "结构模型"),
    Text("Key factors", "关键影响因素"),
    Text("Checking with other programs", "独立程序复算"),
    Text("Writing the report", "撰写报告"),
)


def analyze(
    instrument: Instrument | str | Path,
    data: pd.DataFrame | str | Path,
    out: str | Path | None = None,
    *,
    seed: int | None = None,
    lang: Lang = "en",
    estimator: Estimator = "MLR",
    mapping: str | Path | None = None,
    force: bool = False,
    jobs: int | None = None,
    on_step: Callable[[Text], None] | None = None,
    command: Sequence[str] = (),
) -> Analysis:
    """Analyze one wave of answers, from the questionnaire to the ranked key factors.

    Parameters
    ----------
    instrument : Instrument, str or Path
        The questionnaire, or its file.
    data : DataFrame, str or Path
        The answers, or their file (.csv, .tsv, .xlsx, .sav).
    out : str or Path, optional
        Folder for report, tables and figures; appears whole or not at all.
    seed : int, optional
        Drawn and stored if not given.
    lang : {"en", "zh"}
        Language of the report.
    estimator : {"ML", "MLR", "MLM", "WLSMV"}
        Of the measurement and structural models. With gaps in the answers, ML and MLR use
        every answer (full-information likelihood); MLM leaves incomplete rows out. WLSMV
        treats the answers as ordinal, each correlation from the rows that have both answers.
    mapping : str or Path, optional
        Which column holds which question: a table made by ``ecosurvey map``.
    force : bool
        Replace an earlier result in ``out``.
    jobs : int, optional
        Processes that draw the figures, -1 for one a core; the results do not depend on it.
    on_step : callable, optional
        Called with the name of each step as it begins.
    command : sequence of str
        What was typed, for the provenance file.

    Returns
    -------
    Analysis

    Raises
    ------
    EcosurveyError
        One of its children, with what was found, where, and what to do; nothing is written.

    Examples
    --------
    >>> from ecosurvey import analyze
    >>> analyze("holzinger.yaml", "holzinger.csv", seed=1).key_factors  # doctest: +SKIP
    """
    from ecosurvey.cleaning import clean
    from ecosurvey.descriptives import describe_items, describe_sample, describe_scales
    from ecosurvey.factors import adequacy, efa, parallel_analysis
    from ecosurvey.instrument import Instrument, load_instrument
    from ecosurvey.keyfactors import key_factors
    from ecosurvey.qualitative.run import joint_of_run, read_named
    from ecosurvey.reliability import reliability, validity

    check_choice("lang", lang, LANGUAGES)
    check_choice("estimator", estimator, ESTIMATORS)
    if out is not None:
        check_writable(Path(out), force=force)
    config = AnalysisConfig(new_seed() if seed is None else seed, lang, estimator)
    begin = _steps(on_step)

    next(begin)
    asked = instrument if isinstance(instrument, Instrument) else load_instrument(instrument)
    ids = [*(c.id for c in asked.constructs), *(h.id for h in asked.higher_order)]
    names = {name: asked.name_of(name) for name in ids}
    named = read_named(asked)
    next(begin)
    answered = _read(data, asked, mapping)
    next(begin)
    kept = clean(answered)
    answers = kept.items
    next(begin)
    sample = describe_sample(kept.frame, _described(kept, asked))
    items = describe_items(
        answers,
        {item.id: item.text for item in asked.items},
        {i.id: (i.scale.points[0], i.scale.points[-1]) for i in asked.items if i.scale.points},
        reverse=[item.id for item in asked.items if item.reverse],
    )
    scales = describe_scales(answers, asked.scales(), names)
    gaps = _gaps(kept, asked)
    next(begin)
    consistent = reliability(answers, asked.scales(), names)
    next(begin)
    fitness = adequacy(answers)
    parallel = parallel_analysis(answers, seed=config.seed)
    explored = efa(answers, max(parallel.n_factors, 1))
    next(begin)
    measurement = _fit(asked.measurement_syntax(), kept, config)
    valid = None
    if measurement.converged:
        valid = validity(measurement, answers, names, n_boot=500, seed=config.seed)
    next(begin)
    text = asked.structural_syntax()
    structural = None if text is None else _fit(text, kept, config)
    next(begin)
    factors = judged = None
    if structural is not None and structural.converged:
        judged = _hypotheses(asked, structural)
        if asked.outcome is not None:
            factors = key_factors(
                structural,
                asked.outcome,
                asked.candidates or None,
                names=names,
                seed=config.seed,
            )
    study = None
    if factors is not None and structural is not None and trusted(structural.findings):
        # an improper solution has no correlations to divide among the factors
        study = _study(asked, structural, factors, scales, names, config)
    means = _means(asked, kept, names)
    joint = joint_of_run(
        asked, named.material, len(kept.frame), factors, judged, means,
        synthetic=answered.synthetic, seed=config.seed,
    )  # fmt: skip
    analysis = Analysis(
        asked, answered, kept, sample, items, scales, consistent, valid, fitness, parallel,
        explored, measurement, structural, factors, judged, config, named.findings, study, means,
        joint, gaps,
    )  # fmt: skip
    analysis = _with_findings(analysis)
    if out is not None:
        analysis = _report(analysis, Path(out), begin, force=force, command=command, jobs=jobs)
    return analysis


def _report(
    analysis: Analysis,
    out: Path,
    begin: Iterator[None],
    *,
    force: bool,
    command: Sequence[str],
    jobs: int | None,
) -> Analysis:
    """Check the numbers with other programs and write the report."""
    from ecosurvey.report import second_engine, write_report

    next(begin)
    check = second_engine(analysis)
    analysis = replace(analysis, findings=by_severity((*analysis.findings, *check.findings)))
    next(begin)
    with atomic_folder(out, force=force) as work:
        write_report(analysis, work, analysis.config.lang, command=command, check=check, jobs=jobs)
    return analysis


def _read(
    data: pd.DataFrame | str | Path, asked: Instrument, mapping: str | Path | None
) -> Responses:
    from ecosurvey.responses import read_responses
    from ecosurvey.responses.mapping import read_mapping

    known = None if mapping is None else read_mapping(mapping)
    return read_responses(data, asked, mapping=known)


def _steps(on_step: Callable[[Text], None] | None) -> Iterator[None]:
    for step in STEPS:
        if on_step is not None:
            on_step(step)
        yield


def _described(kept: CleanData, asked: Instrument) -> dict[str, tuple[Text, dict[int, Text]]]:
    """Return each background variable's words, and those of its codes."""
    found: dict[str, tuple[Text, dict[int, Text]]] = {}
    columns = set(kept.frame.columns)
    for variable in asked.variables:
        labels = {option.code: option.label for option in variable.options}
        if not labels and variable.scale is not None:
            labels = dict(variable.scale.labels)
        several = {f"{variable.id}_{code}" for code in labels}
        shown = variable.id in columns or bool(several and several <= columns)
        if shown and variable.screen is None:  # whoever failed the screen is no longer here
            found[variable.id] = (variable.label, labels)
    return found


def _gaps(kept: CleanData, asked: Instrument) -> MissingData:
    """Account for missing answers, and ask whether the gaps go with the background."""
    from ecosurvey.sem.missing_data import missing_data

    known = {n: codes for n, (_, codes) in _described(kept, asked).items() if n in kept.frame}
    names = [name for name, codes in known.items() if codes]
    background = kept.frame[list(known)] if known else None
    return missing_data(kept.items, asked.scales(), background, categorical=names)


def _fit(text: str, kept: CleanData, config: AnalysisConfig) -> SemResult:
    from ecosurvey.sem import sem

    gaps = bool(kept.items.isna().to_numpy().any())
    if config.estimator == "WLSMV":
        ordinal = [item.id for item in kept.responses.instrument.items if item.scale.points]
        return sem(
            text, kept.frame, estimator="WLSMV", ordered=ordinal,
            missing="pairwise" if gaps else "listwise",
        )  # fmt: skip
    missing = "fiml" if gaps and config.estimator != "MLM" else "listwise"
    return sem(text, kept.frame, estimator=config.estimator, missing=missing)


def _hypotheses(asked: Instrument, structural: SemResult) -> HypothesisTable:
    from ecosurvey.keyfactors import Claim, judge

    claims = []
    for stated in asked.hypotheses:
        ends = {"a": asked.name_of(stated.source), "b": asked.name_of(stated.target)}
        label = Text("{a} → {b}", "{a} → {b}").fill(**ends)
        claims.append(Claim(stated.id, stated.source, stated.target, stated.sign, label))
    return judge(structural, claims)


def _study(
    asked: Instrument,
    structural: SemResult,
    factors: KeyFactors,
    scales: ScaleStatistics,
    names: dict[str, Text],
    config: AnalysisConfig,
) -> FactorStudy:
    from ecosurvey.keyfactors import factor_study

    points = {item.id: item.scale.points for item in asked.items}
    ends = {item: (at[0], at[-1]) for item, at in points.items() if at}
    known = names | {item.id: item.text for item in asked.items}
    return factor_study(
        structural, factors.outcome, ranking=factors, scores=scales.scores,
        ends=ends if len(ends) == len(points) else None,  # test scores have no ends
        names=known, seed=config.seed,
    )  # fmt: skip


def _means(asked: Instrument, kept: CleanData, names: dict[str, Text]) -> GroupMeans | None:
    """Compare the groups' latent means of the constructs that case material speaks of."""
    from ecosurvey.keyfactors.group_means import group_means

    if asked.qualitative is None:
        return None
    spoken = {code.construct for code in asked.qualitative.codes}
    groups = {
        variable.id: {float(option.code): option.label for option in variable.options}
        for variable in asked.variables
        if variable.id in asked.groups and variable.id in kept.frame.columns
    }
    wanted = {name: items for name, items in asked.scales().items() if name in spoken}
    known = names | {variable.id: variable.label for variable in asked.variables}
    return group_means(kept.frame, wanted, groups, known)


def _with_findings(analysis: Analysis) -> Analysis:
    """Gather what every part found, the most serious first."""
    found: list[Finding] = [*analysis.findings]
    for part in fields(analysis):
        if part.name != "findings":
            found += getattr(getattr(analysis, part.name), "findings", ())
    return replace(analysis, findings=by_severity(found))
