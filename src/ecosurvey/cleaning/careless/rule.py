"""What every index of response quality is: a name, a kind, a source, a way to be computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ecosurvey.cleaning.rules import Action, Rules
from ecosurvey.cleaning.sheet import Sheet
from ecosurvey.core import Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Kind = Literal[
    "attention", "speed", "invariance", "consistency", "duplication", "outlier", "completeness"
]


@dataclass(frozen=True, slots=True)
class Scored:
    """An index for every respondent.

    Attributes
    ----------
    values : array of shape (n,)
        The evidence; NaN where it cannot be computed.
    flagged : array of shape (n,)
        Where the evidence is beyond the cut-off.
    cutoff : str
        The cut-off as it is printed; empty if there is none for these data.
    """

    values: NDArray[np.float64]
    flagged: NDArray[np.bool_]
    cutoff: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the screening.

    Attributes
    ----------
    name : str
    label : Text
    kind : str
        Flags of the same kind count once, as they show the same behaviour.
    action : {"exclude", "flag", "review", "off"}
        Exclude at once, count as a flag, list for a person to look at, or not computed;
        what it does unless ``Rules.actions`` says otherwise.
    unit : Text
        How the evidence is said: ``{value}`` is the number.
    score : callable
        From the answers and the cut-offs to the evidence and the flags.
    """

    name: str
    label: Text
    kind: Kind
    action: Action
    unit: Text
    score: Callable[[Sheet, Rules], Scored]

    def acts(self, rules: Rules) -> Action:
        """Return what the rule does under these rules."""
        return next(
            (action for name, action in rules.actions.items() if name == self.name), self.action
        )

    def scored(self, sheet: Sheet, rules: Rules) -> Scored:
        """Return the evidence; none if the rule is off."""
        if self.acts(rules) == "off":
            return not_scored(len(sheet.shown))
        return self.score(sheet, rules)


def not_scored(n: int) -> Scored:
    """Return an index that says nothing, for data that cannot show it."""
    import numpy as np

    return Scored(np.full(n, np.nan), np.zeros(n, dtype=bool), "")
