"""The process that serves the pages: alive, ready, within the bounds of connections, and part of `dev`."""

import json
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from settings.setting_rules import SettingsError
from starter.dev.installation import World
from starter.dev.postgres import PostgresServer
from starter.serving.connections import Bounds
from temporal.client import connect
from tests.acceptance.command_line import (
    SOON_SECONDS,
    CommandLine,
    command,
    environment_of,
    folder_with_a_space,
    running_dev,
)
from tests.support.pages import pages_on
from tests.support.sockets import connected_to
from tests.support.staff import colleague
from tests.support.unprepared import unprepared_engine
from tests.support.visitors import heading

EXAMPLES = Path(__file__).parents[2] / "examples"
USUAL_PORT = 8080
BOUNDS = Bounds(connections=2, head=0.5, body=0.5, idle=4, unread=2)


@pytest.fixture(scope="module")
def dev() -> Iterator[tuple[CommandLine, dict[str, Any]]]:
    """A running environment, with what it announced, while the usual port is somebody else's."""
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", USUAL_PORT))
            taken.listen()
        except OSError:
            pass  # another program of this machine has it, which is as good
        with folder_with_a_space() as folder, running_dev(folder) as (_, announced):
            yield CommandLine(folder, {"UGYFELKAPU_LANG": "en"}), announced


async def test_they_are_alive_and_ready(world: World) -> None:
    async with pages_on(world) as http:
        assert (await http.get("/livez")).status_code == 200
        assert (await http.get("/readyz")).status_code == 200


async def test_they_are_ready_while_temporal_is_away_for_log_in_works_without(world: World) -> None:
    client = await connect({"TEMPORAL_ADDRESS": "127.0.0.1:1"}, lazy=True)
    async with pages_on(replace(world, engine=replace(world.engine, client=client))) as http:
        assert (await http.get("/readyz")).status_code == 200


async def test_on_a_database_that_is_not_prepared_they_are_not_ready_and_the_log_says_so(
    world: World, postgres: PostgresServer
) -> None:
    with capture_logs() as logs:
        async with unprepared_engine(world, postgres) as engine, pages_on(replace(world, engine=engine)) as http:
            assert (await http.get("/readyz")).status_code == 503
    (line,) = [line for line in logs if line["event"] == "not_ready"]
    assert (line["database"], line["migrated"], line["seal_key"]) == (True, False, False)


async def test_help_and_privacy_can_be_read_without_the_database_and_say_no_numbers_then(
    world: World, postgres: PostgresServer
) -> None:
    """The numbers are those of the policy in force, which only the database knows."""
    async with unprepared_engine(world, postgres) as engine:
        pass  # its connections are closed now
    said = {"/segitseg": "our letter says until when", "/adatvedelem": "that key is destroyed, and with it the data"}
    async with pages_on(replace(world, engine=engine)) as http:
        for path, words in said.items():
            page = await http.get(path, headers={"Accept-Language": "en"})
            assert (page.status_code, words in page.text) == (200, True), path
        assert (await http.get("/regisztracio")).status_code == 503


async def test_the_page_about_privacy_names_the_controller_of_the_settings_or_says_that_it_is_missing(
    world: World,
) -> None:
    """GDPR article 13; the authority and the articles are the same everywhere."""
    english = {"Accept-Language": "en"}
    notice = "https://example.hu/tajekoztato"
    async with (
        pages_on(world) as without,
        pages_on(world, data_controller="Hivatal <1>", privacy_notice_url=notice) as http,
    ):
        bare, full = [(await each.get("/adatvedelem", headers=english)).text for each in (without, http)]
    assert "has not named the controller here yet" in bare
    assert "has not named the controller here yet" not in full
    assert "Hivatal &lt;1&gt;" in full
    assert f'href="{notice}"' in full
    for page in (bare, full):
        assert "Article 6(1)(c) and (e)" in page
        assert "naih.hu" in page


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        (b"GET /livez HTTP/1.1\nHost: x\n\n", 400, "could not be read"),
        (b"GET /livez HTTP/1.1\r\nAccept-Language: en\r\nX-Slow: ", 408, "did not arrive in time"),
        (b"GET /livez HTTP/1.1\r\nAccept-Language: en\r\nCookie: " + b"x" * 20_000, 431, "cookies"),
    ],
)
async def test_what_is_no_request_is_answered_with_a_page(world: World, sent: bytes, status: int, words: str) -> None:
    """In the language that it asks for, as far as that can be read; without scripts or resources."""
    async with pages_on(world, BOUNDS) as http, connected_to(str(http.base_url)) as connection:
        await connection.send(sent)
        head, _, body = (await connection.rest()).decode().partition("\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ")
    assert "content-type: text/html; charset=utf-8" in head
    assert "cache-control: no-store" in head
    if b"Accept-Language" in sent:
        assert words in body
        assert '<html lang="en">' in body
    else:
        assert '<html lang="hu">' in body


