"""The API does what its OpenAPI document says, whatever is sent: Schemathesis looks for what shows otherwise.

It speaks to a running API from a process of its own. What it sends comes from the document and, so that it gets past
the first checks, from a dictionary of real registrations; its seed is fixed.
"""

import asyncio
import json
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from registration.offices import Body
from starter.api.app import openapi_document
from starter.api.authentication import OPEN_PATHS
from starter.dev.installation import World
from starter.dev.samples import EVIDENCE, PASSWORD, another_address, form
from starter.gateway import OperationsGateway
from tests.support.api import Api, api_on
from tests.support.installation import installation_on
from tests.support.matrix import rows
from tests.support.servers import SharedServers
from worker import running_workers

_EXAMPLES: Final = 15
"""For each operation and phase: about 800 requests in all."""

_FEWER: Final = 8
"""Where each request is an act of a workflow."""

_SEED: Final = 3
_WITHIN_SECONDS: Final = 540

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

_FIRST_ERROR: Final = 400

_REDEMPTION: Final = "POST /v1/code-redemptions"
_CORRECTION: Final = "POST /v1/registrations/{registration_id}/email-corrections"
_SEARCH: Final = "POST /v1/desk/searches"
_REACTIVATION: Final = "POST /v1/desk/registrations/{reference}/reactivation"
_COMPARISON: Final = "POST /v1/desk/registrations/{reference}/comparison"
_DISCLOSURE: Final = "POST /v1/desk/registrations/{reference}/disclosure"
_SIGNAL: Final = "POST /v1/desk/registrations/{reference}/reactivation-signal"
_SUPERVISED: Final = r"^/v1/desk/(accesses$|registrations/\{reference\}/evidence)"
_EVIDENCE: Final = "GET /v1/desk/registrations/{reference}/evidence/{sequence}"
_SENDING: Final = "POST /v1/desk/registrations/{reference}/letters/{letter_id}/sending"
_PARTS: Final = {
    "portal": " /",
    "clerk": "/desk/",
    "supervisor": "/desk/",
    "auditor": "/audit/",
    "operator": "/operations/",
}
"""Of the paths, by who may call."""

_DISABLED: Final = "/v1/operations/disabled-staff/{staff_id}"
_PAUSE: Final = "POST /v1/operations/extensions/{extension_id}/pause"
_RESUME: Final = "POST /v1/operations/extensions/{extension_id}/resume"

Dictionary = Mapping[str, Sequence[Any]]
"""Values by the field that they are for."""

