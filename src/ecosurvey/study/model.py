"""A study as it lies on the disk: its questionnaire's versions, its waves, their results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ecosurvey.core import Finding, OptionError, Result, Table, Text, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.instrument import Instrument
    from ecosurvey.responses import Responses

WAVE_COLUMN = "study_wave"


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One version of the questionnaire.

    Attributes
    ----------
    version, sha256
        As in the file, and the hash of its bytes.
    added : str
        When it came into the study (UTC).
    path : Path
        The file in the study.
    """

    version: str
    sha256: str
    added: str
    path: Path


@dataclass(frozen=True, slots=True)
class StoredWave:
    """One wave of answers.

    Attributes
    ----------
    label : str
        Its name in the study.
    date : str or None
        First day of answers, ISO: as given, or of the column of submission times.
    last : str or None
        Last day of answers, where the file tells.
    added : str
        When it came into the study (UTC).
    version, instrument_sha256
        The questionnaire's file that it is read with.
    asked_with : str
        The version that respondents saw; an earlier one where the file tells of the wave.
    source : Path
        The file as received, in the study.
    sha256, answers_sha256
        Hashes of the file's bytes, and of the coded answers.
    n_rows : int
    synthetic : bool
    mapping : Path or None
        Which column holds which question, if that was given.
    findings : tuple of Finding
        What was remarked when it was added.
    """

    label: str
    date: str | None
    last: str | None
    added: str
    version: str
    instrument_sha256: str
    asked_with: str
    source: Path
    sha256: str
    answers_sha256: str
    n_rows: int
    synthetic: bool
    mapping: Path | None
    findings: tuple[Finding, ...] = ()

    @property
    def folder(self) -> Path:
        """The wave's folder in the study."""
        return self.source.parents[1]


@dataclass(frozen=True, slots=True)
class StoredRun:
    """One analysis of a wave.

    Attributes
    ----------
    wave, name, path
        The wave, ``run-001`` and so on, and the folder of the report.
    created : str
    version, instrument_sha256, data_sha256
        What it was computed from.
    estimator : str or None
    n_analysed : int
    fit : mapping
        Fit measures of the structural model, or of the measurement model without one.
    ranking : tuple of mapping
        The key factors, the first one first, as in ``results.json``.
    serious : int
        How many of its findings say that the numbers must not be trusted.
    """

    wave: str
    name: str
    path: Path
    created: str
    version: str
    instrument_sha256: str
    data_sha256: str
    estimator: str | None
    n_analysed: int
    fit: Mapping[str, float | None] = field(default_factory=dict)
    ranking: tuple[Mapping[str, object], ...] = ()
    serious: int = 0


@dataclass(frozen=True, slots=True)
class Study(Result):
    """A study: waves of answers, the versions they were asked with, and results by wave.

    Made by :func:`open_study`, :func:`init_study` and :func:`add_wave`; it tells of the folder
    as it was then. What is in the folder is only ever added to.

    Attributes
    ----------
    path : Path
    id : str
        Of the questionnaire.
    created : str
    versions : tuple of StoredVersion
        In the order they came; the last one is used unless another is named.
    waves : tuple of StoredWave
        By the date of their answers, else by when they were added.
    runs : tuple of StoredRun
        By wave, the oldest first.
    findings : tuple of Finding
    """

    path: Path
    id: str
    created: str
    versions: tuple[StoredVersion, ...]
    waves: tuple[StoredWave, ...]
    runs: tuple[StoredRun, ...]
    findings: tuple[Finding, ...] = ()

    def wave(self, label: str) -> StoredWave:
        """Return a wave by its label.

        Raises
        ------
        OptionError
            If there is none of that name.
        """
        for wave in self.waves:
            if wave.label == label:
                return wave
        known = [wave.label for wave in self.waves]
        raise OptionError(
            Text(f"the study has no wave {label!r}", f"研究中没有轮次 {label!r}"),
            where=str(self.path),
            fix=did_you_mean(label, known)
            or Text(
                f"It has: {', '.join(known) or 'none yet'}.",
                f"可用的有：{'、'.join(known) or '尚无'}。",
            ),
        )

    def instrument(self, version: str | None = None) -> Instrument:
        """Return the questionnaire in one version, the newest one if none is named.

        Raises
        ------
        OptionError
            If there is none of that version.
        """
        from ecosurvey.instrument import load_instrument

        wanted = self.versions[-1].version if version is None else version
        for stored in self.versions:
            if stored.version == wanted:
                return load_instrument(stored.path)
        known = ", ".join(stored.version for stored in self.versions)
        raise OptionError(
            Text(f"the study has no version {version!r}", f"研究中没有版本 {version!r}"),
            where=str(self.path),
            fix=Text(f"It has: {known}.", f"现有：{known}。"),
        )

    def responses(self, label: str) -> Responses:
        """Return a wave's answers, read anew from the file as received."""
        from ecosurvey.responses import read_mapping, read_responses

        wave = self.wave(label)
        known = None if wave.mapping is None else read_mapping(wave.mapping)
        return read_responses(wave.source, self.instrument(wave.version), mapping=known)

    def answers(self, label: str | None = None) -> pd.DataFrame:
        """Return the coded answers of a wave as stored; of all waves, one under another.

        The frame is that of :class:`~ecosurvey.Responses`: nobody excluded, nothing
        reverse-keyed. Of all waves the column ``study_wave`` names the wave; a question that a
        wave did not ask is empty there. Ids are those of each wave's own version.
        """
        import pandas as pd

        from ecosurvey.study.parquet import read_frame

        if label is not None:
            return read_frame(self.wave(label).folder / "answers.parquet")
        frames = []
        for wave in self.waves:
            frame = read_frame(wave.folder / "answers.parquet")
            frame.insert(0, WAVE_COLUMN, wave.label)
            frames.append(frame)
        if not frames:
            raise OptionError(
                Text("the study has no waves yet", "研究中还没有任何一轮数据"), where=str(self.path)
            )
        return pd.concat(frames, ignore_index=True)

    def run(self, label: str) -> StoredRun | None:
        """Return the newest analysis of a wave, or None."""
        runs = [run for run in self.runs if run.wave == label]
        return runs[-1] if runs else None

    def rankings(self) -> pd.DataFrame:
        """Return the key factors of each wave's newest analysis, one row a factor and wave."""
        import pandas as pd

        keys = ("factor", "rank", "total_std", "ci_lower", "ci_upper")
        newest = [run for wave in self.waves if (run := self.run(wave.label)) is not None]
        rows = [
            {"wave": run.wave, "n": run.n_analysed, **{key: row.get(key) for key in keys}}
            for run in newest
            for row in run.ranking
        ]
        return pd.DataFrame(rows, columns=["wave", "n", *keys])

    def tables(self) -> tuple[Table, ...]:
        """Return the waves with their results, and the versions of the questionnaire."""
        from ecosurvey.study.status import versions_table, waves_table

        return waves_table(self), versions_table(self)
