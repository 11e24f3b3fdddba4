"""Open answers of the questionnaire: words in context, frequent terms, out for coding, and back.

What an answer means is for people to say. Terms are counted, never called themes.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ecosurvey.core import (
    Cell,
    Column,
    DataError,
    Finding,
    MissingExtraError,
    OptionError,
    Result,
    Table,
    Text,
    check_choice,
    did_you_mean,
    disarm,
)
from ecosurvey.core.random import stream
from ecosurvey.qualitative.privacy import PRIVACY, Privacy
from ecosurvey.qualitative.terms import has_chinese, jieba_cutter, pairs, words_of

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.qualitative.model import CodedMaterial
    from ecosurvey.responses import Responses

_SHOWN = 30


@dataclass(frozen=True, slots=True, eq=False)
class OpenAnswers(Result):
    """The answers to one open question.

    Attributes
    ----------
    question : str
    label : Text
    answers : DataFrame
        ``row`` (of the data file), ``segment`` (as coders see it), ``group``, ``text``.
    words : tuple of tuple of str
        The content words of each answer.
    groups : tuple of Text
        Groups in the order of the questionnaire; empty if none were asked for.
    asked : int
        Respondents, whether they wrote something or not.
    privacy : {"show", "mask", "drop"}
    findings : tuple of Finding
    """

    question: str
    label: Text
    answers: pd.DataFrame
    words: tuple[tuple[str, ...], ...]
    groups: tuple[Text, ...]
    asked: int
    privacy: Privacy
    findings: tuple[Finding, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Return the terms that most answers hold, with their share in each group."""
        columns = [
            Column("term", Text("Term", "词语"), "label"),
            Column("answers", Text("Answers", "答卷数"), "count"),
            Column("percent", Text("%", "%"), "percent", decimals=1),
        ]
        names = [group.en for group in self.groups]
        sizes = Counter(self.answers["group"])
        span = Text("% of the answers of the group", "占该组答卷的百分比")
        columns += [
            Column(f"percent_{k}", group, "percent", decimals=1, spanner=span)
            for k, group in enumerate(self.groups, 1)
        ]
        whole: Counter[str] = Counter()
        by_group: dict[str, Counter[str]] = {name: Counter() for name in names}
        for words, group in zip(self.words, self.answers["group"], strict=True):
            whole.update(set(words))
            if group in by_group:
                by_group[group].update(set(words))
        order = sorted(whole.items(), key=lambda pair: (-pair[1], pair[0]))[:_SHOWN]
        n = len(self.answers)
        rows: list[tuple[Cell, ...]] = []
        for term, count in order:
            shares = [
                100.0 * by_group[name][term] / sizes[name] if sizes[name] else None
                for name in names
            ]
            rows.append((term, count, 100.0 * count / n, *shares))
        note = Text(
            "{n} of {asked} respondents wrote something. Terms are counted once an answer; they "
            "are words, not themes.",
            "{asked}名作答者中{n}人填写。每份答卷中同一词语只计一次；词语并非主题。",
        ).fill(n=n, asked=self.asked)
        title = Text("Frequent terms: {label}", "高频词语：{label}").fill(label=self.label)
        return (Table("open_terms", title, tuple(columns), tuple(rows), (note,)),)

    def keyword(self, word: str, width: int = 30) -> pd.DataFrame:
        """Return every occurrence of a word with what stands before and after it.

        Parameters
        ----------
        word : str
            Found in any case, inside longer words too.
        width : int
            Characters on each side.

        Returns
        -------
        DataFrame
            ``segment, group, before, keyword, after``. Before and after are hidden where
            passages are.
        """
        import pandas as pd

        wanted = word.casefold()
        if not wanted:
            raise OptionError(
                Text("the keyword is empty", "关键词是空的"),
                fix=Text("Name a word.", "请给出一个词。"),
            )
        rows: list[tuple[str, str, str, str, str]] = []
        texts = self.answers[["segment", "group", "text"]].itertuples(index=False)
        for segment, group, text in texts:
            line = " ".join(str(text).split())
            folded = line.casefold()
            if len(folded) != len(line):  # ß and its like change the length
                folded = line.lower() if len(line.lower()) == len(line) else line
            at = folded.find(wanted)
            while at >= 0:
                end = at + len(wanted)
                before, after = line[max(0, at - width) : at], line[end : end + width]
                if self.privacy != "show":
                    before = after = "…"
                rows.append((str(segment), str(group), before, line[at:end], after))
                at = folded.find(wanted, end)
        return pd.DataFrame(rows, columns=["segment", "group", "before", "keyword", "after"])

    def to_coding(self, coders: Iterable[str] = ("A", "B")) -> pd.DataFrame:
        """Return a table to be coded: one row an answer and coder, ``code`` still empty.

        :func:`read_codes` reads it when the codes are in it; a coder who gives an answer two
        codes repeats the row.
        """
        import pandas as pd

        rows = [
            (self.question, str(segment), "", coder, str(text) if self.privacy != "drop" else "")
            for coder in coders
            for segment, text in self.answers[["segment", "text"]].itertuples(index=False)
        ]
        return pd.DataFrame(rows, columns=["source", "segment", "code", "coder", "text"])

    def export(self, path: str | Path, coders: Iterable[str] = ("A", "B")) -> Path:
        """Write :meth:`to_coding` as CSV that spreadsheets open; never over an existing file."""
        target = Path(path)
        table = self.to_coding(coders)
        try:
            with target.open("x", encoding="utf-8-sig", newline="") as stream_:
                writer = csv.writer(stream_, lineterminator="\n")
                writer.writerow(table.columns)
                for row in table.itertuples(index=False):
                    writer.writerow([disarm(str(cell)) for cell in row])
        except FileExistsError:
            raise OptionError(
                Text("the file exists already", "文件已存在"),
                where=str(target),
                fix=Text("Name another.", "请换一个名称。"),
            ) from None
        return target

    def codes_back(
        self, material: CodedMaterial, given_by: Literal["any", "all"] = "any"
    ) -> pd.DataFrame:
        """Return 0/1 columns of the codes by row of the data file, to be joined to the answers.

        Parameters
        ----------
        material : CodedMaterial
            From the exported table, coded.
        given_by : {"any", "all"}
            Whether one coder is enough.

        Raises
        ------
        DataError
            If the material has segments that are not answers to this question.
        """
        import pandas as pd

        check_choice("given_by", given_by, ("any", "all"))
        own = material.codings[material.codings["source"] == self.question]
        rows = {str(s): int(r) for s, r in zip(self.answers["segment"], self.answers["row"],
                                               strict=True)}  # fmt: skip
        unknown = [segment for segment in own["segment"] if segment not in rows]
        if unknown or own.empty:
            which = Text("no answer", "没有答案")
            if unknown:
                which = Text(f"the segment {unknown[0]!r}", f"有片段 {unknown[0]!r}")
            raise DataError(
                Text(
                    f"the material has {which}, so it is not of the question {self.question!r}",
                    f"材料中{which.zh}，因此不属于题目 {self.question!r}",
                ),
                where=material.path.name if material.path else None,
                fix=Text(
                    "Give the table that export() wrote, coded.",
                    "请给出 export() 所写并已编码的表格。",
                ),
            )
        coders = own["coder"].nunique()
        table = pd.DataFrame(0, index=sorted(rows.values()), columns=list(material.codes))
        table.index.name = "row"
        for (segment, code), part in own[own["code"] != ""].groupby(["segment", "code"]):
            if given_by == "any" or part["coder"].nunique() == coders:
                table.loc[rows[str(segment)], str(code)] = 1
        return table


