"""Where words for people go: progress and messages to stderr, results to stdout."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape

from ecosurvey.core import Finding, Lang, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecosurvey.pipeline import Step

DONE, UNTRUSTED, BAD_INPUT, FAULT, INTERRUPTED = 0, 1, 2, 70, 130

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)
_LEFT = Text("left", "剩余")


@contextmanager
def steps(planned: Sequence[Step], lang: Lang, *, quiet: bool) -> Iterator[Callable[[Text], None]]:
    """Show a bar that names the step under way, with the time left; lines if not on a terminal."""
    if quiet or not err.is_terminal:

        def say_step(step: Text) -> None:
            if not quiet:
                err.print(f"· {escape(step.say(lang))}")

        yield say_step
        return
    from rich.progress import (
        BarColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    weights = {step.label: step.weight for step in planned}
    columns = (
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(),
        TextColumn(_LEFT.say(lang)), TimeRemainingColumn(),
    )  # fmt: skip
    # steps are few and long: the pace is that of the whole run, not of its last seconds
    with Progress(*columns, console=err, transient=True, speed_estimate_period=3600) as progress:
        task = progress.add_task("", total=sum(weights.values()))
        under_way = [0.0]

        def advance(step: Text) -> None:
            progress.update(task, description=escape(step.say(lang)), advance=under_way[0])
            under_way[0] = weights.get(step, 1.0)

        yield advance


@contextmanager
def counted(what: Text, lang: Lang, *, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Show a bar that counts equal pieces of work, with the time left; a line a quarter else."""
    if quiet:
        yield None
        return
    if not err.is_terminal:
        told = [0]

        def say_quarter(done: int, wanted: int) -> None:
            quarter = 4 * done // wanted
            if quarter > told[0]:
                err.print(f"· {escape(what.say(lang))}: {done}/{wanted}")
            told[0] = quarter

        yield say_quarter
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TextColumn(_LEFT.say(lang)), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=err, transient=True, speed_estimate_period=120) as progress:
        task = progress.add_task(escape(what.say(lang)), total=None)

        def advance(done: int, wanted: int) -> None:
            progress.update(task, completed=done, total=wanted)

        yield advance


def print_json(data: dict[str, Any]) -> None:
    """Print one JSON object, whole on its lines whatever the terminal's width."""
    import json

    out.print(
        json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False), markup=False,
        soft_wrap=True,
    )  # fmt: skip


def show_findings(findings: tuple[Finding, ...], lang: Lang, *, most: int = 8) -> None:
    """Print findings, the serious in red and the warnings in yellow; notes stay in the report."""
    said = [finding for finding in findings if finding.severity != "note"]
    for finding in said[:most]:
        colour = "red" if finding.severity == "serious" else "yellow"
        # Chinese has no spaces to break at: the terminal wraps it, else the mark stands alone
        err.print(f"[{colour}]! {escape(finding.say(lang))}[/{colour}]", soft_wrap=lang == "zh")
    if len(said) > most:
        rest = Text("… and {n} more in the report", "……另有{n}条，见报告").fill(n=len(said) - most)
        err.print(f"[yellow]{rest.say(lang)}[/yellow]")


_SPOKEN: list[Lang] = ["en"]


def speak(language: str) -> None:
    """Let errors be said in a language from now on; ``both`` says them twice."""
    _SPOKEN[:] = ["en", "zh"] if language == "both" else ["zh" if language == "zh" else "en"]


def spoken() -> tuple[Lang, ...]:
    """Return the languages that errors are said in."""
    return tuple(_SPOKEN)


def utf8_streams() -> None:
    """Let Chinese through on consoles whose encoding cannot write it."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
