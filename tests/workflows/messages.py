"""One of each message that is sent as an update."""

from typing import Final

from registration import messages as m
from registration.messages import Actor, ActorKind, Evidence
from registration.statuses import Purpose

CITIZEN: Final = Actor(ActorKind.CITIZEN, "somebody")
CLERK: Final = Actor(ActorKind.CLERK, "clerk-7", "1051")
SEEN: Final = Evidence("0198a4d2-0000-7000-8000-000000000000", "0" * 64)

MESSAGES: Final[dict[str, m.Message]] = {
    "redeem_code": m.RedeemCode("redeem", CITIZEN, Purpose.PASSWORD, 1),
    "request_code": m.RequestCode("request", CITIZEN),
    "change_password": m.ChangePassword("change", CITIZEN),
    "verify_identity": m.VerifyIdentity("verify", CLERK, SEEN),
    "reactivate_and_confirm": m.Reactivate("reactivate", CLERK, SEEN),
    "change_email": m.ChangeEmail("email", CLERK, "0198a4d2-0000-7000-8000-000000000001", SEEN),
    "disclose": m.Disclose("disclose", CLERK, SEEN),
    "send_again": m.SendAgain("again", CLERK, "1-code_password"),
    "close": m.Close("close", CLERK, SEEN),
}
