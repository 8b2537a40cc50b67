"""What an operator does about a check that needs attention."""

from typing import Final

from registration.names import ARCHIVE_ID, CHECKPOINT_ID, RECONCILIATION_ID
from registration.sentences import N_, Sentence
from registration.system_health import HealthCheck, HealthCheckName, HealthReason, HealthState

_SCHEDULES: Final = {
    HealthCheckName.RECONCILIATION_SCHEDULE: RECONCILIATION_ID,
    HealthCheckName.CHECKPOINT_SCHEDULE: CHECKPOINT_ID,
    HealthCheckName.ARCHIVE_SCHEDULE: ARCHIVE_ID,
}

_LOOK_FOR_WORKERS: Final = N_("Look whether Temporal and the workers run, and at what their log says.")

_BY_REASON: Final = {
    HealthReason.NO_WORKER: N_(
        "Start `ugyfelkapu worker` with the same TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE, or look why it has ended."
    ),
    HealthReason.NO_CURRENT_VERSION: N_(
        "The workers get no tasks until their version is current: run `temporal worker deployment set-current-version "
        "--deployment-name ugyfelkapu --build-id BUILD` with the UGYFELKAPU_BUILD_ID of the workers."
    ),
    HealthReason.OTHER_VERSION: N_(
        "Only workers of the current version {name} get tasks: start workers with UGYFELKAPU_BUILD_ID={name}, or make "
        "those that run current by `temporal worker deployment set-current-version --deployment-name ugyfelkapu`, with "
        "their --build-id, or with --unversioned where they have none."
    ),
    HealthReason.TASKS_WAIT: N_(
        "A task has waited for more than 30 seconds: look whether the workers that run are well, or start more."
    ),
    HealthReason.PAUSED: N_(
        "Somebody has paused the schedule. It goes on with `temporal schedule toggle --schedule-id {schedule} "
        "--unpause --reason REASON`."
    ),
    HealthReason.FAILED: N_("Look in Temporal's web UI why the last run failed; the log of the workers says more."),
    HealthReason.MISSING: N_("Missing: {name}. Run `ugyfelkapu migrate` again."),
    HealthReason.UNUSABLE: N_("Look at the settings of this process, and whether the server answers."),
    HealthReason.ENDED: N_("{name} has ended: put a new one in its place."),
    HealthReason.ENDS_SOON: N_("{name} ends soon: put a new one in its place before that."),
    HealthReason.LATE: _LOOK_FOR_WORKERS,
    HealthReason.NEVER: _LOOK_FOR_WORKERS,
}

_BY_CHECK: Final = {
    HealthCheckName.KEYS: N_(
        "The key of the seals is missing, or no master key opens it: restore it from a backup, or give the master key; "
        "nobody can register until then."
    ),
    HealthCheckName.MAIL_SERVER: N_(
        "The mail server cannot be used ({name}): check that it runs, and that UGYFELKAPU_SMTP_URL names it. Letters "
        "wait until then."
    ),
    HealthCheckName.DISAGREEMENTS: N_(
        "Nothing is repaired by itself: `ugyfelkapu admin reconcile` names the registrations, and `ugyfelkapu audit "
        "verify` says what happened."
    ),
    HealthCheckName.OVERDUE_DEADLINES: N_(
        "Expired passwords still log in. Look whether workers of registrations run; after an outage the number falls "
        "by itself."
    ),
    HealthCheckName.STALLED_REGISTRATIONS: N_(
        "Their workflow tasks fail again and again, so they do not move and acts on them get 503: look at the log of "
        "the workers, and make a build current that can go on with them (docs/runbooks/RegistrationsStalled.md)."
    ),
    HealthCheckName.UNDELIVERED_LETTERS: N_(
        "Look whether the mail server refuses letters, and why; clerks see which letters did not arrive."
    ),
}

_UNKNOWN: Final = N_("It could not be found out: look whether Temporal and the database answer.")


def advice(found: HealthCheck) -> Sentence | None:
    """What to do; `None` where nothing is to be done."""
    if found.state is HealthState.UNKNOWN:
        return Sentence(_UNKNOWN)
    if found.state is not HealthState.ALERT:
        return None
    message = _BY_CHECK.get(found.check) or _BY_REASON[found.reason or HealthReason.UNUSABLE]
    return Sentence(message, {"name": found.name or "", "schedule": _SCHEDULES.get(found.check, "")})
