"""What one run found: one of each result, from the questionnaire to the key factors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ecosurvey.core import Finding, Lang

if TYPE_CHECKING:
    from ecosurvey.cleaning import CleanData
    from ecosurvey.descriptives import ItemStatistics, SampleTable, ScaleStatistics
    from ecosurvey.factors import Adequacy, EfaResult, ParallelAnalysis
    from ecosurvey.instrument import Instrument
    from ecosurvey.keyfactors import FactorStudy, HypothesisTable, KeyFactors
    from ecosurvey.keyfactors.group_means import GroupMeans
    from ecosurvey.qualitative import JointDisplay
    from ecosurvey.reliability import Reliability, Validity
    from ecosurvey.responses import Responses
    from ecosurvey.sem import SemResult
    from ecosurvey.sem.missing_data import MissingData


Estimator = Literal["ML", "MLR", "MLM", "WLSMV"]
ESTIMATORS: tuple[Estimator, ...] = ("ML", "MLR", "MLM", "WLSMV")


@dataclass(frozen=True, slots=True)
class AnalysisConfig:
    """What a run may choose.

    Attributes
    ----------
    seed : int
        Where all random numbers of the run come from.
    lang : {"en", "zh"}
        Language of the report.
    estimator : str
        Estimator of the measurement and structural models.
    """

    seed: int
    lang: Lang = "en"
    estimator: Estimator = "MLR"


@dataclass(frozen=True, slots=True)
class Analysis:
    """One of each result of a run; parts that the instrument does not ask for are ``None``.

    Attributes
    ----------
    instrument, responses, clean
        What was asked, what was answered, and what was kept of it.
    sample, items, scales
        Description of the respondents, of the items, and of the scale scores.
    reliability, validity
        Consistency of each scale; convergent and discriminant validity from the CFA.
    adequacy, parallel, efa
        Fitness of the correlations for factoring, number of factors, exploratory solution.
    measurement, structural
        The confirmatory factor analysis and the structural model.
    key_factors, hypotheses
        The ranked factors, and what became of each hypothesis.
    config
        The options of the run, seed included.
    findings
        Everything that a reader must know, of all parts, the most serious first.
    factor_study
        The key factors from every angle, with the verdict in words.
    group_means
        Latent means by group of the constructs that case material speaks of.
    joint
        Case material beside the numbers, where the questionnaire names such material.
    missing_data
        The account of missing answers: how many, why, and what treatment follows.
    """

    instrument: Instrument
    responses: Responses
    clean: CleanData
    sample: SampleTable
    items: ItemStatistics
    scales: ScaleStatistics
    reliability: Reliability
    validity: Validity | None
    adequacy: Adequacy
    parallel: ParallelAnalysis
    efa: EfaResult
    measurement: SemResult
    structural: SemResult | None
    key_factors: KeyFactors | None
    hypotheses: HypothesisTable | None
    config: AnalysisConfig
    findings: tuple[Finding, ...]
    factor_study: FactorStudy | None = None
    group_means: GroupMeans | None = None
    joint: JointDisplay | None = None
    missing_data: MissingData | None = None

    @property
    def synthetic(self) -> bool:
        """True if the answers say of themselves that nobody gave them."""
        return self.responses.synthetic
