"""What a refusal names: messages, what else helps, and the operations of staff and portals, one row for each.

Refusals carry the names, so that they cross Temporal as they are; sentences have their labels.
"""

from dataclasses import dataclass
from typing import Final, Self

from registration.administration import Administered
from registration.event_kinds import EventKind
from registration.messages import AT_THE_DESK, STAFF, ActorKind
from registration.sentences import Vocabulary


class MessageName(Vocabulary):
    """The messages of a registration, as refusals name them."""

    REDEEM_CODE = "redeem_code", "redeeming a code"
    REQUEST_CODE = "request_code", "requesting a code"
    CHANGE_PASSWORD = "change_password", "changing the password"
    VERIFY_IDENTITY = "verify_identity", "verifying the identity"
    REACTIVATE = "reactivate", "reactivating"
    CHANGE_EMAIL = "change_email", "changing the e-mail address"
    CORRECT_EMAIL = "correct_email", "correcting the e-mail address"
    EXTEND_VALIDITY = "extend_validity", "extending the validity"
    DISCLOSE = "disclose", "disclosing the data"
    SEND_AGAIN = "send_again", "resending a letter that did not arrive"
    CHANGE_LANGUAGE = "change_language", "changing the language of the letters"
    CLOSE = "close", "closing the registration"


class WayOut(Vocabulary):
    """What else helps, where no message does."""

    VISIT_REGISTRATION_BODY = (
        "visit_registration_body",
        "asking for the reactivation in person at any registration body",
    )
    REGISTER = "register", "a new registration"
    TRY_AGAIN = "try_again", "the same in a few seconds"


@dataclass(frozen=True)
class OperationRow:
    """What an operation is.

    `name` is what the access record and OpenAPI call it, `actors` may do it. `acts`: an act, not a look; its entry
    is there before it takes effect, that of a look before anything is shown. `leaves` is the event of an act that took
    effect; `is_signal`: refused, it leaves a `SIGNAL_REFUSED`. `puts` is what an administrative act puts in place.
    """

    name: str
    label: str
    actors: frozenset[ActorKind]
    acts: bool = False
    leaves: EventKind | None = None
    in_person: bool = False
    is_signal: bool = False
    puts: Administered | None = None


_PORTAL: Final = frozenset({ActorKind.CITIZEN})
_SUPERVISOR: Final = frozenset({ActorKind.SUPERVISOR})
_AUDITOR: Final = frozenset({ActorKind.AUDITOR})
_OPERATOR: Final = frozenset({ActorKind.OPERATOR})
_APPROVER: Final = _OPERATOR | _SUPERVISOR
_SYSTEM: Final = frozenset({ActorKind.SYSTEM})
_ANYONE: Final = frozenset(ActorKind)


def _look(name: str, label: str, actors: frozenset[ActorKind]) -> OperationRow:
    return OperationRow(name, label, actors)


def _act(
    name: str,
    label: str,
    actors: frozenset[ActorKind],
    *,
    leaves: EventKind | None = None,
    puts: Administered | None = None,
) -> OperationRow:
    return OperationRow(name, label, actors, acts=True, leaves=leaves, puts=puts)


def _in_person(name: str, label: str, leaves: EventKind, *, is_signal: bool = False) -> OperationRow:
    """An act at a desk that names its evidence."""
    return OperationRow(name, label, AT_THE_DESK, acts=True, leaves=leaves, in_person=True, is_signal=is_signal)


