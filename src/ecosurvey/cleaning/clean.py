"""Responses -> CleanData: screening, exclusions with reasons, reverse keying."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ecosurvey.cleaning.careless import REGISTRY
from ecosurvey.cleaning.design import survey_design
from ecosurvey.cleaning.duplicates import find_duplicates, near_findings, with_near_copies
from ecosurvey.cleaning.flow import FlowStep, make_flow
from ecosurvey.cleaning.keying import score_items
from ecosurvey.cleaning.missing import missing_findings, missing_share
from ecosurvey.cleaning.model import CleanData
from ecosurvey.cleaning.policy import Ground, acting, grounds
from ecosurvey.cleaning.rules import Rules, rules_of
from ecosurvey.cleaning.screening import screen
from ecosurvey.cleaning.sheet import make_sheet
from ecosurvey.core import DataError, Finding, Text, by_severity
from ecosurvey.responses import Responses

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

MANY_EXCLUDED = 0.25


def clean(responses: Responses, *, rules: Rules | None = None) -> CleanData:
    """Screen the answers, exclude by stated rules, and turn items into scoring direction.

    A sheet is excluded without consent or eligibility, if it is incomplete, a duplicate,
    fails several attention checks or says that it should not be used; else only if flags
    of at least two different kinds meet (Curran 2016; Meade & Craig 2012). Every
    exclusion is logged with its evidence. Items are not dropped.

    Parameters
    ----------
    responses : Responses
        From :func:`~ecosurvey.read_responses`.
    rules : Rules, optional
        Cut-offs; those of the questionnaire's ``quality`` part, else the defaults.
        ``Rules(exclude=False)`` flags and keeps every row.

    Returns
    -------
    CleanData

    Raises
    ------
    DataError
        If nobody is left.

    References
    ----------
    Curran (2016). J. Experimental Social Psychology 66, 4-19. doi:10.1016/j.jesp.2015.07.006
    Meade & Craig (2012). Psychological Methods 17, 437-455. doi:10.1037/a0028085

    Examples
    --------
    >>> from ecosurvey.instrument import load_instrument
    >>> from ecosurvey.responses import read_responses
    >>> bfi = load_instrument("instruments/bfi.yaml")
    >>> cleaned = clean(read_responses("data/sample/bfi.csv", bfi))
    >>> cleaned.n, sorted(set(cleaned.exclusions["rule"]))
    (2794, ['flags', 'incomplete'])
    >>> float(cleaned.responses.frame["A1"].iloc[0]), float(cleaned.frame["A1"].iloc[0])
    (2.0, 5.0)
    """
    import pandas as pd

    rules = rules or rules_of(responses.instrument)
    sheet = make_sheet(responses)
    scored = {name: rule.scored(sheet, rules) for name, rule in REGISTRY.items()}
    rows = responses.frame.index.to_numpy()
    near = scored["near_duplicate"]
    duplicates = with_near_copies(find_duplicates(responses, rules), rows, sheet, near, rules)
    found = acting(grounds(screen(responses), scored, duplicates, rules), sheet, rules)
    flow = make_flow(responses.n_rows, found, exclude=rules.exclude)
    kept = _kept(responses.n_rows, found if rules.exclude else ())
    if not kept.any():
        raise _nobody(flow, responses)
    index = responses.frame.index
    frame = score_items(responses.frame[kept], responses.instrument.items)
    design = survey_design(frame, responses)
    if design is not None:
        frame = frame.assign(**design.columns)
    items = frame[[item.id for item in responses.instrument.items]]
    findings = [
        *duplicates.findings,
        *near_findings(sheet, near, kept),
        *_exclusion_findings(flow),
        *_constant(items),
        *missing_findings(items),
        *(design.findings if design else ()),
    ]
    return CleanData(
        frame=frame,
        text=responses.text[kept],
        flags=pd.DataFrame({name: one.values for name, one in scored.items()}, index=index),
        flagged=pd.DataFrame({name: one.flagged for name, one in scored.items()}, index=index),
        cutoffs={name: one.cutoff for name, one in scored.items()},
        exclusions=_log(responses, found if rules.exclude else ()),
        flow=flow,
        missing=missing_share(items),
        responses=responses,
        rules=rules,
        findings=by_severity(findings),
        design=design,
    )


def _kept(n: int, found: Sequence[Ground]) -> NDArray[np.bool_]:
    import numpy as np

    kept = np.ones(n, dtype=bool)
    for ground in found:
        kept &= ~ground.out
    return kept


def _log(responses: Responses, found: Sequence[Ground]) -> pd.DataFrame:
    """Return one line for each ground of each excluded row, by row, then in flow order."""
    import pandas as pd

    rows = responses.frame.index.tolist()
    name = responses.instrument.meta.respondent
    ids = responses.frame[name].tolist() if name and name in responses.frame else None
    lines = [
        (rows[position], ids[position] if ids else None, ground.rule, evidence.en, evidence.zh)
        for ground in found
        for position, evidence in ground.evidence.items()
    ]
    lines.sort(key=lambda line: line[0])  # stable: the grounds of a row stay in flow order
    return pd.DataFrame(lines, columns=["row", "respondent", "rule", "evidence", "evidence_zh"])


def _nobody(flow: Sequence[FlowStep], responses: Responses) -> DataError:
    lost = ", ".join(f"{step.label.en.lower()} {step.excluded}" for step in flow if step.excluded)
    zh = "、".join(f"{step.label.zh}{step.excluded}" for step in flow if step.excluded)
    return DataError(
        Text(f"nobody is left after screening ({lost})", f"筛查后没有任何答卷留下（{zh}）"),
        where=responses.path.name if responses.path else None,
        fix=Text(
            "Check the codes of consent and attention checks, or the cut-offs under 'quality:'.",
            "请检查知情同意与注意力检测的编码，或“quality:”下的临界值。",
        ),
    )


def _exclusion_findings(flow: Sequence[FlowStep]) -> list[Finding]:
    n, kept = flow[0].remaining, flow[-1].remaining
    if n == kept:
        return []
    many = (n - kept) / n > MANY_EXCLUDED
    message = Text(
        f"{n - kept} of {n} answer sheets ({(n - kept) / n:.1%}) were excluded",
        f"{n}份答卷中剔除{n - kept}份（{(n - kept) / n:.1%}）",
    )
    hint = Text("Compare the results without exclusions.", "请与不剔除样本的结果对照。")
    return [Finding("excluded", "warning" if many else "note", message, "", hint if many else None)]


def _constant(items: pd.DataFrame) -> list[Finding]:
    """Tell of items to which all gave the same answer, or nobody any."""
    found = []
    for name, count in items.nunique(dropna=True).items():
        if count > 1:
            continue
        how = ("has no answers", "没有任何作答") if count == 0 else ("is constant", "所有作答相同")
        found.append(
            Finding(
                "constant_item",
                "serious",
                Text(
                    f"the item {name} {how[0]}: it cannot measure anything",
                    f"题项{name}{how[1]}，无法用于测量",
                ),
                str(name),
                Text("Leave it out of the questionnaire file.", "请在问卷文件中去掉该题项。"),
            )
        )
    return found
