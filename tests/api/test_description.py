"""The description holds: what it says of calls, answers and refusals is so, tried with made-up calls of all kinds.

SCHEMATHESIS_EXAMPLES asks for more calls than the few of every run.
"""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from factories import SLUG, House
from programs import Program, program
from receiver import known_ids
from ticketing.api.views import CALLS
from ticketing.staff.roles import SCOPES

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "8"))
# Whether a time, a cursor or a key of ours is right is more than a schema can say.
LEFT_OUT = [positive_data_acceptance]


def document(house: House) -> dict[str, Any]:
    found: dict[str, Any] = house.client.get("/api/v1/openapi.json").get_json()
    return found


def test_the_description_is_there_for_everybody_and_lists_every_call(house: House) -> None:
    answer = house.client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    told = answer.get_json()
    assert told["openapi"] == "3.1.0"
    served = {
        (rule.rule.replace("<", "{").replace(">", "}").removeprefix("/api/v1"), method.lower())
        for rule in house.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/v1/") and not rule.rule.endswith("openapi.json")
    }
    assert {(path, method) for path, calls in told["paths"].items() for method in calls} == served
    scopes = {one["x-scope"] for calls in told["paths"].values() for one in calls.values() if "x-scope" in one}
    assert scopes == set(SCOPES) - {"personal:read"}


def schema_of(house: House, known: dict[str, str]) -> Any:
    """The description with what there really is beside made-up names, so that calls come past 404."""
    told = document(house)
    for calls in told["paths"].values():
        for call in calls.values():
            for one in call.get("parameters", []):
                if one["in"] == "path":
                    one["schema"] = {"anyOf": [{"const": known[one["name"]]}, one["schema"]]}
    schema = schemathesis.openapi.from_dict(told)
    schema.app, schema.location = house.app, "/api/v1/openapi.json"
    return schema


def headers_of(path: str, asking: Program, tablet: dict[str, str]) -> dict[str, str]:
    return tablet if path.startswith("/door/") else asking.headers


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # on the other: test_schemathesis
@pytest.mark.parametrize("name", [call.name for call in CALLS] + ["door"])
def test_every_answer_is_as_described(house: House, name: str) -> None:
    code = house.buy(day=2).split("/")[2]
    asking, tablet = program(house), house.tablet().headers
    schema = schema_of(house, {"slug": SLUG, "code": code, **known_ids(house)})
    house.app.testing = False  # a fault must answer as it does outside
    tried = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        label = operation.definition.raw["operationId"]
        if label == name or (name == "door" and label.startswith("door_")):
            tried += try_out(operation, headers_of(operation.path, asking, tablet))
    assert tried >= EXAMPLES


def try_out(operation: Any, headers: dict[str, str]) -> int:
    tried = 0

    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def run(case: Any) -> None:
        nonlocal tried
        tried += 1
        case.headers = {**dict(case.headers or {}), **headers, "Accept-Encoding": "identity"}
        case.call_and_validate(excluded_checks=LEFT_OUT)

    run()
    return tried


def test_the_description_is_json_that_any_reader_takes(house: House) -> None:
    text = json.dumps(document(house))
    names = set(document(house)["components"]["schemas"])
    used = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert used <= names
