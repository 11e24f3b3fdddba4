"""How much of what could be known of each parameter the gaps in the answers took away."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import OptionError, Text
from ecosurvey.sem.fit import Fit
from ecosurvey.sem.inference import free_basis, information, invert
from ecosurvey.sem.observed import Moments
from ecosurvey.sem.optimizer import objective
from ecosurvey.sem.values import row_values


def missing_information(fit: Fit) -> NDArray[np.float64]:
    r"""Return the fraction of missing information of every row of the table.

    .. math:: FMI = 1 - SE_{complete}^2 / SE_{gaps}^2

    where the complete-data error is that of the same estimates on complete rows with the saturated
    moments (Savalei & Rhemtulla 2012).

    Parameters
    ----------
    fit : Fit
        By full-information likelihood, with standard errors of ML.

    Returns
    -------
    (rows,) array
        NaN for what no free parameter moves.

    Raises
    ------
    OptionError
        For complete data, or robust standard errors.

    Notes
    -----
    In lavaan: ``parameterEstimates(fit, fmi = TRUE)``.

    References
    ----------
    Savalei & Rhemtulla (2012), Structural Equation Modeling 19, 477-494.
    """
    model = fit.model
    if not any(moments.rows is not None for moments in model.moments):
        raise OptionError(
            Text("there are no gaps, so no information is missing", "没有缺失，因此没有信息损失"),
            fix=Text("Fit with missing='fiml'.", "请用 missing='fiml' 拟合。"),
        )
    if fit.method.estimator != "ML":
        raise OptionError(
            Text(
                f"the fraction of missing information is that of ML, not {fit.method.estimator}",
                f"缺失信息比例是针对ML的，而不是{fit.method.estimator}",
            ),
            fix=Text("Fit with estimator='ML'.", "请用 estimator='ML' 拟合。"),
        )
    complete = tuple(_complete(moments) for moments in model.moments)
    point = objective(replace(model, moments=complete), "ML").at(fit.x)
    known = information(
        point, "ML", fit.method.information, fit.method.h1_information,
        fit.method.observed_information,
    )  # fmt: skip
    vcov = invert(known, free_basis(point)).matrix / model.n
    _, jacobian = row_values(model, fit.x)
    whole, gaps = (np.einsum("rj,jk,rk->r", jacobian, v, jacobian) for v in (vcov, fit.vcov))
    found = np.full(len(whole), np.nan)
    moved = (gaps > 0) & jacobian.any(axis=1)
    found[moved] = 1 - whole[moved] / gaps[moved]
    return found


def _complete(moments: Moments) -> Moments:
    """Return the saturated moments as if all rows were complete."""
    return replace(moments, rows=None)
