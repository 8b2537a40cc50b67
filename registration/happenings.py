"""What each kind of event says that happened, as an auditor reads it, and as its own client does."""

from collections.abc import Mapping
from typing import Final

from registration.letters import LetterFailure
from registration.record import Event, EventKind
from registration.sentences import N_, Sentence

SIGNAL_REFUSALS: Final[Mapping[str, str]] = {
    "NotAccepted": N_("not possible in this status"),
    "AlreadyReactivated": N_("somebody else had reactivated it"),
    "NotAllowed": N_("its sender's role does not allow it"),
    "EvidenceMissing": N_("it came without evidence"),
    "InvalidInput": N_("a value in it is wrong"),
    "Unreadable": N_("unreadable"),
    "TooManySignals": N_("too many came at once; further ones were not read"),
}
"""Why a signal was refused, by what the event calls it."""


_REACTIVATED_ELSEWHERE: Final = N_(
    "A clerk replaced the e-mail address and reactivated the registration; the new code went to the new address by "
    "itself."
)


def what_happened(event: Event, address_before: str) -> Sentence:
    """One sentence about an event; it names no person. `address_before` is the `email_id` before it."""
    if event.kind is EventKind.REACTIVATED and event.email_id != address_before:
        return Sentence(_REACTIVATED_ELSEWHERE)
    facts = {"detail": _detail(event), "policy_version": event.policy_version, "language": event.language or "–"}
    return Sentence(event.kind.row.happened, facts)


_REACTIVATED_ELSEWHERE_TO_CLIENT: Final = N_(
    "Your e-mail address was replaced and your account reactivated; a code was sent to the new address."
)


def what_happened_to_client(event: Event, address_before: str) -> Sentence:
    """The same for the client whose registration it is: no clerk, no reply of a server, no version of a policy."""
    if event.kind is EventKind.REACTIVATED and event.email_id != address_before:
        return Sentence(_REACTIVATED_ELSEWHERE_TO_CLIENT)
    row = event.kind.row
    facts = {"letter": event.letter.kind if event.letter else "–", "language": event.language or "–"}
    return Sentence(row.to_client or row.happened, facts)


def _detail(event: Event) -> object:
    """The refusal, or the letter and why it did not arrive; a refusal without words as it is."""
    if event.refusal:
        return Sentence(SIGNAL_REFUSALS[event.refusal]) if event.refusal in SIGNAL_REFUSALS else event.refusal
    if event.letter is None:
        return "–"
    kind, failure = event.letter.kind, event.failure
    if failure is None:
        return kind
    why = f"SMTP {event.smtp_reply or '–'}" if failure is LetterFailure.REFUSED else failure
    return Sentence(N_("{letter}: {reason}"), {"letter": kind, "reason": why})
