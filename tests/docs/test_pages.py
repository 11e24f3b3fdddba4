"""The code on the pages of the documentation and in the README runs as it stands there."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

import ecosurvey
import ecosurvey.keyfactors.specification_curve

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").glob("[!_]*/*.md"))
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize(
    "page", [p for p in PAGES if BLOCK.search(p.read_text("utf-8"))], ids=lambda page: page.stem
)
def test_the_code_of_the_page_runs(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    _try_few_analyses(monkeypatch)
    code = "\n".join(BLOCK.findall(page.read_text("utf-8")))
    exec(compile(code, str(page), "exec"), {})


def _try_few_analyses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a specification curve try eight analyses: the page is tested, not the curve."""
    module = sys.modules["ecosurvey.keyfactors.specification_curve"]
    listed = module.specifications
    monkeypatch.setattr(
        module, "specifications",
        lambda *given, limit, **options: listed(*given, limit=min(limit, 8), **options),
    )  # fmt: skip


def test_the_questionnaire_on_the_page_is_valid(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "how-to" / "questionnaire.md").read_text("utf-8")
    example = re.findall(r"^```yaml\n(.*?)^```", text, re.DOTALL | re.MULTILINE)[0]
    (tmp_path / "trust.yaml").write_text(example, "utf-8")
    assert len(ecosurvey.load_instrument(tmp_path / "trust.yaml").items) == 6


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_name_of_ours_on_the_page_exists(page: Path) -> None:
    named = set(re.findall(r"\bes\.([a-z_]+)", page.read_text("utf-8")))
    assert named <= set(dir(ecosurvey))
