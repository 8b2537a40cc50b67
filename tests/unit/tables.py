"""Written by hand from docs/architecture.md, "The lifecycle", and from nothing else: the rules are compared with it."""

from typing import Final

from registration import messages as m
from registration.letters import LetterKind
from registration.messages import ActorKind
from registration.record import EventKind
from registration.statuses import OPEN_STATUSES, Status

_S = Status
_E = EventKind

TRANSITIONS: Final = {
    (_S.SUBMITTED, _E.REGISTRATION_OPENED, _S.AWAITING_ACTIVATION),
    (_S.SUBMITTED, _E.REGISTRATION_IMPORTED, _S.TEMPORARY),
    (_S.SUBMITTED, _E.REGISTRATION_IMPORTED, _S.ACTIVE),
    (_S.SUBMITTED, _E.REGISTRATION_IMPORTED, _S.PASSWORD_EXPIRED),
    (_S.SUBMITTED, _E.REGISTRATION_IMPORTED, _S.INACTIVE),
    (_S.AWAITING_ACTIVATION, _E.CODE_REDEEMED, _S.TEMPORARY),
    (_S.AWAITING_ACTIVATION, _E.CODE_REDEEMED, _S.ACTIVE),
    (_S.AWAITING_ACTIVATION, _E.ACTIVATION_LAPSED, _S.LAPSED),
    (_S.AWAITING_ACTIVATION, _E.REGISTRATION_CLOSED, _S.CLOSED),
    (_S.TEMPORARY, _E.IDENTITY_VERIFIED, _S.ACTIVE),
    (_S.TEMPORARY, _E.TEMPORARY_LAPSED, _S.LAPSED),
    (_S.TEMPORARY, _E.REGISTRATION_CLOSED, _S.CLOSED),
    (_S.ACTIVE, _E.PASSWORD_EXPIRED, _S.PASSWORD_EXPIRED),
    (_S.ACTIVE, _E.REGISTRATION_CLOSED, _S.CLOSED),
    (_S.PASSWORD_EXPIRED, _E.CODE_REDEEMED, _S.ACTIVE),
    (_S.PASSWORD_EXPIRED, _E.VALIDITY_EXTENDED, _S.ACTIVE),
    (_S.PASSWORD_EXPIRED, _E.GRACE_ENDED, _S.INACTIVE),
    (_S.PASSWORD_EXPIRED, _E.REGISTRATION_CLOSED, _S.CLOSED),
    (_S.INACTIVE, _E.REACTIVATED, _S.AWAITING_REACTIVATION),
    (_S.INACTIVE, _E.REGISTRATION_CLOSED, _S.CLOSED),
    (_S.AWAITING_REACTIVATION, _E.CODE_REDEEMED, _S.ACTIVE),
    (_S.AWAITING_REACTIVATION, _E.REACTIVATION_LAPSED, _S.INACTIVE),
    (_S.AWAITING_REACTIVATION, _E.REGISTRATION_CLOSED, _S.CLOSED),
}
"""Every change of status that there is: from, because of, to. What is not here leaves the status as it is."""

WHO: Final[dict[type[m.Message], set[ActorKind]]] = {
    m.RedeemCode: {ActorKind.CITIZEN},
    m.RequestCode: {ActorKind.CITIZEN, ActorKind.CLERK, ActorKind.SUPERVISOR},
    m.ChangePassword: {ActorKind.CITIZEN},
    m.VerifyIdentity: {ActorKind.CLERK, ActorKind.SUPERVISOR},
    m.Reactivate: {ActorKind.CLERK, ActorKind.SUPERVISOR},
    m.ChangeEmail: {ActorKind.CITIZEN, ActorKind.CLERK, ActorKind.SUPERVISOR},
    m.CorrectEmail: {ActorKind.CITIZEN},
    m.ExtendValidity: {ActorKind.OPERATOR, ActorKind.SUPERVISOR},
    m.Disclose: {ActorKind.CLERK, ActorKind.SUPERVISOR},
    m.SendAgain: {ActorKind.CLERK, ActorKind.SUPERVISOR},
    m.ChangeLanguage: {ActorKind.CITIZEN, ActorKind.CLERK, ActorKind.SUPERVISOR},
    m.Close: {ActorKind.CITIZEN, ActorKind.CLERK, ActorKind.SUPERVISOR},
}
"""Who sends what (docs/architecture.md, "The lifecycle")."""

_GRID = {  #                     redeem request change verify react. email correct extend disclose again language close
    _S.SUBMITTED: "              -      -       -      -      -      -     -       -      -        -     -        -",
    _S.AWAITING_ACTIVATION: "    +      +       -      +      -      +     +       -      +        +     +        +",
    _S.TEMPORARY: "              +      +       +      +      -      +     -       -      +        +     +        +",
    _S.ACTIVE: "                 +      +       +      -      -      +     -       +      +        +     +        +",
    _S.PASSWORD_EXPIRED: "       +      +       -      -      -      +     -       +      +        +     +        +",
    _S.INACTIVE: "               -      -       -      -      +      +     -       -      +        +     +        +",
    _S.AWAITING_REACTIVATION: "  +      +       -      -      -      +     -       -      +        +     +        +",
    _S.LAPSED: "                 -      -       -      -      -      -     -       -      -        -     -        -",
    _S.CLOSED: "                 -      -       -      -      -      -     -       -      -        -     -        -",
}
TRUE_IN: Final[dict[LetterKind, set[Status]]] = {
    LetterKind.CODE_PASSWORD: {status for status in OPEN_STATUSES if status is not _S.INACTIVE},
    LetterKind.CODE_NEW_EMAIL: {*OPEN_STATUSES},
    LetterKind.CODE_CLOSURE: {*OPEN_STATUSES},
    LetterKind.TEMPORARY: {_S.TEMPORARY},
    LetterKind.TEMPORARY_ENDING: {_S.TEMPORARY},
    LetterKind.ACTIVE: {_S.ACTIVE},
    LetterKind.PASSWORD_EXPIRING: {_S.ACTIVE},
    LetterKind.PASSWORD_EXPIRED: {_S.PASSWORD_EXPIRED},
    LetterKind.INACTIVE: {_S.INACTIVE},
    LetterKind.LAPSED: set(),
    LetterKind.PASSWORD_CHANGED: {_S.TEMPORARY, _S.ACTIVE},
    LetterKind.NEW_BROWSER: {_S.TEMPORARY, _S.ACTIVE},
    LetterKind.EMAIL_CHANGED_OLD: set(),
    LetterKind.EMAIL_CHANGED_NEW: {*OPEN_STATUSES},
    LetterKind.CLOSED: set(),
}
"""Where a letter that did not arrive may go out again: where the words of its template are true."""

_CONFIRMED: Final = {m.ChangeEmail, m.Close}
"""What a client confirms with a code."""

ACCEPTED: Final = {
    (kind, status): mark == "+" for status, row in _GRID.items() for kind, mark in zip(WHO, row.split(), strict=True)
}
"""Whether a status accepts a kind of message, in the presence of a live code and of a letter that did not arrive."""


def accepted(kind: type[m.Message], status: Status, actor: ActorKind) -> bool:
    """The same for one who may send it.

    While inactive, a client finds help at a registration body only (S9); another language needs a log-in.
    """
    if status is Status.INACTIVE and actor is ActorKind.CITIZEN and kind in _CONFIRMED:
        return False
    if actor is ActorKind.CITIZEN and kind is m.ChangeLanguage:
        return status in {_S.TEMPORARY, _S.ACTIVE}
    return ACCEPTED[kind, status]
