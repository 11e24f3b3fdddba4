"""What is said of a questionnaire file that is not right."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ecosurvey.core import InstrumentError
from ecosurvey.instrument import load_instrument

Refusal = Callable[..., str]

# each a part of the demonstration, what it is replaced by, and what the loader then says
SLIPS = json.loads((Path(__file__).parent / "slips.json").read_text("utf-8"))


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip["case"])
def test_a_slip_is_named_with_its_place(slip: dict[str, str], refusal: Refusal) -> None:
    message = refusal((slip["replace"], slip["by"]))
    assert slip["said"] in message
    assert "\n     " in message and "^" in message, "the source line and a caret are shown"


def test_every_problem_is_told_at_once_with_line_and_column(refusal: Refusal) -> None:
    message = refusal(
        ("licence: CC", "lisence: CC"),
        ("type: longtext", "type: longtxt"),
        ("equal_loadings: true", "equal_loadings: yes"),
    )
    assert message.startswith("demo.yaml has 3 problems:\n")
    assert ":10:1: 'lisence'" in message


def test_the_caret_stands_under_the_value_even_after_chinese(refusal: Refusal) -> None:
    lines = refusal(("after: POL2", "after: POL9")).splitlines()
    source, caret = lines[-2], lines[-1]
    at = caret.index("^")
    from unicodedata import east_asian_width

    width = 0
    for char in source:
        if width == at:
            assert char == "P"
            break
        width += 2 if east_asian_width(char) in "WF" else 1


def write(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    return path


UNSAFE = {
    "alias": (b"a: &x 1\nb: *x\n", "anchors and aliases"),
    "tag": (b"a: !!python/object/apply:os.system ['ls']\n", "the tag"),
    "local tag": (b"a: !thing {b: 1}\n", "the tag"),
    "second document": (b"a: 1\n---\nb: 2\n", "a second document begins here"),
    "duplicate key": (b"a: 1\na: 2\nb: {c: 1, c: 2}\n", "the key 'c' stands twice"),
    "deep": (b"a: " + b"[" * 5000, "nested more than 24 deep"),
    "deep mapping": (b"a: " + b"{a: " * 5000, "nested more than 24 deep"),
    "list as key": (b"? [1, 2]\n: 3\n", "a key must be a word"),
    "bidi": ("a: \u202eevil\n".encode(), "U+202E"),
    "control": (b"a: \x07bell\n", "U+0007"),
    "nul": (b"a: \x00\n", "U+0000"),
    "not utf-8": (b"a: \xff\xfe\n", "line 1 is not UTF-8"),
    "empty": (b"", "the file is empty"),
    "comment only": (b"# nothing\n", "the file is empty"),
    "unclosed": (b'a: [1,\nb: "x\n', "this is not YAML"),
    "tab": (b"a:\n\tb: 1\n", "A tab stands near"),
    "full-width colon": ("a: 1\nid：y\n".encode(), "full-width character"),
    "a list": (b"- 1\n- 2\n", "the file is a list; expected a mapping"),
    "a word": (b"hello\n", "expected a mapping"),
    "large": (b"#" * (1 << 20) + b"\n", "bytes; at most"),
}


@pytest.mark.parametrize("case", UNSAFE)
def test_unsafe_or_broken_text_is_refused(case: str, tmp_path: Path) -> None:
    content, said = UNSAFE[case]
    with pytest.raises(InstrumentError) as caught:
        load_instrument(write(tmp_path, content))
    assert said in str(caught.value)


def test_a_broken_part_is_told_where_it_began(tmp_path: Path) -> None:
    with pytest.raises(InstrumentError, match=r"x\.yaml:2:4: this is not YAML"):
        load_instrument(write(tmp_path, b'a: 1\nb: "never ends\nc: 2\n'))


def test_a_file_that_is_not_there_is_said_with_the_nearest_name(tmp_path: Path) -> None:
    write(tmp_path, b"")
    (tmp_path / "survey.yaml").write_text("")
    with pytest.raises(InstrumentError, match=r"no such file. Did you mean 'survey.yaml'"):
        load_instrument(tmp_path / "survay.yaml")
    with pytest.raises(InstrumentError, match="this is a folder"):
        load_instrument(tmp_path)
    with pytest.raises(InstrumentError, match="does not exist either"):
        load_instrument(tmp_path / "no" / "x.yaml")


def test_source_lines_shown_carry_no_control_characters(tmp_path: Path) -> None:
    with pytest.raises(InstrumentError) as caught:
        load_instrument(write(tmp_path, "a: \u202e\x1b[31mred\n".encode()))
    assert "\x1b" not in str(caught.value) and "\u202e" not in str(caught.value)
