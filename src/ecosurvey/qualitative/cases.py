"""Cases × constructs: evidence for, against or absent, and how strong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ecosurvey.core import Cell, Column, DataError, Finding, Result, Table, Text, did_you_mean
from ecosurvey.qualitative.reading.rows import read_rows

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.instrument import Instrument

Stand = Literal["for", "against", "mixed", "absent"]
_COUNTED: tuple[Stand, ...] = ("for", "against", "mixed")
MARKS: Mapping[Stand, Text] = {
    "for": Text("+", "+"), "against": Text("−", "−"), "mixed": Text("±", "±"),
    "absent": Text("·", "·"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its name and its attributes, as words, by background question."""

    id: str
    name: Text
    attributes: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class CaseEvidence:
    """What the material of one case says of one construct.

    Attributes
    ----------
    case, construct : str
    supporting, opposing : int
        Segments, each counted once however many coders gave it.
    strength : float or None
        Mean strength of the segments of the side that prevails (both where mixed).
    stand : {"for", "against", "mixed", "absent"}
        ``mixed`` where the sides have the same number of segments.
    """

    case: str
    construct: str
    supporting: int
    opposing: int
    strength: float | None
    stand: Stand


@dataclass(frozen=True, slots=True, eq=False)
class CaseTable(Result):
    """The cases of the study against its constructs."""

    cases: tuple[Case, ...]
    constructs: tuple[tuple[str, Text], ...]
    cells: tuple[CaseEvidence, ...]
    attributes: tuple[tuple[str, Text], ...] = ()
    findings: tuple[Finding, ...] = ()

    def of(self, construct: str) -> tuple[CaseEvidence, ...]:
        """Return one construct's evidence, case by case."""
        return tuple(cell for cell in self.cells if cell.construct == construct)

    def tables(self) -> tuple[Table, ...]:
        """Return cases as rows, with their types; constructs as columns."""
        at = {(cell.case, cell.construct): cell for cell in self.cells}
        span = Text("Evidence by construct", "各构念的证据")
        columns = [Column("case", Text("Case", "案例"), "label")]
        columns += [Column(name, label, "text") for name, label in self.attributes]
        columns += [
            Column(f"evidence_{name}", Text(name, name), "text", spanner=span)
            for name, _ in self.constructs
        ]
        rows: list[tuple[Cell, ...]] = []
        for case in self.cases:
            shown: list[Cell] = [case.name]
            shown += [case.attributes.get(name, Text("", "")) for name, _ in self.attributes]
            shown += [_show(at[case.id, name]) for name, _ in self.constructs]
            rows.append(tuple(shown))
        legend = Text("; ", "；").en.join(f"{k} = {t.en}" for k, t in self.constructs)
        legend_zh = "；".join(f"{k} = {t.zh}" for k, t in self.constructs)
        notes = (
            Text(
                "+ evidence for the expectation, − against, ± both alike, · none; the number is "
                "the mean strength where coders gave it.",
                "+ 支持预期，− 反对，± 正反相当，· 无证据；数字为编码者所给强度的均值。",
            ),
            Text(f"{legend}.", f"{legend_zh}。"),
        )
        title = Text("Evidence by case and construct", "各案例、各构念的证据")
        made = Table("case_evidence", title, tuple(columns), tuple(rows), notes)
        return (made, self._types(notes[1])) if self.attributes else (made,)

    def _types(self, legend: Text) -> Table:
        """Return types of cases as rows: how many of a type stand where on each construct."""
        span = Text("Cases for/against/both alike", "支持/反对/正反相当的案例数")
        columns = [
            Column("type", Text("Type", "类型"), "label"),
            Column("cases", Text("Cases", "案例数"), "count"),
            *(Column(f"evidence_{name}", Text(name, name), "text", spanner=span)
              for name, _ in self.constructs),
        ]  # fmt: skip
        at = {(cell.case, cell.construct): cell.stand for cell in self.cells}
        rows: list[tuple[Cell, ...]] = []
        groups: list[tuple[int, Text]] = []
        for key, label in self.attributes:
            groups.append((len(rows), label))
            for kind in dict.fromkeys(c.attributes[key] for c in self.cases if key in c.attributes):
                own = [case.id for case in self.cases if case.attributes.get(key) == kind]
                stands = [[at[case, name] for case in own] for name, _ in self.constructs]
                shown = ["/".join(str(s.count(one)) for one in _COUNTED) for s in stands]
                rows.append((kind, len(own), *shown))
        title = Text("Evidence by type of case", "各类案例的证据")
        return Table("case_types", title, tuple(columns), tuple(rows), (legend,), tuple(groups))


def _show(cell: CaseEvidence) -> Text:
    mark = MARKS[cell.stand]
    if cell.strength is None or cell.stand == "absent":
        return mark
    return Text(f"{mark.en}\u00a0{cell.strength:.1f}", f"{mark.zh}\u00a0{cell.strength:.1f}")


