"""The doors of the API: no token, wrong role, wrong body, unknown path; each a problem, none says what was typed."""

import gzip
import json
import re
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any

import httpx
import pytest
from joserfc import jws
from structlog.testing import capture_logs

from registration.forms import RegistrationForm
from registration.input_rules import InputRule
from registration.messages import Actor, ActorKind
from registration.statuses import Channel, Status
from starter.dev import tokens as dev_tokens
from starter.dev.installation import World
from starter.dev.samples import form
from starter.gateway import jwt
from tests.support.api import Api, problem

UNKNOWN = "019a2f60-9c1b-7d3e-8f00-2b6c5d4e3f2a"
PATHS = [
    ("POST", "/v1/registrations"),
    ("GET", f"/v1/registrations/{UNKNOWN}"),
    ("POST", f"/v1/registrations/{UNKNOWN}/email-corrections"),
    ("POST", "/v1/code-redemptions"),
    ("POST", "/v1/code-requests"),
    ("POST", "/v1/sessions"),
    ("PUT", f"/v1/registrations/{UNKNOWN}/password"),
    ("PUT", f"/v1/registrations/{UNKNOWN}/email"),
    ("POST", f"/v1/registrations/{UNKNOWN}/closure"),
    ("GET", "/v1/usernames/szabó.katalin"),
    ("GET", "/v1/keys"),
]
FOR_ANY_CALLER = [("GET", "/metrics"), ("GET", "/version"), ("GET", "/openapi.json")]
NOWHERE = [("GET", "/"), ("GET", "/docs"), ("GET", "/redoc"), ("POST", "/v2/anything"), ("TRACE", "/v1/keys")]


