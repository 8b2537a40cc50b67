"""Names that others depend on (DESIGN.md, "Names that others depend on"). One function owns each format."""

from typing import Final

NAMESPACE: Final = "ugyfelkapu"
WORKFLOW_TYPE: Final = "Registration"
RECONCILIATION_WORKFLOW_TYPE: Final = "Reconciliation"
RECONCILIATION_ID: Final = "reconciliation"
EXTENSION_WORKFLOW_TYPE: Final = "BulkExtension"
CHECKPOINT_WORKFLOW_TYPE: Final = "Checkpoint"
CHECKPOINT_ID: Final = "checkpoint"
ARCHIVE_WORKFLOW_TYPE: Final = "Archive"
ARCHIVE_ID: Final = "archive"

REGISTRATION_QUEUE: Final = "registration"
LETTERS_QUEUE: Final = "letters"
CHECKPOINTS_QUEUE: Final = "checkpoints"
"""Polled only where a folder for checkpoints is set: what is asked for elsewhere waits for such a worker."""

STATUS_ATTRIBUTE: Final = "RegistrationStatus"
CHANNEL_ATTRIBUTE: Final = "RegistrationChannel"
OFFICE_ATTRIBUTE: Final = "RegistrationOffice"
PASSWORD_EXPIRES_ATTRIBUTE: Final = "PasswordExpiresAt"
DEADLINE_ATTRIBUTE: Final = "DeadlineAt"


def workflow_id(registration_id: str) -> str:
    """Temporal's workflow id of a registration."""
    return f"registration-{registration_id}"


def extension_workflow_id(extension_id: str) -> str:
    """Temporal's workflow id of a bulk extension."""
    return f"extension-{extension_id}"
