"""The same answers screened by stricter and laxer policies, for sensitivity analysis."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ecosurvey.cleaning.clean import clean
from ecosurvey.cleaning.model import CleanData
from ecosurvey.cleaning.rules import POLICIES, Policy, Rules, rules_of
from ecosurvey.core import Text
from ecosurvey.responses import Responses

if TYPE_CHECKING:
    import pandas as pd

POLICY_NAMES: dict[Policy, Text] = {
    "screening_only": Text("Nobody excluded for quality", "不因质量剔除"),
    "hard_only": Text("Hard rules only", "仅按硬性规则剔除"),
    "default": Text("Hard rules and flags", "硬性规则与标记"),
}


def clean_by_policy(responses: Responses, *, rules: Rules | None = None) -> dict[Policy, CleanData]:
    """Return the data cleaned under each policy of exclusion, the laxest first.

    Consent and eligibility are respected under every policy.

    Parameters
    ----------
    responses : Responses
    rules : Rules, optional
        Cut-offs; those of the questionnaire by default.

    Examples
    --------
    >>> from ecosurvey.instrument import load_instrument
    >>> from ecosurvey.responses import read_responses
    >>> bfi = load_instrument("instruments/bfi.yaml")
    >>> kept = clean_by_policy(read_responses("data/sample/bfi.csv", bfi))
    >>> {policy: cleaned.n for policy, cleaned in kept.items()}
    {'screening_only': 2800, 'hard_only': 2796, 'default': 2794}
    """
    given = rules or rules_of(responses.instrument)
    return {
        policy: clean(responses, rules=replace(given, exclude=True, policy=policy))
        for policy in POLICIES
    }


def rows_by_policy(kept: CleanData) -> dict[str, pd.DataFrame]:
    """Return the rows that each policy keeps, those of ``kept`` first.

    Of policies that keep equally many rows only the first stands.

    Examples
    --------
    >>> from ecosurvey.instrument import load_instrument
    >>> from ecosurvey.responses import read_responses
    >>> bfi = load_instrument("instruments/bfi.yaml")
    >>> kept = clean(read_responses("data/sample/bfi.csv", bfi))
    >>> {policy: len(frame) for policy, frame in rows_by_policy(kept).items()}
    {'default': 2794, 'screening_only': 2800, 'hard_only': 2796}
    """
    found: dict[str, pd.DataFrame] = {kept.rules.policy: kept.frame}
    for policy in POLICIES:
        rules = replace(kept.rules, exclude=True, policy=policy)
        if rules == kept.rules:
            continue
        frame = clean(kept.responses, rules=rules).frame
        if all(len(frame) != len(other) for other in found.values()):
            found[policy] = frame
    return found
