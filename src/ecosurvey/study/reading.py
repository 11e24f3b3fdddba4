"""A study folder -> Study: read without a lock, since what has a name never changes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ecosurvey.core import DataError, Finding, OptionError, Text
from ecosurvey.core.io import MANIFEST, sha256
from ecosurvey.study.model import StoredRun, StoredVersion, StoredWave, Study

STUDY, VERSION, WAVE = "study.json", "version.json", "wave.json"
SCHEMA = "ecosurvey/study/1"
VERSIONS, WAVES, RESULTS = "instruments", "waves", "results"


def open_study(path: str | os.PathLike[str], *, verify: bool = False) -> Study:
    """Read what a study folder holds.

    Parameters
    ----------
    path : path
        A folder made by :func:`init_study`.
    verify : bool
        Hash every questionnaire, file of answers and Parquet file again, and give a serious
        finding for each that is not what it was when it was added.

    Returns
    -------
    Study

    Raises
    ------
    OptionError
        If the folder is not a study, or of a later kind than this version knows.
    DataError
        If a file of the study cannot be read.

    Examples
    --------
    >>> import ecosurvey as es
    >>> study = es.open_study("study")  # doctest: +SKIP
    >>> study.wave("W2").n_rows  # doctest: +SKIP
    1150
    """
    root = Path(path)
    if not (root / STUDY).is_file():
        raise OptionError(
            Text("this is not a study folder", "这不是研究文件夹"),
            where=str(root),
            fix=Text(
                "Make one: ecosurvey study init DIR --instrument FILE.",
                "请新建：ecosurvey study init 文件夹 --instrument 文件。",
            ),
        )
    told = _read(root / STUDY)
    if told.get("schema") != SCHEMA:
        raise OptionError(
            Text(
                f"the study is of the kind {told.get('schema')!r}; this version knows {SCHEMA!r}",
                f"该研究的类型为 {told.get('schema')!r}，而本版本只认识 {SCHEMA!r}",
            ),
            where=str(root),
            fix=Text(
                "Use the version of ecosurvey that made it, or a newer one.",
                "请使用建立它的ecosurvey版本，或更新的版本。",
            ),
        )
    versions = sorted(
        (_version(folder) for folder in _folders(root / VERSIONS)),
        key=lambda one: (one.added, one.version),
    )
    if not versions:
        raise DataError(
            Text("the study has no questionnaire", "研究中没有问卷"), where=str(root / VERSIONS)
        )
    waves = sorted((_wave(folder) for folder in _folders(root / WAVES)), key=_order)
    runs = [
        _run(folder, wave.label)
        for wave in waves
        for folder in _folders(root / RESULTS / wave.label)
    ]
    named, created = _part(root / STUDY, lambda told: (told["id"], told["created"]))
    study = Study(root, named, created, tuple(versions), tuple(waves), tuple(runs))
    if not verify:
        return study
    return Study(
        study.path, study.id, study.created, study.versions, study.waves, study.runs,
        tuple(_changed(study)),
    )  # fmt: skip


def _folders(parent: Path) -> list[Path]:
    if not parent.is_dir():
        return []
    return sorted(one for one in parent.iterdir() if one.is_dir() and one.name[0] != ".")


def _read(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text("utf-8"))
        if not isinstance(told, dict):
            raise TypeError("it holds no object")
    except (OSError, ValueError, TypeError) as error:
        raise DataError(
            Text(f"a file of the study cannot be read: {error}", f"研究中有文件无法读取：{error}"),
            where=str(path),
            fix=Text("Restore it from a backup.", "请从备份恢复。"),
        ) from None
    return told


def _part(path: Path, make: Any) -> Any:
    """Return what ``make`` makes of a file, with one message if something lacks."""
    told = _read(path)
    try:
        return make(told)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(
            Text(
                f"a file of the study is not as it was written: {error!r}",
                f"研究中有文件与写入时不一致：{error!r}",
            ),
            where=str(path),
            fix=Text("Restore it from a backup.", "请从备份恢复。"),
        ) from None


def _version(folder: Path) -> StoredVersion:
    return _part(  # type: ignore[no-any-return]
        folder / VERSION,
        lambda told: StoredVersion(
            told["version"], told["sha256"], told["added"], folder / Path(told["file"]).name
        ),
    )


def _wave(folder: Path) -> StoredWave:
    def make(told: dict[str, Any]) -> StoredWave:
        asked, given = told["instrument"], told["source"]
        return StoredWave(
            label=told["label"],
            date=told["date"],
            last=told["last"],
            added=told["added"],
            version=asked["version"],
            instrument_sha256=asked["sha256"],
            asked_with=told["asked_with"],
            source=folder / "source" / Path(given["file"]).name,
            sha256=given["sha256"],
            answers_sha256=told["answers"]["content_sha256"],
            n_rows=told["answers"]["rows"],
            synthetic=told["synthetic"],
            mapping=folder / "mapping.csv" if told["mapping"] else None,
            findings=tuple(map(_finding, told["findings"])),
        )

    return _part(folder / WAVE, make)  # type: ignore[no-any-return]


def _finding(told: dict[str, Any]) -> Finding:
    hint = Text(**told["hint"]) if told["hint"] else None
    return Finding(told["code"], told["severity"], Text(**told["message"]), told["where"], hint)


def _run(folder: Path, wave: str) -> StoredRun:
    created = _read(folder / MANIFEST).get("created", "")

    def make(told: dict[str, Any]) -> StoredRun:
        model = told["structural"] or told["measurement"] or {}
        asked, given = told["instrument"], told["data"]
        return StoredRun(
            wave=wave,
            name=folder.name,
            path=folder,
            created=created,
            version=asked["version"],
            instrument_sha256=asked["sha256"],
            data_sha256=given["sha256"],
            estimator=model.get("estimator"),
            n_analysed=given["n_analysed"],
            fit=model.get("fit_measures", {}),
            ranking=tuple((told["key_factors"] or {}).get("ranking", ())),
            serious=sum(one["severity"] == "serious" for one in told["findings"]),
        )

    return _part(folder / "results.json", make)  # type: ignore[no-any-return]


def _order(wave: StoredWave) -> tuple[str, str, str]:
    return (wave.date or wave.added[:10], wave.added, wave.label)


def _changed(study: Study) -> list[Finding]:
    """Return a finding for each file that is not what it was when it was added."""
    kept = [(one.path, one.sha256) for one in study.versions]
    for wave in study.waves:
        kept.append((wave.source, wave.sha256))
        files = _part(wave.folder / WAVE, lambda told: dict(told["files"]))
        kept += [(wave.folder / Path(name).name, digest) for name, digest in files.items()]
    found = []
    for path, digest in kept:
        if path.is_file() and sha256(path) == digest:
            continue
        name = path.relative_to(study.path).as_posix()
        words = ("was changed", "已被改动") if path.is_file() else ("is gone", "已丢失")
        message = Text(f"{name} {words[0]} since it was added", f"{name}自加入研究以来{words[1]}")
        hint = Text("Restore it from a backup.", "请从备份恢复。")
        found.append(Finding("file_changed", "serious", message, name, hint))
    return found
