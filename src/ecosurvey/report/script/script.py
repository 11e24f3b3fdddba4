"""The program as a whole: one cell a step of the run, and a check at the end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ecosurvey._version import __version__
from ecosurvey.report.script.factor_cells import factor_cells
from ecosurvey.report.script.literals import arguments, changed_rules, named, quoted
from ecosurvey.report.script.model_cells import model_cells

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis
    from ecosurvey.cleaning.known_margins import Share

_HEAD = '''"""The library calls that give the results here, written by ecosurvey {version}.

Run it where the questionnaire and the answers lie, or change their paths; or paste it into a
notebook, cell by cell. `python analysis.py --check` also compares with results.json.
"""

# %% What was asked, what was answered, and what is kept of it
import ecosurvey as es

asked = es.load_instrument({instrument})
{margins}answered = es.read_responses({answers}, asked{mapping})
kept = es.clean(answered{rules})
items, scales = kept.items, asked.scales()
ids = [*(c.id for c in asked.constructs), *(h.id for h in asked.higher_order)]
names = {{name: asked.name_of(name) for name in ids}}
results = [kept]
'''
_DESCRIBED = """
# %% Sample, items and scales
from ecosurvey.descriptives.background import background

about = background(kept)
results.append(es.describe_sample(kept.frame, about))
texts = {item.id: item.text for item in asked.items}
points = {item.id: item.scale.points for item in asked.items}
ends = {item: (at[0], at[-1]) for item, at in points.items() if at}
turned = [item.id for item in asked.items if item.reverse]
results.append(es.describe_items(items, texts, ends, reverse=turned))
results.append(es.describe_scales(items, scales, names))

# %% Missing answers
alone = [name for name in about if name in kept.frame]  # several answers have several columns
coded = [name for name in alone if about[name][1]]
beside = kept.frame[alone] if alone else None
words = {name: label for name, (label, _) in about.items()}
results.append(es.missing_data(items, scales, beside, categorical=coded, names=words))
print(*results, sep="\\n\\n")
"""
_CHECK = """
# %% The same numbers as in results.json?
if __name__ == "__main__":
    import sys
    from pathlib import Path

    if "--check" in sys.argv:
        from ecosurvey.report.script import same_numbers

        told = same_numbers(Path(__file__).with_name("results.json"), results, {models})
        print(told)
        sys.exit(0 if told.same else 1)
"""


def analysis_script(analysis: Analysis, inputs: Sequence[tuple[str, Path]] = ()) -> str:
    """Return a program that makes the same results by single calls of the library.

    Every table of the run comes from one of its calls, but for those that hold words alone,
    the recomputation by other programs and the joint display, which have commands of their own.

    Parameters
    ----------
    analysis : Analysis
    inputs : sequence of (role, path)
        What was read beside the questionnaire and the answers.
    """
    config = analysis.config
    mapping = [path for role, path in inputs if role == "mapping"]
    rules = ""
    if config.policy != "default" or config.screen:
        rules = f", rules=es.Rules({changed_rules(analysis.clean.rules)})"
    text = _HEAD.format(
        version=__version__,
        instrument=named(analysis.instrument.path, "questionnaire.yaml"),
        answers=named(analysis.responses.path, "answers.csv"),
        margins=_margins(config.margins),
        mapping=f", mapping=es.read_mapping({named(mapping[0], '')})" if mapping else "",
        rules=rules,
    )
    if analysis.clean.design is not None:
        text += "results.append(kept.design)\n"
    if analysis.items is not None:
        text += _DESCRIBED
    text += _reliability(analysis) + _exploratory(analysis)
    text += model_cells(analysis) + factor_cells(analysis)
    models = [f"{name}={name}" for name in ("measurement", "structural") if getattr(analysis, name)]
    return text + _CHECK.replace(", {models}", "".join(f", {one}" for one in models))


def _margins(given: Sequence[Share]) -> str:
    if not given:
        return ""
    rows = "".join(f"    {row!r},\n" for row in given)
    return f"known = [\n{rows}]\nasked = es.with_margins(asked, known)\n"


def _reliability(analysis: Analysis) -> str:
    if analysis.reliability is None:
        return ""
    seed, drawn = analysis.config.seed, analysis.reliability.n_boot
    text = "\n# %% Reliability\n"
    text += f"results.append(es.reliability(items, scales, names, n_boot={drawn}, seed={seed}))\n"
    if analysis.ordinal is not None:
        graded = [str(name) for name in analysis.ordinal.scales.index]
        text += (
            f"graded = {{name: scales[name] for name in {quoted(graded)}}}\n"
            f"results.append(es.ordinal_reliability(items, graded, names, seed={seed}))\n"
        )
    if analysis.content is not None:
        text += (
            "from ecosurvey.pipeline.experts import judge_content\n\n"
            "results.append(judge_content(asked)[0])\n"
        )
    return text + 'print(*results[-3:], sep="\\n\\n")\n'


def _exploratory(analysis: Analysis) -> str:
    text = ""
    if analysis.item_correlations is not None:
        kind = quoted(analysis.item_correlations.correlation)
        text += (
            "\n# %% Correlations of the items\n"
            f"together = es.item_correlations(items, scales, names, correlation={kind})\n"
            "results.append(together)\nprint(together)\n"
        )
    if analysis.retention is not None:
        options = arguments(
            {"seed": analysis.config.seed} if analysis.retention.comparison is not None
            else {"seed": analysis.config.seed, "comparison": False}
        ).strip().replace("\n   ", "")  # fmt: skip
        text += (
            "\n# %% Exploratory factors\n"
            f"number = es.number_of_factors(items, {options.rstrip(',')})\n"
            "explored = es.efa(items, max(number.recommended, 1))\n"
            "results += [es.adequacy(items), number, explored]\n"
            'print(*results[-3:], sep="\\n\\n")\n'
        )
    return text
