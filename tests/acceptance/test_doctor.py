"""`ugyfelkapu doctor` names what is wrong with an installation, and what to do, in the reader's language."""

import asyncio
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pydantic import SecretStr
from temporalio.api.enums.v1 import WorkflowTaskFailedCause
from temporalio.api.operatorservice.v1 import RemoveSearchAttributesRequest
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import PollWorkflowTaskQueueRequest, RespondWorkflowTaskFailedRequest

from registration.names import ARCHIVE_ID, DEADLINE_ATTRIBUTE, WORKFLOW_TYPE
from registration.sentences import ENGLISH
from registration.system_health import HealthCheckName, HealthReason, HealthState
from starter.dev.authority import Authority
from starter.dev.installation import SOON_SECONDS, World
from starter.dev.postgres import PostgresServer
from starter.gateway.doctor import Diagnosis, InstallationHealth, examined
from starter.gateway.engine import now
from store import clock
from tests.acceptance.command_line import CommandLine, Outcome
from tests.acceptance.start_scene import OTHER
from tests.support.accounts import variables_of
from tests.support.installation import eventually, installation_on
from tests.support.servers import SharedServers

NOBODY: Final = "127.0.0.1:1"
SECRET: Final = "once-secret"
FAILURES_NOTED: Final = 5
"""In a row, as Temporal's server comes."""


async def _reached() -> str | None:
    return None


async def examine(world: World, *, temporal: Mapping[str, str] = {}, **changes: Any) -> InstallationHealth:  # noqa: ANN401  any setting
    """The installation, with other settings and other variables of Temporal."""
    settings = world.settings.model_copy(update=changes)
    return await examined(settings, {**world.addresses.temporal_environment(), **temporal}, _reached, ENGLISH)


def diagnosed(health: InstallationHealth, check: HealthCheckName) -> Diagnosis:
    return next(each for each in health.diagnoses if each.found.check is check)


async def test_a_sound_installation_is_well(world: World) -> None:
    await world.operations.reconcile()

    async def is_well() -> bool:
        health = await examine(world)
        wrong = {each.found.check for each in health.diagnoses if each.advice}
        return wrong <= SHARED

    await eventually(is_well, within_seconds=SOON_SECONDS * 3)
    states = {each.found.check: each.found.state for each in (await examine(world)).diagnoses}
    assert {states[check] for check in ALWAYS} == {HealthState.WELL}
    assert states[HealthCheckName.REVOCATION_LISTS] is HealthState.OFF
    assert set(states) == set(HealthCheckName)


SHARED: Final = {
    HealthCheckName.DISAGREEMENTS,
    HealthCheckName.OVERDUE_DEADLINES,
    HealthCheckName.UNDELIVERED_LETTERS,
    HealthCheckName.CHECKPOINT,
    HealthCheckName.ARCHIVE,
    HealthCheckName.ARCHIVE_SCHEDULE,
    HealthCheckName.CHECKPOINT_SCHEDULE,
}
"""What other tests do to the same installation, or what has its hour."""

ALWAYS: Final = (
    HealthCheckName.SETTINGS,
    HealthCheckName.DATABASE,
    HealthCheckName.CLOCK,
    HealthCheckName.SCHEMA,
    HealthCheckName.KEYS,
    HealthCheckName.TEMPORAL,
    HealthCheckName.SEARCH_ATTRIBUTES,
    HealthCheckName.MAIL_SERVER,
    HealthCheckName.CERTIFICATES,
)


@pytest.mark.parametrize(
    ("check", "changes", "words"),
    [
        (
            HealthCheckName.DATABASE,
            {"database_url": SecretStr(f"postgresql://somebody:{SECRET}@{NOBODY}/nothing")},
            "PostgreSQL does not answer",
        ),
        (HealthCheckName.KEYS, {"index_key": SecretStr(OTHER)}, "UGYFELKAPU_INDEX_KEY: the key"),
        (HealthCheckName.TOKEN_KEYS, {"token_keys": f"https://{NOBODY}/jwks"}, "UGYFELKAPU_TOKEN_KEYS"),
        (HealthCheckName.TOKEN_KEYS, {"token_keys": "/nonexistent"}, "no public key can be read"),
        (
            HealthCheckName.SIGN_IN,
            {
                "staff_issuer": f"https://{NOBODY}",
                "staff_client_id": "x",
                "staff_client_key": None,
                "staff_client_secret": SecretStr(SECRET),
            },
            "UGYFELKAPU_STAFF_ISSUER",
        ),
        (HealthCheckName.SIGN_IN, {"staff_issuer": f"https://{NOBODY}", "staff_client_id": None}, "must be given"),
    ],
)
async def test_what_a_setting_names_and_is_not_there_is_named_with_the_setting(
    world: World, check: HealthCheckName, changes: dict[str, Any], words: str
) -> None:
    health = await examine(world, **changes)
    found = diagnosed(health, check)
    assert (found.found.state, found.found.reason) == (HealthState.ALERT, HealthReason.UNUSABLE)
    assert words in (found.advice or "")
    assert not health.is_well
    assert SECRET not in repr(health)
    assert OTHER not in repr(health)


