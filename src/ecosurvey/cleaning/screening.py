"""Who belongs to the study: consent and eligibility, by the questionnaire's own questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecosurvey.core import Text
from ecosurvey.responses import Responses

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

REASONS: dict[str, Text] = {
    "no_consent": Text("Did not consent", "未同意参加"),
    "ineligible": Text("Not eligible", "不符合调查对象条件"),
    "other": Text("Screened out", "筛除"),
}


@dataclass(frozen=True, slots=True)
class Screened:
    """Who was screened out by one question.

    Attributes
    ----------
    rule : str
        ``no_consent``, ``ineligible`` or ``other``.
    variable : str
    out : array of shape (n,)
    answer : array of shape (n,)
        The codes given.
    """

    rule: str
    variable: str
    out: NDArray[np.bool_]
    answer: NDArray[np.float64]


def screen(responses: Responses) -> tuple[Screened, ...]:
    """Return who answered a screening question outside the codes that it keeps.

    An unanswered screening question excludes nobody: it is not an answer.
    """
    import numpy as np

    found = []
    for variable in responses.instrument.variables:
        if variable.screen is None:
            continue
        answer = responses.frame[variable.id].to_numpy(dtype=float)
        out = np.isfinite(answer) & ~np.isin(answer, variable.screen.keep)
        found.append(Screened(variable.screen.reason, variable.id, out, answer))
    return tuple(found)
