"""Figures to files: SVG, PDF and PNG, the same bytes each time."""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecosurvey.core import Finding, Lang
from ecosurvey.core.remember import keep, key_of, recall
from ecosurvey.report.figures.fonts import choices, families, missing_letters, undrawable_in
from ecosurvey.report.figures.png import png
from ecosurvey.report.figures.style import DPI, style
from ecosurvey.report.stored import encode

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from ecosurvey.report.model import Illustration

_METADATA: dict[str, dict[str, None]] = {
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}

KINDS = (*_METADATA, "png")
_MOST_JOBS = 4  # each loads Matplotlib for itself


@dataclass(frozen=True, slots=True)
class Picture:
    """One figure in the formats asked for, and what could not be drawn in it."""

    svg: bytes = b""
    pdf: bytes = b""
    png: bytes = b""
    findings: tuple[Finding, ...] = ()


def render(illustration: Illustration, lang: Lang, kinds: Collection[str] = KINDS) -> Picture:
    """Draw a figure and return its files; English labels where Chinese cannot be drawn."""
    lost = ""
    for fonts in choices(lang):
        with style(fonts), warnings.catch_warnings():
            # said better by our own finding, once a figure
            warnings.filterwarnings("ignore", message="Glyph .* missing from font")
            figure = illustration.draw(lang)
            lost = undrawable_in(figure, fonts)
            if lost and fonts != families():
                continue  # with more fonts
            if lost and lang == "zh":
                figure = illustration.draw("en")
            files = {kind: _bytes(figure, kind) for kind in KINDS if kind in kinds}
            break
    findings = (missing_letters(illustration.key, lost),) if lost else ()
    return Picture(**files, findings=findings)


def load() -> None:
    """Load all that drawing needs, by drawing next to nothing: a worker can while it waits."""
    from ecosurvey.report.figures.canvas import sheet

    with style(choices("en")[0]):
        figure, axes = sheet(9, 9)
        axes.text(1, 1, "0")
        for kind in KINDS:
            _bytes(figure, kind)


def render_all(
    illustrations: Sequence[Illustration],
    lang: Lang,
    *,
    jobs: int | None = None,
    kinds: Collection[str] = KINDS,
) -> dict[str, Picture]:
    """Draw figures and return their files by key, whoever drew them the same bytes.

    Parameters
    ----------
    illustrations : sequence of Illustration
    lang : {"en", "zh"}
    jobs : int, optional
        Number of processes, -1 for one a core; this one alone if left out. A process takes
        about a second to begin, so a report of one or two figures gains nothing.
    kinds : collection of {"svg", "pdf", "png"}
    """
    return begin_rendering(illustrations, lang, jobs=jobs, kinds=kinds)()


def begin_rendering(
    illustrations: Sequence[Illustration],
    lang: Lang,
    *,
    jobs: int | None = None,
    kinds: Collection[str] = KINDS,
) -> Callable[[], dict[str, Picture]]:
    """Let other processes begin as in :func:`render_all`; call what is returned for the files."""
    from joblib import Parallel, delayed, effective_n_jobs  # type: ignore[import-untyped]

    keys = {one.key: _content_key(one, lang, kinds) for one in illustrations}
    known = {name: _unpacked(recall(key)) for name, key in keys.items()}
    # the last figures of a report take longest: begun last, one worker would draw alone
    wanted = [one for one in reversed(illustrations) if known[one.key] is None]
    workers = 1 if jobs is None else min(effective_n_jobs(jobs), len(wanted), _MOST_JOBS)
    made: Iterator[Picture]
    if workers < 2:
        made = (render(one, lang, kinds) for one in wanted)
    else:
        made = Parallel(n_jobs=workers, batch_size=1, return_as="generator")(
            delayed(render)(one, lang, kinds) for one in wanted
        )

    def finish() -> dict[str, Picture]:
        found = {name: picture for name, picture in known.items() if picture is not None}
        for one, picture in zip(wanted, made, strict=True):
            found[one.key] = picture
            if not picture.findings:  # letters that lack a font may have one the next time
                keep(keys[one.key], _packed(picture))
        return {one.key: found[one.key] for one in illustrations}

    return finish


def _content_key(one: Illustration, lang: Lang, kinds: Collection[str]) -> str | None:
    """Return what the files of a figure are remembered under: what is drawn, and how."""
    try:
        told = json.dumps(encode(one.draw), ensure_ascii=False)
    except (TypeError, ValueError):  # it holds something whose content cannot be told
        return None
    return key_of("figure", [told, lang, sorted(kinds)])


def _packed(picture: Picture) -> dict[str, NDArray[np.uint8]]:
    import numpy as np

    return {kind: np.frombuffer(getattr(picture, kind), np.uint8) for kind in KINDS}


def _unpacked(found: Mapping[str, NDArray[Any]] | None) -> Picture | None:
    if found is None:
        return None
    svg, pdf, png = (found[kind].tobytes() for kind in ("svg", "pdf", "png"))
    return Picture(svg, pdf, png)


def _bytes(figure: Figure, kind: str) -> bytes:
    if kind == "png":
        return png(figure, DPI)
    stream = io.BytesIO()
    figure.savefig(stream, format=kind, metadata=_METADATA[kind])
    return stream.getvalue()
