"""Making a study, and adding versions and waves to it."""

from __future__ import annotations

import json
import os
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosurvey.core import DataError, Finding, OptionError, Text, by_severity, disarm
from ecosurvey.core.io import sha256
from ecosurvey.study.changes import untold_changes
from ecosurvey.study.disk import (
    PATIENCE,
    copy_durably,
    locked,
    publish,
    work_folder,
    write_durably,
)
from ecosurvey.study.model import Study
from ecosurvey.study.names import check_name, same_name
from ecosurvey.study.parquet import frame_bytes, frame_sha256, need_pyarrow
from ecosurvey.study.reading import SCHEMA, STUDY, VERSION, VERSIONS, WAVE, WAVES, open_study

if TYPE_CHECKING:
    from ecosurvey.instrument import Instrument
    from ecosurvey.responses import Responses


def init_study(path: str | os.PathLike[str], instrument: str | os.PathLike[str]) -> Study:
    """Make a study folder around a questionnaire.

    Parameters
    ----------
    path : path
        A folder that is not there yet, or is empty; it appears whole or not at all.
    instrument : path
        The questionnaire's file. It is copied; the folder needs nothing outside itself.

    Returns
    -------
    Study

    Raises
    ------
    OptionError
        If there is something in the folder.
    InstrumentError
        As :func:`load_instrument`.
    MissingExtraError
        If Parquet cannot be written here.

    Examples
    --------
    >>> import ecosurvey as es
    >>> study = es.init_study("study", "instruments/ecosystem.yaml")  # doctest: +SKIP
    >>> study = es.add_wave("study", "wave1.csv", label="W1")  # doctest: +SKIP
    """
    from ecosurvey.instrument import load_instrument

    need_pyarrow()
    root, asked = Path(path).absolute(), load_instrument(instrument)
    check_name(asked.version, "version")
    if root.is_file() or (root.is_dir() and any(root.iterdir())):
        known = (root / STUDY).is_file()
        raise OptionError(
            Text("there is a study already", "此处已有一个研究")
            if known
            else Text("there is something already", "此处已有其他内容"),
            where=str(root),
            fix=Text(
                "Add waves to it: ecosurvey study add.", "请向其中添加数据：ecosurvey study add。"
            )
            if known
            else Text("Name a new folder.", "请指定一个新文件夹。"),
        )
    root.parent.mkdir(parents=True, exist_ok=True)
    with work_folder(root.parent, f".{root.name}.") as work:
        (work / VERSIONS).mkdir()
        for name in (WAVES, "results"):
            (work / name).mkdir()
        _store_version(asked, work / VERSIONS / asked.version)
        told = {"schema": SCHEMA, "id": asked.id, "created": _now()}
        write_durably(work / STUDY, _json(told))
        if root.is_dir():
            root.rmdir()  # empty, as was seen above
        publish(work, root)
    return open_study(path)


def add_wave(
    study: Study | str | os.PathLike[str],
    data: str | os.PathLike[str],
    *,
    label: str | None = None,
    instrument: str | os.PathLike[str] | None = None,
    mapping: str | os.PathLike[str] | None = None,
    day: str | None = None,
    timeout: float = PATIENCE,
) -> Study:
    """Add a wave of answers to a study: whole, once, and never over another.

    Parameters
    ----------
    study : Study or path
    data : path
        The file as it came from the platform; it is copied, and never changed.
    label : str, optional
        The wave's name; the one that the answers themselves give if left out.
    instrument : path, optional
        The questionnaire in another version than those in the study; the newest one there if
        left out.
    mapping : path, optional
        Which column holds which question, as ``ecosurvey map`` writes it.
    day : str, optional
        First day of answers, as ``2026-03-09``; that of the column of submission times if left
        out. Waves are ordered by it.
    timeout : float
        Seconds to wait for another writer.

    Returns
    -------
    Study
        With the new wave.

    Raises
    ------
    OptionError
        If the label is taken or lacks, or the questionnaire is not that of the study.
    DataError
        If these answers are in the study already, by the file's bytes or by what they say; if
        they are of several waves; if they cannot be read.

    Notes
    -----
    The wave is written into a folder beside the others, flushed to the disk and then given
    its name in one step, under a lock that ends with its holder. A process killed, or a disk
    full, at any moment leaves the study as it was, or with the whole wave.
    """
    from ecosurvey.instrument import load_instrument
    from ecosurvey.responses import read_mapping, read_responses

    need_pyarrow()
    known = open_study(study.path if isinstance(study, Study) else study)
    source = Path(data)
    digest = sha256(source)
    _refuse_same_file(known, digest, source)
    asked = known.instrument() if instrument is None else load_instrument(instrument)
    _check_version(known, asked)
    columns = None if mapping is None else read_mapping(mapping)
    answered = read_responses(source, asked, mapping=columns)
    if answered.sha256 != digest:
        raise DataError(
            Text("the file changed while it was read", "文件在读取时发生了变化"),
            where=source.name,
            fix=Text("Try again.", "请重试。"),
        )
    arriving = _Arriving(
        _label(label, answered, source), source, Path(mapping) if mapping is not None else None,
        asked, answered, _days(day, answered),
    )  # fmt: skip
    with locked(known.path, timeout):
        known = open_study(known.path)  # another writer may have been here meanwhile
        _refuse_same_file(known, digest, source)
        _refuse_same_name(known, arriving.label)
        new_version = _check_version(known, asked)
        _write(known, arriving, new_version=new_version)
    return open_study(known.path)


