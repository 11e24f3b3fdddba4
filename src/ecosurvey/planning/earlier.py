"""What an earlier wave found, taken to be true of the next one."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosurvey.core import OptionError, Text
from ecosurvey.planning.assumptions import Assumptions
from ecosurvey.planning.population import construct_ids

if TYPE_CHECKING:
    from ecosurvey.instrument import Instrument

_Z60 = 0.8416212335729143  # of a 60% interval
_ADVICE = Text(
    "Name a folder that 'ecosurvey analyze' wrote.", "请给出 ecosurvey analyze 所写的文件夹。"
)


def assumptions_from(
    results: str | os.PathLike[str], instrument: Instrument, *, safeguard: bool = False
) -> Assumptions:
    r"""Return the assumptions that the next wave is as an earlier one was found to be.

    Effects, loadings, correlations of predictors and the mean correlation of residuals are the
    standardized estimates of the run's structural model; the share of answers left out is the
    run's. Shares of the points of each item are those that its mean, deviation, floor and ceiling
    in the run leave: up to five points the shares themselves.

    Parameters
    ----------
    results : path
        Folder that ``ecosurvey analyze`` wrote, or its ``results.json``.
    instrument : Instrument
        The questionnaire of the next wave: hypotheses that the run did not have get the common
        size.
    safeguard : bool
        Take for each effect the limit of its 60% interval that is nearer to 0, and 0 where the
        interval holds it: estimates that looked large once are often smaller the next time.

    Returns
    -------
    Assumptions

    Raises
    ------
    OptionError
        If there are no results, or they are of another questionnaire or model.

    Notes
    -----
    Estimates from answers treated as numbers are a little smaller than those of the responses
    behind them, so cutting these into points again makes the power a little too low.

    References
    ----------
    Perugini, Gallucci & Costantini (2014), Perspectives on Psychological Science 9, 319-332.

    Examples
    --------
    >>> assumptions_from("results", instrument)  # doctest: +SKIP
    """
    path = Path(results)
    path = path / "results.json" if path.is_dir() else path
    told = _read(path)
    if told["instrument"]["id"] != instrument.id:
        raise OptionError(
            Text(
                f"the results are of {told['instrument']['id']!r}, not of {instrument.id!r}",
                f"这些结果属于问卷 {told['instrument']['id']!r}，而不是 {instrument.id!r}",
            ),
            where=str(path),
            fix=_ADVICE,
        )
    rows = told["structural"]["parameters"]
    constructs = set(construct_ids(instrument))
    items = {item.id for item in instrument.items}
    expected = {(one.source, one.target) for one in instrument.hypotheses}
    targets = {target for _, target in expected}
    effects = {
        f"{row['rhs']} -> {row['lhs']}": _safe(row) if safeguard else float(row["std_all"])
        for row in rows
        if row["op"] == "~" and (row["rhs"], row["lhs"]) in expected
    }
    loadings = {
        row["rhs"]: float(row["std_all"])
        for row in rows
        if row["op"] == "=~" and row["rhs"] in constructs | items
    }
    pairs = [
        row for row in rows
        if row["op"] == "~~" and row["lhs"] != row["rhs"]
        and {row["lhs"], row["rhs"]} <= constructs
    ]  # fmt: skip
    correlations = {
        f"{row['lhs']}, {row['rhs']}": float(row["std_all"])
        for row in pairs
        if not {row["lhs"], row["rhs"]} & targets
    }
    residual = [float(row["std_all"]) for row in pairs if {row["lhs"], row["rhs"]} <= targets]
    missing = (told.get("missing_data") or {}).get("share") or 0.0
    try:
        return Assumptions(
            effects=effects, loadings=loadings, correlations=correlations,
            residual_correlation=sum(residual) / len(residual) if residual else 0.0,
            missing=round(float(missing), 4), answers=_answers(told, instrument),
        )  # fmt: skip
    except OptionError as error:
        raise OptionError(
            error.words.found,
            where=str(path),
            fix=Text("State the assumptions.", "请自行写出各项假定。"),
        ) from None


def _answers(told: dict[str, Any], instrument: Instrument) -> dict[str, list[float]]:
    """Return the shares of the points of every item that the run describes."""
    rows = ((told.get("tables") or {}).get("items") or {}).get("rows") or []
    known = {item.id: item for item in instrument.items}
    found = {}
    for row in rows:
        item = known.get(str(row.get("item")))
        if item is None or item.scale.kind != "likert" or len(item.scale.points) < 2:
            continue
        wanted = [row.get(key) for key in ("n", "mean", "sd", "floor_percent", "ceiling_percent")]
        if all(isinstance(one, (int, float)) for one in wanted) and wanted[0] > 1:
            points = [float(point) for point in item.scale.points]
            found[item.id] = shares_of_points(points, *map(float, wanted))
    return found


def shares_of_points(
    points: Sequence[float], n: float, mean: float, sd: float, floor: float, ceiling: float
) -> list[float]:
    """Return the shares of the points that have these moments, and these percentages at the ends.

    Between the ends there are k - 2 shares and three things known of them: up to five points
    the shares follow; of more, those are taken that lie nearest to evenly spaced thresholds.

    Examples
    --------
    >>> shares_of_points([1, 2, 3, 4, 5], 10, 3.0, 1.4142135623730951, 20.0, 20.0)
    [0.2, 0.1, 0.4, 0.1, 0.2]
    """
    import numpy as np
    from scipy.special import ndtr, ndtri

    least = 0.5 / n  # of a point that nobody chose
    first, last = max(floor / 100, least), max(ceiling / 100, least)
    v = np.asarray(points, dtype=float)
    if len(v) == 2 or first + last >= 1:
        ends = np.array([first, *[least] * (len(v) - 2), last])
        return [float(share) for share in ends / ends.sum()]
    cuts = ndtr(np.linspace(ndtri(first), ndtri(1 - last), len(v) - 1))
    even = np.diff(cuts)
    inner = np.vstack([np.ones(len(even)), v[1:-1], v[1:-1] ** 2])
    square = sd**2 * (n - 1) / n + mean**2
    left = np.array([1, mean, square]) - first * np.array([1, v[0], v[0] ** 2])
    left -= last * np.array([1, v[-1], v[-1] ** 2])
    middle = even + np.linalg.lstsq(inner, left - inner @ even, rcond=None)[0]
    middle = np.maximum(middle, least)
    shares = np.array([first, *middle, last])
    return [round(float(share), 10) for share in shares / shares.sum()]


def _safe(row: dict[str, Any]) -> float:
    """Return a standardized effect shrunk to the nearer limit of its 60% interval."""
    est, se, std = float(row["est"]), row["se"], float(row["std_all"])
    if not est or se is None:
        return 0.0
    return std * max(0.0, 1.0 - _Z60 * float(se) / abs(est))


def _read(path: Path) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads(path.read_text("utf-8"))
        rows = told["structural"]["parameters"]
        if not all({"lhs", "op", "rhs", "est", "se", "std_all"} <= row.keys() for row in rows):
            raise KeyError("parameters")
        _ = told["instrument"]["id"]
    except OSError:
        raise OptionError(
            Text("there are no results", "没有找到结果"), where=str(path), fix=_ADVICE
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise OptionError(
            Text("no structural model is in these results", "这些结果中没有结构模型"),
            where=str(path),
            fix=_ADVICE,
        ) from None
    return told
