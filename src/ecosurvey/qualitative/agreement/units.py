"""Coded material -> tables of units × coders, one a code, and one of all codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ecosurvey.qualitative.model import CodedMaterial


def seen(material: CodedMaterial) -> pd.DataFrame:
    """Return units × coders: True where the coder worked on the unit's source.

    A coder who coded something in a source is taken to have read all of it: no code is then
    a decision. Where the coder touched nothing in the source, there is no rating.
    """
    import pandas as pd

    codings = material.codings
    units = codings[["source", "segment"]].drop_duplicates()
    worked = set(map(tuple, codings[["source", "coder"]].drop_duplicates().to_numpy()))
    table = {
        coder: [(source, coder) in worked for source in units["source"]]
        for coder in material.coders
    }
    return pd.DataFrame(table, index=pd.MultiIndex.from_frame(units), dtype=bool)


def by_code(material: CodedMaterial, code: str) -> pd.DataFrame:
    """Return units × coders of 1 (gave the code), 0 (did not), NaN (did not read)."""
    read = seen(material)
    values = np.where(read.to_numpy(), 0.0, np.nan)
    values[_places(read, material.codings[material.codings["code"] == code])] = 1.0
    return _like(read, values)


def categories(material: CodedMaterial) -> pd.DataFrame | None:
    """Return units × coders of the code given, or None if some unit has two codes of a coder.

    A unit that a coder read and left without code has the value "" (a decision too).
    """
    codings = material.codings
    given = codings[codings["code"] != ""].drop_duplicates(["source", "segment", "coder", "code"])
    if given.duplicated(["source", "segment", "coder"]).any():
        return None
    read = seen(material)
    values = np.full(read.shape, "", dtype=object)
    values[~read.to_numpy()] = np.nan
    values[_places(read, given)] = given["code"].to_numpy(dtype=object)
    return _like(read, values)


def _places(read: pd.DataFrame, codings: pd.DataFrame) -> tuple[list[int], list[int]]:
    rows = {unit: k for k, unit in enumerate(read.index)}
    columns = {coder: k for k, coder in enumerate(read.columns)}
    units = zip(codings["source"], codings["segment"], strict=True)
    return [rows[unit] for unit in units], [columns[coder] for coder in codings["coder"]]


def _like(read: pd.DataFrame, values: NDArray[Any]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(values, index=read.index, columns=read.columns)


def strengths(material: CodedMaterial) -> pd.DataFrame | None:
    """Return (unit, code) × coders of the strengths given, or None if nobody gave any."""
    rated = material.codings.dropna(subset=["strength"])
    if rated.empty:
        return None
    table = rated.pivot_table(
        index=["source", "segment", "code"], columns="coder", values="strength", aggfunc="mean",
        sort=False,
    )  # fmt: skip
    return table if table.shape[1] > 1 and (table.notna().sum(axis=1) > 1).any() else None
