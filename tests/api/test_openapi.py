"""The OpenAPI document: 3.1, with a description, an example of every body, and every answer of every operation."""

from collections.abc import Iterator
from typing import Any

import pytest

from starter.api.app import openapi_document
from starter.api.authentication import OPEN_PATHS

DOCUMENT = openapi_document()

TABLE = {
    "POST /v1/registrations": 202,
    "GET /v1/registrations/{registration_id}": 200,
    "POST /v1/registrations/{registration_id}/email-corrections": 200,
    "POST /v1/code-redemptions": 200,
    "POST /v1/code-requests": 202,
    "POST /v1/sessions": 200,
    "PUT /v1/registrations/{registration_id}/password": 200,
    "PUT /v1/registrations/{registration_id}/email": 202,
    "PUT /v1/registrations/{registration_id}/language": 200,
    "POST /v1/registrations/{registration_id}/closure": 202,
    "GET /v1/usernames/{name}": 200,
    "GET /v1/keys": 200,
    "POST /v1/desk/registrations": 202,
    "GET /v1/desk/registrations/{reference}": 200,
    "POST /v1/desk/registrations/{reference}/identity-verification": 200,
    "POST /v1/desk/registrations/{reference}/reactivation": 200,
    "POST /v1/desk/registrations/{reference}/reactivation-signal": 202,
    "PUT /v1/desk/registrations/{reference}/email": 200,
    "PUT /v1/desk/registrations/{reference}/language": 200,
    "POST /v1/desk/registrations/{reference}/closure": 200,
    "POST /v1/desk/registrations/{reference}/disclosure": 200,
    "POST /v1/desk/registrations/{reference}/receipt": 200,
    "POST /v1/desk/registrations/{reference}/comparison": 200,
    "GET /v1/desk/registrations/{reference}/letters": 200,
    "POST /v1/desk/registrations/{reference}/letters/{letter_id}/sending": 202,
    "GET /v1/desk/registrations/{reference}/evidence/{sequence}": 200,
    "POST /v1/desk/searches": 200,
    "GET /v1/desk/accesses": 200,
    "GET /v1/audit/registrations/{reference}/timeline": 200,
    "GET /v1/audit/registrations/{reference}/explanation": 200,
    "GET /v1/audit/registrations/{reference}/replay": 200,
    "GET /v1/audit/registrations/{reference}/description": 200,
    "GET /v1/audit/registrations/{reference}/verification": 200,
    "GET /v1/audit/registrations/{reference}/proof": 200,
    "GET /v1/audit/checkpoints": 200,
    "GET /v1/audit/checkpoints/{number}": 200,
    "GET /v1/audit/keys": 200,
    "GET /v1/audit/statistics": 200,
    "GET /v1/audit/accesses": 200,
    "GET /v1/audit/acts": 200,
    "POST /v1/operations/extension-counts": 200,
    "POST /v1/operations/extensions": 201,
    "GET /v1/operations/extensions": 200,
    "GET /v1/operations/extensions/{extension_id}": 200,
    "POST /v1/operations/extensions/{extension_id}/approval": 200,
    "POST /v1/operations/extensions/{extension_id}/start": 200,
    "POST /v1/operations/extensions/{extension_id}/pause": 200,
    "POST /v1/operations/extensions/{extension_id}/resume": 200,
    "GET /v1/operations/extensions/{extension_id}/report": 200,
    "GET /v1/operations/disabled-staff": 200,
    "PUT /v1/operations/disabled-staff/{staff_id}": 204,
    "DELETE /v1/operations/disabled-staff/{staff_id}": 204,
    "GET /v1/operations/offices": 200,
    "GET /v1/operations/system-health": 200,
    "PUT /v1/operations/offices/{code}": 204,
    "GET /livez": 200,
    "GET /readyz": 200,
    "GET /metrics": 200,
    "GET /version": 200,
}
"""The operations of issues 3 and 4, and their success."""

STARTING = {
    "POST /v1/registrations",
    "POST /v1/registrations/{registration_id}/email-corrections",
    "POST /v1/code-redemptions",
    "POST /v1/code-requests",
    "POST /v1/registrations/{registration_id}/closure",
    "POST /v1/desk/registrations",
    "POST /v1/desk/registrations/{reference}/identity-verification",
    "POST /v1/desk/registrations/{reference}/reactivation",
    "POST /v1/desk/registrations/{reference}/reactivation-signal",
    "POST /v1/desk/registrations/{reference}/closure",
    "POST /v1/desk/registrations/{reference}/letters/{letter_id}/sending",
    "POST /v1/operations/extensions",
}

