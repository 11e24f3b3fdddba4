"""How well a model fits: one family of measures a file, found through the registry here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from ecosurvey.core import OptionError, Text, did_you_mean
from ecosurvey.sem.measures import (
    cfi,
    chisq,
    gfi,
    information,
    nfi,
    responses,
    rmsea,
    size,
    srmr,
    tli,
)

if TYPE_CHECKING:
    from ecosurvey.sem.fit import Fit

FAMILIES: dict[str, Callable[[Fit], dict[str, float]]] = {
    "chisq": chisq.measures,
    "cfi": cfi.measures,
    "tli": tli.measures,
    "nfi": nfi.measures,
    "information": information.measures,
    "rmsea": rmsea.measures,
    "srmr": srmr.measures,
    "size": size.measures,
    "gfi": gfi.measures,
    "responses": responses.measures,
}


def fit_measures(fit: Fit, names: Iterable[str] | None = None) -> dict[str, float]:
    """Return the fit measures of a model under lavaan's names, dots as underscores.

    Parameters
    ----------
    fit : Fit
        A fitted model; one that did not converge gives measures all the same, and says so in
        its findings.
    names : iterable of str, optional
        Which measures; all that the estimator has, if left out.

    Returns
    -------
    dict of float
        ``npar ntotal fmin chisq df pvalue baseline_* cfi rni tli nnfi rfi nfi pnfi ifi logl aic
        bic bic2 rmsea* rmr srmr* crmr* cn_05 cn_01 gfi agfi pgfi mfi ecvi``; with a scaled test
        also ``*_scaled`` and ``*_robust``. The log-likelihood and what is made of it exist for
        maximum likelihood only.

    Raises
    ------
    OptionError
        A name that this fit has no measure of.

    Notes
    -----
    Conventions are lavaan 0.6-14's; each family's file says where programs differ.
    """
    found: dict[str, float] = {}
    for gather in FAMILIES.values():
        found |= gather(fit)
    if names is None:
        return found
    wanted = list(names)
    for name in wanted:
        if name not in found:
            near = did_you_mean(name, found)
            raise OptionError(
                Text(
                    f"{name!r} is not a fit measure of this model", f"{name!r} 不是该模型的拟合指标"
                ),
                fix=Text(
                    f"{near} Those there are: {', '.join(found)}.".strip(),
                    f"{near.zh}可用的有：{'、'.join(found)}。",
                ),
            )
    return {name: found[name] for name in wanted}


def headline_measures(fit: Fit) -> dict[str, float]:
    """Return the measures that models are judged and compared by, without intervals.

    ``chisq df pvalue cfi rni rmsea srmr aic bic``, scaled and robust versions where there are any;
    the limits of RMSEA are roots that would cost more than all of these.
    """
    found: dict[str, float] = {}
    for gather in (
        chisq.measures, cfi.measures, rmsea.estimates, srmr.measures, information.measures,
    ):  # fmt: skip
        found |= gather(fit)
    return found


__all__ = ["FAMILIES", "fit_measures", "headline_measures"]
