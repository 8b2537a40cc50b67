"""The API does what its OpenAPI document says, whatever is sent: Schemathesis looks for what shows otherwise.

It speaks to a running API from a process of its own. What it sends comes from the document and, so that it gets past
the first checks, from a dictionary of real registrations; its seed is fixed.
"""

import asyncio
import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from starter.api.app import openapi_document
from starter.api.authentication import OPEN_PATHS
from tests.support.api import Api, api_on
from tests.support.world import PASSWORD, World, another_address, form

_EXAMPLES: Final = 15
"""For each operation and phase: about 800 requests in all."""

_SEED: Final = 3
_WITHIN_SECONDS: Final = 240

_CHECKS: Final = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
    "ignored_auth",
)
"""Not `positive_data_acceptance`: the engine has more rules than a schema can tell, and names them in a 422."""

_REDEMPTION: Final = "POST /v1/code-redemptions"

Dictionary = Mapping[str, Sequence[str]]
"""Values by the field that they are for."""


async def test_with_a_token_every_answer_is_one_that_the_document_tells(world: World, tmp_path: Path) -> None:
    """No 5xx, no status, content type, header or shape beside the document; what it forbids is refused."""
    async with api_on(world) as api:
        lives = [await world.temporary() for _ in range(3)]
        waiting, awaited, code = await world.registered()
        names, emails = ([filled[field] for _, filled in lives] for field in ("user_name", "email"))
        known = {
            "path.id": [*(registration_id for registration_id, _ in lives), waiting],
            "path.name": [*names, form()["user_name"]],
            "query.client_address": _addresses(),
            "body.client_address": _addresses(),
            "body.user_name": names,
            "body.email": emails,
            "body.present_password": [PASSWORD],
            "body.assertion": [await api.assertion(name) for name in names],
            **{f"body.form.{field}": [form()[field] for _ in range(50)] for field in form()},
        }
        redeemable = {"body.user_name": [awaited["user_name"]], "body.code": [code], "body.password": [PASSWORD]}
        await _schemathesis(api, tmp_path, {"*": known, _REDEMPTION: redeemable}, api.bearer())
        answered = await _answered(api)
    succeeded = {operation for operation, status in answered if status < 300}
    assert succeeded == _operations(), "the requests of this test get too little past the first checks"


async def test_without_a_token_nothing_answers_but_the_health_checks(world: World, tmp_path: Path) -> None:
    async with api_on(world) as api:
        await _schemathesis(api, tmp_path, {}, {"Authorization": "Bearer eyJhbGciOiJub25lIn0.e30."})
        answered = await _answered(api)
    succeeded = {operation for operation, status in answered if status < 400}
    assert succeeded == {f"GET {path}" for path in OPEN_PATHS}
    assert {status for _, status in answered if status >= 400} == {401, 405}


def _addresses() -> list[str]:
    """Many, so that limits do not end everything."""
    return [another_address() for _ in range(200)]


def _operations() -> set[str]:
    paths = openapi_document()["paths"]
    return {f"{method.upper()} {path}" for path, operations in paths.items() for method in operations}


async def _answered(api: Api) -> set[tuple[str, int]]:
    """Operations and statuses of all answers so far, as the API has counted them itself."""
    text = (await api.http.get("/metrics")).text
    found = re.findall(r'^ugyfelkapu_http_requests_total\{operation="(.+)",status="(\d+)"\}', text, re.MULTILINE)
    return {(operation, int(status)) for operation, status in found}


async def _schemathesis(
    api: Api, folder: Path, dictionaries: Mapping[str, Dictionary], headers: Mapping[str, str]
) -> None:
    """Runs the command; what it finds stands in the failure, with the request that shows it."""
    document, config = folder / "openapi.json", folder / "schemathesis.toml"
    document.write_text(json.dumps(openapi_document()), encoding="utf-8")
    config.write_text(_config(dictionaries), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", config, "run", document, "--url", api.url),
        *(option for name, text in headers.items() for option in ("--header", f"{name}: {text}")),
        *("--checks", ",".join(_CHECKS), "--max-examples", str(_EXAMPLES), "--seed", str(_SEED)),
        *("--generation-database", "none", "--no-color", "--warnings", "off", "--request-timeout", "30"),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(_WITHIN_SECONDS):
            told, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, told.decode()


def _config(dictionaries: Mapping[str, Dictionary]) -> str:
    """Its `schemathesis.toml`, by operation, `*` for all; TOML writes strings and lists as JSON does."""
    values: list[str] = []
    bindings: list[str] = []
    for operation, dictionary in dictionaries.items():
        is_for_all = operation == "*"
        bindings += (
            ["[parameters]"]
            if is_for_all
            else ["[[operations]]", f'include-name = "{operation}"', "[operations.parameters]"]
        )
        for field, known in dictionary.items():
            name, probability = f"known{len(values)}", 0.9 if is_for_all else 1.0
            values.append(f"[dictionaries.{name}]\nvalues = {json.dumps(known)}")
            bindings.append(f'"{field}" = {{ dictionary = "{name}", probability = {probability} }}')
    return "\n".join([*values, *bindings, ""])
