"""Every option of a fit in one place, and the check that they can be had together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ecosurvey.core import OptionError, Text, check_choice
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
    rotation: str = "geomin"
    rotation_args: Mapping[str, Any] | None = None
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
            Text(
                "missing='fiml' needs data= and a mean structure",
                "missing='fiml' 需要 data= 与均值结构",
            ),
            fix=Text(
                "Give the rows, and leave meanstructure= out.",
                "请给出数据行，并去掉 meanstructure=。",
            ),
        )
    if request.auxiliary and request.missing not in FULL_INFORMATION:
        raise OptionError(
            Text(
                "auxiliary= helps full-information likelihood only", "auxiliary= 只对全信息似然有用"
            ),
            fix=Text("Use missing='fiml'.", "请使用 missing='fiml'。"),
        )
    if request.missing == "pairwise" and not request.ordered:
        known = ("ML", "GLS", "ULS")  # what sees nothing but the moments
        if str(request.estimator).upper() not in known or data is None:
            raise OptionError(
                Text(
                    f"missing='pairwise' is for {', '.join(known)} on data=, or with ordered=",
                    f"missing='pairwise' 须用{'、'.join(known)}并给出 data=，或与 ordered= 合用",
                ),
                fix=Text(
                    "Use missing='fiml', which uses every answer too.",
                    "请使用 missing='fiml'，它同样利用每个答案。",
                ),
            )
    check_choice("parameterization", request.parameterization, ("delta", "theta"))
    if request.ordered:
        _check_ordered(request, data)
    check_choice("engine", request.engine, ("own", "semopy"))
    if request.engine == "semopy" and str(request.estimator).upper() != "ML":
        raise OptionError(
            Text(
                f"engine='semopy' fits estimator='ML' only, not {request.estimator!r}",
                f"engine='semopy' 只能拟合 estimator='ML'，而不是 {request.estimator!r}",
            ),
            fix=Text(
                "Use estimator='ML', or engine='own'.", "请使用 estimator='ML'，或 engine='own'。"
            ),
        )
    if (data is None) == (request.cov is None):
        raise OptionError(
            Text("give either data= or cov= and n=", "请给出 data=，或者 cov= 与 n="),
            fix=Text("One of the two.", "两者只能取其一。"),
        )
    if request.cov is not None and request.n is None:
        raise OptionError(
            Text("cov= needs the sample size", "cov= 需要样本量"),
            fix=Text("Give n=.", "请给出 n=。"),
        )
    if data is None and request.group is not None:
        raise OptionError(
            Text("group= names a column of data=", "group= 指的是 data= 中的一列"),
            fix=Text("Give lists in cov= and n=.", "请在 cov= 与 n= 中给出列表。"),
        )
    if not 0 < request.level < 1:
        raise OptionError(
            Text(
                f"level={request.level!r} is not between 0 and 1",
                f"level={request.level!r} 不在0与1之间",
            ),
            fix=Text("Use 0.95.", "请使用0.95。"),
        )


def _check_ordered(request: Request, data: Any) -> None:
    """Raise for options that make no sense with ordinal variables."""
    if data is None:
        raise OptionError(
            Text("ordered= needs the rows", "ordered= 需要逐行数据"),
            fix=Text("Give data=.", "请给出 data=。"),
        )
    if request.missing in FULL_INFORMATION:
        raise OptionError(
            Text("missing='fiml' is for continuous variables", "missing='fiml' 用于连续变量"),
            fix=Text(
                "Use missing='pairwise' with ordered=.", "使用 ordered= 时请用 missing='pairwise'。"
            ),
        )
    if str(request.estimator).upper() not in ORDINAL:
        raise OptionError(
            Text(
                f"estimator={request.estimator!r} is not for ordinal variables",
                f"estimator={request.estimator!r} 不适用于有序变量",
            ),
            fix=Text(
                f"Use one of: {', '.join(ORDINAL)}; WLSMV is the usual one.",
                f"请使用其中之一：{'、'.join(ORDINAL)}；通常用WLSMV。",
            ),
        )
    if request.meanstructure is False:
        raise OptionError(
            Text("ordinal variables have thresholds", "有序变量有阈值"),
            fix=Text("Leave meanstructure= out.", "请去掉 meanstructure=。"),
        )
    if request.engine != "own":
        raise OptionError(
            Text(
                f"engine={request.engine!r} knows no ordinal variables",
                f"engine={request.engine!r} 不支持有序变量",
            ),
            fix=Text("Use engine='own'.", "请使用 engine='own'。"),
        )
