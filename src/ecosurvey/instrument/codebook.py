"""The codebook: every column of a data file, its question, its codes, what it measures."""

from __future__ import annotations

from ecosurvey.core import Cell, Column, Table, Text
from ecosurvey.instrument.model import Instrument
from ecosurvey.instrument.parts import Check, Item, Scale, Variable

_TYPES: dict[str, Text] = {
    "likert": Text("scale", "量表题"),
    "numeric": Text("score", "得分"),
    "nominal": Text("one choice", "单选"),
    "single": Text("one choice", "单选"),
    "multi": Text("several choices", "多选"),
    "ranking": Text("ranking", "排序"),
    "scale": Text("scale", "量表题"),
    "integer": Text("whole number", "整数"),
    "number": Text("number", "数值"),
    "text": Text("text", "文本"),
    "longtext": Text("long text", "长文本"),
    "date": Text("date", "日期"),
}
_META = (
    ("respondent", Text("Respondent", "答卷者编号")),
    ("submitted_at", Text("Time of submission", "提交时间")),
    ("duration_seconds", Text("Duration in seconds", "用时（秒）")),
    ("origin", Text("Origin of the data", "数据来源")),
    ("wave", Text("Wave", "轮次")),
    ("address", Text("Address of the device", "设备地址")),
    ("weight", Text("Design weight", "设计权重")),
    ("cluster", Text("Cluster", "群")),
)


def codebook(instrument: Instrument) -> tuple[Table, ...]:
    """Return the codebook of a questionnaire.

    Returns
    -------
    tuple of Table
        ``codebook`` (one row a column of the data), ``constructs``, ``missing_codes``,
        ``hypotheses`` and ``crosswalk``; those that would be empty are left out.

    Examples
    --------
    >>> from ecosurvey.instrument import load_instrument
    >>> tables = codebook(load_instrument("instruments/holzinger.yaml"))
    >>> [table.key for table in tables][:2]
    ['codebook', 'codebook_constructs']
    """
    found = [_columns(instrument), _constructs(instrument), _missing(instrument)]
    found += [_hypotheses(instrument), _crosswalk(instrument)]
    return tuple(table for table in found if table.rows)


def _columns(instrument: Instrument) -> Table:
    columns = (
        Column("column", Text("Column", "变量名"), "label"),
        Column("label", Text("Question", "题目"), "text"),
        Column("type", Text("Type", "类型"), "text"),
        Column("values", Text("Values", "取值"), "text"),
        Column("measures", Text("Measures", "测量构念"), "text"),
        Column("keyed", Text("Keyed", "计分方向"), "text"),
    )
    rows: list[tuple[Cell, ...]] = []
    groups: list[tuple[int, Text]] = []
    technical = [(getattr(instrument.meta, key), words) for key, words in _META]
    if any(name for name, _ in technical):
        groups.append((len(rows), Text("Technical columns", "技术性变量")))
        rows += [(name, words, "", "", "", "") for name, words in technical if name]
    if instrument.variables:
        groups.append((len(rows), Text("Background", "背景变量")))
        for variable in instrument.variables:
            rows += _variable(variable)
    for construct in instrument.constructs:
        groups.append((len(rows), _titled(construct.id, construct.name)))
        rows += [_item(item) for item in construct.items]
    if instrument.checks:
        groups.append((len(rows), Text("Attention checks", "注意力检测题")))
        rows += [_check(check) for check in instrument.checks]
    title = Text("Codebook of {t}, version {v}", "{t}（版本{v}）编码手册").fill(
        t=instrument.title, v=instrument.version
    )
    notes = (
        Text(
            "Codes as in the data file; items keyed in reverse are turned around when cleaned.",
            "编码与数据文件一致；反向题在清理时转换计分方向。",
        ),
    )
    return Table("codebook", title, columns, tuple(rows), notes, tuple(groups))


def _item(item: Item) -> tuple[Cell, ...]:
    way = Text("reverse", "反向") if item.reverse else Text("forward", "正向")
    kind = _TYPES[item.scale.kind]
    return (item.id, item.text, kind, scale_values(item.scale), item.construct, way)


def _check(check: Check) -> tuple[Cell, ...]:
    passing = ", ".join(map(str, check.expect))
    values = scale_values(check.scale) if check.scale is not None else Text("", "")
    words = Text("{v}; passing: {p}", "{v}；正确答案：{p}").fill(v=values, p=passing)
    return (check.id, check.text, Text("check", "检测题"), words, "", "")


