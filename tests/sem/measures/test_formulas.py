"""Each measure's formula, fed lavaan's own chi-squares and moments, gives lavaan's measure."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosurvey.sem.measures.cfi import cfi, rni
from ecosurvey.sem.measures.gfi import agfi, pgfi
from ecosurvey.sem.measures.information import aic, bic, normal_loglik, sabic
from ecosurvey.sem.measures.nfi import ifi, nfi, pnfi, rfi
from ecosurvey.sem.measures.noncentral import noncentral_cdf, noncentral_sf, noncentrality
from ecosurvey.sem.measures.rmsea import close_fit_pvalue, not_close_fit_pvalue, rmsea, rmsea_ci
from ecosurvey.sem.measures.size import cn, ecvi, mfi
from ecosurvey.sem.measures.srmr import crmr, rmr, srmr, srmr_mplus
from ecosurvey.sem.measures.tli import tli
from reference.sem.cases import Case, dataset, every_case, family, symmetric

EXACT = {"rel": 1e-10, "abs": 1e-12}  # the same arithmetic on the same 15 digits
CASES = every_case()
INCREMENTAL = {"cfi": cfi, "tli": tli, "nnfi": tli, "rni": rni, "nfi": nfi, "rfi": rfi}
INCREMENTAL |= {"pnfi": pnfi, "ifi": ifi}


def groups_of(case: Case) -> int:
    name = case["options"].get("group")
    return 1 if name is None else dataset(case["data"])[name].nunique()


def rows_of(case: Case) -> int:
    return case["moments"]["n"] if "moments" in case else len(dataset(case["data"]))


def divisor(case: Case) -> int:
    normal = case["options"].get("estimator", "ML").startswith("ML")
    normal = normal and case["options"].get("likelihood") != "wishart"
    return rows_of(case) if normal else rows_of(case) - groups_of(case)


def has_fit(case: Case) -> bool:
    return case["fit_measures"].get("chisq") is not None and case["fit_measures"]["df"] > 0


TESTED = [(key, member) for key, member in CASES if has_fit(family(key)[member])]
LIKELY = [(key, member) for key, member in CASES if family(key)[member]["fit_measures"].get("logl")]


@pytest.mark.parametrize("name", INCREMENTAL)
def test_incremental_indices_follow_from_the_two_tests(name: str) -> None:
    for key, member in CASES:
        said = family(key)[member]["fit_measures"]
        for end in ("", "_scaled"):
            expected = said.get(name + end)
            if expected is None:
                continue
            parts = [f"chisq{end}", f"df{end}", f"baseline_chisq{end}", f"baseline_df{end}"]
            found = INCREMENTAL[name](*(said[part] for part in parts))
            assert found == pytest.approx(expected, **EXACT), (key, member, name + end)


@pytest.mark.parametrize(("key", "member"), TESTED)
def test_rmsea_and_its_pvalues_follow_from_the_test(key: str, member: str) -> None:
    case = family(key)[member]
    said = case["fit_measures"]
    given_ = said["chisq"], said["df"], divisor(case), groups_of(case)
    assert rmsea(*given_) == pytest.approx(said["rmsea"], **EXACT)
    # R's noncentral distribution is good to 1e-12 absolute
    close, not_close = said["rmsea_pvalue"], said["rmsea_notclose_pvalue"]
    assert close_fit_pvalue(*given_) == pytest.approx(close, rel=1e-7, abs=1e-11)
    assert not_close_fit_pvalue(*given_) == pytest.approx(not_close, rel=1e-7, abs=1e-11)


@pytest.mark.parametrize(("key", "member"), TESTED)
def test_rmsea_limits_are_lavaans_to_its_root_finder(key: str, member: str) -> None:
    """lavaan stops within 1.2e-4 of the noncentrality; the limits are compared on that scale."""
    case = family(key)[member]
    said = case["fit_measures"]
    df, n, groups = said["df"], divisor(case), groups_of(case)
    limits = rmsea_ci(said["chisq"], df, n, groups)
    for mine, theirs in zip(limits, (said["rmsea_ci_lower"], said["rmsea_ci_upper"]), strict=True):
        assert mine**2 * n * df / groups == pytest.approx(theirs**2 * n * df / groups, abs=2.5e-4)


@pytest.mark.parametrize(("key", "member"), TESTED)
def test_measures_of_size_follow_from_the_test(key: str, member: str) -> None:
    case = family(key)[member]
    said, n = case["fit_measures"], divisor(case)
    chisq, df = said["chisq"], said["df"]
    assert cn(chisq, df, n, 0.05) == pytest.approx(said["cn_05"], **EXACT)
    assert cn(chisq, df, n, 0.01) == pytest.approx(said["cn_01"], **EXACT)
    assert mfi(chisq, df, n) == pytest.approx(said["mfi"], **EXACT)
    assert ecvi(chisq, said["npar"], n) == pytest.approx(said["ecvi"], **EXACT)


@pytest.mark.parametrize(("key", "member"), LIKELY)
def test_criteria_follow_from_the_likelihood(key: str, member: str) -> None:
    case = family(key)[member]
    said, rows = case["fit_measures"], rows_of(case)
    assert aic(said["logl"], said["npar"]) == pytest.approx(said["aic"], **EXACT)
    assert bic(said["logl"], said["npar"], rows) == pytest.approx(said["bic"], **EXACT)
    assert sabic(said["logl"], said["npar"], rows) == pytest.approx(said["bic2"], **EXACT)


def with_moments() -> list[tuple[str, str]]:
    return [(key, member) for key, member in CASES if "implied" in family(key)[member]]


def sample_and_implied(case: Case) -> list[tuple[int, np.ndarray, np.ndarray, list]]:
    """Rows, sample covariances, implied covariances, and both means, of each group."""
    names = case["observed"]
    likelihood = case["options"].get("estimator", "ML").startswith("ML")
    ddof = 0 if likelihood and case["options"].get("likelihood") != "wishart" else 1
    if "moments" in case:
        n = case["moments"]["n"]
        order = [case["moments"]["names"].index(name) for name in names]
        cov = symmetric(case["moments"]["cov"])[np.ix_(order, order)]
        cov = cov * ((n - 1) / n if ddof == 0 else 1.0)
        mean = case["moments"]["mean"]
        samples = [(n, cov, None if mean is None else np.array(mean)[order])]
    else:
        frame = dataset(case["data"])
        group = case["options"].get("group")
        labels = [None] if group is None else list(dict.fromkeys(frame[group]))
        samples = []
        for label in labels:
            part = frame if label is None else frame[frame[group] == label]
            x = part[names].to_numpy(dtype=float)
            samples.append((len(x), np.cov(x.T, ddof=ddof), x.mean(axis=0)))
    found = []
    for (n, cov, mean), model in zip(samples, case["implied"], strict=True):
        means = [] if model["mean"] in (None, []) else [mean, np.array(model["mean"], dtype=float)]
        found.append((n, cov, symmetric(model["cov"]), means))
    return found


@pytest.mark.parametrize(("key", "member"), with_moments())
def test_residual_measures_follow_from_the_moments(key: str, member: str) -> None:
    case = family(key)[member]
    said = case["fit_measures"]
    parts = sample_and_implied(case)
    total = sum(n for n, *_ in parts)
    kinds = {"rmr": rmr, "srmr_bentler": srmr, "crmr": crmr, "srmr_mplus": srmr_mplus}
    for name, kind in kinds.items():
        values = [(n, kind(cov, sigma, *means)) for n, cov, sigma, means in parts]
        # the implied moments are printed to 15 digits, residuals lose some of them
        whole = sum(n * value.total for n, value in values) / total
        assert whole == pytest.approx(said[name], rel=1e-8)
        bare = sum(n * value.nomean for n, value in values) / total
        assert bare == pytest.approx(said[f"{name}_nomean"], rel=1e-8)


def without_fixed_covariates() -> list[tuple[str, str]]:
    """Cases whose likelihood is that of all variables; the parity tests hold the others'."""
    return [
        (key, member)
        for key, member in LIKELY
        if (key, member) in with_moments()
        and ("~" not in family(key)[member]["parameters"]["op"] or "random_x" in member)
    ]


