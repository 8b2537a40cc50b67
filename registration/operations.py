"""What a refusal names: messages, what else helps, and the operations of staff and portals, one row for each.

Refusals carry the names, so that they cross Temporal as they are; the sentence has the words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from registration.event_kinds import EventKind
from registration.messages import AT_THE_DESK, ActorKind
from registration.words import Words

VISIT_A_BODY: Final = "visit_a_body"
REGISTER: Final = "register"
COME_AGAIN: Final = "come_again"
NOTHING: Final = "nothing"

_MESSAGES: Final[Mapping[str, Words]] = {
    "redeem_code": Words("kód beváltása", "redeeming a code"),
    "request_code": Words("kód kérése", "requesting a code"),
    "change_password": Words("a jelszó megváltoztatása", "changing the password"),
    "verify_identity": Words("a személyazonosság ellenőrzése", "verifying the identity"),
    "reactivate": Words("újraaktiválás", "reactivating"),
    "change_email": Words("az e-mail cím cseréje", "changing the e-mail address"),
    "extend_validity": Words("az érvényesség meghosszabbítása", "extending the validity"),
    "disclose": Words("az adatok közlése", "disclosing the data"),
    "send_again": Words("kézbesítetlen levél újraküldése", "sending again a letter that did not arrive"),
    "close": Words("a regisztráció megszüntetése", "closing the registration"),
}

_INSTEAD: Final[Mapping[str, Words]] = {
    VISIT_A_BODY: Words(
        "az aktiválás kérése személyesen, bármelyik regisztrációs szervnél",
        "asking for the reactivation in person at any registration body",
    ),
    REGISTER: Words("új regisztráció", "a new registration"),
    COME_AGAIN: Words("ugyanez néhány másodperc múlva", "the same in a few seconds"),
    NOTHING: Words("semmi", "nothing"),
}


class Administered(StrEnum):
    """What an administrative operation puts in place, and the access record has the content of."""

    POLICY = "policy"
    OFFICE = "office"
    STAFF = "staff"
    EXTENSION = "extension"
    APPROVAL = "approval"
    LIST = "list"
    CHECKPOINT = "checkpoint"


@dataclass(frozen=True)
class OperationRow:
    """What an operation is.

    `name` is what the access record and OpenAPI call it, `actors` may do it. `acts` tells an act from a look: its entry
    is there before it takes effect, that of a look before anything is shown. `leaves` is the event of an act that took
    effect; `is_signal`: refused, it leaves a `SIGNAL_REFUSED`. `puts` is what an administrative act puts in place.
    """

    name: str
    label: Words
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
_ANYBODY: Final = frozenset(ActorKind)


def _look(name: str, label: Words, actors: frozenset[ActorKind]) -> OperationRow:
    return OperationRow(name, label, actors)


def _act(
    name: str,
    label: Words,
    actors: frozenset[ActorKind],
    *,
    leaves: EventKind | None = None,
    puts: Administered | None = None,
) -> OperationRow:
    return OperationRow(name, label, actors, acts=True, leaves=leaves, puts=puts)


def _in_person(name: str, label: Words, leaves: EventKind, *, is_signal: bool = False) -> OperationRow:
    """An act at a desk that names its evidence."""
    return OperationRow(name, label, AT_THE_DESK, acts=True, leaves=leaves, in_person=True, is_signal=is_signal)


class Operation(StrEnum):
    """The operations, by whatever way they are asked for. A name never changes: the access record keeps it."""

    row: OperationRow

    def __new__(cls, row: OperationRow) -> Self:
        """A member is its row's name."""
        member = str.__new__(cls, row.name)
        member._value_ = row.name
        member.row = row
        return member

    DESK_REGISTER = _in_person(
        "desk.register", Words("regisztráció személyesen", "registering in person"), EventKind.REGISTRATION_OPENED
    )
    DESK_VERIFY_IDENTITY = _in_person("desk.verify_identity", _MESSAGES["verify_identity"], EventKind.IDENTITY_VERIFIED)
    DESK_REACTIVATE = _in_person("desk.reactivate", _MESSAGES["reactivate"], EventKind.REACTIVATED)
    DESK_SIGNAL_REACTIVATE = _in_person(
        "desk.signal_reactivate", _MESSAGES["reactivate"], EventKind.REACTIVATED, is_signal=True
    )
    DESK_CHANGE_EMAIL = _in_person("desk.change_email", _MESSAGES["change_email"], EventKind.EMAIL_CHANGED)
    DESK_CHANGE_EMAIL_AND_REACTIVATE = _in_person(
        "desk.change_email_and_reactivate",
        Words("az e-mail cím cseréje és újraaktiválás", "changing the e-mail address and reactivating"),
        EventKind.REACTIVATED,
    )
    DESK_CLOSE = _in_person("desk.close", _MESSAGES["close"], EventKind.REGISTRATION_CLOSED)
    DESK_DISCLOSE = _in_person("desk.disclose", _MESSAGES["disclose"], EventKind.DATA_DISCLOSED)
    DESK_RECEIPT = _in_person(
        "desk.receipt", Words("a nyugta kinyomtatása", "printing the receipt"), EventKind.DATA_DISCLOSED
    )
    DESK_SEND_AGAIN = _act("desk.send_again", _MESSAGES["send_again"], AT_THE_DESK, leaves=EventKind.LETTER_SENT_AGAIN)
    DESK_LOOK = _look("desk.look", Words("a regisztráció megtekintése", "looking at the registration"), AT_THE_DESK)
    DESK_LETTERS = _look("desk.letters", Words("a levelek megtekintése", "looking at the letters"), AT_THE_DESK)
    DESK_SEARCH = _look("desk.search", Words("keresés", "searching"), AT_THE_DESK)
    DESK_EVIDENCE = _look("desk.evidence", Words("a bizonyíték megtekintése", "looking at the evidence"), _SUPERVISOR)
    DESK_ACCESS_ENTRIES = _look(
        "desk.access_entries", Words("a hozzáférési napló olvasása", "reading the access record"), _SUPERVISOR
    )

    OPERATIONS_IMPORT_ACCOUNTS = _act(
        "operations.import_accounts",
        Words("régi fiókok átvétele", "taking over accounts"),
        _OPERATOR,
        leaves=EventKind.REGISTRATION_IMPORTED,
    )
    OPERATIONS_CHECK_IMPORT = _look(
        "operations.check_import",
        Words("régi fiókok átvételének próbája", "trying the taking over of accounts"),
        _OPERATOR,
    )
    OPERATIONS_EXTEND_VALIDITY = OperationRow(
        "operations.extend_validity",
        _MESSAGES["extend_validity"],
        _APPROVER,
        acts=True,
        leaves=EventKind.VALIDITY_EXTENDED,
        is_signal=True,
    )
    OPERATIONS_COUNT_EXTENSION = _look(
        "operations.count_extension", Words("tömeges meghosszabbítás felmérése", "counting a bulk extension"), _OPERATOR
    )
    OPERATIONS_REQUEST_EXTENSION = _act(
        "operations.request_extension",
        Words("tömeges meghosszabbítás kérése", "asking for a bulk extension"),
        _OPERATOR,
        puts=Administered.EXTENSION,
    )
    OPERATIONS_APPROVE_EXTENSION = _act(
        "operations.approve_extension",
        Words("tömeges meghosszabbítás jóváhagyása", "approving a bulk extension"),
        _APPROVER,
        puts=Administered.APPROVAL,
    )
    OPERATIONS_START_EXTENSION = _act(
        "operations.start_extension", Words("tömeges meghosszabbítás indítása", "starting a bulk extension"), _OPERATOR
    )
    OPERATIONS_PAUSE_EXTENSION = _act(
        "operations.pause_extension",
        Words("tömeges meghosszabbítás szüneteltetése", "pausing a bulk extension"),
        _OPERATOR,
    )
    OPERATIONS_RESUME_EXTENSION = _act(
        "operations.resume_extension",
        Words("tömeges meghosszabbítás folytatása", "resuming a bulk extension"),
        _OPERATOR,
    )
    OPERATIONS_EXTENSION = _look(
        "operations.extension", Words("tömeges meghosszabbítás megtekintése", "looking at a bulk extension"), _APPROVER
    )
    OPERATIONS_EXTENSIONS = _look(
        "operations.extensions", Words("a tömeges meghosszabbítások felsorolása", "listing bulk extensions"), _APPROVER
    )
    OPERATIONS_EXTENSION_REPORT = _look(
        "operations.extension_report",
        Words("tömeges meghosszabbítás jelentése", "the report of a bulk extension"),
        _APPROVER,
    )
    OPERATIONS_RESET = _act(
        "operations.reset",
        Words("megszakadt munkafolyamat visszaállítása", "resetting a workflow that was cut off"),
        _OPERATOR,
    )
    OPERATIONS_RECONCILE = _act("operations.reconcile", Words("egyeztetés", "reconciling"), _OPERATOR)
    OPERATIONS_POLICY = _look(
        "operations.policy", Words("a szabályzat megtekintése", "looking at the policy"), _OPERATOR
    )
    OPERATIONS_ADOPT_POLICY = _act(
        "operations.adopt_policy",
        Words("új szabályzat bevezetése", "adopting a policy"),
        _OPERATOR,
        puts=Administered.POLICY,
    )
    OPERATIONS_KEYS_TO_ROTATE = _look(
        "operations.keys_to_rotate", Words("a cserélendő kulcsok számlálása", "counting the keys to rotate"), _OPERATOR
    )
    OPERATIONS_ROTATE_KEYS = _act("operations.rotate_keys", Words("kulcscsere", "rotating keys"), _OPERATOR)
    OPERATIONS_INDEXES_TO_RENEW = _look(
        "operations.indexes_to_renew",
        Words("a cserélendő keresőindexek számlálása", "counting the indexes to renew"),
        _OPERATOR,
    )
    OPERATIONS_REINDEX = _act(
        "operations.reindex", Words("a keresőindexek cseréje", "making the search indexes anew"), _OPERATOR
    )
    OPERATIONS_PREPARE = _act("operations.prepare", Words("az előkészítés", "preparing"), _SYSTEM)
    OPERATIONS_LIST_EXTENSION = _act(
        "operations.list_extension",
        Words("a meghosszabbítás listájának rögzítése", "fixing the list of a bulk extension"),
        _SYSTEM,
        puts=Administered.LIST,
    )

    ADMIN_IMPORT_OFFICES = _act(
        "admin.import_offices", Words("hivatalok betöltése", "importing offices"), _OPERATOR, puts=Administered.OFFICE
    )
    ADMIN_PUT_OFFICE = _act(
        "admin.put_office", Words("hivatal módosítása", "changing an office"), _OPERATOR, puts=Administered.OFFICE
    )
    ADMIN_OFFICES = _look("admin.offices", Words("a hivatalok felsorolása", "listing the offices"), _OPERATOR)
    ADMIN_DISABLE_STAFF = _act(
        "admin.disable_staff", Words("ügyintéző letiltása", "disabling staff"), _OPERATOR, puts=Administered.STAFF
    )
    ADMIN_ENABLE_STAFF = _act(
        "admin.enable_staff", Words("ügyintéző engedélyezése", "enabling staff"), _OPERATOR, puts=Administered.STAFF
    )
    ADMIN_DISABLED_STAFF = _look(
        "admin.disabled_staff", Words("a letiltottak felsorolása", "listing disabled staff"), _OPERATOR
    )

    AUDIT_TIMELINE = _look("audit.timeline", Words("egy életút olvasása", "reading a timeline"), _AUDITOR)
    AUDIT_EXPLAIN = _look("audit.explain", Words("egy időpont magyarázata", "explaining a moment"), _AUDITOR)
    AUDIT_DESCRIBE = _look("audit.describe", Words("a munkafolyamat megkérdezése", "asking the workflow"), _AUDITOR)
    AUDIT_REPLAY = _look("audit.replay", Words("a történetek újrajátszása", "replaying the histories"), _AUDITOR)
    AUDIT_VERIFY = _look("audit.verify", Words("egy regisztráció ellenőrzése", "verifying a registration"), _AUDITOR)
    AUDIT_PROVE = _look("audit.prove", Words("egy regisztráció bizonyítása", "proving a registration"), _AUDITOR)
    AUDIT_CHECKPOINTS = _look(
        "audit.checkpoints", Words("az ellenőrzési pontok felsorolása", "listing the checkpoints"), _AUDITOR
    )
    AUDIT_CHECKPOINT = _look(
        "audit.checkpoint", Words("egy ellenőrzési pont olvasása", "reading a checkpoint"), _AUDITOR
    )
    AUDIT_KEYS = _look(
        "audit.keys", Words("az ellenőrzési pontok kulcsainak olvasása", "reading the keys of checkpoints"), _AUDITOR
    )
    AUDIT_STATISTICS = _look("audit.statistics", Words("statisztika", "counting registrations"), _AUDITOR)
    AUDIT_ACCESSES = _look(
        "audit.accesses", Words("a hozzáférési napló olvasása", "reading the access record"), _AUDITOR
    )
    AUDIT_ACTS = _look("audit.acts", Words("az ügyintézések felsorolása", "listing acts of staff"), _AUDITOR)
    RECORD_CHECKPOINT = _act(
        "record.checkpoint",
        Words("ellenőrzési pont készítése", "making a checkpoint"),
        _SYSTEM,
        puts=Administered.CHECKPOINT,
    )

    PORTAL_REGISTER = _act("portal.register", Words("regisztráció", "registering"), _PORTAL)
    PORTAL_LOOK = _look("portal.look", Words("a regisztráció megtekintése", "looking at the registration"), _PORTAL)
    PORTAL_REDEEM_CODE = _act("portal.redeem_code", _MESSAGES["redeem_code"], _PORTAL)
    PORTAL_REQUEST_CODE = _act("portal.request_code", _MESSAGES["request_code"], _PORTAL)
    PORTAL_LOG_IN = _act("portal.log_in", Words("belépés", "logging in"), _PORTAL)
    PORTAL_CHANGE_PASSWORD = _act("portal.change_password", _MESSAGES["change_password"], _PORTAL)
    PORTAL_CHANGE_EMAIL = _act("portal.change_email", _MESSAGES["change_email"], _PORTAL)
    PORTAL_CLOSE = _act("portal.close", _MESSAGES["close"], _PORTAL)
    PORTAL_CHECK_USER_NAME = _look(
        "portal.check_user_name", Words("egy felhasználói név ellenőrzése", "checking a user name"), _PORTAL
    )
    PORTAL_KEYS = _look(
        "portal.keys", Words("a belépést igazoló kulcsok olvasása", "reading the keys of assertions"), _PORTAL
    )

    API_AUTHENTICATION = _look(
        "api.authentication", Words("bejelentkezés egy tokennel", "calling with a token"), _ANYBODY
    )
    API_UNMATCHED = _look(
        "api.unmatched", Words("egy nem létező művelet", "an operation that does not exist"), _ANYBODY
    )


ACTS: Final[Mapping[str, Words]] = {**_MESSAGES, **_INSTEAD, **{each: each.row.label for each in Operation}}
"""The words by the name of a message, of an advice or of an operation as the access record has it."""
