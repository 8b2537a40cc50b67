"""What each kind of event says that happened, as an auditor reads it."""

from collections.abc import Mapping
from typing import Final

from registration.letters import LetterFailure, LetterKind
from registration.record import Event, EventKind
from registration.words import Words

HAPPENED: Final[Mapping[EventKind, Words]] = {
    EventKind.REGISTRATION_OPENED: Words(
        "A regisztráció megnyílt, az aktiváló kód kiment.", "The registration was opened and its code went out."
    ),
    EventKind.REGISTRATION_IMPORTED: Words(
        "Egy korábbi rendszer fiókját átvettük.", "An account of an older system was taken over."
    ),
    EventKind.CODE_REDEEMED: Words(
        "Az ügyfél beváltotta a kódját, és új jelszót választott.",
        "The client redeemed the code and chose a password.",
    ),
    EventKind.CODE_ISSUED: Words("Új egyszer használatos kód készült.", "A new one-time code was issued."),
    EventKind.CODE_SENT_AGAIN: Words("Az élő kód újra kiment.", "The live code was sent again."),
    EventKind.PASSWORD_CHANGED: Words("Az ügyfél megváltoztatta a jelszavát.", "The client changed the password."),
    EventKind.IDENTITY_VERIFIED: Words(
        "Az ügyintéző ellenőrizte a személyazonosságot.", "A clerk verified the identity."
    ),
    EventKind.ACTIVATION_LAPSED: Words(
        "A regisztráció elévült: a kódot nem váltották be.", "The registration lapsed: its code was never redeemed."
    ),
    EventKind.TEMPORARY_LAPSED: Words(
        "Az ideiglenes regisztráció elévült: a személyazonosságot nem ellenőrizték.",
        "The temporary registration lapsed: the identity was not verified.",
    ),
    EventKind.PASSWORD_EXPIRED: Words("Lejárt a jelszó.", "The password expired."),
    EventKind.GRACE_ENDED: Words(
        "A regisztráció inaktív lett: a lejárt jelszót nem újították meg.",
        "The registration became inactive: its expired password was not renewed.",
    ),
    EventKind.REACTIVATED: Words(
        "Az ügyintéző újraaktiválta a regisztrációt, az új kód magától kiment.",
        "A clerk reactivated the registration; the new code went out by itself.",
    ),
    EventKind.REACTIVATION_LAPSED: Words(
        "A regisztráció ismét inaktív: az újraaktiválás kódját nem váltották be.",
        "The registration is inactive again: the code of its reactivation was not redeemed.",
    ),
    EventKind.EMAIL_CHANGE_REQUESTED: Words(
        "Az ügyfél új e-mail címet kért; az új címre kód ment.",
        "The client asked for a new e-mail address; a code went to it.",
    ),
    EventKind.EMAIL_CHANGED: Words("Megváltozott az e-mail cím.", "The e-mail address was changed."),
    EventKind.VALIDITY_EXTENDED: Words("A jelszó érvényessége meghosszabbodott.", "The validity was extended."),
    EventKind.DATA_DISCLOSED: Words(
        "Az ügyintéző közölte az ügyféllel a regisztráció adatait.",
        "A clerk disclosed the registration data to the client.",
    ),
    EventKind.CLOSURE_REQUESTED: Words(
        "Az ügyfél a regisztráció megszüntetését kérte; a megerősítő kód kiment.",
        "The client asked for the closure; the code that confirms it went out.",
    ),
    EventKind.REGISTRATION_CLOSED: Words("A regisztráció megszűnt.", "The registration was closed."),
    EventKind.SIGNAL_REFUSED: Words(
        "Egy üzenetet a szabályok elutasítottak ({detail}).", "A message was refused by the rules ({detail})."
    ),
    EventKind.LETTER_UNDELIVERED: Words(
        "Egy levelet nem lehetett kézbesíteni ({detail}).", "A letter could not be delivered ({detail})."
    ),
    EventKind.LETTER_SENT_AGAIN: Words(
        "Az ügyintéző újra elküldetett egy kézbesítetlen levelet ({detail}).",
        "A clerk had a letter that did not arrive sent again ({detail}).",
    ),
    EventKind.POLICY_APPLIED: Words(
        "Az új határidők lépnek érvénybe (szabályzat, {policy_version}. változat).",
        "The periods of policy version {policy_version} apply.",
    ),
    EventKind.PERSONAL_DATA_ERASED: Words("A személyes adatokat töröltük.", "The personal data was erased."),
}

