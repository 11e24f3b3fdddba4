"""The joint display: numbers and cases side by side, construct by construct."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ecosurvey.core import DataError, Finding, Result, Table, Text, by_severity, check_choice
from ecosurvey.qualitative.agreement import Agreement, agreement
from ecosurvey.qualitative.cases import CaseEvidence, CaseTable, case_table, read_cases
from ecosurvey.qualitative.crosswalk import tie
from ecosurvey.qualitative.fit import Decision, Fit, propose, read_decisions
from ecosurvey.qualitative.literature import LiteratureFlow, read_literature
from ecosurvey.qualitative.model import CodedMaterial
from ecosurvey.qualitative.numbers import Effect, Numbers, read_results
from ecosurvey.qualitative.patterns import CoOccurrence, Saturation, co_occurrence, saturation
from ecosurvey.qualitative.privacy import PRIVACY, Privacy, protect
from ecosurvey.qualitative.reading import read_codes

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.instrument import Instrument


@dataclass(frozen=True, slots=True)
class Theme:
    """One code, and the segments that have it."""

    code: str
    name: Text
    segments: int


@dataclass(frozen=True, slots=True)
class Quotation:
    """A passage, where it is from, and what it is evidence of."""

    text: str
    source: str
    case: str
    code: str
    evidence: str
    strength: float | None


@dataclass(frozen=True, slots=True)
class JointRow:
    """One construct from both sides.

    Attributes
    ----------
    construct, name
    sign : {"+", "-"} or None
        The direction that the hypotheses expect.
    effect : Effect or None
        ``None`` where nothing was estimated, as for the outcome itself.
    themes : tuple of Theme
    supporting, opposing : int
        Segments.
    cases : tuple of CaseEvidence
    quotations : tuple of Quotation
        The exemplary ones, at most one a side: highest strength, then most coders, then
        shortest.
    fit : Fit
        What the rules propose.
    decision : Decision or None
        What the researcher set.
    """

    construct: str
    name: Text
    sign: str | None
    effect: Effect | None
    themes: tuple[Theme, ...]
    supporting: int
    opposing: int
    cases: tuple[CaseEvidence, ...]
    quotations: tuple[Quotation, ...]
    fit: Fit
    decision: Decision | None = None


@dataclass(frozen=True, slots=True, eq=False)
class JointDisplay(Result):
    """Numbers and cases side by side.

    Attributes
    ----------
    rows : tuple of JointRow
        In the order of the ranking; constructs without effect last.
    numbers : Numbers
    material : CodedMaterial
        As it may be shown.
    tied : DataFrame
        The codings with their constructs.
    cases : CaseTable
    agreement : Agreement or None
        ``None`` where there is one coder.
    co_occurrence : CoOccurrence
    saturation : Saturation
    literature : LiteratureFlow or None
    instrument : Instrument
    privacy : {"show", "mask", "drop"}
    synthetic : bool
        True if either side says so of itself.
    findings : tuple of Finding
    """

    rows: tuple[JointRow, ...]
    numbers: Numbers
    material: CodedMaterial
    tied: pd.DataFrame
    cases: CaseTable
    agreement: Agreement | None
    co_occurrence: CoOccurrence
    saturation: Saturation
    literature: LiteratureFlow | None
    instrument: Instrument
    privacy: Privacy
    synthetic: bool
    findings: tuple[Finding, ...]

    def tables(self) -> tuple[Table, ...]:
        """Return the display, quotations, fit, hypotheses, groups and cases."""
        from ecosurvey.qualitative.display import display_tables

        return display_tables(self)


def joint_display(
    results: str | Path | Numbers,
    codes: str | Path | CodedMaterial,
    instrument: Instrument | str | Path,
    *,
    cases: str | Path | None = None,
    literature: str | Path | None = None,
    decisions: str | Path | None = None,
    privacy: Privacy | None = None,
    seed: int = 1,
) -> JointDisplay:
    """Put the numbers of a run and coded case material side by side.

    Parameters
    ----------
    results : path or Numbers
        The folder that ``ecosurvey analyze`` wrote.
    codes : path or CodedMaterial
        As :func:`read_codes` reads.
    instrument : Instrument or path
        With a ``qualitative`` part that ties codes to constructs.
    cases : path, optional
        The cases and their attributes, as :func:`~ecosurvey.qualitative.cases.read_cases` reads.
    literature : path, optional
        Counts of the literature search, for a flow after PRISMA 2020.
    decisions : path, optional
        What the researcher set: ``construct, fit, meta_inference``.
    privacy : {"show", "mask", "drop"}, optional
        What is shown of passages, sources, cases and coders, in every output; as the
        questionnaire says if not given.
    seed : int

    Returns
    -------
    JointDisplay

    Raises
    ------
    DataError
        If the results are of another questionnaire, or codes are not in the crosswalk.

    Examples
    --------
    >>> from ecosurvey import joint_display
    >>> joint_display("results", "codes.qdpx", "ecosystem.yaml").rows  # doctest: +SKIP
    """
    from ecosurvey.instrument import Instrument, load_instrument

    asked = instrument if isinstance(instrument, Instrument) else load_instrument(instrument)
    if privacy is None:
        privacy = asked.qualitative.privacy if asked.qualitative is not None else "show"
    check_choice("privacy", privacy, PRIVACY)
    numbers = results if isinstance(results, Numbers) else read_results(results)
    if numbers.instrument != asked.id:
        raise DataError(
            Text(
                f"the results are of the questionnaire {numbers.instrument!r}, not {asked.id!r}",
                f"结果属于问卷 {numbers.instrument!r}，而不是 {asked.id!r}",
            ),
            fix=Text("Give the questionnaire of that run.", "请给出当时所用的问卷。"),
        )
    given = codes if isinstance(codes, CodedMaterial) else read_codes(codes)
    if tie(given, asked).empty:  # before names are hidden, so that messages can use them
        raise DataError(
            Text("no passage has a code of the crosswalk", "没有一段材料带有对应表中的编码"),
            where=given.path.name if given.path else None,
            fix=Text(
                "Give a project or a table of codings; a codebook alone has none.",
                "请给出项目或编码表；仅有编码本是不够的。",
            ),
        )
    given, remarks = _with_cases(given)
    known = None if cases is None else read_cases(cases, asked)
    case_table(tie(given, asked), asked, known)
    material, known = protect(given, known, privacy)
    tied = tie(material, asked)
    table = case_table(tied, asked, known)
    flow = None if literature is None else read_literature(literature)
    rows = _rows(asked, numbers, tied, table)
    if decisions is not None:
        set_by = read_decisions(decisions, tuple(row.construct for row in rows))
        rows = tuple(replace(row, decision=set_by.get(row.construct)) for row in rows)
    agreed = agreement(material, seed=seed) if len(material.coders) > 1 else None
    saturated = saturation(material, seed=seed)
    findings = [
        *material.findings,
        *remarks,
        *saturated.findings,
        *_findings(asked, numbers, material),
    ]
    findings += agreed.findings if agreed else ()
    return JointDisplay(
        rows, numbers, material, tied, table, agreed, co_occurrence(material), saturated, flow,
        asked, privacy, numbers.synthetic or material.synthetic, by_severity(findings),
    )  # fmt: skip


def _with_cases(material: CodedMaterial) -> tuple[CodedMaterial, tuple[Finding, ...]]:
    """Return the material with every source as a case where it names no cases at all."""
    codings = material.codings
    without = codings["case"] == ""
    if without.all():
        said = Text(
            "the material names no cases, so each source counts as one.",
            "材料未注明案例，每份资料按一个案例计。",
        )
        made = replace(material, codings=codings.assign(case=codings["source"]))
        return made, (Finding("sources_as_cases", "note", said),)
    if without.any():
        said = Text(
            "{n} codings belong to no case: they are in the counts of segments and passages, "
            "not in those of cases.",
            "{n}条编码不属于任何案例：计入片段与原文，不计入案例。",
        ).fill(n=int(without.sum()))
        return material, (Finding("codings_without_case", "warning", said),)
    return material, ()


def _rows(
    asked: Instrument, numbers: Numbers, tied: pd.DataFrame, cases: CaseTable
) -> tuple[JointRow, ...]:
    found: list[JointRow] = []
    for construct, name in cases.constructs:
        part = tied[tied["construct"] == construct]
        effect = numbers.effects.get(construct)
        signs = {h.sign for h in asked.hypotheses if h.source == construct}
        sign = signs.pop() if len(signs) == 1 else None
        own = cases.of(construct)
        fit = propose(effect, sign, own)
        counts = [_segments(part, evidence) for evidence in ("for", "against")]
        found.append(
            JointRow(
                construct, name, sign, effect, _themes(asked, part), counts[0], counts[1], own,
                _quotations(part), fit,
            )
        )  # fmt: skip
    last = len(found) + 1
    return tuple(sorted(found, key=lambda row: row.effect.rank if row.effect else last))


def _themes(asked: Instrument, part: pd.DataFrame) -> tuple[Theme, ...]:
    codes = asked.qualitative.codes if asked.qualitative else ()
    counts = part.drop_duplicates(["source", "segment", "code"])["code"].value_counts()
    themes = [
        Theme(code.code, code.name, int(counts[code.code])) for code in codes if code.code in counts
    ]
    return tuple(sorted(themes, key=lambda theme: -theme.segments))


def _segments(part: pd.DataFrame, evidence: str) -> int:
    return len(_pairs(part[part["evidence"] == evidence]))


def _pairs(part: pd.DataFrame) -> pd.DataFrame:
    return part[["source", "segment"]].drop_duplicates()


def _quotations(part: pd.DataFrame) -> tuple[Quotation, ...]:
    """Return the exemplary passage of each side."""
    found: list[Quotation] = []
    for evidence in ("for", "against"):
        side = part[(part["evidence"] == evidence) & (part["text"] != "")]
        best: tuple[tuple[float, float, int], Quotation] | None = None
        for _, same in side.groupby(["source", "segment", "code"], sort=False):
            strength = float(same["strength"].mean())
            known = strength if strength == strength else 0.0
            first = same.iloc[0]
            text = str(first["text"])
            order = (-known, -float(same["coder"].nunique()), len(text))
            if best is None or order < best[0]:
                shown = None if strength != strength else strength
                where = (str(first["source"]), str(first["case"]), str(first["code"]))
                best = (order, Quotation(text, *where, evidence, shown))
        if best is not None:
            found.append(best[1])
    return tuple(found)


def _findings(asked: Instrument, numbers: Numbers, material: CodedMaterial) -> list[Finding]:
    found: list[Finding] = []
    if numbers.sha256 != asked.sha256:
        said = Text(
            "the questionnaire file has changed since the results were made.",
            "问卷文件在结果生成之后有改动。",
        )
        found.append(Finding("instrument_changed", "warning", said))
    if len(material.coders) < 2:
        said = Text(
            "the material has one coder, so nothing is known of the agreement of coders.",
            "材料仅有一名编码者，无法评估编码者间一致性。",
        )
        found.append(Finding("one_coder", "warning", said))
    return found
