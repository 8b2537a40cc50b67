"""For each operation of the API, a request that succeeds for whoever may call it, and what has to stand before."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from registration.messages import ActorKind
from registration.statuses import Status
from starter.dev.installation import SOON_SECONDS
from starter.dev.samples import CLIENT_ADDRESS, EVIDENCE, PASSWORD, another_address, form
from starter.dev.standing import standing_accounts
from starter.gateway import DeskGateway, OperationsGateway
from tests.support.api import Api
from tests.support.matrix import FOREIGN, bearer
from tests.workflows.lives import to_deadline

SEEN: Final = {"evidence": EVIDENCE}
PERSON: Final = {name: form()[name] for name in ("birth_name", "birth_date", "mothers_birth_name")}
_EXPIRING: Final = timedelta(days=400)
"""Before then expire the passwords of standing accounts."""


@dataclass(frozen=True)
class Sent:
    """What a request fills the path with, and sends; the registration that it is about."""

    path: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    about: str | None = None


def on(registration_id: str, body: Mapping[str, Any] | None = None, **query: str) -> Sent:
    """A request on a registration, by its id."""
    return Sent({"reference": registration_id, "registration_id": registration_id}, body, query, registration_id)


class Stage:
    """Sets the scene: registrations of an office, extensions, checkpoints.

    `caller` is whose request comes; a log-in's assertion is for one portal alone.
    """

    def __init__(self, api: Api, office: str, caller: str) -> None:
        """On an installation whose inbox refuses addresses that begin with `refused`."""
        self.api = api
        self.world = api.world
        self.office = office
        self.caller = caller

    async def opened(self, **changes: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401  any field of the form
        """A registration opened in person, which awaits its code."""
        filled = form(**changes)
        desk = DeskGateway(self.world.engine, "clerk-9", self.office)
        registration_id = (await desk.register(filled, EVIDENCE)).registration_id
        await self.world.until(registration_id, Status.AWAITING_ACTIVATION)
        return registration_id, filled

    async def active(self, **options: Any) -> tuple[str, dict[str, Any]]:  # noqa: ANN401  as redeem()'s
        """An active one."""
        registration_id, filled = await self.opened()
        await self.world.redeem(filled, await self.world.code(filled["email"]), **options)
        return registration_id, filled

    async def inactive(self) -> str:
        """One whose password expired more than 60 days ago."""
        registration_id, _ = await self.active(validity_days=30)
        for status in (Status.PASSWORD_EXPIRED, Status.INACTIVE):
            await to_deadline(self.world, registration_id, status)
        return registration_id

    async def assertion(self, filled: Mapping[str, Any]) -> str:
        """Of a log-in at the portal that calls; any at all for others."""
        body = {"user_name": filled["user_name"], "password": PASSWORD, "client_address": CLIENT_ADDRESS}
        answer = await self.api.http.post("/v1/sessions", json=body, headers=bearer(self.api, self.caller))
        return str(answer.json().get("assertion", "none"))

    async def lost_letter(self) -> tuple[str, str]:
        """A registration whose code did not arrive, and that letter's name; its address is right by now."""
        registration_id, filled = await self.opened(email=f"refused.{form()['email']}")
        desk = DeskGateway(self.world.engine, "clerk-9", self.office)
        async with asyncio.timeout(SOON_SECONDS):
            while not (lost := (await self.world.audit.describe(registration_id)).undelivered_letters):  # noqa: ASYNC110  no event tells
                await asyncio.sleep(0.02)
        await desk.change_email(registration_id, f"jo.{filled['email']}", EVIDENCE)
        return registration_id, lost[0].letter_id

    async def asked(self) -> str:
        """A bulk extension that waits for its approval."""
        before = datetime.now(UTC) + _EXPIRING
        return (
            await OperationsGateway(self.world.engine, "operator-8").extensions.request(before, days=1)
        ).extension_id

    async def approved(self) -> str:
        """One that waits for its start."""
        extension_id = await self.asked()
        supervisor = OperationsGateway(self.world.engine, "supervisor-8", ActorKind.SUPERVISOR, FOREIGN)
        await supervisor.extensions.approve(extension_id)
        return extension_id

    async def paused(self) -> str:
        """One under way that somebody has paused; at one account a second it will not be done."""
        await standing_accounts(self.world, 20)
        extension_id = await self.approved()
        operations = OperationsGateway(self.world.engine, "operator-8")
        await operations.extensions.start(extension_id, 1.0)
        await operations.extensions.pause(extension_id)
        return extension_id


Scene = Callable[[Stage], Awaitable[Sent]]


def _fixed(sent: Sent) -> Scene:
    async def scene(_stage: Stage) -> Sent:
        return sent

    return scene


