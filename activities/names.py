"""The activities' names, which workflows call them by."""

from typing import Final

RECORD: Final = "record"
SEND_LETTER: Final = "send_letter"
START_SUBMITTED: Final = "start_submitted"
SEND_PENDING: Final = "send_pending"
COMPARE_RECORDED: Final = "compare_recorded"
COMPARE_AGAIN: Final = "compare_again"