async def test_over_https_they_refuse_to_start_without_knowing_their_proxies(world: World) -> None:
    with pytest.raises(SettingsError, match="UGYFELKAPU_TRUSTED_PROXIES: must be given"):
        async with pages_on(world, portal_url="https://ugyfelkapu.example.hu"):
            pass


def test_dev_announces_the_pages_first_at_a_port_of_their_own_and_letters_name_them(
    dev: tuple[CommandLine, dict[str, Any]],
) -> None:
    cli, announced = dev
    assert list(announced)[:5] == ["pages", "staff", "inbox", "api", "temporal_ui"]
    assert announced["pages"].startswith("http://127.0.0.1:")
    assert not announced["pages"].endswith(f":{USUAL_PORT}")
    assert httpx.get(f"{announced['pages']}/livez").status_code == 200
    assert cli("dev", "env", "--json").data["UGYFELKAPU_PORTAL_URL"] == announced["pages"]
    assert cli("register", str(EXAMPLES / "online.json")).status == 0
    until = time.monotonic() + SOON_SECONDS
    while (letter := cli("inbox", "--last")).status != 0 and time.monotonic() < until:
        time.sleep(0.2)
    assert announced["pages"] in letter.output
    inbox = httpx.get(f"{announced['inbox']}/1")
    assert inbox.status_code == 200
    assert announced["pages"] in inbox.text


async def test_dev_has_the_pages_for_staff_and_somebody_to_sign_in_as(dev: tuple[CommandLine, dict[str, Any]]) -> None:
    cli, announced = dev
    variables = cli("dev", "env", "--json").data
    assert variables["UGYFELKAPU_STAFF_URL"] == announced["staff"]
    async with colleague(announced["staff"], "supervisor-1") as supervisor:
        page = await supervisor.get("/")
        assert heading(page) == "My work"
        assert "Budapest V. kerületi Okmányiroda" in page.text
    entries = cli("clerk", "accesses", "--supervisor", "--office", "1051", "--clerk", "supervisor-1", "--json").data
    assert "pages.sign_in" in json.dumps(entries)


@pytest.mark.parametrize("site", ["citizen", "staff"])
def test_the_pages_alone_serve_the_same_installation_and_stop_on_a_signal(
    dev: tuple[CommandLine, dict[str, Any]], site: str
) -> None:
    cli, _ = dev
    with subprocess.Popen(
        command("pages", "--site", site, "--port", "0"),
        cwd=cli.folder,
        env=environment_of(),
        stderr=subprocess.PIPE,
        text=True,
    ) as served:
        try:
            assert served.stderr is not None
            line = json.loads(served.stderr.readline())
            assert line["event"] == "listening"
            assert httpx.get(f"{line['url']}/readyz").status_code == 200
            served.send_signal(signal.SIGTERM)
            assert served.wait(SOON_SECONDS) == 0
        finally:
            served.kill()


def test_a_port_that_is_taken_is_one_sentence(dev: tuple[CommandLine, dict[str, Any]]) -> None:
    cli, _ = dev
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        cli("pages", "--port", port).refused(2, f"UGYFELKAPU_PAGES_ADDRESS: cannot listen on 127.0.0.1:{port}")
