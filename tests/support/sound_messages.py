"""One complete message of each kind, which breaks no bound; the tests that need them all take them from here."""

from datetime import UTC, datetime

from registration import messages as m
from registration.messages import Actor, Evidence
from registration.rules import MESSAGES
from registration.statuses import Language, Purpose

SEEN = Evidence("0198a4d2-0000-7000-8000-000000000000", "0f" * 32)
ROW = "0198a4d2-0000-7000-8000-000000000001"


def sound(actor: Actor, request_id: str = "r") -> dict[type[m.Message], m.Message]:
    """By type, in the order of the table; a new message needs its line here."""
    messages: tuple[m.Message, ...] = (
        m.RedeemCode(request_id, actor, Purpose.PASSWORD, 1, 731),
        m.RequestCode(request_id, actor),
        m.ChangePassword(request_id, actor, 100),
        m.VerifyIdentity(request_id, actor, SEEN),
        m.Reactivate(request_id, actor, SEEN, ROW),
        m.ChangeEmail(request_id, actor, ROW, SEEN),
        m.CorrectEmail(request_id, actor, ROW),
        m.ExtendValidity(request_id, actor, datetime(2031, 1, 1, tzinfo=UTC)),
        m.Disclose(request_id, actor, SEEN),
        m.SendAgain(request_id, actor, "1-code_password"),
        m.ChangeLanguage(request_id, actor, Language.EN, SEEN),
        m.Close(request_id, actor, SEEN),
    )
    found = {type(message): message for message in messages}
    assert found.keys() == MESSAGES.keys()
    return found
