"""The joint display inside a run: the material that the questionnaire names, and its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ecosurvey.core import Finding, Text
from ecosurvey.qualitative.crosswalk import tie
from ecosurvey.qualitative.joint import JointDisplay, joint_display
from ecosurvey.qualitative.numbers import Effect, GroupMean, Numbers, Tested
from ecosurvey.qualitative.reading import read_codes

if TYPE_CHECKING:
    from ecosurvey.instrument import Instrument, Qualitative
    from ecosurvey.keyfactors import HypothesisTable, KeyFactors
    from ecosurvey.keyfactors.group_means import GroupMeans
    from ecosurvey.qualitative.model import CodedMaterial


@dataclass(frozen=True, slots=True)
class NamedMaterial:
    """The coded material that the questionnaire names, if it is there.

    Attributes
    ----------
    material : CodedMaterial or None
    findings : tuple of Finding
        That the file is not there, if it is not.
    """

    material: CodedMaterial | None
    findings: tuple[Finding, ...] = ()


def read_named(asked: Instrument) -> NamedMaterial:
    """Read the coded material that the questionnaire names, so that its errors come first.

    Raises
    ------
    DataError
        As :func:`read_codes`, and if its codes are not in the crosswalk.
    """
    part = asked.qualitative
    if part is None or part.source is None:
        return NamedMaterial(None)
    path = asked.path.parent / part.source
    if not path.is_file():
        said = Text(
            "the case material that the questionnaire names, {name}, does not lie beside it; the "
            "joint display is left out.",
            "问卷所指定的案例材料{name}不在同一文件夹中，报告未含联合展示。",
        ).fill(name=part.source)
        return NamedMaterial(None, (Finding("case_material_missing", "warning", said),))
    material = read_codes(path)
    tie(material, asked)
    return NamedMaterial(material)


def joint_of_run(
    asked: Instrument,
    material: CodedMaterial | None,
    n: int,
    factors: KeyFactors | None,
    judged: HypothesisTable | None,
    means: GroupMeans | None,
    *,
    synthetic: bool,
    seed: int,
) -> JointDisplay | None:
    """Return the joint display of a run, or None without material."""
    part = asked.qualitative
    if material is None or part is None:
        return None
    numbers = Numbers(
        asked.id, asked.version, asked.sha256, n,
        factors.outcome if factors else None,
        {row.factor: Effect(row.total_std, row.ci_lower, row.ci_upper, row.rank)
         for row in (factors.rows if factors else ())},
        {row.claim.id: Tested(row.est, row.ci_lower, row.ci_upper, row.words)
         for row in (judged.rows if judged else ())},
        tuple(
            GroupMean(m.variable, m.group, m.construct, m.n, m.d, m.ci_lower, m.ci_upper, m.held)
            for m in (means.rows if means else ())
        ),
        factors.level if factors else 0.95,
        synthetic,
    )  # fmt: skip
    return joint_display(
        numbers, material, asked, cases=_beside(asked, part, "cases"),
        literature=_beside(asked, part, "literature"), decisions=_beside(asked, part, "decisions"),
        privacy=part.privacy, seed=seed,
    )  # fmt: skip


def _beside(asked: Instrument, part: Qualitative, key: str) -> Path | None:
    name: str | None = getattr(part, key)
    return None if name is None else asked.path.parent / name