def _variable(variable: Variable) -> list[tuple[Cell, ...]]:
    values = option_values(variable)
    if not variable.expanded:
        return [(variable.id, variable.label, _TYPES[variable.type], values, "", "")]
    chosen = Text("1 chosen, 0 not", "1=选中，0=未选")
    if variable.type == "ranking":
        chosen = Text("place in the ranking", "排名")
    rows: list[tuple[Cell, ...]] = [
        (variable.id, variable.label, _TYPES[variable.type], values, "", "")
    ]
    rows += [
        (name, option.label, "", chosen, "", "")
        for name, option in zip(variable.expanded, variable.options, strict=True)
    ]
    return rows


def scale_values(scale: Scale) -> Text:
    """Return the codes of a scale with their wording: ``1 = Strongly disagree; …``."""
    if scale.kind == "numeric":
        low = "" if scale.min is None else f"{scale.min:g}"
        high = "" if scale.max is None else f"{scale.max:g}"
        return Text(f"{low}–{high}".strip("–"), f"{low}–{high}".strip("–"))
    return _coded([(code, scale.labels.get(code)) for code in scale.points])


def option_values(variable: Variable) -> Text:
    """Return the codes of a background question with their wording, or its range."""
    if variable.options:
        return _coded([(option.code, option.label) for option in variable.options])
    if variable.scale is not None:
        return scale_values(variable.scale)
    if variable.range is not None:
        low, high = variable.range
        return Text(f"{low:g}–{high:g}", f"{low:g}–{high:g}")
    return Text("", "")


def _coded(pairs: list[tuple[int, Text | None]]) -> Text:
    en = "; ".join(f"{code} = {words.en}" if words else str(code) for code, words in pairs)
    zh = "；".join(f"{code}={words.zh}" if words else str(code) for code, words in pairs)
    return Text(en, zh)


def _titled(name: str, words: Text) -> Text:
    return Text(f"{name}: {words.en}", f"{name}：{words.zh}")


def _constructs(instrument: Instrument) -> Table:
    columns = (
        Column("construct", Text("Construct", "构念"), "label"),
        Column("name", Text("Name", "名称"), "text"),
        Column("definition", Text("Definition", "定义"), "text"),
        Column("measured_by", Text("Measured by", "测量题项"), "text"),
    )
    rows: list[tuple[Cell, ...]] = [
        (c.id, c.name, c.definition or "", ", ".join(item.id for item in c.items))
        for c in instrument.constructs
    ]
    rows += [(h.id, h.name, h.definition or "", ", ".join(h.of)) for h in instrument.higher_order]
    return Table("codebook_constructs", Text("Constructs", "构念"), columns, tuple(rows))


def _missing(instrument: Instrument) -> Table:
    columns = (
        Column("code", Text("Code", "代码"), "label"),
        Column("meaning", Text("Meaning", "含义"), "text"),
        Column("texts", Text("Also written", "文本形式"), "text"),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (str(one.code), one.label or one.kind, ", ".join(one.texts)) for one in instrument.missing
    )
    title = Text("Codes for no answer", "缺失值代码")
    return Table("codebook_missing", title, columns, rows)


def _hypotheses(instrument: Instrument) -> Table:
    columns = (
        Column("hypothesis", Text("Hypothesis", "假设"), "label"),
        Column("path", Text("Path", "路径"), "text"),
        Column("sign", Text("Sign", "方向"), "text"),
        Column("why", Text("Reason", "依据"), "text"),
    )
    rows: list[tuple[Cell, ...]] = [
        (h.id, f"{h.source} → {h.target}", h.sign.replace("-", "−"), h.why or "")
        for h in instrument.hypotheses
    ]
    rows += [
        (m.id, " → ".join(m.path), m.sign.replace("-", "−"), m.why or "")
        for m in instrument.mediations
    ]
    return Table("codebook_hypotheses", Text("Hypotheses", "研究假设"), columns, tuple(rows))


def _crosswalk(instrument: Instrument) -> Table:
    columns = (
        Column("change", Text("Change", "变更"), "label"),
        Column("before", Text("Before", "变更前"), "text"),
        Column("after", Text("After", "变更后"), "text"),
        Column("old_text", Text("Wording before", "原题干"), "text"),
        Column("comparable", Text("Comparable", "可比性"), "text"),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            one.type,
            f"{one.old_item or '–'} ({one.old_version or '–'})",
            f"{one.new_item or '–'} ({one.new_version or '–'})",
            one.old_text or "",
            one.comparable or "",
        )
        for one in instrument.crosswalk
    )
    title = Text("What changed between versions", "版本间的变更")
    return Table("codebook_crosswalk", title, columns, rows)