def open_answers(
    responses: Responses | pd.Series,
    question: str | None = None,
    *,
    by: str | None = None,
    chinese: Literal["auto", "jieba", "pairs"] = "auto",
    privacy: Privacy = "show",
    seed: int = 1,
) -> OpenAnswers:
    """Take the answers to an open question: terms, words in context, and a table for coders.

    Parameters
    ----------
    responses : Responses or Series
        A wave, or the texts alone.
    question : str, optional
        Id of the open question; the only one if there is one.
    by : str, optional
        Background question whose answers are the groups.
    chinese : {"auto", "jieba", "pairs"}
        How Chinese is cut: by jieba (``pip install 'ecosurvey[chinese]'``), or into pairs of
        characters, which are countable but no words. ``"auto"`` takes jieba if it is there
        and says so if it is not.
    privacy : {"show", "mask", "drop"}
        With ``mask`` answers are numbered in random order and no context is shown; ``drop`` leaves
        their text out of the coders' table too.
    seed : int
        Of that order.

    Returns
    -------
    OpenAnswers

    Raises
    ------
    DataError
        If there is no such question, or nobody wrote anything.

    Examples
    --------
    >>> import pandas as pd
    >>> found = open_answers(pd.Series(["More funds, please", None, "Funds come late"]))
    >>> found.tables()[0].rows[0]
    ('funds', 2, 100.0)
    >>> found.keyword("late", width=6)["before"].item()
    ' come '
    """
    import pandas as pd

    check_choice("privacy", privacy, PRIVACY)
    check_choice("chinese", chinese, ("auto", "jieba", "pairs"))
    groups: tuple[Text, ...] = ()
    member: Mapping[object, str] = {}
    if isinstance(responses, pd.Series):
        name = question or str(responses.name or "answers")
        texts, label = responses, Text(name, name)
        if by is not None:
            raise OptionError(
                Text("by= needs a wave, not texts alone", "by= 需要一轮答卷，而不只是文本"),
                fix=Text("Give es.read_responses(…).", "请给出 es.read_responses(…)。"),
            )
    else:
        name = _question(responses, question)
        texts, label = responses.text[name], responses.instrument.name_of(name)
        groups, member = _groups(responses, by)
    asked = len(texts)
    written = texts.dropna().astype(str).str.strip()
    written = written[written != ""]
    if written.empty:
        raise DataError(
            Text(f"nobody wrote anything in answer to {name!r}", f"没有人回答 {name!r}")
        )
    order = range(1, len(written) + 1)
    segments = [str(row) for row in written.index]
    if privacy != "show":
        shuffled = stream(seed, "open answers").permutation(list(order))
        segments = [f"u{int(k)}" for k in shuffled]
    answers = pd.DataFrame(
        {
            "row": list(written.index),
            "segment": segments,
            "group": [member.get(row, "") for row in written.index],
            "text": list(written),
        }
    )
    cut, findings = _cutter(chinese, any(has_chinese(text) for text in written))
    words = tuple(tuple(words_of(text, cut)) for text in written)
    return OpenAnswers(name, label, answers, words, groups, asked, privacy, findings)


