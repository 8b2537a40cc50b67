"""What a verification finds: each difference is one finding, named by what it is about."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from registration.sentences import Sentence

_NAMED: Final = 100
"""Places of one gap that are named: a tampered number of billions must not stop the pass."""


class FindingKind(StrEnum):
    """What is wrong."""

    EVENT_MISSING = "EVENT_MISSING"
    EVENT_ALTERED = "EVENT_ALTERED"
    EVENT_UNREADABLE = "EVENT_UNREADABLE"
    EVENT_MISPLACED = "EVENT_MISPLACED"
    CHAIN_BROKEN = "CHAIN_BROKEN"
    READ_MODEL_DIFFERS = "READ_MODEL_DIFFERS"
    CODES_DIFFER = "CODES_DIFFER"
    EVIDENCE_MISSING = "EVIDENCE_MISSING"
    EVIDENCE_DIFFERS = "EVIDENCE_DIFFERS"
    EVIDENCE_REPEATED = "EVIDENCE_REPEATED"
    REQUEST_REPEATED = "REQUEST_REPEATED"
    PERSONAL_DATA_DIFFERS = "PERSONAL_DATA_DIFFERS"
    SEARCH_INDEX_DIFFERS = "SEARCH_INDEX_DIFFERS"
    SIGNATURE_MARK_MISSING = "SIGNATURE_MARK_MISSING"
    SIGNATURE_MARK_DIFFERS = "SIGNATURE_MARK_DIFFERS"
    LETTER_MISSING = "LETTER_MISSING"
    LETTER_DIFFERS = "LETTER_DIFFERS"
    CREDENTIAL_MISSING = "CREDENTIAL_MISSING"
    CREDENTIAL_DIFFERS = "CREDENTIAL_DIFFERS"
    REQUEST_MISSING = "REQUEST_MISSING"
    CONFIRMATION_MISSING = "CONFIRMATION_MISSING"
    ACCESS_MISSING = "ACCESS_MISSING"
    ACCESS_ENTRY_MISSING = "ACCESS_ENTRY_MISSING"
    ACCESS_ENTRY_ALTERED = "ACCESS_ENTRY_ALTERED"
    POLICY_DIFFERS = "POLICY_DIFFERS"
    OFFICE_DIFFERS = "OFFICE_DIFFERS"
    STAFF_DIFFERS = "STAFF_DIFFERS"
    EXTENSION_DIFFERS = "EXTENSION_DIFFERS"
    ANSWER_DIFFERS = "ANSWER_DIFFERS"
    SEAL_KEY_MISSING = "SEAL_KEY_MISSING"
    CHECKPOINT_MISSING = "CHECKPOINT_MISSING"
    CHECKPOINT_UNSOUND = "CHECKPOINT_UNSOUND"
    CHECKPOINT_CONTRADICTED = "CHECKPOINT_CONTRADICTED"
    REGISTRATION_MISSING = "REGISTRATION_MISSING"
    HISTORY_DIFFERS = "HISTORY_DIFFERS"
    WORKFLOW_MISSING = "WORKFLOW_MISSING"
    ROW_MISSING = "ROW_MISSING"


@dataclass(frozen=True)
class Finding:
    """One difference.

    `about` is a registration's id, `office day` of the access record, a checkpoint's file, what an administrative act
    put in place (`policy 2`, `office 1051`, `staff clerk-7`, `extension ID`), `request ID` of a kept answer, or
    `seal key`.
    """

    about: str
    sequence: int | None
    kind: FindingKind
    sentence: Sentence


@dataclass(frozen=True)
class Verdict:
    """What was verified and how much was found; the record is whole if nothing was."""

    registrations: int
    events: int
    access_entries: int
    checkpoint: int | None
    """The last checkpoint that the record was compared with; none where there is none."""
    histories: int
    findings: int

    @property
    def is_whole(self) -> bool:
        """Nothing was found."""
        return self.findings == 0


def hole(expected: int, found: int) -> range:
    """The missing places from `expected` up to `found`; of a long gap the first hundred."""
    return range(expected, found)[:_NAMED]
