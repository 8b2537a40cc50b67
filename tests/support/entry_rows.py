"""Every look and act that staff has on a page: how it is done there, over HTTP and by command, and its entries."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import httpx

from registration.operations import Operation as Op
from registration.staff_acts import ActsQuery
from starter.dev.samples import EVIDENCE, form
from starter.gateway import DeskPages
from tests.support.desk import Staff
from tests.support.desk_pages import RECIPIENT, person_of
from tests.support.desk_pages import SEEN as TICKED
from tests.support.matrix import OWN
from tests.support.scenes import Stage
from tests.support.staff import Seated, StaffPages
from tests.support.ways import SEEN, Ways

UNKNOWN: Final = "019a2f60-9c1b-7d3e-8f00-2b6c5d4e3f2a"
_LONG_AGO: Final = "2001-01-01"
_DESK: Final = "/v1/desk/registrations"
_LIFE: Final = "/v1/audit/registrations"
_EXTENSIONS: Final = "/v1/operations/extensions"
_EXTENSION_PAGES: Final = "/uzemeltetes/hosszabbitasok"


@dataclass(frozen=True)
class About:
    """What an operation is about: a registration and its form; another thing by its name."""

    registration_id: str = ""
    filled: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""


@dataclass(frozen=True)
class Somebody:
    """A person of staff who has done nothing yet: at the pages, over HTTP, and in a terminal."""

    ways: Ways
    role: str
    id: str
    seat: Seated
    staff: StaffPages

    @property
    def http(self) -> Staff:
        """With a token."""
        return Staff(self.ways.api, self.role, self.id, self.office)

    @property
    def office(self) -> str | None:
        """Where the role has one."""
        return OWN if self.role in {"clerk", "supervisor"} else None

    async def visit(self, about: About) -> str:
        """The path of a client's visit; the person matches."""
        pages = DeskPages(self.staff.world.engine)
        return f"/pult/ugyfel/{await pages.begin_visit(self.seat.token, about.registration_id, matches=True)}"

    async def command(self, *arguments: str, stdin: str = "") -> None:
        """Runs a command as this person."""
        who = dict.fromkeys(("UGYFELKAPU_CLERK", "UGYFELKAPU_OPERATOR", "UGYFELKAPU_AUDITOR"), self.id)
        await self.ways.command(*arguments, stdin=stdin, **who)


Act = Callable[[Somebody, About], Awaitable[object]]
Scene = Callable[[Stage], Awaitable[About]]

DONE: Final = ("DONE", None)
BEGUN: Final = ("BEGUN", None)
INVALID: Final = ("REFUSED", "InvalidInput")
NOT_FOUND: Final = ("REFUSED", "NotFound")
WRONG_ROLE: Final = ("REFUSED", "WrongRole")


@dataclass(frozen=True)
class Case:
    """An operation in each way; `http` or `command` is `None` where there is none.

    `entries` are outcomes and refusals, in order; each names the registration if `names_it`, and has the `detail`, or
    the key of what was put in place, in which `{name}` is what it is about.
    """

    operation: Op
    what: str
    role: str
    scene: Scene
    page: Act
    http: Act | None
    command: Act | None
    entries: Sequence[tuple[str, str | None]]
    names_it: bool = True
    detail: str | None = None

    def __str__(self) -> str:
        """For the test's name."""
        return f"{self.operation}: {self.what}"


def _of(make: str) -> Scene:
    async def scene(stage: Stage) -> About:
        registration_id, filled = await getattr(stage.world, make)()
        return About(registration_id, filled)

    return scene


async def _nothing(_stage: Stage) -> About:
    return About()


async def _unknown(_stage: Stage) -> About:
    return About(UNKNOWN, form())


async def _inactive(stage: Stage) -> About:
    return About(await stage.inactive(), form())


async def _lost_letter(stage: Stage) -> About:
    registration_id, letter = await stage.lost_letter()
    return About(registration_id, name=letter)


