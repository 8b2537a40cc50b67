"""What people call the acts that a refusal names: messages, what else helps, and the operations of staff.

Refusals carry the names, so that they cross Temporal as they are; the sentence that is told has the words.
"""

from collections.abc import Mapping
from typing import Final

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

_OPERATIONS: Final[Mapping[str, Words]] = {
    "desk.register": Words("regisztráció személyesen", "registering in person"),
    "desk.verify_identity": _MESSAGES["verify_identity"],
    "desk.reactivate": _MESSAGES["reactivate"],
    "desk.signal_reactivate": _MESSAGES["reactivate"],
    "desk.change_email": _MESSAGES["change_email"],
    "desk.change_email_and_reactivate": Words(
        "az e-mail cím cseréje és újraaktiválás", "changing the e-mail address and reactivating"
    ),
    "desk.close": _MESSAGES["close"],
    "desk.disclose": _MESSAGES["disclose"],
    "desk.receipt": Words("a nyugta kinyomtatása", "printing the receipt"),
    "desk.look": Words("a regisztráció megtekintése", "looking at the registration"),
    "desk.evidence": Words("a bizonyíték megtekintése", "looking at the evidence"),
    "desk.letters": Words("a levelek megtekintése", "looking at the letters"),
    "desk.send_again": _MESSAGES["send_again"],
    "desk.search": Words("keresés", "searching"),
    "desk.access_entries": Words("a hozzáférési napló olvasása", "reading the access record"),
    "operations.import_accounts": Words("régi fiókok átvétele", "taking over accounts"),
    "operations.count_extension": Words("tömeges meghosszabbítás felmérése", "counting a bulk extension"),
    "operations.request_extension": Words("tömeges meghosszabbítás kérése", "asking for a bulk extension"),
    "operations.approve_extension": Words("tömeges meghosszabbítás jóváhagyása", "approving a bulk extension"),
    "operations.start_extension": Words("tömeges meghosszabbítás indítása", "starting a bulk extension"),
    "operations.pause_extension": Words("tömeges meghosszabbítás szüneteltetése", "pausing a bulk extension"),
    "operations.resume_extension": Words("tömeges meghosszabbítás folytatása", "resuming a bulk extension"),
    "operations.extension": Words("tömeges meghosszabbítás megtekintése", "looking at a bulk extension"),
    "operations.extensions": Words("a tömeges meghosszabbítások felsorolása", "listing bulk extensions"),
    "operations.extension_report": Words("tömeges meghosszabbítás jelentése", "the report of a bulk extension"),
    "operations.extend_validity": _MESSAGES["extend_validity"],
    "operations.reset": Words("megszakadt munkafolyamat visszaállítása", "resetting a workflow that was cut off"),
    "operations.reconcile": Words("egyeztetés", "reconciling"),
    "operations.policy": Words("a szabályzat megtekintése", "looking at the policy"),
    "operations.adopt_policy": Words("új szabályzat bevezetése", "adopting a policy"),
    "operations.keys_to_rotate": Words("a cserélendő kulcsok számlálása", "counting the keys to rotate"),
    "operations.rotate_keys": Words("kulcscsere", "rotating keys"),
    "audit.acts": Words("az ügyintézések felsorolása", "listing acts of staff"),
    "operations.indexes_to_renew": Words("a cserélendő keresőindexek számlálása", "counting the indexes to renew"),
    "operations.reindex": Words("a keresőindexek cseréje", "making the search indexes anew"),
    "admin.import_offices": Words("hivatalok betöltése", "importing offices"),
    "admin.put_office": Words("hivatal módosítása", "changing an office"),
    "admin.offices": Words("a hivatalok felsorolása", "listing the offices"),
    "admin.disable_staff": Words("ügyintéző letiltása", "disabling staff"),
    "admin.enable_staff": Words("ügyintéző engedélyezése", "enabling staff"),
    "admin.disabled_staff": Words("a letiltottak felsorolása", "listing disabled staff"),
}

ACTS: Final[Mapping[str, Words]] = {**_MESSAGES, **_INSTEAD, **_OPERATIONS}
"""The words by the name of a message, of an advice or of an operation as the access record has it."""
