"""The activities' names, and the heartbeats that workflows expect of them."""

from datetime import timedelta
from typing import Final

RECORD: Final = "record"
SEND_LETTER: Final = "send_letter"
SEND_LOG_IN_NOTICE: Final = "send_log_in_notice"
START_SUBMITTED: Final = "start_submitted"
SEND_PENDING: Final = "send_pending"
COMPARE_RECORDED: Final = "compare_recorded"
COMPARE_AGAIN: Final = "compare_again"
WRITE_CHECKPOINT: Final = "write_checkpoint"
MAIL_CHECKPOINT: Final = "mail_checkpoint"
ARCHIVE_FINISHED: Final = "archive_finished"
LIST_EXTENSION: Final = "list_extension"
EXTEND_BATCH: Final = "extend_batch"

LETTER_REFUSED: Final = "LetterRefused"
"""The type of the failure of a letter that cannot arrive; its details are a `LetterFailure` and an SMTP reply code."""

MAIL_UNAVAILABLE: Final = "MailUnavailable"
"""The type of the failure of a letter that no mail server takes now."""

LETTER_HEARTBEAT: Final = timedelta(seconds=15)
"""A worker that died while sending is noticed after this long, not after the longest session with a mail server."""

CHECKPOINT_HEARTBEAT: Final = timedelta(minutes=2)
"""A batch of heads takes milliseconds; a database that sorts all of them first may take longer than a minute."""

LIST_HEARTBEAT: Final = timedelta(seconds=10)
"""A list is fixed in one transaction, which rolls back with the worker that dies: another one may begin soon."""

ARCHIVE_HEARTBEAT: Final = timedelta(minutes=1)
"""Longer than the longest silence of a visibility query or of a slow disk."""
