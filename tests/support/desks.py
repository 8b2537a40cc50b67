"""One desk reached in three ways, with the same facts in every answer: the gateway, HTTP, the command line."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol, TypeVar

import httpx

from registration.errors import UgyfelkapuError
from registration.input_rules import InputRule
from registration.messages import ActorKind
from starter.dev.samples import EVIDENCE
from starter.gateway import DeskGateway
from tests.support.api import problem
from tests.support.desk import Staff, today
from tests.support.ways import SEEN, Ways

_Told = TypeVar("_Told")
_DISCLOSED: Final = ("user_name", "email", "mothers_birth_name")
_PRINTED: Final = ("registration_id", "number", "user_name", "email", "body")


class Refused(Exception):
    """A refusal: the name of its class, its English sentence, and the rule of input that is wrong."""

    def __init__(self, kind: str, sentence: str, rule: str | None = None) -> None:
        super().__init__(kind, sentence, rule)
        self.kind = kind
        self.sentence = sentence
        self.rule = rule


class Desk(Protocol):
    """What a clerk does, or a supervisor who also reads records; what is refused raises `Refused`."""

    async def find(self, criterion: Mapping[str, str]) -> tuple[list[str], str]:
        """The ids that a search finds, and everything that was answered."""

    async def matches(self, reference: str, person: Mapping[str, str]) -> bool:
        """Whether a person is the registration's holder."""

    async def verify_identity(self, reference: str) -> str:
        """The status afterwards."""

    async def reactivate(self, reference: str, email: str | None = None) -> str:
        """The status afterwards; with an address that replaces a dead one."""

    async def change_email(self, reference: str, email: str) -> str:
        """The status afterwards."""

    async def change_language(self, reference: str, language: str) -> str:
        """The status afterwards."""

    async def close(self, reference: str) -> str:
        """The status afterwards."""

    async def disclose(self, reference: str) -> dict[str, str]:
        """User name, e-mail address and mother's name of the client."""

    async def receipt(self, reference: str) -> dict[str, str]:
        """Id, number, user name, e-mail address and body of the receipt."""

    async def letters(self, reference: str) -> dict[str, str]:
        """The outcomes of letters by their ids."""

    async def send_again(self, reference: str, letter: str) -> str:
        """The status afterwards."""

    async def evidence(self, reference: str, sequence: int) -> tuple[str, str, str]:
        """Of an act in person: its kind, the clerk, and the number of the document."""

    async def accesses(self) -> list[tuple[str, str, str, str | None]]:
        """Of today, for the desk's office: who, operation, outcome or refusal, registration."""


@dataclass(frozen=True)
class GatewayDesk:
    """In this process."""

    ways: Ways
    clerk: str = "clerk-7"
    office: str = "1051"
    supervises: bool = False

    async def find(self, criterion: Mapping[str, str]) -> tuple[list[str], str]:
        result = await _answered(self._desk.search(criterion))
        return [one.registration_id for one in result.found], repr(result)

    async def matches(self, reference: str, person: Mapping[str, str]) -> bool:
        return (await _answered(self._desk.compare(reference, person))).matches

    async def verify_identity(self, reference: str) -> str:
        return (await _answered(self._desk.verify_identity(reference, EVIDENCE))).status

    async def reactivate(self, reference: str, email: str | None = None) -> str:
        if email is None:
            return (await _answered(self._desk.reactivate(reference, EVIDENCE))).status
        return (await _answered(self._desk.change_email_and_reactivate(reference, email, EVIDENCE))).status

    async def change_email(self, reference: str, email: str) -> str:
        return (await _answered(self._desk.change_email(reference, email, EVIDENCE))).status

    async def change_language(self, reference: str, language: str) -> str:
        return (await _answered(self._desk.change_language(reference, language, EVIDENCE))).status

    async def close(self, reference: str) -> str:
        return (await _answered(self._desk.close(reference, EVIDENCE))).status

    async def disclose(self, reference: str) -> dict[str, str]:
        disclosed = await _answered(self._desk.disclose(reference, EVIDENCE))
        return {name: getattr(disclosed, name) for name in _DISCLOSED}

    async def receipt(self, reference: str) -> dict[str, str]:
        made = await _answered(self._desk.receipt(reference, EVIDENCE))
        return {name: str(getattr(made, name)) for name in _PRINTED}

    async def letters(self, reference: str) -> dict[str, str]:
        return {each.letter_id: each.outcome for each in (await _answered(self._desk.letters(reference))).letters}

    async def send_again(self, reference: str, letter: str) -> str:
        return (await _answered(self._desk.send_again(reference, letter))).status

    async def evidence(self, reference: str, sequence: int) -> tuple[str, str, str]:
        act = await _answered(self._desk.supervision.evidence(reference, sequence))
        assert act.evidence
        return act.kind, act.clerk, act.evidence.document_number

    async def accesses(self) -> list[tuple[str, str, str, str | None]]:
        now = datetime.now(UTC)
        entries = await _answered(
            self._desk.supervision.access_entries(now - timedelta(hours=12), now + timedelta(hours=12))
        )
        return [(one.actor_id, one.operation, one.refusal or one.outcome, one.registration_id) for one in entries]

    @property
    def _desk(self) -> DeskGateway:
        role = ActorKind.SUPERVISOR if self.supervises else ActorKind.CLERK
        return DeskGateway(self.ways.world.engine, self.clerk, self.office, role)


