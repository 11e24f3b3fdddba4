"""The words that options of the engine may be, and the doors that check them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

from ecosurvey.core import OptionError, Text, did_you_mean

ModelType = Literal["cfa", "sem", "growth", "lavaan"]
GroupEqual = Literal[
    "loadings",
    "intercepts",
    "means",
    "thresholds",
    "regressions",
    "residuals",
    "residual_covariances",
    "lv_variances",
    "lv_covariances",
]
Parameterization = Literal["delta", "theta"]
GROUP_EQUAL: tuple[str, ...] = get_args(GroupEqual)


@dataclass(frozen=True, slots=True)
class TableOptions:
    """How a model text becomes a parameter table.

    ``None`` in an ``auto_`` or ``int_`` option means what the model type says: ``"cfa"``,
    ``"sem"`` and ``"growth"`` add everything that is usual, ``"lavaan"`` adds nothing.

    Attributes
    ----------
    model_type : {"cfa", "sem", "growth", "lavaan"}
    std_lv : bool
        Latent variances fixed at 1 instead of a marker loading.
    fixed_x : bool
        Moments of exogenous covariates taken from the sample, not estimated.
    orthogonal : bool
        Covariances of exogenous latents fixed at 0.
    meanstructure : bool
        Intercepts and means are part of the model; a text with ``~ 1`` implies it.
    group_equal : tuple of str
        Kinds of parameters held equal over groups.
    group_partial : tuple of str
        Parameters exempt from it, written as in the model: ``"f=~x3"``, ``"x2~1"``.
    auto_fix_first, auto_fix_single, auto_var, auto_cov_lv_x, auto_cov_y, auto_delta : bool or None
        Marker loadings; error-free single indicators; variances; covariances of exogenous
        latents; of terminal outcomes; scales of latent responses.
    int_ov_free, int_lv_free : bool or None
        Whether intercepts of observed and of latent variables are free.
    parameterization : {"delta", "theta"}
        For ordered variables: which of scale and residual variance follows from the other.
    """

    model_type: ModelType = "sem"
    std_lv: bool = False
    fixed_x: bool = True
    orthogonal: bool = False
    meanstructure: bool = False
    group_equal: tuple[GroupEqual, ...] = ()
    group_partial: tuple[str, ...] = ()
    auto_fix_first: bool | None = None
    auto_fix_single: bool | None = None
    auto_var: bool | None = None
    auto_cov_lv_x: bool | None = None
    auto_cov_y: bool | None = None
    auto_delta: bool | None = None
    int_ov_free: bool | None = None
    int_lv_free: bool | None = None
    parameterization: Parameterization = "delta"

    def auto(self, name: str) -> bool:
        """Return an automatic option, the model type deciding where it was left open."""
        given = getattr(self, name)
        if given is not None:
            return bool(given)
        if name == "int_ov_free":
            return self.model_type in ("cfa", "sem")
        if name == "int_lv_free":
            return self.model_type == "growth"
        if name == "auto_fix_first" and self.std_lv:
            return False
        return self.model_type != "lavaan"


def check_group_equal(kinds: str | Sequence[str]) -> tuple[GroupEqual, ...]:
    """Return the kinds in this package's spelling; lavaan's dots are understood.

    Examples
    --------
    >>> check_group_equal(["loadings", "lv.variances"])
    ('loadings', 'lv_variances')
    """
    words = [kinds] if isinstance(kinds, str) else list(kinds)
    known: list[GroupEqual] = []
    for word in words:
        plain = word.strip().replace(".", "_").replace(" ", "_")
        if plain not in GROUP_EQUAL:
            hint = did_you_mean(plain, GROUP_EQUAL)
            raise OptionError(
                Text(f"group_equal={word!r} is not known", f"无法识别 group_equal={word!r}"),
                fix=Text(
                    f"{hint} Use any of: {', '.join(GROUP_EQUAL)}.".strip(),
                    f"{hint.zh}可用的有：{'、'.join(GROUP_EQUAL)}。",
                ),
            )
        known.append(cast(GroupEqual, plain))
    return tuple(dict.fromkeys(known))
