"""The tables that tell how a study stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Cell, Column, Table, Text

if TYPE_CHECKING:
    from ecosurvey.study.model import StoredRun, StoredWave, Study


def waves_table(study: Study) -> Table:
    """Return the waves in order, with what the newest analysis of each found."""
    columns = (
        Column("wave", Text("Wave", "轮次"), "label"),
        Column("date", Text("Date", "日期"), "text"),
        Column("asked_with", Text("Asked with", "问卷版本"), "text"),
        Column("rows", Text("Answers", "答卷"), "count"),
        Column("analysed", Text("Analysed", "纳入分析"), "count"),
        Column("cfi", Text("CFI", "CFI"), bounded=True, decimals=3),
        Column("rmsea", Text("RMSEA", "RMSEA"), bounded=True, decimals=3),
        Column("first", Text("First factor", "首要因素"), "text"),
        Column("results", Text("Results", "结果"), "text"),
        Column("file", Text("File", "文件"), "text"),
        Column("sha256", Text("SHA-256", "SHA-256"), "text"),
    )
    rows = tuple(_wave(wave, study.run(wave.label)) for wave in study.waves)
    notes = [
        Text("Ordered by the first day of answers.", "按首日作答日期排列。"),
    ]
    if any(wave.synthetic for wave in study.waves):
        made = ", ".join(wave.label for wave in study.waves if wave.synthetic)
        notes.append(
            Text(
                f"Synthetic, nobody gave these answers: {made}.", f"模拟数据，非真实作答：{made}。"
            )
        )
    return Table(
        "study_waves", Text("Waves of the study", "研究的各轮"), columns, rows, tuple(notes)
    )


def versions_table(study: Study) -> Table:
    """Return the versions of the questionnaire in the order they came."""
    columns = (
        Column("version", Text("Version", "版本"), "label"),
        Column("added", Text("Added", "加入时间"), "text"),
        Column("waves", Text("Waves read with it", "按此版本读取的轮次"), "text"),
        Column("file", Text("File", "文件"), "text"),
        Column("sha256", Text("SHA-256", "SHA-256"), "text"),
    )
    rows = tuple(
        (
            one.version,
            one.added[:19],
            ", ".join(wave.label for wave in study.waves if wave.version == one.version),
            one.path.name,
            one.sha256[:12],
        )
        for one in study.versions
    )
    title = Text("Versions of the questionnaire", "问卷版本")
    return Table("study_versions", title, columns, rows)


def _wave(wave: StoredWave, run: StoredRun | None) -> tuple[Cell, ...]:
    dates = " – ".join(dict.fromkeys(day for day in (wave.date, wave.last) if day))
    told: tuple[Cell, ...] = (None, None, None, "", Text("not analysed", "未分析"))
    if run is not None:
        first = str(run.ranking[0].get("factor", "")) if run.ranking else ""
        fit = [run.fit.get(f"{name}_robust") or run.fit.get(name) for name in ("cfi", "rmsea")]
        told = (run.n_analysed, *fit, first, _state(wave, run))
    return (
        wave.label, dates, wave.asked_with, wave.n_rows, *told, wave.source.name, wave.sha256[:12]
    )  # fmt: skip


def _state(wave: StoredWave, run: StoredRun) -> Text:
    """Tell which run is the newest, and whether it is of these answers and to be trusted."""
    if run.data_sha256 != wave.sha256 or run.instrument_sha256 != wave.instrument_sha256:
        return Text(f"{run.name} (other inputs)", f"{run.name}（输入不同）")
    if run.serious:
        return Text(f"{run.name} (not to be trusted)", f"{run.name}（结果不可信）")
    return Text(run.name, run.name)
