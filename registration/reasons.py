"""Why: the rule of the mission (S1 to S9) or of the policy that each event follows.

A rule is chosen by the event and by the status before it; its blanks are the policy's values of the event's version.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from string import Formatter
from typing import Final

from registration.email_corrections import CORRECTABLE_FOR, MOST_CORRECTIONS
from registration.messages import ActorKind
from registration.policy import Policy
from registration.record import Event, EventKind
from registration.sentences import N_, Sentence
from registration.statuses import Status


@dataclass(frozen=True)
class Reason:
    """The rule that an event follows.

    `rules` are those of the mission, such as `S3`, none where a principle of the design decides; `values` the policy's
    periods that the sentence names, of version `policy_version`; none, and `?` in the sentence, where it is not known.
    """

    rules: tuple[str, ...]
    sentence: Sentence
    policy_version: int
    values: Mapping[str, int]


@dataclass(frozen=True)
class _Rule:
    rules: str
    message: str
    constants: Mapping[str, int] = field(default_factory=dict)
    """Blanks that no policy decides."""

    def applied(self, version: int, policy: Policy | None) -> Reason:
        blanks = {name for _, name, _, _ in Formatter().parse(self.message) if name}
        names = sorted(blanks - self.constants.keys())
        values = {name: int(getattr(policy, name)) for name in names} if policy else {}
        sentence = Sentence(self.message, {**(values or dict.fromkeys(names, "?")), **self.constants})
        return Reason(tuple(self.rules.split()), sentence, version, values)


_Choice = Callable[[Event, Status], _Rule]


def _opening(event: Event, _before: Status) -> _Rule:
    if event.assurance:
        return _Rule(
            "S4",
            N_(
                "A signature of at least the advanced level opens it without appearing in person; the code may be "
                "redeemed for {activation_days} days."
            ),
        )
    if event.evidence:
        return _Rule(
            "S2",
            N_(
                "A clerk of a registration body opens it in person after checking the identity; the code may be "
                "redeemed for {activation_days} days."
            ),
        )
    return _Rule(
        "S1 S3",
        N_("Any natural person may open one; the code received by e-mail may be redeemed for {activation_days} days."),
    )


def _redemption(event: Event, before: Status) -> _Rule:
    match before:
        case Status.AWAITING_ACTIVATION if event.status is Status.TEMPORARY:
            return _Rule(
                "S3",
                N_("Redeeming the code makes the registration temporary, which is valid for {temporary_days} days."),
            )
        case Status.AWAITING_ACTIVATION:
            return _Rule(
                "S2 S4 S7",
                N_(
                    "The identity is known already, so redeeming the code makes it final; a password is valid for at "
                    "most {validity_max_years} years."
                ),
            )
        case Status.AWAITING_REACTIVATION:
            return _Rule(
                "S9 S7",
                N_(
                    "With the code of the reactivation the client chooses a new password, valid for at most "
                    "{validity_max_years} years."
                ),
            )
        case _:
            return _Rule(
                "S6 S7",
                N_(
                    "A forgotten or expired password is replaced with the code received by e-mail; it is valid for at "
                    "most {validity_max_years} years."
                ),
            )


def _verification(_event: Event, before: Status) -> _Rule:
    if before is Status.AWAITING_ACTIVATION:
        return _Rule(
            "S2 S3", N_("The identity is verified; redeeming the code will make the registration final at once.")
        )
    return _Rule(
        "S2 S3", N_("A temporary registration becomes final once a registration body has checked the identity.")
    )


def _confirmed(rules: str, by_clerk: str, by_client: str) -> _Choice:
    """An act of a clerk at once, or of the client with the code that went out."""
    of_clerk, of_client = _Rule(rules, by_clerk), _Rule(rules, by_client)
    return lambda event, _before: of_client if event.actor.kind is ActorKind.CITIZEN else of_clerk


def _always(rules: str, message: str, **constants: int) -> _Choice:
    rule = _Rule(rules, message, constants)
    return lambda _event, _before: rule


_RULES: Final[Mapping[EventKind, _Choice]] = {
    EventKind.REGISTRATION_OPENED: _opening,
    EventKind.REGISTRATION_IMPORTED: _always(
        "",
        N_("An imported account keeps its status; a temporary one is valid for {temporary_days} days from the import."),
    ),
    EventKind.CODE_REDEEMED: _redemption,
    EventKind.CODE_ISSUED: _always(
        "S6",
        N_(
            "A code requested for a forgotten password may be redeemed for {code_days} days, never beyond the "
            "status's deadline; no deadline moves."
        ),
    ),
    EventKind.CODE_SENT_AGAIN: _always(
        "S6", N_("While a code is valid the same one is sent again on request; no deadline moves.")
    ),
    EventKind.PASSWORD_CHANGED: _always(
        "S7", N_("A new password starts a new validity, of at most {validity_max_years} years.")
    ),
    EventKind.IDENTITY_VERIFIED: _verification,
    EventKind.ACTIVATION_LAPSED: _always("S3", N_("The activation code may be redeemed for {activation_days} days.")),
    EventKind.TEMPORARY_LAPSED: _always("S3", N_("A temporary registration is valid for {temporary_days} days.")),
    EventKind.PASSWORD_EXPIRED: _always(
        "S7 S9",
        N_(
            "A password is valid as long as the client chose, at most {validity_max_years} years; for {grace_days} "
            "days after its expiry a new one may be requested."
        ),
    ),
    EventKind.GRACE_ENDED: _always(
        "S9",
        N_(
            "When the password expired more than {grace_days} days ago the registration is inactive, and can be "
            "reactivated only in person."
        ),
    ),
    EventKind.REACTIVATED: _always(
        "S9",
        N_(
            "An inactive registration is reactivated in person at any registration body; the new code may be redeemed "
            "for {reactivation_days} days."
        ),
    ),
    EventKind.REACTIVATION_LAPSED: _always(
        "S9", N_("The code of a reactivation may be redeemed for {reactivation_days} days.")
    ),
    EventKind.EMAIL_CHANGE_REQUESTED: _always(
        "S8",
        N_("The new address takes effect only with the code sent to it, which may be redeemed for {code_days} days."),
    ),
    EventKind.EMAIL_CHANGED: _confirmed(
        "S8",
        N_("A clerk changes the e-mail address at once, with evidence."),
        N_("A change of the e-mail address was confirmed by the client with the code that went out."),
    ),
    EventKind.EMAIL_CORRECTED: _always(
        "S3",
        N_(
            "Until the activation the applicant may correct a mistyped e-mail address, for {hours} hours and {times} "
            "times; the old code is void, and no deadline moves."
        ),
        hours=CORRECTABLE_FOR // timedelta(hours=1),
        times=MOST_CORRECTIONS,
    ),
    EventKind.LANGUAGE_CHANGED: _always(
        "", N_("Letters that leave from then on are in the language that the client chose; no deadline moves.")
    ),
    EventKind.VALIDITY_EXTENDED: _always(
        "S7",
        N_("An approved extension may exceed the {validity_max_years} years, which limit the client's choice only."),
    ),
    EventKind.DATA_DISCLOSED: _always(
        "S8",
        N_("Without a receipt a registration body discloses the data in person, after checking the identity."),
    ),
    EventKind.CLOSURE_REQUESTED: _always(
        "",
        N_(
            "A closure that the client asks for takes effect only with the code sent out, which may be redeemed for "
            "{code_days} days."
        ),
    ),
    EventKind.REGISTRATION_CLOSED: _confirmed(
        "",
        N_("A clerk closes the registration at once, with evidence."),
        N_("The closure was confirmed by the client with the code that went out."),
    ),
    EventKind.SIGNAL_REFUSED: _always(
        "", N_("A refused signal is never silently lost: it leaves an event, and changes nothing (principle 12).")
    ),
    EventKind.LETTER_UNDELIVERED: _always(
        "", N_("A letter that was refused permanently, or not sent by its deadline, stays visible (principle 11).")
    ),
    EventKind.LETTER_SENT_AGAIN: _always(
        "",
        N_(
            "In place of a letter that did not arrive, what is true now goes to the present address; no deadline moves."
        ),
    ),
    EventKind.POLICY_APPLIED: _always(
        "", N_("A changed policy applies from the next status; an announced deadline never gets shorter.")
    ),
    EventKind.PERSONAL_DATA_ERASED: _always(
        "",
        N_("The last letter may take {last_letter_hours} hours; then the personal data is erased. The record is kept."),
    ),
}


def reason_of(event: Event, before: Status, policies: Mapping[int, Policy]) -> Reason:
    """The rule that an event follows, given the status before it and the policies by version."""
    version = event.policy_version
    return _RULES[event.kind](event, before).applied(version, policies.get(version))
