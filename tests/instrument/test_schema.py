"""The JSON Schema that editors use."""

from __future__ import annotations

import json

from ecosurvey.instrument import json_schema


def test_the_schema_is_json_and_closed() -> None:
    schema = json_schema()
    assert json.loads(json.dumps(schema)) == schema
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == {
        "schema", "id", "version", "title", "languages", "scales", "constructs",
    }  # fmt: skip


def test_words_may_be_one_text_or_one_a_language() -> None:
    kinds = {part.get("type") for part in json_schema()["$defs"]["Words"]["anyOf"]}
    assert kinds == {"string", "object"}


def test_the_written_keys_are_those_of_the_file() -> None:
    definitions = json_schema()["$defs"]
    assert {"from", "to"} <= set(definitions["HypothesisPart"]["properties"])
    assert {"in", "not"} <= set(definitions["ConditionPart"]["properties"])