def case_table(
    tied: pd.DataFrame, instrument: Instrument, cases: tuple[Case, ...] | None = None
) -> CaseTable:
    """Return the evidence of every case on every construct that codes are tied to.

    Parameters
    ----------
    tied : DataFrame
        From :func:`~ecosurvey.qualitative.crosswalk.tie`.
    instrument : Instrument
    cases : tuple of Case, optional
        From :func:`read_cases`; without, the cases that the material names.

    Raises
    ------
    DataError
        If the material names a case that is not among ``cases``.
    """
    part = instrument.qualitative
    codes = part.codes if part is not None else ()
    names = list(dict.fromkeys(code.construct for code in codes))
    constructs = tuple((name, instrument.name_of(name)) for name in names)
    material = [name for name in dict.fromkeys(tied["case"]) if name]
    if cases is None:
        cases = tuple(Case(name, Text(name, name), {}) for name in material)
    known = {case.id for case in cases}
    unknown = [name for name in material if name not in known]
    if unknown:
        raise DataError(
            Text(
                f"the coded material has {unknown[0]!r}, which is not among the cases",
                f"编码材料中有 {unknown[0]!r}，而案例表中没有",
            ),
            fix=did_you_mean(unknown[0], known)
            or Text(
                f"There are: {', '.join(sorted(known))}.", f"可用的有：{'、'.join(sorted(known))}。"
            ),
        )
    segments, strengths = _by_cell(tied)
    cells = tuple(
        _cell(case.id, name, segments.get((case.id, name), {}), strengths.get((case.id, name), {}))
        for case in cases
        for name in names
    )
    shown = list(dict.fromkeys(key for case in cases for key in case.attributes))
    attributes = tuple((key, instrument.name_of(key)) for key in shown)
    return CaseTable(cases, constructs, cells, attributes)


_Sides = dict[str, set[tuple[str, str]]]
_Strengths = dict[str, list[float]]


def _by_cell(
    tied: pd.DataFrame,
) -> tuple[dict[tuple[str, str], _Sides], dict[tuple[str, str], _Strengths]]:
    """Return by case and construct the segments of each side, and the strengths given."""
    segments: dict[tuple[str, str], _Sides] = {}
    strengths: dict[tuple[str, str], _Strengths] = {}
    keys = ["case", "construct", "evidence", "source", "segment", "strength"]
    for case, construct, evidence, source, segment, strength in tied[keys].itertuples(index=False):
        if evidence in ("for", "against"):
            side = segments.setdefault((case, construct), {}).setdefault(evidence, set())
            side.add((source, segment))
            if strength == strength:
                given = strengths.setdefault((case, construct), {}).setdefault(evidence, [])
                given.append(float(strength))
    return segments, strengths


def _cell(case: str, construct: str, sides: _Sides, strengths: _Strengths) -> CaseEvidence:
    pro, con = len(sides.get("for", ())), len(sides.get("against", ()))
    stand: Stand = "absent"
    if pro or con:
        stand = "mixed" if pro == con else "for" if pro > con else "against"
    counted = ("for", "against") if stand == "mixed" else (stand,)
    given = [strength for side in counted for strength in strengths.get(side, ())]
    mean = sum(given) / len(given) if given else None
    return CaseEvidence(case, construct, pro, con, mean, stand)


def read_cases(path: str | Path, instrument: Instrument) -> tuple[Case, ...]:
    """Read the cases and their attributes: ``case, name_en, name_zh`` and background questions.

    Cells of a background question hold codes or labels of the questionnaire.

    Raises
    ------
    DataError
        If there is no column ``case``, a case stands twice, or a cell is no code of its question.
    """
    title, rows = read_rows(path, ("case",))
    options = {
        variable.id: variable.options for variable in instrument.variables if variable.options
    }
    found: dict[str, Case] = {}
    for row in rows:
        name = row.get("case")
        if not name or name in found:
            twice = Text(f"the case {name!r} stands twice", f"案例 {name!r} 出现两次")
            problem = twice if name else Text("the case has no name", "案例没有名称")
            raise DataError(
                Text(f"{problem} (row {row.number})", f"{problem.zh}（第{row.number}行）"),
                where=title,
            )
        attributes: dict[str, Text] = {}
        for key, choices in options.items():
            answer = row.get(key)
            if not answer:
                continue
            words = {str(one.code): one.label for one in choices}
            words |= {w: one.label for one in choices for w in (one.label.en, one.label.zh)}
            if answer not in words:
                raise DataError(
                    Text(
                        f"{answer!r} is no answer of {key!r} (row {row.number})",
                        f"{answer!r} 不是 {key!r} 的答案（第{row.number}行）",
                    ),
                    where=title,
                    fix=did_you_mean(answer, words)
                    or Text(
                        f"Codes: {', '.join(list(words)[:9])}.",
                        f"可用的有：{'、'.join(list(words)[:9])}。",
                    ),
                )
            attributes[key] = words[answer]
        english, chinese = row.get("name_en"), row.get("name_zh")
        label = Text(english or chinese or name, chinese or english or name)
        found[name] = Case(name, label, attributes)
    return tuple(found.values())