class Operation(Vocabulary):
    """The operations, by whatever way they are asked for. A name never changes: the access record keeps it."""

    row: OperationRow

    def __new__(cls, row: OperationRow) -> Self:
        """A member is its row's name."""
        member = str.__new__(cls, row.name)
        member._value_ = row.name
        member.label = row.label
        member.row = row
        return member

    DESK_REGISTER = _in_person("desk.register", "registering in person", EventKind.REGISTRATION_OPENED)
    DESK_VERIFY_IDENTITY = _in_person(
        "desk.verify_identity", MessageName.VERIFY_IDENTITY.label, EventKind.IDENTITY_VERIFIED
    )
    DESK_REACTIVATE = _in_person("desk.reactivate", MessageName.REACTIVATE.label, EventKind.REACTIVATED)
    DESK_SIGNAL_REACTIVATE = _in_person(
        "desk.signal_reactivate", MessageName.REACTIVATE.label, EventKind.REACTIVATED, is_signal=True
    )
    DESK_CHANGE_EMAIL = _in_person("desk.change_email", MessageName.CHANGE_EMAIL.label, EventKind.EMAIL_CHANGED)
    DESK_CHANGE_EMAIL_AND_REACTIVATE = _in_person(
        "desk.change_email_and_reactivate", "changing the e-mail address and reactivating", EventKind.REACTIVATED
    )
    DESK_CHANGE_LANGUAGE = _in_person(
        "desk.change_language", MessageName.CHANGE_LANGUAGE.label, EventKind.LANGUAGE_CHANGED
    )
    DESK_CLOSE = _in_person("desk.close", MessageName.CLOSE.label, EventKind.REGISTRATION_CLOSED)
    DESK_DISCLOSE = _in_person("desk.disclose", MessageName.DISCLOSE.label, EventKind.DATA_DISCLOSED)
    DESK_RECEIPT = _in_person("desk.receipt", "printing the receipt", EventKind.DATA_DISCLOSED)
    DESK_SEND_AGAIN = _act(
        "desk.send_again", MessageName.SEND_AGAIN.label, AT_THE_DESK, leaves=EventKind.LETTER_SENT_AGAIN
    )
    DESK_LOOK = _look("desk.look", "looking at the registration", AT_THE_DESK)
    DESK_LETTERS = _look("desk.letters", "looking at the letters", AT_THE_DESK)
    DESK_SEARCH = _look("desk.search", "searching", AT_THE_DESK)
    DESK_COMPARE = _look("desk.compare", "comparing a person with the registration", AT_THE_DESK)
    DESK_DISCLOSED = _look("desk.disclosed", "looking at disclosed data again", AT_THE_DESK)
    DESK_EVIDENCE = _look("desk.evidence", "looking at the evidence", _SUPERVISOR)
    DESK_ACCESS_ENTRIES = _look("desk.access_entries", "reading the access record", _SUPERVISOR)

    OPERATIONS_IMPORT_ACCOUNTS = _act(
        "operations.import_accounts", "taking over accounts", _OPERATOR, leaves=EventKind.REGISTRATION_IMPORTED
    )
    OPERATIONS_CHECK_IMPORT = _look("operations.check_import", "trying the taking over of accounts", _OPERATOR)
    OPERATIONS_EXTEND_VALIDITY = OperationRow(
        "operations.extend_validity",
        MessageName.EXTEND_VALIDITY.label,
        _APPROVER,
        acts=True,
        leaves=EventKind.VALIDITY_EXTENDED,
        is_signal=True,
    )
    OPERATIONS_COUNT_EXTENSION = _look("operations.count_extension", "counting a bulk extension", _OPERATOR)
    OPERATIONS_REQUEST_EXTENSION = _act(
        "operations.request_extension", "asking for a bulk extension", _OPERATOR, puts=Administered.EXTENSION
    )
    OPERATIONS_APPROVE_EXTENSION = _act(
        "operations.approve_extension", "approving a bulk extension", _APPROVER, puts=Administered.APPROVAL
    )
    OPERATIONS_START_EXTENSION = _act("operations.start_extension", "starting a bulk extension", _OPERATOR)
    OPERATIONS_PAUSE_EXTENSION = _act("operations.pause_extension", "pausing a bulk extension", _OPERATOR)
    OPERATIONS_RESUME_EXTENSION = _act("operations.resume_extension", "resuming a bulk extension", _OPERATOR)
    OPERATIONS_EXTENSION = _look("operations.extension", "looking at a bulk extension", _APPROVER)
    OPERATIONS_EXTENSIONS = _look("operations.extensions", "listing bulk extensions", _APPROVER)
    OPERATIONS_EXTENSION_REPORT = _look("operations.extension_report", "the report of a bulk extension", _APPROVER)
    OPERATIONS_SYSTEM_HEALTH = _look("operations.system_health", "looking at the health of the system", _OPERATOR)
    OPERATIONS_RESET = _act("operations.reset", "resetting a workflow that was cut off", _OPERATOR)
    OPERATIONS_ROLL_FORWARD = _act("operations.roll_forward", "rolling a restored database forward", _OPERATOR)
    OPERATIONS_RECONCILE = _act("operations.reconcile", "reconciling", _OPERATOR)
    OPERATIONS_POLICY = _look("operations.policy", "looking at the policy", _OPERATOR)
    OPERATIONS_ADOPT_POLICY = _act("operations.adopt_policy", "adopting a policy", _OPERATOR, puts=Administered.POLICY)
    OPERATIONS_KEYS_TO_ROTATE = _look("operations.keys_to_rotate", "counting the keys to rotate", _OPERATOR)
    OPERATIONS_ROTATE_KEYS = _act("operations.rotate_keys", "rotating keys", _OPERATOR)
    OPERATIONS_INDEXES_TO_RENEW = _look("operations.indexes_to_renew", "counting the indexes to renew", _OPERATOR)
    OPERATIONS_REINDEX = _act("operations.reindex", "renewing the search indexes", _OPERATOR)
    OPERATIONS_PREPARE = _act("operations.prepare", "preparing", _SYSTEM)
    OPERATIONS_LIST_EXTENSION = _act(
        "operations.list_extension", "fixing the list of a bulk extension", _SYSTEM, puts=Administered.LIST
    )

    OPERATIONS_IMPORT_OFFICES = _act(
        "operations.import_offices", "importing offices", _OPERATOR, puts=Administered.OFFICE
    )
    OPERATIONS_PUT_OFFICE = _act("operations.put_office", "changing an office", _OPERATOR, puts=Administered.OFFICE)
    OPERATIONS_OFFICES = _look("operations.offices", "listing the offices", _OPERATOR)
    OPERATIONS_DISABLE_STAFF = _act("operations.disable_staff", "disabling staff", _OPERATOR, puts=Administered.STAFF)
    OPERATIONS_ENABLE_STAFF = _act("operations.enable_staff", "enabling staff", _OPERATOR, puts=Administered.STAFF)
    OPERATIONS_DISABLED_STAFF = _look("operations.disabled_staff", "listing disabled staff", _OPERATOR)

    AUDIT_TIMELINE = _look("audit.timeline", "reading a timeline", _AUDITOR)
    AUDIT_EXPLAIN = _look("audit.explain", "explaining a moment", _AUDITOR)
    AUDIT_DESCRIBE = _look("audit.describe", "asking the workflow", _AUDITOR)
    AUDIT_REPLAY = _look("audit.replay", "replaying the histories", _AUDITOR)
    AUDIT_VERIFY = _look("audit.verify", "verifying a registration", _AUDITOR)
    AUDIT_PROVE = _look("audit.prove", "proving a registration", _AUDITOR)
    AUDIT_CHECKPOINTS = _look("audit.checkpoints", "listing the checkpoints", _AUDITOR)
    AUDIT_CHECKPOINT = _look("audit.checkpoint", "reading a checkpoint", _AUDITOR)
    AUDIT_KEYS = _look("audit.keys", "reading the keys of checkpoints", _AUDITOR)
    AUDIT_STATISTICS = _look("audit.statistics", "counting registrations", _AUDITOR)
    AUDIT_ACCESS_ENTRIES = _look("audit.access_entries", "reading the access record", _AUDITOR)
    AUDIT_STAFF_ACTS = _look("audit.staff_acts", "listing acts of staff", _AUDITOR)
    OPERATIONS_MAKE_CHECKPOINT = _act(
        "operations.make_checkpoint", "making a checkpoint", _SYSTEM, puts=Administered.CHECKPOINT
    )

    PORTAL_REGISTER = _act("portal.register", "registering", _PORTAL)
    PORTAL_LOOK = _look("portal.look", "looking at the registration", _PORTAL)
    PORTAL_CORRECT_EMAIL = _act("portal.correct_email", MessageName.CORRECT_EMAIL.label, _PORTAL)
    PORTAL_REDEEM_CODE = _act("portal.redeem_code", MessageName.REDEEM_CODE.label, _PORTAL)
    PORTAL_REQUEST_CODE = _act("portal.request_code", MessageName.REQUEST_CODE.label, _PORTAL)
    PORTAL_LOG_IN = _act("portal.log_in", "logging in", _PORTAL)
    PORTAL_CHANGE_PASSWORD = _act("portal.change_password", MessageName.CHANGE_PASSWORD.label, _PORTAL)
    PORTAL_CHANGE_EMAIL = _act("portal.change_email", MessageName.CHANGE_EMAIL.label, _PORTAL)
    PORTAL_CHANGE_LANGUAGE = _act("portal.change_language", MessageName.CHANGE_LANGUAGE.label, _PORTAL)
    PORTAL_CLOSE = _act("portal.close", MessageName.CLOSE.label, _PORTAL)
    PORTAL_CHECK_USER_NAME = _look("portal.check_user_name", "checking a user name", _PORTAL)
    PORTAL_KEYS = _look("portal.keys", "reading the keys of assertions", _PORTAL)

    PAGES_SIGN_IN = _act("pages.sign_in", "signing in", STAFF)
    PAGES_SIGN_OUT = _act("pages.sign_out", "signing out", STAFF)
    PAGES_SESSION = _look("pages.session", "opening a page", STAFF)

    API_AUTHENTICATION = _look("api.authentication", "calling with a token", _ANYONE)
    API_UNMATCHED = _look("api.unmatched", "an operation that does not exist", _ANYONE)
