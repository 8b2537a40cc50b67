"""One of each message that is sent as an update."""

from typing import Final

from registration import messages as m
from registration import rules
from registration.messages import Actor, ActorKind
from tests.support.sound_messages import sound

CITIZEN: Final = Actor(ActorKind.CITIZEN, "somebody")
CLERK: Final = Actor(ActorKind.CLERK, "clerk-7", "1051")
BY_THE_CLIENT: Final = {m.RedeemCode, m.RequestCode, m.ChangePassword, m.CorrectEmail}

MESSAGES: Final[dict[str, m.Message]] = {
    row.update: sound(CITIZEN if kind in BY_THE_CLIENT else CLERK, row.update)[kind]
    for kind, row in rules.MESSAGES.items()
    if row.update
}
