"""The tables of a joint display."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Cell, Column, Table, Text
from ecosurvey.qualitative.fit import FITS, RULES, SIDES

if TYPE_CHECKING:
    from ecosurvey.qualitative.joint import JointDisplay, JointRow

_NUMBERS, _CASES = Text("Numbers", "量化结果"), Text("Cases", "案例证据")
_LONGEST = 240  # letters of a passage; longer ones are cut, and the cut is marked
EVIDENCE = {"for": Text("for", "支持"), "against": Text("against", "反对")}


def display_tables(display: JointDisplay) -> tuple[Table, ...]:
    """Return the display, fit, hypotheses, groups, quotations, cases and the codes' tables."""
    made = [
        _main(display), _fit(display), _hypotheses(display), _groups(display),
        *display.cases.tables(), _quotations(display), *display.material.tables(),
        *(display.agreement.tables() if display.agreement else ()),
        *display.co_occurrence.tables(), *display.saturation.tables(),
        *(display.literature.tables() if display.literature else ()),
    ]  # fmt: skip
    return tuple(table for table in made if table.rows)


def _main(display: JointDisplay) -> Table:
    quoted = display.privacy != "drop"
    columns = [
        Column("construct", Text("Construct", "构念"), "label"),
        Column("total", Text("β", "β"), spanner=_NUMBERS),
        Column("ci_lower", Text("Low", "下限"), spanner=_NUMBERS),
        Column("ci_upper", Text("High", "上限"), spanner=_NUMBERS),
        Column("rank", Text("Rank", "排名"), "count", spanner=_NUMBERS),
        Column("themes", Text("Themes (segments)", "主题（片段数）"), "text", spanner=_CASES),
        Column("cases", Text("Cases +/−/±", "案例 +/−/±"), "text", spanner=_CASES),
    ]
    if quoted:
        columns.append(Column("quotation", Text("In their words", "原话"), "text", spanner=_CASES))
    columns.append(Column("fit", Text("Fit", "契合"), "text"))
    rows = [_main_row(row, quoted=quoted) for row in display.rows]
    outcome = display.numbers.outcome
    name = display.instrument.name_of(outcome) if outcome else Text("the outcome", "结果变量")
    note = Text(
        "β: total effect on {outcome}, standardized, with {level:.0%} interval; n = {n}. "
        "Cases: with evidence for, against, both alike, of {k}. Fit: as the researcher set it, "
        "else as proposed by rule (in brackets).",
        "β：对“{outcome}”的标准化总效应及{level:.0%}置信区间；n = {n}。案例：支持/反对/"
        "正反相当的案例数，共{k}个。契合：以研究者判定为准，括号内为按规则提议。",
    ).fill(
        outcome=name, level=display.numbers.level, n=display.numbers.n, k=len(display.cases.cases)
    )
    title = Text("Joint display by construct", "按构念的联合展示")
    return Table("joint_display", title, tuple(columns), tuple(rows), (note,))


def _main_row(row: JointRow, *, quoted: bool) -> tuple[Cell, ...]:
    effect = row.effect
    cells: list[Cell] = [row.name]
    cells += [effect.total, effect.lower, effect.upper] if effect else [None] * 3
    cells.append(effect.rank if effect else None)
    cells.append(_joined([Text(f"{t.name.en} ({t.segments})", f"{t.name.zh}（{t.segments}）")
                          for t in row.themes]))  # fmt: skip
    stands = [case.stand for case in row.cases]
    counts = "/".join(str(stands.count(stand)) for stand in ("for", "against", "mixed"))
    cells.append(counts)
    if quoted:
        cells.append(_joined([
            Text(f"“{shorten(q.text)}” ({q.source})", f"“{shorten(q.text)}”（{q.source}）")
            for q in row.quotations
        ]))  # fmt: skip
    cells.append(fit_words(row))
    return tuple(cells)