async def _answered(act: Awaitable[_Told]) -> _Told:
    try:
        return await act
    except UgyfelkapuError as refusal:
        rule = refusal.facts.get("rule")
        raise Refused(type(refusal).__name__, str(refusal), InputRule(rule).name if rule else None) from None


@dataclass(frozen=True)
class HttpDesk:
    """Over HTTP, with a token of its own."""

    ways: Ways
    clerk: str = "clerk-7"
    office: str = "1051"
    supervises: bool = False

    async def find(self, criterion: Mapping[str, str]) -> tuple[list[str], str]:
        answer = await self._staff.post("/v1/desk/searches", criterion)
        return [one["registration_id"] for one in _json(answer)["found"]], answer.text

    async def matches(self, reference: str, person: Mapping[str, str]) -> bool:
        answer = await self._staff.post(f"/v1/desk/registrations/{reference}/comparison", person)
        return bool(_json(answer)["matches"])

    async def verify_identity(self, reference: str) -> str:
        return await self._act(reference, "identity-verification")

    async def reactivate(self, reference: str, email: str | None = None) -> str:
        return await self._act(reference, "reactivation", **({} if email is None else {"email": email}))

    async def change_email(self, reference: str, email: str) -> str:
        path = f"/v1/desk/registrations/{reference}/email"
        return str(_json(await self._staff.put(path, {"email": email, "evidence": EVIDENCE}))["status"])

    async def change_language(self, reference: str, language: str) -> str:
        path = f"/v1/desk/registrations/{reference}/language"
        return str(_json(await self._staff.put(path, {"language": language, "evidence": EVIDENCE}))["status"])

    async def close(self, reference: str) -> str:
        return await self._act(reference, "closure")

    async def disclose(self, reference: str) -> dict[str, str]:
        return _of(_json(await self._staff.act(reference, "disclosure")), _DISCLOSED)

    async def receipt(self, reference: str) -> dict[str, str]:
        return _of(_json(await self._staff.act(reference, "receipt")), _PRINTED)

    async def letters(self, reference: str) -> dict[str, str]:
        answer = await self._staff.get(f"/v1/desk/registrations/{reference}/letters")
        return {each["letter_id"]: each["outcome"] for each in _json(answer)["letters"]}

    async def send_again(self, reference: str, letter: str) -> str:
        answer = await self._staff.post(f"/v1/desk/registrations/{reference}/letters/{letter}/sending")
        return str(_json(answer)["status"])

    async def evidence(self, reference: str, sequence: int) -> tuple[str, str, str]:
        return _act_in_person(_json(await self._staff.get(f"/v1/desk/registrations/{reference}/evidence/{sequence}")))

    async def accesses(self) -> list[tuple[str, str, str, str | None]]:
        return _entries(_json(await self._staff.get("/v1/desk/accesses", day=today())))

    @property
    def _staff(self) -> Staff:
        return Staff(self.ways.api, "supervisor" if self.supervises else "clerk", self.clerk, self.office)

    async def _act(self, reference: str, act: str, **fields: Any) -> str:  # noqa: ANN401  any field of a body
        return str(_json(await self._staff.act(reference, act, **fields))["status"])


