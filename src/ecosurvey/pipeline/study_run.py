"""One call for a wave of a study: add it if it is new, analyze it, keep the results."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosurvey.analysis import Analysis, AnalysisConfig
from ecosurvey.core import DataError, OptionError, Text
from ecosurvey.core.io import sha256
from ecosurvey.pipeline.run import analyze
from ecosurvey.study import Study, add_wave, keep_run, open_study, running

if TYPE_CHECKING:
    from ecosurvey.study import StoredWave


@dataclass(frozen=True, slots=True)
class WaveRun:
    """An analysis of a wave, and where its results are.

    Attributes
    ----------
    analysis : Analysis
    wave : str
        The wave's label.
    added : bool
        True if the wave came into the study by this call.
    folder : Path
        ``results/<wave>/run-001`` in the study, or the next number.
    """

    analysis: Analysis
    wave: str
    added: bool
    folder: Path


def analyze_wave(
    study: Study | str | os.PathLike[str],
    wave: str | os.PathLike[str],
    *,
    label: str | None = None,
    instrument: str | os.PathLike[str] | None = None,
    mapping: str | os.PathLike[str] | None = None,
    day: str | None = None,
    config: AnalysisConfig | Mapping[str, Any] | str | Path | None = None,
    on_step: Callable[[Text], None] | None = None,
    command: Sequence[str] = (),
    **options: Any,
) -> WaveRun:
    """Analyze a wave of a study and keep the results there as its newest run.

    Parameters
    ----------
    study : Study or path
    wave : str or path
        The label of a wave in the study, or a file of answers: one that is in the study is
        known by its content, any other is added first.
    label, instrument, mapping, day
        Of a wave that is added, as for :func:`add_wave`.
    config : AnalysisConfig, mapping, str or Path, optional
        And ``options``: as for :func:`analyze`.
    on_step : callable, optional
    command : sequence of str

    Returns
    -------
    WaveRun

    Raises
    ------
    EcosurveyError
        One of its children. A wave that was added stays, whatever becomes of its analysis.

    Examples
    --------
    >>> import ecosurvey as es
    >>> run = es.analyze_wave("study", "wave3.csv", label="W3", seed=1)  # doctest: +SKIP
    >>> run.analysis.key_factors, run.folder  # doctest: +SKIP
    """
    known = open_study(study.path if isinstance(study, Study) else study)
    stored = _stored(known, wave)
    added = stored is None
    if stored is None:
        before = {one.label for one in known.waves}
        known = add_wave(
            known, wave, label=label, instrument=instrument, mapping=mapping, day=day
        )  # fmt: skip
        digest = sha256(Path(wave))
        stored = next(w for w in known.waves if w.sha256 == digest and w.label not in before)
    elif label is not None and label != stored.label:
        raise OptionError(
            Text(
                f"this file is wave {stored.label!r} of the study, not {label!r}",
                f"该文件是研究中的轮次 {stored.label!r}，不是 {label!r}",
            ),
            where=str(wave),
            fix=Text(
                "Leave --label out; a wave keeps its name.", "请去掉 --label；一轮数据保留其名称。"
            ),
        )
    elif instrument is not None or mapping is not None or day is not None:
        raise OptionError(
            Text(
                f"wave {stored.label!r} is in the study "
                "with its own questionnaire, columns and date",
                f"轮次 {stored.label!r} 在研究中已有自己的问卷、列与日期",
            ),
            where=str(wave),
            fix=Text(
                "Leave out --instrument, --mapping and --day.",
                "请去掉 --instrument、--mapping 和 --day。",
            ),
        )
    with running(known) as out:
        analysis = analyze(
            known.instrument(stored.version), stored.source, out, config=config,
            mapping=stored.mapping, on_step=on_step, command=command, **options,
        )  # fmt: skip
        folder = keep_run(known, stored.label, out)
    return WaveRun(analysis, stored.label, added, folder)


def _stored(known: Study, wave: str | os.PathLike[str]) -> StoredWave | None:
    """Return the wave of that label or of that file's content; None for a file that is new."""
    path = Path(wave)
    if path.is_file():
        digest = sha256(path)
        return next((one for one in known.waves if one.sha256 == digest), None)
    labels = {one.label for one in known.waves}
    if str(wave) not in labels and (path.suffix or len(path.parts) > 1):
        raise DataError(
            Text("there is no such file", "没有这个文件"),
            where=str(path),
            fix=Text("Check the path.", "请检查路径。"),
        )
    return known.wave(str(wave))