@dataclass(frozen=True, slots=True)
class _Arriving:
    """A wave that was read and is about to be written."""

    label: str
    source: Path
    mapping: Path | None
    asked: Instrument
    answered: Responses
    days: tuple[str | None, str | None]


def _write(known: Study, wave: _Arriving, *, new_version: bool) -> None:
    """Write the wave, and its version of the questionnaire if that is new."""
    asked, answered, root = wave.asked, wave.answered, known.path
    content = frame_sha256(answered.frame)
    _refuse_same_answers(known, content, wave.source)
    with work_folder(root) as work, ExitStack() as undo:
        (work / "source").mkdir()
        copied = copy_durably(wave.source, work / "source" / wave.source.name)
        if copied != answered.sha256:
            raise DataError(
                Text("the file changed while it was copied", "文件在复制时发生了变化"),
                where=wave.source.name,
            )
        made = {
            "answers.parquet": frame_bytes(answered.frame),
            "text.parquet": frame_bytes(answered.text.astype("string")),
            "decisions.csv": answered.issues.map(_disarmed).to_csv(index=False).encode("utf-8"),
        }
        if wave.mapping is not None:
            made["mapping.csv"] = wave.mapping.read_bytes()
        for name, content_of in made.items():
            write_durably(work / name, content_of)
        files = {name: sha256(work / name) for name in made}
        write_durably(work / WAVE, _json(_told(known, wave, content, files)))
        if new_version:
            folder = root / VERSIONS / asked.version
            undo.callback(_withdraw, folder, work, unless=root / WAVES / wave.label)
            _publish_version(asked, root, folder)
        publish(work, root / WAVES / wave.label)
        undo.pop_all()


def _disarmed(cell: object) -> object:
    return disarm(cell) if isinstance(cell, str) else cell


def _told(known: Study, wave: _Arriving, content: str, files: dict[str, str]) -> dict[str, Any]:
    """Return what ``wave.json`` says."""
    asked, answered = wave.asked, wave.answered
    findings = by_severity([*_new_findings(known, wave), *answered.findings])
    return {
        "schema": "ecosurvey/wave/1",
        "label": wave.label,
        "date": wave.days[0],
        "last": wave.days[1],
        "added": _now(),
        "asked_with": _asked_with(wave),
        "instrument": {"id": asked.id, "version": asked.version, "sha256": asked.sha256},
        "source": {"file": wave.source.name, "sha256": answered.sha256},
        "answers": {"rows": answered.n_rows, "content_sha256": content},
        "mapping": wave.mapping is not None,
        "synthetic": answered.synthetic,
        "files": files,
        "findings": [
            {
                "code": one.code, "severity": one.severity, "where": one.where,
                "message": {"en": one.message.en, "zh": one.message.zh},
                "hint": {"en": one.hint.en, "zh": one.hint.zh} if one.hint else None,
            }
            for one in findings
        ],
    }  # fmt: skip


def _asked_with(wave: _Arriving) -> str:
    """Return the version that respondents saw: as the file tells of the wave, or its own."""
    named = {wave.label, *wave.answered.waves}
    told = [one.version for one in wave.asked.waves if one.id in named]
    return told[0] if told else wave.asked.version


def _new_findings(known: Study, wave: _Arriving) -> list[Finding]:
    """Return what is remarkable about the wave beside the waves before."""
    found: list[Finding] = []
    named = wave.answered.waves
    if named and named != (wave.label,):
        message = Text(
            f"the answers call their wave {named[0]!r}; in the study it is {wave.label!r}",
            f"数据中的轮次名为“{named[0]}”，在研究中称为“{wave.label}”",
        )
        found.append(Finding("wave_named_otherwise", "warning", message))
    newest = known.versions[-1]
    if wave.asked.version not in {one.version for one in known.versions}:
        found += untold_changes(known.instrument(newest.version), wave.asked)
    return found


def _label(label: str | None, answered: Responses, source: Path) -> str:
    """Return the wave's name, as given or as the answers tell it."""
    if len(answered.waves) > 1:
        raise DataError(
            Text(
                f"the file holds answers of several waves: {', '.join(answered.waves[:8])}",
                f"文件含有多轮答卷：{'、'.join(answered.waves[:8])}",
            ),
            where=source.name,
            fix=Text(
                "Split it into one file a wave, and add each.", "请按轮次拆分文件，分别添加。"
            ),
        )
    if label is None and not answered.waves:
        raise OptionError(
            Text("the answers do not name their wave", "答卷中没有说明属于哪一轮"),
            fix=Text("Give it a name with --label.", "请用 --label 命名。"),
        )
    return check_name(label if label is not None else answered.waves[0], "label")


