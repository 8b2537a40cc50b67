"""The shared check itself: it must go red for each thing that it promises to see."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from registration.messages import Answer
from registration.record import GENESIS
from registration.statuses import Status
from starter.dev.installation import World
from tests.support.soundness import Observed, assert_sound, faults

_CODE = re.compile(rb"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b")


def _tampered_body(seen: Observed) -> Observed:
    """A deadline in the record was changed, and the hash was not."""
    last = seen.rows[-1]
    body = json.loads(last.body) | {"deadline": "2099-01-01T00:00:00+00:00"}
    return replace(seen, rows=(*seen.rows[:-1], replace(last, body=_canonical(body))))


def _tampered_body_and_hash(seen: Observed) -> Observed:
    """The first event was replaced with a matching hash; the second still names the old one."""
    first, *rest = seen.rows
    body = _canonical(json.loads(first.body) | {"email_id": "another"})
    return replace(seen, rows=(replace(first, body=body, hash=_sha(body)), *rest))


def _lost_first_event(seen: Observed) -> Observed:
    return replace(seen, rows=seen.rows[1:])


def _lost_last_event(seen: Observed) -> Observed:
    return replace(seen, rows=seen.rows[:-1])


def _another_predecessor(seen: Observed) -> Observed:
    return replace(seen, rows=(seen.rows[0], replace(seen.rows[1], previous_hash=GENESIS)))


def _store_leads(seen: Observed) -> Observed:
    return replace(seen, stored=replace(seen.stored, status=Status.ACTIVE))


def _workflow_disagrees(seen: Observed) -> Observed:
    return replace(seen, described=replace(seen.described, sequence=seen.described.sequence + 1))


def _second_live_code(seen: Observed) -> Observed:
    return replace(seen, live_codes=("PASSWORD", "PASSWORD"))


def _lost_redemption(seen: Observed) -> Observed:
    return replace(seen, credentials=dict.fromkeys(seen.credentials, "PENDING"))


def _unrecorded_password(seen: Observed) -> Observed:
    return replace(seen, credentials=seen.credentials | {"another": "REPLACED"})


def _other_code_in_the_repetition(seen: Observed) -> Observed:
    return replace(seen, letters=(*seen.letters, _altered(seen.letters[0], code="0000-1111-2222-3333")))


def _other_message_id_in_the_repetition(seen: Observed) -> Observed:
    return replace(
        seen, letters=(*seen.letters, _altered(seen.letters[0], message_id="<1-code_password.b@example.hu>"))
    )


def _lost_letter(seen: Observed) -> Observed:
    return replace(seen, letters=seen.letters[1:])


@pytest.mark.parametrize(
    "break_it",
    [
        _tampered_body,
        _tampered_body_and_hash,
        _lost_first_event,
        _lost_last_event,
        _another_predecessor,
        _store_leads,
        _workflow_disagrees,
        _second_live_code,
        _lost_redemption,
        _unrecorded_password,
        _other_code_in_the_repetition,
        _other_message_id_in_the_repetition,
        _lost_letter,
    ],
    ids=lambda break_it: break_it.__name__.removeprefix("_"),
)
async def test_whatever_is_broken_is_seen(sound: Observed, break_it: Callable[[Observed], Observed]) -> None:
    assert faults(break_it(sound)) != []


async def test_a_letter_that_is_only_repeated_is_no_fault(sound: Observed) -> None:
    assert faults(replace(sound, letters=(*sound.letters, sound.letters[0]))) == []


async def test_an_acknowledgement_that_is_not_on_record_is_seen(sound: Observed) -> None:
    lost = Answer(Status.ACTIVE, datetime.now(UTC), None, None, datetime.now(UTC))
    assert faults(sound, [lost]) == [f"acknowledged but not recorded: {lost}"]


@pytest.fixture(scope="module")
async def sound(world: World) -> Observed:
    """A temporary registration: two events, a redeemed code, two letters."""
    registration_id, filled = await world.temporary()
    await world.letter(filled["email"], 2)
    await world.until(registration_id, Status.TEMPORARY)
    return await assert_sound(world, registration_id, filled["email"])


def _altered(letter: EmailMessage, *, code: str | None = None, message_id: str | None = None) -> EmailMessage:
    """A copy of a code letter with another code or Message-ID."""
    raw = letter.as_bytes()
    if code:
        raw = _CODE.sub(code.encode(), raw)
    altered = message_from_bytes(raw, EmailMessage, policy=policy.default)
    if message_id:
        altered.replace_header("Message-ID", message_id)
    return altered


def _canonical(body: dict[str, object]) -> str:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
