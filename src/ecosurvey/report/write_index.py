"""All files of a performance index: document, dashboard, tables, figures, numbers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosurvey.core import Lang, Text
from ecosurvey.report.dashboard import dashboard_page
from ecosurvey.report.document_files import begin_document, write_file
from ecosurvey.report.model import Document
from ecosurvey.report.results_json import finding_json, to_json
from ecosurvey.report.run_record import write_record
from ecosurvey.report.sections.index import sections

if TYPE_CHECKING:
    from ecosurvey.instrument import Instrument
    from ecosurvey.performance import PerformanceIndex, Slices

SCHEMA = "ecosurvey/index/1"


def index_document(found: PerformanceIndex, asked: Instrument) -> Document:
    """Return the index before any medium."""
    subtitle = Text(
        "Performance index by {by}: questionnaire {i} {v}", "绩效指数（按{by}；问卷{i}，版本{v}）"
    ).fill(by=found.by_name, i=asked.id, v=asked.version)
    return Document(asked.title, subtitle, found.synthetic, sections(found))


def write_index(
    found: PerformanceIndex,
    sliced: Slices,
    asked: Instrument,
    folder: Path,
    lang: Lang = "en",
    *,
    command: Sequence[str] = (),
    inputs: Sequence[tuple[str, Path]] = (),
    jobs: int | None = None,
) -> list[Path]:
    """Write ``dashboard.html``, the document ``index``, tables, figures, and ``index.json``.

    Parameters
    ----------
    found : PerformanceIndex
    sliced : Slices
        The same for every choice of filters, for the dashboard.
    asked : Instrument
    folder : Path
    lang : {"en", "zh"}
        Of the document; the dashboard holds both languages and begins with this one.
    command : sequence of str
        What the user typed, for provenance.json.
    inputs : sequence of (role, path)
        The files read; named, with their hashes, in provenance.json.
    jobs : int, optional
        Processes that draw the figures, -1 for one a core.
    """
    _, files = begin_document(index_document(found, asked), folder, lang, name="index", jobs=jobs)()
    page = dashboard_page(found, sliced, asked.title, lang)
    files.append(write_file(folder / "dashboard.html", page.encode("utf-8")))
    files.append(write_file(folder / "index.json", to_json(index_json(found)).encode("utf-8")))
    options = {
        "lang": lang, "by": found.by, "scheme": found.scheme, "level": found.level,
        "filters": [one.variable for one in sliced.filters],
    }  # fmt: skip
    return write_record(
        files, folder, command, options, inputs, synthetic=found.synthetic, seed=found.seed
    )


def index_json(found: PerformanceIndex) -> dict[str, Any]:
    """Return the index as plain data, unrounded."""
    return {
        "schema": SCHEMA,
        "synthetic": found.synthetic,
        "by": found.by,
        "waves": list(found.waves),
        "units": [{"code": u.code, "en": u.name.en, "zh": u.name.zh} for u in found.units],
        "scheme": found.scheme,
        "weights": {name: dict(of) for name, of in found.weights.items()},
        "weight_intervals": [
            {
                "scheme": w.scheme, "part": w.part, "weight": w.weight, "lower": w.lower,
                "upper": w.upper, "kind": w.kind,
            }
            for w in found.weight_intervals
        ],
        "unsure": [
            {
                "wave": u.wave, "unit": u.unit, "lower": u.lower, "upper": u.upper,
                "rank_lower": u.rank_lower, "rank_upper": u.rank_upper,
                "prob_first": u.prob_first,
            }
            for u in found.unsure
        ],
        "items": {part.id: dict(part.items) for part in (*found.parts, *found.beside)},
        "scores": [
            {
                "wave": s.wave, "unit": s.unit, "part": s.part, "n": s.n, "raw": s.raw,
                "score": s.score, "se": s.se, "lower": s.lower, "upper": s.upper,
                "reliability": s.reliability, "target": s.target, "gap": s.gap,
                "standing": s.standing,
            }
            for s in found.scores
        ],
        "placings": [
            {
                "wave": p.wave, "unit": p.unit, "rank": p.rank, "rank_lower": p.rank_lower,
                "rank_upper": p.rank_upper, "prob_first": p.prob_first,
                "by_scheme": {
                    name: {"score": score, "rank": rank}
                    for name, (score, rank) in p.by_scheme.items()
                },
                "without_one": list(p.without_one),
            }
            for p in found.placings
        ],
        "concordances": [
            {
                "wave": c.wave, "first": c.first, "second": c.second,
                "kendall": c.kendall if c.kendall == c.kendall else None,
                "spearman": c.spearman if c.spearman == c.spearman else None,
                "moved": c.moved, "most": c.most,
            }
            for c in found.concordances
        ],
        "experts": None if found.experts is None else {
            name: {"weights": list(map(float, one.weights)), "cr": one.consistency_ratio}
            for name, one in zip(found.experts.names, found.experts.alone, strict=True)
        },
        "incomparable": list(found.incomparable),
        "changes": [
            {
                "before": c.before, "after": c.after, "unit": c.unit, "part": c.part,
                "change": c.change, "lower": c.lower, "upper": c.upper,
            }
            for c in found.changes()
        ],
        "findings": [finding_json(finding) for finding in found.findings],
    }  # fmt: skip