def _json(answer: httpx.Response) -> Any:  # noqa: ANN401  any JSON
    if answer.is_success:
        return answer.json()
    _, kind = problem(answer)
    refusal = answer.json()
    raise Refused("".join(word.capitalize() for word in kind.split("-")), refusal["detail"], refusal.get("rule"))


@dataclass(frozen=True)
class CommandDesk:
    """On the command line, each time in a process of its own."""

    ways: Ways
    clerk: str = "clerk-7"
    office: str = "1051"
    supervises: bool = False

    async def find(self, criterion: Mapping[str, str]) -> tuple[list[str], str]:
        answer = await self._said("search", "--criterion", "-", stdin=json.dumps(criterion))
        return [one["registration_id"] for one in answer["found"]], json.dumps(answer, ensure_ascii=False)

    async def matches(self, reference: str, person: Mapping[str, str]) -> bool:
        return bool((await self._said("compare", reference, "--person", "-", stdin=json.dumps(person)))["matches"])

    async def verify_identity(self, reference: str) -> str:
        return str((await self._said("verify-identity", reference, *SEEN))["status"])

    async def reactivate(self, reference: str, email: str | None = None) -> str:
        if email is None:
            return str((await self._said("reactivate", reference, *SEEN))["status"])
        answer = await self._said("reactivate", reference, "--email", "-", *SEEN, stdin=f"{email}\n")
        return str(answer["status"])

    async def change_email(self, reference: str, email: str) -> str:
        return str((await self._said("change-email", reference, "--email", email, *SEEN))["status"])

    async def change_language(self, reference: str, language: str) -> str:
        return str((await self._said("change-language", reference, language, *SEEN))["status"])

    async def close(self, reference: str) -> str:
        return str((await self._said("close", reference, *SEEN))["status"])

    async def disclose(self, reference: str) -> dict[str, str]:
        return _of(await self._said("disclose", reference, *SEEN), _DISCLOSED)

    async def receipt(self, reference: str) -> dict[str, str]:
        return _of(await self._said("receipt", reference, *SEEN), _PRINTED)

    async def letters(self, reference: str) -> dict[str, str]:
        return {each["letter_id"]: each["outcome"] for each in (await self._said("letters", reference))["letters"]}

    async def send_again(self, reference: str, letter: str) -> str:
        return str((await self._said("send-again", reference, letter))["status"])

    async def evidence(self, reference: str, sequence: int) -> tuple[str, str, str]:
        return _act_in_person(await self._said("evidence", reference, "--event", str(sequence), *self._role()))

    async def accesses(self) -> list[tuple[str, str, str, str | None]]:
        return _entries(await self._said("accesses", *self._role()))

    def _role(self) -> Sequence[str]:
        return ("--supervisor",) if self.supervises else ()

    async def _said(self, *arguments: str, stdin: str = "") -> Any:  # noqa: ANN401  any JSON
        who = ("--clerk", self.clerk, "--office", self.office, "--json")
        ended = await self.ways.command("clerk", *arguments, *who, stdin=stdin)
        if ended.status == 0:
            return ended.data
        refusal = ended.problem
        raise Refused(refusal["type"], refusal["detail"], refusal["rule"])


def _of(answer: Mapping[str, Any], names: Sequence[str]) -> dict[str, str]:
    return {name: answer[name] for name in names}


def _act_in_person(act: Mapping[str, Any]) -> tuple[str, str, str]:
    return act["kind"], act["clerk"], act["evidence"]["document_number"]


def _entries(answer: Mapping[str, Any]) -> list[tuple[str, str, str, str | None]]:
    return [
        (one["actor_id"], one["operation"], one["refusal"] or one["outcome"], one["registration_id"])
        for one in answer["entries"]
    ]


DESKS: Final[Mapping[str, Callable[..., Desk]]] = {"gateway": GatewayDesk, "http": HttpDesk, "command": CommandDesk}
