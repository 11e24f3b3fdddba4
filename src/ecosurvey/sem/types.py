"""The noun everything in the engine speaks of: the parameter table.

It is lavaan's table, row for row, because a researcher who knows one should know the other:
one row a parameter (or constraint, or definition), in the order of the model's text, then of
lavaan's automatic rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

Op = Literal["=~", "<~", "~", "~~", "~1", "|", "~*~", ":=", "==", "<", ">"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One row of the parameter table.

    Attributes
    ----------
    lhs, op, rhs : str
        As in the model text. Intercepts have ``op="~1"`` and an empty ``rhs``.
    user : int
        1 if the user wrote it, 0 if an automatic rule added it, 2 for ``:=`` ``==`` ``<`` ``>``;
        7 for zeros of an exploratory block that hold before rotation only.
    group : int
        1, 2, … in the order of the group labels; 0 for definitions and constraints.
    free : int
        0 if fixed, else the number of the free parameter, from 1. Rows made equal keep their
        own numbers, as in lavaan; the equality stands in ``==`` rows between ``plabel`` s.
    ustart : float
        The fixed value, or the start value given by the user; NaN if neither.
    exo : int
        1 for moments of fixed exogenous covariates, which are not estimated.
    label : str
        The user's label, or one made by ``group_equal``; else empty.
    plabel : str
        The row's own unique label ``.p1.``, ``.p2.`` …; empty for constraints.
    lower, upper : float
        Bounds from the user; infinite if none.
    efa : str
        Of loadings, the exploratory block of their factor; else empty.
    """

    lhs: str
    op: Op
    rhs: str
    user: int = 1
    group: int = 1
    free: int = 0
    ustart: float = nan
    exo: int = 0
    label: str = ""
    plabel: str = ""
    lower: float = -float("inf")
    upper: float = float("inf")
    efa: str = ""


@dataclass(frozen=True, slots=True)
class ParameterTable:
    """The whole model as rows, with the names that the rows imply.

    Attributes
    ----------
    rows : tuple of Parameter
    observed : tuple of str
        Observed variables of the model in lavaan's order (``lavNames(x, "ov")``).
    latent : tuple of str
        Latent variables in order of definition (``lavNames(x, "lv")``).
    exogenous : tuple of str
        Observed exogenous covariates (``ov.x``); empty when ``fixed_x`` is false.
    groups : tuple of str
        Group labels; ``("",)`` for a single group.
    meanstructure : bool
        Whether intercepts and means are part of the model.
    ordered : tuple of str
        The ordinal variables.
    auxiliary : tuple of str
        Observed variables that are no part of the model but correlate freely with all of it, to
        tell of answers that are missing.
    parameterization : {"delta", "theta"}
        Whether their residual variances follow from their scales, or the scales from these.
    """

    rows: tuple[Parameter, ...]
    observed: tuple[str, ...]
    latent: tuple[str, ...]
    exogenous: tuple[str, ...] = ()
    groups: tuple[str, ...] = ("",)
    meanstructure: bool = False
    ordered: tuple[str, ...] = ()
    parameterization: str = "delta"
    auxiliary: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def n_free(self) -> int:
        """Number of free parameters, before equality constraints are counted off."""
        return max((row.free for row in self.rows), default=0)

    def to_frame(self) -> pd.DataFrame:
        """Return the table with one column an attribute."""
        import pandas as pd

        names = Parameter.__slots__
        return pd.DataFrame([[getattr(row, n) for n in names] for row in self.rows], columns=names)