def _days(given: str | None, answered: Responses) -> tuple[str | None, str | None]:
    """Return the first and the last day of answers: as given, by their times, or as planned."""
    import pandas as pd

    name = answered.instrument.meta.submitted_at
    told: tuple[str | None, str | None] = (None, None)
    planned = next((one for one in answered.instrument.waves if one.id in answered.waves), None)
    if planned is not None:
        told = (planned.start, planned.end)
    if name is not None and name in answered.frame:
        times = pd.to_datetime(answered.frame[name], errors="coerce").dropna()
        if len(times):
            told = (times.min().date().isoformat(), times.max().date().isoformat())
    if given is None:
        return told
    try:
        return (date.fromisoformat(given).isoformat(), told[1])
    except ValueError:
        raise OptionError(
            Text(f"day={given!r} is not a date", f"day={given!r} 不是日期"),
            fix=Text("Write it as 2026-03-09.", "请写成 2026-03-09 的形式。"),
        ) from None


def _check_version(known: Study, asked: Instrument) -> bool:
    """Tell whether the version is new to the study; refuse one that cannot be of it."""
    if asked.id != known.id:
        raise OptionError(
            Text(
                f"the questionnaire is {asked.id!r}, the study is of {known.id!r}",
                f"问卷是 {asked.id!r}，而研究属于 {known.id!r}",
            ),
            where=asked.path.name,
            fix=Text("Make a study of its own for it.", "请为它另建一个研究。"),
        )
    check_name(asked.version, "version")
    for stored in known.versions:
        if same_name(stored.version, asked.version):
            if stored.sha256 == asked.sha256:
                return False
            raise OptionError(
                Text(
                    f"version {asked.version} is in the study, with other content",
                    f"研究中已有版本 {asked.version}，但内容不同",
                ),
                where=asked.path.name,
                fix=Text(
                    "Raise the version in the questionnaire file whenever it changes.",
                    "问卷文件每次更改时请提高版本号。",
                ),
            )
    return True


def _store_version(asked: Instrument, folder: Path) -> None:
    folder.mkdir()
    copied = copy_durably(asked.path, folder / asked.path.name)
    if copied != asked.sha256:
        raise DataError(
            Text("the questionnaire changed while it was copied", "问卷在复制时发生了变化"),
            where=asked.path.name,
        )
    told = {
        "version": asked.version, "sha256": asked.sha256, "added": _now(),
        "file": asked.path.name,
    }  # fmt: skip
    write_durably(folder / VERSION, _json(told))


def _publish_version(asked: Instrument, root: Path, folder: Path) -> None:
    with work_folder(root) as work:
        _store_version(asked, work / "version")
        publish(work / "version", folder)


def _withdraw(folder: Path, work: Path, *, unless: Path) -> None:
    """Take a version out again, unless its wave got its name before writing failed."""
    if folder.exists() and not unless.exists():
        folder.rename(work / "withdrawn")


def _refuse_same_file(known: Study, digest: str, source: Path) -> None:
    for wave in known.waves:
        if wave.sha256 == digest:
            raise DataError(
                Text(
                    f"this file is in the study already, as wave {wave.label!r} "
                    f"(added {wave.added[:10]})",
                    f"该文件已在研究中，为轮次 {wave.label!r}（添加于{wave.added[:10]}）",
                ),
                where=source.name,
                fix=Text(
                    "Nothing was added; see: ecosurvey study status.",
                    "没有添加任何内容；请看：ecosurvey study status。",
                ),
            )


def _refuse_same_answers(known: Study, content: str, source: Path) -> None:
    for wave in known.waves:
        if wave.answers_sha256 == content:
            raise DataError(
                Text(
                    f"the answers in this file are those of wave {wave.label!r}, "
                    "only saved otherwise",
                    f"该文件的答卷就是轮次 {wave.label!r} 的答卷，只是保存方式不同",
                ),
                where=source.name,
                fix=Text(
                    "Nothing was added; see: ecosurvey study status.",
                    "没有添加任何内容；请看：ecosurvey study status。",
                ),
            )


def _refuse_same_name(known: Study, label: str) -> None:
    for wave in known.waves:
        if same_name(wave.label, label):
            raise OptionError(
                Text(
                    f"the study has a wave {wave.label!r} already, of the file {wave.source.name}",
                    f"研究中已有轮次 {wave.label!r}，来自文件 {wave.source.name}",
                ),
                where=str(known.path),
                fix=Text(
                    "Give this one another --label; a wave is never replaced.",
                    "请用 --label 另起名称；已有的数据不会被替换。",
                ),
            )


def _json(told: dict[str, Any]) -> bytes:
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _now() -> str:
    return datetime.now(tz=UTC).isoformat(timespec="microseconds")