def _question(responses: Responses, question: str | None) -> str:
    kinds = {v.id for v in responses.instrument.variables if v.type in ("text", "longtext")}
    there = [str(c) for c in responses.text.columns if str(c) in kinds]
    if question is None and len(there) == 1:
        return there[0]
    if question not in there:
        raise DataError(
            Text(
                f"{question!r} is not an open question of these answers",
                f"{question!r} 不是这些答卷中的开放题",
            ),
            fix=did_you_mean(question or "", there)
            or Text(
                f"There are: {', '.join(there) or 'none'}.",
                f"可用的有：{'、'.join(there) or '无'}。",
            ),
        )
    return question


def _groups(responses: Responses, by: str | None) -> tuple[tuple[Text, ...], dict[object, str]]:
    if by is None:
        return (), {}
    known = {v.id: v for v in responses.instrument.variables if v.type == "single"}
    if by not in known or by not in responses.frame.columns:
        raise DataError(
            Text(f"{by!r} is not a question with single answers", f"{by!r} 不是单选题"),
            fix=did_you_mean(by, known)
            or Text(f"There are: {', '.join(known)}.", f"可用的有：{'、'.join(known)}。"),
        )
    labels = {float(option.code): option.label for option in known[by].options}
    codes = responses.frame[by]
    member = {row: labels[code].en for row, code in codes.items() if code in labels}
    there = set(member.values())
    return tuple(label for label in labels.values() if label.en in there), member


def _cutter(chinese: str, needed: bool) -> tuple[Callable[[str], list[str]], tuple[Finding, ...]]:
    if not needed or chinese == "pairs":
        return pairs, ()
    try:
        return jieba_cutter(), ()
    except MissingExtraError:
        if chinese == "jieba":
            raise
    said = Text(
        "Chinese answers were cut into pairs of characters, which are no words, because jieba is "
        "not installed (pip install 'ecosurvey[chinese]').",
        "未安装jieba（pip install 'ecosurvey[chinese]'），中文按相邻两字切分，并非词语。",
    )
    return pairs, (Finding("chinese_not_cut_into_words", "warning", said),)