async def test_without_its_database_what_needs_it_is_unknown_and_the_rest_is_looked_at(world: World) -> None:
    health = await examine(world, database_url=SecretStr(f"postgresql://somebody@{NOBODY}/nothing"))
    needing = (HealthCheckName.SCHEMA, HealthCheckName.KEYS, HealthCheckName.CLOCK, HealthCheckName.UNDELIVERED_LETTERS)
    assert {diagnosed(health, check).found.state for check in needing} == {HealthState.UNKNOWN}
    assert diagnosed(health, HealthCheckName.TEMPORAL).found.state is HealthState.WELL


async def test_a_database_that_is_not_prepared_is_named_with_what_prepares_it(
    world: World, postgres: PostgresServer
) -> None:
    empty = await postgres.create_database(f"empty_{uuid4().hex}")
    health = await examine(world, database_url=SecretStr(empty))
    assert "ugyfelkapu migrate" in (diagnosed(health, HealthCheckName.SCHEMA).advice or "")
    assert diagnosed(health, HealthCheckName.DATABASE).found.state is HealthState.WELL


@pytest.mark.parametrize(
    ("temporal", "words"),
    [
        ({"TEMPORAL_ADDRESS": NOBODY}, "Temporal does not answer"),
        ({"TEMPORAL_NAMESPACE": "nope"}, "no such namespace"),
    ],
)
async def test_without_temporal_what_needs_it_is_unknown_and_the_rest_is_looked_at(
    world: World, temporal: dict[str, str], words: str
) -> None:
    health = await examine(world, temporal=temporal)
    assert words in (diagnosed(health, HealthCheckName.TEMPORAL).advice or "")
    assert diagnosed(health, HealthCheckName.REGISTRATION_QUEUE).found.state is HealthState.UNKNOWN
    assert diagnosed(health, HealthCheckName.DATABASE).found.state is HealthState.WELL


async def test_clocks_that_differ_are_named(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "MOST_SECONDS", -1)
    assert "clock" in (diagnosed(await examine(world), HealthCheckName.CLOCK).advice or "")


async def test_what_is_missing_in_temporal_and_in_the_database_is_named(shared: SharedServers) -> None:
    """A search attribute and the key of the seals are gone, the archive's schedule is paused, a registration stalls."""
    async with installation_on(shared) as (_, world):
        attributes = RemoveSearchAttributesRequest(
            namespace=world.client.namespace, search_attributes=[DEADLINE_ATTRIBUTE]
        )
        await world.client.operator_service.remove_search_attributes(attributes)
        await world.client.get_schedule_handle(ARCHIVE_ID).pause()
        await world.sql("delete from seal_keys")
        await stall_a_registration(world)

        async def named() -> bool:
            health = await examine(world)
            sentences = [
                diagnosed(health, check).advice or ""
                for check in (
                    HealthCheckName.SEARCH_ATTRIBUTES,
                    HealthCheckName.ARCHIVE_SCHEDULE,
                    HealthCheckName.KEYS,
                    HealthCheckName.STALLED_REGISTRATIONS,
                )
            ]
            words = (DEADLINE_ATTRIBUTE, "--schedule-id archive", "key of the seals", "RegistrationsStalled.md")
            return all(word in sentence for word, sentence in zip(words, sentences, strict=True))

        await eventually(named, within_seconds=SOON_SECONDS)


async def stall_a_registration(world: World) -> None:
    """Until Temporal notes it: five times its task is failed, as by a worker that cannot go on."""
    client = world.client
    await client.start_workflow(WORKFLOW_TYPE, id=f"stalled-{uuid4()}", task_queue="stalled")
    queue = TaskQueue(name="stalled")
    poll = PollWorkflowTaskQueueRequest(namespace=client.namespace, task_queue=queue, identity="test")
    failures = 0
    while failures < FAILURES_NOTED:
        task = await client.workflow_service.poll_workflow_task_queue(poll, timeout=timedelta(minutes=2))
        if task.task_token:  # a poll without a task ends after a minute
            failed = RespondWorkflowTaskFailedRequest(
                namespace=client.namespace,
                task_token=task.task_token,
                cause=WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR,
            )
            await client.workflow_service.respond_workflow_task_failed(failed)
            failures += 1


