"""Every error that a user meets is written in both languages, where it is raised."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "ecosurvey"
# the folders that read what users give: their files, their options, their study
FOLDERS = (
    "core", "cli", "analysis", "instrument", "responses", "cleaning", "descriptives", "correlation",
    "factors", "reliability", "sem", "keyfactors", "planning", "qualitative", "performance",
    "report", "pipeline", "study", "waves",
)  # fmt: skip
FIRST = {
    "InstrumentError": 0, "DataError": 0, "ModelSyntaxError": 0, "IdentificationError": 0,
    "ConvergenceError": 0, "OptionError": 0, "MissingExtraError": 0, "Complaint": 1, "Problem": 2,
}  # fmt: skip


def _english_only(words: ast.expr) -> bool:
    if isinstance(words, ast.Constant):
        return isinstance(words.value, str)
    if isinstance(words, ast.BoolOp):
        return any(map(_english_only, words.values))
    if isinstance(words, ast.IfExp):
        return _english_only(words.body) or _english_only(words.orelse)
    return isinstance(words, (ast.JoinedStr, ast.BinOp))


def _words(call: ast.Call, first: int) -> list[ast.expr]:
    beside = [word.value for word in call.keywords if word.arg in ("found", "message", "fix")]
    return call.args[first : first + 2] + beside


@pytest.mark.parametrize("folder", FOLDERS)
def test_errors_are_said_in_both_languages(folder: str) -> None:
    seen = 0
    for path in sorted((SOURCE / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                first = FIRST.get(node.func.id)
                if first is None:
                    continue
                seen += 1
                for words in _words(node, first):
                    place = f"{path.relative_to(SOURCE)}:{words.lineno}"
                    assert not _english_only(words), f"{place}: write Text(english, chinese)"
    assert seen
