"""Every procedure that reads moments has a Chinese name, as its errors need one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from ecosurvey import DataError
from ecosurvey.factors import kmo
from ecosurvey.factors.procedures import in_chinese

SOURCE = Path(__file__).resolve().parents[2] / "src" / "ecosurvey"
SAME = {"KMO", "HTMT"}
CALLS = ("need_n", "need_rows", "invert", "read_moments")


def _named() -> set[str]:
    found = set()
    for folder in ("factors", "reliability"):
        for path in (SOURCE / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name not in CALLS:
                    continue
                words = [word.value for word in node.keywords if word.arg == "what"]
                words += [] if name == "read_moments" else node.args[-1:]
                found |= {word.value for word in words if isinstance(word, ast.Constant)}
    return found


def test_every_procedure_has_a_chinese_name() -> None:
    named = _named()
    assert "parallel analysis" in named
    assert not [word for word in named - SAME if in_chinese(word) == word]


def test_the_error_names_it() -> None:
    import pandas as pd

    frame = pd.DataFrame({"a": [1, 2, 3, 5], "b": [2, 4, 6, 10], "c": [1, 5, 2, 2]})
    with pytest.raises(DataError) as caught:
        kmo(frame)
    assert (
        caught.value.say("zh")
        == "无法计算KMO：题项“a”与“b”完全相关。请去掉相关题项之一，或收集更多答卷。"
    )