async def _opened(stage: Stage) -> About:
    registration_id, filled = await stage.opened()
    return About(registration_id, filled)


async def _proven(stage: Stage) -> About:
    registration_id, filled = await stage.active()
    made = await stage.world.audit.checkpoints.make()
    return About(registration_id, filled, str(made.number))


def _extension(make: Callable[[Stage], Awaitable[str]]) -> Scene:
    async def scene(stage: Stage) -> About:
        return About(name=await make(stage))

    return scene


async def _no_extension(_stage: Stage) -> About:
    return About(name=UNKNOWN)


async def _somebody(_stage: Stage) -> About:
    return About(name=f"clerk-{uuid4()}")


async def _policy(stage: Stage) -> About:
    return About(name=str((await stage.world.operations.policy()).version + 1))


_temporary, _active = _of("temporary"), _of("active")


def _clerk(*arguments: str, evidence: Sequence[str] = (), stdin: Callable[[About], str] = lambda _: "") -> Act:
    """A command of a clerk; `ID` and `NAME` in it are what it is about."""

    async def act(it: Somebody, about: About) -> None:
        role = ("--supervisor",) if it.role == "supervisor" else ()
        await it.command("clerk", *_filled(arguments, about), *evidence, *role, "--json", stdin=stdin(about))

    return act


def _command(*arguments: str, stdin: Callable[[About], str] = lambda _: "") -> Act:
    async def act(it: Somebody, about: About) -> None:
        await it.command(*_filled(arguments, about), "--json", stdin=stdin(about))

    return act


def _filled(arguments: Sequence[str], about: About) -> list[str]:
    known = {"ID": about.registration_id, "NAME": about.name}
    return [known.get(each, each) for each in arguments]


def _get(path: str, **query: str) -> Act:
    """GET over HTTP; `{id}` and `{name}` are what it is about."""

    async def act(it: Somebody, about: About) -> httpx.Response:
        return await it.http.get(path.format(id=about.registration_id, name=about.name), **query)

    return act


def _post(path: str, body: Callable[[About], Mapping[str, Any]] | None = None, *, put: bool = False) -> Act:
    async def act(it: Somebody, about: About) -> httpx.Response:
        url, sent = path.format(id=about.registration_id, name=about.name), body(about) if body else None
        return await (it.http.put(url, sent) if put else it.http.post(url, sent))

    return act


def _open(path: str, **query: str) -> Act:
    """Opens a page; `{visit}` is the path of a client's visit."""

    async def act(it: Somebody, about: About) -> httpx.Response:
        return await it.seat.get(await _path(it, about, path), **query)

    return act


def _send(path: str, fields: Callable[[About], Mapping[str, str]] = lambda _: {}) -> Act:
    """Sends a page's form, and follows where it leads."""

    async def act(it: Somebody, about: About) -> httpx.Response:
        answer = await it.seat.send(await _path(it, about, path), fields(about))
        return await it.seat.get(answer.headers["location"]) if answer.has_redirect_location else answer

    return act


async def _path(it: Somebody, about: About, path: str) -> str:
    visit = await it.visit(about) if "{visit}" in path else ""
    return path.format(visit=visit, id=about.registration_id, name=about.name)


def _in_person(  # noqa: PLR0913  what differs between acts
    operation: Op,
    scene: Scene,
    page: str,
    http: str,
    command: Sequence[str],
    *,
    fields: Mapping[str, str] = {},
    body: Mapping[str, Any] = {},
    put: bool = False,
) -> list[Case]:
    """An act on evidence, done; and without the client's consent."""

    def case(what: str, entry: tuple[str, str | None], consent: bool) -> Case:
        seen = {**TICKED, **RECIPIENT} if consent else {**TICKED, **RECIPIENT, "consent": ""}
        shown = SEEN if consent else [each for each in SEEN if each != "--consent"]
        evidence = EVIDENCE | {"consent": consent}
        return Case(
            operation,
            what,
            "clerk",
            scene,
            _send(f"{{visit}}/{page}", lambda _: {**seen, **fields}),
            _post(f"{_DESK}/{{id}}/{http}", lambda _: {"evidence": evidence, **body}, put=put),
            _clerk(*command, evidence=shown),
            [entry],
        )

    return [case("done", BEGUN, consent=True), case("without consent", INVALID, consent=False)]


