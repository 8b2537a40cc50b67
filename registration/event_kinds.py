"""The kinds of events in the record of a registration: one row each, from which everything else follows."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from registration.messages import ChangeEmail, ChangeLanguage, Close, CorrectEmail, Message, RequestCode
from registration.sentences import N_
from registration.statuses import Purpose


@dataclass(frozen=True)
class EventRow:
    """What a kind of event is.

    `happened`: what people read of it, a message id that may name the facts `detail`, `policy_version` and `language`.
    `to_client`: the same as its own client reads it, where that differs; it may name the facts `letter`, a kind of
    letter, and `language`. `sets_password`: its `request_id` is the credential in force from then on. `redeems_code`:
    by the client, it is what a redeemed code does, which confirms that the event's address is the client's.
    `by_staff_alone`: only staff can have done it. `asked_with`: the message with which a client asks for it, and which
    the gateway notes first. `code_letter`: the purpose of the code whose letter it orders. `answers_extension`: it is
    the outcome of a bulk extension for the registration.
    """

    happened: str
    to_client: str = ""
    sets_password: bool = False
    redeems_code: bool = False
    by_staff_alone: bool = False
    asked_with: type[Message] | None = None
    code_letter: Purpose | None = None
    answers_extension: bool = False


class EventKind(StrEnum):
    """What happened. A new kind is a member with its row, and its rule in `reasons.py`."""

    row: EventRow

    def __new__(cls, name: str, *rows: EventRow) -> Self:
        """A kind is its name; its one row says what it is. Looked up by its name alone."""
        kind = str.__new__(cls, name)
        kind._value_ = name
        (kind.row,) = rows
        return kind

    REGISTRATION_OPENED = "REGISTRATION_OPENED", EventRow(N_("The registration was opened and its code went out."))
    REGISTRATION_IMPORTED = "REGISTRATION_IMPORTED", EventRow(N_("An account of an older system was taken over."))
    CODE_REDEEMED = (
        "CODE_REDEEMED",
        EventRow(
            N_("The client redeemed the code and chose a password."),
            N_("You entered the code and chose a password."),
            sets_password=True,
            redeems_code=True,
        ),
    )
    CODE_ISSUED = (
        "CODE_ISSUED",
        EventRow(N_("A new one-time code was issued."), asked_with=RequestCode, code_letter=Purpose.PASSWORD),
    )
    CODE_SENT_AGAIN = (
        "CODE_SENT_AGAIN",
        EventRow(N_("The valid code was sent again."), asked_with=RequestCode, code_letter=Purpose.PASSWORD),
    )
    PASSWORD_CHANGED = (
        "PASSWORD_CHANGED",
        EventRow(N_("The client changed the password."), N_("You changed your password."), sets_password=True),
    )
    IDENTITY_VERIFIED = (
        "IDENTITY_VERIFIED",
        EventRow(N_("A clerk verified the identity."), N_("Your identity was verified."), by_staff_alone=True),
    )
    ACTIVATION_LAPSED = "ACTIVATION_LAPSED", EventRow(N_("The registration lapsed: its code was never redeemed."))
    TEMPORARY_LAPSED = (
        "TEMPORARY_LAPSED",
        EventRow(N_("The temporary registration lapsed: the identity was not verified.")),
    )
    PASSWORD_EXPIRED = "PASSWORD_EXPIRED", EventRow(N_("The password expired."))
    GRACE_ENDED = "GRACE_ENDED", EventRow(N_("The registration became inactive: its expired password was not renewed."))
    REACTIVATED = (
        "REACTIVATED",
        EventRow(
            N_("A clerk reactivated the registration; the new code went out by itself."),
            N_("Your account was reactivated, and a code was sent to you."),
            by_staff_alone=True,
        ),
    )
    REACTIVATION_LAPSED = (
        "REACTIVATION_LAPSED",
        EventRow(N_("The registration is inactive again: the code of its reactivation was not redeemed.")),
    )
    EMAIL_CHANGE_REQUESTED = (
        "EMAIL_CHANGE_REQUESTED",
        EventRow(
            N_("The client asked for a new e-mail address; a code went to it."),
            N_("You asked for another e-mail address, and a code was sent to it."),
            asked_with=ChangeEmail,
            code_letter=Purpose.NEW_EMAIL,
        ),
    )
    EMAIL_CHANGED = "EMAIL_CHANGED", EventRow(N_("The e-mail address was changed."), redeems_code=True)
    EMAIL_CORRECTED = (
        "EMAIL_CORRECTED",
        EventRow(
            N_("The client corrected the e-mail address before the activation; a new code went to it."),
            N_("You corrected your e-mail address, and a new code was sent to it."),
            asked_with=CorrectEmail,
            code_letter=Purpose.PASSWORD,
        ),
    )
    LANGUAGE_CHANGED = (
        "LANGUAGE_CHANGED",
        EventRow(N_("The language of the letters was changed: {language}."), asked_with=ChangeLanguage),
    )
    VALIDITY_EXTENDED = (
        "VALIDITY_EXTENDED",
        EventRow(N_("The validity was extended."), by_staff_alone=True, answers_extension=True),
    )
    DATA_DISCLOSED = (
        "DATA_DISCLOSED",
        EventRow(
            N_("A clerk disclosed the registration data to the client."),
            N_("Your registration data was disclosed to you."),
            by_staff_alone=True,
        ),
    )
    CLOSURE_REQUESTED = (
        "CLOSURE_REQUESTED",
        EventRow(
            N_("The client asked for the closure; the code that confirms it went out."),
            N_("You asked for the closure of your account, and the code that confirms it was sent to you."),
            asked_with=Close,
            code_letter=Purpose.CLOSURE,
        ),
    )
    REGISTRATION_CLOSED = "REGISTRATION_CLOSED", EventRow(N_("The registration was closed."), redeems_code=True)
    SIGNAL_REFUSED = (
        "SIGNAL_REFUSED",
        EventRow(
            N_("A message was refused by the rules ({detail})."),
            N_("A request about your account was refused; nothing changed."),
            answers_extension=True,
        ),
    )
    LETTER_UNDELIVERED = (
        "LETTER_UNDELIVERED",
        EventRow(N_("A letter could not be delivered ({detail})."), N_("A letter to you did not arrive: {letter}.")),
    )
    LETTER_SENT_AGAIN = (
        "LETTER_SENT_AGAIN",
        EventRow(
            N_("A clerk had a letter that did not arrive sent again ({detail})."),
            N_("A letter that did not arrive was sent to you again: {letter}."),
            by_staff_alone=True,
        ),
    )
    POLICY_APPLIED = (
        "POLICY_APPLIED",
        EventRow(N_("The periods of policy version {policy_version} apply."), N_("New periods of validity apply.")),
    )
    PERSONAL_DATA_ERASED = "PERSONAL_DATA_ERASED", EventRow(N_("The personal data was erased."))
