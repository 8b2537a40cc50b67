"""What crosses from the process that parses to the gateway: plain facts, checked like any input from outside."""

import json
import pickle
from dataclasses import asdict, fields, is_dataclass
from datetime import date
from typing import Any, get_args, get_type_hints

import pytest

from registration.signatures import VerifiedSignature
from registration.statuses import Assurance
from starter.dev.signing import sign_cades
from starter.examiner.examination import examine
from starter.examiner.plain_facts import Examination
from starter.gateway.signatures.examiner import _examination
from starter.gateway.signatures.signed_form import SignedForm
from tests.signatures.ceremony import CONTENT, FORM, NOW, certified, trust

FOUND = examine(CONTENT, sign_cades(CONTENT, certified(), NOW), trust, NOW)
ANSWER = json.dumps(asdict(FOUND), default=str).encode()


def leaves(kind: Any) -> set[type]:  # noqa: ANN401  a type or a union of some
    """The types that a field may hold, all the way down."""
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return {leaf for field in fields(kind) for leaf in leaves(hints[field.name])}
    if inner := [part for part in get_args(kind) if part is not ...]:
        return {leaf for part in inner for leaf in leaves(part)}
    return {kind}


def test_an_examination_has_plain_facts_only() -> None:
    assert leaves(Examination) == {str, date, type(None), Assurance}


def test_it_crosses_as_json_and_comes_out_equal() -> None:
    assert _examination(0, ANSWER) == FOUND
    assert isinstance(SignedForm.of(_examination(0, ANSWER)).proof_for(FORM), VerifiedSignature)


class Payload:
    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return print, ("unpickled",)


def changed(**fields: object) -> bytes:
    return json.dumps(asdict(FOUND) | fields, default=str).encode()


ANSWERS = {
    "nothing": b"",
    "garbage": b"garbage",
    "an empty object": b"{}",
    "a list": b"[]",
    "half of one": ANSWER[:-1],
    "more than one": ANSWER + b"}",
    "a pickle": pickle.dumps(Payload()),
    "an unknown refusal": b'{"refusal": "NoSuchError"}',
    "a refusal of everything": b'{"refusal": "UgyfelkapuError"}',
    "a refusal with facts": b'{"refusal": "InvalidInput"}',
    "another's refusal": b'{"refusal": "NotFound"}',
    "no signer": changed(signer=None),
    "no form": changed(content=None),
    "no proof": changed(proof=None),
    "a number": changed(content=7),
    "no base64": changed(content="a"),
    "a date that is none": changed(signer={"birth_dates": ["soon"]}),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_any_other_answer_is_a_refusal(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An attacker in the process can only send what it may send, and start nothing here."""
    found = _examination(0, ANSWERS[kind])
    assert (found.refusal, found.proof) == ("SignatureUnreadable", None)
    assert "unpickled" not in capsys.readouterr().out


@pytest.mark.parametrize("status", [1, -11, -24])
def test_a_child_that_broke_down_proves_nothing(status: int) -> None:
    """Whatever it had written before."""
    assert _examination(status, ANSWER) == Examination(refusal="SignatureUnreadable", reason=f"exit status {status}")