async def test_what_ends_soon_has_ended_or_cannot_be_read_is_named_by_its_file(world: World, tmp_path: Path) -> None:
    roots, lists = tmp_path / "roots", tmp_path / "lists"
    roots.mkdir()
    lists.mkdir()
    authority = Authority.created(now() - timedelta(days=3_640))
    (roots / "root.pem").write_bytes(authority.credential.certificate.public_bytes(Encoding.PEM))
    old = authority.revocation_list([], since=now() - timedelta(days=2), until=now() - timedelta(days=1))
    (lists / "old.crl").write_bytes(old)
    (lists / ".fresh.crl").write_bytes(b"half of")
    contact = tmp_path / "security.txt"
    contact.write_text("Contact: mailto:a@example.hu\nExpires: 2026-11-01T00:00:00Z\n", encoding="utf-8")
    health = await examine(
        world, signature_trust_roots=roots, signature_revocation_lists=lists, security_txt=str(contact)
    )
    expired = diagnosed(health, HealthCheckName.SECURITY_TXT)
    assert (expired.found.reason, expired.found.name) == (HealthReason.ENDED, "security.txt")
    certificates = diagnosed(health, HealthCheckName.CERTIFICATES)
    assert (certificates.found.reason, certificates.found.name) == (HealthReason.ENDS_SOON, "root.pem")
    revoked = diagnosed(health, HealthCheckName.REVOCATION_LISTS)
    assert (revoked.found.reason, revoked.found.name) == (HealthReason.ENDED, "old.crl")
    (roots / "broken.der").write_bytes(b"no certificate")
    health = await examine(world, signature_trust_roots=roots, signature_revocation_lists=tmp_path / "nowhere")
    assert "broken.der" in (diagnosed(health, HealthCheckName.CERTIFICATES).advice or "")
    assert "cannot be read" in (diagnosed(health, HealthCheckName.REVOCATION_LISTS).advice or "")


async def test_as_a_command_it_ends_by_1_names_everything_in_the_readers_language_and_has_json_for_programs(
    world: World, tmp_path: Path
) -> None:
    async def doctor(*arguments: str, **variables: str) -> Outcome:
        line = CommandLine(tmp_path, variables_of(world))
        return await asyncio.to_thread(line, "doctor", *arguments, **variables)

    ended = await doctor("--json", UGYFELKAPU_SMTP_URL=f"smtp://{NOBODY}")
    assert ended.status == 1
    shown = json.loads(ended.output)
    (mail,) = [each for each in shown["diagnoses"] if each["found"]["check"] == "MAIL_SERVER"]
    assert (mail["found"]["state"], mail["found"]["reason"], shown["is_well"]) == ("ALERT", "UNUSABLE", False)
    assert "UGYFELKAPU_SMTP_URL" in mail["advice"]
    said = await doctor(UGYFELKAPU_SMTP_URL=f"smtp://{NOBODY}", UGYFELKAPU_LANG="hu")
    assert said.status == 1
    lines = said.output.splitlines()
    named = next(
        number for number, line in enumerate(lines) if line.startswith("! levelezőkiszolgáló: nem használható")
    )
    assert lines[named].endswith("nincs kapcsolat (connection)")
    assert lines[named + 1].startswith("    A levelezőkiszolgáló nem használható (nincs kapcsolat)")
    assert "+ PostgreSQL: rendben" in lines[named:]


@pytest.mark.parametrize(
    ("variables", "setting"),
    [
        ({"UGYFELKAPU_SMTP_URL": f"http://user:{SECRET}@mail"}, "UGYFELKAPU_SMTP_URL"),
        ({"TEMPORAL_PROFILE": "nope"}, "TEMPORAL_PROFILE"),
        ({"TEMPORAL_ADDRESS": f"{SECRET}:xyz"}, "TEMPORAL_ADDRESS: must be host:port"),
    ],
)
async def test_settings_that_cannot_be_used_are_named_first_and_alone(
    world: World, tmp_path: Path, variables: dict[str, str], setting: str
) -> None:
    line = CommandLine(tmp_path, variables_of(world))
    ended = await asyncio.to_thread(line, "doctor", "--json", **variables)
    assert ended.status == 1
    (diagnosis,) = json.loads(ended.output)["diagnoses"]
    assert (diagnosis["found"]["check"], diagnosis["found"]["state"]) == ("SETTINGS", "ALERT")
    assert setting in diagnosis["advice"]
    assert SECRET not in ended.output + ended.error