def fit_words(row: JointRow) -> Text:
    """Return the fit that was set, else the one proposed in brackets."""
    if row.decision is not None and row.decision.fit is not None:
        return FITS[row.decision.fit]
    proposed = FITS[row.fit.proposed]
    return Text(f"({proposed.en.lower()})", f"（{proposed.zh}）")


def _fit(display: JointDisplay) -> Table:
    columns = (
        Column("construct", Text("Construct", "构念"), "label"),
        Column("numbers", Text("Numbers", "量化结果"), "text"),
        Column("cases", Text("Cases", "案例"), "text"),
        Column("proposed", Text("Proposed", "提议"), "text"),
        Column("set", Text("Set by the researcher", "研究者判定"), "text"),
        Column("meta_inference", Text("Meta-inference", "元推论"), "text"),
    )
    rows: list[tuple[Cell, ...]] = []
    for row in display.rows:
        made = row.decision
        chosen = FITS[made.fit] if made is not None and made.fit is not None else None
        written = made.meta_inference if made is not None else ""
        rows.append(
            (row.name, SIDES[row.fit.numbers], SIDES[row.fit.cases], FITS[row.fit.proposed],
             chosen, written)
        )  # fmt: skip
    left = Text(
        "What is empty is the researcher's to write; no program draws the meta-inference.",
        "空白处由研究者填写；元推论不由程序代作。",
    )
    title = Text("Fit of numbers and cases, and meta-inference", "量化与案例的契合及元推论")
    return Table("joint_fit", title, columns, tuple(rows), (RULES, left))


def _hypotheses(display: JointDisplay) -> Table:
    columns = (
        Column("id", Text("Hypothesis", "假设"), "label"),
        Column("path", Text("Path", "路径"), "text"),
        Column("est", Text("β", "β"), spanner=_NUMBERS),
        Column("ci_lower", Text("Low", "下限"), spanner=_NUMBERS),
        Column("ci_upper", Text("High", "上限"), spanner=_NUMBERS),
        Column("verdict", Text("Verdict", "结论"), "text", spanner=_NUMBERS),
        Column("codes", Text("Codes", "编码"), "text", spanner=_CASES),
        Column("supporting", Text("For", "支持"), "count", spanner=_CASES),
        Column("opposing", Text("Against", "反对"), "count", spanner=_CASES),
    )
    part = display.instrument.qualitative
    codes = part.codes if part is not None else ()
    rows: list[tuple[Cell, ...]] = []
    for stated in display.instrument.hypotheses:
        own = [code for code in codes if stated.id in code.hypotheses]
        tested = display.numbers.hypotheses.get(stated.id)
        if not own or tested is None:
            continue
        tied = display.tied[display.tied["code"].isin([code.code for code in own])]
        pairs = tied.drop_duplicates(["source", "segment", "evidence"])["evidence"]
        ends = {"a": stated.source, "b": stated.target}
        rows.append(
            (stated.id, Text("{a} → {b}", "{a} → {b}").fill(**ends), tested.est, tested.lower,
             tested.upper, tested.verdict, _joined([code.name for code in own]),
             int((pairs == "for").sum()), int((pairs == "against").sum()))
        )  # fmt: skip
    note = Text(
        "Segments with a code that the crosswalk ties to the hypothesis; one code may speak of "
        "several hypotheses.",
        "片段数按对照表中与该假设相连的编码计；一个编码可涉及多条假设。",
    )
    title = Text("Hypotheses side by side with the case material", "假设检验与案例材料并列")
    return Table("joint_hypotheses", title, columns, tuple(rows), (note,))