Dictionaries = Mapping[str, Dictionary]
"""By operation; `*` is any."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def own_api(shared: SharedServers) -> AsyncIterator[Api]:
    """On an installation of its own: whatever comes to its mind Schemathesis may disable, close or extend."""
    async with (
        installation_on(shared) as (_, world),
        running_workers(world.client, world.settings),
        api_on(world) as running,
    ):
        yield running


async def test_whatever_a_portal_sends_every_answer_is_one_that_the_document_tells(
    own_api: Api, tmp_path: Path
) -> None:
    """No 5xx, no status, content type, header or shape beside the document; what it forbids is refused."""
    api, world = own_api, own_api.world
    lives = [await world.temporary() for _ in range(3)]
    waiting, awaited, code = await world.registered()
    mistyped, applicant, _ = await world.registered()
    names, emails = ([filled[field] for _, filled in lives] for field in ("user_name", "email"))
    known: dict[str, Sequence[Any]] = {
        "path.registration_id": [*(registration_id for registration_id, _ in lives), waiting],
        "path.name": [*names, form()["user_name"]],
        "query.client_address": _addresses(),
        "body.client_address": _addresses(),
        "body.user_name": names,
        "body.email": emails,
        "body.present_password": [PASSWORD],
        "body.assertion": [await api.assertion(name) for name in names],
        **_forms(),
    }
    redeemable = {"body.user_name": [awaited["user_name"]], "body.code": [code], "body.password": [PASSWORD]}
    correctable = {
        "path.registration_id": [mistyped],
        "body.user_name": [applicant["user_name"]],
        "body.email": [form()["email"] for _ in range(3)],
    }
    dictionaries: Dictionaries = {"*": known, _REDEMPTION: redeemable, _CORRECTION: correctable}
    await _schemathesis(api, tmp_path, dictionaries, api.bearer(), only="^/(?!v1/(desk|audit|operations))")
    await _all_succeeded(api, "portal")


@pytest.mark.parametrize(("role", "only"), [("clerk", "^/v1/desk/"), ("supervisor", _SUPERVISED)])
async def test_whatever_a_desk_sends_every_answer_is_one_that_the_document_tells(
    own_api: Api, tmp_path: Path, role: str, only: str
) -> None:
    """The same; what needs an inactive registration, or a lost letter, is refused here, and shown elsewhere."""
    api, world = own_api, own_api.world
    lives = [await world.temporary() for _ in range(10)]
    known: dict[str, Sequence[Any]] = {
        "path.reference": [registration_id for registration_id, _ in lives],
        "path.letter_id": ["1-code_password"],
        "query.day": [f"{datetime.now(UTC):%Y-%m-%d}"],
        "body.evidence.document_kind": [EVIDENCE["document_kind"]],
        "body.evidence.document_number": [EVIDENCE["document_number"]],
        "body.evidence.recipient": [EVIDENCE["recipient"]],
        "body.email": [f"uj.{filled['email']}" for _, filled in lives],
        **_forms(),
    }
    criterion = {"body.user_name": [filled["user_name"] for _, filled in lives]}
    headers = api.bearer(role, caller=f"{role}-1", office="1051")
    active = {"path.reference": [(await world.active())[0]]}
    person = {f"body.{name}": [form()[name]] for name in ("birth_name", "birth_date", "mothers_birth_name")}
    seen = {field: values for field, values in known.items() if field.startswith("body.evidence.")}
    dictionaries: Dictionaries = {
        "*": known,
        _SEARCH: criterion,
        _COMPARISON: {"path.reference": known["path.reference"], **person},
        _DISCLOSURE: active | seen,
        _SIGNAL: active | seen,
        _EVIDENCE: active | {"path.sequence": [3]},
    }
    await _schemathesis(api, tmp_path, dictionaries, headers, only=only, examples=_FEWER)
    await _all_succeeded(api, role, but={_REACTIVATION, _SENDING})


async def test_whatever_an_auditor_sends_every_answer_is_one_that_the_document_tells(
    own_api: Api, tmp_path: Path
) -> None:
    api, world = own_api, own_api.world
    lives = [await world.temporary() for _ in range(3)]
    made = await world.audit.checkpoints.make()
    known: dict[str, Sequence[Any]] = {
        "path.reference": [registration_id for registration_id, _ in lives],
        "path.number": [made.number],
        "query.at": [datetime.now(UTC).isoformat()],
        "query.since": ["2026-01"],
        "query.until": ["2027-12"],
        "query.registration": [registration_id for registration_id, _ in lives],
    }
    await _schemathesis(api, tmp_path, {"*": known}, api.bearer("auditor", caller="auditor-1"), only="^/v1/audit/")
    await _all_succeeded(api, "auditor")


async def test_whatever_an_operator_sends_every_answer_is_one_that_the_document_tells(
    own_api: Api, tmp_path: Path
) -> None:
    """The extension that is started has no accounts: it is for passwords that expired long ago."""
    api, operations = own_api, OperationsGateway(own_api.world.engine, "operator-8")
    asked = [
        (await operations.extensions.request(datetime(2001, 1, 1, tzinfo=UTC), days=1)).extension_id for _ in range(3)
    ]
    await OperationsGateway(own_api.world.engine, "operator-9").extensions.approve(asked[0])
    known: dict[str, Sequence[Any]] = {
        "path.extension_id": asked,
        "query.older_than": asked,
        "path.code": ["FUZZ-1", "FUZZ-2"],
        "body.before": ["2001-01-01", "2026-01-01T00:00Z"],
        "body.body": list(Body),
    }
    staff = {"path.staff_id": ["somebody-else"]}
    dictionaries: Dictionaries = {"*": known, **{f"{method} {_DISABLED}": staff for method in ("PUT", "DELETE")}}
    await _schemathesis(
        api, tmp_path, dictionaries, api.bearer("operator", caller="operator-1"), only="^/v1/operations/"
    )
    await _all_succeeded(api, "operator", but={_PAUSE, _RESUME})


async def test_without_a_token_nothing_answers_but_the_health_checks(world: World, tmp_path: Path) -> None:
    async with api_on(world) as api:
        await _schemathesis(api, tmp_path, {}, {"Authorization": "Bearer eyJhbGciOiJub25lIn0.e30."}, examples=5)
        answered = set(await _answered(api))
    succeeded = {operation for operation, status in answered if status < 400}
    assert succeeded == {f"GET {path}" for path in OPEN_PATHS}
    assert {status for _, status in answered if status >= 400} == {401, 405}


def _addresses() -> list[str]:
    """Many, so that limits do not end everything."""
    return [another_address() for _ in range(200)]


def _forms() -> Dictionary:
    """Fields of forms that can all be registered."""
    return {f"body.form.{field}": [form()[field] for _ in range(50)] for field in form()}


async def _all_succeeded(api: Api, caller: str, but: Collection[str] = ()) -> None:
    """What the role matrix lets a caller do was done at least once, or the requests got too little past the checks."""
    may = {row.operation for row in rows() if row.expected[caller] < _FIRST_ERROR and _PARTS[caller] in row.operation}
    succeeded = {operation for operation, status in await _answered(api) if status < _FIRST_ERROR}
    assert succeeded >= may - set(but)


async def _answered(api: Api) -> Counter[tuple[str, int]]:
    """How many answers of each operation had which status so far, as the API has counted them itself."""
    text = (await api.http.get("/metrics")).text
    found = re.findall(
        r'^ugyfelkapu_http_requests_total\{operation="(.+)",status="(\d+)"\} ([\d.e+]+)', text, re.MULTILINE
    )
    return Counter({(operation, int(status)): int(float(count)) for operation, status, count in found})


async def _schemathesis(  # noqa: PLR0913  what the command line takes
    api: Api,
    folder: Path,
    dictionaries: Dictionaries,
    headers: Mapping[str, str],
    *,
    only: str = "",
    examples: int = _EXAMPLES,
) -> None:
    """Runs the command, on the paths that `only` matches; what it finds is in the failure, with its request."""
    document, config = folder / "openapi.json", folder / "schemathesis.toml"
    document.write_text(json.dumps(openapi_document()), encoding="utf-8")
    config.write_text(_config(dictionaries), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", config, "run", document, "--url", api.url),
        *(option for name, text in headers.items() for option in ("--header", f"{name}: {text}")),
        *(("--include-path-regex", only) if only else ()),
        *("--checks", ",".join(_CHECKS), "--max-examples", str(examples), "--seed", str(_SEED)),
        *("--generation-database", "none", "--no-color", "--warnings", "off", "--request-timeout", "30"),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        with capture_logs() as lines:
            async with asyncio.timeout(_WITHIN_SECONDS):
                output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    unexpected = [str(line) for line in lines if line["event"] == "unexpected"]
    assert process.returncode == 0, "\n".join([output.decode(), *unexpected])


def _config(dictionaries: Dictionaries) -> str:
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
