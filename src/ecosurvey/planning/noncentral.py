"""Power without simulation: how badly the model without the effect fits the population itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ecosurvey.core import ConvergenceError, OptionError, Text
from ecosurvey.sem.api import fit_request
from ecosurvey.sem.request import Request
from ecosurvey.sem.simulate import population_moments

if TYPE_CHECKING:
    from ecosurvey.instrument import Instrument


def population_power(
    model: str,
    population: str | Sequence[str],
    n: int | Sequence[int],
    *,
    df: int,
    alpha: float = 0.05,
    std_lv: bool = False,
    group_equal: str | Sequence[str] = (),
    group_partial: str | Sequence[str] = (),
) -> float:
    r"""Return the power of a likelihood-ratio test, from population moments.

    The restricted model is fitted to the moments of the population; its chi-square at the planned
    size is the non-centrality :math:`\lambda`, and the power is
    :math:`P(\chi^2_{df}(\lambda) > \chi^2_{df,1-\alpha})`. For continuous, normal answers.

    Parameters
    ----------
    model : str
        The model without the effect: ``y ~ 0*f``; or, with groups, one that ``group_equal``
        restricts.
    population : str or sequence of str
        As for :func:`ecosurvey.simulate`; one text a group.
    n : int or sequence of int
        Rows; one number a group.
    df : int
        Restrictions that are tested.
    alpha : float
    std_lv, group_equal, group_partial
        As for :func:`ecosurvey.sem`.

    Returns
    -------
    float

    Raises
    ------
    ModelSyntaxError, DataError, OptionError, ConvergenceError

    References
    ----------
    Satorra & Saris (1985), Psychometrika 50, 83-90. In R: ``semTools::SSpower`` with
    ``sample.cov.rescale = FALSE``, as these are not moments of a sample.

    Examples
    --------
    >>> truth = "f =~ .8*x1 + .7*x2 + .6*x3; y ~ 0.2*f"
    >>> round(population_power("f =~ x1 + x2 + x3; y ~ 0*f", truth, 250, df=1), 2)
    0.8
    """
    from scipy.stats import chi2, ncx2

    texts = [population] if isinstance(population, str) else list(population)
    sizes = [n] if isinstance(n, int) else [int(size) for size in n]
    if len(texts) != len(sizes) or not texts or min(sizes) < 2:
        raise OptionError(
            Text(
                f"{len(texts)} populations and {len(sizes)} sizes do not match",
                f"{len(texts)}个总体与{len(sizes)}个样本量不对应",
            ),
            fix=Text(
                "Give one n of 2 or more for each population.", "请为每个总体给出一个不小于2的n。"
            ),
        )
    if df < 1 or not 0 < alpha < 1:
        raise OptionError(
            Text(
                f"df={df!r} or alpha={alpha!r} is out of range",
                f"df={df!r} 或 alpha={alpha!r} 超出范围",
            ),
            fix=Text("Use df=1.", "请使用 df=1。"),
        )
    covs, means = _moments(texts, sizes)
    grouped = len(texts) > 1
    request = Request(
        "sem", "ML", std_lv=std_lv, group_equal=group_equal, group_partial=group_partial,
        cov=covs if grouped else covs[0], n=sizes if grouped else sizes[0],
        mean=means if grouped else means[0], baseline=False,
    )  # fmt: skip
    fit = fit_request(request, model, None)
    if not fit.converged:
        raise ConvergenceError(
            Text(
                "the restricted model cannot be fitted to the population",
                "受限模型无法拟合到该总体",
            ),
            fix=Text("Check that it is identified.", "请检查模型是否可识别。"),
        )
    shift = max(fit.fit.test.stat, 0.0)
    limit = chi2.ppf(1 - alpha, df)
    return float(ncx2.sf(limit, df, shift) if shift > 1e-9 else chi2.sf(limit, df))


def model_df(instrument: Instrument) -> int:
    """Return the degrees of freedom of a questionnaire's model, structural if it has hypotheses.

    Examples
    --------
    >>> from ecosurvey.instrument import load_instrument
    >>> model_df(load_instrument("instruments/holzinger.yaml"))
    24
    """
    import pandas as pd

    from ecosurvey.planning.assumptions import Assumptions
    from ecosurvey.planning.population import population_of
    from ecosurvey.planning.power import plain_model

    plain = plain_model(instrument)
    population = population_of(instrument, Assumptions(effect=0.1))
    cov = pd.DataFrame(
        population.root @ population.root.T,
        index=list(population.names), columns=list(population.names),
    )  # fmt: skip
    model = plain.structural_syntax() or plain.measurement_syntax()
    request = Request("sem", "ML", cov=cov, n=1_000, baseline=False)
    return int(fit_request(request, model, None).fit.test.df)


def _moments(texts: Sequence[str], sizes: Sequence[int]) -> tuple[list[object], list[object]]:
    import pandas as pd

    covs: list[object] = []
    means: list[object] = []
    for text, size in zip(texts, sizes, strict=True):
        names, mean, cov = population_moments(text)
        scaled = cov * size / (size - 1)  # likelihood will divide by n again
        covs.append(pd.DataFrame(scaled, index=list(names), columns=list(names)))
        means.append(pd.Series(mean, index=list(names)))
    return covs, means
