"""What one run found: one of each result, from the questionnaire to the key factors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecosurvey.analysis.config import AnalysisConfig
from ecosurvey.core import Finding

if TYPE_CHECKING:
    from ecosurvey.cleaning import CleanData, Imputed
    from ecosurvey.descriptives import ItemStatistics, SampleTable, ScaleStatistics
    from ecosurvey.factors import Adequacy, EfaResult, NumberOfFactors, ParallelAnalysis
    from ecosurvey.instrument import Instrument
    from ecosurvey.keyfactors import (
        FactorStudy,
        HypothesisTable,
        KeyFactors,
        Mediations,
        Moderations,
        SpecificationCurve,
    )
    from ecosurvey.keyfactors.group_means import GroupMeans
    from ecosurvey.keyfactors.group_result import GroupFactors
    from ecosurvey.keyfactors.imputed_effects import ImputedEffects
    from ecosurvey.keyfactors.sensitivity import Sensitivity
    from ecosurvey.qualitative import JointDisplay
    from ecosurvey.reliability import (
        CommonMethod,
        ContentValidity,
        ItemCorrelations,
        OrdinalReliability,
        Reliability,
        Validity,
    )
    from ecosurvey.responses import Responses
    from ecosurvey.sem import SemResult
    from ecosurvey.sem.bootstrap import BootstrapResult
    from ecosurvey.sem.missing_data import MissingData


@dataclass(frozen=True, slots=True)
class Analysis:
    """One of each result of a run; parts that were not asked for are ``None``.

    Attributes
    ----------
    instrument, responses, clean
        What was asked, what was answered, and what was kept of it.
    config
        The options of the run, seed included.
    sample, items, scales
        Description of the respondents, of the items, and of the scale scores.
    reliability, ordinal, validity
        Consistency of each scale, the answers as numbers and as ordered categories;
        convergent and discriminant validity from the CFA.
    content
        Experts' ratings of the items, where the questionnaire holds them.
    common_method
        Tests of common method variance, made with the measurement model.
    item_correlations
        Correlations of the items in the order of their constructs: polychoric where the models
        take the answers as ordinal.
    adequacy, retention, parallel, efa
        Fitness of the correlations for factoring, number of factors by every rule, parallel
        analysis among them, exploratory solution of the number recommended;
        ``None`` also where the correlations cannot be factored, which a finding explains.
    measurement, structural
        The confirmatory factor analysis and the structural model.
    bootstrap
        Replicates of the structural model.
    key_factors, hypotheses
        The ranked factors, and what became of each hypothesis.
    factor_study
        The key factors from every angle, with the verdict in words.
    group_means
        Latent means by group of the constructs that case material speaks of.
    joint
        Case material beside the numbers, where the questionnaire names such material.
    missing_data
        The account of missing answers: how many, why, and what treatment follows.
    imputed, imputed_effects
        The completed data sets of multiple imputation, and the factors over them; ``None``
        where gaps were treated otherwise.
    group_factors
        The ranking in each group.
    sensitivity
        The ranking beside that with nobody excluded for quality; ``None`` where nobody was.
    mediations
        What became of the indirect ways that the questionnaire expects.
    moderations
        What became of the moderations that the questionnaire expects.
    specification_curve
        The ranking under other reasonable analyses.
    findings
        Everything that a reader must know, of all parts, the most serious first.
    """

    instrument: Instrument
    responses: Responses
    clean: CleanData
    config: AnalysisConfig
    sample: SampleTable | None = None
    items: ItemStatistics | None = None
    scales: ScaleStatistics | None = None
    reliability: Reliability | None = None
    ordinal: OrdinalReliability | None = None
    content: ContentValidity | None = None
    validity: Validity | None = None
    common_method: CommonMethod | None = None
    item_correlations: ItemCorrelations | None = None
    adequacy: Adequacy | None = None
    retention: NumberOfFactors | None = None
    parallel: ParallelAnalysis | None = None
    efa: EfaResult | None = None
    measurement: SemResult | None = None
    structural: SemResult | None = None
    bootstrap: BootstrapResult | None = None
    hypotheses: HypothesisTable | None = None
    key_factors: KeyFactors | None = None
    factor_study: FactorStudy | None = None
    group_means: GroupMeans | None = None
    joint: JointDisplay | None = None
    missing_data: MissingData | None = None
    imputed: Imputed | None = None
    imputed_effects: ImputedEffects | None = None
    group_factors: GroupFactors | None = None
    sensitivity: Sensitivity | None = None
    mediations: Mediations | None = None
    moderations: Moderations | None = None
    specification_curve: SpecificationCurve | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def synthetic(self) -> bool:
        """True if the answers say of themselves that nobody gave them."""
        return self.responses.synthetic
