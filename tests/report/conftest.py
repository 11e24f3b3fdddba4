"""A whole analysis made by hand: small, quick, with hostile words where data may bring them."""

from __future__ import annotations

from dataclasses import MISSING, fields
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from ecosurvey.analysis import Analysis, AnalysisConfig
from ecosurvey.cleaning.model import RuleCount
from ecosurvey.core import Column, Finding, Table, Text

HOSTILE = "=1+1 <script>alert(1)</script> \\input{x} 50% & $x_1$ \u202egnp.\x00 [[table:nope]]"


@pytest.fixture
def table() -> Table:
    spanner = Text("95% CI", "95%置信区间")
    return Table(
        "paths",
        Text("Paths & tests", "路径与检验"),
        (
            Column("path", Text("Path", "路径"), "label"),
            Column("est", Text("β", "β"), decimals=2, bounded=True),
            Column("low", Text("Low", "下限"), spanner=spanner),
            Column("high", Text("High", "上限"), spanner=spanner),
            Column("p", Text("p", "p"), "p"),
        ),
        (
            (Text("A → B", "甲 → 乙"), 0.5, 0.25, 0.75, 0.0001),
            (HOSTILE, -0.25, -1.5, float("nan"), 0.04),
            ("C", None, None, None, None),
        ),
        (Text("A note with 5% & more.", "含5%的注释。"),),
        ((0, Text("First group", "第一组")), (2, Text("Second group", "第二组"))),
    )


def _simple_table(key: str, title: str = "Title") -> Table:
    columns = (Column("name", Text("Name", "名称"), "label"), Column("value", Text("Value", "值")))
    return Table(key, Text(title, "标题"), columns, (("a", 1.5), ("b", -2.25)))


