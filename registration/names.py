"""Names that stored data and other programs depend on: they never change. One function owns each format."""

from typing import Final
from uuid import UUID

NAMESPACE: Final = "ugyfelkapu"
WORKFLOW_TYPE: Final = "Registration"
RECONCILIATION_WORKFLOW_TYPE: Final = "Reconciliation"
RECONCILIATION_ID: Final = "reconciliation"
COMPARED_MEMO: Final = "compared"
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

SCHEDULE_ATTRIBUTE: Final = "TemporalScheduledById"
"""Temporal's own: the schedule that has started a run."""


_REGISTRATION_PREFIX: Final = "registration-"


def workflow_id(registration_id: str) -> str:
    """Temporal's workflow id of a registration."""
    return f"{_REGISTRATION_PREFIX}{registration_id}"


def registration_id_of(workflow: str) -> str | None:
    """The registration whose workflow has this id; `None` where it is not the id of one, which is a UUID as written."""
    registration_id = workflow.removeprefix(_REGISTRATION_PREFIX)
    try:
        is_one = workflow == workflow_id(str(UUID(registration_id)))
    except ValueError:
        return None
    return registration_id if is_one else None


def extension_workflow_id(extension_id: str) -> str:
    """Temporal's workflow id of a bulk extension."""
    return f"extension-{extension_id}"
