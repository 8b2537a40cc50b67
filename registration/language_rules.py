"""The language of letters: the client's own choice, after log-in or at a desk."""

from datetime import datetime

from registration.decisions import decision
from registration.errors import InvalidInput
from registration.input_rules import InputRule
from registration.messages import ChangeLanguage
from registration.record import EventKind
from registration.state import Decision, State


def change_language(state: State, message: ChangeLanguage, now: datetime) -> Decision:
    """Letters that leave from now on are in this language; no letter goes out about it, and no deadline moves.

    Raises `InvalidInput` for the language that the registration was changed to last: no second event says the same.
    Whether it is that of the form, which is sealed, the gateway asks.
    """
    if message.language is state.language:
        raise InvalidInput(field="language", rule=InputRule.PRESENT_LANGUAGE)
    return decision(state, now, EventKind.LANGUAGE_CHANGED, message, language=message.language)