def _parameters() -> pd.DataFrame:
    rows = [
        ("A", "=~", "a1", 1.0, 0.0, float("nan"), float("nan"), 0.8),
        ("A", "=~", "a2", 0.9, 0.05, 18.0, 1e-9, 0.7),
        ("B", "=~", "b1", 1.0, 0.0, float("nan"), float("nan"), 0.75),
        ("B", "=~", "b2", 1.1, 0.06, 18.3, 1e-9, 0.85),
        ("B", "~", "A", 0.45, 0.05, 9.0, 1e-9, 0.42),
    ]
    names = ["lhs", "op", "rhs", "est", "se", "z", "pvalue", "std_all"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(ci_lower=frame["est"] - 0.1, ci_upper=frame["est"] + 0.1)


class FakeFit(SimpleNamespace):
    def standardized(self) -> pd.DataFrame:
        frame = self.parameters.rename(columns={"std_all": "est_std"})
        return frame.assign(ci_lower=frame["est_std"] - 0.1, ci_upper=frame["est_std"] + 0.1)

    def tables(self) -> tuple[Table, ...]:
        return (_simple_table("fit"), _simple_table("loadings"), _simple_table("covariances"))


def fake_fit(**changes: Any) -> FakeFit:
    measures = {
        "chisq": 30.25,
        "df": 24.0,
        "pvalue": 0.177,
        "cfi": 0.991,
        "tli": 0.987,
        "rmsea": 0.03,
        "rmsea_ci_lower": 0.0,
        "rmsea_ci_upper": 0.06,
        "srmr": 0.031,
        "aic": float("nan"),
    }
    given: dict[str, Any] = {
        "estimator": "MLR",
        "n": 300,
        "converged": True,
        "fit_measures": measures,
        "parameters": _parameters(),
        "table": SimpleNamespace(latent=("A", "B"), rows=()),
        "r_squared": pd.Series({"a1": 0.64, "a2": 0.49, "b1": 0.56, "b2": 0.72, "B": 0.18}),
        "latent_correlations": pd.DataFrame(
            [[1.0, 0.42], [0.42, 1.0]], index=["A", "B"], columns=["A", "B"]
        ),
        "findings": (),
    }
    return FakeFit(**(given | changes))


def _instrument() -> SimpleNamespace:
    labels = {i: Text(f"answer {i}", f"选项{i}") for i in range(1, 6)}
    scale = SimpleNamespace(id="agree", kind="likert", min=1, max=5, labels=labels)
    scale.points = (1, 2, 3, 4, 5)

    def item(name: str, construct: str, reverse: bool = False) -> SimpleNamespace:
        words = Text(f"Wording of {name} {HOSTILE}", f"{name}的题干{HOSTILE}")
        return SimpleNamespace(
            id=name, text=words, construct=construct, reverse=reverse, scale=scale
        )

    items = (item("a1", "A"), item("a2", "A", True), item("b1", "B"), item("b2", "B"))
    names = {"A": Text("Policy <b>", "政策<b>"), "B": Text("Effect & more", "成效&更多")}
    constructs = tuple(
        SimpleNamespace(id=key, name=name, items=tuple(i for i in items if i.construct == key))
        for key, name in names.items()
    )
    return SimpleNamespace(
        id="demo",
        version="1.0.0",
        title=Text("Demo {title}", "示例{标题}"),
        path=Path("/home/someone/secret/demo.yaml"),
        sha256="ab" * 32,
        items=items,
        constructs=constructs,
        hypotheses=(SimpleNamespace(id="H1", source="A", target="B"),),
        outcome="B",
        illustration=False,
        name_of=lambda key: names.get(key, Text(key, key)),
        tables=lambda: (_simple_table("items", "Questionnaire"),),
    )


def _key_factors() -> SimpleNamespace:
    import dataclasses

    from ecosurvey.keyfactors import RankedFactor

    wanted = {
        "factor": "A",
        "name": Text("Policy <b>", "政策<b>"),
        "rank": 1,
        "total_std": 0.42,
        "ci_lower": 0.32,
        "ci_upper": 0.52,
    }
    every = {field.name: wanted.get(field.name, 0.5) for field in dataclasses.fields(RankedFactor)}
    return SimpleNamespace(
        rows=(RankedFactor(**every),),
        outcome="B",
        outcome_name=Text("Effect & more", "成效&更多"),
        level=0.95,
        tables=lambda: (_simple_table("key_factors"),),
        findings=(),
    )


def make_analysis(**changes: Any) -> SimpleNamespace:
    instrument = _instrument()
    frame = pd.DataFrame(
        {i.id: [float(1 + (k + j) % 5) for j in range(40)] for k, i in enumerate(instrument.items)},
        index=range(2, 42),
    )
    import numpy as np

    flow = (
        SimpleNamespace(label=Text("Received", "回收"), excluded=0, remaining=42),
        SimpleNamespace(label=Text("Duplicates", "重复"), excluded=2, remaining=40),
        SimpleNamespace(label=Text("Analysed", "分析"), excluded=0, remaining=40),
    )
    scales = pd.DataFrame(
        {"omega": [0.81, 0.66], "omega_ci_lower": [0.78, 0.6], "omega_ci_upper": [0.84, 0.72]},
        index=["A", "B"],
    )
    loadings = pd.DataFrame([[0.8, 0.1], [0.7, 0.0], [0.1, 0.7], [0.0, 0.8]])
    loadings.index = pd.Index([i.id for i in instrument.items])
    loadings.columns = pd.Index(["F1", "F2"])
    given: dict[str, Any] = {
        "instrument": instrument,
        "responses": SimpleNamespace(
            frame=frame,
            path=Path("/home/someone/wave.csv"),
            sha256="cd" * 32,
            n_rows=42,
            log_tables=tuple,
        ),
        "clean": SimpleNamespace(
            frame=frame,
            items=frame,
            flow=flow,
            rule_counts=lambda: (RuleCount("speed", Text("Too fast", "作答过快"), 42, 3, 2),),
            tables=lambda: (_simple_table("flow"),),
            log_tables=tuple,
            design=None,
            findings=(),
        ),
        "sample": SimpleNamespace(tables=lambda: (_simple_table("sample"),)),
        "items": SimpleNamespace(tables=lambda: (_simple_table("item_statistics"),)),
        "scales": SimpleNamespace(tables=lambda: (_simple_table("scales"),)),
        "reliability": SimpleNamespace(
            scales=scales,
            names={name: instrument.name_of(name) for name in scales.index},
            level=0.95,
            n_boot=0,
            tables=lambda: (_simple_table("reliability"),),
        ),
        "validity": None,
        "adequacy": SimpleNamespace(
            kmo=SimpleNamespace(overall=0.83),
            bartlett=SimpleNamespace(chisq=410.2, df=6, pvalue=1e-20),
            tables=lambda: (_simple_table("adequacy"),),
        ),
        "parallel": SimpleNamespace(
            eigenvalues=np.array([2.1, 1.2, 0.4, 0.3]),
            random_mean=np.array([1.2, 1.05, 0.95, 0.8]),
            random_percentile=np.array([1.3, 1.1, 1.0, 0.85]),
            percentile=95.0,
            n_iter=100,
            n_factors=2,
            tables=lambda: (_simple_table("parallel"),),
        ),
        "efa": SimpleNamespace(loadings=loadings, tables=lambda: (_simple_table("efa_loadings"),)),
        "measurement": fake_fit(),
        "structural": fake_fit(),
        "key_factors": _key_factors(),
        "hypotheses": None,
        "factor_study": None,
        "group_means": None,
        "joint": None,
        "missing_data": None,
        "bootstrap": None,
        "group_factors": None,
        "mediations": None,
        "moderations": None,
        "specification_curve": None,
        "sensitivity": None,
        "config": AnalysisConfig(7),
        "findings": (
            Finding("note_one", "note", Text("A note.", "一条说明。")),
            Finding("bad_one", "serious", Text(f"Serious {HOSTILE}", f"严重{HOSTILE}")),
            Finding(
                "warned", "warning", Text("Careful.", "当心。"), hint=Text("Look.", "请查看。")
            ),
        ),
        "synthetic": True,
    }
    absent = {
        field.name: field.default for field in fields(Analysis) if field.default is not MISSING
    }
    return SimpleNamespace(**(absent | given | changes))


@pytest.fixture(scope="session")
def made() -> SimpleNamespace:
    return make_analysis()


@pytest.fixture(scope="session")
def remake() -> Any:
    return make_analysis
