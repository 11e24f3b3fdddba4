"""One call from a study, or files of waves, to the performance index."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosurvey.analysis import configure
from ecosurvey.core import EcosurveyError, Finding, OptionError, Text, by_severity, trusted
from ecosurvey.performance import PerformanceIndex, Slices, performance_index, slices
from ecosurvey.performance.units import check_by
from ecosurvey.pipeline.model_fits import fit_model

if TYPE_CHECKING:
    from ecosurvey.cleaning import CleanData
    from ecosurvey.instrument import Instrument
    from ecosurvey.performance import Experts
    from ecosurvey.sem import SemResult
    from ecosurvey.waves import WaveComparison

PathLike = str | os.PathLike[str]
INDEX_STEPS: tuple[Text, ...] = (
    Text("Reading the waves", "读取各轮数据"),
    Text("Structural model", "结构模型"),
    Text("Comparing the waves", "比较各轮"),
    Text("Performance index", "绩效指数"),
    Text("Writing the report", "撰写报告"),
)


@dataclass(frozen=True, slots=True)
class IndexRun:
    """An index, the same for every choice of filters, and what was read for it.

    Attributes
    ----------
    index : PerformanceIndex
    slices : Slices
    instrument : Instrument
    inputs : tuple of (str, Path)
        Role and file.
    """

    index: PerformanceIndex
    slices: Slices
    instrument: Instrument
    inputs: tuple[tuple[str, Path], ...]


def index_waves(
    by: str,
    *,
    study: PathLike | None = None,
    data: Sequence[PathLike] = (),
    instrument: PathLike | None = None,
    filters: Sequence[str] | None = None,
    estimator: str = "MLR",
    experts: Experts | None = None,
    targets: Mapping[str, float] | None = None,
    fewest: int = 5,
    seed: int = 1,
    on_step: Callable[[Text], None] | None = None,
    **options: Any,
) -> IndexRun:
    """Read waves, fit the model of the newest, test whether they compare, and score the units.

    Parameters
    ----------
    by : str
        The background variable whose groups are the units.
    study : path, optional
        A study's folder: all of its waves. Or:
    data : sequence of path, with instrument : path
        Files of answers, oldest first.
    filters : sequence of str, optional
        Background variables to filter by; those that the questionnaire compares, by default.
    estimator : str
        Of the structural model.
    experts, targets, fewest, seed, options
        As for :func:`performance_index`.
    on_step : callable, optional

    Returns
    -------
    IndexRun

    Raises
    ------
    EcosurveyError
        One of its children.
    """
    begin = on_step or _nothing
    begin(INDEX_STEPS[0])
    asked, waves, inputs = _read(study, data, instrument)
    newest = list(waves.values())[-1]
    check_by(by, asked, newest.frame)  # not after minutes of fitting
    begin(INDEX_STEPS[1])
    fit, doubts = _model(asked, newest, estimator)
    begin(INDEX_STEPS[2])
    comparison, more = _compared(asked, waves)
    begin(INDEX_STEPS[3])
    found = performance_index(
        asked, waves, by, fit=fit, experts=experts, targets=targets, comparison=comparison,
        fewest=fewest, seed=seed, **options,
    )  # fmt: skip
    found = replace(found, findings=by_severity([*doubts, *more, *found.findings]))
    if filters is None:
        there = {one.id for one in asked.variables if one.options and not one.expanded}
        filters = [
            name for name in asked.groups
            if name in there and all(name in wave.frame for wave in waves.values())
        ]  # fmt: skip
    sliced = slices(found, asked, waves, filters, fewest=fewest)
    return IndexRun(found, sliced, asked, inputs)


def _read(
    study: PathLike | None, data: Sequence[PathLike], instrument: PathLike | None
) -> tuple[Instrument, dict[str, CleanData], tuple[tuple[str, Path], ...]]:
    """Return the newest questionnaire, the waves that were kept, and the files."""
    from ecosurvey.cleaning import clean
    from ecosurvey.instrument import load_instrument
    from ecosurvey.responses import read_responses
    from ecosurvey.study import open_study

    if study is not None:
        if data or instrument is not None:
            raise OptionError(
                Text(
                    "a study has its own waves and questionnaire",
                    "研究文件夹已有自己的各轮数据与问卷",
                ),
                fix=Text(
                    "Leave out the files and --instrument, or leave out --study.",
                    "请去掉数据文件与 --instrument，或去掉 --study。",
                ),
            )
        known = open_study(study)
        if not known.waves:
            raise OptionError(
                Text("the study has no waves yet", "研究中还没有任何一轮数据"), where=str(study)
            )
        asked = known.instrument(known.waves[-1].version)
        waves = {wave.label: clean(known.responses(wave.label)) for wave in known.waves}
        files = tuple(("responses", wave.source) for wave in known.waves)
        return asked, waves, (("instrument", asked.path), *files)
    if instrument is None or not data:
        raise OptionError(
            Text("which waves?", "没有给出任何一轮数据"),
            fix=Text(
                "Name files of answers and --instrument, or a study with --study.",
                "请给出答卷文件与 --instrument，或用 --study 指定研究文件夹。",
            ),
        )
    asked = load_instrument(instrument)
    waves = {}
    for path in map(Path, data):
        answered = read_responses(path, asked)
        label = answered.waves[0] if len(answered.waves) == 1 else path.stem
        if label in waves:
            raise OptionError(
                Text(f"two files are of wave {label!r}", f"有两个文件都属于轮次 {label!r}"),
                where=path.name,
            )
        waves[label] = clean(answered)
    return asked, waves, (("instrument", asked.path), *(("responses", Path(p)) for p in data))


def _model(
    asked: Instrument, newest: CleanData, estimator: str
) -> tuple[SemResult | None, list[Finding]]:
    """Fit the structural model to the newest wave; without one that can be trusted say so."""
    text = asked.structural_syntax()
    if text is None or asked.outcome is None:
        return None, []
    fit = fit_model(text, newest, configure({"estimator": estimator}, seed=1))
    if fit.converged and trusted(fit.findings):
        return fit, []
    message = Text(
        "the structural model of the newest wave cannot be trusted, so it gives no weights",
        "最新一轮的结构模型结果不可信，未采用模型权重",
    )
    return None, [Finding("model_without_weights", "warning", message)]


def _compared(
    asked: Instrument, waves: Mapping[str, CleanData]
) -> tuple[WaveComparison | None, list[Finding]]:
    """Ask whether the waves measure alike; where that cannot be asked, say why."""
    if len(waves) < 2:
        return None, []
    from ecosurvey.waves import compare_waves

    try:
        return compare_waves(asked, waves), []
    except EcosurveyError as error:
        message = Text(
            f"the waves could not be compared: {error.found}",
            f"各轮无法进行测量等值性检验：{error.words.found.zh}",
        )
        return None, [Finding("waves_not_compared", "warning", message)]


def _nothing(_: Text) -> None:
    """Take the name of a step and do nothing with it."""
