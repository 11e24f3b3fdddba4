"""An earlier run again, from its provenance, and whether every number came out the same."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ecosurvey.analysis import AnalysisConfig, configure
from ecosurvey.core import (
    Cell,
    Column,
    DataError,
    Finding,
    OptionError,
    Result,
    Table,
    Text,
    by_severity,
)
from ecosurvey.core.io import MANIFEST, sha256
from ecosurvey.pipeline.run import analyze

_NEAR = 1e-6  # relative: what other processors and releases may change by rounding
_ROLES = ("instrument", "responses", "mapping")
_CHINESE = {"instrument": "问卷", "responses": "答卷", "mapping": "对应表"}
_OPTIONS = {"instrument": "--instrument", "responses": "--data", "mapping": "--mapping"}


@dataclass(frozen=True, slots=True)
class Changed:
    """One number that did not come out the same; ``None`` where there is none."""

    key: str
    before: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Reproduction(Result):
    """What became of the numbers of an earlier run.

    Attributes
    ----------
    compared : int
        Values of ``results.json``.
    same : int
        Those that are the same to the last bit.
    near : int
        Those that differ by rounding only, relatively by less than 1e-6.
    changed : tuple of Changed
        The others.
    versions : tuple of Changed
        Programs of another version than then.
    findings : tuple of Finding
    """

    compared: int
    same: int
    near: int
    changed: tuple[Changed, ...]
    versions: tuple[Changed, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def reproduced(self) -> bool:
        """True if every value came out the same, but for rounding."""
        return not self.changed

    def say(self) -> Text:
        """Return the verdict in one sentence."""
        if self.same == self.compared:
            return Text(
                "All {n} values came out the same, to the last digit.",
                "全部{n}个数值完全一致，直至最后一位。",
            ).fill(n=self.compared)
        if self.reproduced:
            return Text(
                "All {n} values came out the same; {near} of them differ by rounding only.",
                "全部{n}个数值一致，其中{near}个仅有舍入差异。",
            ).fill(n=self.compared, near=self.near)
        return Text(
            "{k} of {n} values did not come out the same.", "{n}个数值中有{k}个不一致。"
        ).fill(k=len(self.changed), n=self.compared)

    def tables(self) -> tuple[Table, ...]:
        """Return the values that differ, and the programs that do."""
        columns = (
            Column("key", Text("Value", "数值"), "label"),
            Column("before", Text("Then", "原结果"), "text"),
            Column("now", Text("Now", "现结果"), "text"),
        )

        def rows(found: Sequence[Changed]) -> tuple[tuple[Cell, ...], ...]:
            return tuple((one.key, _shown(one.before), _shown(one.now)) for one in found)

        values = Text("Values that differ", "不一致的数值")
        programs = Text("Programs of another version", "版本不同的软件")
        return (
            Table("changed", values, columns, rows(self.changed)),
            Table("versions", programs, columns, rows(self.versions)),
        )


def reproduce(
    folder: str | Path,
    *,
    instrument: str | Path | None = None,
    data: str | Path | None = None,
    mapping: str | Path | None = None,
    jobs: int | None = None,
    on_step: Callable[[Text], None] | None = None,
) -> Reproduction:
    """Run an earlier analysis again and compare every value of its ``results.json``.

    Parameters
    ----------
    folder : str or Path
        What ``analyze`` wrote. Nothing in it is changed.
    instrument, data, mapping : str or Path, optional
        The inputs; by default files of their names and hashes are looked for in the working
        folder, in the folders beside the results, and one level below these.
    jobs : int, optional
    on_step : callable, optional
        Called with the name of each step as it begins.

    Returns
    -------
    Reproduction

    Raises
    ------
    OptionError
        If the folder is no earlier result, or an input is not found.
    DataError
        If an input is not the file that it was then.
    """
    from ecosurvey.report import provenance, second_engine
    from ecosurvey.report.results_json import results_json, to_json

    folder = Path(folder)
    told, before = _read(folder, MANIFEST), _read(folder, "results.json")
    paths = _inputs(told, folder, {"instrument": instrument, "responses": data,
                                   "mapping": mapping})  # fmt: skip
    config = _config(told, folder, jobs)
    analysis = analyze(
        paths["instrument"], paths["responses"], mapping=paths.get("mapping"), config=config,
        on_step=on_step,
    )  # fmt: skip
    check = second_engine(analysis) if before.get("second_engine") is not None else None
    if check is not None:
        told_of = by_severity((*analysis.findings, *check.findings))
        analysis = replace(analysis, findings=told_of)
    now = json.loads(to_json(results_json(analysis, check)))
    made = provenance(analysis, (), ())
    found = compare_results(before, now, told.get("software", {}), made["software"])
    return replace(found, findings=(*found.findings, *_other_material(told, made)))


def compare_results(
    before: Mapping[str, Any],
    now: Mapping[str, Any],
    software_then: Mapping[str, str],
    software_now: Mapping[str, str],
) -> Reproduction:
    """Compare two results value by value; the order of rows counts, the version does not."""
    old, new = (dict(_leaves(result)) for result in (before, now))
    # how the report looks, and who made it, are no results
    for values in (old, new):
        for key in [k for k in values if k == "ecosurvey" or k.startswith(
            ("options.lang", "options.formats")
        )]:  # fmt: skip
            del values[key]
    same = near = 0
    changed = []
    for key in dict.fromkeys([*old, *new]):
        one, two = old.get(key, _ABSENT), new.get(key, _ABSENT)
        if type(one) is type(two) and one == two:
            same += 1
        elif _is_near(one, two):
            near += 1
        else:
            changed.append(Changed(key, one, two))
    versions = tuple(
        Changed(name, software_then.get(name), software_now.get(name))
        for name in dict.fromkeys([*software_then, *software_now])
        if software_then.get(name) != software_now.get(name)
    )
    compared = same + near + len(changed)
    findings = () if not changed else (
        Finding("not_reproduced", "serious", Text(
            f"{len(changed)} of {compared} values did not come out the same.",
            f"{compared}个数值中有{len(changed)}个不一致。",
        )),
    )  # fmt: skip
    return Reproduction(compared, same, near, tuple(changed), versions, findings)


def _other_material(told: Mapping[str, Any], made: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Say that the case material beside the numbers is not what it was."""
    then, now = (
        [one["sha256"] for one in source["inputs"] if one["role"] == "case_material"]
        for source in (told, made)
    )
    if then == now:
        return ()
    words = Text(
        "The case material is not that of the earlier run: its hash differs.",
        "案例材料与原分析所用的不同：其哈希值不一致。",
    )
    return (Finding("input_changed", "warning", words),)


