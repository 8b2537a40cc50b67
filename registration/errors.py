"""Everything that can be refused, as one tree; a docstring is the English sentence, the catalogue has the Hungarian.

Those of signatures are in `signature_errors.py`.

UgyfelkapuError
├── InvalidInput                 bad input: names the field and the rule; nothing was changed
├── Refusal                      well-formed, but the rules say no; nothing was changed
│   ├── NotAccepted              the present status does not accept the message
│   │   ├── AlreadyReactivated   another clerk was faster
│   │   └── AlreadyVerified      the identity is verified already
│   ├── NotAllowed               this kind of user may not send the message
│   │   └── WrongRole            or do the operation
│   ├── EvidenceMissing          an act in person without its evidence
│   ├── NotCompared              an act in person before the person was compared with the registration
│   ├── StaffDisabled            who acts may not act any more
│   ├── OfficeNotOpen            the office that is acted for is closed or unknown
│   ├── NotFound                 no such registration
│   ├── NoSuchLetter             not among the undelivered letters
│   ├── LetterOutOfDate          what the letter says is not true any more
│   ├── UserNameTaken
│   ├── CorrectedTooOften        the e-mail address, before the activation
│   ├── TooLateToCorrect         the e-mail address: the hours after registering are over
│   ├── CorrectionAtADesk        the e-mail address of somebody whose identity a clerk has checked
│   ├── CodeNotLive              the code was redeemed, replaced or has run out
│   ├── WrongCode                wrong user name or code
│   ├── WrongPair                wrong user name or e-mail address when requesting a code (S8)
│   ├── WrongPassword            wrong user name or password
│   ├── NotCheckpointed          no checkpoint holds it, or none are made here
│   ├── NoSuchCheckpoint
│   ├── CheckpointsDamaged       a file of the checkpoints is not what was signed
│   ├── BeforeTheBeginning       an explanation of a time before the registration was opened
│   ├── BeyondTheRecord          an explanation of a time that the record does not reach
│   ├── RecordUnreadable         what was written into the record is no event
│   ├── AssertionRefused         the client's log-in assertion does not cover the act
│   ├── SessionEnded             on a page: idle or logged in for too long, or its password was replaced
│   ├── SignInFailed             on a staff page: what the sign-in service answered is not to be believed
│   ├── RolesNotUsable           on a staff page: no role, roles that exclude each other, or no office
│   ├── VisitEnded               on a desk's page: 15 minutes without use, or another session
│   ├── DisclosedDataEnded       on a desk's page: 10 minutes after its disclosure
│   ├── DraftLocked              on a page: what was typed is kept, but its browser was idle for too long
│   ├── OfficeChanged            somebody else has changed it since its form was shown
│   ├── NoSuchExtension
│   ├── SecondPersonNeeded       the requester cannot approve
│   ├── ExtensionNotApproved
│   ├── ExtensionNotRunning      not started yet, or done
│   ├── NotCutOff                nothing is to be reset: the workflow runs, or its life has ended
│   ├── RecordedBehind           a reset would decide again what is on record
│   ├── IdempotencyKeyReused     the key came with another request before
│   ├── RequestInProgress        the same request is being worked on
│   ├── KeyNotEverywhere         a running process would be locked out
│   ├── TooManyGuesses           so many tries that the next one has to wait
│   ├── RedeemFirst              so many wrong passwords that only a redeemed code opens the way again
│   ├── LogInRefused             right password, but the status does not let in
│   │   ├── RequestACode         the password has expired (S9, within the 60 days)
│   │   ├── RedeemTheCode        reactivated; the code that was sent is not redeemed yet (S9)
│   │   └── VisitABody           inactive (S9, after the 60 days)
│   ├── SignatureChannelClosed   no trust roots in the settings
│   └── SignatureRefused         the electronic signature does not open a registration (S4)
│       ├── SignatureUnreadable
│       ├── SignedFormTooLarge   above the size that is taken apart
│       ├── FormNotAttached      a signed PDF without the form in it
│       ├── NotOneSignature      none, or more than one
│       ├── SignatureIncomplete  does not cover all that was submitted
│       ├── SignatureBroken      tampered with
│       ├── SignatureUnbound     does not name its certificate
│       ├── CertificateMissing   does not carry its certificate
│       ├── WeakSignature        an algorithm or a key that is no longer safe
│       ├── UnknownAuthority     valid, but not trusted
│       ├── CertificateNotYetValid
│       ├── CertificateExpired
│       ├── CertificateRevoked
│       ├── RevocationUnknown    no revocation list in force
│       ├── NotASigningCertificate
│       ├── SimpleSignature      below the advanced level
│       ├── WrongSigner          the certificate names another person
│       └── SignatureUsed        has opened a registration already
└── Unavailable                  a dependency did not answer in time; what was durable goes on by itself
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final

from registration.budapest import in_budapest
from registration.dependencies import Dependency
from registration.input_rules import InputRule
from registration.messages import ActorKind
from registration.operations import MessageName, Operation, WayOut
from registration.problems import Problem
from registration.sentences import N_, Sentence, Vocabulary
from registration.statuses import Status


class UgyfelkapuError(Exception):
    """Something went wrong."""

    kinds: ClassVar[dict[str, type["UgyfelkapuError"]]] = {}
    problem: ClassVar[Problem]
    """Of every class that is raised itself."""

    is_on_record = False
    """Whether the access record has it already."""

    def __init__(self, **facts: str | Sequence[str]) -> None:
        """`facts` fill the blanks of the sentence and of a rule in it; they name no person and no secret."""
        self.facts: dict[str, Any] = facts
        super().__init__(str(self.sentence))

    def __init_subclass__(cls) -> None:
        """Lets an error cross Temporal by its name, and gives that name to its problem."""
        UgyfelkapuError.kinds[cls.__name__] = cls
        if "problem" in vars(cls):
            cls.problem = cls.problem.of(cls.__name__)

    @classmethod
    def message_id(cls) -> str:
        """The docstring on one line."""
        return " ".join((cls.__doc__ or "").split())

    @property
    def sentence(self) -> Sentence:
        """The one clear sentence for a client or a clerk."""
        facts = {name: _typed(name, fact) for name, fact in self.facts.items()}
        if "rule" in facts:
            facts |= {"rule": Sentence(self.facts["rule"], facts.copy())}
        return Sentence(self.message_id(), facts)


def time_fact(moment: datetime | None) -> str:
    """A time as a refusal carries it: ISO 8601 with its offset; `?` where there is none."""
    return moment.isoformat() if moment else "?"


def _typed(name: str, fact: Any) -> object:  # noqa: ANN401  a name, an id, a time, or a list of names
    """A fact as a sentence takes it; as it is where it is an id or a number, or of another version."""
    try:
        return _TYPES[name](fact) if name in _TYPES else fact
    except ValueError:
        return fact


def _act(fact: str) -> Vocabulary:
    """Raises `ValueError`."""
    kinds: tuple[type[Vocabulary], ...] = (MessageName, WayOut)
    return next((kind for kind in kinds if fact in set(kind)), Operation)(fact)


def _acts(names: Sequence[str]) -> object:
    return tuple(_typed("message", name) for name in names) or Sentence(N_("nothing"))


def _to_the_second(fact: str) -> str:
    return in_budapest(datetime.fromisoformat(fact), to_the_second=True)


_TYPES: Final[Mapping[str, Callable[[Any], object]]] = {
    "status": Status,
    "actor": ActorKind,
    "message": _act,
    "instead": _acts,
    "at": datetime.fromisoformat,
    "deadline": datetime.fromisoformat,
    "due": datetime.fromisoformat,
    "begins": _to_the_second,
}
"""What a fact is, by its name, in every refusal: of a vocabulary, a list, or a time; every other is shown as it is."""


class InvalidInput(UgyfelkapuError):
    """{field}: {rule}."""

    problem = Problem(
        422,
        "Invalid input",
        "`field` and `rule` say what is wrong, `detail` says it to the client",
        example={"field": "email", "rule": InputRule.EMAIL},
    )


class Refusal(UgyfelkapuError):
    """The request was refused."""


class NotAccepted(Refusal):
    """In the status "{status}" this is not possible: {message}; possible instead: {instead}."""

    problem = Problem(
        409,
        "Not possible in this status",
        "`detail` says, in words, what this kind of user can do instead; an inactive client goes to a "
        "registration body in person (S9)",
        example={"status": Status.INACTIVE, "message": "request_code", "instead": [WayOut.VISIT_REGISTRATION_BODY]},
    )


class AlreadyReactivated(NotAccepted):
    """This registration was already reactivated by {clerk} of office {office} at {at} (Budapest time); the new code
    went out by itself."""

    problem = Problem(
        409,
        "Reactivated already",
        "nothing: another clerk did it; `detail` says who, of which office, and when",
        example={"clerk": "clerk-7", "office": "1051", "at": "2027-03-01T09:00:00+00:00"},
    )


class AlreadyVerified(NotAccepted):
    """The identity was already verified by {clerk} of office {office} at {at} (Budapest time); there is nothing more to
    do about it."""

    problem = Problem(
        409,
        "Already verified",
        "nothing: the identity is verified; `detail` says by whom, of which office, and when",
        example={"clerk": "clerk-7", "office": "1051", "at": "2027-03-01T09:00:00+00:00"},
    )


class NotAllowed(Refusal):
    """The role {actor} does not allow this: {message}."""

    problem = Problem(
        403,
        "Not allowed",
        "this kind of user may not do this",
        example={"actor": ActorKind.AUDITOR, "message": "close"},
    )


class WrongRole(NotAllowed):
    """The role {actor} does not allow this: {message}."""

    problem = Problem(
        403,
        "Not allowed",
        "the token needs another role",
        example={"actor": ActorKind.AUDITOR, "message": "desk.close"},
    )


class EvidenceMissing(Refusal):
    """This act in person ({message}) needs evidence: the kind and number of a document, and consent."""

    problem = Problem(
        422, "Evidence missing", "an act in person names what the clerk saw", example={"message": "close"}
    )


class NotCompared(Refusal):
    """Compare the person with the registration first; where they do not match, a supervisor decides."""

    problem = Problem(
        403, "Person not compared", "on the desk's pages alone: the clerk compares the document with the registration"
    )


class StaffDisabled(Refusal):
    """This id may not act any more: an operator has disabled it."""

    problem = Problem(403, "May not act any more", "an operator has disabled this id")


class OfficeNotOpen(Refusal):
    """The office {office} is closed or unknown: nobody can act for it."""

    problem = Problem(
        403, "Office not open", "the office that the token names is closed or unknown", example={"office": "1051"}
    )


class NotFound(Refusal):
    """There is no such registration."""

    problem = Problem(404, "No such registration", "there is no registration with this id")


class NoSuchLetter(Refusal):
    """There is no such letter among those of this registration that did not arrive."""

    problem = Problem(404, "No such letter", "the letters of the registration say which did not arrive")


class LetterOutOfDate(Refusal):
    """The letter {letter} is out of date: what it says is not true any more in the status "{status}"."""

    problem = Problem(
        409,
        "Letter out of date",
        "a newer letter, or the clerk, informs the client",
        example={"letter": "5-temporary", "status": Status.ACTIVE},
    )


class UserNameTaken(Refusal):
    """user_name: this user name belongs to another registration; choose another one."""

    problem = Problem(409, "User name taken", "choose another user name")


class CorrectedTooOften(Refusal):
    """The e-mail address has been corrected {times} times, which is the most; any registration body changes it in
    person, or register again under another user name."""

    problem = Problem(
        409,
        "Corrected too often",
        "the client goes to a registration body in person, or registers again under another user name",
        example={"times": "3"},
    )


class TooLateToCorrect(Refusal):
    """The e-mail address can be corrected for {hours} hours after registering, which are over; any registration body
    changes it in person, or register again under another user name."""

    problem = Problem(
        409,
        "Too late to correct",
        "the client goes to a registration body in person, or registers again under another user name",
        example={"hours": "24"},
    )


class CorrectionAtADesk(Refusal):
    """A registration body has checked your identity already, so the e-mail address is changed there, in person."""

    problem = Problem(
        409,
        "Corrected at a desk only",
        "the client goes to a registration body in person: a clerk has checked the identity",
    )


class CodeNotLive(Refusal):
    """This code is no longer valid: it was redeemed, replaced by a newer one, or has expired; request a new
    code."""

    problem = Problem(409, "Code no longer valid", "the code was redeemed, replaced, or has expired: request a new one")


class WrongCode(Refusal):
    """Wrong user name or code; the user name is printed on the registration receipt, and without a receipt ask for it
    in person at any registration body, which checks your identity first."""

    problem = Problem(422, "Wrong user name or code", "user name or code is wrong; not said which")


class WrongPair(Refusal):
    """Wrong user name or e-mail address; both must be typed character for character as registered; the user name is
    printed on the registration receipt, and without a receipt ask for the data in person at any registration body,
    which checks your identity first."""

    problem = Problem(
        422, "Wrong user name or e-mail address", "user name or e-mail address is wrong; not said which (S8)"
    )


class WrongPassword(Refusal):
    """Wrong user name or password; if you have not redeemed your code yet, do that first; the user name is printed on
    the registration receipt, and without a receipt ask for it in person at any registration body, which checks your
    identity first."""

    problem = Problem(422, "Wrong user name or password", "user name or password is wrong; not said which")


class TooManyGuesses(Refusal):
    """Too many attempts; wait {seconds} seconds."""

    problem = Problem(
        429,
        "Too many attempts",
        "wait `Retry-After` seconds; also after 100 wrong passwords, codes or pairs in an hour from one address "
        "over all accounts, or in a day at one account from networks that it does not know "
        "([limits](limits.md)): from where the client has logged in before, or with a redeemed code, "
        "the client gets in. After a code request the code may be in the mailbox all the same",
        example={"seconds": "240"},
        name="too-many-attempts",
    )

    @property
    def seconds(self) -> int:
        """How long to wait, for a `Retry-After`."""
        return int(self.facts["seconds"])


class RedeemFirst(Refusal):
    """Too many wrong passwords in a row from this address; request a code and redeem it from here to choose a new
    password, or log in from another address."""

    problem = Problem(
        429,
        "Too many wrong passwords in a row",
        "100 wrong passwords in a row from this address: redeem a code from it, or use another address",
    )


class NotCheckpointed(Refusal):
    """No checkpoint holds this: wait for the next one, or have an operator make one with `ugyfelkapu audit checkpoint`;
    where there are none, UGYFELKAPU_CHECKPOINT_FOLDER and UGYFELKAPU_CHECKPOINT_KEYS have to be set first."""

    problem = Problem(409, "Not in a checkpoint", "no checkpoint holds it yet, or this installation makes none")


class NoSuchCheckpoint(Refusal):
    """There is no checkpoint with this number."""

    problem = Problem(404, "No such checkpoint", "the list of checkpoints has the numbers")


class CheckpointsDamaged(Refusal):
    """A file of the checkpoints is missing or is not what was signed: `ugyfelkapu audit verify --all` names it; put it
    back from a copy."""

    problem = Problem(
        503,
        "Damaged checkpoints",
        "a file of the checkpoints must be put back from a copy; `audit verify --all` names it",
    )


class BeforeTheBeginning(Refusal):
    """At that time the registration did not exist yet; its record begins at {begins}
    (Budapest time)."""

    problem = Problem(
        422,
        "Before the registration",
        "the registration did not exist yet",
        example={"begins": "2026-11-25T09:30:07+00:00"},
    )


class BeyondTheRecord(Refusal):
    """The record does not reach that time: what was due at {due} (Budapest time) is not in it."""

    problem = Problem(
        422, "Beyond the record", "the record does not reach that time", example={"due": "2027-03-31T08:00:00+00:00"}
    )


class RecordUnreadable(Refusal):
    """Event {sequence} of the record cannot be read: somebody has changed it; `ugyfelkapu audit verify` names what
    differs."""

    problem = Problem(
        409,
        "Unreadable record",
        "an event of the record was changed: `audit verify` names what differs",
        example={"sequence": "3"},
    )


class AssertionRefused(Refusal):
    """This needs a recent assertion of the client's own log-in; let the client log in again."""

    problem = Problem(
        403,
        "Recent log-in needed",
        "let the client log in, and send the new assertion; the old one has run out, or its password has been replaced",
        name="log-in-again",
    )


