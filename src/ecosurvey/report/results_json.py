"""Every number of the report by key, for programs."""

from __future__ import annotations

import json
import math
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from ecosurvey._version import __version__
from ecosurvey.core import Cell, Finding, Table, Text
from ecosurvey.report.banner import SYNTHETIC
from ecosurvey.report.document import document

if TYPE_CHECKING:
    import pandas as pd
    from _typeshed import DataclassInstance

    from ecosurvey.analysis import Analysis
    from ecosurvey.keyfactors import KeyFactors
    from ecosurvey.keyfactors.group_means import GroupMeans
    from ecosurvey.report.model import Document
    from ecosurvey.report.second_engine import SecondEngine
    from ecosurvey.sem import SemResult
    from ecosurvey.sem.missing_data import MissingData

SCHEMA = "ecosurvey/results/1"


def results_json(
    analysis: Analysis, check: SecondEngine | None = None, made: Document | None = None
) -> dict[str, Any]:
    """Return the results as plain data: numbers unrounded, words in both languages.

    Parameters
    ----------
    analysis : Analysis
    check : SecondEngine, optional
    made : Document, optional
        The report of the two, where it is at hand.

    Returns
    -------
    dict
        ``schema``, ``synthetic``, ``instrument``, ``data``, ``options``, ``key_factors``,
        ``measurement`` and ``structural`` (fit measures and parameters), ``missing_data``
        (shares, Little's test and the treatment recommended), ``second_engine`` (what other
        programs found), ``group_means`` (of latent variables), ``tables`` (every table of the
        report by key) and ``findings``. Holds no NaN or infinity: what is not known is ``None``.
    """
    made = document(analysis, check) if made is None else made
    instrument, responses = analysis.instrument, analysis.responses
    found: dict[str, Any] = {
        "schema": SCHEMA,
        "ecosurvey": __version__,
        "synthetic": analysis.synthetic,
    }
    if analysis.synthetic:
        found["banner"] = _words(SYNTHETIC)
    found |= {
        "instrument": {
            "id": instrument.id,
            "version": instrument.version,
            "title": _words(instrument.title),
            "sha256": instrument.sha256,
        },
        "data": {
            "sha256": responses.sha256,
            "n_received": int(responses.n_rows),
            "n_analysed": len(analysis.clean.frame),
        },
        "options": {"seed": analysis.config.seed, **analysis.config.options()},
        "key_factors": None,
        "measurement": model_json(analysis.measurement) if analysis.measurement else None,
        "structural": model_json(analysis.structural) if analysis.structural else None,
        "imputation": _imputation(analysis),
        "missing_data": _missing(analysis.missing_data) if analysis.missing_data else None,
        "second_engine": _check(check) if check is not None else None,
        "group_means": _group_means(analysis.group_means) if analysis.group_means else None,
        "tables": {table.key: table_json(table) for table in made.tables()},
        "findings": [finding_json(finding) for finding in analysis.findings],
    }
    if analysis.key_factors is not None:
        found["key_factors"] = _ranking(analysis.key_factors)
    return found


def headline_json(analysis: Analysis) -> dict[str, Any]:
    """Return what a reader wants first, as plain data: sample, fit, ranking."""
    fit = analysis.structural or analysis.measurement
    ranked = analysis.key_factors
    return {
        "n_received": int(analysis.responses.n_rows),
        "n_analysed": len(analysis.clean.frame),
        "fit_measures": model_json(fit)["fit_measures"] if fit is not None else None,
        "key_factors": _ranking(ranked) if ranked is not None else None,
    }


def _ranking(factors: KeyFactors) -> dict[str, Any]:
    return {
        "outcome": factors.outcome,
        "level": factors.level,
        "ranking": [
            {key: _cell(value) for key, value in _fields(row).items()} for row in factors.rows
        ],
    }