_ABSENT = object()


def _leaves(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield from _leaves(one, f"{key}.{name}" if key else str(name))
    elif isinstance(value, list):
        yield f"{key}.length", len(value)
        for index, one in enumerate(value):
            yield from _leaves(one, f"{key}[{index}]")
    else:
        yield key, value


def _is_near(one: Any, two: Any) -> bool:
    if isinstance(one, bool) or isinstance(two, bool):
        return False
    if not isinstance(one, (int, float)) or not isinstance(two, (int, float)):
        return False
    return math.isclose(one, two, rel_tol=_NEAR, abs_tol=1e-9)


def _shown(value: Any) -> str:
    return "—" if value is _ABSENT or value is None else str(value)


def _read(folder: Path, name: str) -> dict[str, Any]:
    try:
        found = json.loads((folder / name).read_text("utf-8"))
    except OSError:
        found = None
    except ValueError:
        raise OptionError(
            Text(f"{name} cannot be read", f"{name} 无法读取"), where=str(folder)
        ) from None
    if not isinstance(found, dict):
        raise OptionError(
            Text(f"there is no {name}", f"没有 {name}"),
            where=str(folder),
            fix=Text(
                "Name the folder that 'ecosurvey analyze' wrote.",
                "请给出 ecosurvey analyze 所写的文件夹。",
            ),
        )
    return found


def _config(told: Mapping[str, Any], folder: Path, jobs: int | None) -> AnalysisConfig:
    """Return the options of the run; the look of the report is of no interest."""
    try:
        options = {k: v for k, v in told["options"].items() if k not in ("lang", "formats")}
        return configure({**options, "seed": told["seed"]}, jobs=jobs)
    except (KeyError, AttributeError, TypeError) as error:
        raise OptionError(
            Text(
                f"{MANIFEST} does not tell the options of the run ({error})",
                f"{MANIFEST} 中没有该次运行的选项（{error}）",
            ),
            where=str(folder),
        ) from None


def _inputs(
    told: Mapping[str, Any], folder: Path, given: Mapping[str, str | Path | None]
) -> dict[str, Path]:
    found: dict[str, Path] = {}
    try:
        sources = {s["role"]: (s["name"], s["sha256"]) for s in told["inputs"]}
    except (KeyError, TypeError):
        raise OptionError(
            Text(f"{MANIFEST} does not tell the inputs", f"{MANIFEST} 中没有输入文件的信息"),
            where=str(folder),
        ) from None
    for role, (name, wanted) in sources.items():
        if role not in _ROLES:
            continue
        path = given.get(role)
        if path is not None:
            found[role] = _checked(Path(path), wanted)
        else:
            found[role] = _search(name, wanted, folder, role)
    for role in _ROLES[:2]:
        if role not in found:
            raise OptionError(
                Text(f"{MANIFEST} does not tell the {role}", f"{MANIFEST} 中没有{_CHINESE[role]}"),
                where=str(folder),
            )
    return found


def _checked(path: Path, wanted: str) -> Path:
    if not path.is_file():
        raise OptionError(Text("no such file", "没有这个文件"), where=str(path))
    if sha256(path) != wanted:
        raise DataError(
            Text(
                "the file is not the one of that run: its hash differs",
                "该文件不是当时所用的文件：哈希值不同",
            ),
            where=str(path),
            fix=Text(
                "Name the file as it was, or analyze this one anew.",
                "请给出原来的文件，或重新分析这一份。",
            ),
        )
    return path


def _search(name: str | None, wanted: str, folder: Path, role: str) -> Path:
    option = _OPTIONS[role]
    fix = Text(f"Name it with {option} FILE.", f"请用 {option} FILE 指明。")
    if name is None:
        raise OptionError(
            Text(
                f"the {role} of that run came from no file", f"当时的{_CHINESE[role]}不是来自文件"
            ),
            fix=fix,
        )
    places = [Path(), folder.absolute().parent, folder]
    below = [child for place in places[:2] for child in sorted(place.iterdir()) if child.is_dir()]
    deeper = [child for place in below if not place.name.startswith(".")
              for child in _folders(place)]  # fmt: skip
    for place in (*places, *below, *deeper):
        path = place / Path(name).name
        if path.is_file() and sha256(path) == wanted:
            return path
    raise OptionError(
        Text(
            f"{name}, as it was in that run, is not found near {folder}",
            f"在 {folder} 附近找不到当时所用的 {name}",
        ),
        fix=fix,
    )


def _folders(place: Path) -> list[Path]:
    try:
        return [child for child in sorted(place.iterdir()) if child.is_dir()]
    except OSError:
        return []
