"""The estimators by name, each with the defaults that lavaan 0.6 gives it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ecosurvey.core import OptionError, Text, check_choice
from ecosurvey.sem.fit import Method
from ecosurvey.sem.inference import BROWNE, SATORRA, YUAN_BENTLER

ESTIMATORS: dict[str, Method] = {
    "ML": Method("ML"),
    "MLM": Method(
        "MLM", se="robust.sem", tests=("standard", "satorra.bentler"),
        test_observed_information="h1",
    ),
    "MLMV": Method(
        "MLMV", se="robust.sem", tests=("standard", "scaled.shifted"),
        test_observed_information="h1",
    ),
    "MLMVS": Method(
        "MLMVS", se="robust.sem", tests=("standard", "mean.var.adjusted"),
        test_observed_information="h1",
    ),
    "MLR": Method(
        "MLR", se="robust.huber.white", tests=("standard", "yuan.bentler.mplus"),
        information="observed", test_information="observed",
    ),
    "MLF": Method("MLF", information="first.order", test_information="first.order"),
    "GLS": Method("GLS", "GLS"),
    "WLS": Method("WLS", "WLS"),
    "ULS": Method("ULS", "ULS"),
    "ULSM": Method("ULSM", "ULS", se="robust.sem", tests=("standard", "satorra.bentler")),
    "ULSMV": Method("ULSMV", "ULS", se="robust.sem", tests=("standard", "scaled.shifted")),
    "ULSMVS": Method("ULSMVS", "ULS", se="robust.sem", tests=("standard", "mean.var.adjusted")),
    "DWLS": Method("DWLS", "DWLS"),
    "WLSM": Method("WLSM", "DWLS", se="robust.sem", tests=("standard", "satorra.bentler")),
    "WLSMV": Method("WLSMV", "DWLS", se="robust.sem", tests=("standard", "scaled.shifted")),
    "WLSMVS": Method("WLSMVS", "DWLS", se="robust.sem", tests=("standard", "mean.var.adjusted")),
}  # fmt: skip

_SE = {
    "none": "none",
    "standard": "standard",
    "first.order": "first.order",
    "robust.sem": "robust.sem",
    "robust.huber.white": "robust.huber.white",
    "robust": "robust.sem",
    "sandwich": "robust.huber.white",
}
_TESTS = {
    "standard": "standard",
    "chisq": "standard",
    "satorra": "satorra.bentler",
    "sb": "satorra.bentler",
    "yuan": "yuan.bentler",
    **{name: name for name in (*SATORRA, *YUAN_BENTLER, *BROWNE)},
}


def settle(
    estimator: str,
    *,
    se: str | None = None,
    test: str | Sequence[str] | None = None,
    information: str | None = None,
    h1_information: str | None = None,
    observed_information: str | None = None,
    likelihood: str = "normal",
    full_information: bool = False,
) -> Method:
    """Return the method that an estimator and the options over it mean, nothing left open.

    Options may be written with dots, as in lavaan, or with underscores.

    Raises
    ------
    OptionError
        If a word is not known, or two options cannot be had together.
    """
    name = estimator.upper()
    check_choice("estimator", name, ESTIMATORS)
    method = ESTIMATORS[name]
    check_choice("likelihood", likelihood, ("normal", "wishart"))
    if likelihood == "wishart" and method.loss != "ML":
        raise OptionError(
            Text(
                f"likelihood='wishart' is not for estimator={name!r}",
                f"likelihood='wishart' 不适用于 estimator={name!r}",
            ),
            fix=Text("Leave it out, or use ML.", "请去掉它，或使用ML。"),
        )
    method = replace(method, likelihood=likelihood)
    if full_information:
        method = _for_gaps(method)
    if se is not None:
        word = _dotted(se)
        check_choice("se", word, _SE)
        method = replace(method, se=_SE[word])
        observed = _SE[word] in ("robust.huber.white", "first.order") and name != "MLF"
        if observed:
            method = replace(method, information="observed", test_information="observed")
        elif _SE[word] != "none" and name == "MLR":
            method = replace(method, information="expected", test_information="expected")
    if test is not None:
        method = _with_tests(method, test)
    if information is not None:
        word = _dotted(information)
        check_choice("information", word, ("expected", "observed", "first.order"))
        method = replace(method, information=word, test_information=word)
    if h1_information is not None:
        check_choice("h1_information", h1_information, ("structured", "unstructured"))
        method = replace(method, h1_information=h1_information, test_h1_information=h1_information)
    if observed_information is not None:
        check_choice("observed_information", observed_information, ("hessian", "h1"))
        method = replace(
            method,
            observed_information=observed_information,
            test_observed_information=observed_information,
        )
    _check(method)
    return method


def _for_gaps(method: Method) -> Method:
    """Return the method for full-information likelihood: observed information unless first-order.

    Expected information is biased where answers are missing at random only (Kenward &
    Molenberghs 1998, Statistical Science 13, 236).
    """
    if method.loss != "ML" or method.se == "robust.sem" or method.likelihood == "wishart":
        raise OptionError(
            Text(
                f"missing='fiml' is not for estimator={method.estimator!r} "
                f"with likelihood={method.likelihood!r}",
                f"missing='fiml' 不适用于 estimator={method.estimator!r} "
                f"且 likelihood={method.likelihood!r} 的情形",
            ),
            fix=Text(
                "Use estimator='MLR' or 'ML' with likelihood='normal', or missing='listwise'.",
                "请使用 estimator='MLR' 或 'ML' 并取 likelihood='normal'，"
                "或使用 missing='listwise'。",
            ),
        )
    if method.information == "first.order":
        return method
    return replace(method, information="observed", test_information="observed")


def _dotted(word: str) -> str:
    return word.replace("_", ".").replace("-", ".").lower()


def _with_tests(method: Method, test: str | Sequence[str]) -> Method:
    words = [_dotted(word) for word in ([test] if isinstance(test, str) else test)]
    if words == ["none"]:
        return replace(method, tests=("standard",))
    for word in words:
        check_choice("test", word, _TESTS)
    own = tuple(name for name in method.tests if name != "standard")
    names = tuple(dict.fromkeys(("standard", *own, *(_TESTS[word] for word in words))))
    scaled = [name for name in names if name in (*SATORRA, *YUAN_BENTLER)]
    alone = len(names) == 2 and names[1] == "yuan.bentler.mplus"
    observed = "hessian" if alone or not scaled else "h1"
    return replace(method, tests=names, test_observed_information=observed)


def _check(method: Method) -> None:
    """Raise for combinations that have no meaning."""
    robust = method.se in ("robust.sem", "robust.huber.white")
    if robust and method.information == "first.order":
        raise OptionError(
            Text(
                "robust standard errors need expected or observed information, not first.order",
                "稳健标准误需要期望信息或观测信息，而不是 first.order",
            ),
            fix=Text("Leave information= out.", "请去掉 information=。"),
        )
    likelihood_only = method.se in ("robust.huber.white", "first.order") or any(
        name in YUAN_BENTLER for name in method.tests
    )
    if method.loss != "ML" and (likelihood_only or method.information == "first.order"):
        raise OptionError(
            Text(
                f"casewise scores exist for likelihood, not for estimator={method.estimator!r}",
                f"个案得分（casewise scores）只存在于似然估计，estimator={method.estimator!r} 没有",
            ),
            fix=Text(
                "Use se='robust.sem' and test='satorra.bentler', or estimator='MLR'.",
                "请使用 se='robust.sem' 与 test='satorra.bentler'，或 estimator='MLR'。",
            ),
        )
    if method.loss in ("GLS", "WLS") and any(name in SATORRA for name in method.tests):
        raise OptionError(
            Text(
                f"estimator={method.estimator!r} has no scaled test",
                f"estimator={method.estimator!r} 没有校正检验",
            ),
            fix=Text(
                "Use test='browne.residual.adf', or estimator='MLM'.",
                "请使用 test='browne.residual.adf'，或 estimator='MLM'。",
            ),
        )
    if method.loss in ("ULS", "WLS", "DWLS") and method.information != "expected":
        raise OptionError(
            Text(
                f"estimator={method.estimator!r} knows only information='expected'",
                f"estimator={method.estimator!r} 只支持 information='expected'",
            ),
            fix=Text("Leave information= out.", "请去掉 information=。"),
        )
    satorra = method.se == "robust.sem" or any(name in SATORRA for name in method.tests)
    if satorra and "observed" in (method.information, method.test_information):
        raise OptionError(
            Text(
                "Satorra-Bentler tests and errors use the expected information here",
                "此处的Satorra-Bentler检验与标准误使用期望信息",
            ),
            fix=Text(
                "Leave information= out, or use estimator='MLR'.",
                "请去掉 information=，或使用 estimator='MLR'。",
            ),
        )
