"""Path diagrams from files: a questionnaire or a model text, with answers or without."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ecosurvey.analysis import AnalysisConfig
from ecosurvey.core import DataError, Finding, OptionError, Text
from ecosurvey.core.settings_file import settings_text

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.report.model import Illustration
    from ecosurvey.sem import SemResult

_QUESTIONNAIRES = (".yaml", ".yml")


def draw_model(
    model: str | Path,
    data: pd.DataFrame | str | Path | None = None,
    *,
    config: AnalysisConfig | None = None,
    mapping: str | Path | None = None,
) -> tuple[dict[str, Illustration], tuple[Finding, ...]]:
    """Return the diagrams of a model by part, and what its fits found.

    Parameters
    ----------
    model : str or Path
        A questionnaire (``.yaml``), whose answers are screened as in an analysis; or a file
        with a model in lavaan's language, whose answers are taken as they are.
    data : DataFrame, str or Path, optional
        The answers; without them the model is drawn without numbers.
    config : AnalysisConfig, optional
        Estimator and treatment of gaps.
    mapping : str or Path, optional
        Which column holds which question of the questionnaire.

    Returns
    -------
    dict of str to Illustration
        ``measurement`` and ``structural``, those that the model has.
    tuple of Finding

    Raises
    ------
    EcosurveyError
        One of its children, where a file cannot be read or the model not be fitted.
    """
    chosen = config or AnalysisConfig(0)
    path = Path(model)
    if path.suffix.lower() in _QUESTIONNAIRES:
        made, fits = _of_questionnaire(path, data, chosen, mapping)
    else:
        made, fits = _of_text(_text(path), data, chosen)
    for fit in fits:
        if not fit.converged:
            raise DataError(
                Text(
                    "the model did not converge, so there is nothing to draw",
                    "模型未收敛，因此没有可绘制的内容",
                ),
                where=path.name,
                fix=Text(
                    "Leave the answers out to draw it without numbers.",
                    "请去掉答卷，只绘制不带数字的图。",
                ),
            )
    if not made:
        raise OptionError(
            Text("the model has neither constructs nor paths", "模型既没有构念也没有路径"),
            where=path.name,
        )
    return made, tuple(dict.fromkeys(found for fit in fits for found in fit.findings))


def _of_questionnaire(
    path: Path, data: pd.DataFrame | str | Path | None, config: AnalysisConfig,
    mapping: str | Path | None,
) -> tuple[dict[str, Illustration], list[SemResult]]:  # fmt: skip
    from ecosurvey.instrument import load_instrument
    from ecosurvey.pipeline.model_fits import fit_model
    from ecosurvey.report.diagrams import illustrations
    from ecosurvey.report.sections.parts import name_of

    asked = load_instrument(path)
    texts = {"measurement": asked.measurement_syntax(), "structural": asked.structural_syntax()}
    models: dict[str, SemResult | str] = {part: text for part, text in texts.items() if text}
    fits: list[SemResult] = []
    if data is not None:
        from ecosurvey.cleaning import clean
        from ecosurvey.cleaning.rules import rules_of
        from ecosurvey.responses import read_mapping, read_responses

        known = None if mapping is None else read_mapping(mapping)
        answered = read_responses(data, asked, mapping=known)
        kept = clean(answered, rules=replace(rules_of(asked), policy=config.policy))
        fits = [fit_model(text, kept, config) for text in texts.values() if text]
        models = dict(zip(models, fits, strict=True))
    if any(not fit.converged for fit in fits):
        return {}, fits
    made = {
        part: illustrations(one, lambda key: name_of(asked, key)).get(part)
        for part, one in models.items()
    }
    return {part: one for part, one in made.items() if one is not None}, fits


def _of_text(
    text: str, data: pd.DataFrame | str | Path | None, config: AnalysisConfig
) -> tuple[dict[str, Illustration], list[SemResult]]:
    from ecosurvey.report.diagrams import illustrations
    from ecosurvey.sem import sem
    from ecosurvey.sem.syntax import parameter_table

    model: SemResult | str = text
    fits: list[SemResult] = []
    if data is not None:
        observed = parameter_table(text).observed
        frame = _columns(data, observed)
        missing = config.treatment(gaps=bool(frame.isna().to_numpy().any()))
        ordinal = list(observed) if config.estimator == "WLSMV" else ()
        model = sem(text, frame, estimator=config.estimator, missing=missing, ordered=ordinal)
        fits = [model]
        if not model.converged:
            return {}, fits
    return illustrations(model, lambda key: Text(key, key)), fits


def _text(path: Path) -> str:
    return settings_text(
        path,
        fix=Text(
            "Name a questionnaire (.yaml), or a file with a model in lavaan's language.",
            "请给出问卷（.yaml），或用lavaan语法写成的模型文件。",
        ),
        too_large=Text("too large for the text of a model", "作为模型文本太大"),
        encoding="utf-8-sig",
    )


def _columns(data: pd.DataFrame | str | Path, names: tuple[str, ...]) -> pd.DataFrame:
    """Return the columns that a model names, as numbers.

    Raises
    ------
    DataError
        If one is not there, or holds something else.
    """
    import pandas as pd

    from ecosurvey.core import did_you_mean
    from ecosurvey.responses.formats import read_table

    table = read_table(data)
    found: dict[str, pd.Series[float]] = {}
    for name in names:
        if name not in table.headers:
            raise DataError(
                Text(f"there is no column {name!r}", f"没有列 {name!r}"),
                where=table.name,
                fix=did_you_mean(name, list(table.headers))
                or Text("Name it in the model as there.", "请在模型中使用数据文件中的列名。"),
            )
        cells = table.cells[table.headers.index(name)].astype(str).str.strip()
        gaps = cells.isin(("", "NA", "NaN", "nan", "None", "<NA>"))
        values = pd.to_numeric(cells.where(~gaps), errors="coerce")
        bad = cells[values.isna() & ~gaps]
        if len(bad):
            raise DataError(
                Text(
                    f"{name}: {str(bad.iloc[0])[:40]!r} in row {bad.index[0]} is no number",
                    f"{name}：第{bad.index[0]}行的 {str(bad.iloc[0])[:40]!r} 不是数字",
                ),
                where=table.name,
                fix=Text(
                    "A model in lavaan's language needs coded answers.",
                    "用lavaan语法写的模型需要已编码的答卷。",
                ),
            )
        found[name] = values.astype(float)
    return pd.DataFrame(found)
