"""All tests of common method variance of one measurement model, in one result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ecosurvey.core import ConvergenceError, DataError, EcosurveyError, Finding, Result, Table, Text
from ecosurvey.factors.moments import Missing
from ecosurvey.reliability.common_method import FullCollinearity, Harman, full_collinearity, harman
from ecosurvey.reliability.method_factor import CONTINUOUS, MethodFactor, check_fit, method_factor
from ecosurvey.reliability.single_factor import SingleFactor, single_factor

if TYPE_CHECKING:
    from ecosurvey.sem import SemResult


@dataclass(frozen=True, slots=True, repr=False)
class CommonMethod(Result):
    """Tests of common method variance, from the weakest to the strongest.

    Attributes
    ----------
    harman : Harman
        Exploratory: the first unrotated component.
    collinearity : FullCollinearity or None
        VIF of each construct by all others, from their latent correlations; ``None`` for one
        construct, or where these are singular.
    single_factor : SingleFactor or None
        One factor against the constructs; ``None`` for ordered items.
    method_factor : MethodFactor or None
        An unmeasured latent method factor beside the constructs; ``None`` for ordered items.
    """

    harman: Harman
    collinearity: FullCollinearity | None
    single_factor: SingleFactor | None
    method_factor: MethodFactor | None
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        return f"CommonMethod(first_component={self.harman.first_component:.3f})"

    def tables(self) -> tuple[Table, ...]:
        """Return the tables of each test in turn."""
        parts = (self.harman, self.collinearity, self.single_factor, self.method_factor)
        return tuple(table for part in parts if part is not None for table in part.tables())


def common_method(
    fit: SemResult,
    data: Any,
    names: Mapping[str, Text] | None = None,
    *,
    missing: str = "listwise",
) -> CommonMethod:
    """Test a measurement model for common method variance in every way that needs no marker.

    Harman's single factor, exploratory and confirmatory; full collinearity of the constructs;
    an unmeasured latent method factor with equal loadings. With a marker variable see
    :func:`marker_variable`.

    Parameters
    ----------
    fit : SemResult
        A one-group confirmatory factor analysis.
    data : DataFrame
        The answers it was fitted to.
    names : mapping of construct to Text, optional
    missing : str
        As in the fit.

    Returns
    -------
    CommonMethod
        A test that cannot be made is ``None``, with a finding that says why.

    Raises
    ------
    OptionError
        If the model has groups.

    References
    ----------
    Podsakoff, P. M., MacKenzie, S. B., Lee, J.-Y., & Podsakoff, N. P. (2003). Journal of
    Applied Psychology, 88, 879-903.

    Examples
    --------
    >>> from ecosurvey import cfa, common_method
    >>> common_method(cfa(model, answers), answers)  # doctest: +SKIP
    """
    from ecosurvey.reliability.standard_solution import read_loadings

    continuous = fit.estimator in CONTINUOUS
    if continuous:
        check_fit(fit)
    loadings = read_loadings(fit.standardized("std_all"))
    items = list(dict.fromkeys(loadings["item"]))
    pairs: Missing = "listwise" if missing == "listwise" else "pairwise"
    findings: list[Finding] = []
    first = harman(data, items, missing=pairs)
    latent = fit.latent_correlations
    constructs = list(dict.fromkeys(loadings["construct"]))
    vif = one = factor = None
    if len(constructs) > 1:
        try:
            vif = full_collinearity(latent.loc[constructs, constructs], names=names)
        except DataError as error:
            findings.append(_not_made(_VIF, error))
    if continuous and len(constructs) > 1:
        try:
            one = single_factor(fit, data, missing=missing)
        except EcosurveyError as error:
            findings.append(_not_made(_ONE, error))
    if continuous:
        try:
            factor = method_factor(fit, data, names, missing=missing)
        except ConvergenceError as error:
            findings.append(_not_made(_METHOD, error))
    said = [f for part in (first, vif, factor) if part is not None for f in part.findings]
    if one is not None:
        # that one factor fits poorly is what one hopes for: no doubt of the analysis
        said += [f for f in one.findings if f.code == "one_factor_fits"]
        one = replace(one, findings=tuple(f for f in one.findings if f.code == "one_factor_fits"))
    return CommonMethod(first, vif, one, factor, (*findings, *said))


_VIF = Text("Full collinearity", "完全共线性检验")
_ONE = Text("The single-factor model", "单因子模型")
_METHOD = Text("The method factor", "方法因子模型")


def _not_made(what: Text, error: EcosurveyError) -> Finding:
    return Finding(
        "method_test_skipped",
        "note",
        Text(
            f"{what.en} could not be computed: {error.found}.",
            f"{what.zh}未能计算：{error.words.found.zh}。",
        ),
    )
