"""The page of a performance index: fixed code, and data of which nothing is ever run."""

from __future__ import annotations

import base64
import hashlib
import json
from importlib import resources
from typing import TYPE_CHECKING, Any

from ecosurvey.core import Lang, Text
from ecosurvey.performance import OVERALL, SCHEMES
from ecosurvey.performance.model import ALL_PARTS
from ecosurvey.report.banner import SYNTHETIC
from ecosurvey.report.dashboard.words import WORDS
from ecosurvey.report.render.escape import html_escape
from ecosurvey.report.render.html import html_table

if TYPE_CHECKING:
    from ecosurvey.performance import PerformanceIndex, Score, Slices

_DIGITS = 1


def dashboard_page(found: PerformanceIndex, sliced: Slices, title: Text, lang: Lang = "en") -> str:
    """Return the dashboard as one self-contained HTML page in both languages.

    Parameters
    ----------
    found : PerformanceIndex
    sliced : Slices
        The index for every choice of filters.
    title : Text
    lang : {"en", "zh"}
        The language it begins with.
    """
    css, js = _asset("page.css"), _asset("page.js")
    policy = (
        f"default-src 'none'; style-src 'sha256-{_digest(css)}'; "
        f"script-src 'sha256-{_digest(js)}'; base-uri 'none'; form-action 'none'"
    )
    data = _harmless(json.dumps(_data(found, sliced, title), ensure_ascii=False, allow_nan=False,
                                separators=(",", ":")))  # fmt: skip
    without = html_table(found.tables()[0], lang) if found.tables() else ""
    return (
        f'<!doctype html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}"><head>'
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="generator" content="ecosurvey">'
        f"<title>{html_escape(title.say(lang))}</title><style>{css}</style></head>\n<body>"
        '<header><h1 id="title"></h1><button type="button" id="language"></button>'
        '<p id="subtitle"></p></header><p id="banner" role="note" hidden></p>'
        '<form id="choices" autocomplete="off"></form><p id="told" aria-live="polite"></p>'
        '<main><section><h2 id="h-bars"></h2><div id="bars"></div></section>'
        '<section><h2 id="h-trend"></h2><div id="trend"></div></section>'
        '<section class="broad"><h2 id="h-heat"></h2><div id="heat"></div></section>'
        '<section class="broad"><h2 id="h-ranks"></h2><p id="about-ranks"></p>'
        '<div id="ranks"></div></section></main><footer id="notes"></footer>'
        f"<noscript>{without}</noscript>"
        f'<script type="application/json" id="data">{data}</script><script>{js}</script>'
        "</body></html>\n"
    )


def _data(found: PerformanceIndex, sliced: Slices, title: Text) -> dict[str, Any]:
    """Return what the page shows, as plain data."""
    parts = [OVERALL, *(part.id for part in (*found.parts, *found.beside))]
    weights = found.weights[found.scheme]
    own = {one.part: one for one in found.weight_intervals if one.scheme == found.scheme}
    unsure = {(one.wave, one.unit): one for one in found.unsure}
    return {
        "words": {key: _both(words) for key, words in WORDS.items()},
        "title": _both(title),
        "banner": _both(SYNTHETIC) if found.synthetic else None,
        "by": _both(found.by_name),
        "level": f"{100 * found.level:g}%",
        "waves": list(found.waves),
        "units": {unit.code: _both(unit.name) for unit in found.units},
        "parts": [
            {
                "id": name,
                "name": _both(ALL_PARTS if name == OVERALL else found.part_name(name)),
                "weight": round(weights[name], 3) if name in weights else None,
                "range": [round(own[name].lower, 3), round(own[name].upper, 3)]
                if name in own
                else None,
                "loose": name in found.incomparable,
            }
            for name in parts
        ],
        "scheme": _both(_scheme(found.scheme)),
        "schemes": [_both(_scheme(name)) for name in found.weights],
        "filters": [
            {
                "name": _both(one.name),
                "values": [{"code": code, "name": _both(words)} for code, words in one.values],
            }
            for one in sliced.filters
        ],
        "together": sliced.together,
        "slices": {
            f"{one.wave}\x1f" + "\x1f".join(value or "" for value in one.chosen): {
                "n": one.n, "scores": _scores(one.scores, parts),
            }
            for one in sliced.slices
        },
        "targets": {s.part: s.target for s in found.scores if s.target is not None},
        "ranks": [
            {
                "wave": p.wave, "unit": p.unit, "rank": p.rank,
                "chance": [p.rank_lower, p.rank_upper], "first": round(p.prob_first, 2),
                "unsure": [unsure[p.wave, p.unit].rank_lower, unsure[p.wave, p.unit].rank_upper]
                if (p.wave, p.unit) in unsure else None,
                "schemes": [
                    p.by_scheme[name][1] if name in p.by_scheme else None for name in found.weights
                ],
                "without": list(p.without_one),
            }
            for p in found.placings
        ],
        "findings": [
            {"severity": f.severity, "words": {"en": f.say("en"), "zh": f.say("zh")}}
            for f in found.findings
        ],
    }  # fmt: skip


def _scores(scores: tuple[Score, ...], parts: list[str]) -> dict[str, list[Any]]:
    """Return unit -> for each part n, score, interval, own mean and own share, or null."""
    place = {part: at for at, part in enumerate(parts)}
    made: dict[str, list[Any]] = {}
    for one in scores:
        row = made.setdefault(one.unit, [None] * len(parts))
        values = (one.score, one.lower, one.upper, one.raw)
        row[place[one.part]] = [
            one.n, *(round(value, _DIGITS) for value in values), round(one.reliability, 2)
        ]  # fmt: skip
    return made


def _scheme(name: str) -> Text:
    return next(words for key, words in SCHEMES.items() if key == name)


def _both(words: Text) -> dict[str, str]:
    return {"en": words.en, "zh": words.zh}


def _harmless(text: str) -> str:
    """Return JSON in which nothing can end the element that holds it."""
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def _asset(name: str) -> str:
    return (resources.files("ecosurvey.report.dashboard") / name).read_text("utf-8").strip()


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
