"""Why: the rule of the mission (S1 to S9) or of the policy that each event follows, in both languages.

A rule is chosen by the event and by the status before it; its blanks are the policy's values of the event's version.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Final

from registration.messages import ActorKind
from registration.policy import Policy
from registration.record import Event, EventKind
from registration.statuses import Status
from registration.words import Words


@dataclass(frozen=True)
class Reason:
    """The rule that an event follows.

    `rules` are those of the mission, such as `S3`, none where a principle of the design decides; `values` the policy's
    periods that the sentence names, of version `policy_version`; none, and `?` in the sentence, where it is not known.
    """

    rules: tuple[str, ...]
    sentence: Words
    policy_version: int
    values: Mapping[str, int]


@dataclass(frozen=True)
class _Rule:
    rules: str
    hungarian: str
    english: str

    def applied(self, version: int, policy: Policy | None) -> Reason:
        names = sorted(name for _, name, _, _ in Formatter().parse(self.english) if name)
        values = {name: int(getattr(policy, name)) for name in names} if policy else {}
        sentence = Words(self.hungarian, self.english).filled(values or dict.fromkeys(names, "?"))
        return Reason(tuple(self.rules.split()), sentence, version, values)


_Choice = Callable[[Event, Status], _Rule]


def _opening(event: Event, _before: Status) -> _Rule:
    if event.assurance:
        return _Rule(
            "S4",
            "Legalább fokozott biztonságú elektronikus aláírással megjelenés nélkül nyílik; a kód {activation_days} "
            "napig váltható be.",
            "A signature of at least the advanced level opens it without appearing in person; the code may be redeemed "
            "for {activation_days} days.",
        )
    if event.evidence:
        return _Rule(
            "S2",
            "Személyesen, a regisztrációs szerv ügyintézője nyitja, miután a személyazonosságot ellenőrizte; a kód "
            "{activation_days} napig váltható be.",
            "A clerk of a registration body opens it in person after checking the identity; the code may be redeemed "
            "for {activation_days} days.",
        )
    return _Rule(
        "S1 S3",
        "Bármely természetes személy nyithat; az e-mailben kapott kód {activation_days} napig váltható be.",
        "Any natural person may open one; the code received by e-mail may be redeemed for {activation_days} days.",
    )


def _redemption(event: Event, before: Status) -> _Rule:
    match before:
        case Status.AWAITING_ACTIVATION if event.status is Status.TEMPORARY:
            return _Rule(
                "S3",
                "A kód aktiválásával a regisztráció ideiglenes lesz, és {temporary_days} napig érvényes.",
                "Activating the code makes the registration temporary, which is valid for {temporary_days} days.",
            )
        case Status.AWAITING_ACTIVATION:
            return _Rule(
                "S2 S4 S7",
                "A személyazonosság már igazolt, ezért a kód aktiválásával végleges; a jelszó legfeljebb "
                "{validity_years} évig érvényes.",
                "The identity is known already, so activating the code makes it final; a password is valid for at most "
                "{validity_years} years.",
            )
        case Status.AWAITING_REACTIVATION:
            return _Rule(
                "S9 S7",
                "Az újraaktiválás kódjával az ügyfél új jelszót választ, amely legfeljebb {validity_years} évig "
                "érvényes.",
                "With the code of the reactivation the client chooses a new password, valid for at most "
                "{validity_years} years.",
            )
        case _:
            return _Rule(
                "S6 S7",
                "Az elfelejtett vagy lejárt jelszó helyett az e-mailben kapott kóddal új választható; legfeljebb "
                "{validity_years} évig érvényes.",
                "A forgotten or expired password is replaced with the code received by e-mail; it is valid for at most "
                "{validity_years} years.",
            )


def _verification(_event: Event, before: Status) -> _Rule:
    if before is Status.AWAITING_ACTIVATION:
        return _Rule(
            "S2 S3",
            "A személyazonosság igazolt; a kód beváltásával a regisztráció rögtön végleges lesz.",
            "The identity is verified; redeeming the code will make the registration final at once.",
        )
    return _Rule(
        "S2 S3",
        "Az ideiglenes regisztráció a személyazonosság ellenőrzésével végleges lesz.",
        "A temporary registration becomes final once a registration body has checked the identity.",
    )


def _confirmed(rules: str, hungarian: str, english: str) -> _Choice:
    """An act of a clerk at once, or of the client with the code that went out."""
    by_clerk = _Rule(
        rules,
        f"{hungarian} az ügyintéző azonnal elvégzi, bizonyíték alapján.",
        f"{english} takes effect at once by a clerk, with evidence.",
    )
    by_client = _Rule(
        rules,
        f"{hungarian} az ügyfél a kiküldött kóddal megerősítette.",
        f"{english} was confirmed by the client with the code that went out.",
    )
    return lambda event, _before: by_client if event.actor.kind is ActorKind.CITIZEN else by_clerk


def _always(rules: str, hungarian: str, english: str) -> _Choice:
    rule = _Rule(rules, hungarian, english)
    return lambda _event, _before: rule


_RULES: Final[Mapping[EventKind, _Choice]] = {
    EventKind.REGISTRATION_OPENED: _opening,
    EventKind.REGISTRATION_IMPORTED: _always(
        "",
        "Az átvett fiók ott folytatódik, ahol állt; az ideiglenes innen számítva {temporary_days} napig érvényes.",
        "An imported account goes on where it stood; a temporary one is valid for {temporary_days} days from here.",
    ),
    EventKind.CODE_REDEEMED: _redemption,
    EventKind.CODE_ISSUED: _always(
        "S6",
        "Az elfelejtett jelszóhoz kért kód {request_days} napig váltható be, de az állapot határidején túl nem; "
        "határidő nem változik.",
        "A code requested for a forgotten password may be redeemed for {request_days} days, never beyond the status's "
        "deadline; no deadline moves.",
    ),
    EventKind.CODE_SENT_AGAIN: _always(
        "S6",
        "Amíg él kód, kérésre ugyanaz megy ki újra; határidő nem változik.",
        "While a code lives the same one is sent again on request; no deadline moves.",
    ),
    EventKind.PASSWORD_CHANGED: _always(
        "S7",
        "Az új jelszóval új érvényesség kezdődik, legfeljebb {validity_years} év.",
        "A new password starts a new validity, of at most {validity_years} years.",
    ),
    EventKind.IDENTITY_VERIFIED: _verification,
    EventKind.ACTIVATION_LAPSED: _always(
        "S3",
        "Az aktiváló kód {activation_days} napig váltható be.",
        "The activation code may be redeemed for {activation_days} days.",
    ),
    EventKind.TEMPORARY_LAPSED: _always(
        "S3",
        "Az ideiglenes regisztráció {temporary_days} napig érvényes.",
        "A temporary registration is valid for {temporary_days} days.",
    ),
    EventKind.PASSWORD_EXPIRED: _always(
        "S7 S9",
        "A jelszó legfeljebb {validity_years} évig, az ügyfél választotta ideig érvényes; lejárta után {grace_days} "
        "napig kérhető új.",
        "A password is valid as long as the client chose, at most {validity_years} years; for {grace_days} days after "
        "its expiry a new one may be requested.",
    ),
    EventKind.GRACE_ENDED: _always(
        "S9",
        "Ha a jelszó {grace_days} napnál régebben lejárt, a regisztráció inaktív; csak személyesen aktiválható újra.",
        "When the password expired more than {grace_days} days ago the registration is inactive, and only a visit in "
        "person helps.",
    ),
    EventKind.REACTIVATED: _always(
        "S9",
        "Az inaktív regisztráció személyesen, bármely regisztrációs szervnél aktiválható újra; az új kód "
        "{reactivation_days} napig váltható be.",
        "An inactive registration is reactivated in person at any registration body; the new code may be redeemed for "
        "{reactivation_days} days.",
    ),
    EventKind.REACTIVATION_LAPSED: _always(
        "S9",
        "Az újraaktiválás kódja {reactivation_days} napig váltható be.",
        "The code of a reactivation may be redeemed for {reactivation_days} days.",
    ),
    EventKind.EMAIL_CHANGE_REQUESTED: _always(
        "S8",
        "Az új cím csak az oda küldött kóddal lép életbe; a kód {request_days} napig váltható be.",
        "The new address takes effect only with the code sent to it, which may be redeemed for {request_days} days.",
    ),
    EventKind.EMAIL_CHANGED: _confirmed("S8", "Az e-mail cím cseréjét", "A change of the e-mail address"),
    EventKind.VALIDITY_EXTENDED: _always(
        "S7",
        "Jóváhagyott hosszabbítás: túlnyúlhat azon a {validity_years} éven, amely csak az ügyfél választását köti.",
        "An approved extension may exceed the {validity_years} years, which bind the client's own choice only.",
    ),
    EventKind.DATA_DISCLOSED: _always(
        "S8",
        "Nyugta nélkül az adatokat személyesen, a személyazonosság ellenőrzése után közli a regisztrációs szerv.",
        "Without a receipt the data is told in person by a registration body, which checks the identity first.",
    ),
    EventKind.CLOSURE_REQUESTED: _always(
        "",
        "Az ügyfél kérte megszüntetés csak a kiküldött kóddal lép életbe, amely {request_days} napig váltható be.",
        "A closure that the client asks for takes effect only with the code sent out, which may be redeemed for "
        "{request_days} days.",
    ),
    EventKind.REGISTRATION_CLOSED: _confirmed("", "A megszüntetést", "The closure"),
    EventKind.SIGNAL_REFUSED: _always(
        "",
        "Az elutasított jel sem vész el: eseményként marad meg, és semmit sem változtat (12. alapelv).",
        "A refused signal is never silently lost: it leaves an event, and changes nothing (principle 12).",
    ),
    EventKind.LETTER_UNDELIVERED: _always(
        "",
        "A véglegesen elutasított, vagy határidejéig el nem küldött levél látható marad (11. alapelv).",
        "A letter refused for good, or not sent until its deadline, stays visible (principle 11).",
    ),
    EventKind.LETTER_SENT_AGAIN: _always(
        "",
        "Kézbesítetlen levél helyett az megy ki a mostani címre, ami ma igaz; határidő nem változik.",
        "In place of a letter that did not arrive, what is true now goes to the present address; no deadline moves.",
    ),
    EventKind.POLICY_APPLIED: _always(
        "",
        "A megváltozott szabályzat a következő állapottól érvényes, a már közölt határidő nem rövidül.",
        "A changed policy applies from the next status; an announced deadline never gets shorter.",
    ),
    EventKind.PERSONAL_DATA_ERASED: _always(
        "",
        "Az utolsó levélnek {last_letter_hours} órája van, azután a személyes adatok törlődnek; a napló marad.",
        "The last letter has {last_letter_hours} hours; then the personal data is erased, and the record stays.",
    ),
}


def reason_of(event: Event, before: Status, policies: Mapping[int, Policy]) -> Reason:
    """The rule that an event follows, given the status before it and the policies by version."""
    version = event.policy_version
    return _RULES[event.kind](event, before).applied(version, policies.get(version))