def _of_an_active_one(body: Mapping[str, Any] | None = None, **query: str) -> Scene:
    async def scene(stage: Stage) -> Sent:
        registration_id, _ = await stage.active()
        return on(registration_id, body, **query)

    return scene


def _of_an_extension(standing: Callable[[Stage], Awaitable[str]], body: Mapping[str, Any] | None = None) -> Scene:
    async def scene(stage: Stage) -> Sent:
        return Sent({"extension_id": await standing(stage)}, body)

    return scene


async def _registration(_stage: Stage) -> Sent:
    return Sent(body={"form": form(), "client_address": another_address()})


async def _redemption(stage: Stage) -> Sent:
    registration_id, filled = await stage.opened()
    code = await stage.world.code(filled["email"])
    body = {"purpose": "PASSWORD", "user_name": filled["user_name"], "code": code, "password": PASSWORD}
    return Sent(body=body | {"client_address": another_address()}, about=registration_id)


async def _code_request(stage: Stage) -> Sent:
    registration_id, filled = await stage.active()
    body = {"user_name": filled["user_name"], "email": filled["email"], "client_address": another_address()}
    return Sent(body=body, about=registration_id)


async def _email_correction(stage: Stage) -> Sent:
    filled = form()
    registration_id = await stage.world.portal.register(filled, client_address=another_address())
    await stage.world.code(filled["email"])
    body = {"user_name": filled["user_name"], "email": f"jo.{filled['email']}", "client_address": another_address()}
    return on(registration_id, body)


async def _log_in(stage: Stage) -> Sent:
    registration_id, filled = await stage.active()
    body = {"user_name": filled["user_name"], "password": PASSWORD, "client_address": CLIENT_ADDRESS}
    return Sent(body=body, about=registration_id)


async def _password(stage: Stage) -> Sent:
    registration_id, _ = await stage.active()
    body = {"present_password": PASSWORD, "password": "Nagyon titkos 2", "client_address": CLIENT_ADDRESS}
    return on(registration_id, body)


async def _own_email(stage: Stage) -> Sent:
    registration_id, filled = await stage.active()
    body = {"email": f"uj.{filled['email']}", "assertion": await stage.assertion(filled)}
    return on(registration_id, body | {"client_address": CLIENT_ADDRESS})


async def _own_closure(stage: Stage) -> Sent:
    registration_id, filled = await stage.active()
    return on(registration_id, {"assertion": await stage.assertion(filled), "client_address": CLIENT_ADDRESS})


async def _own_language(stage: Stage) -> Sent:
    registration_id, filled = await stage.active()
    body = {"language": "en", "assertion": await stage.assertion(filled)}
    return on(registration_id, body | {"client_address": CLIENT_ADDRESS})


async def _verification(stage: Stage) -> Sent:
    """What an office opened needs none: an online registration is any office's."""
    registration_id, _ = await stage.world.temporary()
    return on(registration_id, SEEN)


async def _opening(_stage: Stage) -> Sent:
    return Sent(body={"form": form(), **SEEN})


async def _reactivation(stage: Stage) -> Sent:
    return on(await stage.inactive(), SEEN)


async def _evidence(stage: Stage) -> Sent:
    """Of its opening in person: the first event."""
    registration_id, _ = await stage.opened()
    return Sent({"reference": registration_id, "sequence": "1"}, about=registration_id)


async def _new_address(stage: Stage) -> Sent:
    registration_id, filled = await stage.active()
    return on(registration_id, {"email": f"uj.{filled['email']}", **SEEN})


async def _search(stage: Stage) -> Sent:
    registration_id, filled = await stage.active()
    return Sent(body={"user_name": filled["user_name"]}, about=registration_id)


async def _lost_letter(stage: Stage) -> Sent:
    registration_id, letter = await stage.lost_letter()
    return Sent({"reference": registration_id, "letter_id": letter}, about=registration_id)


async def _explained(stage: Stage) -> Sent:
    registration_id, _ = await stage.active()
    return on(registration_id, at=(await stage.world.time(registration_id)).isoformat())


async def _proven(stage: Stage) -> Sent:
    registration_id, _ = await stage.active()
    await stage.world.audit.checkpoints.make()
    return on(registration_id)


async def _checkpoint(stage: Stage) -> Sent:
    made = await stage.world.audit.checkpoints.make()
    return Sent({"number": str(made.number)})


async def _office(stage: Stage) -> Sent:
    body = {"body": "OKMANYIRODA", "name": "Okmányiroda", "address": "1051 Budapest", "open": True}
    return Sent({"code": stage.office}, body)


