"""What a refusal names: messages, what else helps, and the operations of staff."""

from registration.sentences import Vocabulary


class MessageName(Vocabulary):
    """The messages of a registration, as refusals name them."""

    REDEEM_CODE = "redeem_code", "redeeming a code"
    REQUEST_CODE = "request_code", "requesting a code"
    CHANGE_PASSWORD = "change_password", "changing the password"
    VERIFY_IDENTITY = "verify_identity", "verifying the identity"
    REACTIVATE = "reactivate", "reactivating"
    CHANGE_EMAIL = "change_email", "changing the e-mail address"
    EXTEND_VALIDITY = "extend_validity", "extending the validity"
    DISCLOSE = "disclose", "disclosing the data"
    SEND_AGAIN = "send_again", "resending a letter that did not arrive"
    CLOSE = "close", "closing the registration"


class WayOut(Vocabulary):
    """What else helps, where no message does."""

    VISIT_A_BODY = "visit_a_body", "asking for the reactivation in person at any registration body"
    REGISTER = "register", "a new registration"
    COME_AGAIN = "come_again", "the same in a few seconds"
    NOTHING = "nothing", "nothing"


class Operation(Vocabulary):
    """The operations of staff, as the access record names them."""

    DESK_REGISTER = "desk.register", "registering in person"
    DESK_VERIFY_IDENTITY = "desk.verify_identity", "verifying the identity"
    DESK_REACTIVATE = "desk.reactivate", "reactivating"
    DESK_SIGNAL_REACTIVATE = "desk.signal_reactivate", "reactivating"
    DESK_CHANGE_EMAIL = "desk.change_email", "changing the e-mail address"
    DESK_CHANGE_EMAIL_AND_REACTIVATE = (
        "desk.change_email_and_reactivate",
        "changing the e-mail address and reactivating",
    )
    DESK_CLOSE = "desk.close", "closing the registration"
    DESK_DISCLOSE = "desk.disclose", "disclosing the data"
    DESK_RECEIPT = "desk.receipt", "printing the receipt"
    DESK_LOOK = "desk.look", "looking at the registration"
    DESK_EVIDENCE = "desk.evidence", "looking at the evidence"
    DESK_LETTERS = "desk.letters", "looking at the letters"
    DESK_SEND_AGAIN = "desk.send_again", "resending a letter that did not arrive"
    DESK_SEARCH = "desk.search", "searching"
    DESK_ACCESS_ENTRIES = "desk.access_entries", "reading the access record"
    OPERATIONS_IMPORT_ACCOUNTS = "operations.import_accounts", "taking over accounts"
    OPERATIONS_COUNT_EXTENSION = "operations.count_extension", "counting a bulk extension"
    OPERATIONS_REQUEST_EXTENSION = "operations.request_extension", "asking for a bulk extension"
    OPERATIONS_APPROVE_EXTENSION = "operations.approve_extension", "approving a bulk extension"
    OPERATIONS_START_EXTENSION = "operations.start_extension", "starting a bulk extension"
    OPERATIONS_PAUSE_EXTENSION = "operations.pause_extension", "pausing a bulk extension"
    OPERATIONS_RESUME_EXTENSION = "operations.resume_extension", "resuming a bulk extension"
    OPERATIONS_EXTENSION = "operations.extension", "looking at a bulk extension"
    OPERATIONS_EXTENSIONS = "operations.extensions", "listing bulk extensions"
    OPERATIONS_EXTENSION_REPORT = "operations.extension_report", "the report of a bulk extension"
    OPERATIONS_EXTEND_VALIDITY = "operations.extend_validity", "extending the validity"
    OPERATIONS_RESET = "operations.reset", "resetting a workflow that was cut off"
    OPERATIONS_RECONCILE = "operations.reconcile", "reconciling"
    OPERATIONS_POLICY = "operations.policy", "looking at the policy"
    OPERATIONS_ADOPT_POLICY = "operations.adopt_policy", "adopting a policy"
    OPERATIONS_KEYS_TO_ROTATE = "operations.keys_to_rotate", "counting the keys to rotate"
    OPERATIONS_ROTATE_KEYS = "operations.rotate_keys", "rotating keys"
    AUDIT_ACTS = "audit.acts", "listing acts of staff"
    OPERATIONS_INDEXES_TO_RENEW = "operations.indexes_to_renew", "counting the indexes to renew"
    OPERATIONS_REINDEX = "operations.reindex", "making the search indexes anew"
    ADMIN_IMPORT_OFFICES = "admin.import_offices", "importing offices"
    ADMIN_PUT_OFFICE = "admin.put_office", "changing an office"
    ADMIN_OFFICES = "admin.offices", "listing the offices"
    ADMIN_DISABLE_STAFF = "admin.disable_staff", "disabling staff"
    ADMIN_ENABLE_STAFF = "admin.enable_staff", "enabling staff"
    ADMIN_DISABLED_STAFF = "admin.disabled_staff", "listing disabled staff"