def _desk() -> list[Case]:
    someone_else = {"mothers_birth_name": "Másik Éva"}
    person = ("birth_name", "birth_date", "mothers_birth_name")
    fresh = f"uj.{uuid4().hex}@example.org"
    search = {"user_name": "nincs.ilyen"}
    both = search | {"email": "valaki@example.org"}
    return [
        *_in_person(
            Op.DESK_VERIFY_IDENTITY, _temporary, "azonositas", "identity-verification", ("verify-identity", "ID")
        ),
        *_in_person(Op.DESK_REACTIVATE, _inactive, "ujraaktivalas", "reactivation", ("reactivate", "ID")),
        *_in_person(
            Op.DESK_CHANGE_EMAIL_AND_REACTIVATE,
            _inactive,
            "ujraaktivalas",
            "reactivation",
            ("reactivate", "ID", "--email", fresh),
            fields={"email": fresh},
            body={"email": fresh},
        ),
        *_in_person(
            Op.DESK_CHANGE_EMAIL,
            _active,
            "email",
            "email",
            ("change-email", "ID", "--email", fresh),
            fields={"email": fresh},
            body={"email": fresh},
            put=True,
        ),
        *_in_person(
            Op.DESK_CHANGE_LANGUAGE,
            _active,
            "nyelv",
            "language",
            ("change-language", "ID", "en"),
            fields={"language": "en"},
            body={"language": "en"},
            put=True,
        ),
        *_in_person(Op.DESK_CLOSE, _active, "megszuntetes", "closure", ("close", "ID")),
        *_in_person(Op.DESK_DISCLOSE, _active, "adatok", "disclosure", ("disclose", "ID")),
        *_in_person(Op.DESK_RECEIPT, _active, "nyugta", "receipt", ("receipt", "ID")),
        Case(
            Op.DESK_REACTIVATE,
            "refused by the rules",
            "clerk",
            _active,
            _send("{visit}/ujraaktivalas", lambda _: TICKED),
            _post(f"{_DESK}/{{id}}/reactivation", lambda _: {"evidence": EVIDENCE}),
            _clerk("reactivate", "ID", evidence=SEEN),
            [BEGUN, ("REFUSED", "NotAccepted")],
        ),
        Case(
            Op.DESK_REGISTER,
            "a wrong address",
            "clerk",
            _nothing,
            _send("/pult/uj", lambda _: _registration(email="nincs")),
            _post(_DESK, lambda _: {"form": form(email="nincs"), "evidence": EVIDENCE}),
            _clerk("register", "-", evidence=SEEN, stdin=lambda _: json.dumps(form(email="nincs"))),
            [INVALID],
            names_it=False,
        ),
        Case(
            Op.DESK_SEND_AGAIN,
            "done",
            "clerk",
            _lost_letter,
            _send("{visit}/levelek", lambda about: {"letter": about.name}),
            _post(f"{_DESK}/{{id}}/letters/{{name}}/sending"),
            _clerk("send-again", "ID", "NAME"),
            [BEGUN],
        ),
        Case(
            Op.DESK_LOOK,
            "done",
            "clerk",
            _active,
            _open("{visit}"),
            _get(f"{_DESK}/{{id}}"),
            None,
            [DONE],
        ),
        Case(
            Op.DESK_LOOK,
            "no such registration",
            "clerk",
            _unknown,
            _open("{visit}"),
            _get(f"{_DESK}/{{id}}"),
            None,
            [NOT_FOUND],
            names_it=False,
        ),
        Case(
            Op.DESK_LETTERS,
            "done",
            "clerk",
            _active,
            _open("{visit}/levelek"),
            _get(f"{_DESK}/{{id}}/letters"),
            _clerk("letters", "ID"),
            [DONE],
        ),
        Case(
            Op.DESK_LETTERS,
            "no such registration",
            "clerk",
            _unknown,
            _open("{visit}/levelek"),
            _get(f"{_DESK}/{{id}}/letters"),
            _clerk("letters", "ID"),
            [NOT_FOUND],
            names_it=False,
        ),
        Case(
            Op.DESK_SEARCH,
            "done",
            "clerk",
            _nothing,
            _send("/pult", lambda _: search),
            _post("/v1/desk/searches", lambda _: search),
            _clerk("search", "--criterion", "-", stdin=lambda _: json.dumps(search)),
            [DONE],
            names_it=False,
            detail="user_name: 0",
        ),
        Case(
            Op.DESK_SEARCH,
            "two criteria",
            "clerk",
            _nothing,
            _send("/pult", lambda _: both),
            _post("/v1/desk/searches", lambda _: both),
            _clerk("search", "--criterion", "-", stdin=lambda _: json.dumps(both)),
            [INVALID],
            names_it=False,
        ),
        Case(
            Op.DESK_COMPARE,
            "another person",
            "clerk",
            _active,
            _send("{visit}/egyeztetes", lambda about: person_of(about.filled, **someone_else)),
            _post(f"{_DESK}/{{id}}/comparison", lambda it: {name: it.filled[name] for name in person} | someone_else),
            _clerk(
                *("compare", "ID", "--person", "-"),
                stdin=lambda it: json.dumps({name: it.filled[name] for name in person} | someone_else),
            ),
            [DONE],
            detail="no match",
        ),
        Case(
            Op.DESK_COMPARE,
            "a name of nothing",
            "clerk",
            _active,
            _send("{visit}/egyeztetes", lambda about: person_of(about.filled, birth_name=" ")),
            _post(f"{_DESK}/{{id}}/comparison", lambda it: {n: it.filled[n] for n in person} | {"birth_name": " "}),
            _clerk(
                *("compare", "ID", "--person", "-"),
                stdin=lambda it: json.dumps({name: it.filled[name] for name in person} | {"birth_name": " "}),
            ),
            [INVALID],
        ),
        Case(
            Op.DESK_DISCLOSED,
            "done",
            "clerk",
            _active,
            _send("{visit}/adatok", lambda _: {**TICKED, **RECIPIENT}),
            None,
            None,
            [DONE],
            detail="data",
        ),
        Case(
            Op.DESK_EVIDENCE,
            "done",
            "supervisor",
            _opened,
            _open("{visit}/bizonyitek/1"),
            _get(f"{_DESK}/{{id}}/evidence/1"),
            _clerk("evidence", "ID", "--event", "1"),
            [DONE],
            detail="event 1",
        ),
        Case(
            Op.DESK_EVIDENCE,
            "no act in person",
            "supervisor",
            _opened,
            _open("{visit}/bizonyitek/99"),
            _get(f"{_DESK}/{{id}}/evidence/99"),
            _clerk("evidence", "ID", "--event", "99"),
            [INVALID],
            detail="event 99",
        ),
        Case(
            Op.DESK_ACCESS_ENTRIES,
            "done",
            "supervisor",
            _nothing,
            _open("/pult/naplo"),
            _get("/v1/desk/accesses", day=f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}"),
            _clerk("accesses"),
            [DONE],
            names_it=False,
        ),
        Case(
            Op.DESK_ACCESS_ENTRIES,
            "by a clerk",
            "clerk",
            _nothing,
            _open("/pult/naplo"),
            _get("/v1/desk/accesses", day=f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}"),
            _clerk("accesses"),
            [WRONG_ROLE],
            names_it=False,
        ),
    ]


