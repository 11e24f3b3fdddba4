"""Whatever is done to a questionnaire file, the loader answers in its own words."""

from __future__ import annotations

import contextlib
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecosurvey.core import InstrumentError
from ecosurvey.instrument import Instrument, load_instrument

DEMO = (Path(__file__).parent / "demo.yaml").read_text("utf-8")
LINES = DEMO.splitlines(keepends=True)
HARD = st.sampled_from(
    ["\t", ":", "：", "- ", "{", "}", "[", "]", "&a", "*a", "!!str ", "'", '"', "|", ">", "#", "%",
     "? ", "\u202e", "\x00", "\r", "\u2028", "\ufeff", "null", "1e999", "0x", "-", "...", "---\n",
     "0o7", "99999999999999999999999", ".inf", ".nan", "~", "<<: ", "@", "`", ",", "\U0001f600"]
)  # fmt: skip
QUIET = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def answers_in_its_own_words(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with contextlib.suppress(InstrumentError):
        assert isinstance(load_instrument(path), Instrument)


@QUIET
@given(st.data())
def test_mutated_files_never_raise_anything_else(tmp_path: Path, data: st.DataObject) -> None:
    text = DEMO
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        kind = data.draw(st.sampled_from(["insert", "cut", "repeat"]))
        length = data.draw(st.integers(0, 40))
        if kind == "insert":
            text = text[:at] + data.draw(HARD) + text[at:]
        elif kind == "cut":
            text = text[:at] + text[at + length :]
        else:
            text = text[:at] + text[at : at + length] + text[at:]
    answers_in_its_own_words(tmp_path / "x.yaml", text.encode("utf-8", "surrogatepass"))


@QUIET
@given(st.lists(st.integers(0, len(LINES) - 1), min_size=1, max_size=30), st.booleans())
def test_shuffled_lines_never_raise_anything_else(
    tmp_path: Path, order: list[int], keep: bool
) -> None:
    lines = [*LINES, *(LINES[n] for n in order)] if keep else [LINES[n] for n in order]
    answers_in_its_own_words(tmp_path / "x.yaml", "".join(lines).encode())


@QUIET
@given(st.binary(max_size=400))
def test_noise_never_raises_anything_else(tmp_path: Path, noise: bytes) -> None:
    answers_in_its_own_words(tmp_path / "x.yaml", noise)


@QUIET
@given(st.text(alphabet=st.sampled_from("ab:-[]{}&*!|>'\"%@?, \n\t#0.1~"), max_size=80))
def test_small_yaml_never_raises_anything_else(tmp_path: Path, text: str) -> None:
    answers_in_its_own_words(tmp_path / "x.yaml", text.encode())