def results_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of ``results.json``, which the package carries.

    Examples
    --------
    >>> results_schema()["properties"]["schema"]["const"]
    'ecosurvey/results/1'
    """
    from importlib import resources

    text = resources.files("ecosurvey.report").joinpath("results.schema.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def to_json(data: dict[str, Any]) -> str:
    """Return plain data as readable JSON, the same text for the same data."""
    return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def model_json(fit: SemResult) -> dict[str, Any]:
    """Return a fitted model as plain data."""
    return {
        "estimator": fit.estimator,
        "n": int(fit.n),
        "converged": bool(fit.converged),
        "fit_measures": {key: _plain(value) for key, value in fit.fit_measures.items()},
        "parameters": _records(fit.parameters),
        "r_squared": {str(key): _plain(value) for key, value in fit.r_squared.items()},
    }


def _imputation(analysis: Analysis) -> dict[str, Any] | None:
    made, over = analysis.imputed, analysis.imputed_effects
    if made is None:
        return None
    return {
        "data_sets": len(made.datasets),
        "iterations": made.iterations,
        "imputed": made.filled,
        "rhat": {key: _plain(value) for key, value in made.rhat.items()},
        "effects": [{key: _cell(value) for key, value in _fields(row).items()} for row in over.rows]
        if over
        else [],
    }


def _missing(account: MissingData) -> dict[str, Any]:
    little, treatment = account.mcar, account.treatment
    keys = ("statistic", "df", "pvalue", "n", "n_patterns")
    return {
        "share": account.share,
        "complete_rows": account.complete,
        "by_item": {str(key): _plain(value) for key, value in account.by_item.items()},
        "by_scale": {str(key): _plain(value) for key, value in account.by_scale.items()},
        "little_mcar": {key: _plain(getattr(little, key)) for key in keys} if little else None,
        "related": [
            {key: _cell(value) for key, value in _fields(one).items()} for one in account.related
        ],
        "treatment": {
            "method": treatment.method,
            "auxiliary": list(treatment.auxiliary),
            "reason": _words(treatment.say),
        },
    }


def _group_means(means: GroupMeans) -> list[dict[str, Any]]:
    return [{key: _cell(value) for key, value in _fields(row).items()} for row in means.rows]


def _check(check: SecondEngine) -> dict[str, Any]:
    return {
        "agrees": check.agrees,
        "remarks": [_words(remark) for remark in check.remarks],
        "numbers": [
            {key: _cell(value) for key, value in _fields(one).items()}
            | {"difference": _plain(one.difference), "agrees": one.agrees}
            for one in check.numbers
        ],
    }


def table_json(table: Table) -> dict[str, Any]:
    """Return a table as plain data, its rows by the keys of the columns."""
    keys = [column.key for column in table.columns]
    return {
        "title": _words(table.title),
        "columns": [
            {"key": c.key, "heading": _words(c.heading), "kind": c.kind} for c in table.columns
        ],
        "groups": [{"row": row, "heading": _words(words)} for row, words in table.groups],
        "rows": [dict(zip(keys, map(_cell, row), strict=True)) for row in table.rows],
        "notes": [_words(note) for note in table.notes],
    }


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(key): _cell(value) for key, value in row.items()} for row in frame.to_dict("records")
    ]


def _fields(record: DataclassInstance) -> dict[str, Any]:
    return {part.name: getattr(record, part.name) for part in fields(record)}


def _cell(value: Cell | Any) -> Any:
    return _words(value) if isinstance(value, Text) else _plain(value)


def _plain(value: Any) -> Any:
    """Return a number, text or None as JSON knows them; NumPy's kinds become Python's."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return str(value)


def _words(words: Text) -> dict[str, str]:
    return {"en": words.en, "zh": words.zh}


def finding_json(finding: Finding) -> dict[str, Any]:
    """Return a finding as plain data."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "where": finding.where,
        "message": _words(finding.message),
        "hint": _words(finding.hint) if finding.hint else None,
    }
