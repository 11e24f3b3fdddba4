"""What an earlier wave found, taken to be true of the next one."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosurvey.core import OptionError
from ecosurvey.planning.assumptions import Assumptions
from ecosurvey.planning.population import construct_ids

if TYPE_CHECKING:
    from ecosurvey.instrument import Instrument

_Z60 = 0.8416212335729143  # of a 60% interval
_ADVICE = "Name a folder that 'ecosurvey analyze' wrote."


def assumptions_from(
    results: str | os.PathLike[str], instrument: Instrument, *, safeguard: bool = False
) -> Assumptions:
    r"""Return the assumptions that the next wave is as an earlier one was found to be.

    Effects, loadings, correlations of predictors and the mean correlation of residuals are the
    standardized estimates of the run's structural model; the share of answers left out is the
    run's. Shares of the points of scales are not taken over.

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
            f"the results are of {told['instrument']['id']!r}, not of {instrument.id!r}",
            where=str(path), fix=_ADVICE,
        )  # fmt: skip
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
            missing=round(float(missing), 4),
        )  # fmt: skip
    except OptionError as error:
        raise OptionError(error.found, where=str(path), fix="State the assumptions.") from None


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
        raise OptionError("there are no results", where=str(path), fix=_ADVICE) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise OptionError(
            "no structural model is in these results", where=str(path), fix=_ADVICE
        ) from None
    return told
