"""Sampling weights and clusters: read, checked, and what a careful statistician would want said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import DataError, Finding, OptionError, Text, check_choice, counted
from ecosurvey.core.frames import need_columns, numeric_matrix
from ecosurvey.sem.observed import Design, Moments
from ecosurvey.sem.request import Request

if TYPE_CHECKING:
    import pandas as pd

_FEW_CLUSTERS = 30  # below, cluster-robust errors are too small (Cameron & Miller 2015, sec. VI)
_UNEVEN = 2.0  # design effect of unequal weights worth a warning
NORMALIZATIONS = ("total", "group", "none")


@dataclass(frozen=True, slots=True)
class Sampling:
    """The design of all rows of a frame, before any is left out.

    Attributes
    ----------
    weights : (rows,) array or None
    clusters : (rows,) array or None
        Cluster numbers over the whole frame.
    normalization : {"total", "group", "none"}
    """

    weights: NDArray[np.float64] | None
    clusters: NDArray[np.intp] | None
    normalization: str = "total"

    def designs(self, kept: Sequence[NDArray[np.intp]]) -> list[Design]:
        """Return each group's design, given the positions of its rows."""
        whole = Design(self.weights, self.clusters)
        found = [whole.take(rows) for rows in kept]
        if self.weights is None or self.normalization == "none":
            return found
        sizes = np.array([len(rows) for rows in kept], dtype=float)
        sums = np.array([design.total(0) for design in found])
        if self.normalization == "total":
            sizes[:], sums[:] = sizes.sum(), sums.sum()
        return [
            Design(
                None if design.weights is None else design.weights * (size / total), design.clusters
            )
            for design, size, total in zip(found, sizes, sums, strict=True)
        ]


def read_sampling(frame: pd.DataFrame, request: Request) -> Sampling | None:
    """Return the columns of weights and clusters, checked; None if neither was asked for.

    Raises
    ------
    DataError
        For a column that is not there, weights that are missing, negative or all zero, rows
        without a cluster, or one cluster only.
    """
    if not request.designed:
        return None
    weights = clusters = None
    if request.sampling_weights is not None:
        name = request.sampling_weights
        weights = numeric_matrix(frame, [name])[:, 0]
        _refuse(np.isnan(weights), Text(f"no weight in {name!r}", f"在 {name!r} 中没有权重"))
        _refuse(weights < 0, Text(f"a negative weight in {name!r}", f"在 {name!r} 中权重为负"))
        if not weights.any():
            raise DataError(
                Text(f"every weight in {name!r} is zero", f"{name!r} 的权重全都是零"),
                fix=Text("Name another column.", "请指定另一列。"),
            )
    if request.cluster is not None:
        name = request.cluster
        need_columns(frame, [name])
        codes, labels = frame[name].factorize()
        _refuse(codes < 0, Text(f"no cluster in {name!r}", f"在 {name!r} 中没有群组"))
        if len(labels) < 2:
            raise DataError(
                Text(
                    f"the cluster column {name!r} has one value only", f"群组列 {name!r} 只有一个值"
                ),
                fix=Text("Leave cluster= out.", "请去掉 cluster=。"),
            )
        clusters = codes.astype(np.intp)
    return Sampling(weights, clusters, request.sampling_weights_normalization)


def _refuse(bad: NDArray[np.bool_], what: Text) -> None:
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        raise DataError(
            Text(
                f"{counted(int(bad.sum()), 'row has', 'rows have')} {what}; "
                f"the first is row {first + 1}",
                f"{int(bad.sum())}行{what.zh}，首个为第{first + 1}行",
            ),
            fix=Text("Leave these rows out, or fill the column.", "请去掉这些行，或补全该列。"),
        )


def for_design(request: Request) -> Request:
    """Return the request with the robust errors and tests that weights and clusters need.

    Raises
    ------
    OptionError
        For what has no theory, or no implementation, with weights or clusters.
    """
    check_choice(
        "sampling_weights_normalization", request.sampling_weights_normalization, NORMALIZATIONS
    )
    what = "sampling_weights=" if request.sampling_weights is not None else "cluster="
    if request.cov is not None:
        raise OptionError(
            Text(f"{what} names a column of data=", f"{what} 指的是 data= 中的一列"),
            fix=Text("Give the rows.", "请给出数据行。"),
        )
    if request.engine != "own":
        raise OptionError(
            Text(f"{what} goes with engine='own'", f"{what} 须与 engine='own' 一起使用"),
            fix=Text("Leave engine= out.", "请去掉 engine=。"),
        )
    return _for_ordinal(request, what) if request.ordered else _for_continuous(request, what)


