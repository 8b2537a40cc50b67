"""The activities' names, and the heartbeats that workflows expect of them."""

from datetime import timedelta
from typing import Final

RECORD: Final = "record"
SEND_LETTER: Final = "send_letter"
START_SUBMITTED: Final = "start_submitted"
SEND_PENDING: Final = "send_pending"
COMPARE_RECORDED: Final = "compare_recorded"
COMPARE_AGAIN: Final = "compare_again"
LIST_EXTENSION: Final = "list_extension"
EXTEND_BATCH: Final = "extend_batch"

LETTER_HEARTBEAT: Final = timedelta(seconds=15)
"""A worker that died while sending is noticed after this long, not after the longest talk with a mail server."""
