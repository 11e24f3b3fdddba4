"""Every option of a fit in one place, and the check that they can be had together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ecosurvey.core import OptionError, check_choice
from ecosurvey.sem.options import ModelType

FULL_INFORMATION = ("fiml", "ml", "fiml_x", "ml_x")
ORDINAL = ("WLSMV", "WLSM", "WLSMVS", "DWLS", "WLS", "ULSMV", "ULSM", "ULSMVS", "ULS")


@dataclass(frozen=True, slots=True)
class Request:
    """Every option of a fit, as the user gave it; ``cfa`` says what each means."""

    model_type: ModelType
    estimator: str | None = None
    missing: str = "listwise"
    ordered: bool | Sequence[str] | None = None
    group: str | None = None
    group_equal: str | Sequence[str] = ()
    group_partial: str | Sequence[str] = ()
    std_lv: bool = False
    orthogonal: bool = False
    meanstructure: bool | None = None
    fixed_x: bool | None = None
    likelihood: str = "normal"
    se: str | None = None
    test: str | Sequence[str] | None = None
    information: str | None = None
    h1_information: str | None = None
    observed_information: str | None = None
    cov: Any = None
    n: int | Sequence[int] | None = None
    mean: Any = None
    constraints: str = ""
    level: float = 0.95
    engine: str = "own"
    parameterization: str = "delta"
    collapse: bool = False
    auxiliary: str | Sequence[str] = ()
    sampling_weights: str | None = None
    sampling_weights_normalization: str = "total"
    cluster: str | None = None
    baseline: bool = True  # without it no incremental fit measures: for simulations

    def __post_init__(self) -> None:
        # R users write missing="FIML" or "ML", as they write estimator="ml".
        if isinstance(self.missing, str):
            object.__setattr__(self, "missing", self.missing.lower().replace(".", "_"))
        if self.estimator is None:
            object.__setattr__(self, "estimator", "WLSMV" if self.ordered else "ML")

    @property
    def designed(self) -> bool:
        """Whether rows have weights or clusters."""
        return self.sampling_weights is not None or self.cluster is not None


def check_request(request: Request, data: Any) -> None:
    """Raise for options that contradict each other or are not there."""
    check_choice("missing", request.missing, ("listwise", *FULL_INFORMATION, "pairwise"))
    if request.missing in FULL_INFORMATION and (data is None or request.meanstructure is False):
        raise OptionError(
            "missing='fiml' needs data= and a mean structure",
            fix="Give the rows, and leave meanstructure= out.",
        )
    if request.auxiliary and request.missing not in FULL_INFORMATION:
        raise OptionError(
            "auxiliary= helps full-information likelihood only", fix="Use missing='fiml'."
        )
    if request.missing == "pairwise" and not request.ordered:
        known = ("ML", "GLS", "ULS")  # what sees nothing but the moments
        if str(request.estimator).upper() not in known or data is None:
            raise OptionError(
                f"missing='pairwise' is for {', '.join(known)} on data=, or with ordered=",
                fix="Use missing='fiml', which uses every answer too.",
            )
    check_choice("parameterization", request.parameterization, ("delta", "theta"))
    if request.ordered:
        _check_ordered(request, data)
    check_choice("engine", request.engine, ("own", "semopy"))
    if request.engine == "semopy" and str(request.estimator).upper() != "ML":
        raise OptionError(
            f"engine='semopy' fits estimator='ML' only, not {request.estimator!r}",
            fix="Use estimator='ML', or engine='own'.",
        )
    if (data is None) == (request.cov is None):
        raise OptionError("give either data= or cov= and n=", fix="One of the two.")
    if request.cov is not None and request.n is None:
        raise OptionError("cov= needs the sample size", fix="Give n=.")
    if data is None and request.group is not None:
        raise OptionError("group= names a column of data=", fix="Give lists in cov= and n=.")
    if not 0 < request.level < 1:
        raise OptionError(f"level={request.level!r} is not between 0 and 1", fix="Use 0.95.")


def _check_ordered(request: Request, data: Any) -> None:
    """Raise for options that make no sense with ordinal variables."""
    if data is None:
        raise OptionError("ordered= needs the rows", fix="Give data=.")
    if request.missing in FULL_INFORMATION:
        raise OptionError(
            "missing='fiml' is for continuous variables",
            fix="Use missing='pairwise' with ordered=.",
        )
    if str(request.estimator).upper() not in ORDINAL:
        raise OptionError(
            f"estimator={request.estimator!r} is not for ordinal variables",
            fix=f"Use one of: {', '.join(ORDINAL)}; WLSMV is the usual one.",
        )
    if request.meanstructure is False:
        raise OptionError("ordinal variables have thresholds", fix="Leave meanstructure= out.")
    if request.engine != "own":
        raise OptionError(
            f"engine={request.engine!r} knows no ordinal variables", fix="Use engine='own'."
        )