@pytest.mark.parametrize(("method", "path"), [*PATHS, *FOR_ANY_CALLER, *NOWHERE])
async def test_without_a_valid_token_nothing_answers(api: Api, method: str, path: str) -> None:
    expired = api.bearer(valid=timedelta(minutes=-5))
    for headers in ({}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer"}, expired):
        async with httpx.AsyncClient(base_url=api.url) as stranger:
            refused = await stranger.request(method, path, headers=headers, content=b"{")
        assert problem(refused) == (401, "unauthenticated")
        assert refused.headers["www-authenticate"].startswith("Bearer")
        assert "token" in refused.json()["detail"]


@pytest.mark.parametrize(("method", "path"), PATHS)
async def test_other_roles_are_no_portal(api: Api, method: str, path: str) -> None:
    for role, office in (("clerk", "1051"), ("supervisor", "1051"), ("operator", None), ("auditor", None)):
        headers = api.bearer(role, caller="somebody", office=office)
        refused = await api.http.request(method, path, headers=headers, content=b"{")
        assert problem(refused) == (403, "wrong-role")
        assert refused.headers["www-authenticate"] == 'Bearer error="insufficient_scope"'


async def test_no_answer_may_be_kept_on_its_way(api: Api, world: World) -> None:
    """Least of all an assertion."""
    _, filled = await world.temporary()
    let_in = await api.log_in(filled["user_name"])
    assert let_in.json()["assertion"]
    for answer in (let_in, await api.http.get("/v1/nothing"), await api.http.get("/livez", headers={})):
        assert answer.headers["cache-control"] == "no-store"


async def test_a_name_made_of_combining_marks_alone_holds_nobody_up(api: Api) -> None:
    """Comparing it in NFC would take the process a minute."""
    hostile = "a" + "\u0301\u0316" * 60_000
    body = {"user_name": hostile, "password": "Nem ez az", "client_address": "::1"}
    content = json.dumps(body, ensure_ascii=False).encode()
    begun = time.monotonic()
    headers = {"Content-Type": "application/json"}
    assert problem(await api.http.post("/v1/sessions", content=content, headers=headers)) == (422, "wrong-password")
    assert time.monotonic() - begun < 30


async def test_health_needs_no_token_and_the_rest_of_it_any(api: Api) -> None:
    async with httpx.AsyncClient(base_url=api.url) as stranger:
        assert (await stranger.get("/livez")).json() == {"status": "ok"}
        assert (await stranger.get("/readyz")).json() == {"status": "ok"}
    shown = await api.http.get("/version", headers=api.bearer("operator"))
    assert shown.json() == {"version": version("ugyfelkapu")}
    document = (await api.http.get("/openapi.json", headers=api.bearer("auditor"))).json()
    assert document["openapi"].startswith("3.1")
    assert document["info"]["version"] == version("ugyfelkapu")


@pytest.mark.parametrize(
    ("body", "field", "rule"),
    [
        (b"", "body", "REQUIRED"),
        (b"{", "body", "JSON"),
        (b"\xff\xfe\xfa", "body", "JSON"),
        (b"[" * 100_000, "body", "JSON"),
        (b'{"user_name": 1' + b"0" * 5000 + b"}", "body", "JSON"),
        (b"[]", "body", "OBJECT"),
        (b'"kov\xc3\xa1cs"', "body", "OBJECT"),
        (b"null", "body", "OBJECT"),
        (b"{}", "user_name", "REQUIRED"),
        (b'{"user_name": 7}', "user_name", "STRING"),
        (b'{"user_name": "a", "password": "b", "client_address": "nowhere"}', "client_address", "IP_ADDRESS"),
        (b'{"user_name": "a", "password": "b", "client_address": "::1", "extra": 1}', "extra", "UNKNOWN_FIELD"),
    ],
    ids=lambda value: repr(value)[:40],
)
async def test_a_body_that_breaks_a_rule_is_told_field_and_rule(api: Api, body: bytes, field: str, rule: str) -> None:
    refused = await api.http.post("/v1/sessions", content=body, headers={"Content-Type": "application/json"})
    assert problem(refused) == (422, "invalid-input")
    assert (refused.json()["field"], refused.json()["rule"]) == (field, rule)
    assert refused.json()["detail"].startswith(f"{field}: ")
    hungarian = await api.http.post(
        "/v1/sessions", content=body, headers={"Content-Type": "application/json", "Accept-Language": "hu"}
    )
    assert hungarian.json()["title"] == "Hibás adat"


@pytest.mark.parametrize(
    ("body", "field", "rule"),
    [
        ({"client_address": "::1"}, "form", "REQUIRED"),
        ({"form": {}}, "user_name", "REQUIRED"),
        ({"form": form() | {"admin": True}}, "admin", "UNKNOWN_FIELD"),
        ({"form": form(birth_date="tomorrow")}, "birth_date", "DATE"),
        ({"form": form(), "signed_form": "e30="}, "signature", "REQUIRED"),
        ({"signed_form": "!", "signature": "e30="}, "signed_form", "BASE64"),
        ({"signed_pdf": "é"}, "signed_pdf", "BASE64"),
    ],
    ids=lambda value: repr(value)[:40],
)
async def test_a_registration_that_breaks_a_rule_is_told_field_and_rule(
    api: Api, body: dict[str, Any], field: str, rule: str
) -> None:
    refused = await api.post("/v1/registrations", body)
    assert problem(refused) == (422, "invalid-input")
    assert (refused.json()["field"], refused.json()["rule"]) == (field, rule)


async def test_a_purpose_names_what_may_stand_there(api: Api) -> None:
    refused = await api.post("/v1/code-redemptions", {"purpose": "NOTHING", "user_name": "a", "code": "b"})
    assert problem(refused) == (422, "invalid-input")
    assert refused.json()["detail"] == "purpose: must be one of PASSWORD, NEW_EMAIL, CLOSURE."


async def test_what_was_typed_is_never_repeated(api: Api) -> None:
    secret = "Titkos.Kovács"
    for body in ({"user_name": secret}, {secret: secret}, {"user_name": [secret], "password": secret}):
        answer = await api.post("/v1/sessions", body)
        assert "Titkos" not in answer.text.replace("TitkosKovcs", "").replace("Titkos.Kovcs", "")
        assert "Kovács" not in answer.text


async def chunks(size: int) -> AsyncIterator[bytes]:
    for _ in range(0, size, 16_384):
        yield b" " * 16_384


async def test_a_body_above_256_kb_is_refused_before_it_is_parsed(api: Api) -> None:
    """With a Content-Length at once, in chunks as soon as it is too long; what fits is read."""
    headers = {"Content-Type": "application/json"}
    too_long = b'{"user_name": "' + b"a" * (256 * 1024) + b'"}'
    assert problem(await api.http.post("/v1/sessions", content=too_long, headers=headers)) == (413, "body-too-large")
    in_chunks = await api.http.post("/v1/sessions", content=chunks(2 * 1024 * 1024), headers=headers)
    assert problem(in_chunks) == (413, "body-too-large")
    fits = b" " * (256 * 1024 - 2) + b"{}"
    assert problem(await api.http.post("/v1/sessions", content=fits, headers=headers)) == (422, "invalid-input")
    assert problem(await api.http.post("/v1/sessions", content=chunks(256 * 1024), headers=headers))[0] == 422
    assert (await api.http.get("/livez")).status_code == 200


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", None])
async def test_a_body_that_does_not_say_it_is_json_is_refused(api: Api, content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    assert problem(await api.http.post("/v1/sessions", content=b"{}", headers=headers)) == (415, "not-json")
    assert problem(
        await api.http.post("/v1/sessions", content=b"{}", headers={"Content-Type": "application/json; charset=utf-8"})
    ) == (422, "invalid-input")


async def test_a_compressed_body_is_not_opened(api: Api) -> None:
    body = gzip.compress(json.dumps({"user_name": "a" * 10_000_000}).encode())
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    assert problem(await api.http.post("/v1/sessions", content=body, headers=headers)) == (422, "invalid-input")


async def test_paths_and_methods_that_do_not_exist_are_problems(api: Api) -> None:
    assert problem(await api.http.get("/v1/nothing")) == (404, "no-such-path")
    assert problem(await api.http.get("/v1/registrations/")) == (404, "no-such-path")
    refused = await api.http.delete("/v1/sessions")
    assert problem(refused) == (405, "method-not-allowed")
    assert refused.headers["allow"] == "POST"
    assert problem(await api.http.get("/v1/registrations/kovács")) == (422, "invalid-input")


async def test_neither_log_nor_metrics_know_a_path_or_a_query(api: Api, world: World) -> None:
    """User names stand in paths, addresses in queries."""
    with capture_logs() as lines:
        await api.http.get("/v1/usernames/ultetett.nev", params={"client_address": "198.51.100.77"})
        await api.http.get("/v1/ultetett.nev")
        await api.http.request("ULTETETT", "/v1/sessions")
    exposed = repr(lines) + (await api.http.get("/metrics")).text
    assert "ultetett" not in exposed.lower()
    assert "198.51.100.77" not in exposed
    assert [line["operation"] for line in lines] == ["GET /v1/usernames/{name}", "unmatched", "unmatched"]
    assert 'operation="GET /v1/usernames/{name}",status="200"' in exposed


async def test_the_log_says_why_a_token_was_refused_and_quotes_nothing_of_it(api: Api) -> None:
    """A payload that no parser can take is 401, too; one whose subject has bars and colons is let in."""
    nested = jws.serialize_compact(
        {"alg": "EdDSA", "kid": "dev"},
        b"[" * 3_000 + b"]" * 3_000,
        dev_tokens._key(api.world.folder),
        registry=jwt._Registry(algorithms=["EdDSA"]),
    )
    tokens = {
        nested: "unreadable",
        api.token(caller="kovacs@example.org"): f"sub: {InputRule.SUBJECT}.",
        api.token(valid=timedelta(minutes=-5)): "expired_token exp",
    }
    for token, reason in tokens.items():
        with capture_logs() as lines:
            refused = await api.http.get("/version", headers={"Authorization": f"Bearer {token}"})
        assert problem(refused) == (401, "unauthenticated")
        assert [line["token_refused"] for line in lines] == [reason]
        assert "kovacs" not in repr(lines)
    for caller in ("auth0|5f7c", "f:0190a1b2:kis.elek", "x" * 255):
        let_in = await api.http.get("/version", headers=api.bearer(caller=caller))
        assert let_in.status_code == 200
        clerk = api.bearer("clerk", caller=caller, office="1051")
        looked = await api.http.get(f"/v1/desk/registrations/{UNKNOWN}", headers=clerk)
        assert problem(looked) == (404, "not-found")


async def test_what_is_unexpected_is_a_problem_without_a_trace(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log says where it was raised, not what it said."""

    async def fails(*_arguments: object) -> None:
        raise RuntimeError("kovacs@example.org")

    monkeypatch.setattr(api.world.engine.reader, "holder", fails)
    with capture_logs() as lines:
        refused = await api.http.get("/v1/usernames/szabo.katalin", params={"client_address": "198.51.100.78"})
    assert problem(refused) == (500, "unexpected")
    assert "kovacs" not in refused.text + repr(lines)
    assert lines[0]["error"] == "RuntimeError"
    assert re.fullmatch(r"tests\.acceptance\.test_api_doors:\d+", lines[0]["trace"][-1])


async def test_a_client_reads_its_refusal_in_its_own_language(api: Api, world: World) -> None:
    _, filled = await world.temporary()
    body = {"user_name": filled["user_name"], "password": "nem ez", "client_address": "192.0.2.8"}
    english = await api.http.post("/v1/sessions", json=body)
    hungarian = await api.http.post("/v1/sessions", json=body, headers={"Accept-Language": "hu, en;q=0.5"})
    assert english.json()["title"] == "Wrong user name or password"
    assert hungarian.json()["title"] == "Hibás felhasználói név vagy jelszó"
    assert english.json()["type"] == hungarian.json()["type"]


async def test_half_a_character_is_no_reason_to_fail(api: Api) -> None:
    """JSON can carry what UTF-8 cannot."""
    body = b'{"user_name": "\\ud800", "password": "\\udfff", "client_address": "::1"}'
    answer = await api.http.post("/v1/sessions", content=body, headers={"Content-Type": "application/json"})
    assert problem(answer) == (422, "wrong-password")


async def test_a_row_that_no_workflow_has_taken_over_yet_can_be_looked_at(api: Api, world: World) -> None:
    now = datetime.now(UTC)
    checked = RegistrationForm.parse(form(), today=now.date())
    row = await world.engine.intake.submit(checked, Channel.ONLINE, Actor(ActorKind.CITIZEN, "applicant"), now)
    looked = (await api.http.get(f"/v1/registrations/{row.registration_id}")).json()
    assert (looked["registration_id"], looked["status"], looked["since"]) == (
        row.registration_id,
        Status.SUBMITTED,
        None,
    )


async def test_a_method_that_a_path_does_not_know_is_told_all_that_it_knows(api: Api) -> None:
    """Also where several operations share the path."""
    refused = await api.http.patch(
        "/v1/operations/disabled-staff/x", headers=api.bearer("operator", caller="operator-1")
    )
    assert problem(refused) == (405, "method-not-allowed")
    assert refused.headers["allow"] == "DELETE, PUT"
    assert set((await api.http.post("/openapi.json")).headers["allow"].split(", ")) == {"GET", "HEAD"}