class SessionEnded(Refusal):
    """Your session has ended; log in again."""

    problem = Problem(403, "Session ended", "on the pages alone: the client logs in again")


class SignInFailed(Refusal):
    """You are not signed in: the sign-in was not completed in time and in one browser, or the sign-in service did not
    confirm it; begin again."""

    problem = Problem(403, "Sign-in not completed", "on the staff pages alone: the person begins the sign-in again")


class RolesNotUsable(Refusal):
    """Your organisation has given you no role here, roles that exclude each other, or no office for a desk; ask whoever
    assigns roles there."""

    problem = Problem(
        403,
        "Roles not usable",
        "on the staff pages alone: the organisation gives the person one role (only `clerk` and `supervisor` go "
        "together), and an office for a desk",
    )


class VisitEnded(Refusal):
    """This visit of the client is over: it ends when it is not used for a while, and with its session; search again."""

    problem = Problem(403, "Visit ended", "on the desk's pages alone: the clerk searches for the registration again")


class DisclosedDataEnded(Refusal):
    """Disclosed data is shown for a short time, which is over. The visit of the client goes on: to see the data once
    more, disclose it again."""

    problem = Problem(403, "The data is no longer shown", "on the desk's pages alone: the clerk discloses it again")


class DraftLocked(Refusal):
    """What you typed is kept for some time; to go on with it, type the e-mail address that you gave in the form."""

    problem = Problem(403, "Draft locked", "on the pages alone: the client types the e-mail address of the form again")


