"""The engine's front door: a model's text and data in, a fitted model out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecosurvey.sem.fitting import fit_request
from ecosurvey.sem.request import Request
from ecosurvey.sem.results import SemResult

__all__ = ["Request", "cfa", "fit_request", "growth", "sem"]


def cfa(
    model: str,
    data: Any = None,
    *,
    estimator: str | None = None,
    missing: str = "listwise",
    ordered: bool | Sequence[str] | None = None,
    group: str | None = None,
    group_equal: str | Sequence[str] = (),
    group_partial: str | Sequence[str] = (),
    std_lv: bool = False,
    orthogonal: bool = False,
    meanstructure: bool | None = None,
    fixed_x: bool | None = None,
    likelihood: str = "normal",
    se: str | None = None,
    test: str | Sequence[str] | None = None,
    information: str | None = None,
    h1_information: str | None = None,
    observed_information: str | None = None,
    cov: Any = None,
    n: int | Sequence[int] | None = None,
    mean: Any = None,
    constraints: str = "",
    level: float = 0.95,
    engine: str = "own",
    parameterization: str = "delta",
    collapse: bool = False,
    auxiliary: str | Sequence[str] = (),
    sampling_weights: str | None = None,
    sampling_weights_normalization: str = "total",
    cluster: str | None = None,
    rotation: str = "geomin",
    rotation_args: Mapping[str, Any] | None = None,
) -> SemResult:
    """Fit a confirmatory factor analysis.

    Parameters
    ----------
    model : str
        lavaan's model language.
    data : DataFrame, optional
        One row a respondent; pandas, polars or Arrow. Or give ``cov`` and ``n``.
    estimator : str, optional
        ``"ML"`` ``"MLR"`` ``"MLM"`` ``"MLMV"`` ``"MLMVS"`` ``"MLF"`` ``"GLS"`` ``"ULS"``
        ``"WLS"`` ``"DWLS"``, and the robust forms of ULS and DWLS (``"ULSMV"``, ``"WLSMV"``).
        If not said, ML; WLSMV with ordinal variables, for which the least squares are meant.
    missing : {"listwise", "fiml", "fiml_x", "pairwise"}
        ``"listwise"``: rows with a gap in the model's variables are left out, and counted in
        ``findings``. ``"fiml"`` (or ``"ml"``): every answer is used, by full-information
        maximum likelihood; unbiased if answers are missing at random. ``"fiml_x"`` (``"ml_x"``)
        keeps rows without a value of a fixed covariate too. ``"pairwise"``: each covariance, or
        correlation of ordinal variables, from the rows that have both answers.
    ordered : bool or list of str, optional
        Which variables are ordinal; True means all but the covariates. The model then speaks
        of normal responses behind the answers, cut by thresholds (Muthén 1984); with fixed
        covariates it is conditional on them.
    group : str, optional
        Column whose values are the groups, in order of appearance.
    group_equal : list of str
        What is equal over groups: ``loadings intercepts means residuals residual_covariances
        lv_variances lv_covariances regressions``.
    group_partial : list of str
        Parameters exempt from it: ``"f=~x3"``, ``"x2~1"``.
    std_lv : bool
        Factor variances fixed at 1 instead of a marker loading.
    orthogonal : bool
        Factors uncorrelated.
    meanstructure : bool, optional
        Whether means are modelled; if not said, with groups and where the text has ``~ 1``.
    fixed_x : bool, optional
        Whether moments of observed covariates are taken from the sample; if not said, for
        likelihood only, as in lavaan.
    likelihood : {"normal", "wishart"}
    se : str, optional
        ``"standard"`` ``"robust_sem"`` ``"robust_huber_white"`` ``"first_order"`` ``"none"``;
        if not said, what the estimator stands for.
    test : str or list of str, optional
        ``"satorra_bentler"`` ``"mean_var_adjusted"`` ``"scaled_shifted"`` ``"yuan_bentler"``
        ``"yuan_bentler_mplus"`` ``"browne_residual_nt"`` ``"browne_residual_adf"``,
        and these with ``"_model"``: around the moments of the model.
    information : {"expected", "observed", "first_order"}, optional
    h1_information : {"structured", "unstructured"}, optional
    observed_information : {"hessian", "h1"}, optional
    cov, n, mean : DataFrame, int, Series; or lists of them, one a group
        Moments in place of data; ``cov`` as divided by n - 1.
    constraints : str
        More lines for the model.
    level : float
        Of confidence intervals.
    engine : {"own", "semopy"}
        What searches for the estimates; errors, tests and measures are computed here from
        either's. semopy: complete data, likelihood, one group.
    parameterization : {"delta", "theta"}
        For ordinal variables: residual variances follow from scales of 1, or scales from
        residual variances of 1.
    collapse : bool
        For ordinal variables and groups: merge a category that nobody of a group chose with
        its neighbour; without it that is an error.
    auxiliary : list of str
        With ``missing="fiml"``: columns that are no part of the model but tell of what is missing.
        They correlate freely with everything (Graham 2003), in the baseline model too; estimates
        then hold under weaker assumptions about who did not answer.
    sampling_weights : str, optional
        Column that says how many people of the population a row stands for. Estimates are those
        of the weighted likelihood, errors and tests MLR's with weighted scores; with ``ordered=``
        thresholds, correlations and their covariance Γ are weighted.
    sampling_weights_normalization : {"total", "group", "none"}
        Whether weights are made to sum to the rows of the whole sample, to those of each group,
        or are left as they are.
    cluster : str, optional
        Column of what rows were drawn together in (schools, classes): errors and tests are MLR's,
        from scores summed by cluster, times C / (C - 1). Estimates do not change. With
        ``ordered=`` Γ is made from these sums, and with it the weights of WLSMV; lavaan 0.6-14
        accepts clusters there, and ignores them.
    rotation : {"geomin", "oblimin", "quartimin", "varimax", "quartimax", "target", "none"}
        Of exploratory blocks, ``efa("block")*f1 + efa("block")*f2 =~ x1 + x2 + x3 + x4``.
    rotation_args : mapping, optional
        lavaan's: ``orthogonal`` (False), ``geomin_epsilon`` (0.001), ``row_weights``
        (``"default"``: Kaiser's for varimax), ``std_ov`` (True), ``target`` (items by factors, NaN
        where free), ``rstarts`` (30), ``reflect`` (True), ``order_lv_by`` (``"index"``,
        ``"sumofsquares"``, ``"none"``); and ``seed`` (0), of the random starts.

    Returns
    -------
    SemResult
        ``.parameters`` (lhs op rhs label group est se z pvalue ci_lower ci_upper std_lv
        std_all), ``.fit_measures``, ``.findings`` and everything that follows a fit.

    Raises
    ------
    ModelSyntaxError, DataError, OptionError
        With what was found, where, and what to do.

    Notes
    -----
    Defaults are lavaan 0.6-14's, number for number. In R: ``cfa(model, data, ...)``.

    Exploratory blocks are fitted with orthonormal factors and an echelon of zero loadings, and
    then rotated, with everything that their factors take part in (Asparouhov & Muthén 2009).
    Their standard errors are those of lavaan's ``rotation.se = "bordered"``; for oblique rotations
    with ``std_ov`` 0.6-14 computes these from items' variances without the factors' correlations,
    and so differs in the second or third digit. Here the correlations are in.

    References
    ----------
    Bollen (1989), Structural Equations with Latent Variables, ch. 7. Asparouhov & Muthén (2009),
    Structural Equation Modeling 16, 397-438.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> f = rng.normal(size=(300, 1))
    >>> df = pd.DataFrame(f + rng.normal(size=(300, 4)), columns=["x1", "x2", "x3", "x4"])
    >>> fit = cfa("f =~ x1 + x2 + x3 + x4", df)
    >>> fit.converged, int(fit.fit_measures["df"])
    (True, 2)
    """
    return fit_request(
        Request(
            "cfa", estimator, missing, ordered, group, group_equal, group_partial, std_lv,
            orthogonal, meanstructure, fixed_x, likelihood, se, test, information,
            h1_information, observed_information, cov, n, mean, constraints, level, engine,
            parameterization, collapse, auxiliary, sampling_weights,
            sampling_weights_normalization, cluster, rotation, rotation_args,
        ),
        model,
        data,
    )  # fmt: skip


def sem(
    model: str,
    data: Any = None,
    *,
    estimator: str | None = None,
    missing: str = "listwise",
    ordered: bool | Sequence[str] | None = None,
    group: str | None = None,
    group_equal: str | Sequence[str] = (),
    group_partial: str | Sequence[str] = (),
    std_lv: bool = False,
    orthogonal: bool = False,
    meanstructure: bool | None = None,
    fixed_x: bool | None = None,
    likelihood: str = "normal",
    se: str | None = None,
    test: str | Sequence[str] | None = None,
    information: str | None = None,
    h1_information: str | None = None,
    observed_information: str | None = None,
    cov: Any = None,
    n: int | Sequence[int] | None = None,
    mean: Any = None,
    constraints: str = "",
    level: float = 0.95,
    engine: str = "own",
    parameterization: str = "delta",
    collapse: bool = False,
    auxiliary: str | Sequence[str] = (),
    sampling_weights: str | None = None,
    sampling_weights_normalization: str = "total",
    cluster: str | None = None,
    rotation: str = "geomin",
    rotation_args: Mapping[str, Any] | None = None,
) -> SemResult:
    """Fit a structural equation model; every option is that of :func:`cfa`.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=400)
    >>> y = 0.5 * x + rng.normal(size=400)
    >>> fit = sem("y ~ x", pd.DataFrame({"x": x, "y": y}))
    >>> bool(abs(fit.parameters["est"][0] - 0.5) < 0.1)
    True
    """
    return fit_request(
        Request(
            "sem", estimator, missing, ordered, group, group_equal, group_partial, std_lv,
            orthogonal, meanstructure, fixed_x, likelihood, se, test, information,
            h1_information, observed_information, cov, n, mean, constraints, level, engine,
            parameterization, collapse, auxiliary, sampling_weights,
            sampling_weights_normalization, cluster, rotation, rotation_args,
        ),
        model,
        data,
    )  # fmt: skip


def growth(
    model: str,
    data: Any = None,
    *,
    estimator: str | None = None,
    missing: str = "listwise",
    ordered: bool | Sequence[str] | None = None,
    group: str | None = None,
    group_equal: str | Sequence[str] = (),
    group_partial: str | Sequence[str] = (),
    std_lv: bool = False,
    orthogonal: bool = False,
    meanstructure: bool | None = None,
    fixed_x: bool | None = None,
    likelihood: str = "normal",
    se: str | None = None,
    test: str | Sequence[str] | None = None,
    information: str | None = None,
    h1_information: str | None = None,
    observed_information: str | None = None,
    cov: Any = None,
    n: int | Sequence[int] | None = None,
    mean: Any = None,
    constraints: str = "",
    level: float = 0.95,
    engine: str = "own",
    parameterization: str = "delta",
    collapse: bool = False,
    auxiliary: str | Sequence[str] = (),
    sampling_weights: str | None = None,
    sampling_weights_normalization: str = "total",
    cluster: str | None = None,
    rotation: str = "geomin",
    rotation_args: Mapping[str, Any] | None = None,
) -> SemResult:
    """Fit a growth curve: factor means free, intercepts of indicators zero; options of :func:`cfa`.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> start, rise = rng.normal(3, 1, (500, 1)), rng.normal(1, 0.5, (500, 1))
    >>> waves = start + rise * np.arange(4) + rng.normal(0, 0.5, (500, 4))
    >>> df = pd.DataFrame(waves, columns=["t1", "t2", "t3", "t4"])
    >>> model = "i =~ 1*t1 + 1*t2 + 1*t3 + 1*t4; s =~ 0*t1 + 1*t2 + 2*t3 + 3*t4"
    >>> found = growth(model, df).parameters
    >>> found[found["op"].eq("~1") & found["lhs"].isin(["i", "s"])]["est"].round(0).tolist()
    [3.0, 1.0]
    """
    return fit_request(
        Request(
            "growth", estimator, missing, ordered, group, group_equal, group_partial, std_lv,
            orthogonal, meanstructure, fixed_x, likelihood, se, test, information,
            h1_information, observed_information, cov, n, mean, constraints, level, engine,
            parameterization, collapse, auxiliary, sampling_weights,
            sampling_weights_normalization, cluster, rotation, rotation_args,
        ),
        model,
        data,
    )  # fmt: skip