WITHOUT_A_BODY = {
    "POST /v1/desk/registrations/{reference}/letters/{letter_id}/sending",
    "POST /v1/operations/extensions/{extension_id}/approval",
    "POST /v1/operations/extensions/{extension_id}/pause",
    "PUT /v1/operations/disabled-staff/{staff_id}",
}
"""The path says it all."""


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = DOCUMENT["components"]["schemas"][name] if name else schema
    return found


def examples_of(schema: dict[str, Any]) -> object:
    """Its own, or those of a list's items."""
    shape = resolved(schema)
    return shape.get("examples") or resolved(shape.get("items", {})).get("examples")


def test_it_is_openapi_3_1_and_has_the_operations_of_the_issue() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    assert {name for name, _ in operations()} == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_every_operation_is_described_and_its_answers_have_examples(name: str) -> None:
    operation = dict(operations())[name]
    assert operation["summary"]
    assert operation["description"]
    responses = operation["responses"]
    success = str(TABLE[name])
    assert [status for status in responses if status < "400"] == [success]
    for status, response in responses.items():
        if status == success:
            for content in response.get("content", {}).values():
                assert content.get("example") or examples_of(content["schema"]), status
            assert ("content" in response) is (success != "204")
        else:
            ((media, content),) = response["content"].items()
            assert media == "application/problem+json"
            assert resolved(content["schema"])["required"] == ["type", "title", "status", "detail"]
            assert all(example["value"]["status"] == int(status) for example in content["examples"].values())
            assert content["examples"]


@pytest.mark.parametrize("name", TABLE)
def test_every_body_has_an_example_and_knows_no_other_fields(name: str) -> None:
    operation = dict(operations())[name]
    body = operation.get("requestBody")
    assert (body is not None) is (name.startswith(("POST", "PUT")) and name not in WITHOUT_A_BODY)
    if body is None:
        return
    schema = resolved(body["content"]["application/json"]["schema"])
    for kind in schema.get("oneOf") or schema.get("anyOf") or [schema]:
        shape = resolved(kind)
        assert shape["examples"]
        assert shape["additionalProperties"] is False
        is_a_portal_s = not name.partition(" ")[2].startswith(("/v1/desk", "/v1/operations"))
        assert ("client_address" in shape.get("required", [])) is is_a_portal_s
        for example in shape["examples"]:
            assert set(example) <= set(shape["properties"])
            assert set(shape.get("required", [])) <= set(example)


def test_a_token_is_needed_but_for_health() -> None:
    assert DOCUMENT["security"] == [{"bearer": []}]
    assert DOCUMENT["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    without = {name.partition(" ")[2] for name, operation in operations() if operation.get("security") == []}
    assert without == OPEN_PATHS
    for name, operation in operations():
        assert ("401" in operation["responses"]) is (name.partition(" ")[2] not in OPEN_PATHS)


def test_what_starts_something_takes_an_idempotency_key() -> None:
    taking = {
        name
        for name, operation in operations()
        if any(parameter["name"].lower() == "idempotency-key" for parameter in operation.get("parameters", []))
    }
    assert taking == STARTING


def test_headers_that_a_portal_needs_are_documented() -> None:
    answers = dict(operations())["POST /v1/registrations"]["responses"]
    assert set(answers["202"]["headers"]) == {"Location"}
    assert set(answers["401"]["headers"]) == {"WWW-Authenticate"}
    for status in ("409", "429", "503"):
        assert set(answers[status]["headers"]) == {"Retry-After"}


def properties(part: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:  # noqa: ANN401  any part of the document
    """Every property of every schema, examples aside."""
    if isinstance(part, list):
        for each in part:
            yield from properties(each, place)
    if not isinstance(part, dict):
        return
    for name, schema in part.get("properties", {}).items():
        yield f"{place}.{name}", schema
    for name, each in part.items():
        if name not in {"example", "examples"}:
            yield from properties(each, f"{place}/{name}")


def test_every_property_and_every_parameter_says_what_it_is() -> None:
    found = dict(properties(DOCUMENT))
    assert len(found) > 300
    assert [place for place, schema in found.items() if len(schema.get("description", "")) < 4] == []
    parameters = [
        (method, path, parameter)
        for path, item in DOCUMENT["paths"].items()
        for method, operation in item.items()
        for parameter in operation.get("parameters", [])
    ]
    assert [(method, path) for method, path, each in parameters if len(each.get("description", "")) < 4] == []