class OfficeChanged(Refusal):
    """Somebody else has changed this office meanwhile; nothing was saved. Check its present data, and change it
    again."""

    problem = Problem(
        409, "Changed meanwhile", "on the pages for staff alone: the office is not any more what the form showed"
    )


class NoSuchExtension(Refusal):
    """There is no such bulk extension."""

    problem = Problem(404, "No such extension", "there is no bulk extension with this id")


class SecondPersonNeeded(Refusal):
    """Someone other than the requester must approve the extension."""

    problem = Problem(403, "Second person needed", "someone other than the requester approves")


class ExtensionNotApproved(Refusal):
    """The extension has not been approved yet; someone other than the requester must do that."""

    problem = Problem(409, "Not approved yet", "a second person approves the bulk extension first", name="not-approved")


class ExtensionNotRunning(Refusal):
    """The extension is not running: it has not been started, or it is done."""

    problem = Problem(409, "Not running", "the bulk extension has not been started, or is done", name="not-running")


class NotCutOff(Refusal):
    """The workflow of this registration was not cut off: it runs, its life has ended, or Temporal has none; there is
    nothing to reset."""

    problem = Problem(
        409, "Not cut off", "the registration's workflow runs, or its life has ended: nothing is to be reset"
    )


class RecordedBehind(Refusal):
    """A reset would decide event {sequence} again, which is on record; docs/restore.md says what to do instead."""

    problem = Problem(
        409,
        "On record already",
        "a reset would decide again what is on record: the operator sees docs/restore.md",
        example={"sequence": "3"},
    )


