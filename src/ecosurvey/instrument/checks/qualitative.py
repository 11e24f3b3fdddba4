"""The crosswalk of codes names constructs and hypotheses that are there."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath

from ecosurvey.core import Text
from ecosurvey.instrument.checks.collect import Complaint, Said
from ecosurvey.instrument.checks.names import ids, unknown
from ecosurvey.instrument.document.root import Document
from ecosurvey.instrument.reading.tree import Place


def check_qualitative(document: Document) -> Said:
    """Complain of codes given twice, and of constructs, hypotheses or files that cannot be."""
    part = document.qualitative
    if part is None:
        return
    constructs = ids(document, ("construct", "higher_order"))
    model = document.model
    hypotheses = {h.id for h in model.hypotheses} | {m.id for m in model.mediation}
    hypotheses |= {m.id for m in model.moderation}
    first: dict[str, str] = {}
    given: set[str] = set()
    for n, code in enumerate(part.codes):
        place: Place = ("qualitative", "codes", n)
        if code.code in given:
            yield Complaint(
                (*place, "code"),
                Text(f"the code {code.code!r} stands twice", f"编码 {code.code!r} 出现两次"),
            )
        given.add(code.code)
        if code.construct_ not in constructs:
            yield unknown(
                code.construct_, constructs, Text("a construct", "构念"), (*place, "construct")
            )
        for k, name in enumerate(code.hypotheses):
            if name not in hypotheses:
                yield unknown(
                    name, hypotheses, Text("a hypothesis", "假设"), (*place, "hypotheses", k)
                )
        for name in dict.fromkeys((code.code, *code.label.any(), *code.names)):
            key = name.strip().casefold()
            if key in first and first[key] != code.code:
                yield Complaint(
                    (*place, "code"),
                    Text(
                        f"the name {name!r} already stands for code {first[key]!r}",
                        f"名称 {name!r} 已代表编码 {first[key]!r}",
                    ),
                )
            first.setdefault(key, code.code)
    for key in ("source", "cases", "literature", "decisions"):
        name = getattr(part, key)
        if name is None:
            continue
        parts = {*PurePosixPath(name).parts, *PureWindowsPath(name).parts}
        if len(parts) != 1 or not parts - {"..", "."}:
            yield Complaint(
                ("qualitative", key),
                Text(f"{name!r} is not the bare name of a file", f"{name!r} 不是单纯的文件名"),
                Text(
                    "Lay it beside this file and name it without folders.",
                    "请把它放在本文件旁，名称中不带文件夹。",
                ),
            )
