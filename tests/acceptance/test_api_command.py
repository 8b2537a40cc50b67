"""The commands around the API: part of `dev`, alone as `api`, its token and its document."""

import json
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from typing import Any

import httpx
import pytest

from tests.acceptance.command_line import (
    SOON_SECONDS,
    CommandLine,
    command,
    environment_of,
    folder_with_a_space,
    running_dev,
)

LOG_IN = json.dumps({"user_name": "senki.sincs", "password": "a", "client_address": "192.0.2.1"}).encode()


@pytest.fixture(scope="module")
def dev() -> Iterator[tuple[CommandLine, dict[str, Any]]]:
    """A running environment, with what it announced."""
    with folder_with_a_space() as folder, running_dev(folder) as (_, announced):
        yield CommandLine(folder, {"UGYFELKAPU_LANG": "en"}), announced


def bearer(cli: CommandLine, *options: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {cli('dev', 'token', *options).output.strip()}"}


def test_the_environment_has_an_api_that_takes_the_tokens_it_makes(dev: tuple[CommandLine, dict[str, Any]]) -> None:
    cli, announced = dev
    keys = f"{announced['api']}/v1/keys"
    assert httpx.get(keys).status_code == 401
    assert httpx.get(keys, headers=bearer(cli)).status_code == 200
    assert httpx.get(keys, headers=bearer(cli, "--role", "portal", "--id", "portal-9")).status_code == 200
    assert httpx.get(keys, headers=bearer(cli, "--role", "clerk", "--office", "1051")).status_code == 403
    assert cli("dev", "token", "--json").data["token"].count(".") == 2


def test_a_token_for_a_role_that_does_not_exist_or_without_an_environment_is_refused(
    dev: tuple[CommandLine, dict[str, Any]],
) -> None:
    cli, _ = dev
    cli("dev", "token", "--role", "king").refused(2, "--role: must be one of portal, clerk")
    cli("dev", "token", "--id", "a b").refused(2, "--id: ")
    cli("dev", "token", "--role", "clerk").refused(2, "--office: must be given")
    with folder_with_a_space() as empty:
        CommandLine(empty, {"UGYFELKAPU_LANG": "en"})("dev", "token").refused(2, "ugyfelkapu dev")


def test_the_document_is_printed_without_an_installation() -> None:
    with folder_with_a_space() as empty:
        document = CommandLine(empty, {})("api", "openapi").data
    assert document["openapi"].startswith("3.1")


def test_the_api_alone_serves_the_same_installation_and_stops_on_a_signal_once_it_has_answered(
    dev: tuple[CommandLine, dict[str, Any]],
) -> None:
    cli, _ = dev
    with (
        ExitStack() as stack,
        subprocess.Popen(
            command("api", "--port", "0"), cwd=cli.folder, env=environment_of(), stderr=subprocess.PIPE, text=True
        ) as served,
    ):
        try:
            assert served.stderr is not None
            url = json.loads(served.stderr.readline())["url"]
            headers = bearer(cli)
            assert httpx.get(f"{url}/v1/keys", headers=headers).status_code == 200
            half_sent = stack.enter_context(closing(HTTPConnection(url.removeprefix("http://"), timeout=SOON_SECONDS)))
            half_sent.putrequest("POST", "/v1/sessions")
            for name, value in {
                **headers,
                "Content-Type": "application/json",
                "Content-Length": str(len(LOG_IN)),
            }.items():
                half_sent.putheader(name, value)
            half_sent.endheaders(LOG_IN[:9])
            httpx.get(f"{url}/livez")  # answered later than that was received
            served.send_signal(signal.SIGTERM)
            time.sleep(1)
            half_sent.send(LOG_IN[9:])
            with half_sent.getresponse() as answer:
                assert answer.status == 422
            assert served.wait(SOON_SECONDS) == 0
            lines = [json.loads(line) for line in served.stderr]
            assert {line["operation"] for line in lines} == {"GET /v1/keys", "GET /livez", "POST /v1/sessions"}
        finally:
            served.kill()


def test_a_worker_says_what_it_serves_once_it_does_and_stops_on_a_signal(
    dev: tuple[CommandLine, dict[str, Any]],
) -> None:
    cli, _ = dev
    with subprocess.Popen(
        command("worker", "--queue", "letters"), cwd=cli.folder, env=environment_of(), stderr=subprocess.PIPE, text=True
    ) as working:
        try:
            assert working.stderr is not None
            line = json.loads(working.stderr.readline())
            assert (line["event"], line["queues"]) == ("polling", ["letters"])
            working.send_signal(signal.SIGTERM)
            assert working.wait(SOON_SECONDS) == 0
        finally:
            working.kill()


def test_a_port_that_is_taken_is_one_sentence(dev: tuple[CommandLine, dict[str, Any]]) -> None:
    cli, _ = dev
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        cli("api", "--port", port).refused(2, f"UGYFELKAPU_API_ADDRESS: cannot listen on 127.0.0.1:{port}")


@pytest.mark.parametrize("missing", ["TOKEN_ISSUER", "TOKEN_KEYS", "ASSERTION_KEYS"])
def test_a_setting_that_the_api_needs_is_named(dev: tuple[CommandLine, dict[str, Any]], missing: str) -> None:
    _, announced = dev
    key = "a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2U="
    named = {
        "UGYFELKAPU_DATABASE_URL": announced["database_url"],
        "UGYFELKAPU_SMTP_URL": announced["smtp"],
        "UGYFELKAPU_LANG": "en",
        "TEMPORAL_ADDRESS": announced["temporal"],
        "UGYFELKAPU_MASTER_KEYS": f"m:{key}",
        "UGYFELKAPU_CODE_KEYS": f"c:{key}",
        "UGYFELKAPU_INDEX_KEY": key,
        "UGYFELKAPU_TOKEN_ISSUER": "https://login.example.hu",
        "UGYFELKAPU_TOKEN_KEYS": "https://login.example.hu/jwks",
        "UGYFELKAPU_ASSERTION_KEYS": f"a:{key}",
    }
    del named[f"UGYFELKAPU_{missing}"]
    with folder_with_a_space() as empty:
        outcome = CommandLine(empty, named)("api", "--port", "0")
    outcome.refused(2, f"UGYFELKAPU_{missing}: must be given")
