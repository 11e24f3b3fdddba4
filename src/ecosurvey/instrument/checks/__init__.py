"""What a single value cannot show: names that resolve, models that are identified."""

from __future__ import annotations

from collections.abc import Callable

from ecosurvey.core import Finding
from ecosurvey.instrument.checks.collect import Complaint, Said
from ecosurvey.instrument.checks.composites import check_composites
from ecosurvey.instrument.checks.conditions import check_conditions
from ecosurvey.instrument.checks.content import check_content
from ecosurvey.instrument.checks.forms import check_forms
from ecosurvey.instrument.checks.history import check_history
from ecosurvey.instrument.checks.measures import check_all_measures
from ecosurvey.instrument.checks.moderation import check_measurement_text, check_moderation
from ecosurvey.instrument.checks.names import check_references, check_unique
from ecosurvey.instrument.checks.qualitative import check_qualitative
from ecosurvey.instrument.checks.relations import (
    check_higher_order,
    check_hypotheses,
    check_identified,
    check_outcome,
)
from ecosurvey.instrument.checks.weighting import check_weighting
from ecosurvey.instrument.checks.wording import check_wording
from ecosurvey.instrument.document import Document
from ecosurvey.instrument.reading import Problem, Tree

CHECKS: tuple[Callable[[Document], Said], ...] = (
    check_unique,
    check_references,
    check_conditions,
    check_forms,
    check_wording,
    check_all_measures,
    check_composites,
    check_higher_order,
    check_identified,
    check_measurement_text,
    check_hypotheses,
    check_moderation,
    check_outcome,
    check_history,
    check_qualitative,
    check_content,
    check_weighting,
)


def check(document: Document, tree: Tree) -> tuple[list[Problem], tuple[Finding, ...]]:
    """Run every check; return all problems with their places, and the remarks as findings."""
    problems: list[Problem] = []
    findings: list[Finding] = []
    for one in CHECKS:
        for said in one(document):
            if isinstance(said, Complaint):
                line, column = tree.where(said.place, key=said.key)
                problems.append(Problem(line, column, said.message, said.fix))
            else:
                findings.append(said.finding())
    return problems, tuple(dict.fromkeys(findings))
