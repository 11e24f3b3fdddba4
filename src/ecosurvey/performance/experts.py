"""Experts' comparisons and targets, from YAML files."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ecosurvey.core import DataError, Finding, Text, did_you_mean
from ecosurvey.performance.weights.ahp import ACCEPTABLE, Judgement, aggregate, ahp

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Experts:
    """What experts judge, each alone and all together.

    Attributes
    ----------
    parts : tuple of str
        What was compared, in the order of the weights.
    names : tuple of str
    alone : tuple of Judgement
    together : Judgement
        Of the geometric means of their comparisons.
    findings : tuple of Finding
        A warning for each whose comparisons contradict each other (ratio above 0.10).
    matrices : tuple of (k, k) array
        Their comparisons.
    """

    parts: tuple[str, ...]
    names: tuple[str, ...]
    alone: tuple[Judgement, ...]
    together: Judgement
    findings: tuple[Finding, ...] = ()
    matrices: tuple[NDArray[np.float64], ...] = ()


def judged(parts: Sequence[str], matrices: Mapping[str, Any]) -> Experts:
    """Return the weights of experts' comparisons, each alone and together.

    Parameters
    ----------
    parts : sequence of str
        What the rows and columns of the matrices are.
    matrices : mapping of str to (k, k) array
        Expert -> comparisons.

    Raises
    ------
    DataError
        As :func:`ahp`, naming the expert.
    """
    alone = []
    for name, matrix in matrices.items():
        if np.shape(matrix) != (len(parts), len(parts)):
            raise DataError(
                Text(
                    f"the matrix is not {len(parts)} by {len(parts)}",
                    f"矩阵不是{len(parts)}乘{len(parts)}",
                ),
                where=Text(f"expert {name!r}", f"专家 {name!r}"),
                fix=Text("One row and one column for each of the parts.", "各部分须各占一行一列。"),
            )
        try:
            alone.append(ahp(matrix))
        except DataError as error:
            raise DataError(
                error.words.found,
                where=Text(f"expert {name!r}", f"专家 {name!r}"),
                fix=error.words.fix,
            ) from None
    together = ahp(aggregate(list(matrices.values())))
    found = [
        _inconsistent(name, one)
        for name, one in [*zip(matrices, alone, strict=True), ("", together)]
        if not one.consistent
    ]
    given = tuple(np.asarray(matrix, dtype=float) for matrix in matrices.values())
    return Experts(tuple(parts), tuple(matrices), tuple(alone), together, tuple(found), given)


def read_experts(path: str | os.PathLike[str]) -> Experts:
    """Read experts' comparisons in pairs.

    The file says ``parts: [PLT, ENT, STD]`` and ``experts:``, each with a ``name`` and a
    ``matrix`` of rows, whose cells are numbers or fractions such as ``1/3``.

    Raises
    ------
    DataError
        If the file is not of that form, or a matrix is not what :func:`ahp` takes.
    """
    where = Path(path).name
    told = _yaml(Path(path))
    parts, experts = told.get("parts"), told.get("experts")
    if not isinstance(parts, list) or not _words(parts):
        raise DataError(
            Text("'parts' must list the constructs compared", "“parts”须列出所比较的构念"),
            where=where,
        )
    if not isinstance(experts, list) or not experts:
        raise DataError(Text("'experts' must list the experts", "“experts”须列出专家"), where=where)
    matrices: dict[str, Any] = {}
    for number, one in enumerate(experts, 1):
        if not isinstance(one, dict) or not isinstance(one.get("matrix"), list):
            raise DataError(
                Text(
                    f"expert {number} has no 'matrix' of rows",
                    f"专家{number}没有由各行组成的“matrix”",
                ),
                where=where,
            )
        name = str(one.get("name", f"expert {number}"))
        if name in matrices:
            raise DataError(
                Text(f"two experts are called {name!r}", f"有两位专家都叫 {name!r}"), where=where
            )
        matrices[name] = _matrix(one["matrix"], f"{where}, {name}")
    try:
        return judged([str(part) for part in parts], matrices)
    except DataError as error:
        raise DataError(
            error.words.found, where=f"{where}, {error.where}", fix=error.words.fix
        ) from None


def read_targets(path: str | os.PathLike[str]) -> dict[str, float]:
    """Read targets: ``overall`` or a construct's id -> 0 to 100.

    Raises
    ------
    DataError
        If the file holds something else.
    """
    told = _yaml(Path(path))
    for key, value in told.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 100:
            raise DataError(
                Text(
                    f"the target of {key!r} is {value!r}, not a number from 0 to 100",
                    f"{key!r} 的目标值 {value!r} 不是0到100之间的数",
                ),
                where=Path(path).name,
            )
    return {str(key): float(value) for key, value in told.items()}


def weights_of(experts: Experts, parts: Sequence[str]) -> NDArray[np.float64]:
    """Return the experts' weights of the parts of an index, in its order.

    Raises
    ------
    DataError
        If the experts compared other parts.
    """
    lacking = [part for part in parts if part not in experts.parts]
    extra = [part for part in experts.parts if part not in parts]
    if lacking or extra:
        missing, more = ", ".join(lacking), ", ".join(extra)
        near = did_you_mean(extra[0], lacking) if extra else ""
        raise DataError(
            Text(
                "the experts did not compare the parts of the index"
                + (f"; not compared: {missing}" if lacking else "")
                + (f"; not in the index: {more}" if extra else ""),
                "专家比较的不是指数的各部分"
                + (f"；未比较：{missing}" if lacking else "")
                + (f"；不在指数中：{more}" if extra else ""),
            ),
            fix=near
            or Text(f"Let them compare {', '.join(parts)}.", f"请让专家比较：{'、'.join(parts)}。"),
        )
    at = [experts.parts.index(part) for part in parts]
    return np.asarray(experts.together.weights[at])


def _yaml(path: Path) -> dict[Any, Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    if path.stat().st_size > _LARGEST:
        raise DataError(Text("the file is larger than 1 MiB", "文件超过1 MiB"), where=path.name)
    try:
        told = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
    except (YAMLError, UnicodeDecodeError) as error:
        raise DataError(
            Text(f"the file is not YAML: {error}", f"文件不是YAML：{error}"), where=path.name
        ) from None
    if not isinstance(told, dict):
        raise DataError(
            Text("the file must say 'name: value'", "文件须写成“名称: 数值”"), where=path.name
        )
    return told


def _words(told: list[Any]) -> bool:
    return len(told) > 0 and all(isinstance(one, str) for one in told)


def _matrix(rows: list[Any], where: str) -> list[list[float]]:
    found = []
    for at, row in enumerate(rows, 1):
        if not isinstance(row, list) or len(row) != len(rows):
            raise DataError(
                Text(
                    f"row {at} does not have {len(rows)} cells", f"第{at}行没有{len(rows)}个单元格"
                ),
                where=where,
            )
        found.append([_cell(cell, f"{where}, row {at}") for cell in row])
    return found


def _cell(cell: Any, where: str) -> float:
    try:
        if isinstance(cell, bool):
            raise ValueError
        return float(Fraction(str(cell).replace(" ", "")))
    except (ValueError, ZeroDivisionError):
        raise DataError(
            Text(f"{cell!r} is not a number", f"{cell!r} 不是数"),
            where=where,
            fix=Text("Write 3, 0.5 or 1/3.", "请写成3、0.5或1/3。"),
        ) from None


def _inconsistent(name: str, found: Judgement) -> Finding:
    who = (
        Text(f"of expert {name!r}", f"专家“{name}”") if name else Text("of all experts", "全体专家")
    )
    message = Text(
        "the comparisons {who} contradict each other: consistency ratio {cr:.2f}, above {limit}",
        "{who}的两两比较不一致：一致性比率为{cr:.2f}，高于{limit}",
    ).fill(who=who, cr=found.consistency_ratio, limit=ACCEPTABLE)
    hint = Text("Ask again where three comparisons form a circle.", "请复核相互矛盾的判断。")
    return Finding("inconsistent_experts", "warning", message, name, hint)
