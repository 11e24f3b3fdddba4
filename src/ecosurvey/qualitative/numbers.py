"""The numbers of an earlier run, read by key from the folder that ``ecosurvey analyze`` wrote."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ecosurvey.core import DataError, Text

MAX_BYTES = 256 << 20
_SCHEMA = "ecosurvey/results/"


@dataclass(frozen=True, slots=True)
class Effect:
    """The total effect of a construct on the outcome, standardized, with interval and rank."""

    total: float
    lower: float
    upper: float
    rank: int


@dataclass(frozen=True, slots=True)
class Tested:
    """What became of a hypothesis."""

    est: float | None
    lower: float | None
    upper: float | None
    verdict: Text


@dataclass(frozen=True, slots=True)
class GroupMean:
    """The mean of a construct in one group, in standard deviations from the first group.

    ``held`` tells whether the items measure alike in the groups, so that means compare; None
    where that could not be tested.
    """

    variable: str
    group: Text
    construct: str
    n: int
    d: float | None
    lower: float | None
    upper: float | None
    held: bool | None


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the joint display takes from the statistical side.

    Attributes
    ----------
    instrument, version, sha256
        The questionnaire of the run.
    n : int
        Respondents analysed.
    outcome : str or None
    effects : mapping of construct to Effect
    hypotheses : mapping of hypothesis to Tested
    groups : tuple of GroupMean
    level : float
    synthetic : bool
    """

    instrument: str
    version: str
    sha256: str
    n: int
    outcome: str | None
    effects: Mapping[str, Effect]
    hypotheses: Mapping[str, Tested] = field(default_factory=dict)
    groups: tuple[GroupMean, ...] = ()
    level: float = 0.95
    synthetic: bool = False


def read_results(folder: str | Path) -> Numbers:
    """Read ``results.json`` of an earlier run.

    Raises
    ------
    DataError
        If the folder has none, or it is not of the schema ``ecosurvey/results/1``.
    """
    path = Path(folder)
    path = path / "results.json" if path.is_dir() else path
    if not path.is_file():
        raise DataError(
            Text(
                "there is no results.json, so this is not a folder of results",
                "没有 results.json，因此这不是结果文件夹",
            ),
            where=str(folder),
            fix=Text(
                "Give the folder that 'ecosurvey analyze … --out FOLDER' wrote.",
                "请给出 'ecosurvey analyze … --out 文件夹' 所写的文件夹。",
            ),
        )
    if path.stat().st_size > MAX_BYTES:
        raise DataError(
            Text(f"the file has more than {MAX_BYTES >> 20} MiB", f"文件超过{MAX_BYTES >> 20} MiB"),
            where=str(path),
        )
    try:
        data = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise DataError(
            Text(
                f"the file is no JSON ({type(error).__name__})",
                f"文件不是JSON（{type(error).__name__}）",
            ),
            where=str(path),
            fix=Text("Run analyze again.", "请重新运行 analyze。"),
        ) from None
    schema = data.get("schema") if isinstance(data, dict) else None
    if not isinstance(schema, str) or not schema.startswith(_SCHEMA):
        raise DataError(
            Text(f"the schema {schema!r} is not {_SCHEMA}1", f"schema {schema!r} 不是 {_SCHEMA}1"),
            where=str(path),
        )
    try:
        return _numbers(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(
            Text(f"the results are not complete ({error!r})", f"结果不完整（{error!r}）"),
            where=str(path),
            fix=Text("Run analyze again.", "请重新运行 analyze。"),
        ) from None


def _numbers(data: Mapping[str, Any]) -> Numbers:
    instrument = data["instrument"]
    ranked = data["key_factors"] or {"outcome": None, "ranking": [], "level": 0.95}
    effects = {
        str(row["factor"]): Effect(
            float(row["total_std"]),
            float(row["ci_lower"]),
            float(row["ci_upper"]),
            int(row["rank"]),
        )
        for row in ranked["ranking"]
    }
    tables = data["tables"]
    tested = {
        str(row["id"]): Tested(row["est"], row["ci_lower"], row["ci_upper"], _text(row["verdict"]))
        for row in tables.get("hypotheses", {"rows": []})["rows"]
    }
    groups = tuple(
        GroupMean(
            row["variable"], _text(row["group"]), row["construct"], int(row["n"]), row["d"],
            row["ci_lower"], row["ci_upper"], row["held"],
        )
        for row in data["group_means"] or ()
    )  # fmt: skip
    return Numbers(
        str(instrument["id"]), str(instrument["version"]), str(instrument["sha256"]),
        int(data["data"]["n_analysed"]), ranked["outcome"], effects, tested, groups,
        float(ranked["level"]), bool(data["synthetic"]),
    )  # fmt: skip


def _text(words: Any) -> Text:
    if isinstance(words, str):
        return Text(words, words)
    return Text(str(words["en"]), str(words["zh"]))
