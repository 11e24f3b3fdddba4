"""The models by which a replicate of two waves is judged: from equal intercepts to none equal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ecosurvey.core import InstrumentError, OptionError, Text
from ecosurvey.planning.trial import LooserModel
from ecosurvey.sem.request import Request

WAVE = "wave"
_WORDS = {
    "scalar": Text("equal intercepts are rejected", "拒绝截距相等"),
    "metric": Text("equal loadings are rejected", "拒绝载荷相等"),
    "thresholds": Text("equal thresholds are rejected", "拒绝阈值相等"),
}


@dataclass(frozen=True, slots=True)
class ChangeModels:
    """The model that compares means, and the looser ones it rests on.

    Attributes
    ----------
    model : str
    request : Request
    looser : tuple of LooserModel
    """

    model: str
    request: Request
    looser: tuple[LooserModel, ...]


def continuous_models(
    model: str, owners: Mapping[str, str], free: Sequence[str], estimator: str, missing: str
) -> ChangeModels:
    """Return models of answers taken as numbers: equal intercepts, equal loadings, none."""
    partial = [text for item in free for text in (f"{owners[item]}=~{item}", f"{item}~1")]

    def request(equal: tuple[str, ...]) -> Request:
        return Request(
            "cfa", estimator, missing, group=WAVE, group_equal=equal, group_partial=partial,
            baseline=False,
        )  # fmt: skip

    looser = (
        LooserModel("scalar", _WORDS["scalar"], model, request(("loadings",))),
        LooserModel("metric", _WORDS["metric"], model, request(())),
    )
    return ChangeModels(model, request(("loadings", "intercepts")), looser)


def ordinal_models(
    model: str, thresholds: Mapping[str, int], free: Sequence[str], missing: str
) -> ChangeModels:
    """Return Wu and Estabrook's models of ordinal answers, as ``es.invariance`` tests them.

    Parameters
    ----------
    model : str
    thresholds : mapping of str to int
        Item -> number of its thresholds.
    free : sequence of str
        Items whose parameters may all differ.
    missing : str
    """
    from ecosurvey.sem.invariance.ordinal import items_of, level_syntax, ordinal_levels
    from ecosurvey.sem.options import TableOptions
    from ecosurvey.sem.syntax import parameter_table

    for item, count in thresholds.items():
        if count < 1:
            raise OptionError(
                Text(
                    f"{item} is not ordinal, so its change cannot be planned with WLSMV",
                    f"{item} 不是有序题项，不能用WLSMV规划其变化",
                ),
                fix=Text("Use MLR.", "请使用MLR。"),
            )
    if " ~~ " in model:
        raise InstrumentError(
            Text(
                "a construct of one item has no ordinal invariance to be tested",
                "只有一个题项的构念无法检验有序题项的等值性",
            ),
            fix=Text(
                "Choose others with constructs=, or use MLR.",
                "请用 constructs= 选择其他构念，或使用MLR。",
            ),
        )
    options = TableOptions("cfa", std_lv=True, parameterization="theta")
    table = parameter_table(model, thresholds=dict(thresholds), options=options)
    items = items_of(table)
    levels = ordinal_levels(["scalar"], items)[::-1]
    request = Request(
        "cfa", "WLSMV", missing, list(thresholds), group=WAVE, std_lv=True,
        parameterization="theta", baseline=False,
    )  # fmt: skip
    freed = [f"{item}|" for item in free]
    texts = [level_syntax(table, items, 2, level, freed) for level in levels]
    looser = [
        LooserModel(level.name, _WORDS[level.name], text, request)
        for level, text in zip(levels[:-1], texts[1:], strict=True)
    ]
    return ChangeModels(texts[0], request, tuple(looser))