_SOMEBODY: Final = Sent({"staff_id": "somebody-else"})
_EXTENSION: Final = {"before": "2027-06-30", "days": 30}
_NOTHING: Final = _fixed(Sent())
_DESK: Final = "/v1/desk/registrations/{reference}"
_AUDIT: Final = "/v1/audit/registrations/{reference}"
_EXTENSIONS: Final = "/v1/operations/extensions"

SCENES: Final[Mapping[str, Scene]] = {
    "POST /v1/registrations": _registration,
    "GET /v1/registrations/{registration_id}": _of_an_active_one(),
    "POST /v1/registrations/{registration_id}/email-corrections": _email_correction,
    "POST /v1/code-redemptions": _redemption,
    "POST /v1/code-requests": _code_request,
    "POST /v1/sessions": _log_in,
    "PUT /v1/registrations/{registration_id}/password": _password,
    "PUT /v1/registrations/{registration_id}/email": _own_email,
    "PUT /v1/registrations/{registration_id}/language": _own_language,
    "POST /v1/registrations/{registration_id}/closure": _own_closure,
    "GET /v1/usernames/{name}": _fixed(Sent({"name": "senki.sincs"}, query={"client_address": CLIENT_ADDRESS})),
    "GET /v1/keys": _NOTHING,
    "POST /v1/desk/registrations": _opening,
    f"GET {_DESK}": _of_an_active_one(),
    f"POST {_DESK}/comparison": _of_an_active_one(PERSON),
    f"POST {_DESK}/identity-verification": _verification,
    f"POST {_DESK}/reactivation": _reactivation,
    f"POST {_DESK}/reactivation-signal": _reactivation,
    f"PUT {_DESK}/email": _new_address,
    f"PUT {_DESK}/language": _of_an_active_one({"language": "en", **SEEN}),
    f"POST {_DESK}/closure": _of_an_active_one(SEEN),
    f"POST {_DESK}/disclosure": _of_an_active_one(SEEN),
    f"POST {_DESK}/receipt": _of_an_active_one(SEEN),
    f"GET {_DESK}/letters": _of_an_active_one(),
    f"POST {_DESK}/letters/{{letter_id}}/sending": _lost_letter,
    f"GET {_DESK}/evidence/{{sequence}}": _evidence,
    "POST /v1/desk/searches": _search,
    "GET /v1/desk/accesses": _fixed(Sent(query={"day": f"{datetime.now(UTC):%Y-%m-%d}"})),
    f"GET {_AUDIT}/timeline": _of_an_active_one(),
    f"GET {_AUDIT}/explanation": _explained,
    f"GET {_AUDIT}/replay": _of_an_active_one(),
    f"GET {_AUDIT}/description": _of_an_active_one(),
    f"GET {_AUDIT}/verification": _of_an_active_one(),
    f"GET {_AUDIT}/proof": _proven,
    "GET /v1/audit/checkpoints": _NOTHING,
    "GET /v1/audit/checkpoints/{number}": _checkpoint,
    "GET /v1/audit/keys": _NOTHING,
    "GET /v1/audit/statistics": _NOTHING,
    "GET /v1/audit/accesses": _fixed(Sent(query={"office": FOREIGN, "day": f"{datetime.now(UTC):%Y-%m-%d}"})),
    "GET /v1/audit/acts": _fixed(Sent(query={"office": FOREIGN})),
    "POST /v1/operations/extension-counts": _fixed(Sent(body=_EXTENSION)),
    f"POST {_EXTENSIONS}": _fixed(Sent(body=_EXTENSION)),
    f"GET {_EXTENSIONS}": _NOTHING,
    f"GET {_EXTENSIONS}/{{extension_id}}": _of_an_extension(Stage.asked),
    f"POST {_EXTENSIONS}/{{extension_id}}/approval": _of_an_extension(Stage.asked),
    f"POST {_EXTENSIONS}/{{extension_id}}/start": _of_an_extension(Stage.approved, {"rate": 1}),
    f"POST {_EXTENSIONS}/{{extension_id}}/pause": _of_an_extension(Stage.paused),
    f"POST {_EXTENSIONS}/{{extension_id}}/resume": _of_an_extension(Stage.paused, {"rate": 2}),
    f"GET {_EXTENSIONS}/{{extension_id}}/report": _of_an_extension(Stage.asked),
    "GET /v1/operations/disabled-staff": _NOTHING,
    "PUT /v1/operations/disabled-staff/{staff_id}": _fixed(_SOMEBODY),
    "DELETE /v1/operations/disabled-staff/{staff_id}": _fixed(_SOMEBODY),
    "GET /v1/operations/offices": _NOTHING,
    "GET /v1/operations/system-health": _NOTHING,
    "PUT /v1/operations/offices/{code}": _office,
    "GET /livez": _NOTHING,
    "GET /readyz": _NOTHING,
    "GET /metrics": _NOTHING,
    "GET /version": _NOTHING,
}