class IdempotencyKeyReused(Refusal):
    """Idempotency-Key: this key came with another request before; choose a new one for each request."""

    problem = Problem(422, "Idempotency-Key reused", "choose a new key for each request")


class RequestInProgress(Refusal):
    """The same request is still being worked on; try again in a few seconds."""

    problem = Problem(
        409,
        "Request in progress",
        "the same request is being worked on: ask again after `Retry-After` seconds",
        retry_after=2,
    )


class LogInRefused(Refusal):
    """The password is right, but the registration is {status}: no log-in is possible."""

    problem = Problem(
        409,
        "No log-in in this status",
        "the registration is over, or has no password yet",
        example={"status": Status.LAPSED},
    )


class RequestACode(LogInRefused):
    """Your password has expired; request a code by {deadline} (Budapest time) to choose a new one."""

    problem = Problem(
        409,
        "Password expired",
        "request a code until the date in `detail` (S9)",
        example={"deadline": "2027-05-31T08:00:00+00:00"},
        name="password-expired",
    )


class RedeemTheCode(LogInRefused):
    """Your registration has been reactivated; redeem the code that was sent to your e-mail address by
    {deadline} (Budapest time) and choose a new password; request the code again if you do not have it."""

    problem = Problem(
        409,
        "Code not yet redeemed",
        "redeem the code that went out with the reactivation (S9)",
        example={"deadline": "2027-03-31T08:00:00+00:00"},
        name="reactivated",
    )


