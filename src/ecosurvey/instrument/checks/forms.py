"""Forms select questions that are there, and waves name forms that are there."""

from __future__ import annotations

from ecosurvey.core import Text
from ecosurvey.instrument.checks.collect import Complaint, Said
from ecosurvey.instrument.checks.names import ids, unknown
from ecosurvey.instrument.document.root import Document


def check_forms(document: Document) -> Said:
    """Complain of forms that hold what is not asked, or the same twice."""
    askable = ids(document, ("construct", "item", "check", "variable"))
    for name, form in document.forms.items():
        seen: set[str] = set()
        if not form.contents:
            yield Complaint(
                ("forms", name, "contents"),
                Text(f"the form {name!r} is empty", f"表单 {name!r} 是空的"),
            )
        for n, one in enumerate(form.contents):
            if one not in askable:
                yield unknown(
                    one,
                    askable,
                    Text("a construct, item, check or variable", "构念、题项、检测题或变量"),
                    ("forms", name, "contents", n),
                )
            elif one in seen:
                yield Complaint(
                    ("forms", name, "contents", n),
                    Text(f"{one!r} stands twice", f"{one!r} 出现两次"),
                )
            seen.add(one)
    for n, wave in enumerate(document.waves):
        if wave.form is not None and wave.form not in document.forms:
            yield unknown(
                wave.form,
                document.forms,
                Text("one of the 'forms'", "“forms”"),
                ("waves", n, "form"),
            )
