"""One call from the questionnaire to the report.

instrument ─► responses ─► clean ─► describe ─► reliability ─► factors ─► SEM ─► key factors ─► report
"""  # noqa: E501

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosurvey.analysis import (
    Analysis,
    AnalysisConfig,
    Estimator,
    Format,
    Missing,
    Part,
    ReportLang,
    configure,
)
from ecosurvey.core import Finding, OptionError, Text, by_severity, did_you_mean
from ecosurvey.core.ahead import Begin, ahead
from ecosurvey.core.io import atomic_folder, check_writable
from ecosurvey.core.kept import user_folder
from ecosurvey.core.parallel import one_thread
from ecosurvey.core.remember import remembering
from ecosurvey.pipeline.stages import (
    CHECK,
    CLEAN,
    INSTRUMENT,
    MEASUREMENT,
    RESPONSES,
    STRUCTURE,
    WRITE,
    Step,
    beside,
    means_of,
    stages_of,
)
from ecosurvey.pipeline.versions import version_doubts

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.cleaning import CleanData, Rules
    from ecosurvey.cleaning.rules import Policy
    from ecosurvey.core.remember import Arrays
    from ecosurvey.instrument import Instrument
    from ecosurvey.qualitative.model import CodedMaterial


def analyze(
    instrument: Instrument | str | Path,
    data: pd.DataFrame | str | Path,
    out: str | Path | None = None,
    *,
    config: AnalysisConfig | Mapping[str, Any] | str | Path | None = None,
    seed: int | None = None,
    lang: ReportLang | None = None,
    estimator: Estimator | None = None,
    missing: Missing | None = None,
    bootstrap: int | None = None,
    groups: str | None = None,
    specifications: int | None = None,
    formats: Sequence[Format] | None = None,
    only: Sequence[Part] | None = None,
    policy: Policy | None = None,
    screen: Sequence[str] | None = None,
    imputations: int | None = None,
    margins: Mapping[str, Mapping[int | str, float]] | str | Path | None = None,
    mapping: str | Path | None = None,
    jobs: int | None = None,
    force: bool = False,
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
    config : AnalysisConfig, mapping, str or Path, optional
        Options, or a .toml or .yaml file of them; those given here win.
    seed : int, optional
        Drawn and stored if not given.
    lang : {"en", "zh", "both"}
        Language of the report.
    estimator : {"MLR", "ML", "MLM", "WLSMV"}
        Of the measurement and structural models. With gaps in the answers, ML and MLR use
        every answer (full-information likelihood); MLM leaves incomplete rows out. WLSMV
        treats the answers as ordinal, each correlation from the rows that have both answers.
    missing : {"auto", "fiml", "listwise", "pairwise", "mice"}
        To treat gaps otherwise than that; ``"mice"`` imputes them and pools the models.
    imputations : int, optional
        Data sets of multiple imputation; 20 by default.
    bootstrap : int
        Replicates of the structural model for intervals of the effects; none by default.
    groups : str, optional
        A background variable: the factors are ranked in each of its groups.
    specifications : int
        Other reasonable analyses that the ranking is tried under; 50 by default.
    formats : sequence of str, optional
        Of the files written; all by default.
    only : sequence of str, optional
        Parts to compute: describe, reliability, factors, measurement, structure, key_factors.
    policy : {"default", "hard_only", "screening_only"}
        Which grounds exclude answers.
    screen : sequence of str
        Cut-offs and rules of the screening to change: ``"seconds_per_item=1.5"``,
        ``"near_duplicate=flag"``, ``"speed=off"``.
    margins : mapping or path, optional
        Known margins of the population, ``{question: {code: share}}`` or a .csv or .yaml file of
        them: weights are drawn to these in place of those of the questionnaire.
    mapping : str or Path, optional
        Which column holds which question: a table made by ``ecosurvey map``.
    jobs : int, optional
        Processes that share the work, -1 for one a core; the results do not
        depend on it.
    force : bool
        Replace an earlier result in ``out``.
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
    from ecosurvey.instrument import Instrument, load_instrument
    from ecosurvey.qualitative.run import read_named

    chosen = configure(
        config, seed=seed, lang=lang, estimator=estimator, missing=missing, bootstrap=bootstrap,
        groups=groups, specifications=specifications, formats=formats, only=only, policy=policy,
        screen=screen, margins=margins, imputations=imputations, jobs=jobs,
    )  # fmt: skip
    if out is not None:
        check_writable(Path(out), force=force)
    begin = on_step or _nothing

    begin(INSTRUMENT.label)
    asked = instrument if isinstance(instrument, Instrument) else load_instrument(instrument)
    named = read_named(asked)
    with one_thread(), remembering(user_folder() if chosen.cache else None):
        with ahead(chosen.jobs) as begin_ahead:
            load = partial(_load, drawing=out is not None)
            ready = [begin_ahead(load) for _ in range(2)]
            analysis = _kept(asked, data, mapping, chosen, begin)
            analysis, recomputed = _computed(
                analysis, named.material, begin, begin_ahead, check=out is not None
            )
            for one in ready:
                one()
        analysis = _with_findings(replace(analysis, findings=(*analysis.findings, *named.findings)))
        if out is not None:
            inputs = _inputs(asked, mapping)
            analysis = _written(
                analysis, recomputed, Path(out), begin, command, inputs, force=force
            )
    return analysis


def _load(*, drawing: bool) -> None:
    """Load what the stages need, and what figures do: workers can while answers are read."""
    import ecosurvey.keyfactors
    import ecosurvey.reliability
    import ecosurvey.sem  # noqa: F401

    if drawing:
        from ecosurvey.report.figures.save import load

        load()


def _kept(
    asked: Instrument,
    data: pd.DataFrame | str | Path,
    mapping: str | Path | None,
    config: AnalysisConfig,
    begin: Callable[[Text], None],
) -> Analysis:
    """Read the answers and screen them."""
    from ecosurvey.cleaning import clean
    from ecosurvey.cleaning.known_margins import with_margins
    from ecosurvey.responses import read_responses
    from ecosurvey.responses.mapping import read_mapping

    begin(RESPONSES.label)
    if config.margins:
        asked = with_margins(asked, config.margins)
    known = None if mapping is None else read_mapping(mapping)
    answered = read_responses(data, asked, mapping=known)
    begin(CLEAN.label)
    kept = clean(answered, rules=_rules(asked, config))
    _check_groups(config.groups, kept, asked)
    told = () if kept.design is None else (_design_finding(config),)
    told = (*version_doubts(asked, answered.waves), *told)
    return Analysis(asked, answered, kept, config, findings=told)


def _computed(
    analysis: Analysis,
    material: CodedMaterial | None,
    begin: Callable[[Text], None],
    begin_ahead: Begin,
    *,
    check: bool,
) -> tuple[Analysis, Arrays | None]:
    """Carry out the stages; return what they found, and what other programs find.

    What can be begun before its turn is, so that no worker waits. Results are added in the order
    of the stages whatever is done first.
    """
    from ecosurvey.report.second_engine import recomputed

    stages = stages_of(analysis.config)
    fitted = [stage.step for stage in stages if stage.step in (MEASUREMENT, STRUCTURE)]
    begun: dict[Step, Callable[[], Any]] = {}
    again: Callable[[], Arrays] | None = None

    def begin_those_after(done: Step) -> None:
        for stage in stages:
            if stage.begun is not None and stage.after == done:
                begun[stage.step] = begin_ahead(stage.begun, _for_one_worker(analysis))

    begin_those_after(CLEAN)
    ranked = analysis.config.wants("key_factors")
    means = begin_ahead(means_of, _for_one_worker(analysis)) if ranked else None
    for stage in stages:
        begin(stage.step.label)
        found = () if stage.begun is None else (begun[stage.step](),)
        analysis = stage.run(analysis, *found)
        begin_those_after(stage.step)
        if check and stage.step in fitted[-1:]:
            again = begin_ahead(recomputed, _for_one_worker(analysis))
    if means is not None:
        analysis = beside(analysis, material, means())
    return analysis, None if again is None else again()


def _for_one_worker(analysis: Analysis) -> Analysis:
    """Return the analysis as sent to a worker, which has no workers of its own."""
    return replace(analysis, config=replace(analysis.config, jobs=1))


def _design_finding(config: AnalysisConfig) -> Finding:
    """Tell which results the weights and clusters enter."""
    if config.uses_design:
        words = Text(
            "Weights and clusters enter the measurement model, the structural model ({e}), the "
            "ranking of the key factors and the moderations. All else, such as descriptions, "
            "reliability, exploratory factors, comparisons of groups and other specifications, is "
            "of the sample as it is.",
            "权重与群组用于测量模型、结构模型（{e}）、关键因素排序与调节效应；其余结果（描述统计、信度、"
            "探索性因子分析、分组比较与其他设定等）反映未加权的样本。",
        ).fill(e="WLSMV" if config.estimator == "WLSMV" else "MLR")
        return Finding("design_in_models", "note", words)
    words = Text(
        "{e} does not take weights and clusters: all results are of the sample as it is.",
        "{e}不支持权重与群组，全部结果反映未加权的样本。",
    ).fill(e=config.estimator)
    hint = Text("Use --estimator MLR or WLSMV.", "请使用--estimator MLR或WLSMV。")
    return Finding("design_not_in_models", "warning", words, "", hint)


def _check_groups(group: str | None, kept: CleanData, asked: Instrument) -> None:
    """Refuse a grouping that is not there, before hours are spent on the rest."""
    known = [variable.id for variable in asked.variables if variable.id in kept.frame.columns]
    if group is not None and group not in known:
        raise OptionError(
            Text(
                f"groups={group!r} is not a background variable of the answers",
                f"groups={group!r} 不是答卷中的背景变量",
            ),
            fix=did_you_mean(group, known)
            or Text(
                f"Those there: {', '.join(known) or 'none'}.",
                f"可用的有：{'、'.join(known) or '无'}。",
            ),
        )


def _rules(asked: Instrument, config: AnalysisConfig) -> Rules:
    from ecosurvey.cleaning.rules import changed, rules_of

    return replace(changed(rules_of(asked), config.screen), policy=config.policy)


def _written(
    analysis: Analysis,
    recomputed: Arrays | None,
    out: Path,
    begin: Callable[[Text], None],
    command: Sequence[str],
    inputs: Sequence[tuple[str, Path]],
    *,
    force: bool,
) -> Analysis:
    """Check the numbers with other programs and write the folder; return what that found too."""
    from ecosurvey.report import second_engine, write_report

    begin(CHECK.label)
    check = second_engine(analysis, recomputed)
    analysis = replace(analysis, findings=by_severity((*analysis.findings, *check.findings)))
    begin(WRITE.label)
    with atomic_folder(out, force=force) as work:
        write_report(analysis, work, command=command, check=check, inputs=inputs)
    return analysis


def _inputs(asked: Instrument, mapping: str | Path | None) -> list[tuple[str, Path]]:
    """Return what was read beside the questionnaire and the answers, by its part in the run."""
    found = [] if mapping is None else [("mapping", Path(mapping))]
    part = asked.qualitative
    if part is not None and part.privacy == "show":  # else a file's name may tell who is in it
        named = {"codes": part.source, "cases": part.cases, "literature": part.literature,
                 "decisions": part.decisions}  # fmt: skip
        found += [(role, asked.path.parent / name) for role, name in named.items() if name]
    if asked.content_validity is not None and asked.content_validity.source:
        found.append(("expert_ratings", asked.path.parent / asked.content_validity.source))
    return [(role, path) for role, path in found if path.is_file()]


def _with_findings(analysis: Analysis) -> Analysis:
    """Gather what every part found, the most serious first."""
    found: list[Finding] = [*analysis.findings]
    of_models: dict[Finding, list[Text]] = {}
    for part in fields(analysis):
        if part.name == "findings":
            continue
        for finding in getattr(getattr(analysis, part.name), "findings", ()):
            if part.name in _FITS and (part.name != "group_factors" or finding.code == "poor_fit"):
                of_models.setdefault(finding, []).append(_FITS[part.name])
            else:
                found.append(finding)
    found += [_of(models, finding) for finding, models in of_models.items()]
    return replace(analysis, findings=by_severity(found))


_FITS = {  # a fit does not know what part it plays
    "measurement": Text("Measurement model", "测量模型"),
    "structural": Text("Structural model", "结构模型"),
    "group_factors": Text("Model of the groups", "分组模型"),
}


def _of(models: Sequence[Text], finding: Finding) -> Finding:
    """Return what was found of a fit with the names of the models that it was found of."""
    which = Text(", ".join(m.en for m in models), "、".join(m.zh for m in models))
    words = Text("{which}: {what}", "{which}：{what}").fill(which=which, what=finding.message)
    return replace(finding, message=words)


def _nothing(_: Text) -> None:
    """Take the name of a step and do nothing with it."""