class VisitABody(LogInRefused):
    """Your registration is inactive; ask for its reactivation in person at any registration body."""

    problem = Problem(
        409, "Registration inactive", "the client goes to a registration body in person (S9)", name="inactive"
    )


class KeyNotEverywhere(Refusal):
    """The key {key} is not known to every running process yet ({processes}); give it to each of them first, in second
    place of UGYFELKAPU_MASTER_KEYS, and start them again."""

    problem = Problem(
        409,
        "Key not known everywhere",
        "an operator gives the key to every running process first",
        example={"key": "m2", "processes": "worker host-1:7"},
    )


class Unavailable(UgyfelkapuError):
    """The service does not answer at the moment; what was accepted goes on by itself, try again later."""

    problem = Problem(
        503,
        "Service unavailable",
        "try again after `Retry-After` seconds, with the same Idempotency-Key: see "
        "[below](#how-long-an-answer-may-take)",
        retry_after=5,
    )

    def __init__(self, dependency: Dependency | str | None = None, **facts: str) -> None:
        """`dependency`, or its name, is what did not do its part: for logs and operators, never in `sentence`."""
        self.dependency: Final = Dependency[dependency] if isinstance(dependency, str) else dependency
        super().__init__(**facts, **({"dependency": self.dependency.name} if self.dependency else {}))

    @property
    def for_operators(self) -> Sentence:
        """The sentence that names the dependency, the setting and the next step, where they are known."""
        return self.dependency.sentence(self.facts) if self.dependency else self.sentence
