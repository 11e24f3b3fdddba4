"""``ecosurvey validate``: check a questionnaire without analyzing anything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ecosurvey.cli import console
from ecosurvey.cli.options import language_of
from ecosurvey.core import Text


def validate(
    instrument: Annotated[Path, typer.Argument(help="The questionnaire: a .yaml file.")],
    lang: Annotated[str, typer.Option(help="Language of the messages: en or zh.")] = "en",
) -> None:
    """Check a questionnaire without analyzing anything: every problem, with line and column.

    Example: ecosurvey validate mystudy.yaml
    """
    from ecosurvey.instrument import load_instrument

    language = language_of(lang)
    loaded = load_instrument(instrument)
    console.show_findings(loaded.findings, language, most=50)
    words = Text(
        "{path}: valid. {title}, version {version}: {constructs} constructs, {items} items, "
        "{hypotheses} hypotheses.",
        "{path}：有效。{title}，版本{version}：{constructs}个构念，{items}个题项，{hypotheses}条假设。",
    ).fill(
        path=instrument.name,
        title=loaded.title,
        version=loaded.version,
        constructs=len(loaded.constructs) + len(loaded.higher_order),
        items=len(loaded.items),
        hypotheses=len(loaded.hypotheses),
    )
    console.out.print(words.say(language), markup=False, soft_wrap=True)
