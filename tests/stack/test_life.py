"""An installation out of docker-compose.yml lives: started, used, started again, upgraded and rolled back.

Each test goes on where the one before it has ended; `make stack` stops at the first that fails.
"""

import json
from typing import Final

import httpx

from registration.statuses import Status
from starter.pages.citizen.continuation import HOME
from tests.stack.images import IMAGE, image_id, later_image
from tests.stack.portal import API, Client, Portal, letters
from tests.stack.settings import AUDITOR
from tests.stack.stack import ASKED_FOR, LASTING, OURS, Stack
from tests.support.visitors import visitor

PAGES: Final = "http://127.0.0.1:8080"
STAFF_PAGES: Final = "http://127.0.0.1:8081"
TEMPORAL_UI: Final = "http://127.0.0.1:8233"
SEEN_SECONDS: Final = 30


def test_one_command_starts_everything_and_all_of_it_is_well(stack: Stack) -> None:
    stack.up(*ASKED_FOR)
    containers = stack.containers()
    assert {name for name, container in containers.items() if not container.is_well} == set()
    assert containers.keys() == set(stack.compose("config", "--services").split())
    for address in (f"{API}/readyz", f"{PAGES}/readyz", f"{STAFF_PAGES}/readyz", TEMPORAL_UI):
        answer = httpx.get(address, timeout=SEEN_SECONDS)
        assert answer.status_code == 200, f"{address}: {answer.status_code} {answer.text}"


def test_who_registers_gets_a_letter_and_redeems_its_code(portal: Portal, client: Client) -> None:
    assert portal.redeem(client) == Status.TEMPORARY


def test_the_client_logs_in_over_the_api(portal: Portal, client: Client) -> None:
    session = portal.log_in(client)
    assert (session["registration_id"], bool(session["assertion"])) == (client.registration_id, True)


async def test_the_client_logs_in_at_the_pages(client: Client) -> None:
    await logs_in_at_the_pages(client)


def test_a_checkpoint_is_written_and_mailed_and_the_record_is_whole(stack: Stack, client: Client) -> None:
    made = json.loads(stack.ugyfelkapu("worker", "--json", "audit", "checkpoint"))
    assert (made["contradicted"], made["mailed"]) == (0, 1), made
    assert letters(AUDITOR)
    assert_record_is_whole(stack, client, checkpoint=made["number"])


def test_a_second_start_changes_nothing(stack: Stack, portal: Portal, client: Client) -> None:
    before = stack.containers()
    stack.up(*ASKED_FOR)
    after = stack.containers()
    assert {name: after[name] for name in LASTING} == {name: before[name] for name in LASTING}
    portal.log_in(client)


async def test_every_container_is_restarted_and_the_life_goes_on(stack: Stack, portal: Portal, client: Client) -> None:
    before = stack.containers()
    stack.compose("restart", seconds=300)
    stack.wait_until_well()
    after = stack.containers()
    assert {name for name in LASTING if after[name].started == before[name].started} == set()
    portal.change_password(client, "Másik titkos 2")
    assert portal.redeem(portal.register("after.restart")) == Status.TEMPORARY
    await logs_in_at_the_pages(client)
    assert_record_is_whole(stack, client)


async def test_a_later_version_takes_over_with_its_migration_and_the_earlier_one_again(
    stack: Stack, portal: Portal, client: Client
) -> None:
    """At a roll-back `migrate` is left out: the earlier version cannot prepare a schema that is newer than its own."""
    earlier, schema = image_id(stack.engine, IMAGE), schema_of(stack)
    assert earlier
    with later_image(stack.engine) as later:
        stack.engine.docker("tag", later, IMAGE)
        try:
            stack.up(*ASKED_FOR)
            assert images_in_use(stack) == {image_id(stack.engine, later)}
            assert schema < "9001" == schema_of(stack)
            portal.change_password(client, "Harmadik titkos 3")
            assert portal.redeem(portal.register("after.upgrade")) == Status.TEMPORARY
            await logs_in_at_the_pages(client)
        finally:
            stack.engine.docker("tag", earlier, IMAGE)
        stack.up("--no-deps", *OURS)
        assert images_in_use(stack) == {earlier}
        assert schema_of(stack) == "9001"
        portal.change_password(client, "Negyedik titkos 4")
        assert portal.redeem(portal.register("after.rollback")) == Status.TEMPORARY
        await logs_in_at_the_pages(client)
        assert_record_is_whole(stack, client)


def test_nothing_is_left_when_it_is_taken_down(stack: Stack) -> None:
    stack.down()
    assert stack.left() == []


async def logs_in_at_the_pages(client: Client) -> None:
    async with visitor(PAGES) as somebody:
        answer = await somebody.log_in(client.user_name, client.password)
        assert (answer.status_code, answer.headers.get("location")) == (303, HOME), answer.text
        account = await somebody.get(HOME)
    assert account.status_code == 200
    assert client.user_name in account.text


def assert_record_is_whole(stack: Stack, client: Client, checkpoint: int | None = None) -> None:
    """Verified in the API's container, which has no key that signs: checkpoints and Temporal's histories too."""
    report = json.loads(stack.ugyfelkapu("api", "--json", "audit", "verify", "--all"))
    assert (report["whole"], report["findings"]) == (True, []), report
    assert report["registrations"] > 0 < report["histories"], report
    assert checkpoint in {None, report["checkpoint"]}, report
    stack.ugyfelkapu("api", "audit", "verify", client.registration_id)


def images_in_use(stack: Stack) -> set[str]:
    """The ids of the images that our processes run."""
    containers = stack.containers()
    return {containers[name].image for name in OURS}


def schema_of(stack: Stack) -> str:
    """The revision of the database."""
    return stack.sql("select version_num from alembic_version")