def _groups(display: JointDisplay) -> Table:
    """Return statistics by theme for groups: the survey's groups beside cases of that type."""
    columns = (
        Column("construct", Text("Construct", "构念"), "label"),
        Column("n", Text("n", "n"), "count", spanner=_NUMBERS),
        Column("d", Text("d", "d"), spanner=_NUMBERS),
        Column("ci_lower", Text("Low", "下限"), spanner=_NUMBERS),
        Column("ci_upper", Text("High", "上限"), spanner=_NUMBERS),
        Column("held", Text("Comparable", "可比"), "text", spanner=_NUMBERS),
        Column("cases", Text("Cases", "案例数"), "count", spanner=_CASES),
        Column("supporting", Text("For", "支持"), "count", spanner=_CASES),
        Column("opposing", Text("Against", "反对"), "count", spanner=_CASES),
    )
    rows: list[tuple[Cell, ...]] = []
    groups: list[tuple[int, Text]] = []
    shown = [name for name, _ in display.cases.constructs]
    said = {True: Text("yes", "是"), False: Text("no", "否"), None: Text("not tested", "未检验")}
    heading = None
    order = {
        key: k for k, key in enumerate(
            dict.fromkeys((mean.variable, mean.group) for mean in display.numbers.groups)
        )
    }  # fmt: skip
    for mean in sorted(display.numbers.groups, key=lambda m: order[m.variable, m.group]):
        members = {
            case.id for case in display.cases.cases
            if mean.variable in case.attributes
            and case.attributes[mean.variable].en == mean.group.en
        }  # fmt: skip
        if not members or mean.construct not in shown:
            continue
        if (mean.variable, mean.group) != heading:
            heading = (mean.variable, mean.group)
            variable = display.instrument.name_of(mean.variable)
            words = Text("{v}: {g}", "{v}：{g}").fill(v=variable, g=mean.group)
            groups.append((len(rows), words))
        own = [cell for cell in display.cases.of(mean.construct) if cell.case in members]
        rows.append(
            (display.instrument.name_of(mean.construct), mean.n, mean.d, mean.lower, mean.upper,
             said[mean.held], len(members),
             sum(cell.supporting for cell in own), sum(cell.opposing for cell in own))
        )  # fmt: skip
    note = Text(
        "d: latent mean in standard deviations from the first group of the variable; not "
        "to be compared where the items do not measure alike.",
        "d：与该变量第一组相比的潜均值差（标准差单位）；题项测量不等值时不可比较。",
    )
    title = Text("Groups: latent means beside the cases of that type", "分组：潜均值与同类案例并列")
    return Table("joint_groups", title, columns, tuple(rows), (note,), tuple(groups))


def _quotations(display: JointDisplay) -> Table:
    columns = (
        Column("case", Text("Case", "案例"), "label"),
        Column("source", Text("Source", "资料"), "text"),
        Column("code", Text("Code", "编码"), "text"),
        Column("evidence", Text("Evidence", "证据"), "text"),
        Column("coders", Text("Coders", "编码者数"), "count"),
        Column("text", Text("Passage", "原文"), "text"),
    )
    rows: list[tuple[Cell, ...]] = []
    groups: list[tuple[int, Text]] = []
    part = display.instrument.qualitative
    names = {code.code: code.name for code in part.codes} if part is not None else {}
    for row in display.rows if display.privacy != "drop" else ():
        own = display.tied[(display.tied["construct"] == row.construct)
                           & (display.tied["text"] != "")]  # fmt: skip
        if own.empty:
            continue
        groups.append((len(rows), row.name))
        for _, same in own.groupby(["source", "segment", "code", "evidence"], sort=False):
            first = same.iloc[0]
            rows.append(
                (str(first["case"]), str(first["source"]), names[first["code"]],
                 EVIDENCE.get(first["evidence"], str(first["evidence"])),
                 int(same["coder"].nunique()), shorten(str(first["text"]), 1000))
            )  # fmt: skip
    title = Text("Coded passages by construct", "按构念的编码原文")
    return Table("joint_quotations", title, columns, tuple(rows), groups=tuple(groups))


def shorten(text: str, longest: int = _LONGEST) -> str:
    """Return a passage on one line, cut at a mark if it is very long.

    Examples
    --------
    >>> shorten("one  two three", 9)
    'one two […]'
    """
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    cut = line[:longest]
    space = cut.rfind(" ")
    return f"{cut[:space] if space > longest // 2 else cut} […]"


def _joined(words: list[Text]) -> Text:
    return Text("; ".join(w.en for w in words), "；".join(w.zh for w in words))