LETTERS: Final[Mapping[LetterKind, Words]] = {
    LetterKind.CODE_PASSWORD: Words("egyszer használatos kód", "one-time code"),
    LetterKind.CODE_NEW_EMAIL: Words("az új e-mail cím kódja", "code for the new e-mail address"),
    LetterKind.CODE_CLOSURE: Words("a megszüntetés kódja", "code for the closure"),
    LetterKind.TEMPORARY: Words("ideiglenes regisztráció", "temporary registration"),
    LetterKind.TEMPORARY_ENDING: Words("az ideiglenes regisztráció vége", "end of the temporary registration"),
    LetterKind.ACTIVE: Words("aktív regisztráció", "active registration"),
    LetterKind.PASSWORD_EXPIRING: Words("emlékeztető a jelszó lejártára", "reminder that the password expires"),
    LetterKind.PASSWORD_EXPIRED: Words("lejárt jelszó", "expired password"),
    LetterKind.INACTIVE: Words("inaktív regisztráció", "inactive registration"),
    LetterKind.LAPSED: Words("elévült regisztráció", "lapsed registration"),
    LetterKind.PASSWORD_CHANGED: Words("megváltozott jelszó", "changed password"),
    LetterKind.EMAIL_CHANGED_OLD: Words("új cím, a régi címre", "new address, to the old one"),
    LetterKind.EMAIL_CHANGED_NEW: Words("új cím, az új címre", "new address, to the new one"),
    LetterKind.CLOSED: Words("megszűnt regisztráció", "closed registration"),
}

REFUSALS: Final[Mapping[str, Words]] = {
    "NotAccepted": Words("ebben az állapotban nem lehetséges", "not possible in this status"),
    "AlreadyReactivated": Words("más már újraaktiválta", "somebody else had reactivated it"),
    "NotAllowed": Words("a küldője nem jogosult rá", "its sender's role does not allow it"),
    "EvidenceMissing": Words("bizonyíték nélkül érkezett", "it came without evidence"),
    "InvalidInput": Words("hibás érték van benne", "a value in it is wrong"),
    "Unreadable": Words("olvashatatlan", "unreadable"),
    "TooManySignals": Words(
        "túl sok érkezett egyszerre; a továbbiakat nem olvastuk el", "too many came at once; further ones were not read"
    ),
}
"""Why a signal was refused, by what the event calls it."""

FAILURES: Final[Mapping[LetterFailure, Words]] = {
    LetterFailure.REFUSED: Words("SMTP {reply}", "SMTP {reply}"),
    LetterFailure.UNUSABLE_ADDRESS: Words("használhatatlan cím", "unusable address"),
    LetterFailure.SMTPUTF8_NEEDED: Words(
        "a cím betűit a levelezőkiszolgáló nem ismeri", "the mail server does not know the letters of the address"
    ),
    LetterFailure.DEADLINE_PASSED: Words("letelt a határideje", "the deadline passed"),
    LetterFailure.UNKNOWN: Words("nem sikerült kézbesíteni", "not delivered"),
}
"""Why a letter did not arrive."""


_REACTIVATED_ELSEWHERE: Final = Words(
    "Az ügyintéző kicserélte az e-mail címet és újraaktiválta a regisztrációt; az új kód magától kiment az új címre.",
    "A clerk replaced the e-mail address and reactivated the registration; the new code went to the new address by "
    "itself.",
)


def what_happened(event: Event, address_before: str) -> Words:
    """One sentence about an event; it names nobody. `address_before` is the `email_id` before it."""
    if event.kind is EventKind.REACTIVATED and event.email_id != address_before:
        return _REACTIVATED_ELSEWHERE
    sentence, detail, version = HAPPENED[event.kind], _detail(event), event.policy_version
    return Words(
        sentence.hungarian.format(detail=detail.hungarian, policy_version=version),
        sentence.english.format(detail=detail.english, policy_version=version),
    )


def _detail(event: Event) -> Words:
    """The refusal, or the letter and why it did not arrive; a refusal that has no words as it is."""
    if event.refusal:
        return REFUSALS.get(event.refusal, Words(event.refusal, event.refusal))
    if event.letter is None:
        return Words("–", "–")
    letter = LETTERS[event.letter.kind]
    if event.failure is None:
        return letter
    why = FAILURES[event.failure].filled({"reply": event.smtp_reply or "–"})
    return Words(f"{letter.hungarian}: {why.hungarian}", f"{letter.english}: {why.english}")
