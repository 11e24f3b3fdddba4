"""Options of a run from a TOML or YAML file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ecosurvey.core import OptionError, Text
from ecosurvey.core.settings_file import safe_yaml, settings_text


def read_config(path: Path) -> dict[str, Any]:
    """Return the options that a ``.toml``, ``.yaml`` or ``.yml`` file states.

    They stand at the top, or in a table ``analyze`` beside the settings of other commands.
    YAML is read with the safe loader: no object of any kind is made from it.

    Raises
    ------
    OptionError
        If the file is not there, cannot be read, or is not a table of options.
    """
    text = settings_text(
        path,
        fix=Text("Name a .toml or .yaml file.", "请给出.toml或.yaml文件。"),
        too_large=Text("too large for a file of options", "作为选项文件太大"),
    )
    reader = {".toml": _toml, ".yaml": safe_yaml, ".yml": safe_yaml}.get(path.suffix.lower())
    if reader is None:
        raise OptionError(
            Text(
                f"{path.suffix or 'no ending'} is not a kind of options file",
                f"{path.suffix or '没有扩展名的文件'} 不是选项文件",
            ),
            where=path.name,
            fix=Text("Use .toml or .yaml.", "请使用.toml或.yaml。"),
        )
    try:
        found = reader(text)
    except ValueError as error:
        raise OptionError(
            Text(f"cannot be read: {error}", f"无法读取：{error}"), where=path.name
        ) from None
    if isinstance(found, dict) and isinstance(found.get("analyze"), dict):
        found = found["analyze"]
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise OptionError(
            Text("the file holds no table of options", "文件中没有选项"),
            where=path.name,
            fix=Text('Write: estimator = "MLR"', '请写成：estimator = "MLR"'),
        )
    return dict(found)


def _toml(text: str) -> Any:
    import tomllib

    return tomllib.loads(text)
