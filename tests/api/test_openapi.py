"""The OpenAPI document: 3.1, with a description, an example of every body, and every answer of every operation."""

from collections.abc import Iterator
from typing import Any

import pytest

from starter.api.app import openapi_document
from starter.api.authentication import OPEN_PATHS

DOCUMENT = openapi_document()

TABLE = {
    "POST /v1/registrations": 202,
    "GET /v1/registrations/{id}": 200,
    "POST /v1/code-redemptions": 200,
    "POST /v1/code-requests": 202,
    "POST /v1/sessions": 200,
    "PUT /v1/registrations/{id}/password": 200,
    "PUT /v1/registrations/{id}/email": 202,
    "POST /v1/registrations/{id}/closure": 202,
    "GET /v1/usernames/{name}": 200,
    "GET /v1/keys": 200,
    "GET /livez": 200,
    "GET /readyz": 200,
    "GET /metrics": 200,
    "GET /version": 200,
}
"""The operations of issue 3, and their success."""

STARTING = {
    "POST /v1/registrations",
    "POST /v1/code-redemptions",
    "POST /v1/code-requests",
    "POST /v1/registrations/{id}/closure",
}


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = DOCUMENT["components"]["schemas"][name] if name else schema
    return found


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
        (media, content), *_ = response["content"].items()
        if status == success:
            assert content.get("example") or resolved(content["schema"]).get("examples"), status
        else:
            assert list(response["content"]) == [media] == ["application/problem+json"]
            assert resolved(content["schema"])["required"] == ["type", "title", "status", "detail"]
            assert all(example["value"]["status"] == int(status) for example in content["examples"].values())
            assert content["examples"]


@pytest.mark.parametrize("name", TABLE)
def test_every_body_has_an_example_and_knows_no_other_fields(name: str) -> None:
    operation = dict(operations())[name]
    body = operation.get("requestBody")
    assert (body is not None) is (name.startswith(("POST", "PUT")))
    if body is None:
        return
    schema = resolved(body["content"]["application/json"]["schema"])
    for kind in schema.get("oneOf") or schema.get("anyOf") or [schema]:
        shape = resolved(kind)
        assert shape["examples"]
        assert shape["additionalProperties"] is False
        assert "client_address" in shape["required"]
        for example in shape["examples"]:
            assert set(example) <= set(shape["properties"])
            assert set(shape["required"]) <= set(example)


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