def _registration(**changes: str) -> dict[str, str]:
    filled = form(**changes)
    return {**filled, **person_of(filled), **TICKED, "language": "hu"}


def _life(operation: Op, page: str, http: str, command: Act | None, scene: Scene = _active) -> list[Case]:
    """A look at one account: no entry; of one that does not exist, a refused attempt."""
    path = f"/ellenorzes/fiokok/{{id}}{page}"
    return [
        Case(operation, what, "auditor", where, _open(path), _get(http), command, entries, names_it=False)
        for what, where, entries in (("done", scene, []), ("no such registration", _unknown, [NOT_FOUND]))
    ]


def _audit() -> list[Case]:
    moment = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"
    office_day = {"office": OWN, "day": f"{datetime.now(UTC):%Y-%m-%d}"}
    return [
        *_life(Op.AUDIT_TIMELINE, "", f"{_LIFE}/{{id}}/timeline", _command("audit", "timeline", "ID")),
        Case(
            Op.AUDIT_TIMELINE,
            "by a clerk",
            "clerk",
            _active,
            _open("/ellenorzes/fiokok/{id}"),
            _get(f"{_LIFE}/{{id}}/timeline"),
            None,
            [WRONG_ROLE],
        ),
        Case(
            Op.AUDIT_EXPLAIN,
            "beyond the record",
            "auditor",
            _active,
            _open("/ellenorzes/fiokok/{id}/magyarazat", at="2999-01-01"),
            _get(f"{_LIFE}/{{id}}/explanation", at="2999-01-01"),
            _command("audit", "explain", "ID", "--at", "2999-01-01"),
            [("REFUSED", "BeyondTheRecord")],
        ),
        Case(
            Op.AUDIT_EXPLAIN,
            "done",
            "auditor",
            _active,
            _open("/ellenorzes/fiokok/{id}/magyarazat", at=moment),
            _get(f"{_LIFE}/{{id}}/explanation", at=moment),
            _command("audit", "explain", "ID", "--at", moment),
            [],
        ),
        *_life(Op.AUDIT_REPLAY, "/visszajatszas", f"{_LIFE}/{{id}}/replay", _command("audit", "replay", "ID")),
        *_life(Op.AUDIT_VERIFY, "/epseg", f"{_LIFE}/{{id}}/verification", _command("audit", "verify", "ID")),
        *_life(Op.AUDIT_PROVE, "/bizonyitek.json", f"{_LIFE}/{{id}}/proof", _command("audit", "proof", "ID"), _proven),
        Case(
            Op.AUDIT_CHECKPOINTS,
            "done",
            "auditor",
            _nothing,
            _open("/ellenorzes/ellenorzopontok"),
            _get("/v1/audit/checkpoints"),
            None,
            [],
        ),
        Case(
            Op.AUDIT_CHECKPOINT,
            "no such checkpoint",
            "auditor",
            _nothing,
            _open("/ellenorzes/ellenorzopontok/999999"),
            _get("/v1/audit/checkpoints/999999"),
            None,
            [("REFUSED", "NoSuchCheckpoint")],
            names_it=False,
            detail="999999",
        ),
        Case(
            Op.AUDIT_CHECKPOINT,
            "done",
            "auditor",
            _proven,
            _open("/ellenorzes/ellenorzopontok/{name}"),
            _get("/v1/audit/checkpoints/{name}"),
            None,
            [],
        ),
        Case(
            Op.AUDIT_KEYS,
            "done",
            "auditor",
            _nothing,
            _open("/ellenorzes/ellenorzopontok/kulcsok.json"),
            _get("/v1/audit/keys"),
            _command("audit", "keys"),
            [],
        ),
        Case(
            Op.AUDIT_STATISTICS,
            "a month that is none",
            "auditor",
            _nothing,
            _open("/ellenorzes/statisztika", since="tegnap"),
            _get("/v1/audit/statistics", since="tegnap"),
            _command("audit", "statistics", "--since", "tegnap"),
            [INVALID],
            names_it=False,
        ),
        Case(
            Op.AUDIT_ACCESS_ENTRIES,
            "done",
            "auditor",
            _nothing,
            _open("/ellenorzes/naplo", **office_day),
            _get("/v1/audit/accesses", **office_day),
            _command("audit", "accesses", "--office", OWN),
            [],
        ),
        Case(
            Op.AUDIT_ACCESS_ENTRIES,
            "no such registration",
            "auditor",
            _unknown,
            _open("/ellenorzes/fiokok/{id}/betekintesek"),
            _get("/v1/audit/accesses", registration=UNKNOWN),
            _command("audit", "accesses", "ID"),
            [NOT_FOUND],
            names_it=False,
        ),
        Case(
            Op.AUDIT_STAFF_ACTS,
            "done",
            "auditor",
            _nothing,
            _open("/ellenorzes/intezkedesek", office=OWN),
            _get("/v1/audit/acts", office=OWN),
            _command("audit", "acts", "--office", OWN),
            [DONE],
            names_it=False,
            detail=ActsQuery.parse(office=OWN).recorded,
        ),
    ]