@pytest.mark.parametrize(("key", "member"), without_fixed_covariates())
def test_loglik_follows_from_the_moments(key: str, member: str) -> None:
    case = family(key)[member]
    logl = 0.0
    for n, cov, sigma, means in sample_and_implied(case):
        mean, mu = means or (np.zeros(len(cov)),) * 2
        logl += normal_loglik(n, cov, mean, sigma, mu)
    assert logl == pytest.approx(case["fit_measures"]["logl"], rel=1e-9)


@pytest.mark.parametrize(("key", "member"), with_moments())
def test_adjusted_gfi_follow_from_gfi(key: str, member: str) -> None:
    case = family(key)[member]
    said = case["fit_measures"]
    p = len(case["observed"])
    means = case["implied"][0]["mean"] not in (None, [])
    count = groups_of(case) * (p * (p + 1) // 2 + (p if means else 0))
    assert agfi(said["gfi"], said["df"], count) == pytest.approx(said["agfi"], **EXACT)
    assert pgfi(said["gfi"], said["df"], count) == pytest.approx(said["pgfi"], **EXACT)


def test_robust_cfi_needs_both_scaling_factors() -> None:
    said = family("holzinger")["hs_MLM"]["fit_measures"]
    factors = said["chisq_scaling_factor"], said["baseline_chisq_scaling_factor"]
    tests = said["chisq"], said["df"], said["baseline_chisq"], said["baseline_df"]
    assert cfi(*tests, *factors) == pytest.approx(said["cfi_robust"], **EXACT)
    assert tli(*tests, *factors) == pytest.approx(said["tli_robust"], **EXACT)
    assert rni(*tests, *factors) == pytest.approx(said["rni_robust"], **EXACT)


def test_a_saturated_model_fits_perfectly_and_has_no_critical_n() -> None:
    assert cfi(0.0, 0, 500.0, 10) == 1.0
    assert tli(0.0, 0, 500.0, 10) == 1.0
    assert nfi(0.0, 0, 500.0, 10) == 1.0
    assert rmsea(0.0, 0, 200) == 0.0
    assert rmsea_ci(0.0, 0, 200) == (0.0, 0.0)
    assert math.isnan(close_fit_pvalue(0.0, 0, 200))
    assert math.isnan(cn(0.0, 0, 200))


def test_a_test_that_is_missing_makes_no_number() -> None:
    nan = float("nan")
    for index in INCREMENTAL.values():
        assert math.isnan(index(nan, 24, 900.0, 36))
    assert math.isnan(rmsea(nan, 24, 300))
    assert all(math.isnan(limit) for limit in rmsea_ci(nan, 24, 300))


@given(
    x=st.floats(0.01, 3000),
    df=st.integers(1, 900),
    ncp=st.floats(0, 3000),
)
def test_the_two_tails_add_to_one(x: float, df: int, ncp: float) -> None:
    total = noncentral_cdf(x, df, ncp) + noncentral_sf(x, df, ncp)
    assert total == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(
    ("x", "df", "ncp"), [(10.0, 4, 3.0), (900.0, 20, 15.0), (3.0, 30, 80.0), (4000.0, 820, 2900.0)]
)
def test_noncentral_tails_equal_scipys(x: float, df: int, ncp: float) -> None:
    from scipy.stats import ncx2

    assert noncentral_sf(x, df, ncp) == pytest.approx(ncx2.sf(x, df, ncp), rel=1e-9)
    assert noncentral_cdf(x, df, ncp) == pytest.approx(ncx2.cdf(x, df, ncp), rel=1e-9)


@given(x=st.floats(1, 2000), df=st.integers(1, 400), p=st.floats(0.01, 0.99))
def test_the_noncentrality_found_gives_the_probability_asked_for(
    x: float, df: int, p: float
) -> None:
    ncp = noncentrality(x, df, p)
    if ncp == 0.0:
        assert noncentral_cdf(x, df, 0.0) <= p + 1e-12
    else:
        assert noncentral_cdf(x, df, ncp) == pytest.approx(p, abs=1e-9)
