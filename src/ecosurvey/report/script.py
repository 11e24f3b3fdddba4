"""``analysis.py``: the library calls that give the results of a run, for a notebook."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecosurvey._version import __version__
from ecosurvey.cleaning.design import CLUSTER, WEIGHT

if TYPE_CHECKING:
    from ecosurvey.analysis import Analysis
    from ecosurvey.cleaning.known_margins import Share
    from ecosurvey.sem import SemResult

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
'''
_CHECK = """
# %% The same numbers as in results.json?
if __name__ == "__main__":
    import json
    import sys
    from pathlib import Path

    found = {{{numbers}}}
    print(json.dumps(found, indent=1))
    if "--check" in sys.argv:
        told = json.loads(Path(__file__).with_name("results.json").read_text("utf-8"))
        wanted = {{{wanted}}}
        # other processors round otherwise in the last digits
        same = [k for k in found if abs(found[k] - wanted[k]) <= 1e-6 * max(1, abs(wanted[k]))]
        print(f"{{len(same)}} of {{len(found)}} numbers as in results.json")
        sys.exit(0 if len(same) == len(found) else 1)
"""


def analysis_script(analysis: Analysis, inputs: Sequence[tuple[str, Path]] = ()) -> str:
    """Return a program that makes the same results by single calls of the library.

    Parameters
    ----------
    analysis : Analysis
    inputs : sequence of (role, path)
        What was read beside the questionnaire and the answers.
    """
    config, made = analysis.config, analysis.responses
    mapping = [path for role, path in inputs if role == "mapping"]
    text = _HEAD.format(
        version=__version__,
        instrument=_name(analysis.instrument.path, "questionnaire.yaml"),
        answers=_name(made.path, "answers.csv"),
        margins=_margins(config.margins),
        mapping=f", mapping=es.read_mapping({_name(mapping[0], '')})" if mapping else "",
        rules=_rules(analysis),
    )
    numbers: dict[str, tuple[str, str]] = {"n": ("len(kept.frame)", 'told["data"]["n_analysed"]')}
    if analysis.items is not None:
        text += (
            "\n# %% Items and scales\nprint(es.describe_items(items))\n"
            "print(es.describe_scales(items, scales, names))\n"
        )
    if analysis.reliability is not None:
        text += "\n# %% Reliability\nprint(es.reliability(items, scales, names))\n"
    if analysis.parallel is not None:
        text += (
            "\n# %% Exploratory factors\nprint(es.adequacy(items))\n"
            f"number = es.number_of_factors(items, seed={config.seed}{_compared(analysis)})\n"
            "print(number)\nprint(es.efa(items, max(number.recommended, 1)))\n"
        )
    for name, title, syntax, fit in (
        ("measurement", "Measurement model", "measurement_syntax", analysis.measurement),
        ("structural", "Structural model", "structural_syntax", analysis.structural),
    ):
        if fit is not None:
            text += f"\n# %% {title}\n{name} = {_fit(analysis, fit, syntax)}\nprint({name})\n"
            if fit.converged:
                numbers[f"{name} chisq"] = (
                    f'float({name}.fit_measures["chisq"])',
                    f'told["{name}"]["fit_measures"]["chisq"]',
                )
        if name == "measurement" and analysis.validity is not None:
            given = f"measurement, items, names, n_boot=500, seed={config.seed}"
            text += f"print(es.validity({given}))\n"
    if analysis.bootstrap is not None:
        text += (
            f"drawn = structural.bootstrap({config.bootstrap}, seed={config.seed})\nprint(drawn)\n"
        )
    if analysis.key_factors is not None:
        text += (
            "\n# %% Key factors\nranked = es.key_factors(\n"
            "    structural, asked.outcome, asked.candidates or None, names=names,\n"
            f"    seed={config.seed},\n)\nprint(ranked)\n"
        )
        text += _angles(analysis)
        for index, row in enumerate(analysis.key_factors.rows):
            numbers[f"total effect of {row.factor}"] = (
                f"ranked.rows[{index}].total_std",
                f'told["key_factors"]["ranking"][{index}]["total_std"]',
            )
    return text + _CHECK.format(
        numbers=_dict({key: pair[0] for key, pair in numbers.items()}, 8),
        wanted=_dict({key: pair[1] for key, pair in numbers.items()}, 12),
    )


def _angles(analysis: Analysis) -> str:
    """Return the calls for the factors from every angle, and by group."""
    seed, text = analysis.config.seed, ""
    if analysis.factor_study is not None:
        ends = "ends" if all(item.scale.points for item in analysis.instrument.items) else "None"
        drawn = "drawn" if analysis.bootstrap is not None else "None"
        text += (
            "points = {item.id: item.scale.points for item in asked.items}\n"
            "ends = {item: (at[0], at[-1]) for item, at in points.items() if at}\n"
            "study = es.factor_study(\n"
            "    structural, asked.outcome, ranking=ranked,\n"
            "    scores=es.scale_scores(items, scales),\n"
            f"    ends={ends}, names=names | {{item.id: item.text for item in asked.items}},\n"
            f"    bootstrap={drawn}, seed={seed},\n)\nprint(study)\n"
        )
    if analysis.group_factors is not None:
        text += (
            "by_group = es.group_factors(\n"
            f"    asked.structural_syntax(), kept.frame, {_quoted(analysis.config.groups)},\n"
            "    asked.outcome, asked.candidates or None, names=names,\n"
            f"    estimator={_quoted(analysis.config.estimator)},\n"
            f"    missing={_quoted(_in_groups(analysis))},\n"
            f"    ordered={_ordered(analysis)}, seed={seed},\n)\nprint(by_group)\n"
        )
    return text


def _in_groups(analysis: Analysis) -> str:
    """Return how gaps are treated in the groups: every answer would take many times as long."""
    if analysis.config.missing != "auto":
        return analysis.config.missing
    return "pairwise" if analysis.config.estimator == "WLSMV" else "listwise"


def _ordered(analysis: Analysis) -> list[str]:
    fit = analysis.structural
    return list(fit.table.ordered) if fit is not None else []


def _quoted(word: object) -> str:
    r"""Return a literal of Python, texts in double quotes where they can be read as they stand.

    Examples
    --------
    >>> print(_quoted("wave.csv"), _quoted('a"b'), _quoted(None))
    "wave.csv" "a\"b" None
    """
    if isinstance(word, str) and word.isprintable():
        return json.dumps(word, ensure_ascii=False)
    return repr(word)


def _name(path: Path | None, other: str) -> str:
    return _quoted(path.name if path is not None else other)


def _margins(given: Sequence[Share]) -> str:
    if not given:
        return ""
    rows = "".join(f"    {row!r},\n" for row in given)
    return f"known = [\n{rows}]\nasked = es.with_margins(asked, known)\n"


def _rules(analysis: Analysis) -> str:
    """Return the argument for the screening, where it is not what the questionnaire says."""
    if analysis.config.policy == "default" and not analysis.config.screen:
        return ""
    from ecosurvey.cleaning import Rules

    used, usual = analysis.clean.rules, Rules()
    other = [
        f"{part.name}={getattr(used, part.name)!r}"
        for part in fields(used)
        if getattr(used, part.name) != getattr(usual, part.name)
    ]
    return f", rules=es.Rules({', '.join(other)})"


def _fit(analysis: Analysis, fit: SemResult, syntax: str) -> str:
    """Return the call that fitted a model."""
    gaps = bool(analysis.clean.items.isna().to_numpy().any())
    options: dict[str, Any] = {
        "estimator": fit.estimator, "missing": analysis.config.treatment(gaps=gaps),
    }  # fmt: skip
    if fit.estimator == "WLSMV":
        options["ordered"] = list(fit.table.ordered)
    elif analysis.clean.design is not None and analysis.config.estimator in ("ML", "MLR"):
        columns = {WEIGHT: "sampling_weights", CLUSTER: "cluster"}
        options |= {columns[name]: name for name in analysis.clean.design.columns}
    told = "".join(f",\n    {key}={_quoted(value)}" for key, value in options.items())
    return f"es.sem(\n    asked.{syntax}(),\n    kept.frame{told},\n)"


def _dict(pairs: dict[str, str], indent: int) -> str:
    space = " " * indent
    lines = "".join(f"{space}{_quoted(key)}: {value},\n" for key, value in pairs.items())
    return f"\n{lines}{' ' * (indent - 4)}"


def _compared(analysis: Analysis) -> str:
    """Return the option that leaves comparison data out, where the run left them out."""
    number = analysis.retention
    return ", comparison=False" if number is not None and number.comparison is None else ""
