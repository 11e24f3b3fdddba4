"""What the population's margins name is asked, and their shares are shares."""

from __future__ import annotations

import math

from ecosurvey.core import Text
from ecosurvey.instrument.checks.collect import Complaint, Said
from ecosurvey.instrument.checks.names import unknown
from ecosurvey.instrument.document.root import Document
from ecosurvey.instrument.reading.tree import Place


def check_weighting(document: Document) -> Said:
    """Complain of margins of what is no choice question, of codes it lacks, of other shares."""
    part = document.weighting
    choices = {
        variable.id: {option.code for option in variable.options}
        or set(document.scales[variable.scale].labels if variable.scale in document.scales else ())
        for variable in document.variables
        if variable.type == "single"
    }
    for name, shares in part.margins.items():
        place: Place = ("weighting", "margins", name)
        if name not in choices:
            yield unknown(name, choices, Text("a single-choice question", "单选题"), place)
            continue
        if not shares:
            yield Complaint(
                place,
                Text(f"no share is given for {name!r}", f"没有给出 {name!r} 的份额"),
                Text("Write {code: share, …}.", "请写成 {编码: 份额, …}。"),
            )
        for code, share in shares.items():
            if code not in choices[name]:
                yield unknown(
                    str(code),
                    map(str, choices[name]),
                    Text(f"a code of {name!r}", f"{name!r} 的编码"),
                    place,
                )
            if not (share > 0 and math.isfinite(share)):
                yield Complaint(
                    (*place, code),
                    Text(f"the share {share} is not above zero", f"份额 {share} 不大于零"),
                )
    if part.trim is not None and not 0 <= part.trim[0] < 1 < part.trim[1]:
        yield Complaint(
            ("weighting", "trim"),
            Text(
                f"trim {list(part.trim)} holds no limits about 1",
                f"trim {list(part.trim)} 不是包含1的界限",
            ),
            Text(
                "Write [low, high] with low < 1 < high, as [0.2, 5].",
                "请写成 [低, 高]，低 < 1 < 高，如 [0.2, 5]。",
            ),
        )
