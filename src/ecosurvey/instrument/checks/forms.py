"""Forms select questions that are there, and waves name forms that are there."""

from __future__ import annotations

from ecosurvey.instrument.checks.collect import Complaint, Said
from ecosurvey.instrument.checks.names import ids, unknown
from ecosurvey.instrument.document.root import Document


def check_forms(document: Document) -> Said:
    """Complain of forms that hold what is not asked, or the same twice."""
    askable = ids(document, ("construct", "item", "check", "variable"))
    for name, form in document.forms.items():
        seen: set[str] = set()
        if not form.contents:
            yield Complaint(("forms", name, "contents"), f"the form {name!r} is empty")
        for n, one in enumerate(form.contents):
            if one not in askable:
                yield unknown(
                    one,
                    askable,
                    "a construct, item, check or variable",
                    ("forms", name, "contents", n),
                )
            elif one in seen:
                yield Complaint(("forms", name, "contents", n), f"{one!r} stands twice")
            seen.add(one)
    for n, wave in enumerate(document.waves):
        if wave.form is not None and wave.form not in document.forms:
            yield unknown(wave.form, document.forms, "one of the 'forms'", ("waves", n, "form"))
