"""Which groups have rows enough for the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecosurvey.core import DataError, Text

if TYPE_CHECKING:
    import pandas as pd

_ENOUGH = 100  # rows below which a group's own covariances say little


def enough_rows(
    model: str, data: Any, group: str, least: int | None = None
) -> tuple[pd.DataFrame, tuple[tuple[str, int], ...]]:
    """Return the rows of groups that have enough complete ones, and the other groups' counts.

    Parameters
    ----------
    model : str
    data : DataFrame
    group : str
        Column of the groups; rows without a group are left out.
    least : int, optional
        100 by default; at least two more than the model has observed variables.

    Raises
    ------
    DataError
        If fewer than two groups are left.
    """
    from ecosurvey.core.frames import as_frame, need_columns
    from ecosurvey.sem.syntax import model_roles

    frame = as_frame(data)
    need_columns(frame, [group])
    observed = list(model_roles(model, list(frame.columns)).observed)
    frame = frame[frame[group].notna()]
    wanted = max(_ENOUGH if least is None else least, len(observed) + 2)
    complete = frame[observed].notna().all(axis=1)
    counts = complete.groupby(frame[group], sort=True).sum()
    kept = counts.index[counts >= wanted]
    small = tuple((_written(value), int(n)) for value, n in counts.items() if n < wanted)
    if len(counts) < 2:
        raise DataError(
            Text(f"{group!r} has one group only", f"{group!r} 只有一个组"),
            fix=Text("Name a column with two or more.", "请指定有两个或更多组的列。"),
        )
    if len(kept) < 2:
        few = ", ".join(f"{label}: {n}" for label, n in small)
        raise DataError(
            Text(
                f"fewer than two groups of {group!r} have {wanted} complete rows ({few})",
                f"{group!r} 中只有不足两个组具有{wanted}行完整数据（{few}）",
            ),
            fix=Text(
                "Join small groups, or collect more answers.", "请合并人数少的组，或收集更多答卷。"
            ),
        )
    frame = frame[frame[group].isin(kept)]
    order = kept.get_indexer(frame[group].array).argsort(kind="stable")
    return frame.iloc[order], small


def _written(value: Any) -> str:
    """Return a group as the engine writes it: whole numbers without a point."""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value)
