"""The moments at which workers are killed: before and after the effect of each activity."""

from typing import Final

LIFE_MOMENTS: Final = {
    "record:before": 2,
    "record:after": 2,
    "send_letter:before": 1,
    "letter:handed over": 2,
    "send_letter:after": 1,
}
PASS_MOMENTS: Final = {
    f"{activity}:{moment}": 1
    for activity in ("start_submitted", "send_pending", "compare_recorded")
    for moment in ("before", "after")
}
NOTICE_DEATHS: Final = ({"send_log_in_notice:before": 1}, {"send_log_in_notice:after": 1})

DEATHS: Final = (
    {"compare_again:before": 1},
    {"write_checkpoint:spared": 1, "write_checkpoint:before": 1, "mail_checkpoint:before": 1}
    | {"compare_again:after": 1, "archive_finished:before": 1, "list_extension:before": 1},
    {"write_checkpoint:after": 1, "mail_checkpoint:after": 1, "archive_finished:after": 1, "list_extension:after": 1},
    {"extend_batch:before": 1},
    {"extend_batch:after": 1},
)
"""What each worker holds when it dies; the next one meets what the one before has left."""
