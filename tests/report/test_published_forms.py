"""results.json keeps its published schema; the crate names every file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest

import ecosurvey as es
from ecosurvey.report import results_json, write_report
from ecosurvey.report.results_json import results_schema, to_json

ROOT = Path(__file__).parents[2]


def _checker() -> jsonschema.Draft202012Validator:
    schema = results_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_results_keep_the_schema(made: SimpleNamespace, remake: Any) -> None:
    checker = _checker()
    for analysis in (made, remake(structural=None, key_factors=None, synthetic=False)):
        checker.validate(json.loads(to_json(results_json(analysis))))


@pytest.mark.parametrize("key", ["schema", "tables", "findings", "data", "options"])
def test_the_schema_refuses_what_lacks_a_part(made: SimpleNamespace, key: str) -> None:
    found = results_json(made)  # type: ignore[arg-type]
    del found[key]
    assert not _checker().is_valid(found)


def test_the_results_of_a_real_run_keep_the_schema() -> None:
    analysis = es.analyze(
        ROOT / "instruments" / "holzinger.yaml", ROOT / "data" / "sample" / "holzinger.csv",
        seed=1, groups="school", bootstrap=20, specifications=4,
    )  # fmt: skip
    check = es.second_engine(analysis)
    found = json.loads(to_json(results_json(analysis, check)))
    _checker().validate(found)
    assert found["second_engine"]["numbers"]
    found["key_factors"]["ranking"][0]["rank"] = "first"
    assert not _checker().is_valid(found)


def test_the_crate_describes_every_file_and_input(made: SimpleNamespace, tmp_path: Path) -> None:
    files = write_report(made, tmp_path, "en", formats=["csv", "md"])  # type: ignore[arg-type]
    crate = json.loads((tmp_path / "ro-crate-metadata.json").read_text("utf-8"))
    assert crate["@context"] == "https://w3id.org/ro/crate/1.1/context"
    by_id = {one["@id"]: one for one in crate["@graph"]}
    assert len(by_id) == len(crate["@graph"])
    root = by_id["./"]
    assert by_id["ro-crate-metadata.json"]["about"] == {"@id": "./"}
    parts = {part["@id"] for part in root["hasPart"]}
    names = {path.relative_to(tmp_path).as_posix() for path in files}
    assert parts == names - {"ro-crate-metadata.json"}
    for name in parts - {"provenance.json"}:
        data = (tmp_path / name).read_bytes()
        assert by_id[name]["sha256"] == hashlib.sha256(data).hexdigest()
        assert by_id[name]["contentSize"] == str(len(data))
    action = by_id["#run"]
    references = [*action["object"], *action["result"], action["instrument"], *root["mentions"]]
    assert all(one["@id"] in by_id for one in references)
    assert {one["@id"] for one in action["object"]} == {"#instrument", "#responses"}
    assert "/home/" not in json.dumps(crate)
    assert "synthetic" in root["description"]
