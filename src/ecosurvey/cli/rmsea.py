"""Power and precision of the test of a whole model, as ``ecosurvey power --rmsea`` tells them."""

from __future__ import annotations

from pathlib import Path

from ecosurvey.cli import console
from ecosurvey.cli.options import words_of
from ecosurvey.core import Lang, OptionError, Text, number


def tell_rmsea(
    instrument: Path | None,
    df: int | None,
    rmsea: str | None,
    width: float | None,
    sizes: list[int],
    find: float | None,
    alpha: float,
    lang: Lang,
) -> None:
    """Print power at sizes, the size for a power, or the size for a width of the interval."""
    from ecosurvey.planning import rmsea_power, rmsea_precision_sample_size, rmsea_sample_size

    null, true = _pair(rmsea)
    if df is None:
        df = _degrees_of_freedom(instrument)
    said: list[Text] = []
    if sizes:
        found = rmsea_power(df, sizes, null=null, alternative=true, alpha=alpha)
        console.out.print(found.tables()[0].to_text(lang), markup=False, soft_wrap=True)
    if width is not None:
        n = rmsea_precision_sample_size(df, width, true)
        words = Text(
            "RMSEA {e} with a 90% interval no wider than {w} (df = {df}): N = {n}",
            "RMSEA为{e}时，90%区间宽度不超过{w}（df = {df}）：N = {n}",
        )
        said.append(words.fill(e=f"{true:g}", w=f"{width:g}", df=df, n=f"{n:,}"))
    if find is not None or not (sizes or said):
        wanted = 0.80 if find is None else find
        n = rmsea_sample_size(df, wanted, null=null, alternative=true, alpha=alpha)
        words = Text(
            "Power {p} to reject RMSEA {null} where it is {true} (df = {df}): N = {n}",
            "RMSEA真值为{true}时拒绝{null}的功效达到{p}（df = {df}）：N = {n}",
        )
        p = number(wanted, 2, bounded=True)
        said.append(words.fill(p=p, null=f"{null:g}", true=f"{true:g}", df=df, n=f"{n:,}"))
    for line in said:
        console.out.print(line.say(lang), markup=False, soft_wrap=True)


def _pair(rmsea: str | None) -> tuple[float, float]:
    try:
        null, true = (float(word) for word in words_of(rmsea or "0.05,0.08"))
    except ValueError:
        raise OptionError(
            Text(f"--rmsea {rmsea!r} is not two numbers", f"--rmsea {rmsea!r} 不是两个数"),
            fix=Text("Use --rmsea 0.05,0.08.", "如 --rmsea 0.05,0.08。"),
        ) from None
    return null, true


def _degrees_of_freedom(instrument: Path | None) -> int:
    """Return those of the questionnaire's model."""
    from ecosurvey.instrument import load_instrument
    from ecosurvey.planning.noncentral import model_df

    if instrument is None:
        raise OptionError(
            Text("there is no model", "没有模型"),
            fix=Text("Name a questionnaire, or give --df.", "请给出问卷，或给出 --df。"),
        )
    return model_df(load_instrument(instrument))
