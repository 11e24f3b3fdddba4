"""The study's questionnaire: what it measures, how it is worded, what it expects."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from ruamel.yaml import YAML

from ecosurvey.instrument import Instrument, load_instrument
from ecosurvey.responses import read_responses

ROOT = Path(__file__).parents[2]
FILE = ROOT / "instruments" / "ecosystem.yaml"
SIZES = {
    "POL": 5, "FUN": 4, "CUL": 4, "TEC": 4, "ENT": 4, "BCU": 3, "BST": 3, "BCO": 3,
    "PLT": 5, "STD": 4, "TCH": 5, "CHN": 4, "VCC": 4, "TAL": 4, "COM": 4,
}  # fmt: skip
BLOCKS = {"guarantee", "component", "driver", "barrier", "path", "outcome"}
DIMENSIONS = {"subject", "resource", "technology", "culture"}


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return load_instrument(FILE)


@pytest.fixture(scope="module")
def raw() -> Any:
    return YAML(typ="safe").load(FILE.read_text("utf-8"))


def raw_items(raw: Any) -> list[Any]:
    return [item for construct in raw["constructs"] for item in construct["items"]]


def test_it_has_the_constructs_and_items_of_the_study(instrument: Instrument) -> None:
    assert {k: len(v) for k, v in instrument.scales().items()} == SIZES
    assert {h.id: h.of for h in instrument.higher_order} == {
        "BAR": ("BCU", "BST", "BCO"),
        "ECO": ("CHN", "VCC", "TAL", "COM"),
    }


def test_every_item_is_on_a_five_point_scale_with_all_points_named(instrument: Instrument) -> None:
    for item in instrument.items:
        assert (item.scale.min, item.scale.max) == (1, 5)
        assert sorted(item.scale.labels) == [1, 2, 3, 4, 5]


def test_few_items_are_reversed_never_two_in_a_construct(instrument: Instrument) -> None:
    reverse = [item for item in instrument.items if item.reverse]
    assert [item.id for item in reverse] == ["POL5", "ENT4", "PLT5", "TCH5"]
    assert len({item.construct for item in reverse}) == len(reverse)


def test_every_item_names_the_passage_of_the_theory_it_measures(raw: Any) -> None:
    passages = set()
    for item in raw_items(raw):
        theory = item["theory"]
        assert theory["block"] in BLOCKS
        assert theory["dimension"] in DIMENSIONS
        assert theory["passage"]["zh"]
        passages.add(theory["passage"]["en"])
    assert len(passages) == 60  # no two items for the same passage


def test_every_dimension_of_the_theory_is_measured(raw: Any) -> None:
    assert {item["theory"]["dimension"] for item in raw_items(raw)} == DIMENSIONS
    assert {item["theory"]["block"] for item in raw_items(raw)} == BLOCKS


def test_no_chinese_item_joins_two_ideas_or_is_long(raw: Any) -> None:
    for item in raw_items(raw):
        words = item["label"]["zh"]
        assert 10 <= len(words) <= 26, item["id"]
        assert not re.search("和|以及|并且|或者|、|同时|既.*又", words), item["id"]
        assert words.endswith("。")


def test_no_english_item_joins_two_clauses(raw: Any) -> None:
    for item in raw_items(raw):
        words = item["label"]["en"].replace("more and more", "")
        assert " and " not in words, item["id"]
        assert not re.search(r"\bor\b", words), item["id"]


@pytest.mark.parametrize("name", ["ecosystem", "bfi", "holzinger"])
def test_chinese_is_written_with_chinese_punctuation(name: str) -> None:
    text = (ROOT / "instruments" / f"{name}.yaml").read_text("utf-8")
    for words in re.findall(r'zh: "([^"]*)"', text):
        assert not re.search(r"[\u4e00-\u9fff”][,:;!?()]|[,:;!?()][\u4e00-\u9fff“]", words), words


def test_wordings_are_unique_in_each_language(raw: Any) -> None:
    for lang in ("zh", "en"):
        words = [item["label"][lang] for item in raw_items(raw)]
        assert len(set(words)) == len(words)


def test_two_instructed_items_ask_for_different_answers(instrument: Instrument) -> None:
    assert [(c.id, c.kind, tuple(c.expect)) for c in instrument.checks] == [
        ("ATT1", "instructed", (2,)),
        ("ATT2", "instructed", (4,)),
    ]


def test_it_asks_who_answered(instrument: Instrument) -> None:
    kinds = {variable.id: variable.type for variable in instrument.variables}
    assert kinds == {
        "consent": "single", "role": "single", "integration_type": "single",
        "partner_model": "single", "region": "single", "college_type": "single",
        "coop_years": "integer", "n_partners": "integer", "coop_forms": "multi",
        "open_suggestion": "longtext",
    }  # fmt: skip


def test_a_college_without_partners_abroad_can_say_so(
    instrument: Instrument, raw: Any, tmp_path: Path
) -> None:
    asked = next(v for v in instrument.variables if v.id == "partner_model")
    assert [(o.code, o.value) for o in asked.options] == [
        (1, "dual_system"), (2, "community_college"), (3, "tafe"), (9, "other"),
        (99, "no_partner"),
    ]  # fmt: skip
    assert raw["version"] not in {wave["version"] for wave in raw["waves"]}  # not asked yet
    rows = pd.read_csv(ROOT / "data/sample/ecosystem_wave2.csv", dtype=str)
    assert "99" not in set(rows["partner_model"])
    rows.loc[0, "partner_model"] = "99"
    rows.to_csv(tmp_path / "answers.csv", index=False)
    read = read_responses(tmp_path / "answers.csv", instrument)
    assert read.frame["partner_model"].iloc[0] == 99  # an answer, not a gap


def test_hypotheses_have_signs_and_reasons(instrument: Instrument) -> None:
    for hypothesis in instrument.hypotheses:
        assert hypothesis.sign == ("-" if hypothesis.source == "BAR" else "+")
        assert hypothesis.why is not None


def test_each_indirect_way_is_made_of_hypotheses(instrument: Instrument) -> None:
    steps = {(h.source, h.target) for h in instrument.hypotheses}
    for mediation in instrument.mediations:
        assert set(zip(mediation.path[:-1], mediation.path[1:], strict=True)) <= steps


def test_every_candidate_has_a_way_to_the_outcome(instrument: Instrument) -> None:
    into: dict[str, set[str]] = {}
    for hypothesis in instrument.hypotheses:
        into.setdefault(hypothesis.target, set()).add(hypothesis.source)
    reached, new = set(), {"ECO"}
    while new:
        reached |= new
        new = {source for target in new for source in into.get(target, ())} - reached
    assert instrument.outcome == "ECO"
    assert set(instrument.candidates) == reached - {"ECO"}


def test_the_structural_model_is_the_one_of_the_sample_population(instrument: Instrument) -> None:
    truth = json.loads((ROOT / "data/sample/truth.json").read_text("utf-8"))
    assert {(h.source, h.target) for h in instrument.hypotheses} == {
        (path["from"], path["to"]) for path in truth["paths_std"]
    }
    assert [i.id for i in instrument.items if i.reverse] == truth["reverse_items"]
    assert {i.id for i in instrument.items} == set(truth["item_loadings"]["W1"])


def test_the_reworded_item_is_in_the_crosswalk(raw: Any) -> None:
    (change,) = raw["crosswalk"]
    truth = json.loads((ROOT / "data/sample/truth.json").read_text("utf-8"))
    assert change["type"] == "reworded"
    assert change["to"]["item"] == truth["reworded"]["item"] == "CUL4"
    now = next(item for item in raw_items(raw) if item["id"] == "CUL4")["label"]
    assert change["from"]["label"]["zh"] != now["zh"]
    assert {wave["wave"]: wave["version"] for wave in raw["waves"]} == {
        "W1": "1.0.0",
        "W2": "1.1.0",
    }
