"""What each kind of event says that happened, as an auditor reads it."""

from collections.abc import Mapping
from typing import Final

from registration.record import Event, EventKind
from registration.sentences import N_, Sentence
from registration.state import letter_named

HAPPENED: Final[Mapping[EventKind, str]] = {
    EventKind.REGISTRATION_OPENED: N_("The registration was opened and its code went out."),
    EventKind.REGISTRATION_IMPORTED: N_("An account of an older system was taken over."),
    EventKind.CODE_REDEEMED: N_("The client redeemed the code and chose a password."),
    EventKind.CODE_ISSUED: N_("A new one-time code was issued."),
    EventKind.CODE_SENT_AGAIN: N_("The live code was sent again."),
    EventKind.PASSWORD_CHANGED: N_("The client changed the password."),
    EventKind.IDENTITY_VERIFIED: N_("A clerk verified the identity."),
    EventKind.ACTIVATION_LAPSED: N_("The registration lapsed: its code was never redeemed."),
    EventKind.TEMPORARY_LAPSED: N_("The temporary registration lapsed: the identity was not verified."),
    EventKind.PASSWORD_EXPIRED: N_("The password expired."),
    EventKind.GRACE_ENDED: N_("The registration became inactive: its expired password was not renewed."),
    EventKind.REACTIVATED: N_("A clerk reactivated the registration; the new code went out by itself."),
    EventKind.REACTIVATION_LAPSED: N_(
        "The registration is inactive again: the code of its reactivation was not redeemed."
    ),
    EventKind.EMAIL_CHANGE_REQUESTED: N_("The client asked for a new e-mail address; a code went to it."),
    EventKind.EMAIL_CHANGED: N_("The e-mail address was changed."),
    EventKind.VALIDITY_EXTENDED: N_("The validity was extended."),
    EventKind.DATA_DISCLOSED: N_("A clerk disclosed the registration data to the client."),
    EventKind.CLOSURE_REQUESTED: N_("The client asked for the closure; the code that confirms it went out."),
    EventKind.REGISTRATION_CLOSED: N_("The registration was closed."),
    EventKind.SIGNAL_REFUSED: N_("A message was refused by the rules ({detail})."),
    EventKind.LETTER_UNDELIVERED: N_("A letter could not be delivered ({detail})."),
    EventKind.LETTER_SENT_AGAIN: N_("A clerk had a letter that did not arrive sent again ({detail})."),
    EventKind.POLICY_APPLIED: N_("The periods of policy version {policy_version} apply."),
    EventKind.PERSONAL_DATA_ERASED: N_("The personal data was erased."),
}

REFUSALS: Final[Mapping[str, str]] = {
    "NotAccepted": N_("not possible in this status"),
    "AlreadyReactivated": N_("somebody else had reactivated it"),
    "NotAllowed": N_("its sender's role does not allow it"),
    "EvidenceMissing": N_("it came without evidence"),
    "InvalidInput": N_("a value in it is wrong"),
    "Unreadable": N_("unreadable"),
    "TooManySignals": N_("too many came at once; further ones were not read"),
}
"""Why a signal was refused, by what the event's detail calls it."""

_REASONS: Final[Mapping[str, str]] = {
    "the deadline passed": N_("the deadline passed"),
    "not delivered": N_("not delivered"),
    "address": N_("unusable address"),
    "unusable address": N_("unusable address"),
}
"""Why a letter did not arrive, where it was no mail server's reply."""


_REACTIVATED_ELSEWHERE: Final = N_(
    "A clerk replaced the e-mail address and reactivated the registration; the new code went to the new address by "
    "itself."
)


def what_happened(event: Event, address_before: str) -> Sentence:
    """One sentence about an event; it names nobody. `address_before` is the `email_id` before it."""
    if event.kind is EventKind.REACTIVATED and event.email_id != address_before:
        return Sentence(_REACTIVATED_ELSEWHERE)
    return Sentence(HAPPENED[event.kind], {"detail": _detail(event), "policy_version": event.policy_version})


def _detail(event: Event) -> object:
    """The refusal, or the letter and why it did not arrive; what has no words, such as `SMTP 550`, as it is."""
    detail = event.detail or "–"
    if event.kind is EventKind.SIGNAL_REFUSED:
        return Sentence(REFUSALS[detail]) if detail in REFUSALS else detail
    letter_id, _, reason = detail.partition(": ")
    try:
        kind, _ = letter_named(letter_id)
    except ValueError:
        return detail
    if not reason:
        return kind
    why = Sentence(_REASONS[reason]) if reason in _REASONS else reason
    return Sentence(N_("{letter}: {reason}"), {"letter": kind, "reason": why})
