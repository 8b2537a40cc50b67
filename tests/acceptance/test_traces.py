"""A trace leads from a request to the letter, through Temporal and PostgreSQL, and says nothing of anybody."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from registration.statuses import Status
from settings.spans import SpanAttribute, SpanKind, span
from settings.traces import tracing
from starter.dev.installation import World
from starter.gateway import open_engine
from starter.gateway.issuer_requests import requested
from temporal.sandbox import SANDBOX
from temporal.traces import HEADER
from tests.support.api import Api, api_on
from tests.support.installation import installation_on
from tests.support.pages import pages_on
from tests.support.servers import SharedServers
from tests.support.traces import Receiver, receiving, tree, way
from worker import running_workers
from workflows.registration import Registration

STRANGERS_TRACE = "0af7651916cd43dd8448eb211c80319c"
PLANTED = {
    "user_name": "nyomozott.ember7",
    "email": "nyomozott@pelda-tartomany.org",
    "family_name": "Nyomkeresztesi",
    "mothers_birth_name": "Kunigunda Tekla",
}
CHANGE = "PUT /v1/registrations/{registration_id}/password"
PASSWORD = "Egy nyomtalan titok 9"
NEW_PASSWORD = "Masik nyomtalan titok 9"
WRONG = "Hibas nyomtalan titok"
CLIENT = "198.51.100.213"
QUERY = "kerdes-a-cimben"
AGENT = "NyomozottBongeszo/7"
HEADERS = {
    "traceparent": f"00-{STRANGERS_TRACE}-b7ad6b7169203331-01",
    "tracestate": "idegen=allapot",
    "baggage": "idegen=poggyasz",
    "user-agent": AGENT,
}


@asynccontextmanager
async def running(world: World) -> AsyncIterator[World]:
    """A worker and gateways of their own, traced where the task is."""
    client = await world.addresses.connect()
    async with running_workers(client, world.settings), open_engine(world.settings, client) as engine:
        yield world.on(engine)


async def registered(api: Api) -> tuple[str, str]:
    """The id and the code of the planted person, whose user name was asked for before, in a path."""
    asked = {"client_address": CLIENT, "q": QUERY}
    await api.http.get(f"/v1/usernames/{PLANTED['user_name']}", params=asked)
    registration_id, _, code = await api.registered(**PLANTED)
    return registration_id, code


async def test_one_trace_leads_from_the_request_to_the_letter_and_names_nobody(
    shared: SharedServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Traced, then not, then traced again: each process goes on with what the one before has left."""
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    with receiving() as (endpoint, receiver):
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
        async with installation_on(shared) as (_, bare):
            async with tracing("ugyfelkapu-tested"), running(bare) as world, api_on(world) as api:
                api.http.headers.update(HEADERS)
                registration_id, code = await registered(api)
                async with pages_on(world) as pages:
                    await pages.get(f"/{PLANTED['user_name']}?{QUERY}", headers=HEADERS)
            received = len(receiver.spans)
            async with running(bare) as world:
                await world.redeem(PLANTED, code, password=PASSWORD)
                await world.until(registration_id, Status.TEMPORARY)
            assert len(receiver.spans) == received
            async with tracing("ugyfelkapu-tested"), running(bare) as world, api_on(world) as api:
                api.http.headers.update(HEADERS)
                assert (await api.log_in(PLANTED["user_name"], WRONG)).status_code == 422
                assert (await api.redeem(PLANTED["user_name"], code)).status_code == 409  # it was redeemed before
                changed = {"present_password": PASSWORD, "password": NEW_PASSWORD, "client_address": CLIENT}
                answer = await api.put(f"/v1/registrations/{registration_id}/password", changed)
                assert answer.status_code == 200, answer.text
                await world.letter(PLANTED["email"], 3)
            history = await bare.handle(registration_id).fetch_history()
    _check_registration(receiver)
    _check_change(receiver)
    secrets = [*PLANTED.values(), PASSWORD, NEW_PASSWORD, WRONG, CLIENT, QUERY, AGENT, code, registration_id]
    _check_nothing_is_told(receiver, [*secrets, "192.0.2.7", "198.18.", STRANGERS_TRACE, "idegen"])
    carriers = [json.loads(header.data) for header in _headers(history)]
    assert len(carriers) == 6  # two traced requests, each with a recording and a letter
    assert all(carrier.keys() == {"traceparent"} for carrier in carriers)
    assert STRANGERS_TRACE not in str(carriers)
    replayer = Replayer(workflows=[Registration], workflow_runner=SANDBOX)
    await replayer.replay_workflow(history)


async def test_a_question_to_the_issuer_is_a_span_and_takes_no_trace_along(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as (endpoint, receiver), receiving() as (issuer, asked):
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
        async with tracing("ugyfelkapu-tested"):
            with span("request", SpanKind.SERVER):
                await requested(f"{issuer}/token?{QUERY}", form={"code": PASSWORD})
    assert way(receiver.trace("request"), "issuer POST") == ["request", "issuer POST"]
    assert b"traceparent" not in asked.heads[0]
    assert QUERY.encode() not in receiver.bodies[0]


def _check_registration(receiver: Receiver) -> None:
    spans = receiver.trace("POST /v1/registrations")
    temporal = ["StartWorkflow:Registration", "RunWorkflow:Registration"]
    begun = ["POST /v1/registrations", "PortalGateway.register"]
    assert way(spans, "insert_registration") == [*begun, "insert_registration"], tree(spans)
    assert way(spans, "append_event") == [*begun, *temporal, "RunActivity:record", "append_event"]
    assert way(spans, "SMTP letter") == [*begun, *temporal, "RunActivity:send_letter", "SMTP letter"]
    assert receiver.services == {"ugyfelkapu-tested"}


def _check_change(receiver: Receiver) -> None:
    """The update is in the trace of its own request, not in that of the registration."""
    spans = receiver.trace(CHANGE)
    temporal = ["StartWorkflowUpdate:change_password", "HandleUpdate:change_password"]
    begun = [CHANGE, "CitizenGateway.change_password"]
    assert way(spans, "password hash") == [*begun, "password hash"], tree(spans)
    assert way(spans, "append_event") == [*begun, *temporal, "RunActivity:record", "append_event"]
    assert way(spans, "SMTP letter") == [*begun, *temporal, "RunActivity:send_letter", "SMTP letter"]


def _check_nothing_is_told(receiver: Receiver, secrets: list[str]) -> None:
    """Neither as text nor in a trace's own bytes; what must be there is found in the same way."""
    assert receiver.paths == {"/v1/traces"}
    everything = b"\n".join([*receiver.heads, *receiver.bodies])
    assert b"GET /v1/usernames/{name}" in everything
    found = [text for text in secrets if text.encode() in everything or text.encode().hex().encode() in everything]
    assert found == []
    assert bytes.fromhex(STRANGERS_TRACE) not in everything
    for sent in receiver.spans:
        assert {one.key for one in sent.attributes} <= set(SpanAttribute), sent
        assert (*sent.events, *sent.links, sent.status.message, sent.trace_state) == ("", ""), sent
        assert re.fullmatch(r"[A-Z]+ /[a-z0-9/{}_-]*|[A-Za-z_.: ]+", sent.name), sent


def _headers(history: WorkflowHistory) -> list[Payload]:
    """Those of all events that have one."""
    headers = (
        header
        for event in history.events
        for header in (
            event.workflow_execution_started_event_attributes.header,
            event.workflow_execution_update_accepted_event_attributes.accepted_request.input.header,
            event.activity_task_scheduled_event_attributes.header,
        )
    )
    return [header.fields[HEADER] for header in headers if HEADER in header.fields]
