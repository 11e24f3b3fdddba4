"""LimeSurvey survey archives (.lss): the tables of a survey as XML."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ecosurvey.core import InstrumentError, Text
from ecosurvey.instrument.importing.draft import Found, guessed, language, plain
from ecosurvey.instrument.importing.limesurvey import LimeQuestion, add

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Row = dict[str, str]


def read_lss(path: Path, content: bytes) -> Found:
    """Return the questionnaire of a LimeSurvey archive, of version 4 and later or before.

    Raises
    ------
    InstrumentError
        If it is no such archive; document types and entities in the XML are refused.
    """
    root = _parse(path, content)
    if (root.findtext("LimeSurveyDocType") or "").strip() != "Survey":
        raise InstrumentError(
            Text("this is no LimeSurvey survey (.lss)", "这不是LimeSurvey问卷（.lss）"),
            where=path.name,
        )
    titles = [
        {language(row.get("surveyls_language", "")) or "": plain(row.get("surveyls_title"))}
        for row in _rows(root, "surveys_languagesettings")
    ]
    title = {lang: text for one in titles for lang, text in one.items() if lang and text}
    found = Found(path.stem, title or guessed(path.stem), source="LimeSurvey")
    for tag in {
        row.get("surveyls_language", "") for row in _rows(root, "surveys_languagesettings")
    }:
        if language(tag) is None:
            found.leave(tag, "words in a language that the questionnaire file does not have")
    groups = {row["gid"]: int(row.get("group_order") or 0) for row in _rows(root, "groups")}
    questions: dict[str, LimeQuestion] = {}
    for row in sorted(
        _rows(root, "questions"),
        key=lambda r: (groups.get(r.get("gid", ""), 0), int(r.get("question_order") or 0)),
    ):
        one = questions.setdefault(
            row["qid"],
            LimeQuestion(
                row.get("title", ""),
                row.get("type", ""),
                mandatory=row.get("mandatory") == "Y",
                other=row.get("other") == "Y",
                relevance=row.get("relevance", ""),
            ),
        )
        _say(one.words, row, "question")
    _subquestions(root, questions)
    _answers(root, questions)
    for row in _rows(root, "question_l10ns"):
        if row.get("qid") in questions:
            _say(questions[row["qid"]].words, row, "question")
    for one in questions.values():
        add(found, one)
    if next(_rows(root, "conditions"), None) is not None:
        found.leave("conditions", "old-style conditions; relevance equations were read instead")
    if next(_rows(root, "quota"), None) is not None:
        found.leave("quota", "quotas")
    return found


def _subquestions(root: Element, questions: dict[str, LimeQuestion]) -> None:
    codes: dict[str, tuple[str, str]] = {}
    rows = sorted(_rows(root, "subquestions"), key=lambda r: int(r.get("question_order") or 0))
    for row in rows:
        parent = row.get("parent_qid", "")
        if parent in questions and row.get("scale_id", "0") in ("0", ""):
            codes[row["qid"]] = (parent, row.get("title", ""))
            words = questions[parent].parts.setdefault(row.get("title", ""), {})
            _say(words, row, "question")
    for row in _rows(root, "question_l10ns"):
        if row.get("qid") in codes:
            parent, code = codes[row["qid"]]
            _say(questions[parent].parts[code], row, "question")


def _answers(root: Element, questions: dict[str, LimeQuestion]) -> None:
    codes: dict[str, tuple[str, str]] = {}
    for row in sorted(_rows(root, "answers"), key=lambda r: int(r.get("sortorder") or 0)):
        parent = row.get("qid", "")
        if parent in questions and row.get("scale_id", "0") in ("0", ""):
            words = questions[parent].answers.setdefault(row.get("code", ""), {})
            codes[row.get("aid", "")] = (parent, row.get("code", ""))
            _say(words, row, "answer")
    for row in _rows(root, "answer_l10ns"):
        if row.get("aid") in codes:
            parent, code = codes[row["aid"]]
            _say(questions[parent].answers[code], row, "answer")


def _say(words: dict[str, str], row: Row, key: str) -> None:
    lang, text = language(row.get("language", "")), plain(row.get(key))
    if lang and text:
        words.setdefault(lang, text)


def _rows(root: Element, table: str) -> Iterator[Row]:
    for row in root.iterfind(f"{table}/rows/row"):
        yield {cell.tag: (cell.text or "").strip() for cell in row}


def _parse(path: Path, content: bytes) -> Element:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise InstrumentError(
            Text(
                f"the XML cannot be read ({type(error).__name__})",
                f"XML无法读取（{type(error).__name__}）",
            ),
            where=path.name,
        ) from None
    return root