def _look(operation: Op, page: str, http: str | None, *command: str) -> Case:
    """An operator's look."""
    way = _get(f"/v1/operations/{http}") if http else None
    return Case(operation, "done", "operator", _nothing, _open(page), way, _command("admin", *command), [DONE], False)


def _on_extension(operation: Op, word: str, page: str, http: str, fields: Mapping[str, str] = {}) -> list[Case]:
    """An act on a bulk extension, and on one that does not exist."""
    make = {"approval": Stage.asked, "start": Stage.approved}.get(http, Stage.paused)
    missing = [("REFUSED", "NoSuchExtension")]
    return [
        Case(
            operation,
            what,
            "operator",
            scene,
            _send(f"{_EXTENSION_PAGES}/{{name}}/{page}", lambda _: fields),
            _post(f"{_EXTENSIONS}/{{name}}/{http}", (lambda _: {"rate": 1.0}) if fields else None),
            _command("admin", "extend", word, "NAME", *(("--rate", "1") if fields else ())),
            entries,
            names_it=False,
            detail="{name}",
        )
        for what, scene, entries in (("done", _extension(make), [BEGUN]), ("no such one", _no_extension, missing))
        if (word, what) != ("start", "done")  # the command watches it to its end
    ]


def _operations() -> list[Case]:
    expiring = {"before": _LONG_AGO, "days": "1"}
    office = {"body": "OKMANYIRODA", "name": "Okmányiroda", "address": "1051 Budapest", "open": "true"}
    return [
        _look(Op.OPERATIONS_SYSTEM_HEALTH, "/uzemeltetes/allapot", "system-health", "health"),
        _look(Op.OPERATIONS_OFFICES, "/uzemeltetes/hivatalok", "offices", "offices", "list"),
        _look(Op.OPERATIONS_DISABLED_STAFF, "/uzemeltetes/letiltottak", "disabled-staff", "staff", "list"),
        _look(Op.OPERATIONS_POLICY, "/uzemeltetes/szabalyzat", None, "policy", "history"),
        Case(
            Op.OPERATIONS_EXTENSIONS,
            "done",
            "operator",
            _nothing,
            _open(_EXTENSION_PAGES),
            _get(_EXTENSIONS),
            _command("admin", "extend", "list"),
            [],
        ),
        Case(
            Op.OPERATIONS_EXTENSION,
            "no such extension",
            "operator",
            _no_extension,
            _open(f"{_EXTENSION_PAGES}/{{name}}"),
            _get(f"{_EXTENSIONS}/{{name}}"),
            _command("admin", "extend", "status", "NAME"),
            [("REFUSED", "NoSuchExtension")],
            names_it=False,
            detail="{name}",
        ),
        Case(
            Op.OPERATIONS_EXTENSION_REPORT,
            "done",
            "operator",
            _extension(Stage.asked),
            _open(f"{_EXTENSION_PAGES}/{{name}}/jelentes.csv"),
            _get(f"{_EXTENSIONS}/{{name}}/report"),
            _command("admin", "extend", "report", "NAME", "--csv", "report.csv"),
            [DONE],
            names_it=False,
            detail="{name}",
        ),
        Case(
            Op.OPERATIONS_COUNT_EXTENSION,
            "done",
            "operator",
            _nothing,
            _open(f"{_EXTENSION_PAGES}/uj", **expiring),
            _post("/v1/operations/extension-counts", lambda _: {"before": _LONG_AGO, "days": 1}),
            _command("admin", "extend", "request", "--before", _LONG_AGO, "--days", "1", "--dry-run"),
            [DONE],
            names_it=False,
        ),
        Case(
            Op.OPERATIONS_REQUEST_EXTENSION,
            "by no day",
            "operator",
            _nothing,
            _send(f"{_EXTENSION_PAGES}/uj", lambda _: expiring | {"days": "0"}),
            _post(_EXTENSIONS, lambda _: {"before": _LONG_AGO, "days": 0}),
            _command("admin", "extend", "request", "--before", _LONG_AGO, "--days", "0"),
            [INVALID],
            names_it=False,
        ),
        *_on_extension(Op.OPERATIONS_APPROVE_EXTENSION, "approve", "jovahagyas", "approval"),
        *_on_extension(Op.OPERATIONS_START_EXTENSION, "start", "inditas", "start", {"rate": "1"}),
        *_on_extension(Op.OPERATIONS_PAUSE_EXTENSION, "pause", "szunet", "pause"),
        *_on_extension(Op.OPERATIONS_RESUME_EXTENSION, "resume", "folytatas", "resume", {"rate": "1"}),
        Case(
            Op.OPERATIONS_PUT_OFFICE,
            "of no body",
            "operator",
            _nothing,
            _send("/uzemeltetes/hivatalok/adatok", lambda _: office | {"code": "7777", "body": "BOLT"}),
            _post("/v1/operations/offices/7777", lambda _: office | {"body": "BOLT", "open": True}, put=True),
            None,
            [INVALID],
            names_it=False,
        ),
        Case(
            Op.OPERATIONS_DISABLE_STAFF,
            "no id",
            "operator",
            _nothing,
            _send("/uzemeltetes/letiltottak", lambda _: {"ID": "két szó"}),
            _post("/v1/operations/disabled-staff/két szó", put=True),
            _command("admin", "staff", "disable", "két szó"),
            [INVALID],
            names_it=False,
        ),
        Case(
            Op.OPERATIONS_ENABLE_STAFF,
            "done",
            "operator",
            _somebody,
            _send("/uzemeltetes/letiltottak/visszavonas", lambda about: {"staff_id": about.name}),
            _delete("/v1/operations/disabled-staff/{name}"),
            _command("admin", "staff", "enable", "NAME"),
            [BEGUN],
            names_it=False,
            detail="{name}",
        ),
        Case(
            Op.OPERATIONS_ADOPT_POLICY,
            "of no version",
            "operator",
            _nothing,
            _send("/uzemeltetes/szabalyzat/uj", lambda _: {"version": "0"}),
            None,
            _command("admin", "policy", "adopt", "-", stdin=lambda _: '{"version": 0}'),
            [INVALID],
            names_it=False,
        ),
    ]


def _delete(path: str) -> Act:
    async def act(it: Somebody, about: About) -> httpx.Response:
        return await it.http.delete(path.format(name=about.name))

    return act


CASES: Final = (*_desk(), *_audit(), *_operations())