def _for_continuous(request: Request, what: str) -> Request:
    estimator = str(request.estimator).upper()
    if estimator not in ("ML", "MLR") or request.likelihood != "normal":
        raise OptionError(
            Text(
                f"{what} with continuous variables is for estimator='MLR', "
                f"not {request.estimator!r}",
                f"连续变量的 {what} 用于 estimator='MLR'，而不是 {request.estimator!r}",
            ),
            fix=Text(
                "Use estimator='MLR', and leave likelihood= out.",
                "请使用 estimator='MLR'，并去掉 likelihood=。",
            ),
        )
    if request.missing == "pairwise":
        raise OptionError(
            Text(
                f"{what} goes with missing='listwise' or 'fiml'",
                f"{what} 须与 missing='listwise' 或 'fiml' 一起使用",
            ),
            fix=Text("Leave missing= out.", "请去掉 missing=。"),
        )
    _check_errors(request, what, ("robust", "robust.huber.white", "none"))
    if request.cluster is not None and request.meanstructure is False:
        raise OptionError(
            Text("cluster= needs the means", "cluster= 需要均值"),
            fix=Text("Leave meanstructure= out.", "请去掉 meanstructure=。"),
        )
    se = None if request.se is None or request.se.startswith("robust") else request.se
    return replace(request, estimator="MLR", se=se)


def _for_ordinal(request: Request, what: str) -> Request:
    """Return the request as it is: Γ holds weights and clusters, and all follows from it."""
    if str(request.estimator).upper() in ("DWLS", "ULS"):
        raise OptionError(
            Text(
                f"errors and test of estimator={request.estimator!r} would ignore {what}",
                f"estimator={request.estimator!r} 的标准误与检验会忽略 {what}",
            ),
            fix=Text(
                f"Use estimator='{'WLSMV' if request.estimator == 'DWLS' else 'ULSMV'}'.",
                f"请使用 estimator='{'WLSMV' if request.estimator == 'DWLS' else 'ULSMV'}'。",
            ),
        )
    _check_errors(request, what, ("robust", "robust.sem", "none"))
    return request


def _check_errors(request: Request, what: str, robust: Sequence[str]) -> None:
    if request.se is not None and request.se.replace("_", ".").lower() not in robust:
        raise OptionError(
            Text(f"se={request.se!r} would ignore {what}", f"se={request.se!r} 会忽略 {what}"),
            fix=Text(
                "Leave se= out: the robust errors are used.", "请去掉 se=：将使用稳健标准误。"
            ),
        )


def check_design(
    moments: Sequence[Moments], groups: Sequence[str], n_par: int
) -> tuple[Finding, ...]:
    """Return what must be known of weights and clusters: few clusters, very uneven weights."""
    found: list[Finding] = []
    for label, observed in zip(groups, moments, strict=True):
        design = observed.design
        if design is None:
            continue
        if design.weights is not None:
            found += _of_weights(design.weights, label)
    clusters = sum(observed.design.n_clusters for observed in moments if observed.design)
    if clusters:
        found += _of_clusters(clusters, n_par)
    return tuple(found)


def _of_weights(weights: NDArray[np.float64], label: str) -> list[Finding]:
    """Return Kish's design effect and effective sample size (Kish 1965, sec. 11.7)."""
    effect = len(weights) * float(weights @ weights) / float(weights.sum()) ** 2
    size = len(weights) / effect
    return [
        Finding(
            "weights",
            "warning" if effect >= _UNEVEN else "note",
            Text(
                f"rows are weighted; unequal weights leave the information of about {size:.0f} "
                f"equal rows out of {len(weights)} (design effect {effect:.2f}).",
                f"数据已加权；不等权重使{len(weights)}份数据约相当于{size:.0f}份等权数据"
                f"（设计效应{effect:.2f}）。",
            ),
            label,
            Text("Trim extreme weights.", "可考虑截断极端权重。")
            if effect >= _UNEVEN
            else Text("", ""),
        )
    ]


_TRIM = Text("Trim extreme weights.", "可考虑截断极端权重。")


def _of_clusters(count: int, n_par: int) -> list[Finding]:
    found: list[Finding] = []
    if count < _FEW_CLUSTERS:
        found.append(
            Finding(
                "few_clusters",
                "warning",
                Text(
                    f"{count} clusters are few: cluster-robust standard errors are then too small.",
                    f"仅有{count}个群组：群组稳健标准误会偏小。",
                ),
                hint=Text(
                    "Read p values near the limit with caution.", "对临界附近的p值应谨慎解读。"
                ),
            )
        )
    if count <= n_par:
        found.append(
            Finding(
                "clusters_fewer_than_parameters",
                "warning",
                Text(
                    f"{count} clusters do not tell the joint variance of {n_par} parameters: "
                    "tests of the whole model are not to be trusted.",
                    f"{count}个群组不足以估计{n_par}个参数的联合方差，整体模型检验不可靠。",
                ),
                hint=Text("Fit a smaller model.", "建议使用更简单的模型。"),
            )
        )
    return found
