"""A REFI-QDA project (.qdpx): sources, selections, codings, coders and cases.

The structure is that of the standard 1.5 (www.qdasoftware.org): a zip archive with
``project.qde`` and the folder ``sources``; users, codebook, cases and sources by guid;
positions are counted in Unicode code points from 0. ``endPosition`` is read as the position
behind the last character, as NVivo, MAXQDA, ATLAS.ti and QualCoder write it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecosurvey.core import DataError, Finding, Text
from ecosurvey.qualitative.model import Code
from ecosurvey.qualitative.reading.archive import Archive
from ecosurvey.qualitative.reading.codebook import key, read_codebook
from ecosurvey.qualitative.reading.xml import child, children, kind, parse_xml, text_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_SOURCES = ("TextSource", "PictureSource", "PDFSource", "AudioSource", "VideoSource")
_TEXTS = ("TextSource", "Representation", "TextDescription", "Transcript")


@dataclass(frozen=True, slots=True)
class Passage:
    """One selection of a source with the codes that one coding gives it."""

    source: str
    case: str
    start: int | None
    end: int | None
    coder: str
    code: str
    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Project:
    """What a project file holds."""

    codes: tuple[Code, ...]
    passages: tuple[Passage, ...]
    origin: str
    findings: tuple[Finding, ...]


def read_project(archive: Archive) -> Project:
    """Return the codings of a project.

    Raises
    ------
    DataError
        If there is no project file in the archive, or it names codes that are not there.
    """
    files = [name for name in archive.members() if name.lower().endswith(".qde")]
    if len(files) != 1:
        found = f"{len(files)} project files" if files else "no project file"
        raise DataError(
            Text(
                f"the archive has {found} (project.qde), so it is no REFI-QDA project",
                f"压缩包中有{len(files)}个项目文件（project.qde），因此不是REFI-QDA项目",
            ),
            where=archive.name,
            fix=Text(
                "Export the project as REFI-QDA (.qdpx).", "请将项目导出为REFI-QDA（.qdpx）。"
            ),
        )
    root = parse_xml(archive.read(files[0]), f"{archive.name}, {files[0]}")
    if kind(root) != "Project":
        raise DataError(
            Text(
                f"the root element is <{kind(root)[:40]}>, not <Project>",
                f"根元素是 <{kind(root)[:40]}>，不是 <Project>",
            ),
            where=archive.name,
        )
    return _Reader(archive, root).read()


class _Reader:
    def __init__(self, archive: Archive, root: Element) -> None:
        self.archive = archive
        self.root = root
        self.codes = read_codebook(child(root, "CodeBook"), archive.name)
        self.users = {
            key(user.get("guid")): user.get("name") or user.get("id") or key(user.get("guid"))
            for user in children(child(root, "Users"), "User")
        }
        self.cases: dict[str, str] = {}
        for case in children(child(root, "Cases"), "Case"):
            name = case.get("name") or key(case.get("guid"))
            for ref in children(case, "SourceRef", "SelectionRef"):
                self.cases.setdefault(key(ref.get("targetGUID")), name)
        self.unread: list[str] = []
        self.outside = 0

    def read(self) -> Project:
        passages = tuple(
            passage
            for source in children(child(self.root, "Sources"), *_SOURCES)
            for passage in self._source(source)
        )
        codes, origin = tuple(self.codes.values()), self.root.get("origin") or ""
        return Project(codes, passages, origin, tuple(self._findings()))

    def _source(self, source: Element) -> Iterator[Passage]:
        name = source.get("name") or key(source.get("guid"))
        case = self.cases.get(key(source.get("guid")), "")
        for element in (source, *children(source, *_TEXTS)):
            text = self._text(element) if kind(element) in _TEXTS else None
            for part in element:
                where = kind(part)
                if where == "Coding":
                    yield from self._coded(source, (part,), name, case, None, None, "", "whole")
                elif where.endswith("Selection"):
                    start = end = None
                    if where in ("PlainTextSelection", "TranscriptSelection"):
                        start, end = _span(part)
                    words = self._words(part, text, start, end)
                    own = self.cases.get(key(part.get("guid")), case)
                    codings = tuple(children(part, "Coding"))
                    place = f"{where}:{key(part.get('guid'))}"
                    yield from self._coded(part, codings, name, own, start, end, words, place)

    def _coded(
        self, selection: Element, codings: tuple[Element, ...], source: str, case: str,
        start: int | None, end: int | None, text: str, place: str,
    ) -> Iterator[Passage]:  # fmt: skip
        for coding in codings:
            user = key(coding.get("creatingUser") or selection.get("creatingUser"))
            coder = self.users.get(user, user or "?")
            for ref in children(coding, "CodeRef"):
                guid = key(ref.get("targetGUID"))
                if guid not in self.codes:
                    raise DataError(
                        Text(
                            f"a passage of {source!r} has a code that "
                            f"is not in the codebook: {guid}",
                            f"{source!r} 中有一段的编码不在编码本中：{guid}",
                        ),
                        where=self.archive.name,
                        fix=Text(
                            "Export the project again with its codebook.",
                            "请连同编码本重新导出项目。",
                        ),
                    )
                code = self.codes[guid].name
                yield Passage(source, case, start, end, coder, code, text, place)

    def _text(self, element: Element) -> str | None:
        inside = child(element, "PlainTextContent")
        if inside is not None:
            return inside.text or ""
        path = (element.get("plainTextPath") or "").strip()
        if not path.startswith("internal://"):
            return None  # a file beside the project: nothing outside the archive is opened
        wanted = path.removeprefix("internal://").lower()
        for member in self.archive.members():
            if member.rpartition("/")[2].lower() == wanted and "/" in member:
                try:
                    return self.archive.read(member).decode("utf-8-sig")
                except UnicodeDecodeError:
                    break
        self.unread.append(element.get("name") or path)
        return None

    def _words(self, part: Element, text: str | None, start: int | None, end: int | None) -> str:
        if text is not None and start is not None and end is not None:
            if end > len(text):
                self.outside += 1
            return text[start:end].strip()
        return (text_of(part, "Description") or part.get("name") or "").strip()

    def _findings(self) -> Iterator[Finding]:
        if self.unread:
            yield Finding(
                "source_text_missing", "warning",
                Text("the text of {n} sources is not in the archive, such as {one!r}; their "
                     "quotations are the names that the tool gave the passages.",
                     "{n}份资料的文本不在压缩包内（如{one!r}），其引文取自软件给片段的名称。",
                ).fill(n=len(self.unread), one=self.unread[0][:60]),
            )  # fmt: skip
        if self.outside:
            yield Finding(
                "selection_outside_text", "warning",
                Text("{n} passages end behind the end of their text; their quotations are cut.",
                     "{n}个片段超出文本末尾，引文已截断。").fill(n=self.outside),
            )  # fmt: skip


def _span(part: Element) -> tuple[int | None, int | None]:
    names = ("startPosition", "endPosition")
    if kind(part) == "TranscriptSelection":
        names = ("fromSyncPoint", "toSyncPoint")  # guids of sync points, not positions
    values = [(part.get(name) or "").strip() for name in names]
    if all(value.isdecimal() and len(value) < 12 for value in values):
        start, end = map(int, values)
        return (start, end) if start <= end else (end, start)
    return None, None
