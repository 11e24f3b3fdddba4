"""The checklist names sections that are there, and leaves the rest to the researcher."""

from __future__ import annotations

from ecosurvey.core import Text
from ecosurvey.report.model import Section, TableBlock
from ecosurvey.report.sections import checklist


def wheres(section: Section) -> list[str]:
    block = section.blocks[1]
    assert isinstance(block, TableBlock)
    return [str(row[1]) for row in block.table.rows]


def test_an_absent_section_answers_nothing() -> None:
    none = wheres(checklist.section({}))
    assert set(none) == {"The researcher must supply this"}
    some = wheres(checklist.section({"sample": Text("Sample", "样本")}))
    assert some.count("Section “Sample”") == 3
    assert some.count("The researcher must supply this") == len(none) - 3


def test_the_sum_in_the_text_is_that_of_the_table() -> None:
    section = checklist.section({"sample": Text("Sample", "样本")})
    total = len(wheres(section))
    words = str(getattr(section.blocks[0], "words", ""))
    assert f"Of the {total} items" in words
    assert f"the other {total - 3}." in words


def test_every_section_named_by_the_checklist_is_one_that_a_report_may_have() -> None:
    from pathlib import Path

    folder = Path(checklist.__file__).parent
    written = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    for item in checklist._ITEMS:
        if item.section:
            assert written.count(f'"{item.section}"') >= 2 or item.section in written
            assert f'"{item.section}",' in written
